//! An invite as short as it gets, in the few letters that QR codes hold best: `HALLWAY://JOIN/1/<base32>/<address>/…`.
//!
//! A QR code takes five and a half bits for a capital letter, a digit or one of `$%*+-./:`, and eight for everything
//! else (ISO/IEC 18004, alphanumeric mode). Fewer and larger squares are read from farther away. So the name is left out,
//! which the room says itself, all is in capitals, an IPv6 address has its port behind a `*`, and a token has a `$` in front.

use std::net::IpAddr;

use data_encoding::BASE32_NOPAD;

use super::{Address, Host, Invite, SCHEME, WhereError, behind_version, parse_fingerprint, parse_token};
use crate::types::limits::INVITE_ADDRESSES;

/// Addresses in a QR code: more make its squares too small to be read across a room.
const ADDRESSES: usize = 3;
/// Between an IPv6 address and its port.
const BEFORE_PORT: char = '*';
/// In front of a token.
const BEFORE_TOKEN: char = '$';

impl Invite {
    /// The text of a QR code that stands for this invite. It leads to the same room, by its best addresses.
    pub fn compact(&self) -> String {
        let mut text = format!("{SCHEME}join/1/{}", BASE32_NOPAD.encode(self.room.as_bytes()));
        if let Some(token) = &self.token {
            text.extend(['/', BEFORE_TOKEN]);
            text.push_str(&token.text());
        }
        for address in self.addresses.iter().take(ADDRESSES) {
            let written = match &address.host {
                Host::Ip(IpAddr::V6(ip)) => format!("{ip}{BEFORE_PORT}{}", address.port),
                _ => address.to_string(),
            };
            text.push('/');
            text.push_str(&written);
        }
        text.to_uppercase()
    }
}

/// The invite behind the scheme.
pub(super) fn parse(rest: &str) -> Result<Invite, WhereError> {
    const CUT: WhereError = WhereError::Invite("cut off");
    if !rest.contains('/') {
        return Err(CUT);
    }
    let mut parts = behind_version(rest)?.split('/').peekable();
    let room = parts.next().filter(|text| !text.is_empty()).ok_or(CUT)?;
    let room = parse_fingerprint(room)?;
    let token = parts.next_if(|part| part.starts_with(BEFORE_TOKEN));
    let token = token.map(|part| parse_token(&part[BEFORE_TOKEN.len_utf8()..])).transpose()?;
    let addresses: Vec<Address> = parts.take(INVITE_ADDRESSES).map(address).collect::<Result<_, _>>()?;
    if addresses.is_empty() {
        return Err(CUT);
    }
    Ok(Invite { addresses, room, name: None, token })
}

fn address(text: &str) -> Result<Address, WhereError> {
    match text.split_once(BEFORE_PORT) {
        Some((ip, port)) => format!("[{ip}]:{port}").parse(),
        None => text.parse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::DEFAULT_PORT;
    use crate::types::{RoomId, RoomName, Token, Where};

    fn invite(addresses: &[&str]) -> Invite {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Invite::new(addresses, RoomId([0x5a; 32]), RoomName::new("Tea & 午後").unwrap())
    }

    #[test]
    fn a_compact_invite_leads_to_the_same_room_by_the_best_addresses() {
        let full =
            invite(&["192.168.1.23:7666", "[fd00::5]:7667", "anas-laptop.local:7666", "10.0.0.1:7666"]);
        let text = full.compact();
        let read = Invite { addresses: full.addresses[..3].to_vec(), name: None, ..full };
        for text in [text.clone(), text.to_lowercase(), format!("{text}/"), format!(" {text}\n")] {
            assert_eq!(text.parse(), Ok(Where::Invite(read.clone())), "{text}");
        }
    }

    #[test]
    fn a_token_is_carried_too_and_a_damaged_one_is_no_invite() {
        let full = Invite { token: Some(Token([0x5a; 16])), ..invite(&["192.168.1.23:7666"]) };
        let text = full.compact();
        assert!(text.len() < 100, "{text}");
        let read = Invite { name: None, ..full };
        assert_eq!(text.parse(), Ok(Where::Invite(read.clone())));
        assert_eq!(text.to_lowercase().parse(), Ok(Where::Invite(read)));
        for bad in [text.replace('$', "$$"), text.replace('$', "$A"), text.replacen("/$", "/$/", 1)] {
            assert!(bad.parse::<Where>().is_err(), "{bad}");
        }
    }

    #[test]
    fn it_has_no_letters_but_those_that_a_qr_code_holds_best() {
        let full = invite(&["192.168.1.23:7666", "[fd00::5]:7667"]);
        let text = full.compact();
        assert!(text.len() < 100, "{text}");
        let text = Invite { token: Some(Token([0x5a; 16])), ..full }.compact();
        let good = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || "$%*+-./: ".contains(c);
        assert!(text.chars().all(good), "{text}");
    }

    #[test]
    fn what_is_cut_or_garbled_is_an_error_wherever_it_is() {
        let text = invite(&["192.168.1.23:7666"]).compact();
        let key = text.find("192").unwrap();
        for cut in (0..key).filter(|cut| text.is_char_boundary(*cut)) {
            assert!(text[..cut].parse::<Where>().is_err() || !text[..cut].starts_with("HALLWAY:/"), "{cut}");
        }
        for bad in [
            "HALLWAY://JOIN/1/MFRA/1.2.3.4",
            "HALLWAY://JOIN/1",
            "HALLWAY://JOIN/1/",
            "HALLWAY://LEAVE/1/A/B",
        ] {
            assert!(bad.parse::<Where>().is_err(), "{bad}");
        }
        assert_eq!("HALLWAY://JOIN/2/A".parse::<Where>(), Err(WhereError::NewerInvite("2".to_owned())));
        let port = text.replace(":7666", "*0");
        assert!(port.parse::<Where>().is_err(), "{port}");
    }

    #[test]
    fn where_no_port_is_written_it_is_the_usual_one() {
        let text = invite(&["192.168.1.23:7666"]).compact().replace(":7666", "");
        let Ok(Where::Invite(read)) = text.parse::<Where>() else { panic!("{text}") };
        assert_eq!(read.addresses[0].port, DEFAULT_PORT);
    }
}
