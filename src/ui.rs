//! The window: it draws, and returns what the person asked for.
//!
//! Looks live in [`tokens`], words in [`text`], what is shown in [`model`]. Drawing changes nothing: a screen
//! returns [`model::Action`]s, and the reducer decides what they mean.

pub mod composer;
pub mod conversation;
pub mod fonts;
pub mod icons;
pub mod members;
pub mod model;
pub mod save_dialog;
pub mod text;
pub mod tokens;
pub mod widgets;
