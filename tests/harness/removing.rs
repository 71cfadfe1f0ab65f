//! What is taken back: people remove what they said, the host what others said, and where a log says so the words are gone.
//!
//! A disk blanks what a removal is about in the commit that stores it, and what comes later and was removed before in the
//! commit that stores that, as the real store does. When all is over,
//!
//! * **I11** what the log says is removed has no words, at the host and in every copy;
//! * **I12** nothing else is without words, but what somebody asked to remove once.

use hallway::room::ReplicaInput;
use hallway::types::entry::kind;
use hallway::types::{Deed, Entry, MemberKey, OpId, Removal, Seq};
use hallway::wire::op;

use super::world::{HOST, World};

/// What a log says is removed, with the places where it says so.
#[derive(Debug, Clone, Default)]
pub struct Removed(Vec<(Seq, Removal)>);

impl Removed {
    pub fn note(&mut self, removals: &[(Seq, Removal)]) {
        self.0.extend_from_slice(removals);
    }

    /// Whether the words of this entry go.
    pub fn is_about(&self, entry: &Entry) -> bool {
        let before = |(at, removal): &(Seq, Removal)| entry.seq < *at && is_about(*at, removal, entry);
        has_words(entry) && self.0.iter().any(before)
    }
}

/// Whether a removal at this place is about that entry: one that it names wherever it stands, else all that was said before.
fn is_about(at: Seq, removal: &Removal, entry: &Entry) -> bool {
    let op = &entry.signed.op;
    let named = removal.which.map_or(entry.seq < at, |id| id == op.id);
    named && removal.author == op.author
}

fn has_words(entry: &Entry) -> bool {
    entry.signed.op.kind == kind::POST
}

impl World {
    /// Somebody removes something: one of their own lines, or all of them; the host also somebody else's.
    pub fn remove(&mut self, who: usize) {
        let of = if who == HOST { self.random.pick(self.members.len()) } else { who };
        let author = self.members[of].key;
        let theirs = |entry: &&Entry| entry.signed.op.author == author && has_words(entry);
        let said: Vec<OpId> =
            self.host.log.entries.iter().filter(theirs).map(|entry| entry.signed.op.id).collect();
        if said.is_empty() {
            return;
        }
        let one = said[self.random.pick(said.len())];
        let which = (!self.random.chance(15)).then_some(one);
        let removal = Removal { author, name: self.members[of].nick.clone(), which };
        self.asked.push(removal.clone());
        self.next += 1;
        let mut id = [0xdd; 16];
        id[8..].copy_from_slice(&self.next.to_be_bytes());
        self.member_input(who, ReplicaInput::Do { id: OpId(id), deed: Deed::Remove(removal) });
    }

    /// Whether it may be gone without being missed.
    pub fn was_asked_to_go(&self, author: MemberKey, id: OpId) -> bool {
        self.asked.iter().any(|one| one.author == author && one.which.is_none_or(|which| which == id))
    }

    /// Judges what is removed, when all is over.
    pub fn judge_removed(&mut self) {
        let log = &self.host.log.entries;
        let says: Vec<(Seq, Removal)> = log.iter().filter_map(removal).collect();
        let copies = self.members.iter().filter(|member| !member.shares_log);
        let copies = copies.map(|member| (member.nick.as_str(), member.disk.entries().collect::<Vec<_>>()));
        let host = std::iter::once(("the host", log.iter().collect::<Vec<_>>()));
        for (who, entries) in host.chain(copies) {
            for entry in entries {
                let op = &entry.signed.op;
                let gone = says.iter().any(|(at, removal)| is_about(*at, removal, entry));
                assert!(!(gone && has_words(entry)), "I11: {who} has the words of {}: {says:?}", entry.seq);
                let asked = op.kind != kind::BLANK || self.was_asked_to_go(op.author, op.id);
                assert!(asked, "I12: {who} has no words of {}, which nobody removed", entry.seq);
            }
        }
        self.tally.removals = says.len() as u64;
    }
}

fn removal(entry: &Entry) -> Option<(Seq, Removal)> {
    let Some(Deed::Remove(removal)) = op::deed(&entry.signed.op) else { return None };
    Some((entry.seq, removal))
}
