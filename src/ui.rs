//! The window: it draws, and returns what the person asked for.

pub mod model;
pub mod text;
