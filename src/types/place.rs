//! Where a room is: an address that somebody typed, or an invite that somebody pasted.
//!
//! An invite is `hallway://join/1?a=192.168.1.23:7666,[fd00::5]:7666&f=<base32>&n=<name>`: where to dial, the
//! first 20 bytes of the room's id, and its name. With it the first visit is verified; a bare address is not.
//! With `&t=<base32>` it carries a [`Token`] as well, which lets in without the room's password.
//! For QR codes it has a compact form as well ([`Invite::compact`]).

mod compact;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::ids::{Fingerprint, RoomId};
use super::invitation::Token;
use super::limits::{DEFAULT_PORT, INVITE_ADDRESSES, WHERE_BYTES};
use super::names::RoomName;

/// What every link of ours begins with.
pub const SCHEME: &str = "hallway://";

/// Why a text does not say where a room is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhereError {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// More than [`WHERE_BYTES`] bytes.
    #[error("too long")]
    TooLong,
    /// The part behind the colon is not a port, 1 to 65535.
    #[error("{}", port_words(.0))]
    Port(String),
    /// Neither an IP address nor a host name.
    #[error("not an address: {0}")]
    Host(String),
    /// A link of another program, a web page for instance.
    #[error("not a Hallway link: {0}")]
    Scheme(String),
    /// A `hallway://` link that is cut or garbled.
    #[error("a damaged invite: {0}")]
    Invite(&'static str),
    /// An invite made by a newer app.
    #[error("an invite of a newer Hallway (version {0}); update yours")]
    NewerInvite(String),
}

/// A computer: its IP address or its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A name that the system resolves, lower case: `anas-laptop.local`.
    Name(String),
}

/// A computer and a port. Written `192.168.1.5:7666`, `[fd00::5]:7666` or `name.local:7666`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    /// The computer.
    pub host: Host,
    /// The port, never 0.
    pub port: u16,
}

/// What a host hands out so that a first visit is verified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Invite {
    /// Where to dial, best first; 1 to [`INVITE_ADDRESSES`].
    pub addresses: Vec<Address>,
    /// Which room must answer.
    pub room: Fingerprint,
    /// What the room is called.
    pub name: Option<RoomName>,
    /// What lets its bearer in where a password is asked for. It is sent only to the room of this invite.
    pub token: Option<Token>,
}

/// What somebody typed or pasted into the address field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Where {
    /// An address, with the port if one was written.
    Address {
        /// The computer.
        host: Host,
        /// The port that was written behind it.
        port: Option<u16>,
    },
    /// A `hallway://` link.
    Invite(Invite),
}

impl Where {
    /// What lets in without the password, where it is an invite that carries that.
    pub fn token(&self) -> Option<Token> {
        match self {
            Self::Invite(invite) => invite.token,
            Self::Address { .. } => None,
        }
    }

    /// Where to dial, best first; `port` is used where none was written.
    pub fn addresses(&self, port: u16) -> Vec<Address> {
        match self {
            Self::Address { host, port: written } => {
                vec![Address { host: host.clone(), port: written.unwrap_or(port) }]
            }
            Self::Invite(invite) => invite.addresses.clone(),
        }
    }
}

impl FromStr for Where {
    type Err = WhereError;

    fn from_str(text: &str) -> Result<Self, WhereError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(WhereError::Empty);
        }
        if text.len() > WHERE_BYTES {
            return Err(WhereError::TooLong);
        }
        if let Some(rest) = strip_prefix_ignoring_case(text, SCHEME) {
            return Invite::parse(rest).map(Self::Invite);
        }
        // A computer may be called like the scheme, and then a port follows.
        if let Some(rest) = strip_prefix_ignoring_case(text, "hallway:")
            && !rest.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(WhereError::Invite("cut off"));
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(WhereError::Scheme(scheme.to_owned()));
        }
        let (host, port) = split_port(text)?;
        Ok(Self::Address { host: Host::parse(host)?, port })
    }
}

impl Host {
    fn parse(text: &str) -> Result<Self, WhereError> {
        let wrong = || WhereError::Host(text.to_owned());
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(Self::Ip(ip));
        }
        // Digits and dots alone are a mistyped IPv4 address, never a name: saying so beats a failed look-up.
        if text.chars().all(|c| c.is_ascii_digit() || c == '.') || text.contains(':') {
            return Err(wrong());
        }
        let name = text.trim_end_matches('.').to_lowercase();
        let label_is_good = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        };
        if name.is_empty() || name.len() > 253 || !name.split('.').all(label_is_good) {
            return Err(wrong());
        }
        Ok(Self::Name(name))
    }
}

impl Address {
    /// An address by IP.
    pub fn ip(ip: IpAddr, port: u16) -> Self {
        Self { host: Host::Ip(ip), port }
    }
}

impl From<SocketAddr> for Address {
    fn from(socket: SocketAddr) -> Self {
        Self::ip(socket.ip(), socket.port())
    }
}

impl Invite {
    /// An invite into `room`.
    pub fn new(addresses: Vec<Address>, room: RoomId, name: RoomName) -> Self {
        let addresses = addresses.into_iter().take(INVITE_ADDRESSES).collect();
        Self { addresses, room: room.fingerprint(), name: Some(name), token: None }
    }

    /// The invite behind the scheme.
    fn parse(rest: &str) -> Result<Self, WhereError> {
        // Browsers and chat programs write host names their own way, and put fragments behind links.
        let rest = rest.split('#').next().unwrap_or_default();
        let Some((path, query)) = rest.split_once('?') else { return compact::parse(rest) };
        if !behind_version(path)?.is_empty() {
            return Err(WhereError::Invite("not an invite"));
        }
        let mut addresses = Vec::new();
        let mut room = None;
        let (mut name, mut token) = (None, None);
        for field in query.split('&') {
            let (key, value) = field.split_once('=').unwrap_or((field, ""));
            let value = percent_decode_str(value).decode_utf8().map_err(|_| WhereError::Invite("garbled"))?;
            match key {
                "a" => addresses = parse_addresses(&value)?,
                "f" => room = Some(parse_fingerprint(&value)?),
                "n" => name = RoomName::new(&value).ok(),
                "t" => token = Some(parse_token(&value)?),
                _ => {} // A newer app's field; what must be understood raises the version.
            }
        }
        let room = room.ok_or(WhereError::Invite("without the room's key"))?;
        if addresses.is_empty() {
            return Err(WhereError::Invite("without an address"));
        }
        Ok(Self { addresses, room, name, token })
    }
}

/// What follows the version in the path of an invite.
fn behind_version(path: &str) -> Result<&str, WhereError> {
    let mut parts = path.splitn(3, '/');
    let join = parts.next().is_some_and(|verb| verb.eq_ignore_ascii_case("join"));
    match parts.next() {
        Some("1") if join => Ok(parts.next().unwrap_or_default().trim_end_matches('/')),
        Some(version) if join && version.parse::<u32>().is_ok() => {
            Err(WhereError::NewerInvite(version.to_owned()))
        }
        _ => Err(WhereError::Invite("not an invite")),
    }
}

fn parse_addresses(list: &str) -> Result<Vec<Address>, WhereError> {
    list.split(',').take(INVITE_ADDRESSES).map(str::parse).collect()
}

fn parse_fingerprint(text: &str) -> Result<Fingerprint, WhereError> {
    let damaged = WhereError::Invite("with a damaged key");
    let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| damaged.clone())?;
    Fingerprint::from_slice(&bytes).map_err(|_| damaged)
}

fn parse_token(text: &str) -> Result<Token, WhereError> {
    Token::parse(text).map_err(|_| WhereError::Invite("with a damaged token"))
}

fn port_words(text: &str) -> String {
    if text.is_empty() { "no port behind the colon".to_owned() } else { format!("not a port: {text}") }
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// `text` as host and, where one is written, port. A bare IPv6 address has colons and no port.
fn split_port(text: &str) -> Result<(&str, Option<u16>), WhereError> {
    if let Some(inner) = text.strip_prefix('[') {
        let (host, tail) = inner.split_once(']').ok_or_else(|| WhereError::Host(text.to_owned()))?;
        if host.parse::<Ipv6Addr>().is_err() {
            return Err(WhereError::Host(text.to_owned()));
        }
        return match tail.strip_prefix(':') {
            Some(port) => Ok((host, Some(parse_port(port)?))),
            None if tail.is_empty() => Ok((host, None)),
            None => Err(WhereError::Host(text.to_owned())),
        };
    }
    match text.split_once(':') {
        Some((_, port)) if port.contains(':') => Ok((text, None)),
        Some((host, port)) => Ok((host, Some(parse_port(port)?))),
        None => Ok((text, None)),
    }
}

/// The port in `text`, 1 to 65535.
///
/// # Errors
/// [`WhereError::Port`] for anything else.
pub fn parse_port(text: &str) -> Result<u16, WhereError> {
    let text = text.trim();
    match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(port),
        _ => Err(WhereError::Port(text.to_owned())),
    }
}

impl FromStr for Address {
    type Err = WhereError;

    fn from_str(text: &str) -> Result<Self, WhereError> {
        match text.parse::<Where>()? {
            Where::Address { host, port } => Ok(Self { host, port: port.unwrap_or(DEFAULT_PORT) }),
            Where::Invite(_) => Err(WhereError::Host(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = WhereError;
    fn try_from(text: String) -> Result<Self, WhereError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

/// What must be escaped in a query value beyond letters and digits: everything but these.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { host, port: Some(port) } => Address { host: host.clone(), port: *port }.fmt(f),
            Self::Address { host, port: None } => host.fmt(f),
            Self::Invite(invite) => invite.fmt(f),
        }
    }
}

impl fmt::Display for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<String> = self.addresses.iter().map(Address::to_string).collect();
        let room = BASE32_NOPAD.encode(self.room.as_bytes()).to_ascii_lowercase();
        write!(f, "{SCHEME}join/1?a={}&f={room}", addresses.join(","))?;
        if let Some(name) = &self.name {
            write!(f, "&n={}", utf8_percent_encode(name.as_str(), QUERY))?;
        }
        match &self.token {
            Some(token) => write!(f, "&t={}", token.text()),
            None => Ok(()),
        }
    }
}

/// True where `ip` is this computer itself, which nobody else can dial.
pub fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_loopback() || v4 == Ipv4Addr::UNSPECIFIED,
        IpAddr::V6(v6) => v6.is_loopback() || v6 == Ipv6Addr::UNSPECIFIED,
    }
}
