//! What is wrong with a name, an address or a port that somebody types.

use crate::types::{NameError, PasswordError, WhereError};

/// What is wrong with a person's name.
pub fn nickname(error: NameError) -> String {
    match error {
        NameError::Empty => "Enter the name that others will see".to_owned(),
        other => name(other),
    }
}

/// What is wrong with a room's name.
pub fn room_name(error: NameError) -> String {
    match error {
        NameError::Empty => "Give the room a name".to_owned(),
        other => name(other),
    }
}

/// What is wrong with a password.
pub fn password(error: PasswordError) -> String {
    match error {
        PasswordError::Empty => "Enter the password that the host told you".to_owned(),
        PasswordError::TooLong => "This is too long for a password".to_owned(),
        PasswordError::Control => {
            "This has characters that cannot be typed. Type the password instead".to_owned()
        }
    }
}

/// What is wrong with an address or an invite.
pub fn place(error: &WhereError) -> String {
    match error {
        WhereError::Empty => "Enter the address that the host told you, or paste an invite".to_owned(),
        WhereError::TooLong => "This is too long for an address or an invite. Copy it once more".to_owned(),
        WhereError::Port(_) => port(),
        WhereError::Host(text) => {
            format!("This is not an address yet. It looks like 192.168.1.23 or name.local: {}", cut(text))
        }
        WhereError::Scheme(scheme) => {
            format!(
                "This link is not an invite to a room. Invites begin with hallway:// and not {}://",
                cut(scheme)
            )
        }
        WhereError::Invite(_) => "This invite is incomplete. Copy all of it, or ask for a new one".to_owned(),
        WhereError::NewerInvite(_) => {
            "This invite was made by a newer Hallway. Update yours, or ask for the address".to_owned()
        }
    }
}

/// What is wrong with a port.
pub fn port() -> String {
    "A port is a number from 1 to 65535".to_owned()
}

fn name(error: NameError) -> String {
    match error {
        NameError::Empty => "Enter a name".to_owned(),
        NameError::TooLong { limit, .. } => format!("This name is too long. At most {limit} letters fit"),
        NameError::Forbidden(c) if c.is_control() || c.is_whitespace() => {
            "Names are one line of plain letters. Remove the tab or the line break".to_owned()
        }
        NameError::Forbidden(c @ ('<' | '>')) => format!("Names cannot have {c}. Remove it"),
        NameError::Forbidden(_) => "This name has a character that cannot be seen. Type it anew".to_owned(),
        NameError::TooManyMarks => "This name has too many marks on one letter. Remove some".to_owned(),
    }
}

/// A sentence stays a sentence, whatever was pasted.
fn cut(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN {
        text.to_owned()
    } else {
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::failures::tests::assert_plain;
    use super::*;
    use crate::types::{Nickname, Where};

    #[test]
    fn what_is_wrong_with_an_address_is_said_in_plain_words() {
        for text in ["", "192.168.1", "a:0", "https://x.org", "hallway://join/1", "hallway://join/2?x", "a b"]
        {
            let error = text.parse::<Where>().unwrap_err();
            assert_plain(&place(&error));
        }
    }

    #[test]
    fn a_pasted_novel_does_not_become_the_sentence() {
        let error = "x ".repeat(500).parse::<Where>().unwrap_err();
        assert!(place(&error).chars().count() < 160);
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said_in_plain_words() {
        for text in ["", "a\nb", "<a", "a\u{200b}b", "a\u{363}\u{364}\u{365}", &"x".repeat(99)] {
            assert_plain(&nickname(Nickname::new(text).unwrap_err()));
        }
    }
}
