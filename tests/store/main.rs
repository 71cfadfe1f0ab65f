//! The store from outside: real files in a temporary folder.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod copy;
mod crash;
mod damage;
#[cfg(unix)]
mod full;
mod host;
mod outbox;
mod profile;
mod samples;
