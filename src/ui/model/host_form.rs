//! The form that opens a room, as it is typed.

use crate::session::{Failure, HostAsk, PasswordAsk, PortAsk, RoomRef};
use crate::types::limits::CAPACITY_MAX;
use crate::types::place::parse_port;
use crate::types::{GuestRules, NameError, Nickname, Password, PasswordError, RoomName, Settings};
use crate::ui::text::host::default_name;

use super::action::HostEdit;

/// The fewest who may come in: the host and one other.
pub const CAPACITY_MIN: usize = 2;

/// What is known of the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PortCheck {
    /// Nothing was asked.
    #[default]
    Unknown,
    /// Asked, not answered.
    Asked,
    /// It can be had.
    Free,
    /// Another program has it; the next free one.
    Taken(Option<u16>),
}

/// The form.
#[derive(Debug, Clone, Default)]
pub struct HostForm {
    /// The room's name.
    pub name: String,
    /// My name.
    pub nick: String,
    /// The port.
    pub port: String,
    /// How many may come in.
    pub capacity: String,
    /// The password that people have to know; empty for none, or for the one that this room had before.
    pub password: String,
    /// The host is asked about each newcomer; none until somebody chose, for what held in this room before.
    pub asks: Option<bool>,
    /// What people without the app may do; none until somebody chose, for what held in this room before.
    pub guests: Option<GuestRules>,
    /// The rest of the form is unfolded.
    pub more: bool,
    /// What is known of the port.
    pub check: PortCheck,
    /// The room that is being opened with it.
    pub opening: Option<RoomRef>,
    /// Why it could not be opened.
    pub failure: Option<Failure>,
    name_typed: bool,
    port_typed: bool,
    /// It was sent off once, so empty fields are wrong as well.
    tried: bool,
}

impl HostForm {
    /// The form with everything that can be known already.
    pub fn new(settings: &Settings, nick: Option<&Nickname>) -> Self {
        Self {
            name: nick.map(default_name).unwrap_or_default(),
            nick: nick.map(Nickname::to_string).unwrap_or_default(),
            port: settings.port.to_string(),
            capacity: settings.capacity.to_string(),
            ..Self::default()
        }
    }

    /// Takes in what was typed. True where the port is another one now.
    pub fn edit(&mut self, edit: HostEdit) -> bool {
        self.failure = None;
        match edit {
            HostEdit::Name(text) => {
                self.name = text;
                self.name_typed = true;
            }
            HostEdit::Nick(text) => {
                self.nick = text;
                if let (false, Ok(nick)) = (self.name_typed, Nickname::new(&self.nick)) {
                    self.name = default_name(&nick);
                }
            }
            HostEdit::Port(text) => {
                self.port = text;
                self.port_typed = true;
                self.check = PortCheck::Unknown;
                return true;
            }
            HostEdit::Capacity(text) => self.capacity = text,
            HostEdit::Asks(asks) => self.asks = Some(asks),
            HostEdit::Password(text) => self.password = text,
            // The model fills it in.
            HostEdit::Suggest => {}
            HostEdit::Guests(rules) => self.guests = Some(rules),
            HostEdit::More(more) => self.more = more,
        }
        false
    }

    /// The port, where it is one.
    pub fn port(&self) -> Option<u16> {
        parse_port(&self.port).ok()
    }

    /// The answer to a question about `port`; one about an earlier port is passed over.
    pub fn port_checked(&mut self, port: u16, free: bool, next: Option<u16>) {
        if self.port() == Some(port) {
            self.check = if free { PortCheck::Free } else { PortCheck::Taken(next) };
        }
    }

    /// What is wrong with the room's name.
    pub fn name_error(&self) -> Option<NameError> {
        RoomName::new(&self.name).err().filter(|_| self.tried || !self.name.is_empty())
    }

    /// What is wrong with my name.
    pub fn nick_error(&self) -> Option<NameError> {
        Nickname::new(&self.nick).err().filter(|_| self.tried || !self.nick.is_empty())
    }

    /// What is wrong with the password.
    pub fn password_error(&self) -> Option<PasswordError> {
        Password::new(&self.password).err().filter(|_| !self.password.is_empty())
    }

    /// True where the port is none.
    pub fn port_is_wrong(&self) -> bool {
        self.port().is_none() && (self.tried || !self.port.is_empty())
    }

    /// How many may come in, where that is a number that can be.
    pub fn capacity(&self) -> Option<usize> {
        parse_capacity(&self.capacity)
    }

    /// What to ask for, if everything is good. From here on empty fields are wrong as well.
    pub fn ask(&mut self) -> Option<HostAsk> {
        self.tried = true;
        let capacity = self.capacity();
        self.more |= capacity.is_none();
        let port = self.port()?;
        let password = match self.password.as_str() {
            "" => PasswordAsk::AsBefore,
            text => PasswordAsk::This(Password::new(text).ok()?),
        };
        Some(HostAsk {
            name: RoomName::new(&self.name).ok()?,
            nick: Nickname::new(&self.nick).ok()?,
            // Somebody who chose a port wants that one; for the others any is as good.
            port: if self.port_typed { PortAsk::Exactly(port) } else { PortAsk::From(port) },
            bind: None,
            capacity: capacity?,
            quota: true,
            guests: self.guests.clone(),
            asks: self.asks,
            password,
        })
    }
}

/// How many may come in, from what was typed: [`CAPACITY_MIN`] to [`CAPACITY_MAX`].
pub fn parse_capacity(text: &str) -> Option<usize> {
    text.trim().parse().ok().filter(|n| (CAPACITY_MIN..=CAPACITY_MAX).contains(n))
}

/// What another program is known to use a port for, in the words of its users.
pub fn well_known(port: u16) -> Option<&'static str> {
    Some(match port {
        1433 | 1521 | 3306 | 5432 | 6379 | 27017 => "databases",
        1723 | 1194 => "VPNs",
        1900 | 5353 => "finding devices",
        2049 => "shared folders",
        3128 => "web proxies",
        3389 => "Remote Desktop",
        5000 | 7000 => "AirPlay on Macs",
        5060 | 5061 => "telephones",
        5900 => "screen sharing",
        6667 => "IRC",
        8000 | 8008 | 8080 | 8443 | 8888 => "web servers",
        9100 => "printers",
        25565 => "Minecraft",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> HostForm {
        HostForm::new(&Settings::default(), Some(&Nickname::new("Ana").unwrap()))
    }

    #[test]
    fn it_can_be_sent_off_untouched() {
        let ask = form().ask().unwrap();
        assert_eq!((ask.name.as_str(), ask.nick.as_str()), ("Ana's room", "Ana"));
        assert_eq!(ask.port, PortAsk::From(7666));
    }

    #[test]
    fn the_rooms_name_follows_mine_until_it_is_typed() {
        let mut form = form();
        form.edit(HostEdit::Nick("Bo".into()));
        assert_eq!(form.name, "Bo's room");
        form.edit(HostEdit::Name("Lunch".into()));
        form.edit(HostEdit::Nick("Cy".into()));
        assert_eq!(form.name, "Lunch");
    }

    #[test]
    fn a_port_that_somebody_chose_is_that_one_or_none() {
        let mut form = form();
        assert!(form.edit(HostEdit::Port("8123".into())));
        assert_eq!(form.ask().unwrap().port, PortAsk::Exactly(8123));
    }

    #[test]
    fn an_answer_about_an_earlier_port_is_passed_over() {
        let mut form = form();
        form.edit(HostEdit::Port("8123".into()));
        form.port_checked(7666, false, None);
        assert_eq!(form.check, PortCheck::Unknown);
        form.port_checked(8123, false, Some(8124));
        assert_eq!(form.check, PortCheck::Taken(Some(8124)));
    }

    #[test]
    fn what_guests_may_do_is_asked_for_only_where_somebody_chose_it() {
        let mut form = form();
        assert_eq!(form.ask().unwrap().guests, None);
        let rules = GuestRules { allowed: true, ..GuestRules::default() };
        form.edit(HostEdit::Guests(rules.clone()));
        assert_eq!(form.ask().unwrap().guests, Some(rules));
    }

    #[test]
    fn a_password_is_asked_for_where_one_was_typed_and_a_bad_one_is_said() {
        let mut form = form();
        assert_eq!(form.ask().unwrap().password, PasswordAsk::AsBefore);
        form.edit(HostEdit::Password("census moment olympic".into()));
        let password = Password::new("census moment olympic").unwrap();
        assert_eq!(form.ask().unwrap().password, PasswordAsk::This(password));
        form.edit(HostEdit::Password("  ".into()));
        assert_eq!((form.password_error(), form.ask()), (Some(PasswordError::Empty), None));
    }

    #[test]
    fn empty_fields_are_wrong_only_once_it_was_sent_off() {
        let mut form = form();
        form.edit(HostEdit::Name(String::new()));
        form.edit(HostEdit::Port(String::new()));
        assert!(form.name_error().is_none() && !form.port_is_wrong());
        assert!(form.ask().is_none());
        assert!(form.name_error().is_some() && form.port_is_wrong());
    }

    #[test]
    fn two_may_come_in_and_ten_thousand_and_neither_fewer_nor_more() {
        let bounds = [CAPACITY_MIN, CAPACITY_MAX].map(|n| n.to_string());
        assert!(bounds.iter().all(|text| parse_capacity(text).is_some()));
        assert_eq!(parse_capacity("1"), None);
        assert_eq!(parse_capacity("10001"), None);
        assert_eq!(parse_capacity("many"), None);
    }
}
