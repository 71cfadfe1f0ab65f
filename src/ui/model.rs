//! What the window knows. Nothing in here draws.

pub mod timeline;
