//! Taking my identity to another computer.

use std::path::Path;

use super::{notices, values};
use crate::session::{Import, Moved, MovingError, SealedError};
use crate::types::limits::PASSPHRASE_CHARS;
use crate::ui::model::moving::{Unfit, Way};

/// The button on the settings screen.
pub const MOVE: &str = "Move my identity …";
/// Under it.
pub const MOVE_HINT: &str = "Rooms know you by a key that was made on this computer, not by your name";
/// The dialog's title.
pub const TITLE: &str = "Move my identity";
/// What it is about.
pub const INTRO: &str = "Rooms know you by a key that was made on this computer. A file that only your passphrase opens \
     takes it to another one. Use it on one computer at a time: two would take each other's place in every room";
/// The rooms of a host have keys of their own.
pub const ROOMS: &str = "Rooms that you host stay on this computer, and so does what was said";
/// A field.
pub const PASSPHRASE: &str = "Passphrase";
/// A field.
pub const AGAIN: &str = "The same once more";
/// A button.
pub const SAVE: &str = "Save to a file …";
/// A button.
pub const CHOOSE: &str = "Choose the file …";
/// Above that button.
pub const CHOOSE_HINT: &str = "Choose the file that you saved on the other computer";
/// A button.
pub const TAKE: &str = "Use this identity";
/// A button, where rooms know another one.
pub const TAKE_ALL_THE_SAME: &str = "Use it all the same";
/// A computer that was lost, and what to do.
pub const LOST: &str = "Has somebody else your key, because a computer of yours was lost or stolen? Make a new one here. The \
     next time that you go to a room it is told, and then nobody comes in there with the lost key. Your name stays yours";
/// Under it.
pub const LOST_HINT: &str = "Do it soon, and go to all your rooms: whoever has the key could do the same. Rooms with a password \
     ask you for it once more, and what you have not sent there comes back to you. Rooms that you host stay as they are";
/// A button.
pub const RENEW: &str = "Make a new key";
/// While it is worked at, which takes a moment on purpose.
pub const BUSY: &str = "One moment …";
/// The name that a file has at first.
pub const FILE_NAME: &str = "my-identity.hallway";

/// Where no file can be chosen.
pub const NO_DIALOGS: &str = "No file can be chosen here. Install zenity or a desktop portal, or do it without the \
     window: hallway identity --help";

/// Which way it goes.
pub fn way(way: Way) -> &'static str {
    match way {
        Way::Out => "To another computer",
        Way::In => "From another computer",
        Way::Lost => "It was lost",
    }
}

/// Under the field of a new passphrase.
pub fn passphrase_hint() -> String {
    format!(
        "At least {PASSPHRASE_CHARS} characters, four words for instance. Nobody can open the file without it"
    )
}

/// What is wrong with a new passphrase.
pub fn unfit(unfit: Unfit) -> String {
    match unfit {
        Unfit::Password(error) => values::password(error),
        Unfit::TooShort => format!("This could be guessed. Use at least {PASSPHRASE_CHARS} characters"),
        Unfit::Differs => "These two are not the same. Type the passphrase once more".to_owned(),
    }
}

/// The file that was chosen.
pub fn chosen(file: &Path) -> String {
    file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// It went.
pub fn moved(moved: &Moved) -> String {
    match moved {
        Moved::Exported(path) => format!(
            "Your identity is saved. Bring the file to the other computer, and use your identity on one at a time. {}",
            path.display()
        ),
        Moved::Renewed => {
            "You have a new key. Go to each of your rooms soon: then nobody comes in there with the lost one"
                .to_owned()
        }
        Moved::Imported(Import::Same) => "This is your identity here already. Nothing changed".to_owned(),
        Moved::Imported(Import::First) => "Rooms know you by this identity from now on".to_owned(),
        Moved::Imported(Import::Replaced(former)) => {
            format!(
                "Rooms know you by this identity from now on. The one before is kept: {}",
                former.display()
            )
        }
    }
}

/// Why it did not go.
pub fn failure(error: &MovingError) -> String {
    match error {
        MovingError::Profile(said) => {
            format!("Your identity could not be read or kept here, so nothing changed. {said}")
        }
        MovingError::RoomsOpen => {
            "Rooms are open, and know you by the identity of now. Leave them all, then use the other one"
                .to_owned()
        }
        MovingError::Known => "Rooms that are kept on this computer know you by another identity. They will take you \
             for somebody new, and what you have not sent there comes back to you. The identity of now is kept in a \
             file beside the new one"
            .to_owned(),
        MovingError::Unreadable(said) => format!("The file could not be read: {said}. Choose another one"),
        MovingError::NotWritten(said) => notices::not_saved(said),
        MovingError::Sealed(SealedError::NotOne | SealedError::TooDear) => {
            "There is no identity in this file. Choose the one that you saved on the other computer".to_owned()
        }
        MovingError::Sealed(SealedError::Newer) => {
            "A newer Hallway wrote this file. Update this one, then try again".to_owned()
        }
        MovingError::Sealed(SealedError::Wrong) => {
            "The passphrase is another one, or the file is damaged. Type it once more".to_owned()
        }
        MovingError::Sealed(SealedError::Trust(error)) => {
            format!("This computer cannot do that now. Restart it, then try again. {error}")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::failures::tests::assert_plain;
    use super::*;
    use crate::types::PasswordError;

    #[test]
    fn everything_that_can_go_wrong_has_a_plain_sentence() {
        let sealed = [SealedError::NotOne, SealedError::Newer, SealedError::Wrong].map(MovingError::Sealed);
        let others = [
            MovingError::Profile("disk".into()),
            MovingError::RoomsOpen,
            MovingError::Known,
            MovingError::Unreadable("disk".into()),
            MovingError::NotWritten("disk".into()),
        ];
        let mut all: Vec<String> = sealed.iter().chain(&others).map(failure).collect();
        all.extend([Unfit::TooShort, Unfit::Differs, Unfit::Password(PasswordError::TooLong)].map(unfit));
        let imports = [Import::Same, Import::First, Import::Replaced("/a".into())].map(Moved::Imported);
        all.extend(imports.iter().chain([&Moved::Exported("/a".into()), &Moved::Renewed]).map(moved));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for sentence in &all {
            assert_plain(sentence);
        }
    }
}
