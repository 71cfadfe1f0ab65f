//! What the kernel tells of cards, addresses and ways (a routing socket, route(4)).

use std::io;

use socket2::{Domain, Socket, Type};

use super::super::network::{NetworkChanges, Signals};

/// `PF_ROUTE` of the system's `sys/socket.h`.
const ROUTING: i32 = 17;

/// Changes from now on.
pub(crate) fn changes() -> io::Result<Box<dyn NetworkChanges>> {
    let socket = Socket::new(Domain::from(ROUTING), Type::RAW, None)?;
    socket.set_nonblocking(true)?;
    Ok(Box::new(Signals::new(socket.into())?))
}
