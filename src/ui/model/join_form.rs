//! The form that goes to a room, as it is typed: one field understands addresses and invites, and fills the
//! port beside it.

use crate::session::{Failure, JoinAsk, RoomRef};
use crate::types::limits::DEFAULT_PORT;
use crate::types::place::parse_port;
use crate::types::{Invite, NameError, Nickname, Password, PasswordError, Where, WhereError};

use super::action::JoinEdit;

/// The form.
#[derive(Debug, Clone)]
pub struct JoinForm {
    /// The address or the invite.
    pub address: String,
    /// The port.
    pub port: String,
    /// My name.
    pub nick: String,
    /// The rest of the form is unfolded.
    pub more: bool,
    /// It is a plain-text room, as the person knows.
    pub plain: bool,
    /// The room's password, as it is typed.
    pub password: String,
    /// The room that is being joined with it.
    pub connecting: Option<RoomRef>,
    /// Why it could not be joined.
    pub failure: Option<Failure>,
    /// When that was, milliseconds since 1970 UTC.
    pub failed_ms: i64,
    place: Result<Where, WhereError>,
    /// The port came out of the address, so it goes with it.
    port_filled: bool,
    /// It was sent off once, so empty fields are wrong as well.
    tried: bool,
}

impl JoinForm {
    /// An empty form for somebody of this name.
    pub fn new(nick: Option<&Nickname>) -> Self {
        Self {
            address: String::new(),
            port: DEFAULT_PORT.to_string(),
            nick: nick.map(Nickname::to_string).unwrap_or_default(),
            more: false,
            plain: false,
            password: String::new(),
            connecting: None,
            failure: None,
            failed_ms: 0,
            place: Err(WhereError::Empty),
            port_filled: false,
            tried: false,
        }
    }

    /// Takes in what was typed.
    pub fn edit(&mut self, edit: JoinEdit) {
        // While the room waits for another name, typing one is no reason to forget why; nor is a password that waits.
        let waits =
            matches!((&self.failure, &edit), (Some(Failure::PasswordLater(_)), JoinEdit::Password(_)));
        if !waits && (self.name_taken().is_none() || self.connecting.is_none()) {
            self.failure = None;
        }
        match edit {
            JoinEdit::Address(text) => {
                // It was another room's.
                self.password.clear();
                self.address = text;
                self.place = self.address.parse();
                self.fill_port();
            }
            JoinEdit::Port(text) => {
                self.port = text;
                self.port_filled = false;
                // The last one typed holds: a port inside the address would be two of them.
                if let Ok(Where::Address { host, port: Some(_) }) = &self.place {
                    self.address = host.to_string();
                    self.place = self.address.parse();
                }
            }
            JoinEdit::Nick(text) => self.nick = text,
            JoinEdit::More(more) => self.more = more,
            JoinEdit::Plain(plain) => self.plain = plain,
            JoinEdit::Password(password) => self.password = password,
        }
    }

    /// The invite, where the address is one.
    pub fn invite(&self) -> Option<&Invite> {
        match &self.place {
            Ok(Where::Invite(invite)) => Some(invite),
            _ => None,
        }
    }

    /// What is wrong with the address.
    pub fn address_error(&self) -> Option<&WhereError> {
        let error = self.place.as_ref().err()?;
        (self.tried || !self.address.trim().is_empty()).then_some(error)
    }

    /// True where the port is none.
    pub fn port_is_wrong(&self) -> bool {
        self.invite().is_none() && parse_port(&self.port).is_err() && (self.tried || !self.port.is_empty())
    }

    /// What is wrong with my name.
    pub fn nick_error(&self) -> Option<NameError> {
        Nickname::new(&self.nick).err().filter(|_| self.tried || !self.nick.is_empty())
    }

    /// My name is taken in the room: what I asked for, and one that was free.
    pub fn name_taken(&self) -> Option<(&Nickname, &Nickname)> {
        match &self.failure {
            Some(Failure::NickTaken { wanted, free }) => Some((wanted, free)),
            _ => None,
        }
    }

    /// Something is there that could be a plain-text room, and nobody said that a Hallway room is: the person
    /// may go there as to one.
    pub fn offers_plain(&self) -> bool {
        let could = matches!(&self.failure, Some(Failure::NotHallway(..) | Failure::Silent(_)));
        could && self.invite().is_none() && !self.plain
    }

    /// The room asked for a password, so there is a field for it.
    pub fn wants_password(&self) -> bool {
        let asked = matches!(
            &self.failure,
            Some(
                Failure::PasswordNeeded
                    | Failure::PasswordWrong
                    | Failure::PasswordLater(_)
                    | Failure::InviteEnded(_)
            )
        );
        asked || !self.password.is_empty()
    }

    /// What is wrong with the password.
    pub fn password_error(&self) -> Option<PasswordError> {
        Password::new(&self.password).err().filter(|_| !self.password.is_empty())
    }

    /// The name that was typed instead of a taken one, for the room that waits for it.
    pub fn name_to_try(&self) -> Option<Nickname> {
        let (wanted, _) = self.name_taken().filter(|_| self.connecting.is_some())?;
        Nickname::new(&self.nick).ok().filter(|nick| nick != wanted)
    }

    /// What to ask for, if everything is good. From here on empty fields are wrong as well.
    pub fn ask(&mut self) -> Option<JoinAsk> {
        self.tried = true;
        let port = match (self.invite(), parse_port(&self.port)) {
            (_, Ok(port)) => port,
            (Some(_), Err(_)) => DEFAULT_PORT,
            (None, Err(_)) => return None,
        };
        let place = self.place.clone().ok()?;
        let password = (!self.password.is_empty()).then(|| Password::new(&self.password));
        // An invite is to a Hallway room and no other.
        let plain = self.plain && self.invite().is_none();
        Some(JoinAsk {
            place,
            port,
            nick: Nickname::new(&self.nick).ok()?,
            new_room: false,
            plain,
            password: password.transpose().ok()?,
        })
    }

    fn fill_port(&mut self) {
        let written = match &self.place {
            Ok(Where::Address { port, .. }) => *port,
            Ok(Where::Invite(invite)) => invite.addresses.first().map(|address| address.port),
            Err(_) => return,
        };
        if let Some(port) = written {
            self.port = port.to_string();
            self.port_filled = true;
        } else if self.port_filled {
            self.port = DEFAULT_PORT.to_string();
            self.port_filled = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> JoinForm {
        JoinForm::new(Some(&Nickname::new("Ana").unwrap()))
    }

    fn type_address(form: &mut JoinForm, text: &str) {
        form.edit(JoinEdit::Address(text.into()));
    }

    #[test]
    fn the_address_fills_the_port_and_takes_it_back() {
        let mut form = form();
        type_address(&mut form, "192.168.1.5:8123");
        assert_eq!(form.port, "8123");
        type_address(&mut form, "192.168.1.5");
        assert_eq!(form.port, "7666");
    }

    #[test]
    fn a_port_that_was_typed_stays_and_holds_over_the_one_in_the_address() {
        let mut form = form();
        form.edit(JoinEdit::Port("9000".into()));
        type_address(&mut form, "192.168.1.5");
        assert_eq!(form.port, "9000");
        type_address(&mut form, "192.168.1.5:8123");
        form.edit(JoinEdit::Port("9000".into()));
        assert_eq!(form.address, "192.168.1.5");
        let ask = form.ask().unwrap();
        assert_eq!(ask.place.addresses(ask.port), ["192.168.1.5:9000".parse().unwrap()]);
    }

    #[test]
    fn nothing_is_wrong_before_something_was_typed() {
        let mut form = form();
        assert!(form.address_error().is_none());
        assert!(form.ask().is_none());
        assert_eq!(form.address_error(), Some(&WhereError::Empty));
    }

    #[test]
    fn what_is_wrong_is_said_while_it_is_typed() {
        let mut form = form();
        type_address(&mut form, "192.168.1");
        assert!(matches!(form.address_error(), Some(WhereError::Host(_))));
        type_address(&mut form, "192.168.1.5");
        assert!(form.address_error().is_none());
        form.edit(JoinEdit::Port("70000".into()));
        assert!(form.port_is_wrong() && form.ask().is_none());
    }

    #[test]
    fn plain_text_is_offered_where_something_else_answers_and_never_for_an_invite() {
        let at: crate::types::Address = "192.168.1.5:7666".parse().unwrap();
        let mut form = form();
        let mut offered = |address: &str, failure: Failure| {
            type_address(&mut form, address);
            form.failure = Some(failure);
            form.offers_plain()
        };
        assert!(offered("192.168.1.5", Failure::NotHallway(at.clone(), "Welcome".into())));
        assert!(offered("192.168.1.5", Failure::Silent(at.clone())));
        for other in [Failure::Refused(at.clone()), Failure::KeyChanged(at.clone()), Failure::Lost] {
            assert!(!offered("192.168.1.5", other));
        }
        let invite = "hallway://join/1?a=10.0.0.1:7777&f=mfrggzdfmztwq2lknnwg23tpobyxe43u";
        assert!(!offered(invite, Failure::NotHallway(at, "Welcome".into())));
        form.edit(JoinEdit::Plain(true));
        assert!(!form.ask().unwrap().plain, "an invite is to a Hallway room");
        type_address(&mut form, "192.168.1.5");
        assert!(form.ask().unwrap().plain);
    }

    #[test]
    fn an_invite_needs_no_port() {
        let mut form = form();
        let key = "mfrggzdfmztwq2lknnwg23tpobyxe43u";
        type_address(&mut form, &format!("hallway://join/1?a=10.0.0.1:7777&f={key}&n=Tea"));
        assert_eq!(form.invite().unwrap().name.as_ref().unwrap().as_str(), "Tea");
        assert_eq!(form.port, "7777");
        form.port = "x".into();
        assert!(form.ask().is_some());
    }

    #[test]
    fn a_room_that_asks_for_its_password_is_asked_for_with_it() {
        let mut form = form();
        type_address(&mut form, "192.168.1.5");
        assert!(!form.wants_password());
        assert_eq!(form.ask().unwrap().password, None);
        form.failure = Some(Failure::PasswordNeeded);
        assert!(form.wants_password());
        form.edit(JoinEdit::Password("tea for two ".into()));
        assert!(form.wants_password(), "it stays while it is typed");
        assert_eq!(form.ask().unwrap().password, Password::new("tea for two").ok());
        form.edit(JoinEdit::Password("   ".into()));
        assert_eq!((form.ask(), form.password_error()), (None, Some(PasswordError::Empty)));
        form.edit(JoinEdit::Password("tea".into()));
        type_address(&mut form, "192.168.1.6");
        assert!(!form.wants_password(), "it is not offered to another room");
    }
}
