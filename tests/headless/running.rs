//! Starts of the real program, without a window, and what they print.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// The longest wait for one event: far above what it takes, so that a busy machine fails nothing.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The program, with its pipes and a profile of its own.
pub fn hallway(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hallway"));
    command.args(arguments).env("HALLWAY_NEARBY", "off").env("HALLWAY_DATA_DIR", data);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn is(event: &Value, name: &str) -> bool {
    event["event"] == name
}

/// A running start, killed when dropped.
pub struct Running {
    pub child: Child,
    pub input: Option<ChildStdin>,
    pub events: Receiver<Value>,
    pub seen: Vec<Value>,
}

impl Running {
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        Self::spawn(hallway(data, arguments))
    }

    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, events) = sync_channel(1_024);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("one JSON object a line");
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, events, seen: Vec::new() }
    }

    pub fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next event of this name.
    pub fn wait(&mut self, name: &str) -> Value {
        loop {
            let event = self.events.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {name}"));
            self.seen.push(event.clone());
            if is(&event, name) {
                return event;
            }
        }
    }

    pub fn hears(&mut self, text: &str) -> Value {
        loop {
            let message = self.wait("message");
            if message["text"] == text {
                return message;
            }
        }
    }

    /// Ends it without a word, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends standard input and waits for the status.
    pub fn end(mut self) -> (i32, Vec<Value>) {
        drop(self.input.take());
        let status = self.child.wait().unwrap().code().unwrap();
        let seen = std::mem::take(&mut self.seen);
        (status, seen.into_iter().chain(self.events.iter()).collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// A room on this computer.
pub struct Hosted {
    pub running: Running,
    pub port: u16,
    pub address: String,
    pub invite: String,
}

pub fn host(data: &Path, port: u16) -> Hosted {
    host_with(data, port, &[])
}

/// With further arguments.
pub fn host_with(data: &Path, port: u16, more: &[&str]) -> Hosted {
    let port = port.to_string();
    let arguments =
        ["host", "--json", "--bind", "127.0.0.1", "--port", &port, "--name", "Study", "--nick", "Ana"];
    let mut running = Running::start(data, &[&arguments, more].concat());
    let hosting = running.wait("hosting");
    running.wait("online");
    let port = u16::try_from(hosting["port"].as_u64().unwrap()).unwrap();
    let invite = hosting["invite"].as_str().unwrap().to_owned();
    Hosted { running, port, address: format!("127.0.0.1:{port}"), invite }
}

pub fn member(data: &Path, address: &str, nick: &str) -> Running {
    let mut running = Running::start(data, &["join", address, "--json", "--nick", nick]);
    running.wait("online");
    running
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}
