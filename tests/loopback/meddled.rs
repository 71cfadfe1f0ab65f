//! Somebody without a key on the wire between a member and its room. Whatever he does with a record ends that connection
//! and nothing else: the member comes back, and nothing is lost or shown twice. What he keeps tells him nothing.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use hallway::session::{Command, Event, Failure, HostAsk, JoinAsk, PasswordAsk, RoomEvent};
use hallway::types::{Nickname, Password, RoomName};

use crate::peer::{PATIENCE, Peer, ROOM, host_ask, join_ask, posts};
use crate::wire::{Meddle, Of, Passed, Wire};

/// Records of a session from the first of TLS to a line and its answer, and some more: as many are meddled with.
const RECORDS: usize = 10;

/// How long an event is waited for before the wire is looked at again.
const GLANCE: Duration = Duration::from_millis(100);
/// So often it is looked at before nothing is expected any more: longer than a side waits for an answer.
const GLANCES: u32 = 300;

/// A member that was in the room before, so that it comes back whatever happens to its connections.
fn known(port: u16) -> Peer {
    let mut member = Peer::start();
    member.join("Mina", port);
    member.online();
    Peer::with(member.end())
}

/// What comes within a glance.
fn glance(peer: &mut Peer) -> Option<Event> {
    peer.session.try_next().or_else(|| {
        let _nothing = peer.woken.recv_timeout(GLANCE);
        peer.session.try_next()
    })
}

/// Each record that `from` sends is met once, on a connection of its own.
fn meddle(meddle: Meddle, from: Of) {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let wire = Wire::to(port, Some((meddle, from)));
    let mut member = known(wire.port);
    let mut bystander = Peer::start();
    bystander.join("Bystander", port);
    bystander.online();
    member.join("Mina", wire.port);
    let (mut said, mut met) = (Vec::new(), Vec::new());
    while met.len() < RECORDS {
        // Everybody says something, so that there is a record behind the one that was met.
        for (name, peer) in [("mina", &member), ("hana", &host)] {
            let line = format!("{name} {}", said.len());
            peer.say(&line);
            said.push(line);
        }
        until_met_or_sent(&mut member, &wire, &mut met);
    }
    assert_eq!(met, (0..met.len()).collect::<Vec<_>>(), "each record once, each on a connection of its own");
    let truth = host.posts(said.len());
    let mut texts: Vec<String> = truth.iter().map(|(_, text)| text.clone()).collect();
    texts.sort();
    said.sort();
    assert_eq!(texts, said);
    assert_eq!(member.posts(said.len()), truth);
    let (mut heard, mut ended) = (posts(&bystander.heard).len(), 0);
    bystander.wait_room("all posts", |event| {
        ended += usize::from(matches!(event, RoomEvent::Offline(..)));
        if let RoomEvent::Messages(messages) = event {
            heard += posts(messages).len();
        }
        (heard >= said.len()).then_some(())
    });
    assert_eq!((posts(&bystander.heard), ended), (truth, 0), "others were not met");
}

/// Until a further record was met, or what was said got through without that.
fn until_met_or_sent(member: &mut Peer, wire: &Wire, met: &mut Vec<usize>) {
    let before = met.len();
    for _ in 0..GLANCES {
        let event = glance(member);
        met.extend(wire.passed.try_iter().filter_map(|passed| match passed {
            Passed::Meddled(record) => Some(record),
            Passed::Bytes(..) => None,
        }));
        match event {
            Some(Event::Room(ROOM, RoomEvent::Messages(messages))) => member.heard.extend(messages),
            Some(Event::Room(ROOM, RoomEvent::Sent(..))) => return,
            Some(Event::Room(ROOM, RoomEvent::Offline(..))) => member.ask(Command::Retry(ROOM)),
            Some(Event::Room(ROOM, RoomEvent::Failed(failure))) => panic!("{met:?}: {failure:?}"),
            _ => {}
        }
        if met.len() > before {
            return;
        }
    }
    panic!("nothing happened any more: {met:?}");
}

macro_rules! each_way {
    ($($name:ident: $meddle:ident, $from:ident;)*) => {
        $(
            #[test]
            fn $name() {
                meddle(Meddle::$meddle, Of::$from);
            }
        )*
    };
}
each_way! {
    a_flipped_record_of_a_members_ends_its_connection_only: Flip, Member;
    a_flipped_record_of_a_hosts_ends_that_connection_only: Flip, Host;
    a_dropped_record_of_a_members_ends_its_connection_only: Drop, Member;
    a_dropped_record_of_a_hosts_ends_that_connection_only: Drop, Host;
    a_doubled_record_of_a_members_ends_its_connection_only: Double, Member;
    a_doubled_record_of_a_hosts_ends_that_connection_only: Double, Host;
    records_of_a_members_that_change_places_end_its_connection_only: Swap, Member;
    records_of_a_hosts_that_change_places_end_that_connection_only: Swap, Host;
}

/// The bytes of each side on the connection of this number; of all of them if none.
fn kept(wire: &Wire, of: Option<usize>) -> (Vec<u8>, Vec<u8>) {
    let (mut members, mut hosts) = (Vec::new(), Vec::new());
    for passed in wire.passed.try_iter() {
        match passed {
            Passed::Bytes(number, Of::Member, bytes) if of.is_none() || number == of => members.extend(bytes),
            Passed::Bytes(number, Of::Host, bytes) if of.is_none() || number == of => hosts.extend(bytes),
            _ => {}
        }
    }
    (members, hosts)
}

#[test]
fn a_session_that_is_sent_to_the_host_again_ends_at_once_and_says_nothing() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let wire = Wire::to(port, None);
    let mut member = Peer::start();
    member.join("Mina", wire.port);
    member.online();
    member.say("once");
    member.posts(1);
    host.posts(1);
    member.end();
    let joined = |event: &RoomEvent| matches!(event, RoomEvent::Joined(_)).then_some(());
    host.wait_room("left", |event| matches!(event, RoomEvent::Left(_)).then_some(()));
    let (said, _) = kept(&wire, Some(0));
    assert!(said.len() > 500, "a whole session: {}", said.len());
    let mut again = TcpStream::connect(("127.0.0.1", port)).unwrap();
    // The host may have ended it before all of it is sent.
    let _ended = again.write_all(&said);
    again.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answer = Vec::new();
    // A reset is an end as well.
    let _end = again.read_to_end(&mut answer).map_err(|error| {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    });
    // Whoever comes next is the first to come.
    let mut other = Peer::start();
    other.join("Other", port);
    other.online();
    other.say("twice");
    let mut came = 0;
    host.wait_room("the next line", |event| {
        came += usize::from(joined(event).is_some());
        matches!(event, RoomEvent::Messages(messages) if !posts(messages).is_empty()).then_some(())
    });
    assert!(came <= 1, "nobody came by it");
    let texts: Vec<String> = host.posts(2).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["once", "twice"]);
}

#[test]
fn what_a_host_said_once_does_not_make_somebody_else_the_host() {
    let mut host = Peer::start();
    host.ask(Command::Host(ROOM, host_ask("Lunch", 0)));
    let (port, invite) = host.wait_room("hosting", |event| match event {
        RoomEvent::Hosting(hosting) => Some((hosting.port, hosting.invite.to_string())),
        _ => None,
    });
    host.online();
    let wire = Wire::to(port, None);
    let mut member = Peer::start();
    member.join("Mina", wire.port);
    member.online();
    member.say("once");
    member.posts(1);
    let (_, said) = kept(&wire, Some(0));
    let profile = member.end();
    // The right one is not there to answer first.
    host.end();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let false_port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // It answers a Hello of TLS with everything that the host said then.
            let _heard = stream.read(&mut [0; 4_096]);
            let _gone = stream.write_all(&said);
            let _gone = stream.shutdown(Shutdown::Write);
        }
    });
    let mut member = Peer::with(profile);
    let place = invite.replace(&port.to_string(), &false_port.to_string()).parse().unwrap();
    member.ask(Command::Join(ROOM, JoinAsk { place, ..join_ask("Mina", false_port) }));
    let failure = member.wait_room("a failure", |event| match event {
        RoomEvent::Offline(failure, _) | RoomEvent::Failed(failure) => Some(failure.clone()),
        RoomEvent::Online(_) => panic!("it took him for the host"),
        _ => None,
    });
    assert!(!matches!(failure, Failure::KeyChanged(_) | Failure::OtherRoom(_)), "{failure:?}");
}

#[test]
fn whoever_only_listens_reads_no_name_no_title_no_password_and_no_text() {
    let words = ["Hannelore Quast", "Kaffeeküche", "drei Wörter hier", "treffen um neun", "nicht um zehn"];
    let [nick, title, password, first, second] = words;
    let mut host = Peer::start();
    let ask = HostAsk {
        name: RoomName::new(title).unwrap(),
        password: PasswordAsk::This(Password::new(password).unwrap()),
        ..host_ask(title, 0)
    };
    host.ask(Command::Host(ROOM, ask));
    let port = host.wait_room("hosting", |event| match event {
        RoomEvent::Hosting(hosting) => Some(hosting.port),
        _ => None,
    });
    host.online();
    let wire = Wire::to(port, None);
    let mut member = Peer::start();
    let ask = JoinAsk { password: Some(Password::new(password).unwrap()), ..join_ask(nick, wire.port) };
    assert_eq!(ask.nick, Nickname::new(nick).unwrap());
    member.ask(Command::Join(ROOM, ask));
    member.online();
    member.say(first);
    host.posts(1);
    host.say(second);
    member.posts(2);
    member.end();
    let (members, hosts) = kept(&wire, None);
    assert!(members.len() > 500 && hosts.len() > 500, "a whole session");
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(holds(&hosts, b"Hallway/1"), "what is said in clear is found");
    for word in words {
        let wide = |to: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        for part in [word.as_bytes().to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            assert!(!holds(&members, &part) && !holds(&hosts, &part), "{word}");
        }
    }
}
