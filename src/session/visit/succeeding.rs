//! A room that knows me by a key that is lost is told of the next one, before anything else is said there.
//!
//! That takes a connection of its own, with the lost key: its person says by that key that they go on with another one. Only
//! then does the visit begin, with the key of now. Where several were lost one after the other, the room is told so one after
//! the other.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{End, Visit, World};
use crate::session::failure::Failure;
use crate::session::fresh_op_id;
use crate::trust::Identity;
use crate::types::{Deed, Denial, Goodbye, MemberKey, Op, OpId, RoomId, SignedOp, Succession};
use crate::wire::message::{ClientMessage, ServerMessage};
use crate::wire::{chain, op};

/// One lost key, and what comes after it.
struct Step {
    lost: Arc<Identity>,
    next: Arc<Identity>,
    /// What was said, once it was.
    said: Option<OpId>,
}

/// What this room has yet to be told.
#[derive(Default)]
pub(super) struct Succeeding {
    steps: VecDeque<Step>,
}

impl Succeeding {
    /// What a room is to be told that knows me by this key.
    pub(super) fn new(world: &World, known_by: Option<MemberKey>) -> Self {
        let keys: Vec<&Arc<Identity>> = world.lost.iter().chain([&world.identity]).collect();
        let first = keys.iter().position(|key| Some(key.key()) == known_by).unwrap_or(keys.len());
        let pairs = keys.get(first..).unwrap_or_default().windows(2);
        let step = |pair: &[&Arc<Identity>]| match pair {
            [lost, next] => Some(Step { lost: Arc::clone(lost), next: Arc::clone(next), said: None }),
            _ => None,
        };
        Self { steps: pairs.filter_map(step).collect() }
    }

    /// The lost key with which the next connection begins; none where the room knows all.
    pub(super) fn lost(&self) -> Option<&Identity> {
        self.steps.front().map(|step| &*step.lost)
    }
}

impl World {
    /// As a room is to see it that is hosted here: by the key that it knows its host by, also where that is lost.
    pub(super) fn for_host(&self, known_by: Option<MemberKey>) -> Self {
        let lost = self.lost.iter().find(|lost| Some(lost.key()) == known_by);
        Self { identity: lost.map_or_else(|| Arc::clone(&self.identity), Arc::clone), ..self.clone() }
    }
}

impl Visit {
    /// Takes what the host says to a lost key; gives back what is not about that.
    pub(super) async fn succeed(&mut self, message: ServerMessage) -> Result<Option<ServerMessage>, End> {
        let Some(step) = self.succeeding.steps.front_mut() else { return Ok(Some(message)) };
        match message {
            ServerMessage::Welcome(_) => {
                self.link.welcomed((self.world.clock)().boot_ms);
                self.link.send(&ClientMessage::Introduce(self.record.nick.clone()));
            }
            // What it is called does not matter: it is gone in a moment.
            ServerMessage::Denied(Denial::NickTaken { free }) => {
                self.link.send(&ClientMessage::Introduce(free));
            }
            ServerMessage::Introduced(..) => {
                let id = fresh_op_id()
                    .ok_or(End::Failed(Failure::Other("this system gives no randomness".into())))?;
                step.said = Some(id);
                let signed = step.signed(self.record.room_id, id);
                self.link.send(&ClientMessage::Submit(vec![signed]));
            }
            // It was told already.
            ServerMessage::Denied(Denial::Succeeded) => self.succeeded().await,
            // Whatever the answer is: one that is refused would be refused again.
            ServerMessage::Results(results, _)
                if results.iter().any(|result| Some(result.id) == step.said) =>
            {
                self.succeeded().await;
            }
            // A password is asked of the lost key as of any other, and whoever is not let in hears why.
            ServerMessage::NeedPassword(_)
            | ServerMessage::InviteEnded(_)
            | ServerMessage::Ke2(_)
            | ServerMessage::Waiting(_)
            | ServerMessage::Denied(_) => return Ok(Some(message)),
            _ => {}
        }
        Ok(None)
    }

    /// The room knows me by the next key, and the visit goes on with that.
    async fn succeeded(&mut self) {
        let Some(step) = self.succeeding.steps.pop_front() else { return };
        self.records.keep_known_by(step.next.key()).await;
        self.link.hang_up(Goodbye::Leaving).await;
        self.link.dial_anew();
    }

    /// By which key the room knows me from now on.
    pub(super) async fn known(&mut self) {
        let key = self.world.identity.key();
        if self.known_by.replace(key) != Some(key) {
            self.records.keep_known_by(key).await;
        }
    }
}

impl Step {
    fn signed(&self, room: RoomId, id: OpId) -> SignedOp {
        let author = self.lost.key();
        let proof = self.next.sign(&chain::successor_bytes(&room, &author));
        let (kind, body) = op::deed_body(&Deed::Succeed(Succession { to: self.next.key(), proof }));
        let op = Op { room, author, n: 0, id, kind, body };
        SignedOp { signature: self.lost.sign(&op::canonical(&op)), op }
    }
}
