//! Hallway: chat rooms for the network you are on.
//!
//! # Layout
//! * [`types`]: words that cannot hold a bad value; everything else speaks them.
//! * [`wire`]: the protocol: frames, messages, versions. Bytes in, values out.
//! * [`room`]: the host's truth and a member's copy of it, without a clock, a socket or a disk.
//! * [`trust`]: keys, certificates, pins; a byte stream in, an authenticated one out.
//! * [`store`]: rooms, outbox, settings on disk.
//! * [`net`]: listener, ring, dialling.
//! * [`nearby`]: this computer's addresses.
//! * [`platform`]: what differs between systems.
//! * [`session`]: one background runtime; commands in, events out.
//! * [`ui`]: the window.
//! * [`cli`]: the headless commands.

#![warn(unreachable_pub)]

pub mod cli;
pub mod nearby;
pub mod net;
pub mod platform;
pub mod room;
pub mod session;
pub mod store;
pub mod trust;
pub mod types;
pub mod ui;
pub mod wire;
