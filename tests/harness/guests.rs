//! The guests of the simulation: each remembers what it was told, and that is held against the log.

use std::collections::BTreeMap;

use hallway::room::{ConnId, ForGuests};
use hallway::types::{Audience, Content, Entry, Seq};
use hallway::wire::op;
use hallway::wire::text::GuestLine;

use super::log::Log;

/// One guest that is in.
struct Guest {
    /// The first entry that it is told of live.
    before: Seq,
    /// What it was told that somebody said, in that order.
    heard: Vec<String>,
}

#[derive(Default)]
pub struct Guests {
    here: BTreeMap<ConnId, Guest>,
    /// Lines that were said, by the guest's connection.
    said: BTreeMap<ConnId, u64>,
    /// Lines of which it was said that they are not kept.
    pub lost: u64,
}

impl Guests {
    pub fn let_in(&mut self, conn: ConnId, before: Seq) {
        let guest = Guest { before, heard: Vec::new() };
        assert!(self.here.insert(conn, guest).is_none(), "let in twice");
    }

    pub fn gone(&mut self, conn: ConnId) {
        self.here.remove(&conn);
    }

    pub fn all_gone(&mut self) {
        self.here.clear();
    }

    /// One of those who are here.
    pub fn any(&self, number: u64) -> Option<ConnId> {
        let at = usize::try_from(number).unwrap() % self.here.len().max(1);
        self.here.keys().nth(at).copied()
    }

    pub fn count(&self) -> u32 {
        u32::try_from(self.here.len()).unwrap()
    }

    pub fn is_full(&self) -> bool {
        self.here.len() >= 5
    }

    /// What this guest says next.
    pub fn next_words(&mut self, conn: ConnId) -> String {
        let count = self.said.entry(conn).or_default();
        *count += 1;
        format!("guest {} {count}", conn.0)
    }

    pub fn said(&self) -> u64 {
        self.said.values().sum()
    }

    pub fn told(&mut self, lines: &[ForGuests]) {
        for ForGuests { from, line } in lines {
            let GuestLine::Said { text, .. } = line else { continue };
            for (conn, guest) in &mut self.here {
                if *from != Some(*conn) {
                    guest.heard.push(text.clone());
                }
            }
        }
    }

    pub fn answered(&mut self, conn: ConnId, line: &GuestLine) {
        assert!(self.here.contains_key(&conn) || matches!(line, GuestLine::Note(_)));
        let GuestLine::Note(words) = line else { return };
        self.lost += u64::from(words.ends_with("say it again"));
    }

    /// Each guest was told all that is meant for guests, once and in order, but its own lines, and nothing else.
    /// A guest's own lines are in the log once and in order.
    pub fn check(&self, log: &Log, published: Seq) {
        for (conn, guest) in &self.here {
            let own = format!("guest {} ", conn.0);
            let live = log.as_said().filter(|entry| entry.seq >= guest.before && entry.seq <= published);
            let meant = live.filter(|entry| op::audience(&entry.signed.op) == Audience::Everyone);
            let expected: Vec<String> = meant.map(text_of).filter(|text| !text.starts_with(&own)).collect();
            assert_eq!(guest.heard, expected, "guest {} was told something else", conn.0);
            let mine = log.as_said().map(text_of).filter(|text| text.starts_with(&own));
            let numbers: Vec<u64> = mine.map(|text| text[own.len()..].parse().unwrap()).collect();
            assert!(numbers.is_sorted_by(|a, b| a < b), "guest {}: {numbers:?}", conn.0);
        }
    }
}

fn text_of(entry: &Entry) -> String {
    match op::content(&entry.signed) {
        Content::Post(text) => text.to_string(),
        _ => String::new(),
    }
}
