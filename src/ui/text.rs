//! Every sentence that the window says, a file per screen.
//!
//! Short, plain, sentence case; no full stop after a single sentence. What happened comes first, then what
//! to do; addresses and codes come last.

pub mod controls;
pub mod conversation;
