//! A full room for a while: 100 guests, one of whom never reads, and 20 members.
//!
//! For a few seconds with every `cargo test`; for longer with `HALLWAY_SOAK_SECONDS=600 cargo test --release --test soak
//! -- --nocapture`. Everybody must read everybody, each speaker's lines once and in order.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ChildStdin;
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "headless/running.rs"]
mod running;

use running::{PATIENCE, Running, folder, host_with, member};

const GUESTS: usize = 100;
const MEMBERS: usize = 20;
/// Rounds a second: in each, two members and two guests speak.
const ROUNDS: u64 = 8;

/// What somebody heard: how far each speaker's lines came, which must have no hole, and who has ended.
#[derive(Default)]
struct Heard {
    lines: HashMap<String, u64>,
    ended: usize,
}

impl Heard {
    /// Takes in "m7 12" or "g7 end"; everything else is not of the test.
    fn take(&mut self, line: &str) {
        let Some((speaker, what)) = line.rsplit_once(' ') else { return };
        if what == "end" {
            self.ended += 1;
        } else if let Ok(number) = what.parse::<u64>() {
            let last = self.lines.entry(speaker.to_owned()).or_default();
            assert_eq!(number, *last + 1, "{speaker}'s line is missing, doubled or out of order");
            *last = number;
        }
    }

    #[track_caller]
    fn holds_all(&self, said: &HashMap<String, u64>, but: &str) {
        let others: HashMap<_, _> = said.clone().into_iter().filter(|(speaker, _)| speaker != but).collect();
        assert_eq!(self.lines, others, "all but {but:?}");
    }
}

/// A guest: it writes here, and reads in a thread of its own until all others have ended.
fn guest(port: u16) -> (TcpStream, JoinHandle<Heard>) {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let reading = thread::spawn(move || {
        let mut heard = Heard::default();
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert_eq!(line, "Welcome to this chatroom!\n");
        while heard.ended < GUESTS + MEMBERS - 1 {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the room let a guest go");
            if let Some((_, text)) = line.trim_end().split_once("> ") {
                heard.take(text);
            }
        }
        heard
    });
    (stream, reading)
}

/// A member or the host, whose events are read in a thread of their own until everybody has ended.
fn listen(mut running: Running) -> (ChildStdin, JoinHandle<(Running, Heard)>) {
    let input = running.input.take().unwrap();
    let reading = thread::spawn(move || {
        let mut heard = Heard::default();
        while heard.ended < GUESTS + MEMBERS {
            heard.take(running.wait("message")["text"].as_str().unwrap());
            running.seen.clear();
        }
        (running, heard)
    });
    (input, reading)
}

/// Kilobytes of memory that a process holds, where the system tells.
fn resident_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or_default()
}

fn say(said: &mut HashMap<String, u64>, speaker: &str, write: impl FnOnce(&str)) {
    let count = said.entry(speaker.to_owned()).or_default();
    *count += 1;
    write(&format!("{speaker} {count}"));
}

#[test]
fn a_hundred_guests_and_twenty_members_read_each_other() {
    let seconds: u64 = std::env::var("HALLWAY_SOAK_SECONDS").map_or(4, |text| text.parse().unwrap());
    let folders: Vec<_> = (0..=MEMBERS).map(|_| folder()).collect();
    let host = host_with(folders[0].path(), 0, &["--text-guests"]);
    let join = |(number, folder): (usize, &tempfile::TempDir)| {
        member(folder.path(), &host.address, &format!("member {number}"))
    };
    let mut members: Vec<Running> = folders[1..].iter().enumerate().map(join).collect();
    // This one never reads.
    let stalled = TcpStream::connect(("127.0.0.1", host.port)).unwrap();
    let (mut guests, reading): (Vec<_>, Vec<_>) = (0..GUESTS).map(|_| guest(host.port)).unzip();
    for member in &mut members {
        while member.wait("guests")["count"] != GUESTS + 1 {}
    }
    let host_process = host.running.child.id();
    let before = resident_kb(host_process);
    let (_host_input, host_listening) = listen(host.running);
    let (mut inputs, listening): (Vec<_>, Vec<_>) = members.into_iter().map(listen).unzip();
    let mut said = HashMap::new();
    let round = Duration::from_millis(1_000 / ROUNDS);
    for turn in 0..usize::try_from(seconds * ROUNDS).unwrap() {
        for place in [turn * 2, turn * 2 + 1] {
            let (m, g) = (place % MEMBERS, place % GUESTS);
            say(&mut said, &format!("m{m}"), |line| writeln!(inputs[m], "{line}").unwrap());
            say(&mut said, &format!("g{g}"), |line| writeln!(guests[g], "{line}").unwrap());
        }
        thread::park_timeout(round);
    }
    inputs.iter_mut().enumerate().for_each(|(m, input)| writeln!(input, "m{m} end").unwrap());
    guests.iter_mut().enumerate().for_each(|(g, guest)| writeln!(guest, "g{g} end").unwrap());
    for (g, reading) in reading.into_iter().enumerate() {
        reading.join().unwrap().holds_all(&said, &format!("g{g}"));
    }
    let (mut host, heard) = host_listening.join().unwrap();
    heard.holds_all(&said, "");
    let listened: Vec<_> = listening.into_iter().map(|listening| listening.join().unwrap()).collect();
    for (_, heard) in &listened {
        heard.holds_all(&said, "");
    }
    let after = resident_kb(host_process);
    let lines: u64 = said.values().sum();
    println!("{lines} lines in {seconds} s; the host's memory was {before} kB and is {after} kB");
    stalled.shutdown(Shutdown::Both).unwrap();
    drop(guests);
    while host.wait("guests")["count"] != 0 {}
}
