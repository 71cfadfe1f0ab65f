//! Whether a room kept its promise, told from what its members were told and from the host's log at the end.
//!
//! It knows nothing of rooms, networks or simulations: it takes plain facts, in the order in which each member
//! had them, so that it can read the event streams of real programs as well. What it checks, by the numbers that
//! the promise has:
//!
//! * **I1** what was acknowledged or shown is in the log, there and nowhere else;
//! * **I2** one order for all: a number is the same line for everybody, and no number is left out;
//! * **I3** nothing is numbered twice, and nothing is shown twice;
//! * **I4** what one author said stands in the order in which it was said;
//! * **I5** nothing is there that nobody said;
//! * **I6** what is missing is told before what follows it, and a history has no silent hole;
//! * **I7** what a host lost that somebody can prove comes back;
//! * **I10** when the faults are over, everybody has everything, and nothing waits.

use std::collections::{HashMap, HashSet};
use std::fmt;

use hallway::types::{Epoch, MemberKey, OpId, Seq};

/// One line of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub seq: Seq,
    pub id: OpId,
    /// Who said it; none for what the room itself says, guests' lines and names among it.
    pub author: Option<MemberKey>,
    /// The number of the line before it, where that is known.
    pub prev: Option<Seq>,
}

/// What one member was told, or what its disk held when it started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A line, as new.
    Shown(Line),
    /// What I said is safe here.
    Pending(OpId),
    /// The host has it, under this number.
    Sent(OpId, Seq),
    /// The host does not take it.
    Refused(OpId),
    /// Lines between these two are not here.
    Gap { after: Seq, before: Seq },
    /// It follows the log of this epoch.
    Follows(Epoch),
    /// The log that it follows from here on is another one, of this epoch: numbers begin anew.
    Anew(Epoch),
    /// Started again: its copy ends there, and this waits.
    Restarted { epoch: Option<Epoch>, last: Seq, outbox: Vec<OpId> },
}

/// What one member has when all is over.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Its copy, first to last.
    pub history: Vec<Line>,
    /// What still waits for the host.
    pub waiting: Vec<OpId>,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub law: &'static str,
    /// Whose, by the order in which members were named; none where it is the log's.
    pub who: Option<usize>,
    /// How.
    pub words: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            Some(who) => write!(f, "{}: member {who}: {}", self.law, self.words),
            None => write!(f, "{}: {}", self.law, self.words),
        }
    }
}

/// A line's identity.
type Name = (Option<MemberKey>, OpId);
type Judged = Result<(), Violation>;

struct Member {
    key: Option<MemberKey>,
    /// The last line that was shown, or was here at the start.
    shown: Seq,
    /// A gap that was told and whose other side was not shown yet.
    gap: Option<(Seq, Seq)>,
    /// Which log it follows.
    epoch: Epoch,
    /// What it said and was told to be safe, in that order.
    said: Vec<OpId>,
    /// What it said before here may stand in any order: its computer does not know of it any more.
    since: usize,
    known: HashSet<OpId>,
    refused: HashSet<OpId>,
    sent: HashMap<OpId, (Epoch, Seq)>,
    acknowledged: HashSet<OpId>,
}

/// Judges the facts of one room.
pub struct Checker {
    members: Vec<Member>,
    /// Which line has a number in a log, as anybody was told first.
    lines: HashMap<(Epoch, Seq), Name>,
    places: HashMap<(Epoch, Name), Seq>,
    /// Lines that were lost with these numbers, which may have been given again.
    before: HashSet<(Epoch, Seq, Name)>,
    /// Those of them that somebody could prove: they come back, with their number or into a log of another epoch.
    owed: HashMap<Name, (Epoch, Seq)>,
    /// Those of which nobody could prove what number they had.
    loose: HashSet<Name>,
    /// Lines that nobody but the host knew of, when its file went back to before them.
    gone: HashSet<Name>,
    /// The log that counts.
    pub epoch: Epoch,
}

impl Checker {
    /// A checker for these members, in a room whose log has this epoch.
    pub fn new(epoch: Epoch, keys: impl IntoIterator<Item = MemberKey>) -> Self {
        let members = keys.into_iter().map(|key| Member::new(key, epoch)).collect();
        Self {
            members,
            lines: HashMap::new(),
            places: HashMap::new(),
            before: HashSet::new(),
            owed: HashMap::new(),
            loose: HashSet::new(),
            gone: HashSet::new(),
            epoch,
        }
    }

    /// How many messages of a member were acknowledged.
    pub fn acknowledged(&self, who: usize) -> usize {
        self.members[who].acknowledged.len()
    }

    /// Takes one fact of one member.
    ///
    /// # Errors
    /// What it breaks.
    pub fn fact(&mut self, who: usize, fact: &Fact) -> Judged {
        let broken = |law, words| Err(Violation { law, who: Some(who), words });
        let member = &mut self.members[who];
        match fact {
            Fact::Anew(epoch) => {
                (member.epoch, member.shown, member.gap) = (*epoch, Seq::START, None);
                Ok(())
            }
            Fact::Follows(epoch) => {
                member.epoch = *epoch;
                Ok(())
            }
            Fact::Shown(line) => {
                if line.seq <= member.shown {
                    return broken("I3", format!("{} shown again, or after {}", line.seq, member.shown));
                }
                let told = member.gap.take() == Some((member.shown, line.seq));
                if line.prev.is_some_and(|prev| prev != member.shown) && !told {
                    return broken(
                        "I6",
                        format!("{} shown after {}, and no gap told", line.seq, member.shown),
                    );
                }
                member.shown = line.seq;
                self.place(who, line.seq, (line.author, line.id))
            }
            Fact::Pending(id) => {
                member.says(*id);
                Ok(())
            }
            Fact::Sent(id, seq) => {
                if !member.known.contains(id) {
                    return broken("I5", format!("{id} acknowledged and never said"));
                }
                member.acknowledged.insert(*id);
                let (epoch, first) = *member.sent.entry(*id).or_insert((member.epoch, *seq));
                if epoch == member.epoch && first != *seq {
                    return broken("I1", format!("{id} was acknowledged elsewhere, and now at {seq}"));
                }
                let name = (member.key, *id);
                self.place(who, *seq, name)
            }
            Fact::Refused(id) => {
                member.refused.insert(*id);
                Ok(())
            }
            Fact::Gap { after, before } => {
                if *after != member.shown || before.0 <= after.0 + 1 {
                    return broken("I6", format!("a gap {after}–{before} where {} was shown", member.shown));
                }
                member.gap = Some((*after, *before));
                Ok(())
            }
            Fact::Restarted { epoch, last, outbox } => {
                member.epoch = epoch.unwrap_or(member.epoch);
                member.shown = *last;
                member.gap = None;
                for id in outbox {
                    member.says(*id);
                }
                Ok(())
            }
        }
    }

    /// Judges what is left when all is over: the host's log from its first line to its last, and what each member has.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn finish(&self, log: &[Line], ends: &[End]) -> Judged {
        let places = self.judge_log(log)?;
        for (who, (member, end)) in self.members.iter().zip(ends).enumerate() {
            let broken = |law, words| Err(Violation { law, who: Some(who), words });
            let mut before = Seq::START;
            for (at, id) in member.said.iter().enumerate() {
                match places.get(&(member.key, *id)) {
                    // What was refused and could not be noted as refused is tried again at the next start.
                    Some(_) if at < member.since || member.refused.contains(id) => {}
                    Some(seq) if *seq <= before => {
                        return broken("I4", format!("{id} at {seq} was said later"));
                    }
                    Some(seq) => before = *seq,
                    None if member.sent.contains_key(id) => {
                        return broken("I1", format!("{id} was acknowledged and is not in the log"));
                    }
                    None if member.refused.contains(id) => {}
                    None => return broken("I10", format!("{id} was said and is not in the log")),
                }
            }
            if let Some(id) = end.waiting.iter().find(|id| !member.refused.contains(*id)) {
                return broken("I10", format!("{id} waits for ever"));
            }
            if let Some((have, line)) = differing(&end.history, log) {
                let law = if have.is_some_and(|have| have.seq <= line.seq) { "I1" } else { "I6" };
                return broken(law, format!("its history has {have:?} where the log has {line:?}"));
            }
            let last = log.last().map_or(Seq::START, |line| line.seq);
            if member.shown < last {
                return broken("I10", format!("shown up to {} of {last}", member.shown));
            }
        }
        Ok(())
    }

    /// The log by itself, and against what anybody was told of it.
    fn judge_log(&self, log: &[Line]) -> Result<HashMap<Name, Seq>, Violation> {
        let broken = |law, words| Err(Violation { law, who: None, words });
        let mut places = HashMap::with_capacity(log.len());
        let mut before = Seq::START;
        for line in log {
            if line.prev.is_some_and(|prev| prev != before) || line.seq <= before {
                return broken("I2", format!("{} follows {before} in the log", line.seq));
            }
            before = line.seq;
            if let Some(twice) = places.insert((line.author, line.id), line.seq) {
                return broken("I3", format!("{} stands at {twice} and at {}", line.id, line.seq));
            }
            let author = line.author.and_then(|key| self.members.iter().find(|one| one.key == Some(key)));
            if line.author.is_some() && author.is_none_or(|author| !author.known.contains(&line.id)) {
                return broken("I5", format!("nobody said {} at {}", line.id, line.seq));
            }
        }
        for ((epoch, name), seq) in &self.places {
            let there = places.get(name);
            // What the room itself says is said anew in a new log.
            let right =
                if *epoch == self.epoch { there == Some(seq) } else { there.is_some() || name.0.is_none() };
            if !right && !self.gone.contains(name) {
                return broken("I1", format!("{} was told at {seq} and is not there in the log", name.1));
            }
        }
        for (name, (epoch, seq)) in &self.owed {
            let there = places.get(name);
            let right =
                if *epoch == self.epoch { there == Some(seq) } else { there.is_some() || name.0.is_none() };
            if !right {
                return broken(
                    "I7",
                    format!("{} was at {seq}, could be proven, and did not come back", name.1),
                );
            }
        }
        let refused =
            |(key, id): &Name| self.members.iter().any(|one| one.key == *key && one.refused.contains(id));
        if let Some(name) = self.loose.iter().find(|name| !places.contains_key(*name) && !refused(name)) {
            return broken("I1", format!("{} was told and is not in the log", name.1));
        }
        Ok(places)
    }

    /// Notes that somebody was told of this line at this number.
    fn place(&mut self, who: usize, seq: Seq, name: Name) -> Judged {
        let broken = |law, words| Err(Violation { law, who: Some(who), words });
        let epoch = self.members[who].epoch;
        if self.before.contains(&(epoch, seq, name)) {
            return Ok(());
        }
        let first = *self.lines.entry((epoch, seq)).or_insert(name);
        if first != name {
            return broken("I2", format!("{seq} is {} here and {} elsewhere", name.1, first.1));
        }
        let place = *self.places.entry((epoch, name)).or_insert(seq);
        if place != seq {
            return broken("I3", format!("{} is at {seq} and at {place}", name.1));
        }
        Ok(())
    }
}

impl Member {
    fn new(key: MemberKey, epoch: Epoch) -> Self {
        Self {
            key: Some(key),
            shown: Seq::START,
            gap: None,
            epoch,
            said: Vec::new(),
            since: 0,
            known: HashSet::new(),
            refused: HashSet::new(),
            sent: HashMap::new(),
            acknowledged: HashSet::new(),
        }
    }

    fn says(&mut self, id: OpId) {
        if self.known.insert(id) {
            self.said.push(id);
        }
    }
}

/// The first place where a history is not the log.
fn differing(history: &[Line], log: &[Line]) -> Option<(Option<Line>, Line)> {
    let same =
        |have: &Line, line: &Line| (have.seq, have.id, have.author) == (line.seq, line.id, line.author);
    for (at, line) in log.iter().enumerate() {
        match history.get(at) {
            Some(have) if same(have, line) => {}
            other => return Some((other.copied(), *line)),
        }
    }
    history.get(log.len()).map(|more| (Some(*more), *more))
}

#[path = "checker/back.rs"]
mod back;
#[cfg(test)]
#[path = "checker/planted.rs"]
mod planted;
