//! The protocol: frames, messages, versions.

pub mod message;
