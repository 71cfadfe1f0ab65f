//! What only members send.

use super::{DecodeError, field, log};
use crate::types::limits::PAGE_ENTRIES;
use crate::types::{Epoch, Proof, Resume};
use crate::wire::message::{Fetch, Hello, Page};
use crate::wire::proto;

pub(super) fn hello(said: proto::Hello) -> Result<Hello, DecodeError> {
    if said.version_min == 0 || said.version_max < said.version_min {
        return Err(DecodeError::Range("Hello's versions"));
    }
    Ok(Hello {
        version_min: said.version_min,
        version_max: said.version_max,
        features: field::features(said.features)?,
        app: field::app(&said.app)?,
        member_key: field::member_key(&said.member_key)?,
        signature: field::signature(&said.signature)?,
        resume: said.resume.map(resume).transpose()?,
        expects: said.expects.map(|room| field::fingerprint(&room)).transpose()?,
        token: said.token.map(|token| field::token(&token)).transpose()?,
    })
}

pub(super) fn fetch(said: &proto::Fetch) -> Result<Fetch, DecodeError> {
    let from = field::direction(said.after, said.before)?;
    Ok(Fetch { from, max: field::wanted(said.max, PAGE_ENTRIES, "Fetch.max")? })
}

pub(super) fn tail_offer(said: proto::TailOffer) -> Result<Proof, DecodeError> {
    Ok(Proof { epoch: Epoch(said.epoch), head: log::signed_head(said.head)? })
}

pub(super) fn tail(said: proto::Tail) -> Result<(Epoch, Page), DecodeError> {
    let asked = field::direction(said.after, said.before)?;
    Ok((Epoch(said.epoch), Page { asked, run: log::run(said.prev, &said.entries)?, more: said.more }))
}

fn resume(said: proto::Resume) -> Result<Resume, DecodeError> {
    Ok(Resume { epoch: Epoch(said.epoch), last: field::link(said.last, "Resume.last")? })
}
