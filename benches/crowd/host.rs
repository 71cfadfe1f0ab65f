//! A host as the window or the command line has one, for a crowd: many places, and a quota only where it is asked for.

use std::io::{BufRead, BufReader, Read};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::thread;
use std::time::Duration;

use hallway::session::{Command, Event, HostAsk, PasswordAsk, PortAsk, RoomEvent, RoomRef, Session, Setup};
use hallway::types::{Nickname, RoomName};

/// What the room is called.
pub(crate) const NAME: &str = "Crowd";
/// The only room.
const ROOM: RoomRef = RoomRef(1);

/// What tells this program that it is to be the host.
const AS_HOST: &str = "--as-host";
/// Clock ticks a second of Linux's processor times.
const TICKS: f64 = 100.0;

/// The host, in a process of its own.
pub(crate) struct Host {
    child: Child,
    pub(crate) here: SocketAddr,
}

/// Whether this very process is to be the host; then this returns when whoever asked has ended.
pub(crate) fn asked() -> bool {
    let arguments: Vec<String> = std::env::args().collect();
    let asked = arguments.get(1).is_some_and(|first| first == AS_HOST);
    if asked {
        let (port, quota) = (arguments[3].parse().expect("a port"), arguments[4] == "quota");
        println!("{}", open(Path::new(&arguments[2]), port, quota).port());
        let _ended = std::io::stdin().read(&mut [0]);
    }
    asked
}

impl Host {
    /// Starts it without a quota, and returns once it takes members.
    pub(crate) fn start(folder: &Path, port: u16) -> Self {
        Self::begin(folder, port, false)
    }

    /// Likewise, and says whether each member has a quota, as in every real room.
    pub(crate) fn begin(folder: &Path, port: u16, quota: bool) -> Self {
        let mut program = Program::new(std::env::current_exe().expect("this program"));
        program.arg(AS_HOST).arg(folder).arg(port.to_string()).arg(if quota { "quota" } else { "none" });
        program.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = program.spawn().expect("a start");
        let mut port = String::new();
        BufReader::new(child.stdout.take().expect("its words")).read_line(&mut port).expect("its port");
        Self { child, here: (Ipv4Addr::LOCALHOST, port.trim().parse().expect("its port")).into() }
    }

    /// Ends it as a power cut does, but for the disk. Answers its port.
    pub(crate) fn kill(mut self) -> u16 {
        self.child.kill().expect("its end");
        self.child.wait().expect("its end");
        self.here.port()
    }

    /// The most memory that it ever held in MiB, where the system tells.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default() / 1_024
    }

    /// The processor time that it has used.
    pub(crate) fn processor(&self) -> Duration {
        processor(&self.child.id().to_string())
    }
}

/// The processor time that a process has used, where the system tells.
pub(crate) fn processor(process: &str) -> Duration {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let numbers = status.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = numbers.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Duration::from_secs_f64(ticks / TICKS)
}

/// Opens the room of this folder. Answers where it listens, once it takes members; what happens there is read and let
/// pass until the program ends.
pub(crate) fn open(folder: &Path, port: u16, quota: bool) -> SocketAddr {
    let setup = Setup { data_dir: folder.to_owned(), ..Setup::default() };
    let (commands, mut events) = Session::start(setup, || {}).expect("a background").split();
    let ask = HostAsk {
        name: RoomName::new(NAME).expect("a name"),
        nick: Nickname::new("Host").expect("a name"),
        port: PortAsk::Exactly(port),
        bind: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        capacity: 2_000,
        quota,
        guests: None,
        asks: None,
        password: PasswordAsk::AsBefore,
    };
    commands.send(Command::Host(ROOM, ask)).expect("a background that listens");
    let port = loop {
        match events.next_event().expect("a background that goes on") {
            Event::Room(_, RoomEvent::Hosting(hosting)) => break hosting.port,
            Event::Room(_, RoomEvent::Failed(failure)) | Event::Unusable(failure) => panic!("{failure:?}"),
            _ => {}
        }
    };
    thread::spawn(move || {
        let _kept_open = commands;
        while events.next_event().is_some() {}
    });
    (Ipv4Addr::LOCALHOST, port).into()
}
