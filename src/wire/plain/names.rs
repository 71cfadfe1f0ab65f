//! Names as plain rooms give them, and what they are shown as.

use std::net::IpAddr;

use unicode_segmentation::UnicodeSegmentation;

use crate::types::Nickname;
use crate::types::limits::{NICK_BYTES, NICK_GRAPHEMES};
use crate::wire::text::clean;

/// The most bytes of a name that are looked at: what stands in longer brackets is text.
pub(super) const NAME_BYTES: usize = 128;

/// The address in `name`, as a server writes it: IPv4, IPv6, or IPv6 with the link behind a percent sign.
pub(super) fn address(name: &str) -> Option<IpAddr> {
    let bare = name.split_once('%').map_or(name, |(bare, _link)| bare);
    bare.parse().ok()
}

/// The good name that is nearest to `name`. None where nothing of it can be a name.
///
/// An IPv6 address that is too long keeps its last four groups: they tell the computers of one network apart.
pub fn shown_name(name: &str) -> Option<Nickname> {
    let cleaned = clean(name);
    if let Ok(good) = Nickname::new(&cleaned) {
        return Some(good);
    }
    if let Some(IpAddr::V6(ip)) = address(&cleaned) {
        let [.., a, b, c, d] = ip.segments();
        return Nickname::new(&format!("…:{a:x}:{b:x}:{c:x}:{d:x}")).ok();
    }
    let kept: String = cleaned.chars().filter(|c| Nickname::new(&format!("a{c}a")).is_ok()).collect();
    let mut short = String::new();
    for cluster in kept.graphemes(true).take(NICK_GRAPHEMES - 1) {
        if short.len() + cluster.len() + 3 > NICK_BYTES {
            break;
        }
        short.push_str(cluster);
    }
    let short = short.trim();
    let end = if short.len() < kept.len() { "…" } else { "" };
    let bare = || short.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    if short.is_empty() {
        return None;
    }
    // What fails now has more marks on one character than names may have.
    Nickname::new(&format!("{short}{end}")).or_else(|_| Nickname::new(&bare())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str) -> Option<String> {
        shown_name(name).map(String::from)
    }

    #[test]
    fn addresses_are_names_and_the_longest_ones_keep_their_end() {
        for name in ["127.0.0.1", "fe80::1", "fe80::1%eth0", "::ffff:10.0.0.7"] {
            assert!(address(name).is_some(), "{name}");
            assert_eq!(shown(name).as_deref(), Some(name));
        }
        let long = "2001:db8:1111:2222:3333:4444:5555:6666";
        assert_eq!(shown(long).as_deref(), Some("…:3333:4444:5555:6666"));
        assert!(address("user4").is_none() && address("1.2.3").is_none() && address("").is_none());
    }

    #[test]
    fn a_name_that_is_too_long_is_shortened_and_one_of_nothing_is_none() {
        assert_eq!(shown(&"é".repeat(32)).unwrap(), "é".repeat(32));
        assert_eq!(shown(&"é".repeat(33)).unwrap(), format!("{}…", "é".repeat(31)));
        assert!(shown(&"👨‍👩‍👧‍👦".repeat(9)).unwrap().ends_with('…'));
        assert_eq!(
            shown("a\u{200B}n\u{0301}\u{0301}\u{0301}\u{0301}a").map(|name| name.len() > 1),
            Some(true)
        );
        assert_eq!(shown(" \u{200B} "), None);
    }
}
