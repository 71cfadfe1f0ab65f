//! The password of a room that is hosted here: set when it opens, changed and removed while it is open.
//!
//! What is kept of it does not tell it, so it cannot be shown again. A room whose password cannot be read stays closed:
//! it must not become one that everybody may enter.

use super::Visit;
use crate::session::command::PasswordAsk;
use crate::session::event::{Notice, RoomEvent};
use crate::session::failure::Failure;
use crate::session::keys;
use crate::store::{KeptSecret, RoomRecord};
use crate::trust::{KeptPassword, TrustError, keep_password};
use crate::types::Password;

/// The record with the password that is asked for. A room with a password is no room for guests, who prove nothing.
pub(super) async fn with_password(record: RoomRecord, ask: PasswordAsk) -> Result<RoomRecord, Failure> {
    let kept = match ask {
        PasswordAsk::AsBefore => Ok(record),
        PasswordAsk::Open if record.password.is_none() => Ok(record),
        PasswordAsk::Open => changed(record, None).await,
        PasswordAsk::This(password) => {
            let before = record.password.clone();
            let is_it = move |password: &Password| {
                let kept = before.as_ref().and_then(|kept| KeptPassword::from_bytes(&kept.0).ok());
                kept.is_some_and(|kept| kept.is(password))
            };
            let asked = password.clone();
            let same = tokio::task::spawn_blocking(move || is_it(&asked)).await.unwrap_or(false);
            if same { Ok(record) } else { changed(record, Some(password)).await }
        }
    };
    let mut record = kept.map_err(Failure::Storage)?;
    record.guests.allowed &= record.password.is_none();
    Ok(record)
}

/// What the room checks a password by; none where it has none.
pub(super) fn lock(record: &RoomRecord) -> Result<Option<KeptPassword>, TrustError> {
    record.password.as_ref().map(|kept| KeptPassword::from_bytes(&kept.0)).transpose()
}

/// The record with another password, or without one; it counts once it is kept.
async fn changed(record: RoomRecord, password: Option<Password>) -> Result<RoomRecord, String> {
    let kept = match password {
        // It takes 30 ms of work, on purpose.
        Some(password) => {
            let keeping = tokio::task::spawn_blocking(move || keep_password(&password));
            let kept = keeping.await.map_err(|broken| broken.to_string())?;
            Some(KeptSecret(kept.map_err(|error| error.to_string())?))
        }
        None => None,
    };
    Ok(RoomRecord { password: kept, password_epoch: record.password_epoch.saturating_add(1), ..record })
}

impl Visit {
    /// Another password for the room that is hosted here, or none. It is kept before it counts, so whatever happens the
    /// room has one of the two.
    pub(super) async fn set_password(&mut self, password: Option<Password>) {
        if let Err(reason) = self.change_password(password).await {
            self.teller.tell(RoomEvent::Notice(Notice::PasswordNotKept(reason))).await;
        }
    }

    async fn change_password(&mut self, password: Option<Password>) -> Result<(), String> {
        let Some(own) = &mut self.own else { return Ok(()) };
        let mut record = changed(self.record.clone(), password).await?;
        record.guests.allowed &= record.password.is_none();
        let lock = lock(&record).map_err(|error| error.to_string())?;
        self.records.prove(record.clone()).await.map_err(|error| error.to_string())?;
        own.room.relock(lock.map(keys::locked), record.password_epoch).await;
        own.hosting.locked = record.password.is_some();
        own.hosting.guests = record.guests.clone();
        self.record = record;
        let hosting = own.hosting.clone();
        self.teller.tell(RoomEvent::Hosting(hosting)).await;
        // None of those that were made before is good for another password.
        self.tell_invites().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::finder::tests::record;
    use crate::types::RoomId;

    fn tea() -> Password {
        Password::new("census moment olympic").unwrap()
    }

    #[tokio::test]
    async fn a_password_counts_as_another_one_only_where_it_is() {
        let open = record(RoomId([7; 32]), "Tea");
        let locked = with_password(open.clone(), PasswordAsk::This(tea())).await.unwrap();
        assert_eq!((locked.password_epoch, locked.password.is_some()), (1, true));
        let again = with_password(locked.clone(), PasswordAsk::This(tea())).await.unwrap();
        assert_eq!(again, locked);
        assert_eq!(with_password(locked.clone(), PasswordAsk::AsBefore).await.unwrap(), locked);
        let other = Password::new("another one").unwrap();
        let changed = with_password(locked.clone(), PasswordAsk::This(other)).await.unwrap();
        assert_eq!((changed.password_epoch, changed.password == locked.password), (2, false));
        let removed = with_password(locked, PasswordAsk::Open).await.unwrap();
        assert_eq!((removed.password_epoch, removed.password), (2, None));
        assert_eq!(with_password(open.clone(), PasswordAsk::Open).await.unwrap(), open);
    }

    #[test]
    fn a_room_whose_password_cannot_be_read_stays_closed() {
        let mut room = record(RoomId([7; 32]), "Tea");
        assert!(matches!(lock(&room), Ok(None)));
        for bytes in [Vec::new(), vec![7; 100], vec![0xff; 320]] {
            room.password = Some(KeptSecret(bytes));
            assert!(lock(&room).is_err());
        }
    }
}
