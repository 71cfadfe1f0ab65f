//! Words that are taken back, or taken away by somebody in charge.

use super::ids::{MemberKey, OpId};
use super::names::Nickname;

/// What is removed: its words go from every log that hears of it, and its place stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// By whose key it was said; [`MemberKey::GUESTS`] for what a guest said, which is an entry of the host's.
    pub author: MemberKey,
    /// What they are called, or were.
    pub name: Nickname,
    /// Which of it; everything that they said so far where it is none, which is not for guests.
    pub which: Option<OpId>,
}
