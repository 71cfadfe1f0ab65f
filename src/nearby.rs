//! Addresses of this computer, and hearing of it when they change; later, rooms found on the network.

mod addresses;
mod watch;

pub use addresses::{Reach, ReachKind, addresses};
pub use watch::Watch;
