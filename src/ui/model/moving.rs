//! The form that takes my identity to another computer, or one from there to this one.

use std::path::PathBuf;

use super::{Dialog, Model, ToastKind};
use crate::session::{Command, Moved, MovingError};
use crate::types::{Passphrase, Password, PasswordError, TooShort};

/// Which way it goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    /// Into a file.
    #[default]
    Out,
    /// Out of one.
    In,
    /// Nowhere: another one takes its place, because somebody else has it.
    Lost,
}

/// What was chosen and typed so far.
#[derive(Clone, Default)]
pub struct Moving {
    /// Which way.
    pub way: Way,
    /// What opens the file.
    pub passphrase: String,
    /// The same once more, because nobody sees what is typed.
    pub again: String,
    /// The file that was chosen.
    pub file: Option<PathBuf>,
    /// The background works at it.
    pub busy: bool,
    /// Why it did not go.
    pub failure: Option<MovingError>,
}

/// Why a passphrase will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no password at all.
    Password(PasswordError),
    /// Whoever finds the file could guess it.
    TooShort,
    /// The second one is another one.
    Differs,
}

/// Something in that form.
#[derive(Clone, PartialEq, Eq)]
pub enum MovingAction {
    /// Show it, with nothing in it.
    Open,
    /// It is to go this way.
    Go(Way),
    /// What opens the file, as it is typed.
    Passphrase(String),
    /// The same once more.
    Again(String),
    /// Choose the file. The window does it, and tells by the next one.
    ChooseFile,
    /// This file was chosen.
    File(PathBuf),
    /// Use the identity in the file from now on; if so, also where rooms know me by another one.
    Take(bool),
    /// Make another identity.
    Renew,
}

/// Nobody who looks for faults reads a passphrase.
impl std::fmt::Debug for MovingAction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MovingAction(private)")
    }
}

impl Moving {
    /// The passphrase for a new file, where it will do and was typed twice.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn sealing(&self) -> Result<Passphrase, Unfit> {
        let password = Password::new(&self.passphrase).map_err(Unfit::Password)?;
        let passphrase = Passphrase::new(password.clone()).map_err(|TooShort| Unfit::TooShort)?;
        let same = Password::new(&self.again).is_ok_and(|again| again == password);
        if same { Ok(passphrase) } else { Err(Unfit::Differs) }
    }

    /// What opens the file that was chosen.
    pub fn opening(&self) -> Option<(PathBuf, Password)> {
        self.file.clone().zip(Password::new(&self.passphrase).ok())
    }
}

impl Model {
    /// Something was done in the form.
    pub(super) fn act_in_moving(&mut self, action: MovingAction) -> Vec<Command> {
        let form = &mut self.moving;
        match action {
            MovingAction::Open => {
                *form = Moving::default();
                self.dialog = Some(Dialog::Identity);
            }
            // What the background works at stays as it was asked.
            _ if form.busy => {}
            MovingAction::Go(way) => *form = Moving { way, ..Moving::default() },
            MovingAction::Passphrase(text) => form.passphrase = text,
            MovingAction::Again(text) => form.again = text,
            MovingAction::ChooseFile => {}
            MovingAction::File(path) if form.way == Way::Out => {
                if let Ok(passphrase) = form.sealing() {
                    (form.busy, form.failure) = (true, None);
                    return vec![Command::ExportIdentity(path, passphrase)];
                }
            }
            MovingAction::File(path) => (form.file, form.failure) = (Some(path), None),
            MovingAction::Renew => {
                (form.busy, form.failure) = (true, None);
                return vec![Command::RenewIdentity];
            }
            MovingAction::Take(replace) => {
                if let Some((from, passphrase)) = form.opening() {
                    (form.busy, form.failure) = (true, None);
                    return vec![Command::ImportIdentity(from, passphrase, replace)];
                }
            }
        }
        Vec::new()
    }

    /// What became of it.
    pub(super) fn identity_moved(&mut self, moved: Result<Moved, MovingError>) {
        match moved {
            Ok(moved) => {
                self.moving = Moving::default();
                self.dialog.take_if(|dialog| *dialog == Dialog::Identity);
                self.toast(ToastKind::Identity(moved));
            }
            Err(failure) => {
                (self.moving.busy, self.moving.failure) = (false, Some(failure));
                // It may have been closed meanwhile.
                self.dialog.get_or_insert(Dialog::Identity);
            }
        }
    }

    /// The background could not take it now.
    pub(super) fn moving_not_taken(&mut self) {
        self.moving.busy = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(passphrase: &str, again: &str) -> Result<(), Unfit> {
        let form = Moving { passphrase: passphrase.to_owned(), again: again.to_owned(), ..Moving::default() };
        form.sealing().map(drop)
    }

    #[test]
    fn a_passphrase_is_long_enough_and_the_same_twice() {
        assert_eq!(typed("census moment", "census moment"), Ok(()));
        assert_eq!(typed("census moment", " census moment "), Ok(()), "space around it counts nowhere");
        assert_eq!(typed("census moment", "census momemt"), Err(Unfit::Differs));
        assert_eq!(typed("tea", "tea"), Err(Unfit::TooShort));
        assert_eq!(typed("", ""), Err(Unfit::Password(PasswordError::Empty)));
    }

    #[test]
    fn what_is_typed_is_never_printed() {
        let typed = MovingAction::Passphrase("census moment".to_owned());
        assert_eq!(format!("{typed:?}"), "MovingAction(private)");
    }
}
