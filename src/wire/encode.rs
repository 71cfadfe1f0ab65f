//! Messages into frames. Always succeeds: what it is given is made of checked values.
//!
//! A Submit or an Events that would not fit one frame becomes several, which mean the same; the other messages
//! are bounded by the limits of what they hold. A page is whatever its log gave, at most
//! [`PAGE_BYTES`] of entries.

mod charge;

use bytes::{Bytes, BytesMut};
use prost::Message;

use super::frame::put_header;
use super::message::{
    ClientMessage, Fetch, Hello, OpResult, Page, Passing, RosterMember, RosterPage, ServerMessage,
    SignedHead, Welcome,
};
use super::{kind, op, proto};
use crate::types::limits::{ERROR_TEXT_BYTES, OPS_PER_SUBMIT, PAGE_BYTES, PAGE_ENTRIES};
use crate::types::{
    Denial, Entry, Epoch, FetchFrom, Goodbye, GuestList, InviteEnd, Link, MemberId, Nickname, OpId, Refusal,
    Run, Seq, SignedOp,
};

/// Appends what a member says. [`ClientMessage::Skipped`] and an empty Submit append nothing.
pub fn encode_client(message: &ClientMessage, out: &mut BytesMut) {
    match message {
        ClientMessage::Hello(hello) => put(kind::HELLO, &self::hello(hello), out),
        ClientMessage::Ke1(message) => put(kind::KE1, &proto::Ke1 { message: message.clone() }, out),
        ClientMessage::Ke3(message) => put(kind::KE3, &proto::Ke3 { message: message.clone() }, out),
        ClientMessage::Introduce(nick) => {
            put(kind::INTRODUCE, &proto::Introduce { nick: nick.to_string() }, out);
        }
        ClientMessage::Submit(ops) => submit(ops, out),
        ClientMessage::Fetch(fetch) => put(kind::FETCH, &self::fetch(*fetch), out),
        ClientMessage::Roster(offset, max) => {
            put(kind::ROSTER, &proto::Roster { offset: *offset, max: *max }, out);
        }
        ClientMessage::TailOffer(offer) => {
            let said = proto::TailOffer { epoch: offer.epoch.0, head: Some(signed_head(&offer.head)) };
            put(kind::TAIL_OFFER, &said, out);
        }
        ClientMessage::Tail(epoch, page) => put(kind::TAIL, &tail(*epoch, page), out),
        ClientMessage::Typing(typing) => {
            let said = proto::Ephemeral { i_am_typing: Some(*typing), ..Default::default() };
            put(kind::EPHEMERAL, &said, out);
        }
        ClientMessage::Ping(nonce) => ping(*nonce, out),
        ClientMessage::Pong(nonce) => pong(*nonce, Seq::START, out),
        ClientMessage::Bye(reason) => bye(*reason, 0, 0, out),
        ClientMessage::Skipped(_) => {}
    }
}

/// Appends what a host says. [`ServerMessage::Skipped`] and Events without entries append nothing.
pub fn encode_server(message: &ServerMessage, out: &mut BytesMut) {
    match message {
        ServerMessage::Welcome(welcome) => put(kind::WELCOME, &self::welcome(welcome), out),
        ServerMessage::Waiting(patience_ms) => {
            put(kind::WAITING, &proto::Waiting { patience_ms: *patience_ms }, out);
        }
        ServerMessage::NeedPassword(wait_ms) => {
            put(kind::NEED_PASSWORD, &proto::NeedPassword { wait_ms: *wait_ms, invite: 0 }, out);
        }
        ServerMessage::InviteEnded(end) => {
            let invite = match end {
                InviteEnd::Used => proto::InviteEnded::Used,
                InviteEnd::Expired => proto::InviteEnded::Expired,
                InviteEnd::Unknown => proto::InviteEnded::Unknown,
            };
            put(kind::NEED_PASSWORD, &proto::NeedPassword { wait_ms: 0, invite: invite.into() }, out);
        }
        ServerMessage::Ke2(message) => put(kind::KE2, &proto::Ke2 { message: message.clone() }, out),
        ServerMessage::Introduced(member, nick) => introduced(*member, nick, out),
        ServerMessage::Denied(denial) => put(kind::DENIED, &denied(denial), out),
        ServerMessage::Results(results, head) => {
            let results = results.iter().map(op_result).collect();
            put(kind::RESULTS, &proto::Results { results, head: Some(signed_head(head)) }, out);
        }
        ServerMessage::Events(run) => events(run, out),
        ServerMessage::Head(head) => put(kind::HEAD, &signed_head(head), out),
        ServerMessage::TailWanted(wanted) => {
            let (head, fetch) = (Some(link(wanted.head)), Some(fetch(wanted.fetch)));
            put(kind::TAIL_WANTED, &proto::TailWanted { epoch: wanted.epoch.0, head, fetch }, out);
        }
        ServerMessage::TailTaken(epoch, head, upto) => {
            let said = proto::TailTaken { epoch: epoch.0, head: Some(link(*head)), upto: upto.0 };
            put(kind::TAIL_TAKEN, &said, out);
        }
        ServerMessage::Behind(head) => put(kind::BEHIND, &proto::Behind { head: head.0 }, out),
        ServerMessage::Page(page) => put(kind::PAGE, &self::page(page), out),
        ServerMessage::RosterPage(page) => put(kind::ROSTER_PAGE, &roster_page(page), out),
        ServerMessage::Passing(passing) => put(kind::EPHEMERAL, &ephemeral(passing), out),
        ServerMessage::Guests(guests) => put(kind::GUESTS, &self::guests(guests), out),
        ServerMessage::House(house) => put(kind::HOUSE, &charge::house(house), out),
        ServerMessage::Standings(standings) => put(kind::STANDINGS, &charge::standings(standings), out),
        ServerMessage::Ping(nonce) => ping(*nonce, out),
        ServerMessage::Pong(nonce, head) => pong(*nonce, *head, out),
        ServerMessage::Bye(reason, min, max) => bye(*reason, *min, *max, out),
        ServerMessage::Skipped(_) => {}
    }
}

fn put(kind: u8, body: &impl Message, out: &mut BytesMut) {
    put_header(kind, body.encoded_len(), out);
    // A BytesMut grows, so there is always room.
    let room = body.encode(out);
    debug_assert!(room.is_ok());
}

fn ping(nonce: u64, out: &mut BytesMut) {
    put(kind::PING, &proto::Ping { nonce }, out);
}

fn pong(nonce: u64, head: Seq, out: &mut BytesMut) {
    put(kind::PONG, &proto::Pong { nonce, head: head.0 }, out);
}

fn bye(reason: Goodbye, retry_min_ms: u64, retry_max_ms: u64, out: &mut BytesMut) {
    let reason = match reason {
        Goodbye::RoomClosed => proto::ByeReason::RoomClosed,
        Goodbye::Leaving => proto::ByeReason::Leaving,
        Goodbye::TooSlow => proto::ByeReason::TooSlow,
        Goodbye::Silent => proto::ByeReason::Silent,
        Goodbye::Replaced => proto::ByeReason::Replaced,
        Goodbye::Protocol => proto::ByeReason::Protocol,
        Goodbye::Removed => proto::ByeReason::Removed,
        Goodbye::Other => proto::ByeReason::Other,
    };
    put(kind::BYE, &proto::Bye { reason: reason.into(), retry_min_ms, retry_max_ms }, out);
}

fn introduced(member: MemberId, nick: &Nickname, out: &mut BytesMut) {
    put(kind::INTRODUCED, &proto::Introduced { member: member.0, nick: nick.to_string() }, out);
}

fn submit(ops: &[SignedOp], out: &mut BytesMut) {
    let frames = in_frames(ops, OPS_PER_SUBMIT, |signed| op::canonical_len(&signed.op) + 128);
    for frame in frames {
        put(kind::SUBMIT, &proto::Submit { ops: frame.iter().map(signed_op).collect() }, out);
    }
}

fn events(run: &Run, out: &mut BytesMut) {
    let mut prev = run.prev;
    for frame in in_frames(&run.entries, PAGE_ENTRIES, Entry::weight) {
        let entries = frame.iter().map(entry).collect();
        put(kind::EVENTS, &proto::Events { prev: Some(link(prev)), entries }, out);
        prev = frame.last().map_or(prev, Entry::link);
    }
}

/// `items` cut into pieces of at most `count` items and, but for a single item, [`PAGE_BYTES`] bytes.
fn in_frames<T>(items: &[T], count: usize, bytes: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut frames = Vec::new();
    let (mut start, mut filled) = (0, 0);
    for (index, item) in items.iter().enumerate() {
        let size = bytes(item);
        if index > start && (index - start == count || filled + size > PAGE_BYTES) {
            frames.extend(items.get(start..index));
            (start, filled) = (index, 0);
        }
        filled += size;
    }
    frames.extend(items.get(start..).filter(|last| !last.is_empty()));
    frames
}

fn hello(hello: &Hello) -> proto::Hello {
    proto::Hello {
        version_min: hello.version_min,
        version_max: hello.version_max,
        features: hello.features.clone(),
        app: hello.app.clone(),
        member_key: bytes(hello.member_key.as_bytes()),
        signature: bytes(hello.signature.as_bytes()),
        resume: hello
            .resume
            .map(|resume| proto::Resume { epoch: resume.epoch.0, last: Some(link(resume.last)) }),
        expects: hello.expects.map(|room| bytes(room.as_bytes())),
        token: hello.token.map(|token| bytes(&token.0)),
    }
}

fn welcome(welcome: &Welcome) -> proto::Welcome {
    let (per_second, burst) = welcome.quota;
    proto::Welcome {
        version: welcome.version,
        features: welcome.features.clone(),
        room_id: bytes(welcome.room_id.as_bytes()),
        epoch: welcome.epoch.0,
        room_name: welcome.room_name.to_string(),
        you: welcome.you.0,
        last_n: welcome.last_n,
        host_key: bytes(welcome.host_key.as_bytes()),
        head: Some(signed_head(&welcome.head)),
        oldest: welcome.oldest.0,
        from: Some(link(welcome.from)),
        server_ms: welcome.server_ms,
        present: welcome.present,
        quota: (welcome.quota != (0, 0)).then_some(proto::Quota { per_second, burst }),
    }
}

fn denied(denial: &Denial) -> proto::Denied {
    use proto::DeniedCode as Code;
    let mut out = proto::Denied::default();
    let code = match denial {
        Denial::Version { host_min, host_max } => {
            (out.host_min, out.host_max) = (*host_min, *host_max);
            Code::Version
        }
        Denial::RoomFull => Code::RoomFull,
        Denial::NickTaken { free } => {
            out.free_nick = free.to_string();
            Code::NickTaken
        }
        Denial::NotYours => Code::NotYours,
        Denial::Protocol(text) => {
            out.text = cut(text);
            Code::Protocol
        }
        Denial::TooSlow => Code::TooSlow,
        Denial::NotLetIn => Code::NotLetIn,
        Denial::Locked => Code::Locked,
        Denial::Succeeded => Code::Succeeded,
        Denial::Banned { until_ms } => {
            out.until_ms = *until_ms;
            Code::Banned
        }
        Denial::Other(text) => {
            out.text = cut(text);
            Code::Other
        }
    };
    out.code = code.into();
    out
}

fn refused(refusal: &Refusal) -> proto::Refused {
    use proto::RefusedCode as Code;
    let mut out = proto::Refused::default();
    let code = match refusal {
        Refusal::TooFast { retry_after_ms } => {
            out.retry_after_ms = *retry_after_ms;
            Code::TooFast
        }
        Refusal::Muted { until_ms } => {
            out.until_ms = *until_ms;
            Code::Muted
        }
        Refusal::Announcements => Code::Announcements,
        Refusal::NotInCharge => Code::NotInCharge,
        Refusal::NotThem => Code::NotThem,
        Refusal::TooLong => Code::TooLong,
        Refusal::Malformed => Code::Malformed,
        Refusal::NotYours => Code::NotYours,
        Refusal::IdReused => Code::IdReused,
        Refusal::OutOfOrder { expected } => {
            out.expected = *expected;
            Code::OutOfOrder
        }
        Refusal::NoName => Code::NoName,
        Refusal::NotStored => Code::NotStored,
        Refusal::Unsupported => Code::Unsupported,
        Refusal::Other(text) => {
            out.text = cut(text);
            Code::Other
        }
    };
    out.code = code.into();
    out
}

fn op_result(result: &OpResult) -> proto::OpResult {
    let OpId(id) = &result.id;
    let (seq, refused) = match &result.outcome {
        Ok(seq) => (Some(seq.0), None),
        Err(refusal) => (None, Some(self::refused(refusal))),
    };
    proto::OpResult { id: bytes(id), seq, refused }
}

fn fetch(fetch: Fetch) -> proto::Fetch {
    let (after, before) = direction(fetch.from);
    proto::Fetch { after, before, max: fetch.max }
}

fn page(page: &Page) -> proto::Page {
    let (after, before) = direction(page.asked);
    let entries = page.run.entries.iter().map(entry).collect();
    proto::Page { after, before, prev: Some(link(page.run.prev)), entries, more: page.more }
}

fn tail(epoch: Epoch, page: &Page) -> proto::Tail {
    let (after, before) = direction(page.asked);
    let entries = page.run.entries.iter().map(entry).collect();
    proto::Tail { epoch: epoch.0, after, before, prev: Some(link(page.run.prev)), entries, more: page.more }
}

fn direction(from: FetchFrom) -> (Option<u64>, Option<u64>) {
    match from {
        FetchFrom::After(seq) => (Some(seq.0), None),
        FetchFrom::Before(seq) => (None, Some(seq.0)),
    }
}

fn roster_page(page: &RosterPage) -> proto::RosterPage {
    let members = page.members.iter().map(roster_member).collect();
    proto::RosterPage { offset: page.offset, total: page.total, members }
}

fn roster_member(member: &RosterMember) -> proto::RosterMember {
    let RosterMember { member, key, name, host } = member;
    proto::RosterMember { member: member.0, key: bytes(key.as_bytes()), name: name.to_string(), host: *host }
}

fn guests(guests: &GuestList) -> proto::Guests {
    proto::Guests { names: guests.names.iter().map(Nickname::to_string).collect(), count: guests.count }
}

fn ephemeral(passing: &Passing) -> proto::Ephemeral {
    proto::Ephemeral {
        joined: passing.joined.iter().map(roster_member).collect(),
        left: passing.left.iter().map(roster_member).collect(),
        unnamed: passing.unnamed,
        present: passing.present,
        typing: passing.typing.as_ref().map(|(members, more)| proto::Typing {
            members: members.iter().map(|member| member.0).collect(),
            more: *more,
        }),
        i_am_typing: None,
    }
}

fn signed_op(signed: &SignedOp) -> proto::SignedOp {
    let op = op::canonical(&signed.op).into();
    proto::SignedOp { op, signature: bytes(signed.signature.as_bytes()) }
}

fn entry(entry: &Entry) -> proto::Entry {
    proto::Entry {
        seq: entry.seq.0,
        at_ms: entry.at_ms,
        member: entry.member.0,
        name: entry.name.to_string(),
        op: op::canonical(&entry.signed.op).into(),
        signature: bytes(entry.signed.signature.as_bytes()),
    }
}

fn signed_head(head: &SignedHead) -> proto::SignedHead {
    proto::SignedHead { link: Some(link(head.link)), signature: bytes(&head.signature) }
}

fn link(link: Link) -> proto::Link {
    proto::Link { seq: link.seq.0, hash: bytes(link.hash.as_bytes()) }
}

fn bytes(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

/// As much of a sentence as may travel.
fn cut(text: &str) -> String {
    text.get(..text.floor_char_boundary(ERROR_TEXT_BYTES)).unwrap_or_default().to_owned()
}
