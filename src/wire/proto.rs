//! The protobuf shapes of `assets/hallway.proto`, by hand: no build script, and each number can be seen.
//!
//! Nothing here is checked: [`super::decode`] makes good values of these, [`super::encode`] the reverse. A
//! test compiles the published file and holds every field of it against these types.

mod charge;
mod handshake;
mod log;
mod people;

pub use charge::{House, RemovalBody, RuleBody, Standing, StandingBody, Standings, SuccessionBody, Verb};
pub use handshake::{
    Bye, ByeReason, Denied, DeniedCode, Hello, Introduce, Introduced, InviteEnded, Ke1, Ke2, Ke3,
    NeedPassword, Ping, Pong, Quota, Resume, Waiting, Welcome,
};
pub use log::{
    Behind, Entry, Events, Fetch, GuestBody, Link, MemberBody, OpResult, Page, PostBody, Refused,
    RefusedCode, Results, SignedHead, SignedOp, Submit, Tail, TailOffer, TailTaken, TailWanted,
};
pub use people::{Ephemeral, Guests, Roster, RosterMember, RosterPage, Typing};
