//! What a visit's replica waits for until the records have answered.

use std::collections::VecDeque;

use crate::room::ReplicaInput;
use crate::session::records::Begun;
use crate::store::StoreError;
use crate::types::{Link, OpId};

/// An answer that the replica waits for. They come in the order in which they were asked.
pub(super) enum Awaited {
    Stored(Begun<Link>),
    Queued(OpId, Begun<()>),
    Requeued(Begun<()>),
}

/// Waits for the oldest answer; for ever where none is awaited.
pub(super) async fn answered(awaited: &mut VecDeque<Awaited>) -> ReplicaInput {
    let reason = |error: StoreError| error.to_string();
    let input = match awaited.front_mut() {
        None => return std::future::pending().await,
        Some(Awaited::Stored(begun)) => match begun.finish().await {
            Ok(link) => ReplicaInput::Stored(link),
            Err(error) => ReplicaInput::StoreFailed(reason(error)),
        },
        Some(Awaited::Queued(id, begun)) => match begun.finish().await {
            Ok(()) => ReplicaInput::Queued(*id),
            Err(error) => ReplicaInput::QueueFailed(*id, reason(error)),
        },
        Some(Awaited::Requeued(begun)) => match begun.finish().await {
            Ok(()) => ReplicaInput::Requeued,
            Err(error) => ReplicaInput::RequeueFailed(reason(error)),
        },
    };
    awaited.pop_front();
    input
}
