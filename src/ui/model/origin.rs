//! How a room is asked for once more, after something about it was changed.

use super::room::Origin;
use crate::session::{HostAsk, JoinAsk, PasswordAsk, PortAsk};
use crate::types::{Nickname, Where};

/// The same, on this port or the next free one.
pub(super) fn on_port(origin: &mut Origin, port: u16) {
    let port = PortAsk::From(port);
    match origin {
        Origin::Host(ask) => ask.port = port,
        Origin::Reopen(recent) => {
            let capacity = recent.capacity.unwrap_or(crate::types::limits::CAPACITY);
            let (name, nick) = (recent.name.clone(), recent.nickname.clone());
            *origin = Origin::Host(HostAsk {
                name,
                nick,
                port,
                bind: None,
                capacity,
                quota: true,
                guests: None,
                asks: None,
                password: PasswordAsk::AsBefore,
            });
        }
        Origin::Join(_) => {}
    }
}

/// The same, under this name.
pub(super) fn called(origin: &mut Origin, name: Nickname) {
    match origin {
        Origin::Host(ask) => ask.nick = name,
        Origin::Join(ask) => ask.nick = name,
        Origin::Reopen(recent) => {
            recent.nickname = name.clone();
            if let Some(address) = recent.addresses.first().filter(|_| !recent.hosted) {
                let place = Where::Address { host: address.host.clone(), port: Some(address.port) };
                *origin = Origin::Join(JoinAsk {
                    place,
                    port: address.port,
                    nick: name,
                    new_room: false,
                    plain: recent.plain,
                    password: None,
                });
            }
        }
    }
}

/// The same, with the password that it has by now: what was asked for once may have been changed since.
pub(super) fn as_it_was(origin: &mut Origin) {
    if let Origin::Host(ask) = origin {
        ask.password = PasswordAsk::AsBefore;
    }
}

/// The same, as a room that was never seen before.
pub(super) fn as_new(origin: &mut Origin) {
    match origin {
        Origin::Join(ask) => ask.new_room = true,
        Origin::Reopen(recent) => {
            let Some(address) = recent.addresses.first() else {
                return;
            };
            let place = Where::Address { host: address.host.clone(), port: Some(address.port) };
            let (port, nick) = (address.port, recent.nickname.clone());
            *origin = Origin::Join(JoinAsk {
                place,
                port,
                nick,
                new_room: true,
                plain: recent.plain,
                password: None,
            });
        }
        Origin::Host(_) => {}
    }
}
