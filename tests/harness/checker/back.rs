//! What holds of a room whose host's file went back in time.

use hallway::types::{Epoch, OpId, Seq};

use super::{Checker, Line, Name};

impl Checker {
    /// The host's file is an older copy of itself, in which these lines are not; somebody can prove the first of them, up
    /// to there. Its numbers may be given again, until somebody comes who knows better. What nobody can prove is said
    /// again by whoever said it; what the host itself said or heard of it is gone, as is what it had said and not `kept`.
    pub fn went_back(
        &mut self,
        host: usize,
        (epoch, to): (Epoch, Epoch),
        (lost, proven): (&[Line], Seq),
        kept: impl Fn(&OpId) -> bool,
    ) {
        let key = self.members[host].key;
        for line in lost {
            let name = (line.author, line.id);
            self.before.insert((epoch, line.seq, name));
            self.lines.remove(&(epoch, line.seq));
            self.places.remove(&(epoch, name));
            if line.seq <= proven {
                self.owed.insert(name, (epoch, line.seq));
            } else if name.0.is_none() || name.0 == key {
                self.gone.insert(name);
            } else {
                self.loose.insert(name);
            }
        }
        if to != epoch {
            // What came back since then came back under other numbers, and may do so once more.
            let any: Vec<Name> =
                self.owed.iter().filter(|(_, (of, _))| *of == to).map(|(name, _)| *name).collect();
            for name in any {
                self.owed.remove(&name);
                if name.0.is_some() {
                    self.loose.insert(name);
                }
            }
        }
        let first = lost.first().map_or(Seq(u64::MAX), |line| line.seq);
        // Its epoch may be an older one as well, under which some of these were told at first.
        let of =
            |((of, seq), name): (&(Epoch, Seq), &Name)| (*of == to && *seq >= first).then_some((*seq, *name));
        let again: Vec<(Seq, Name)> = self.lines.iter().filter_map(of).collect();
        for (seq, name) in again {
            self.before.insert((to, seq, name));
            self.lines.remove(&(to, seq));
            self.places.remove(&(to, name));
        }
        let member = &mut self.members[host];
        member.said.retain(|id| kept(id) || member.refused.contains(id));
        member.since = member.said.len();
        for member in &mut self.members {
            member.sent.retain(|_, (of, seq)| ![epoch, to].contains(of) || *seq < first);
        }
    }
}
