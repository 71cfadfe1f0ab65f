//! What happens on the way to the host: dialled, let in, cut off.

use super::link::{Happened, Secured};
use super::{End, Visit, prepare};
use crate::room::ReplicaInput;
use crate::session::event::RoomEvent;
use crate::session::failure::Failure;
use crate::wire::message::Hello;

impl Visit {
    /// Does what this asks for.
    pub(super) async fn happened(&mut self, happened: Happened) -> Result<(), End> {
        match happened {
            Happened::Nothing => Ok(()),
            Happened::Dialling(address) => {
                self.teller.tell(RoomEvent::Connecting(address)).await;
                Ok(())
            }
            Happened::Dialled(Secured { stream, exporter, room_id, from, .. }) => {
                if room_id != self.record.room_id {
                    return self.lost(Failure::OtherRoom(self.link.address()), None).await;
                }
                self.proof.begins(&exporter, &room_id);
                let (key, resume) = match self.succeeding.lost() {
                    Some(lost) => (lost, None),
                    None => (&*self.world.identity, self.replica.resume()),
                };
                let hello = prepare::hello(key, &exporter, &self.record, resume);
                let hello = Hello { token: self.proof.token(), ..hello };
                self.comparing.binding = Some(exporter);
                self.link.greet((stream, from), hello, (self.world.clock)().boot_ms);
                Ok(())
            }
            Happened::Received(message) => self.received(message).await,
            Happened::Lost(failure) => self.lost(failure, None).await,
        }
    }

    /// This computer has other addresses than before.
    pub(super) async fn network_changed(&mut self) -> Result<(), End> {
        let here = self.world.network.borrow_and_update().clone().unwrap_or_default();
        if self.own.is_some() {
            self.moved(&here).await;
            return Ok(());
        }
        if self.link.network_changed(&here, (self.world.clock)().boot_ms) {
            return self.lost(Failure::NetworkChanged, None).await;
        }
        Ok(())
    }

    /// The connection is gone, or there was none. A first contact ends here; everything else is tried again.
    pub(super) async fn lost(&mut self, failure: Failure, spread: Option<(u64, u64)>) -> Result<(), End> {
        let failure = match failure {
            Failure::KeyChanged(address) if self.typed => Failure::OtherRoom(address),
            other => other,
        };
        let hard_stop = matches!(
            failure,
            Failure::KeyChanged(_)
                | Failure::OtherRoom(_)
                | Failure::TooOld(_)
                | Failure::TooNew(_)
                | Failure::NotLetIn
                | Failure::RoomLocked
                | Failure::Banned(_)
                | Failure::KeyReplaced
                | Failure::PasswordNeeded
                | Failure::PasswordWrong
                | Failure::PasswordLater(_)
                | Failure::PasswordNotAsked
                | Failure::InviteEnded(_)
        );
        if self.first_contact || hard_stop {
            return Err(End::Failed(failure));
        }
        self.online = None;
        self.comparing.lost();
        self.present.clear();
        let random = crate::trust::random_bytes::<8>().map_or(0, u64::from_le_bytes);
        let wait = self.link.down((self.world.clock)().boot_ms, random, spread);
        for output in self.replica.handle((self.world.clock)(), ReplicaInput::Lost) {
            // What a lost connection leads to is told or kept; there is nobody to send to.
            Box::pin(self.carry_out(output)).await?;
        }
        self.answer_wanted().await;
        self.teller.tell(RoomEvent::Offline(failure, wait)).await;
        Ok(())
    }
}
