//! A socket of the system that becomes readable when something changed. What it says is thrown away.

use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;

use tokio::net::UnixDatagram as Socket;

use super::{Change, NetworkChanges};

/// Bytes that are read of each message; what is longer is cut, for nobody looks at it.
const READ_BYTES: usize = 1_024;

/// Changes as messages on a socket.
pub(crate) struct Signals {
    socket: Socket,
    /// The system has nothing more to say.
    ended: bool,
}

impl Signals {
    /// Listens on a socket that does not block. Which family it is of matters to nobody who only receives.
    pub(crate) fn new(socket: OwnedFd) -> io::Result<Self> {
        Ok(Self { socket: Socket::from_std(UnixDatagram::from(socket))?, ended: false })
    }

    /// Reads all that waits. True where there was anything.
    async fn hear(&mut self) -> bool {
        if self.socket.readable().await.is_err() {
            self.ended = true;
            return false;
        }
        let mut heard = false;
        loop {
            match self.socket.try_recv(&mut [0; READ_BYTES]) {
                Ok(1..) => heard = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return heard,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // More happened than the system could keep. Once it has said so, it goes on.
                Err(_overflow) if !heard => heard = true,
                Ok(0) | Err(_) => {
                    self.ended = true;
                    return true;
                }
            }
        }
    }
}

impl NetworkChanges for Signals {
    fn next_change(&mut self) -> Change<'_> {
        Box::pin(async {
            while !self.ended {
                if self.hear().await {
                    return;
                }
            }
            std::future::pending::<()>().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn many_messages_are_one_change() {
        let (system, ours) = UnixDatagram::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let mut changes = Signals::new(ours.into()).unwrap();
        for _ in 0..5 {
            system.send(&[7; 2 * READ_BYTES]).unwrap();
        }
        changes.next_change().await;
        let nothing = tokio::time::timeout(Duration::ZERO, changes.next_change()).await;
        assert!(nothing.is_err(), "all of them were one change");
        system.send(b"more").unwrap();
        changes.next_change().await;
    }
}
