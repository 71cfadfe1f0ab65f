//! The store from outside: real files in a temporary folder.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod blanking;
mod copy;
mod crash;
mod damage;
mod find;
mod forget;
#[cfg(unix)]
mod full;
mod host;
mod index;
mod mending;
mod outbox;
mod password;
mod profile;
mod proofs;
mod retention;
mod samples;
mod standing;
mod whole;
mod wiping;
