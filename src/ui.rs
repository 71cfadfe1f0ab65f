//! The window: it draws, and returns what the person asked for.
//!
//! Looks live in [`tokens`], words in [`text`], what is shown in [`model`]. Drawing changes nothing: a screen
//! returns [`model::Action`]s, and the reducer decides what they mean.

pub mod app;
mod charge;
pub mod composer;
mod connection;
pub mod conversation;
mod dialogs;
mod find;
pub mod fonts;
mod go_to;
mod guests;
mod header;
mod history;
mod home;
mod host;
mod house;
pub mod icons;
mod inviting;
mod join;
mod knocks;
pub mod members;
pub mod model;
mod moving;
pub mod open;
mod page;
mod password;
mod person;
mod qr;
mod rail;
mod room;
pub mod save_dialog;
mod settings;
pub mod shortcuts;
pub mod start;
mod tell;
pub mod text;
mod toasts;
pub mod tokens;
mod trust;
mod unlock;
pub mod widgets;
pub mod window;
