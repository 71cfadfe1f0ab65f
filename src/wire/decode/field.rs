//! Single fields: ids, names, texts, small numbers.

use bytes::Bytes;

use super::DecodeError;
use crate::types::limits::{APP_BYTES, ERROR_TEXT_BYTES, FEATURE_BYTES};
use crate::types::{
    FetchFrom, Fingerprint, Goodbye, Hash, Link, MemberKey, Nickname, OpId, RoomId, Seq, Signature,
};
use crate::wire::proto::{self, ByeReason};

macro_rules! id_field {
    ($name:ident, $id:ident, $what:literal) => {
        #[doc = $what]
        pub(super) fn $name(bytes: &[u8]) -> Result<$id, DecodeError> {
            $id::from_slice(bytes).map_err(|_| DecodeError::Length($what))
        }
    };
}
id_field!(room_id, RoomId, "a room's id");
id_field!(member_key, MemberKey, "a member's key");
id_field!(op_id, OpId, "an op's id");
id_field!(hash, Hash, "a hash");
id_field!(signature, Signature, "a signature");
id_field!(fingerprint, Fingerprint, "a fingerprint");

/// A part of a password's proof.
pub(super) fn exactly(bytes: Bytes, length: usize) -> Result<Bytes, DecodeError> {
    if bytes.len() == length { Ok(bytes) } else { Err(DecodeError::Length("a part of a password's proof")) }
}

pub(super) fn nickname(text: &str, what: &'static str) -> Result<Nickname, DecodeError> {
    Nickname::new(text).map_err(|error| DecodeError::Name(what, error))
}

pub(super) fn link(link: Option<proto::Link>, what: &'static str) -> Result<Link, DecodeError> {
    let link = link.ok_or(DecodeError::Missing(what))?;
    let link = Link { seq: Seq(link.seq), hash: hash(&link.hash)? };
    // The place before the first entry has but one form.
    if link.seq == Seq::START && link != Link::START { Err(DecodeError::Range(what)) } else { Ok(link) }
}

/// A sentence of the other side, to be shown to a person: what would draw outside its line is left out.
pub(super) fn sentence(text: &str) -> Result<String, DecodeError> {
    if text.len() > ERROR_TEXT_BYTES {
        return Err(DecodeError::Length("a sentence"));
    }
    Ok(visible(text))
}

pub(super) fn app(text: &str) -> Result<String, DecodeError> {
    if text.len() > APP_BYTES { Err(DecodeError::Length("Hello.app")) } else { Ok(visible(text)) }
}

/// The count was checked before; each name here.
pub(super) fn features(features: Vec<String>) -> Result<Vec<String>, DecodeError> {
    let good = features.iter().all(|feature| (1..=FEATURE_BYTES).contains(&feature.len()));
    if good { Ok(features) } else { Err(DecodeError::Length("a feature")) }
}

/// How many are asked for: none at all cannot be meant, and more than `limit` means `limit`.
pub(super) fn wanted(max: u32, limit: usize, what: &'static str) -> Result<u32, DecodeError> {
    if max == 0 {
        return Err(DecodeError::Range(what));
    }
    Ok(max.min(u32::try_from(limit).unwrap_or(u32::MAX)))
}

pub(super) fn direction(after: Option<u64>, before: Option<u64>) -> Result<FetchFrom, DecodeError> {
    match (after, before) {
        (Some(seq), None) => Ok(FetchFrom::After(Seq(seq))),
        (None, Some(seq)) => Ok(FetchFrom::Before(Seq(seq))),
        (None, None) => Err(DecodeError::Missing("after or before")),
        (Some(_), Some(_)) => Err(DecodeError::Range("after and before")),
    }
}

pub(super) fn goodbye(reason: i32) -> Goodbye {
    match ByeReason::try_from(reason).unwrap_or(ByeReason::Other) {
        ByeReason::Other => Goodbye::Other,
        ByeReason::RoomClosed => Goodbye::RoomClosed,
        ByeReason::Leaving => Goodbye::Leaving,
        ByeReason::TooSlow => Goodbye::TooSlow,
        ByeReason::Silent => Goodbye::Silent,
        ByeReason::Replaced => Goodbye::Replaced,
        ByeReason::Protocol => Goodbye::Protocol,
        ByeReason::Removed => Goodbye::Removed,
    }
}

/// Controls and the marks that turn a line's direction are dropped.
fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
    };
    text.chars().filter(|c| !hidden(*c)).collect()
}
