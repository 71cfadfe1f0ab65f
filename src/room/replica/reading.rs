//! How an entry is read for showing: nobody is quoted who did not sign.

use super::contract::{ReplicaOutput, Told};
use super::copy::Settled;
use crate::room::log::Verifier;
use crate::types::entry::kind;
use crate::types::{Act, Content, Deed, Entry, MemberKey, Message, RoomId, SignedOp, Succession, Verb};
use crate::wire::{chain, op};

/// What is needed to read entries.
pub(super) struct Reader<'a> {
    pub verifier: &'a dyn Verifier,
    pub room: RoomId,
    pub host: MemberKey,
    pub me: MemberKey,
}

/// An entry of `room`, whose host is `host`, read for showing. What was not signed by its author for this
/// room is [`Content::Unreadable`], and so is what is the host's alone and not by the host: a naming, what a guest said, who
/// is a moderator. Who was one at that time is the host's to know: what others did stands as what they signed.
pub fn read(entry: &Entry, room: &RoomId, host: &MemberKey, verifier: &dyn Verifier) -> Message {
    let mut message = op::message(entry);
    let SignedOp { op, signature } = &entry.signed;
    let appoints = matches!(&message.content, Content::Act(Act { verb: Verb::Appoint | Verb::Dismiss, .. }));
    let heir = match &message.content {
        Content::Succeeded(Succession { to, proof }) => {
            verifier.verify(to, &chain::successor_bytes(room, &op.author), proof)
        }
        _ => true,
    };
    let allowed = op.author == *host || !(appoints || matches!(op.kind, kind::MEMBER | kind::GUEST));
    // Nobody signed what says nothing.
    if message.content == Content::Removed && op.room == *room {
        return message;
    }
    if op.room != *room || !allowed || !heir || !verifier.verify(&op.author, &op::canonical(op), signature) {
        message.content = Content::Unreadable;
    }
    message
}

/// Adds what the run removes to what is to be stored: what those signed who say so. Whether they may is the host's to say,
/// whose log it is.
pub(super) fn add_removals(output: &mut ReplicaOutput, room: &RoomId, verifier: &dyn Verifier) {
    let ReplicaOutput::Store { run, removals, .. } = output else { return };
    for Entry { seq, signed: SignedOp { op, signature }, .. } in &run.entries {
        let Some(Deed::Remove(removal)) = op::deed(op) else { continue };
        if op.room == *room && verifier.verify(&op.author, &op::canonical(op), signature) {
            removals.push((*seq, removal));
        }
    }
}

/// Tells what is settled: the gap before it first, then the entries.
pub(super) fn tell(settled: &Settled, reader: &Reader<'_>, out: &mut Vec<ReplicaOutput>) -> Vec<Message> {
    if let Some((after, before)) = settled.gap {
        out.push(ReplicaOutput::Tell(Told::Gap { after, before }));
    }
    let fresh = settled.entries.iter().filter(|entry| entry.seq > settled.shown);
    let (mut messages, mut forged) = (Vec::new(), false);
    for entry in fresh {
        let message = read(entry, &reader.room, &reader.host, reader.verifier);
        forged |= message.content == Content::Unreadable;
        messages.push(message);
    }
    if !messages.is_empty() {
        out.push(ReplicaOutput::Tell(Told::Entries(messages.clone())));
    }
    if forged {
        out.push(ReplicaOutput::Tell(Told::Unverified));
    }
    messages
}
