//! Another key of the same person, because the one before is in somebody else's hands.

use super::ids::{MemberKey, Signature};

/// Says, signed by the key of before, that its person goes on with another one. From then on the room knows them by that,
/// and nobody comes in with the one before. Whoever has that key could say so as well, so the first one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// The key from there on.
    pub to: MemberKey,
    /// That key's own signature, over `wire::chain::successor_bytes`: nobody is made somebody's successor unasked.
    pub proof: Signature,
}
