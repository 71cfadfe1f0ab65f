//! Disks that fail under the real program. Calls are made to fail by strace; without it the tests say what they leave
//! out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

#[path = "programs/program.rs"]
#[expect(dead_code, reason = "shared with the tests of other programs")]
mod program;
#[path = "headless/running.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod running;

use program::installed;
use running::{PATIENCE, Running, folder, hallway, host, is, member};

impl Running {
    /// The next event of one of these names.
    fn wait_any(&mut self, names: &[&str]) -> Value {
        loop {
            let event = self.events.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("none of {names:?}"));
            self.seen.push(event.clone());
            if names.iter().any(|name| is(&event, name)) {
                return event;
            }
        }
    }

    /// Whether there was a notice of this code.
    fn was_told(&self, code: &str) -> bool {
        self.seen.iter().any(|event| event["code"] == code)
    }

    /// Everything so far.
    fn seen_now(&mut self) -> Vec<Value> {
        self.seen.extend(self.events.try_iter());
        self.seen.clone()
    }

    /// Ends a host, which goes on without standard input.
    fn end_host(mut self) {
        self.say("/quit");
        self.end();
    }
}

/// The program, some of whose calls fail as `inject` says, beginning anew with each of its threads.
fn failing(data: &Path, inject: &str, arguments: &[&str]) -> Running {
    let mut command = Command::new("strace");
    let quiet = ["-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"];
    command.args(quiet).args(["-e", &format!("inject=fsync,fdatasync:{inject}")]);
    command.arg(env!("CARGO_BIN_EXE_hallway")).args(arguments);
    command.env("HALLWAY_NEARBY", "off").env("HALLWAY_DATA_DIR", data);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Running::spawn(command)
}

/// Numbers and texts of what a folder holds.
fn kept(data: &Path) -> Vec<(u64, String)> {
    let output = hallway(data, &["history", "--json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().all(|event| is(event, "message")), "{events:?}");
    let line = |event: &Value| (event["seq"].as_u64().unwrap(), event["text"].as_str().unwrap().to_owned());
    events.iter().map(line).collect()
}

fn notices(events: &[Value]) -> Vec<&str> {
    let notices = events.iter().filter(|event| is(event, "notice"));
    notices.map(|event| event["code"].as_str().unwrap()).collect()
}

/// Waits until `running` was told so many events of this name.
fn all(running: &mut Running, name: &str, count: usize) {
    while running.seen.iter().filter(|event| is(event, name)).count() < count {
        running.wait(name);
    }
}

#[test]
fn a_host_whose_disk_does_not_confirm_a_write_goes_on_by_itself_and_loses_nothing_that_was_sent() {
    if !installed("strace") {
        return;
    }
    let (at_host, at_ana, at_bo) = (folder(), folder(), folder());
    let made = host(at_host.path(), 0);
    let port = made.port.to_string();
    made.running.end_host();
    let arguments = ["host", "--json", "--bind", "127.0.0.1", "--port", &port, "--name", "Study"];
    // The sixth sync of whoever writes the room down, each time that it is opened.
    let mut hosting = failing(at_host.path(), "error=EIO:when=6", &arguments);
    hosting.wait("online");
    let address = format!("127.0.0.1:{port}");
    let (mut ana, mut bo) = (member(at_ana.path(), &address, "Bo"), member(at_bo.path(), &address, "Cy"));
    for line in 0..12 {
        ana.say(&format!("a {line}"));
        bo.say(&format!("b {line}"));
        ana.wait("sent");
    }
    for member in [&mut ana, &mut bo] {
        all(member, "sent", 12);
        all(member, "message", 24);
    }
    let told = notices(&hosting.seen_now()).join(" ");
    assert!(told.contains("reopening") && told.contains("storing-again"), "{told}");
    let (status, _) = ana.end();
    let (other, _) = bo.end();
    assert_eq!((status, other), (0, 0));
    hosting.say("/quit");
    assert_eq!(hosting.end().0, 0);
    let truth = kept(at_host.path());
    assert_eq!(truth.len(), 24);
    assert_eq!(truth.iter().map(|(_, text)| text).collect::<BTreeSet<_>>().len(), 24, "each once");
    assert_eq!(kept(at_ana.path()), truth);
    assert_eq!(kept(at_bo.path()), truth);
}

#[test]
fn a_member_whose_disk_does_not_confirm_a_write_gets_its_text_back_and_goes_on_by_itself() {
    if !installed("strace") {
        return;
    }
    let (at_host, at_ana) = (folder(), folder());
    let mut hosting = host(at_host.path(), 0);
    member(at_ana.path(), &hosting.address, "Bo").end();
    let mut ana = failing(at_ana.path(), "error=EIO:when=4", &["join", &hosting.address, "--json"]);
    ana.wait("online");
    let mut said = 0;
    let lost = loop {
        ana.say(&format!("line {said}"));
        said += 1;
        let event = ana.wait_any(&["sent", "notice"]);
        if is(&event, "notice") {
            break event;
        }
        assert!(said < 50, "no sync failed");
    };
    assert!(["not-sent", "not-kept", "reopening"].contains(&lost["code"].as_str().unwrap()), "{lost}");
    ana.wait("online");
    // One sync of every thread fails, so what is said may come back once more.
    let (mut tries, mut safe) = (0, BTreeMap::new());
    ana.say("after 0");
    let after = loop {
        let event = ana.wait_any(&["pending", "sent", "notice"]);
        let (id, text) = (event["id"].to_string(), event["text"].as_str().unwrap_or_default().to_owned());
        if is(&event, "pending") && text.starts_with("after") {
            safe.insert(id, text);
        } else if is(&event, "sent") && safe.contains_key(&id) {
            break safe[&id].clone();
        } else if event["code"] == "not-sent" {
            tries += 1;
            ana.say(&format!("after {tries}"));
        }
    };
    hosting.running.hears(&after);
    assert_eq!(ana.end().0, 0);
    // The sync that failed last may have been the one that kept the last line: it comes again.
    assert_eq!(member(at_ana.path(), &hosting.address, "Bo").end().0, 0);
    let truth = kept(at_host.path());
    assert_eq!(truth.iter().map(|(_, text)| text).collect::<BTreeSet<_>>().len(), truth.len(), "each once");
    assert_eq!(kept(at_ana.path()), truth);
}

#[test]
fn a_room_that_cannot_be_opened_again_is_tried_until_it_can_and_may_be_left_before() {
    if !installed("strace") {
        return;
    }
    let data = folder();
    let made = host(data.path(), 0);
    let port = made.port.to_string();
    made.running.end_host();
    let files = std::fs::read_dir(data.path().join("rooms")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let file = files.find(|file| file.extension().is_some_and(|end| end == "db")).unwrap();
    let away = data.path().join("away");
    let arguments = ["host", "--json", "--bind", "127.0.0.1", "--port", &port, "--name", "Study"];
    let until_it_fails = |hosting: &mut Running| {
        hosting.wait("online");
        while hosting.wait_any(&["sent", "notice"])["event"] == "sent" || !hosting.was_told("reopening") {
            hosting.say("line");
        }
        std::fs::rename(&file, &away).unwrap();
        while hosting.wait("offline")["retry_in_ms"].as_u64().unwrap() < 4_000 {}
        hosting.say("while it is away");
        while hosting.wait("notice")["code"] != "not-sent" {}
    };

    let mut hosting = failing(data.path(), "error=EIO:when=6", &arguments);
    hosting.say("line");
    until_it_fails(&mut hosting);
    std::fs::rename(&away, &file).unwrap();
    let before = hosting.seen_now().len();
    hosting.wait("online");
    assert!(hosting.seen[before..].iter().any(|event| event["code"] == "storing-again"));
    hosting.say("/quit");
    assert_eq!(hosting.end().0, 0);

    let mut hosting = failing(data.path(), "error=EIO:when=6", &arguments);
    hosting.say("line");
    until_it_fails(&mut hosting);
    hosting.say("/quit");
    assert_eq!(hosting.end().0, 0);
}
