//! Every sentence of the window, a file for each screen.

pub mod conversation;
