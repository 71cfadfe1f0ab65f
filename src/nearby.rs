//! Addresses of this computer; later, rooms found on the network.

mod addresses;

pub use addresses::{Reach, ReachKind, addresses};
