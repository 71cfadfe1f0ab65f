//! The rules of a room, and who besides its host may see to them.

use serde::{Deserialize, Serialize};

use super::act::Act;
use super::ids::MemberKey;
use super::removal::Removal;
use super::succession::Succession;

/// What holds for everybody in a room but the host and its moderators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HouseRules {
    /// Seconds between two messages of one person; 0 where there is no such wait. At most
    /// [`super::limits::SLOW_S_MAX`].
    pub slow_s: u32,
    /// Only the host and moderators speak.
    pub announcements: bool,
    /// Nobody comes in who was not in before.
    pub locked: bool,
}

/// One of the rules, as it holds from an entry on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// [`HouseRules::slow_s`].
    Slow(u32),
    /// [`HouseRules::announcements`].
    Announcements(bool),
    /// [`HouseRules::locked`].
    Locked(bool),
}

/// The rules, and who is in charge besides the host. Everybody in the room is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct House {
    /// What holds.
    pub rules: HouseRules,
    /// Whom the host appointed, at most [`super::limits::MODERATORS`].
    pub moderators: Vec<MemberKey>,
}

/// What somebody does rather than says. It is an entry, and is done now or not at all: it waits in no outbox, since what it is
/// about may be long over by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Something about somebody.
    Act(Act),
    /// Another rule for all.
    Rule(Rule),
    /// Words that go.
    Remove(Removal),
    /// Another key for oneself. Anybody's but the host's.
    Succeed(Succession),
}

impl HouseRules {
    /// The rules with this one changed.
    #[must_use]
    pub fn with(self, rule: Rule) -> Self {
        match rule {
            Rule::Slow(slow_s) => Self { slow_s, ..self },
            Rule::Announcements(announcements) => Self { announcements, ..self },
            Rule::Locked(locked) => Self { locked, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_changes_itself_and_no_other() {
        let all = HouseRules { slow_s: 30, announcements: true, locked: true };
        assert_eq!(all.with(Rule::Slow(0)), HouseRules { slow_s: 0, ..all });
        assert_eq!(all.with(Rule::Announcements(false)), HouseRules { announcements: false, ..all });
        assert_eq!(all.with(Rule::Locked(false)), HouseRules { locked: false, ..all });
        let none = HouseRules::default();
        let each = [Rule::Slow(30), Rule::Announcements(true), Rule::Locked(true)];
        assert_eq!(each.into_iter().fold(none, HouseRules::with), all);
    }
}
