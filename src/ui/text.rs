//! Every sentence that the window says, a file per screen.
//!
//! Short, plain, sentence case; no full stop after a single sentence. What happened comes first, then what
//! to do; addresses and codes come last.

pub mod charge;
pub mod controls;
pub mod conversation;
pub mod failures;
pub mod find;
pub mod firewall;
pub mod go_to;
pub mod guests;
pub mod history;
pub mod home;
pub mod host;
pub mod inviting;
pub mod join;
pub mod keyboard;
pub mod knocks;
pub mod moving;
pub mod notes;
pub mod notices;
pub mod password;
pub mod plain;
pub mod room;
pub mod settings;
pub mod start;
pub mod trust;
pub mod values;
pub mod when;
