//! A program of the system that speaks lines over TCP, run as a person would run it.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// The longest wait for some bytes: far above what it takes, so that a busy machine fails nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where `name` is. Without it the test says what it leaves out, unless the programs are required.
pub fn installed(name: &str) -> bool {
    let dirs = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&dirs).any(|dir| dir.join(name).is_file());
    if !found {
        assert!(std::env::var_os("HALLWAY_REQUIRE_PROGRAMS").is_none(), "{name} is not installed");
        // Past the capture of the test's output, so that it is seen.
        let _closed = writeln!(std::io::stderr(), "left out: {name} is not installed");
    }
    found
}

/// A running program, ended when dropped.
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    chunks: Receiver<Vec<u8>>,
    heard: Vec<u8>,
    used: usize,
}

impl Program {
    pub fn start(command: &[&str]) -> Self {
        let (name, arguments) = command.split_first().unwrap();
        let mut command = Command::new(name);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (sender, chunks) = sync_channel(1_024);
        let mut output = child.stdout.take().unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, chunks, heard: Vec::new(), used: 0 }
    }

    pub fn says(&mut self, bytes: impl AsRef<[u8]>) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes.as_ref()).unwrap();
        input.flush().unwrap();
    }

    pub fn says_no_more(&mut self) {
        drop(self.input.take());
    }

    /// Waits until it has printed `text` behind what was waited for before.
    #[track_caller]
    pub fn hears(&mut self, text: &str) {
        loop {
            let rest = &self.heard[self.used..];
            if let Some(at) = rest.windows(text.len()).position(|window| window == text.as_bytes()) {
                self.used += at + text.len();
                return;
            }
            match self.chunks.recv_timeout(PATIENCE) {
                Ok(chunk) => self.heard.extend(chunk),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("not heard: {text:?} in {:?}", self.text())
                }
            }
        }
    }

    /// Everything that it printed so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.heard).into_owned()
    }

    /// Everything that it ever prints: waits until it closes its output.
    pub fn everything(&mut self) -> Vec<u8> {
        while let Ok(chunk) = self.chunks.recv_timeout(PATIENCE) {
            self.heard.extend(chunk);
        }
        self.heard.clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
