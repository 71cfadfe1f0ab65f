//! What Windows tells of its connections.

use std::io;

use tokio::sync::mpsc;
use windows::Networking::Connectivity::{NetworkInformation, NetworkStatusChangedEventHandler};

use super::super::network::{Change, NetworkChanges};

/// Told by Windows, on a thread of its own.
struct Told {
    changes: mpsc::Receiver<()>,
    token: i64,
}

/// Changes from now on.
pub(crate) fn changes() -> io::Result<Box<dyn NetworkChanges>> {
    let (told, changes) = mpsc::channel(1);
    let handler = NetworkStatusChangedEventHandler::new(move |_| {
        // A full queue holds a change already.
        let _held = told.try_send(());
        Ok(())
    });
    let token = NetworkInformation::NetworkStatusChanged(&handler).map_err(io::Error::other)?;
    Ok(Box::new(Told { changes, token }))
}

impl NetworkChanges for Told {
    fn next_change(&mut self) -> Change<'_> {
        Box::pin(async {
            if self.changes.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        })
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let _ended = NetworkInformation::RemoveNetworkStatusChanged(self.token);
    }
}
