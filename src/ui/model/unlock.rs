//! A room that asks for its password: typed where the room stands, or waited for.

use super::Model;
use super::room::Origin;
use crate::session::{Command, Failure, RoomRef};
use crate::types::Password;

/// What a room that wants its password says at `now_ms`, when it said `failure` at `since_ms`: of a wait, what is left of
/// it. None where it wants something else.
pub fn wanted(failure: &Failure, since_ms: i64, now_ms: i64) -> Option<Failure> {
    match failure {
        Failure::PasswordNeeded | Failure::PasswordWrong | Failure::InviteEnded(_) => Some(failure.clone()),
        Failure::PasswordLater(wait_ms) => {
            // A clock that was set back does not make anybody wait longer.
            let gone = u64::try_from(now_ms.saturating_sub(since_ms)).unwrap_or(0);
            Some(Failure::PasswordLater(wait_ms.saturating_sub(gone)))
        }
        _ => None,
    }
}

/// Whether a password may be tried.
pub fn may_try(failure: &Failure) -> bool {
    !matches!(failure, Failure::PasswordLater(1..))
}

impl Model {
    /// Goes once more to a room that asked for its password, with what was typed. What was to be sent there waits as before.
    pub(super) fn unlock(&mut self, id: RoomRef, password: &Password) -> Vec<Command> {
        let asked = self.again(id, |origin| {
            if let Origin::Join(ask) = origin {
                ask.password = Some(password.clone());
            }
        });
        let with = |command| match command {
            Command::Reopen(id, room) => Command::Unlock(id, room, password.clone()),
            command => command,
        };
        asked.into_iter().map(with).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::hosted;
    use super::super::{Action, RoomAction};
    use super::*;
    use crate::session::{Event, Notice, PasswordAsk, RoomEvent};

    fn tea() -> Password {
        Password::new("tea for two").unwrap()
    }

    #[test]
    fn a_wait_ends_by_itself_and_no_clock_makes_it_longer() {
        let later = Failure::PasswordLater(60_000);
        assert_eq!(wanted(&later, 5_000, 5_000), Some(Failure::PasswordLater(60_000)));
        assert_eq!(wanted(&later, 5_000, 64_999), Some(Failure::PasswordLater(1)));
        assert_eq!(wanted(&later, 5_000, 65_000), Some(Failure::PasswordLater(0)));
        assert_eq!(wanted(&later, 5_000, i64::MAX), Some(Failure::PasswordLater(0)));
        assert_eq!(wanted(&later, 5_000, 0), Some(later.clone()));
        assert_eq!([1, 0].map(|left| may_try(&Failure::PasswordLater(left))), [false, true]);
        assert_eq!(wanted(&Failure::Lost, 0, 0), None);
    }

    #[test]
    fn a_room_that_is_opened_again_has_the_password_that_it_was_given_since() {
        let (mut model, id) = hosted();
        model.act(Action::Room(id, RoomAction::SetPassword(Some(tea()))));
        model.apply(Event::Room(id, RoomEvent::Failed(Failure::Lost)));
        let asked = model.act(Action::Room(id, RoomAction::Retry));
        let [Command::Host(new, ask)] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!(ask.password, PasswordAsk::AsBefore);
        assert_eq!(model.room(*new).unwrap().password, Some(tea()), "it still can be told");
    }

    #[test]
    fn a_password_that_was_not_kept_is_told_to_nobody() {
        let (mut model, id) = hosted();
        model.act(Action::Room(id, RoomAction::SetPassword(Some(tea()))));
        model.apply(Event::Room(id, RoomEvent::Notice(Notice::PasswordNotKept("full".into()))));
        assert_eq!(model.room(id).unwrap().password, None);
        model.act(Action::Room(id, RoomAction::SetPassword(Some(tea()))));
        model.not_taken(&Command::SetPassword(id, Some(tea())));
        assert_eq!(model.room(id).unwrap().password, None);
    }
}
