//! Which program relays the lines: found out from what it sends, because none of them says.

use super::names::{NAME_BYTES, address};

/// How names stand in what a room sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Dialect {
    /// No name was seen so far.
    #[default]
    Unknown,
    /// As the classic exercise's server: an address, before each piece that it received, wherever that began.
    Pieces,
    /// As `ncat --chat`: `<user4> ` and `<announce> `, at the start of a line.
    Chat,
    /// Any name, at the start of a line.
    Lines,
}

/// The name that `ncat --chat` itself speaks under.
pub(super) const ANNOUNCE: &str = "announce";

impl Dialect {
    /// What the room speaks, now that `name` stood at the start of a line.
    pub(super) fn after(self, name: &str) -> Self {
        match self {
            // It announces everybody who comes, to themselves first; later, it is only somebody's name.
            Self::Unknown if name == ANNOUNCE => Self::Chat,
            Self::Unknown if address(name).is_some() => Self::Pieces,
            Self::Unknown => Self::Lines,
            known => known,
        }
    }

    /// Whether `name`, at the start of a line, says who speaks.
    pub(super) fn names_a_line(self, name: &str) -> bool {
        match self {
            Self::Unknown | Self::Lines => true,
            Self::Pieces => address(name).is_some(),
            Self::Chat => name == ANNOUNCE || is_user(name),
        }
    }

    /// Whether a line without a name, behind one that has ended, is its author's too. It is where the name stands
    /// before what one read of the server brought, which may be several lines, and where the server itself never
    /// speaks without a name. Elsewhere it is as likely the room's own word.
    pub(super) fn names_go_on(self) -> bool {
        matches!(self, Self::Pieces | Self::Chat)
    }
}

/// The name that ends `bytes`, where they end with `<name> `, and where it begins.
pub(super) fn name_at_end(bytes: &[u8]) -> Option<(usize, &str)> {
    let inner = bytes.strip_suffix(b"> ")?;
    let from = inner.len().saturating_sub(NAME_BYTES + 1);
    let near = inner.get(from..)?;
    let open = near.iter().rposition(|byte| *byte == b'<')?;
    let name = std::str::from_utf8(near.get(open + 1..)?).ok()?;
    (!name.is_empty() && !name.contains('>')).then_some((from + open, name))
}

/// Whether `bytes` may end with the beginning of a `<name> `.
pub(super) fn may_begin_a_name(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(NAME_BYTES + 2);
    let near = bytes.get(from..).unwrap_or_default();
    let Some(open) = near.iter().rposition(|byte| *byte == b'<') else { return false };
    let behind = near.get(open + 1..).unwrap_or_default();
    let inside = behind.strip_suffix(b">").unwrap_or(behind);
    !inside.contains(&b'>')
}

/// `user` and a number.
fn is_user(name: &str) -> bool {
    let number = name.strip_prefix("user").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_at_the_end_only_and_with_all_of_its_brackets() {
        assert_eq!(name_at_end(b"<10.0.0.1> "), Some((0, "10.0.0.1")));
        assert_eq!(name_at_end(b"a < b <x> "), Some((6, "x")));
        for none in [&b"<> "[..], b"<a>", b"a> ", b"<a>b> ", b"", b"> ", b"<a> b"] {
            assert_eq!(name_at_end(none), None, "{none:?}");
        }
        let longest = [b"<", &[b'a'; NAME_BYTES][..], b"> "].concat();
        assert!(name_at_end(&longest).is_some());
        let longer = [b"<", &[b'a'; NAME_BYTES + 1][..], b"> "].concat();
        assert_eq!(name_at_end(&longer), None);
    }

    #[test]
    fn every_beginning_of_a_name_may_become_one() {
        let whole = b"text<2001:db8::1>";
        for end in 5..=whole.len() {
            assert!(may_begin_a_name(&whole[..end]), "{end}");
        }
        assert!(!may_begin_a_name(b"text") && !may_begin_a_name(b"<a> b"));
    }
}
