//! The shell around the room: sockets, and the tasks that move bytes.
//!
//! Nothing here decides what is said to whom: that is `room`. Nothing here knows about disks or windows. What
//! is here is the part that tokio runs: opening a port, looking at who comes in, one task per connection, the
//! ring from which all of them read, and dialling.

pub mod backoff;
pub mod dial;
pub mod door;
pub mod front;
mod give_up;
pub mod host;
pub mod keepalive;
pub mod listen;
pub mod pipe;
pub mod plain;
pub mod ring;
