//! Invites that need no password.

use jiff::civil::DateTime;

use crate::types::InviteTerms;

/// What they are, among the ways to come in.
pub const TITLE: &str = "Invite without the password";
/// Under that.
pub const HINT: &str =
    "Whoever has such an invite comes in without typing the password, so send it to nobody else";
/// Makes one for one person.
pub const FOR_ONE: &str = "For one person";
/// Makes one for everybody, for a day.
pub const FOR_A_DAY: &str = "For everybody, for a day";
/// Shows the one that was made last to cameras.
pub const QR: &str = "Show this invite as a QR code";
/// Takes one back.
pub const REVOKE: &str = "Revoke";

/// Under the one that was made last.
pub fn made(terms: &str) -> String {
    format!("A new invite {terms}. Copy it now: Hallway does not keep it, so it cannot be shown later")
}

/// One that still works, and how many came in by it.
pub fn row(number: u32, terms: &str, used: usize) -> String {
    let used = match used {
        0 => "nobody came in by it yet".to_owned(),
        1 => "one person came in by it".to_owned(),
        used => format!("{used} people came in by it"),
    };
    format!("Invite {number}, {terms}: {used}")
}

/// Names the button that takes it back.
pub fn revoke(number: u32) -> String {
    format!("Revoke invite {number}")
}

/// For whom it is, and until when by the clock on the reader's wall.
pub fn terms(terms: &InviteTerms, until: Option<DateTime>) -> String {
    let people = match terms.people {
        Some(1) => "for one person".to_owned(),
        Some(people) => format!("for {people} people"),
        None => "for everybody".to_owned(),
    };
    match until {
        Some(until) => format!("{people} until {}", until.strftime("%-d %B, %H:%M")),
        None => people,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_whom_an_invite_is_stands_in_words() {
        let told = |people, until| terms(&InviteTerms { people, until_ms: None }, until);
        assert_eq!(told(Some(1), None), "for one person");
        let until = jiff::civil::date(2026, 11, 18).at(9, 6, 0, 0);
        assert_eq!(told(None, Some(until)), "for everybody until 18 November, 09:06");
        assert_eq!(told(Some(5), Some(until)), "for 5 people until 18 November, 09:06");
        assert!(row(2, "for 5 people", 1).ends_with("one person came in by it"));
    }
}
