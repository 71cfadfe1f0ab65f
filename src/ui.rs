//! The window: it draws, and returns what the person asked for.
