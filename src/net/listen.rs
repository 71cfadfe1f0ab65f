//! Opening a port for everybody on this network, IPv4 and IPv6 alike.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::types::limits::PORTS_TRIED;

/// Connections that the system holds until we accept them. A classroom joins at once; a short queue would let
/// some believe that they are connected while nobody answers.
const BACKLOG: i32 = 4_096;

/// Why a port could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else listens there.
    #[error("port {port} is taken")]
    Taken {
        /// The port.
        port: u16,
        /// The next one that is free, if one was found.
        next: Option<u16>,
    },
    /// The system reserves it.
    #[error("port {0} is reserved by the system")]
    Forbidden(u16),
    /// This computer does not have the address that was asked for.
    #[error("{0} is not an address of this computer")]
    NoSuchAddress(IpAddr),
    /// Anything else.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A port that is open here; [`super::host::open`] takes it.
#[derive(Debug)]
pub struct OpenPort(pub(super) TcpListener);

impl OpenPort {
    /// Which port it is.
    ///
    /// # Errors
    /// What the system said.
    pub fn port(&self) -> io::Result<u16> {
        self.0.local_addr().map(|address| address.port())
    }
}

/// Listens on `port`, at `bind` or at all addresses. 0 is any free port.
///
/// # Errors
/// [`ListenError`], with the next free port where this one is taken.
pub fn exactly(bind: Option<IpAddr>, port: u16) -> Result<OpenPort, ListenError> {
    open(bind, port).map(OpenPort).map_err(|error| classify(error, bind, port))
}

/// Listens on `port` or the next free one behind it.
///
/// # Errors
/// [`ListenError::Taken`] when all of the next [`PORTS_TRIED`] are; the others as they are.
pub fn from(bind: Option<IpAddr>, port: u16) -> Result<OpenPort, ListenError> {
    let mut first = None;
    for candidate in candidates(port) {
        match exactly_without_next(bind, candidate) {
            Err(taken @ ListenError::Taken { .. }) => first = first.or(Some(taken)),
            other => return other,
        }
    }
    Err(first.unwrap_or(ListenError::Taken { port, next: None }))
}

/// The next port behind `port` that could be listened on now.
pub fn next_free(bind: Option<IpAddr>, port: u16) -> Option<u16> {
    candidates(port.checked_add(1)?).find(|candidate| open(bind, *candidate).is_ok())
}

fn candidates(port: u16) -> impl Iterator<Item = u16> {
    port..=port.saturating_add(PORTS_TRIED)
}

fn exactly_without_next(bind: Option<IpAddr>, port: u16) -> Result<OpenPort, ListenError> {
    open(bind, port).map(OpenPort).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken { port, next: None },
        _ => classify(error, bind, port),
    })
}

fn classify(error: io::Error, bind: Option<IpAddr>, port: u16) -> ListenError {
    match (error.kind(), bind) {
        (io::ErrorKind::AddrInUse, _) => ListenError::Taken { port, next: next_free(bind, port) },
        (io::ErrorKind::PermissionDenied, _) => ListenError::Forbidden(port),
        (io::ErrorKind::AddrNotAvailable, Some(ip)) => ListenError::NoSuchAddress(ip),
        _ => ListenError::Io(error),
    }
}

fn open(bind: Option<IpAddr>, port: u16) -> io::Result<TcpListener> {
    match bind {
        Some(ip) => open_one(SocketAddr::new(ip, port)),
        None => match open_one(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port)) {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                // A system without IPv6.
                open_one(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port))
            }
            other => other,
        },
    }
}

fn open_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() && address.ip().is_unspecified() {
        socket.set_only_v6(false)?;
    }
    // Elsewhere it lets a room open again at once after it closed; on Windows it would share the port with
    // whoever has it already.
    if std::env::consts::OS != "windows" {
        socket.set_reuse_address(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));

    #[tokio::test]
    async fn a_taken_port_names_the_next_free_one() {
        let first = exactly(HERE, 0).unwrap();
        let port = first.port().unwrap();
        let Err(ListenError::Taken { port: taken, next: Some(next) }) = exactly(HERE, port) else {
            panic!("the port is not taken")
        };
        assert_eq!(taken, port);
        assert!(next > port);
    }

    #[tokio::test]
    async fn asking_from_a_taken_port_gives_another_one() {
        let first = exactly(HERE, 0).unwrap();
        let port = first.port().unwrap();
        assert!(from(HERE, port).unwrap().port().unwrap() > port);
    }

    #[tokio::test]
    async fn an_address_of_another_computer_is_said() {
        let elsewhere: IpAddr = "192.0.2.1".parse().unwrap();
        assert!(
            matches!(exactly(Some(elsewhere), 0), Err(ListenError::NoSuchAddress(ip)) if ip == elsewhere)
        );
    }

    #[tokio::test]
    async fn all_addresses_means_ipv4_too() {
        let listener = exactly(None, 0).unwrap();
        let port = listener.port().unwrap();
        let dialled = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
        assert!(dialled.is_ok());
    }
}
