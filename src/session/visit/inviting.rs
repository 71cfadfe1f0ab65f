//! Invites that need no password, into a room that is hosted here: made, listed, taken back.
//!
//! Each is kept before anybody hears of it, and its token is told once and kept nowhere.

use super::Visit;
use crate::session::event::{InviteState, Notice, RoomEvent};
use crate::store::{Issue, StoreError};
use crate::trust::{random_bytes, sha256};
use crate::types::{Invite, InviteAsk, Issued, MemberKey, Token};
use crate::wire::chain;

impl Visit {
    /// Makes one.
    pub(super) async fn make_invite(&mut self, ask: InviteAsk) {
        let Some(own) = &self.own else { return };
        let invite = own.hosting.invite.clone();
        let made =
            if own.hosting.locked { self.issue(ask, invite).await } else { Err(Notice::InviteNotNeeded) };
        match made {
            Ok(invited) => {
                self.teller.tell(invited).await;
                self.tell_invites().await;
            }
            Err(notice) => self.teller.tell(RoomEvent::Notice(notice)).await,
        }
    }

    /// Takes one back.
    pub(super) async fn revoke(&mut self, number: u32) {
        if self.own.is_none() {
            return;
        }
        let notice = match self.records.revoke(number).await {
            Ok(true) => match self.invites_changed().await {
                Ok(()) => return self.tell_invites().await,
                Err(error) => not_kept(&error),
            },
            Ok(false) => Notice::NoSuchInvite(number),
            Err(error) => not_kept(&error),
        };
        self.teller.tell(RoomEvent::Notice(notice)).await;
    }

    /// Tells how it stands with all of them.
    pub(super) async fn tell_invites(&mut self) {
        if self.own.is_none() {
            return;
        }
        let wall_ms = (self.world.clock)().wall_ms;
        let state = |issued: Issued| InviteState {
            number: issued.number,
            terms: issued.terms,
            end: issued.end(wall_ms),
            used: issued.used.into_iter().collect(),
        };
        let event = match self.records.invites().await {
            Ok(issued) => RoomEvent::Invites(issued.into_iter().map(state).collect()),
            Err(error) => RoomEvent::Notice(Notice::NotRead(error.to_string())),
        };
        self.teller.tell(event).await;
    }

    /// Somebody came in by one.
    pub(super) async fn invite_used(&mut self, number: u32, key: MemberKey) {
        self.teller.tell(RoomEvent::InviteUsed(number, key)).await;
        self.tell_invites().await;
    }

    async fn issue(&mut self, ask: InviteAsk, invite: Invite) -> Result<RoomEvent, Notice> {
        let token = Token(random_bytes().map_err(|error| Notice::InviteNotKept(error.to_string()))?);
        let wall_ms = (self.world.clock)().wall_ms;
        let (hash, terms) = (sha256(&[&chain::token_bytes(&token)]), ask.terms(wall_ms));
        let number =
            self.records.issue(Issue { hash, terms, wall_ms }).await.map_err(|error| not_kept(&error))?;
        self.invites_changed().await.map_err(|error| not_kept(&error))?;
        Ok(RoomEvent::Invited(number, terms, Box::new(Invite { token: Some(token), ..invite })))
    }

    /// The room goes by what is kept.
    async fn invites_changed(&mut self) -> Result<(), StoreError> {
        let issued = self.records.invites().await?;
        if let Some(own) = &self.own {
            own.room.set_invites(issued).await;
        }
        Ok(())
    }
}

fn not_kept(error: &StoreError) -> Notice {
    match error {
        StoreError::TooLarge { .. } => Notice::TooManyInvites,
        other => Notice::InviteNotKept(other.to_string()),
    }
}
