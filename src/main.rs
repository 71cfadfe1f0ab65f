//! The program: the window, or a command that needs none.

fn main() {}
