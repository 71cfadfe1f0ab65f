//! Whatever is typed or scanned where a room is to be joined is an address, an invite or an error; and what is an invite
//! leads to the same room by the same addresses when it is written again, as a link and for a camera.

#![no_main]

use hallway::types::{Address, Invite, Where};
use libfuzzer_sys::fuzz_target;

fn read(text: &str) -> Invite {
    match text.parse() {
        Ok(Where::Invite(invite)) => invite,
        other => panic!("{text} was an invite, and is {other:?}"),
    }
}

fuzz_target!(|text: &str| {
    match text.parse::<Where>() {
        Ok(Where::Invite(invite)) => {
            assert_eq!(read(&invite.to_string()), invite);
            let scanned = read(&invite.compact());
            assert_eq!(scanned.room, invite.room);
            assert!(!scanned.addresses.is_empty() && invite.addresses.starts_with(&scanned.addresses));
        }
        Ok(Where::Address { host, port: Some(port) }) => {
            let again = Address { host: host.clone(), port }.to_string().parse::<Where>();
            assert_eq!(again, Ok(Where::Address { host, port: Some(port) }));
        }
        Ok(Where::Address { .. }) => {}
        Err(_) => {}
    }
});
