//! What people type and paste, and what becomes of it.

use super::*;

fn parsed(text: &str) -> String {
    match text.parse::<Where>() {
        Ok(Where::Address { host, port }) => format!("{host} {port:?}"),
        Ok(Where::Invite(invite)) => invite.to_string(),
        Err(error) => format!("{error}"),
    }
}

#[test]
fn every_way_to_write_an_address_is_understood() {
    assert_eq!(parsed(" 192.168.1.5 "), "192.168.1.5 None");
    assert_eq!(parsed("192.168.1.5:7666"), "192.168.1.5 Some(7666)");
    assert_eq!(parsed("[fd00::5]:81"), "fd00::5 Some(81)");
    assert_eq!(parsed("[fd00::5]"), "fd00::5 None");
    assert_eq!(parsed("fd00::5"), "fd00::5 None");
    assert_eq!(parsed("Anas-Laptop.local:7666"), "anas-laptop.local Some(7666)");
    assert_eq!(parsed("bücher"), "bücher None");
}

#[test]
fn wrong_addresses_say_what_is_wrong() {
    assert_eq!(parsed("  "), "empty");
    assert_eq!(parsed("192.168.1"), "not an address: 192.168.1");
    assert_eq!(parsed("192.168.1.500"), "not an address: 192.168.1.500");
    assert_eq!(parsed("a:0"), "not a port: 0");
    assert_eq!(parsed("a:"), "no port behind the colon");
    assert_eq!(parsed("a:70000"), "not a port: 70000");
    assert_eq!(parsed("a:+5"), "not a port: +5");
    assert_eq!(parsed("[fd00::5"), "not an address: [fd00::5");
    assert_eq!(parsed("[abc]:1"), "not an address: [abc]:1");
    assert_eq!(parsed("https://example.org"), "not a Hallway link: https");
    assert_eq!(parsed("a b"), "not an address: a b");
    assert_eq!(parsed(&"a".repeat(WHERE_BYTES + 1)), "too long");
    assert_eq!(parsed(&"a".repeat(64)), format!("not an address: {}", "a".repeat(64)));
}

#[test]
fn an_invite_survives_being_written_and_read() {
    let addresses = vec!["192.168.1.23:7666".parse().unwrap(), "[fd00::5]:7667".parse().unwrap()];
    let invite = Invite::new(addresses, RoomId([0x5a; 32]), RoomName::new("Tea & 午後").unwrap());
    let link = invite.to_string();
    assert_eq!(link.parse(), Ok(Where::Invite(invite.clone())));
    assert_eq!(link.replace("hallway://", "HALLWAY://").parse(), Ok(Where::Invite(invite)));
}

#[test]
fn what_programs_do_to_a_link_on_its_way_does_not_harm_it() {
    let good = Invite::new(
        vec!["192.168.1.23:7666".parse().unwrap()],
        RoomId([0x5a; 32]),
        RoomName::new("Tea").unwrap(),
    );
    let link = good.to_string();
    for changed in [
        link.replace("hallway://join", "HALLWAY://JOIN"),
        link.replace("join/1", "join/1/"),
        format!("{link}#:~:text=x"),
        format!("{link}#"),
    ] {
        assert_eq!(changed.parse(), Ok(Where::Invite(good.clone())), "{changed}");
    }
}

#[test]
fn every_place_reads_as_it_is_written() {
    for text in ["192.168.1.5", "192.168.1.5:81", "fd00::5", "[fd00::5]:81", "a.local:81", "a.local"] {
        assert_eq!(text.parse::<Where>().unwrap().to_string(), text);
    }
}

#[test]
fn damaged_invites_are_errors() {
    for cut in ["hallway://", "hallway:", "Hallway:/", "hallway:join/1"] {
        assert_eq!(parsed(cut), "a damaged invite: cut off");
    }
    assert_eq!(parsed("hallway:7666"), "hallway Some(7666)");
    assert_eq!(parsed("hallway://join/1?a=1.2.3.4:5"), "a damaged invite: without the room's key");
    assert_eq!(parsed("hallway://join/1?f=mfra"), "a damaged invite: with a damaged key");
    assert_eq!(parsed("hallway://join/2?x"), "an invite of a newer Hallway (version 2); update yours");
    assert_eq!(parsed("hallway://leave/1?x"), "a damaged invite: not an invite");
}

#[test]
fn an_invite_holds_sixteen_addresses_and_drops_the_seventeenth() {
    let many: Vec<Address> = (1..=17).map(|n| format!("10.0.0.{n}:1").parse().unwrap()).collect();
    assert_eq!(Invite::new(many, RoomId([1; 32]), RoomName::new("x").unwrap()).addresses.len(), 16);
}
