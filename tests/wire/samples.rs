//! One of every message, and more than one where it can take several forms. All values are fixed.

use bytes::Bytes;
use hallway::types::entry::kind;
use hallway::types::{
    Audience, Denial, Entry, Epoch, FetchFrom, Fingerprint, Goodbye, GuestList, Hash, House, HouseRules,
    InviteEnd, Link, MemberId, MemberKey, MessageText, Nickname, Op, OpId, Proof, Refusal, Resume, RoomId,
    RoomName, Run, Seq, Signature, SignedOp, Standing, Token, Until,
};
use hallway::wire::message::{
    ClientMessage, Fetch, Hello, OpResult, Page, Passing, RosterMember, RosterPage, ServerMessage,
    SignedHead, TailWanted, Welcome,
};
use hallway::wire::op;

pub const ROOM: RoomId = RoomId([0x11; 32]);
pub const ANA: MemberKey = MemberKey([0xaa; 32]);
pub const HOST: MemberKey = MemberKey([0xbb; 32]);

pub fn nick(text: &str) -> Nickname {
    Nickname::new(text).unwrap()
}

pub fn post(n: u64, text: &str) -> SignedOp {
    let body = op::post_body(&MessageText::new(text).unwrap(), Audience::Members);
    let id = OpId([u8::try_from(n).unwrap(); 16]);
    let op = Op { room: ROOM, author: ANA, n, id, kind: kind::POST, body };
    SignedOp { op, signature: Signature([0x5a; 64]) }
}

pub fn named(before: Option<&Nickname>) -> SignedOp {
    let body = op::member_body(MemberId(2), &ANA, before, &nick("Ana"));
    let op = Op { room: ROOM, author: HOST, n: 0, id: OpId([0x99; 16]), kind: kind::MEMBER, body };
    SignedOp { op, signature: Signature([0x5b; 64]) }
}

/// A run as it comes from the wire: linked by number, hashes not computed.
pub fn run() -> Run {
    let prev = link();
    let newer = SignedOp {
        op: Op { kind: 1000, body: Bytes::from_static(&[0xff, 0, 1]), ..post(2, "x").op },
        signature: Signature([0x5c; 64]),
    };
    let mut run = Run { prev, entries: Vec::new() };
    for (seq, signed) in
        [(8, named(None)), (9, post(1, "hello\n\tthere 👋")), (11, newer), (12, named(Some(&nick("Anna"))))]
    {
        run.entries.push(Entry {
            prev: run.last(),
            seq: Seq(seq),
            at_ms: 1_790_000_000_000,
            member: MemberId(2),
            name: nick("Ana"),
            signed,
            hash: Hash([0; 32]),
        });
    }
    run
}

fn link() -> Link {
    Link { seq: Seq(7), hash: Hash([0x77; 32]) }
}

fn head() -> SignedHead {
    SignedHead { link: Link { seq: Seq(12), hash: Hash([0x12; 32]) }, signature: vec![0x30; 71] }
}

fn member(host: bool) -> RosterMember {
    RosterMember { member: MemberId(2), key: ANA, name: nick("Ana"), host }
}

fn hello() -> Hello {
    Hello {
        version_min: 1,
        version_max: 3,
        features: vec!["z1".to_owned(), "search".to_owned()],
        app: "hallway 0.1.0".to_owned(),
        member_key: ANA,
        signature: Signature([0x44; 64]),
        resume: Some(Resume { epoch: Epoch(0x0102_0304_0506_0708), last: link() }),
        expects: Some(Fingerprint([0x11; 20])),
        token: None,
    }
}

fn welcome() -> Welcome {
    Welcome {
        version: 1,
        features: vec!["z1".to_owned()],
        room_id: ROOM,
        epoch: Epoch(0x0102_0304_0506_0708),
        room_name: RoomName::new("Ana's room").unwrap(),
        you: MemberId(2),
        last_n: 5,
        host_key: HOST,
        head: head(),
        oldest: Seq(1),
        from: link(),
        server_ms: 1_790_000_000_000,
        present: 3,
        quota: (10, 30),
    }
}

pub fn from_members() -> Vec<(String, ClientMessage)> {
    let first = Hello { features: Vec::new(), resume: None, expects: None, version_max: 1, ..hello() };
    let invited = Hello { token: Some(Token([0x70; 16])), ..first.clone() };
    let mut all = vec![
        ("hello", ClientMessage::Hello(Box::new(hello()))),
        ("hello-first-visit", ClientMessage::Hello(Box::new(first))),
        ("hello-invited", ClientMessage::Hello(Box::new(invited))),
        ("ke1", ClientMessage::Ke1(Bytes::from_static(&[0x61; 96]))),
        ("ke3", ClientMessage::Ke3(Bytes::from_static(&[0x63; 64]))),
        ("introduce", ClientMessage::Introduce(nick("Ana"))),
        ("submit", ClientMessage::Submit(vec![post(1, "hello"), post(2, "again")])),
        ("fetch-after", ClientMessage::Fetch(Fetch { from: FetchFrom::After(Seq(0)), max: 500 })),
        ("fetch-before", ClientMessage::Fetch(Fetch { from: FetchFrom::Before(Seq(13)), max: 200 })),
        ("roster", ClientMessage::Roster(256, 256)),
        ("typing", ClientMessage::Typing(true)),
        ("typing-no-longer", ClientMessage::Typing(false)),
        ("tail-offer", ClientMessage::TailOffer(Proof { epoch: Epoch(0x0102_0304_0506_0708), head: head() })),
        (
            "tail",
            ClientMessage::Tail(Epoch(3), Page { asked: FetchFrom::Before(Seq(13)), run: run(), more: true }),
        ),
        ("ping", ClientMessage::Ping(0xfeed)),
        ("pong", ClientMessage::Pong(0xfeed)),
    ];
    all.extend(goodbyes().map(|(name, reason)| (name, ClientMessage::Bye(reason))));
    all.into_iter().map(|(name, message)| (format!("member/{name}"), message)).collect()
}

pub fn from_hosts() -> Vec<(String, ServerMessage)> {
    let unlimited = Welcome {
        quota: (0, 0),
        head: SignedHead { link: Link::START, signature: Vec::new() },
        from: Link::START,
        ..welcome()
    };
    let page = |asked| Page { asked, run: run(), more: true };
    let empty = Page {
        asked: FetchFrom::After(Seq(12)),
        run: Run { prev: link(), entries: Vec::new() },
        more: false,
    };
    let roster = RosterPage { offset: 0, total: 3, members: vec![member(true), member(false)] };
    let mut all = vec![
        ("welcome", ServerMessage::Welcome(Box::new(welcome()))),
        ("welcome-to-an-empty-room", ServerMessage::Welcome(Box::new(unlimited))),
        ("need-password", ServerMessage::NeedPassword(0)),
        ("need-password-invite-used", ServerMessage::InviteEnded(InviteEnd::Used)),
        ("need-password-invite-expired", ServerMessage::InviteEnded(InviteEnd::Expired)),
        ("need-password-invite-unknown", ServerMessage::InviteEnded(InviteEnd::Unknown)),
        ("need-password-later", ServerMessage::NeedPassword(60_000)),
        ("waiting", ServerMessage::Waiting(300_000)),
        ("ke2", ServerMessage::Ke2(Bytes::from_static(&[0x62; 320]))),
        ("introduced", ServerMessage::Introduced(MemberId(2), nick("Ana 2"))),
        ("results", ServerMessage::Results(results(), head())),
        ("results-in-charge", ServerMessage::Results(results_in_charge(), head())),
        ("events", ServerMessage::Events(run())),
        ("head", ServerMessage::Head(head())),
        (
            "tail-wanted",
            ServerMessage::TailWanted(TailWanted {
                epoch: Epoch(3),
                head: link(),
                fetch: Fetch { from: FetchFrom::Before(Seq(13)), max: 256 },
            }),
        ),
        ("tail-taken", ServerMessage::TailTaken(Epoch(3), link(), Seq(12))),
        ("behind", ServerMessage::Behind(Seq(12))),
        ("page-after", ServerMessage::Page(page(FetchFrom::After(Seq(7))))),
        ("page-before", ServerMessage::Page(page(FetchFrom::Before(Seq(13))))),
        ("page-empty", ServerMessage::Page(empty)),
        ("roster-page", ServerMessage::RosterPage(roster)),
        ("passing", ServerMessage::Passing(passing())),
        (
            "guests",
            ServerMessage::Guests(GuestList {
                names: vec![nick("192.168.1.9"), nick("192.168.1.9#2")],
                count: 2,
            }),
        ),
        ("house", ServerMessage::House(house())),
        ("house-nothing", ServerMessage::House(House::default())),
        ("standings", ServerMessage::Standings(standings())),
        ("guests-none", ServerMessage::Guests(GuestList::default())),
        ("passing-nothing", ServerMessage::Passing(Passing::default())),
        ("ping", ServerMessage::Ping(u64::MAX)),
        ("pong", ServerMessage::Pong(u64::MAX, Seq(12))),
    ];
    all.extend(goodbyes().map(|(name, reason)| (name, ServerMessage::Bye(reason, 500, 30_000))));
    all.extend(denials().map(|(name, denial)| (name, ServerMessage::Denied(denial))));
    all.into_iter().map(|(name, message)| (format!("host/{name}"), message)).collect()
}

fn house() -> House {
    let rules = HouseRules { slow_s: 30, announcements: true, locked: true };
    House { rules, moderators: vec![ANA] }
}

fn standings() -> Vec<Standing> {
    let kept_out = Standing { banned: Some(Until::ForGood), ..Standing::new(ANA, nick("Ana")) };
    let muted = Standing { muted: Some(Until::At(1_790_000_000_000)), ..kept_out.clone() };
    vec![kept_out, muted, Standing { moderator: true, ..Standing::new(HOST, nick("Bo")) }]
}

fn passing() -> Passing {
    Passing {
        joined: vec![member(false)],
        left: vec![RosterMember { member: MemberId(3), name: nick("Bo"), ..member(false) }],
        unnamed: 40,
        present: Some(0),
        typing: Some((vec![MemberId(1), MemberId(2), MemberId(3)], 2)),
    }
}

fn results() -> Vec<OpResult> {
    let outcomes = [
        Ok(Seq(9)),
        Err(Refusal::TooFast { retry_after_ms: 1_500 }),
        Err(Refusal::TooLong),
        Err(Refusal::Malformed),
        Err(Refusal::NotYours),
        Err(Refusal::IdReused),
        Err(Refusal::OutOfOrder { expected: 6 }),
        Err(Refusal::NoName),
        Err(Refusal::NotStored),
        Err(Refusal::Unsupported),
        Err(Refusal::Other("not on Sundays".to_owned())),
    ];
    outcomes.into_iter().map(|outcome| OpResult { id: OpId([0x1d; 16]), outcome }).collect()
}

fn results_in_charge() -> Vec<OpResult> {
    let refusals = [
        Refusal::Muted { until_ms: None },
        Refusal::Muted { until_ms: Some(1_790_000_000_000) },
        Refusal::Announcements,
        Refusal::NotInCharge,
        Refusal::NotThem,
    ];
    let refused = |refusal| OpResult { id: OpId([0x1d; 16]), outcome: Err(refusal) };
    refusals.into_iter().map(refused).collect()
}

fn goodbyes() -> impl Iterator<Item = (&'static str, Goodbye)> {
    let all = [
        ("bye-room-closed", Goodbye::RoomClosed),
        ("bye-leaving", Goodbye::Leaving),
        ("bye-too-slow", Goodbye::TooSlow),
        ("bye-silent", Goodbye::Silent),
        ("bye-replaced", Goodbye::Replaced),
        ("bye-protocol", Goodbye::Protocol),
        ("bye-other", Goodbye::Other),
    ];
    all.into_iter()
}

fn denials() -> impl Iterator<Item = (&'static str, Denial)> {
    let all = [
        ("denied-version", Denial::Version { host_min: 2, host_max: 3 }),
        ("denied-room-full", Denial::RoomFull),
        ("denied-nick-taken", Denial::NickTaken { free: nick("Ana 2") }),
        ("denied-not-yours", Denial::NotYours),
        ("denied-locked", Denial::Locked),
        ("denied-succeeded", Denial::Succeeded),
        ("denied-protocol", Denial::Protocol("expected Hello".to_owned())),
        ("denied-too-slow", Denial::TooSlow),
        ("denied-other", Denial::Other("closed for today".to_owned())),
    ];
    all.into_iter()
}
