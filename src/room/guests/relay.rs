//! What guests are told of the log.

use crate::room::contract::{ConnId, ForGuests};
use crate::room::{Output, Room};
use crate::types::entry::kind;
use crate::types::{Audience, Content, Entry, Run, Seq};
use crate::wire::op;
use crate::wire::text::GuestLine;

impl Room {
    /// Passes on what guests may hear of entries that are durable now. `heard` says which guests said which.
    pub(in crate::room) fn relay(&self, run: &Run, heard: &[(Seq, ConnId)], out: &mut Vec<Output>) {
        if self.guests.here.is_empty() {
            return;
        }
        let lines = run.entries.iter().filter_map(|entry| {
            let by = heard.iter().find(|(seq, _)| *seq == entry.seq).map(|(_, id)| *id);
            Some(ForGuests { from: by, line: self.line_of(entry, by)? })
        });
        self.tell_guests(lines.collect(), out);
    }

    /// What guests are told of one entry, if anything. What its author did not mean for them is not passed on.
    fn line_of(&self, entry: &Entry, by: Option<ConnId>) -> Option<GuestLine> {
        let everyone = op::audience(&entry.signed.op) == Audience::Everyone;
        match op::content(&entry.signed) {
            Content::Post(text) if everyone => {
                Some(GuestLine::Said { who: self.shown_name(entry, by), text: text.to_string() })
            }
            Content::Named { key, before: Some(before), name } => {
                let conn = self.by_key.get(&key).and_then(|id| self.conns.get(id))?;
                conn.present.then(|| GuestLine::Note(format!("{before} is now called {name}")))
            }
            Content::Newer { .. } => {
                Some(GuestLine::Note(format!("{} sent something that only the app can show", entry.name)))
            }
            Content::Post(_)
            | Content::Named { .. }
            | Content::Act(_)
            | Content::Rule(_)
            | Content::Succeeded(_)
            | Content::Removal(_)
            | Content::Removed
            | Content::Unreadable => None,
        }
    }

    /// Under which name guests read an entry: in a classic room an address, as far as one is known.
    fn shown_name(&self, entry: &Entry, by: Option<ConnId>) -> String {
        if !self.facts.guests.classic {
            return entry.name.to_string();
        }
        let op = &entry.signed.op;
        let address = if op.kind == kind::GUEST {
            by.and_then(|id| self.guests.here.get(&id)).map(|guest| guest.address)
        } else if op.author == self.facts.host {
            self.facts.address
        } else {
            self.by_key.get(&op.author).and_then(|id| self.conns.get(id)).and_then(|conn| conn.address)
        };
        let named = || entry.name.as_str().split('#').next().unwrap_or_default().to_owned();
        address.map_or_else(named, |address| address.to_string())
    }
}
