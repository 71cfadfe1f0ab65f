//! All that decides what becomes of a message, as a library of its own: `types`, `wire`, `room`, and the two clockworks
//! of `net`. The program is not built from here. The simulation is (`benches/simulation`), so that it builds in
//! seconds, and so that no clock, socket or disk can be reached from what it runs.

pub mod room;
pub mod types;
pub mod wire;

/// What of `net` counts time.
pub mod net {
    pub mod backoff;
    pub mod keepalive;
}
