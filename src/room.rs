//! The rules of a room, without a socket, a clock or a disk.

pub mod log;
