//! Invites that stand for the password: which there are, and who came in by them.

use super::{Brought, Gate};
use crate::room::Room;
use crate::types::{InviteEnd, Issued, MemberKey, Now, Token};
use crate::wire::chain;

impl Gate {
    /// The invites that there are from now on. What is kept may not know yet who came in by them a moment ago.
    pub(in crate::room) fn set_invites(&mut self, mut invites: Vec<Issued>) {
        for invite in &mut invites {
            if let Some(known) = self.invites.iter_mut().find(|known| known.hash == invite.hash) {
                invite.used.append(&mut known.used);
            }
        }
        self.invites = invites;
    }

    /// This member did not come in by this invite after all.
    pub(super) fn not_used(&mut self, number: u32, key: &MemberKey) {
        if let Some(invite) = self.invites.iter_mut().find(|invite| invite.number == number) {
            invite.used.remove(key);
        }
    }
}

impl Room {
    /// The invite of this token, where this member may come in by it. It counts as used from here on, so that two who
    /// bring it at the same time are not both let in by an invite for one.
    ///
    /// # Errors
    /// Why it lets this member in no more.
    pub(super) fn brought(&mut self, now: Now, token: &Token, key: &MemberKey) -> Result<Brought, InviteEnd> {
        let hash = self.parts.digest.sha256(&[&chain::token_bytes(token)]);
        let known = self.gate.invites.iter_mut().find(|invite| invite.hash == hash);
        let invite = known.ok_or(InviteEnd::Unknown)?;
        match invite.end_for(key, now.wall_ms) {
            Some(end) => Err(end),
            None => Ok(Brought { number: invite.number, first: invite.used.insert(*key) }),
        }
    }
}
