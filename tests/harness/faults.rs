//! Everything that fails: one fault after the other, for as long as the world is not calm.

use std::collections::HashSet;

use hallway::types::{Entry, OpId, Seq};

use super::checker::Line;
use super::disk::Health;
use super::log::line;
use super::world::{Event, HOST, World};

/// Milliseconds between two faults, on average.
const EVERY_MS: u64 = 32_000;
/// Copies of the host's file that are kept.
const OLDER: usize = 3;
/// Ten years, in milliseconds.
const TEN_YEARS_MS: i64 = 10 * 365 * 86_400_000;

impl World {
    /// The next fault, drawn, and when another one follows.
    pub fn fault(&mut self) {
        if self.calm {
            return;
        }
        let who = self.random.pick(self.members.len());
        let guest_of_the_network = 1 + self.random.pick(self.members.len() - 1);
        let drawn = self.random.below(100);
        if self.verbose {
            println!("{:>12}  fault {drawn} at {who} or {guest_of_the_network}", "");
        }
        if self.random.chance(8) {
            self.copy_file();
        }
        if self.rots && self.random.chance(8) {
            self.rot();
        }
        match drawn {
            0..24 => self.break_network(guest_of_the_network),
            24..32 => self.kill_member(guest_of_the_network),
            32..40 => self.kill_host(),
            40..48 => self.fill_disk(who),
            48..54 => self.fail_sync(who),
            54..60 => self.slow_disk(who),
            60..67 => self.jump_clock(who),
            67..76 => self.sleep(who),
            76..84 => self.go_away(guest_of_the_network),
            84..88 => self.garble = Some(guest_of_the_network),
            88..92 => self.cut(who),
            92..94 => self.restore_host(),
            _ => self.cut_everybody(),
        }
        self.tally.faults += 1;
        let next = self.random.below(2 * EVERY_MS);
        self.after(next, Event::Fault);
    }

    /// Something is in the way of one member: nothing comes through for a while, one way or both; or the
    /// connection is gone and neither end knows it.
    fn break_network(&mut self, who: usize) {
        let ms = self.random.scaled(90_000);
        let until = self.now + ms;
        let conn = self.members[who].conn;
        match self.random.below(6) {
            0 => self.computers[who].blocked[0] = until,
            1 => self.computers[who].blocked[1] = until,
            2 => self.computers[who].blocked = [until; 2],
            3 => {
                if let Some(link) = conn.and_then(|conn| self.links.get_mut(&conn)) {
                    let (least, most) = (self.random.below(400), self.random.below(1_500));
                    link.latency = (least, most);
                }
            }
            kind => {
                if let Some(link) = conn.and_then(|conn| self.links.get_mut(&conn)) {
                    link.dead = true;
                }
                if kind == 5 {
                    // The member's address changed, and its program was told: it dials anew at once.
                    self.lost(who, None);
                }
            }
        }
    }

    fn kill_member(&mut self, who: usize) {
        let power_cut = self.random.chance(50);
        self.stop_member(who, power_cut);
        let away = self.random.scaled(20_000);
        self.after(away, Event::StartMember(who));
    }

    fn kill_host(&mut self) {
        match self.random.below(4) {
            0 => self.close_room(),
            kind => self.stop_host(kind == 1),
        }
        let away = self.random.scaled(30_000);
        self.after(away, Event::StartHost);
    }

    /// Somebody copies the host's file.
    pub fn copy_file(&mut self) {
        self.older.push_back((self.host.log.clone(), self.members[HOST].disk.state.clone()));
        if self.older.len() > OLDER {
            self.older.pop_front();
        }
    }

    /// The host's computer breaks, and its file is put back as it was when it was copied.
    fn restore_host(&mut self) {
        self.stop_host(true);
        let away = self.random.scaled(30_000);
        self.after(away, Event::StartHost);
        let which = self.random.pick(self.older.len() + 1);
        self.put_back(which);
    }

    /// The host's disk loses a part of the log, of what somebody else has, and the program is started again for that.
    pub fn rot(&mut self) {
        self.stop_host(false);
        let away = self.random.scaled(30_000);
        self.after(away, Event::StartHost);
        let log = &self.host.log;
        let first = self.random.pick(log.entries.len() + 1);
        let count = usize::try_from(self.random.scaled(300)).unwrap();
        let part = log.entries.iter().skip(first).take(count);
        let kept = |entry: &&Entry| self.members[1..].iter().any(|member| member.disk.keeps(entry));
        let lost: Vec<Seq> = part.filter(kept).map(|entry| entry.seq).collect();
        self.host.log.lost.extend(lost);
    }

    /// Puts back a copy of the file of a host that does not run.
    pub fn put_back(&mut self, which: usize) {
        let Some((log, state)) = self.older.get(which).cloned() else { return };
        self.tally.restored += 1;
        // What somebody can prove of what is lost comes back; what nobody can, whoever said it says again.
        let proven = self.members[1..].iter().map(|member| member.disk.proves(&self.host.log)).max();
        let proven = proven.unwrap_or(Seq::START);
        let safe = self.host.log.entries.iter().take_while(|entry| entry.seq <= proven);
        let safe: HashSet<OpId> = safe.map(|entry| entry.signed.op.id).collect();
        let waits: HashSet<OpId> = state.outbox.iter().map(|row| row.signed.op.id).collect();
        let kept = |id: &OpId| safe.contains(id) || waits.contains(id);
        let common =
            log.entries.iter().zip(&self.host.log.entries).take_while(|(a, b)| a.hash == b.hash).count();
        let lost: Vec<Line> = self.host.log.entries[common..].iter().map(line).collect();
        self.checker.went_back(HOST, (self.host.log.epoch, log.epoch), (&lost, proven), kept);
        self.host.restore(&log);
        self.members[HOST].disk.restore(state);
    }

    fn fill_disk(&mut self, who: usize) {
        self.set_health(who, Health::Full);
        let ms = self.random.scaled(60_000);
        self.after(ms, Event::DiskHeals(who));
    }

    /// The next sync fails; after a while somebody starts the program again.
    fn fail_sync(&mut self, who: usize) {
        self.set_health(who, Health::Failing);
        let ms = self.random.scaled(90_000);
        self.after(ms, Event::DiskHeals(who));
    }

    fn set_health(&mut self, who: usize, health: Health) {
        let was = &mut self.members[who].disk.health;
        if *was == Health::Fine {
            *was = health;
        }
        if who == HOST && self.host.health == Health::Fine {
            self.host.health = health;
        }
    }

    fn slow_disk(&mut self, who: usize) {
        self.computers[who].slow_disk = self.now + self.random.scaled(60_000);
    }

    /// The wall clock jumps, by seconds or by years, either way.
    fn jump_clock(&mut self, who: usize) {
        let reach = if self.random.chance(50) { TEN_YEARS_MS } else { 60_000 };
        let ms = i64::try_from(self.random.below(2 * reach.unsigned_abs())).unwrap();
        self.computers[who].wall_off_ms = ms - reach;
    }

    /// The computer sleeps: its clock goes on, and nothing else.
    fn sleep(&mut self, who: usize) {
        let most = if self.random.chance(10) { 1_200_000 } else { 120_000 };
        let awake_at = self.now + self.random.scaled(most);
        self.computers[who].awake_at = self.computers[who].awake_at.max(awake_at);
    }

    fn go_away(&mut self, who: usize) {
        self.leave(who);
        let away = self.random.scaled(120_000);
        self.after(away, Event::StartMember(who));
    }

    fn cut_everybody(&mut self) {
        (1..self.members.len()).for_each(|who| self.cut(who));
    }

    /// There is space again; where a sync failed, the program is started again.
    pub fn heal_disk(&mut self, who: usize) {
        let (disk, host) = (self.members[who].disk.health, self.host.health);
        if who == HOST && [disk, host].contains(&Health::Unsynced) {
            self.stop_host(false);
            self.after(500, Event::StartHost);
        } else if disk == Health::Unsynced {
            self.stop_member(who, false);
            self.after(500, Event::StartMember(who));
        }
        let healthy = |health: &mut Health| {
            if matches!(health, Health::Full | Health::Failing) {
                *health = Health::Fine;
            }
        };
        healthy(&mut self.members[who].disk.health);
        if who == HOST {
            healthy(&mut self.host.health);
        }
    }

    /// The faults are over: what a person can mend is mended, and what has to be noticed is left to be noticed.
    pub fn heal(&mut self) {
        self.garble = None;
        for who in 0..self.members.len() {
            let computer = &mut self.computers[who];
            computer.blocked = [0; 2];
            computer.slow_disk = 0;
            self.heal_disk(who);
            self.after(600, Event::StartMember(who));
        }
        self.after(600, Event::StartHost);
    }

    /// Milliseconds that a computer's disk takes for one thing.
    pub fn disk_ms(&mut self, who: usize) -> u64 {
        let (least, most) = if self.computers[who].slow_disk > self.now { (100, 3_000) } else { (1, 12) };
        self.random.between(least, most)
    }
}
