//! What guests are called: by their address, until they choose something that is not like one.

use std::net::IpAddr;

use crate::types::Nickname;
use crate::types::limits::NICK_GRAPHEMES;

/// Characters that `#` and the number of one guest of an address may need.
const NUMBER_CHARS: usize = 5;

/// What the `number`th guest from this address is called.
pub(super) fn of_address(address: IpAddr, number: u32) -> Nickname {
    let mut text = address.to_string();
    if let IpAddr::V6(v6) = address
        && text.len() + NUMBER_CHARS > NICK_GRAPHEMES
    {
        let groups: Vec<String> = v6.segments().iter().skip(4).map(|group| format!("{group:x}")).collect();
        text = format!("…:{}", groups.join(":"));
    }
    if number > 1 {
        text.extend(["#", &number.to_string()]);
    }
    Nickname::new(&text).unwrap_or_else(|_| Nickname::fallback().numbered(number))
}

/// Whether a reader could take the name for the address of somebody: nobody may choose that.
pub(super) fn is_like_address(name: &Nickname) -> bool {
    name.skeletons().iter().any(|skeleton| {
        // A skeleton writes 0 as o and 1 as l.
        let fits = |c: char| {
            c.is_numeric()
                || matches!(c, 'a'..='f' | 'o' | 'l' | 'i' | '.' | ':' | '#' | '…' | '[' | ']' | '%')
        };
        let separators = skeleton.chars().filter(|c| matches!(c, '.' | ':')).count();
        separators > 1 && skeleton.chars().all(fits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(address: &str, number: u32) -> String {
        of_address(address.parse().unwrap(), number).to_string()
    }

    #[test]
    fn an_address_that_fits_is_the_name_and_a_long_one_is_its_last_half() {
        assert_eq!(named("192.168.1.9", 1), "192.168.1.9");
        assert_eq!(named("192.168.1.9", 2), "192.168.1.9#2");
        assert_eq!(named("fe80::1", 1), "fe80::1");
        let long = "2001:db8:1234:5678:9abc:def0:1234:5678";
        assert_eq!(named(long, 1), "…:9abc:def0:1234:5678");
        assert_eq!(named(long, 1024), "…:9abc:def0:1234:5678#1024");
    }

    #[test]
    fn no_name_may_be_like_an_address() {
        for name in
            ["10.0.0.1", "10.0.0.1#2", "1O.O.O.l", "fe80::1", "…:1:2:3:4", "１０.0.0.1", "::1", "[::1]"]
        {
            assert!(is_like_address(&Nickname::new(name).unwrap()), "{name}");
        }
        for name in ["Ana", "a.b", "bob #2", "v1.2.3-x", "42", "Dr. A. Bo", "cafe"] {
            assert!(!is_like_address(&Nickname::new(name).unwrap()), "{name}");
        }
    }
}
