//! What the kernel tells of cards, addresses and ways (netlink).

use std::io;
use std::os::fd::AsFd;

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

use super::super::network::{NetworkChanges, Signals};

/// Cards, addresses of both kinds, and the ways of IPv4, of which one is the default: `RTMGRP_LINK`,
/// `RTMGRP_IPV4_IFADDR`, `RTMGRP_IPV6_IFADDR` and `RTMGRP_IPV4_ROUTE` of the kernel's `linux/rtnetlink.h`.
const GROUPS: u32 = 0x1 | 0x10 | 0x100 | 0x40;

/// Changes from now on.
pub(crate) fn changes() -> io::Result<Box<dyn NetworkChanges>> {
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.set_non_blocking(true)?;
    socket.bind(&SocketAddr::new(0, GROUPS))?;
    Ok(Box::new(Signals::new(socket.as_fd().try_clone_to_owned()?)?))
}
