//! Making the system give up a connection that nobody answers on any more.
//!
//! Pings find it too; where this task is kept from pinging, the system still asks.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use crate::types::limits::{DEAD_AFTER_MS, PING_EVERY_MS};

/// As far as this system can.
pub(super) fn give_up_in_time(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_millis(PING_EVERY_MS))
        .with_interval(Duration::from_millis((DEAD_AFTER_MS - PING_EVERY_MS) / 3));
    let _best_effort = socket.set_tcp_keepalive(&keepalive);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[tokio::test]
    async fn a_connection_is_watched_by_the_system() {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        give_up_in_time(&stream);
        assert!(SockRef::from(&stream).keepalive().unwrap());
    }
}
