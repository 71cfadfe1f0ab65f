//! Making the system give up a connection on which nothing that was sent is answered.
//!
//! Pings find it too. But what a person says is answered within milliseconds, so its silence is seen sooner than that of
//! the next ping; and where this task is kept from pinging, the system still asks.

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
    limit_unanswered(&socket);
}

#[cfg(target_os = "linux")]
fn limit_unanswered(socket: &SockRef<'_>) {
    use crate::types::limits::UNANSWERED_MS;
    let _best_effort = socket.set_tcp_user_timeout(Some(Duration::from_millis(UNANSWERED_MS)));
}

/// Only Linux lets a program say how long.
#[cfg(not(target_os = "linux"))]
fn limit_unanswered(_: &SockRef<'_>) {}

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
        #[cfg(target_os = "linux")]
        {
            let limit = Duration::from_millis(crate::types::limits::UNANSWERED_MS);
            assert_eq!(SockRef::from(&stream).tcp_user_timeout().unwrap(), Some(limit));
        }
    }
}
