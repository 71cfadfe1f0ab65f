//! The network: what is sent arrives after a while, in its order, while nothing is in the way.

use hallway::room::ConnId;
use hallway::types::{Hash, Run};
use hallway::wire::message::{ClientMessage, Page, ServerMessage};

use super::link::{Link, Way};
use super::world::{Event, HOST, World};

impl World {
    pub fn send_to_host(&mut self, conn: ConnId, message: Option<ClientMessage>) {
        let Some(arrives) = self.arrival(conn, Way::ToHost) else { return };
        let Some(link) = self.links.get_mut(&conn) else { return };
        if let Some(at) = link.to_host.send(arrives, message) {
            self.at(at, Event::ToHost(conn));
        }
    }

    pub fn send_to_member(&mut self, conn: ConnId, message: Option<ServerMessage>) {
        let Some(arrives) = self.arrival(conn, Way::ToMember) else { return };
        let Some(link) = self.links.get_mut(&conn) else { return };
        if let Some(at) = link.to_member.send(arrives, message) {
            self.at(at, Event::ToMember(conn));
        }
    }

    /// When something that is sent now arrives; none where nobody will ever read it.
    fn arrival(&mut self, conn: ConnId, way: Way) -> Option<u64> {
        let link = self.links.get(&conn)?;
        let reads = match way {
            Way::ToHost => link.host.as_ref().is_none_or(|side| side.open),
            Way::ToMember => link.member.open,
        };
        if link.dead || !reads {
            return None;
        }
        let (least, jitter) = link.latency;
        let blocked = self.computers[link.who].blocked[Self::way_of(way)];
        Some((self.now + least + self.random.below(jitter + 1)).max(blocked))
    }

    /// The first parcel of a lane may have arrived.
    pub fn arrive(&mut self, conn: ConnId, way: Way) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&conn) else { return };
        if link.dead {
            return;
        }
        let blocked = self.computers[link.who].blocked[Self::way_of(way)];
        if blocked > now {
            let event = if way == Way::ToHost { Event::ToHost(conn) } else { Event::ToMember(conn) };
            return self.at(blocked, event);
        }
        match way {
            Way::ToHost => {
                let Some((_, message)) = link.to_host.queue.pop_front() else { return };
                if let Some((at, _)) = link.to_host.queue.front() {
                    let at = *at;
                    self.at(at, Event::ToHost(conn));
                }
                self.host_receives(conn, message.map(handed));
            }
            Way::ToMember => {
                let Some((_, message)) = link.to_member.queue.pop_front() else { return };
                let next = link.to_member.queue.front().map(|(at, _)| *at);
                match next {
                    Some(at) => self.at(at, Event::ToMember(conn)),
                    None => self.after(0, Event::Pump(conn)),
                }
                self.member_receives(conn, message.map(travelled));
            }
        }
    }

    /// Forgets a connection that both ends have closed.
    pub fn forget_link(&mut self, conn: ConnId) {
        if self.links.get(&conn).is_some_and(Link::is_over) {
            self.links.remove(&conn);
        }
    }

    /// The connection breaks: both ends see it at once.
    pub fn cut(&mut self, who: usize) {
        let Some(conn) = self.members[who].conn else { return };
        if let Some(link) = self.links.get_mut(&conn) {
            link.to_host.queue.clear();
            link.to_member.queue.clear();
        }
        self.host_receives(conn, None);
        self.lost(who, None);
    }

    fn way_of(way: Way) -> usize {
        usize::from(way == Way::ToMember)
    }

    /// Whether a member's packets reach the host and come back.
    pub fn reaches(&self, who: usize) -> bool {
        who == HOST || self.computers[who].blocked.iter().all(|until| *until <= self.now)
    }
}

/// The same of what is handed back.
fn handed(message: ClientMessage) -> ClientMessage {
    match message {
        ClientMessage::Tail(epoch, page) => ClientMessage::Tail(epoch, Page { run: bare(page.run), ..page }),
        other => other,
    }
}

/// What is left of a message on its way: hashes do not travel.
fn travelled(message: ServerMessage) -> ServerMessage {
    match message {
        ServerMessage::Events(run) => ServerMessage::Events(bare(run)),
        ServerMessage::Page(mut page) => {
            page.run = bare(page.run);
            ServerMessage::Page(page)
        }
        other => other,
    }
}

fn bare(mut run: Run) -> Run {
    for entry in &mut run.entries {
        (entry.hash, entry.prev.hash) = (Hash([0; 32]), Hash([0; 32]));
    }
    run
}
