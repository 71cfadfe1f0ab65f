//! A guest before it is one: greeted, and told nothing of the room.
//!
//! Who only listened for the mark and hung up, or who knocks at every port, shall not be announced to a room. So
//! nobody is a guest before its first line, or before it has listened for a while; and of somebody who says that
//! it will say nothing, two lines are written first, because a connection that is closed on the other side shows
//! it only then.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::text_line::{Gone, TextLine};
use super::{Guest, SAYS_NO_MORE, STILL_READS};
use crate::net::door::MARK;
use crate::net::host::Shared;
use crate::net::pipe::AnyStream;
use crate::room::ConnId;
use crate::types::GuestRules;
use crate::types::limits::GUEST_SETTLES_MS;
use crate::wire::text::{GREETING, GuestLine, write};

/// Who came, without the app.
pub(in crate::net::host) struct Newcomer {
    pub(in crate::net::host) conn: ConnId,
    pub(in crate::net::host) address: IpAddr,
    pub(in crate::net::host) stream: AnyStream,
    /// What was read already.
    pub(in crate::net::host) seen: Vec<u8>,
    /// The stream is TLS.
    pub(in crate::net::host) encrypted: bool,
}

impl Newcomer {
    /// Greets it, and waits until it is a guest; none where it never was one.
    pub(in crate::net::host) async fn settle(self, shared: &Shared) -> Option<Guest> {
        let rules = Arc::clone(&shared.rules.borrow());
        let now_ms = || (shared.clock)().boot_ms;
        let Self { conn, address, stream, seen, encrypted } = self;
        let mut line = TextLine::new(stream, &seen, &rules, now_ms()).ok()?;
        greet(&mut line, &rules, &shared.name, (address, encrypted));
        let says_nothing = wait(&mut line, &now_ms).await.ok()? == Waited::SaysNothing;
        if says_nothing {
            if rules.classic {
                return None;
            }
            // As the far end may be gone: the first line asks it, and the second one fails where it is.
            line.note(SAYS_NO_MORE);
            let _time_is_up = wait(&mut line, &now_ms).await.ok()?;
            line.note(STILL_READS);
            while !line.is_idle() {
                line.step(false, now_ms()).await.ok()?;
            }
            if line.is_deaf() {
                return None;
            }
        }
        Some(Guest::new((conn, address), line, shared.clone(), says_nothing))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Waited {
    /// It said something, or listened for long enough.
    IsGuest,
    /// It ended what it says without a word.
    SaysNothing,
}

/// Waits for the first line, the end, or [`GUEST_SETTLES_MS`] of listening.
async fn wait(line: &mut TextLine, now_ms: &impl Fn() -> u64) -> Result<Waited, Gone> {
    let settled = tokio::time::sleep(Duration::from_millis(GUEST_SETTLES_MS));
    tokio::pin!(settled);
    let had_ended = line.has_ended();
    while !line.has_ask() {
        if line.has_ended() && !had_ended {
            return Ok(Waited::SaysNothing);
        }
        tokio::select! {
            moved = line.step(true, now_ms()) => { moved?; }
            () = &mut settled => break,
        }
    }
    Ok(Waited::IsGuest)
}

fn greet(line: &mut TextLine, rules: &GuestRules, room: &str, (address, encrypted): (IpAddr, bool)) {
    line.raw(GREETING.as_bytes());
    if rules.classic {
        return;
    }
    line.raw(if line.style().crlf { b"\r\n" } else { b"\n" });
    let how = if encrypted { "encrypted, nobody proven" } else { "not encrypted" };
    let may = if rules.read_only { ", and can read, not speak" } else { "" };
    let name = crate::room::guest_name(address);
    let words =
        format!("{MARK}, room {room}, {how}. You are {name}{may}. Commands: /nick NAME /who /quit /help");
    line.raw(&write(&GuestLine::Note(words), line.style()));
}
