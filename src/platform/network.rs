//! Noticing that something about this computer's network changed: a cable, a card, an address.
//!
//! Each system tells it in its own way, and none of them has to be asked again and again. What changed is not told:
//! whoever hears of it looks at the addresses anew.

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod signals;

use std::future::Future;
use std::pin::Pin;

/// Waits for the next change; for ever where this system does not tell.
pub type Change<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What tells that the network changed.
pub trait NetworkChanges: Send {
    /// The next change since this was called last. Several at once may be told as one, and some may be told that mean
    /// nothing.
    fn next_change(&mut self) -> Change<'_>;
}

/// This system's. To be called within a tokio runtime. A system that does not tell is one on which nothing changes: what
/// is lost there is found as fast as silence tells.
#[must_use]
pub fn network_changes() -> Box<dyn NetworkChanges> {
    native().unwrap_or_else(|_| Box::new(Untold))
}

#[cfg(target_os = "linux")]
fn native() -> std::io::Result<Box<dyn NetworkChanges>> {
    super::linux::network::changes()
}

#[cfg(target_os = "macos")]
fn native() -> std::io::Result<Box<dyn NetworkChanges>> {
    super::macos::network::changes()
}

#[cfg(windows)]
fn native() -> std::io::Result<Box<dyn NetworkChanges>> {
    super::windows::network::changes()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn native() -> std::io::Result<Box<dyn NetworkChanges>> {
    Ok(Box::new(Untold))
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) use signals::Signals;

/// A system that does not tell.
struct Untold;

impl NetworkChanges for Untold {
    fn next_change(&mut self) -> Change<'_> {
        Box::pin(std::future::pending())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_system_tells_changes_and_no_more_than_there_are() {
        // Nobody knows what happens on this computer meanwhile; but the source opens, and waiting for it can be given up.
        let mut changes = native().unwrap();
        let _any = tokio::time::timeout(std::time::Duration::ZERO, changes.next_change()).await;
    }
}
