//! Which address to tell people.
//!
//! A computer has many: the network that everybody is on, a VPN, virtual machines. Told the wrong one, nobody
//! can come in, so the default route's card comes first and the virtual ones last, and IPv4 before IPv6, which
//! is easier to read across a table.

use std::net::IpAddr;

use netdev::interface::state::OperState;
use netdev::interface::types::InterfaceType;

/// One address of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The address.
    pub ip: IpAddr,
    /// What the system calls the network card.
    pub interface: String,
    /// What kind of way it is.
    pub kind: ReachKind,
}

/// What kind of way an address is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReachKind {
    /// The network that this computer uses for everything else.
    Main,
    /// Another network card.
    Other,
    /// A virtual machine, a container or a VPN: seldom what people mean.
    Virtual,
    /// Only this computer.
    Loopback,
}

/// Every address at which others could reach this computer, best first; this computer's own loopback address
/// if there is no other.
pub fn addresses() -> Vec<Reach> {
    let cards = netdev::get_interfaces().into_iter().map(Card::from).collect();
    ranked(cards)
}

/// What matters of a network card.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Card {
    name: String,
    up: bool,
    default_route: bool,
    loopback: bool,
    tunnel: bool,
    addresses: Vec<IpAddr>,
}

impl From<netdev::Interface> for Card {
    fn from(card: netdev::Interface) -> Self {
        Self {
            up: card.is_up() && !is_unplugged(card.oper_state),
            default_route: card.default,
            loopback: card.is_loopback(),
            tunnel: card.is_tun()
                || card.is_point_to_point()
                || matches!(card.if_type, InterfaceType::Tunnel | InterfaceType::Bridge | InterfaceType::Ppp),
            addresses: card.ip_addrs(),
            name: card.friendly_name.unwrap_or(card.name),
        }
    }
}

/// A card that is switched on and leads nowhere: its cable is out, or its radio has found nothing yet.
fn is_unplugged(state: OperState) -> bool {
    matches!(state, OperState::Down | OperState::LowerLayerDown | OperState::NotPresent | OperState::Dormant)
}

impl Card {
    fn kind(&self) -> ReachKind {
        if self.loopback {
            ReachKind::Loopback
        } else if self.tunnel || is_virtual_name(&self.name) {
            ReachKind::Virtual
        } else if self.default_route {
            ReachKind::Main
        } else {
            ReachKind::Other
        }
    }
}

/// True for what container engines, virtual machines and VPNs call their cards.
fn is_virtual_name(name: &str) -> bool {
    const VIRTUAL: [&str; 18] = [
        "docker",
        "br-",
        "veth",
        "virbr",
        "vmnet",
        "vboxnet",
        "vethernet",
        "tun",
        "tap",
        "wg",
        "tailscale",
        "zt",
        "utun",
        "hyper-v",
        "virtualbox",
        "vmware",
        "wsl",
        "podman",
    ];
    let name = name.to_lowercase();
    VIRTUAL.iter().any(|known| name.starts_with(known) || (known.len() > 4 && name.contains(known)))
}

fn ranked(cards: Vec<Card>) -> Vec<Reach> {
    let mut all: Vec<Reach> = cards
        .into_iter()
        .filter(|card| card.up)
        .flat_map(|card| {
            let (kind, interface) = (card.kind(), card.name);
            card.addresses.into_iter().map(move |ip| Reach { ip, interface: interface.clone(), kind })
        })
        .filter(|reach| can_be_told(reach.ip))
        .collect();
    all.sort_by_key(|reach| (reach.kind, rank(reach.ip)));
    all.dedup_by_key(|reach| reach.ip);
    if all.iter().any(|reach| reach.kind != ReachKind::Loopback) {
        all.retain(|reach| reach.kind != ReachKind::Loopback);
    } else {
        all.truncate(1);
    }
    all
}

/// Link-local IPv6 addresses mean nothing without the name of a card, which is another one at every computer.
fn can_be_told(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_unspecified(),
        IpAddr::V6(v6) => !v6.is_unspecified() && !v6.is_unicast_link_local(),
    }
}

fn rank(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(v4) if v4.is_private() => 0,
        IpAddr::V4(v4) if v4.is_link_local() => 2,
        IpAddr::V4(_) => 1,
        IpAddr::V6(v6) if v6.is_unique_local() => 3,
        IpAddr::V6(_) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, addresses: &[&str]) -> Card {
        Card {
            name: name.to_owned(),
            up: true,
            default_route: false,
            loopback: false,
            tunnel: false,
            addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
        }
    }

    fn order(cards: Vec<Card>) -> Vec<String> {
        ranked(cards).into_iter().map(|reach| reach.ip.to_string()).collect()
    }

    #[test]
    fn the_default_routes_card_comes_first_and_virtual_ones_last() {
        let main = Card { default_route: true, ..card("wlan0", &["fd00::5", "192.168.1.23"]) };
        let vpn = Card { tunnel: true, default_route: true, ..card("corp", &["10.8.0.2"]) };
        let loopback = Card { loopback: true, ..card("lo", &["127.0.0.1", "::1"]) };
        let cards = vec![loopback, card("docker0", &["172.17.0.1"]), vpn, card("eth1", &["10.0.0.7"]), main];
        assert_eq!(order(cards), ["192.168.1.23", "fd00::5", "10.0.0.7", "172.17.0.1", "10.8.0.2"]);
    }

    #[test]
    fn what_nobody_could_dial_is_left_out() {
        let down = Card { up: false, ..card("eth1", &["10.0.0.7"]) };
        assert_eq!(order(vec![down, card("eth0", &["fe80::1", "169.254.3.4", "0.0.0.0"])]), ["169.254.3.4"]);
    }

    #[test]
    fn a_computer_without_a_network_still_names_itself() {
        let loopback = Card { loopback: true, ..card("lo", &["127.0.0.1", "::1"]) };
        assert_eq!(order(vec![loopback]), ["127.0.0.1"]);
    }

    #[test]
    fn the_names_of_virtual_cards_are_known() {
        for name in ["vEthernet (WSL)", "VirtualBox Host-Only Network", "tailscale0", "utun3", "br-12ab"] {
            assert!(is_virtual_name(name), "{name}");
        }
        for name in ["Ethernet", "Wi-Fi", "en0", "wlp3s0", "bridge to the office"] {
            assert!(!is_virtual_name(name), "{name}");
        }
    }
}
