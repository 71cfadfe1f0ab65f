//! The production `Room` and `Replica` over networks, disks and clocks that fail whenever a seed says so.
//!
//! Time is the world's own, so an hour passes in a fraction of a second, and the same seed is the same hour again.
//! The checker stands by itself: it knows facts, and nothing of all this.

#[path = "checker.rs"]
pub mod checker;
#[path = "crypto.rs"]
mod crypto;
#[path = "disk.rs"]
mod disk;
#[path = "faults.rs"]
mod faults;
#[path = "guests.rs"]
mod guests;
#[path = "host.rs"]
mod host;
#[path = "hosting.rs"]
mod hosting;
#[path = "hours.rs"]
pub mod hours;
#[path = "link.rs"]
mod link;
#[path = "log.rs"]
mod log;
#[path = "member.rs"]
mod member;
#[path = "network.rs"]
mod network;
#[path = "people.rs"]
mod people;
#[path = "random.rs"]
mod random;
#[path = "removing.rs"]
mod removing;
#[path = "visiting.rs"]
mod visiting;
#[path = "world.rs"]
pub mod world;
