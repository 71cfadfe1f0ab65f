//! Telling every open room that this computer's network changed.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::nearby::{Reach, Watch};
use crate::net::host::Clock;
use crate::platform::network::network_changes;

/// This computer's addresses since they changed last, best first; none before they did. Whoever is busy hears of the
/// last change alone.
pub(super) type Network = watch::Receiver<Option<Arc<[Reach]>>>;

/// Watches until the answered task is dropped.
pub(super) fn watch(clock: Clock) -> (JoinSet<()>, Network) {
    let (told, network) = watch::channel(None);
    let mut watch = Watch::new(network_changes());
    let mut task = JoinSet::new();
    task.spawn(async move {
        loop {
            let here = watch.changed(|| clock().boot_ms).await;
            told.send_replace(Some(here.into()));
        }
    });
    (task, network)
}
