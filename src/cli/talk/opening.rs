//! A room opens, and a member is in: what is told of it once.

use serde_json::json;

use super::Talk;
use crate::cli::words;
use crate::session::{Hosting, Online, Trust};
use crate::types::Address;

impl Talk {
    pub(super) fn connecting(&mut self, address: &Address) {
        let event = json!({ "event": "connecting", "address": address });
        self.out.event(&event, Some(&format!("* connecting to {address}")));
    }

    pub(super) fn hosting(&mut self, hosting: &Hosting) {
        let moved = self.invite.replace(hosting.invite.clone()).filter(|before| *before != hosting.invite);
        let before = self.rules.replace(hosting.guests.clone());
        self.locked = hosting.locked;
        if let Some(before) = before.filter(|_| self.port == Some(hosting.port)) {
            // It was told before, and at most where people come in or what guests may do has changed.
            if moved.is_some() {
                self.notice("addresses", &words::moved(hosting));
            } else if before != hosting.guests {
                self.notice("guests", &words::guest_rules(&hosting.guests));
            }
            return;
        }
        self.port = Some(hosting.port);
        let addresses: Vec<String> =
            hosting.addresses.iter().map(|reach| Address::ip(reach.ip, hosting.port).to_string()).collect();
        let invite = hosting.invite.to_string();
        let event = json!({
            "event": "hosting", "room": hosting.room, "room_id": hosting.room_id, "port": hosting.port,
            "addresses": addresses, "invite": invite, "words": hosting.words, "locked": hosting.locked,
        });
        let text = format!(
            "* {} is open; tell people: {}\n* invite: {invite}\n* words: {}",
            hosting.room,
            addresses.join(" or "),
            hosting.words.join(" ")
        );
        self.out.event(&event, Some(&text));
        if hosting.asks && hosting.locked {
            self.asks_about_nobody();
        }
    }

    pub(super) fn online(&mut self, online: &Online) {
        self.online = true;
        self.me = Some(online.key);
        self.offline = false;
        let trust = match online.trust {
            Trust::Verified => "verified",
            Trust::FirstVisit => "first-visit",
            Trust::Open => "open",
        };
        let event = json!({
            "event": "online", "room": online.room, "room_id": online.room_id, "me": online.me,
            "trust": trust, "head": online.head,
        });
        self.out.event(&event, Some(&format!("* in {} as {}", online.room, online.me)));
        if online.trust == Trust::Verified {
            // Its password has proven the room, so no words are offered that one would have to wait for.
            self.words_first = false;
            self.say_early();
        }
    }
}
