//! Proving the room's password to its host, and the host to us.

use super::{End, Visit};
use crate::session::failure::Failure;
use crate::trust::Try;
use crate::types::{Goodbye, Password, RoomId, Token};
use crate::wire::chain;
use crate::wire::message::{ClientMessage, ServerMessage};

/// The room's password, and how far it is proven on this connection.
pub(super) struct Proof {
    /// As it was typed; kept until the room has let me in by it.
    password: Option<Password>,
    /// What my invite carries, until the room has let me in, or said that it does not by that.
    token: Option<Token>,
    /// What both ends share of this very connection.
    context: Vec<u8>,
    /// A try that the host has not answered.
    attempt: Option<Try>,
    /// The host has proven that it knows the password.
    proven: bool,
}

impl Proof {
    pub(super) fn new(password: Option<Password>, token: Option<Token>) -> Self {
        Self { password, token, context: Vec::new(), attempt: None, proven: false }
    }

    /// A connection begins: nothing of an earlier one counts.
    pub(super) fn begins(&mut self, exporter: &[u8; 32], room: &RoomId) {
        self.context = chain::password_bytes(exporter, room);
        (self.attempt, self.proven) = (None, false);
    }

    /// What goes into Hello. Whoever hears that has proven the key that the invite names: nobody else is greeted.
    pub(super) fn token(&self) -> Option<Token> {
        self.token
    }
}

impl Visit {
    /// Answers a host that wants the password proven. Nothing else is sent until it has proven that it knows it.
    pub(super) async fn prove(&mut self, message: ServerMessage) -> Result<(), End> {
        let ended = match message {
            ServerMessage::InviteEnded(end) => Some(end),
            _ => None,
        };
        if ended.is_some() {
            self.proof.token = None;
        }
        let failure = match message {
            ServerMessage::NeedPassword(0) | ServerMessage::InviteEnded(_) => {
                match self.proof.password.clone() {
                    Some(password) => match Try::start(password) {
                        Ok((attempt, ke1)) => {
                            self.proof.attempt = Some(attempt);
                            self.link.send(&ClientMessage::Ke1(ke1.into()));
                            return Ok(());
                        }
                        Err(_) => Failure::PasswordWrong,
                    },
                    None => ended.map_or(Failure::PasswordNeeded, Failure::InviteEnded),
                }
            }
            ServerMessage::NeedPassword(wait_ms) => Failure::PasswordLater(wait_ms),
            ServerMessage::Ke2(ke2) => {
                let Some(attempt) = self.proof.attempt.take() else {
                    let words = "it answered a try that there was not".to_owned();
                    return Box::pin(self.lost(Failure::Protocol(words), None)).await;
                };
                let context = self.proof.context.clone();
                // It takes 30 ms of work, on purpose.
                let working = tokio::task::spawn_blocking(move || attempt.finish(&ke2, &context));
                match working.await {
                    Ok(Ok(ke3)) => {
                        self.proof.proven = true;
                        self.link.send(&ClientMessage::Ke3(ke3.into()));
                        return Ok(());
                    }
                    Ok(Err(_)) => Failure::PasswordWrong,
                    Err(broken) => Failure::Other(broken.to_string()),
                }
            }
            _ => return Ok(()),
        };
        self.link.hang_up(Goodbye::Leaving).await;
        Box::pin(self.lost(failure, None)).await
    }

    /// The host lets me in. A room that was to prove itself by its password, and did not ask for it, may be another.
    pub(super) async fn proven(&mut self) -> Result<(), End> {
        if self.proof.proven {
            self.record.verified = true;
            // It does not ask for it again, also where nothing comes of this visit, as by a name that is taken.
            self.keep_record().await;
        }
        self.asked_for_password().await?;
        (self.proof.password, self.proof.token) = (None, None);
        Ok(())
    }

    /// Leaves what goes on without having asked for the password that was given: it may be another room.
    pub(super) async fn asked_for_password(&mut self) -> Result<(), End> {
        if self.proof.password.is_none() || self.proof.proven || self.record.verified {
            return Ok(());
        }
        self.link.hang_up(Goodbye::Leaving).await;
        Box::pin(self.lost(Failure::PasswordNotAsked, None)).await
    }
}
