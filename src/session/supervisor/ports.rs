//! Whether a port can be had, for whoever is about to open a room.

use crate::net::listen;
use crate::session::event::Event;
use crate::session::tell::Teller;

/// Tells whether this port is free, and which is the next one that is.
pub(super) async fn check_port(port: u16, teller: &Teller) {
    let free = listen::exactly(None, port).is_ok();
    let next = if free { None } else { listen::next_free(None, port) };
    teller.tell(Event::PortChecked { port, free, next }).await;
}
