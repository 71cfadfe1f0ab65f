//! What was in a log of this room before, and is taken into it again.

use super::{Flight, Ledger, Said, Staged, Taken, content_hash};
use crate::room::log::Digest;
use crate::types::{Batch, Content, KnownMember, MemberId, Nickname, Run, Seq, SignedOp};
use crate::wire::op;

impl Ledger {
    /// Stages what another log held. Its counter says nothing here.
    pub(in crate::room) fn stage_again(
        &mut self,
        signed: SignedOp,
        (member, name): (MemberId, Nickname),
        digest: &dyn Digest,
    ) {
        let said = Said { id: signed.op.id, content: content_hash(&signed.op, digest) };
        self.seen.insert(&signed.op.author, &signed.op.id);
        self.again += 1;
        self.authors.entry(signed.op.author).or_default().again.push_back(said);
        self.staged.push_back(Staged::Again(signed, member, name));
    }

    /// Nothing of another log is staged any more. Only while nothing is under way.
    pub(in crate::room) fn unstage_again(&mut self) {
        self.staged.retain(|staged| !matches!(staged, Staged::Again(..)));
        self.authors.values_mut().for_each(|author| author.again.clear());
        self.again = 0;
    }

    /// This entry of the batch under way says nothing any more.
    pub(in crate::room) fn blank_under_way(&mut self, seq: Seq) {
        let entries = self.flight.iter_mut().flat_map(|flight| &mut flight.run.entries);
        entries.filter(|entry| entry.seq == seq).for_each(|entry| *entry = entry.clone().blank());
    }

    /// What an entry of the batch under way was before it had a number, by its place there; none where it comes back with the
    /// number that it had.
    pub(in crate::room) fn was_staged(&self, place: usize) -> Option<&Staged> {
        self.flight.as_ref()?.items.get(place)
    }

    /// Whether something of another log is staged or under way.
    pub(in crate::room) fn has_again(&self) -> bool {
        self.again > 0
    }

    /// A run that this log held before and that follows its head, with the numbers that it had. Only while nothing is
    /// under way.
    pub(in crate::room) fn take_back(&mut self, run: Run, digest: &dyn Digest) -> Batch {
        let (mut taken, mut named) = (Vec::new(), Vec::new());
        for entry in &run.entries {
            let op = &entry.signed.op;
            self.seen.insert(&op.author, &op.id);
            if op.n > 0 {
                let said = Said { id: op.id, content: content_hash(op, digest) };
                taken.push(Taken { author: op.author, said, n: op.n, seq: entry.seq });
            }
            if let Content::Named { key, name, .. } = op::content(&entry.signed) {
                named.push(KnownMember { member: entry.member, key, name });
            }
        }
        let batch = Batch { entries: run.entries.clone(), members: named.clone(), ..Batch::default() };
        let (heard, items) = (Vec::new(), Vec::new());
        self.flight = Some(Flight { run, taken, named, heard, items });
        batch
    }
}
