//! What those in charge of a room do about its people, and how somebody stands because of it.

use std::net::IpAddr;

use serde::Serialize;

use super::ids::MemberKey;
use super::limits::BAN_ADDRESSES;
use super::names::Nickname;

/// One act, as it stands in the log for everybody to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What was done.
    pub verb: Verb,
    /// To whom; [`MemberKey::GUESTS`] for a guest, who goes by the name alone.
    pub whom: MemberKey,
    /// What they were called then.
    pub name: Nickname,
    /// Until when it holds, milliseconds since 1970 UTC by the host's clock; none for good. Only of a ban and a mute.
    pub until_ms: Option<i64>,
    /// A ban that holds for everybody at the address that they came from, too. Which that is stays with the host.
    pub by_address: bool,
}

/// What can be done about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Send them away; they may come again.
    Remove,
    /// Send them away and keep them out.
    Ban,
    /// Let them in again.
    Unban,
    /// Take nothing of what they say.
    Mute,
    /// Let them speak again.
    Unmute,
    /// Make them a moderator. The host's alone.
    Appoint,
    /// The opposite. The host's alone.
    Dismiss,
}

/// How long something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Until {
    /// Until somebody ends it.
    ForGood,
    /// Until this time of the host's clock, milliseconds since 1970 UTC.
    At(i64),
}

/// How somebody stands in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose it is.
    pub key: MemberKey,
    /// What they were called when it last changed.
    pub name: Nickname,
    /// They may not come in.
    pub banned: Option<Until>,
    /// They may not speak.
    pub muted: Option<Until>,
    /// The host made them a moderator.
    pub moderator: bool,
    /// They go on with this key, and nobody comes in with theirs.
    pub successor: Option<MemberKey>,
    /// Nobody may come in from there either, while the ban holds. At most [`BAN_ADDRESSES`].
    pub addresses: Vec<IpAddr>,
}

impl Until {
    /// As it is written in an [`Act`].
    pub fn new(until_ms: Option<i64>) -> Self {
        until_ms.map_or(Self::ForGood, Self::At)
    }

    /// Until when; none for good.
    pub fn until_ms(self) -> Option<i64> {
        match self {
            Self::ForGood => None,
            Self::At(at_ms) => Some(at_ms),
        }
    }

    /// Whether it still holds at this time of the host's clock.
    pub fn holds(self, wall_ms: i64) -> bool {
        self.until_ms().is_none_or(|until_ms| wall_ms < until_ms)
    }
}

impl Standing {
    /// Somebody about whom nothing was done.
    pub fn new(key: MemberKey, name: Nickname) -> Self {
        Self {
            key,
            name,
            banned: None,
            muted: None,
            moderator: false,
            successor: None,
            addresses: Vec::new(),
        }
    }

    /// How they stand after this act; `addresses` is where they came from, for a ban that holds there too.
    #[must_use]
    pub fn after(mut self, act: &Act, addresses: impl Iterator<Item = IpAddr>) -> Self {
        self.name = act.name.clone();
        match act.verb {
            Verb::Remove => {}
            Verb::Ban => {
                self.banned = Some(Until::new(act.until_ms));
                self.moderator = false;
                for address in addresses.filter(|_| act.by_address) {
                    if !self.addresses.contains(&address) && self.addresses.len() < BAN_ADDRESSES {
                        self.addresses.push(address);
                    }
                }
            }
            Verb::Unban => {
                self.banned = None;
                self.addresses.clear();
            }
            Verb::Mute => self.muted = Some(Until::new(act.until_ms)),
            Verb::Unmute => self.muted = None,
            Verb::Appoint => self.moderator = true,
            Verb::Dismiss => self.moderator = false,
        }
        self
    }

    /// How they stand once they go on with another key, and how that one stands: as they did.
    #[must_use]
    pub fn succeeded(self, to: MemberKey) -> (Self, Self) {
        let new = Self { key: to, addresses: Vec::new(), ..self.clone() };
        let banned = Some(Until::ForGood);
        (
            Self {
                banned,
                muted: None,
                moderator: false,
                successor: Some(to),
                addresses: Vec::new(),
                ..self
            },
            new,
        )
    }

    /// Whether nothing is left of it.
    pub fn is_plain(&self) -> bool {
        self.banned.is_none() && self.muted.is_none() && !self.moderator && self.successor.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(verb: Verb, until_ms: Option<i64>, by_address: bool) -> Act {
        Act { verb, whom: MemberKey([2; 32]), name: Nickname::new("Bo").unwrap(), until_ms, by_address }
    }

    #[test]
    fn a_term_ends_at_its_moment_and_not_before() {
        assert!(Until::new(None).holds(i64::MAX));
        assert!(Until::new(Some(1_000)).holds(999));
        assert!(!Until::new(Some(1_000)).holds(1_000));
    }

    #[test]
    fn each_act_does_what_it_says_and_its_opposite_undoes_it() {
        let bo = Standing::new(MemberKey([2; 32]), Nickname::new("Bo").unwrap());
        let here = || std::iter::once(IpAddr::from([10, 0, 0, 9]));
        let banned = bo.clone().after(&act(Verb::Ban, None, true), here());
        assert_eq!((banned.banned, banned.addresses.len()), (Some(Until::ForGood), 1));
        assert_eq!(bo.clone().after(&act(Verb::Ban, None, false), here()).addresses, [] as [IpAddr; 0]);
        assert_eq!(banned.after(&act(Verb::Unban, None, false), here()), bo);
        let muted = bo.clone().after(&act(Verb::Mute, Some(5), false), here());
        assert_eq!(muted.muted, Some(Until::At(5)));
        assert_eq!(muted.after(&act(Verb::Unmute, None, false), here()), bo);
        let moderator = bo.clone().after(&act(Verb::Appoint, None, false), here());
        assert!(moderator.moderator && !moderator.is_plain());
        assert_eq!(moderator.clone().after(&act(Verb::Dismiss, None, false), here()), bo);
        assert!(!moderator.after(&act(Verb::Ban, None, false), here()).moderator, "nobody is both");
        assert!(bo.clone().after(&act(Verb::Remove, None, false), here()).is_plain());
    }

    #[test]
    fn a_successor_stands_as_they_did_and_nobody_comes_in_with_the_key_before() {
        let bo = Standing::new(MemberKey([2; 32]), Nickname::new("Bo").unwrap());
        let before = Standing { moderator: true, muted: Some(Until::At(5)), ..bo };
        let (old, new) = before.clone().succeeded(MemberKey([3; 32]));
        assert_eq!(new, Standing { key: MemberKey([3; 32]), ..before });
        assert_eq!((old.banned, old.moderator), (Some(Until::ForGood), false));
        assert_eq!(old.successor, Some(MemberKey([3; 32])));
    }

    #[test]
    fn one_ban_holds_at_as_many_addresses_as_the_limit_and_no_more() {
        let bo = Standing::new(MemberKey([2; 32]), Nickname::new("Bo").unwrap());
        let many = (0..=BAN_ADDRESSES).map(|n| IpAddr::from([10, 0, 0, u8::try_from(n).unwrap()]));
        assert_eq!(bo.after(&act(Verb::Ban, None, true), many).addresses.len(), BAN_ADDRESSES);
    }
}
