//! The store from outside: real files in a temporary folder.

mod copy;
mod damage;
#[cfg(unix)]
mod full;
mod host;
mod outbox;
mod profile;
mod samples;
