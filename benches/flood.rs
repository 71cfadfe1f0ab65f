//! How much longer others wait for their lines while one member floods the room.
//!
//! A host with the usual quota in a process of its own, and in this one 20 members who each say a line five times a
//! second, over TLS on the loopback interface. Each flood is measured between two quiet stretches, and its line says how
//! many times as long 99 of 100 lines waited. Whoever floods has a computer of their own elsewhere; here it shares the
//! processors with the host and with everybody it disturbs. `HALLWAY_BENCH_SECONDS` says how long each stretch is.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reads the clock, may panic and prints"
)]

#[expect(dead_code, reason = "the other benches use the rest of it")]
#[path = "crowd/host.rs"]
mod host;
#[expect(dead_code, reason = "the other benches use the rest of it")]
#[path = "crowd/member.rs"]
mod member;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hallway::types::limits::{FETCHES_WAITING, OPS_PER_SUBMIT, PAGE_ENTRIES};
use hallway::types::{FetchFrom, Seq};
use hallway::wire::message::{ClientMessage, Fetch, ServerMessage};
use hallway::wire::{decode_server, kind};
use host::Host;
use member::{Member, Seat};
use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};

const MEMBERS: usize = 20;
/// Between two lines of one member.
const EVERY: Duration = Duration::from_millis(200);
/// Of a flood, before the first line counts.
const WARM: Duration = Duration::from_secs(1);
/// A line as people write them.
const TEXT: &str = "Shall we meet at the usual place after the second lecture, or is that too late for you?";
/// Frames of a flood before it waits until the host has read them.
const FRAMES: usize = 200;
/// Strangers that dial at once.
const STRANGERS: usize = 8;

/// What one who floods does, as fast as the host lets it.
#[derive(Debug, Clone, Copy)]
enum Flood {
    /// Submits lines, whatever the answer is.
    Lines,
    /// Asks for pages of the log.
    Pages,
    /// Asks for the roster.
    Rosters,
    /// Begins and ends typing.
    Typing,
    /// Asks whether the host is there.
    Pings,
    /// Dials, makes the connection secure, and goes.
    Handshakes,
}

const FLOODS: [Flood; 6] =
    [Flood::Lines, Flood::Pages, Flood::Rosters, Flood::Typing, Flood::Pings, Flood::Handshakes];

fn main() {
    if host::asked() {
        return;
    }
    let seconds = std::env::var("HALLWAY_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let time = Duration::from_secs(seconds);
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let host = Host::begin(folder.path(), 0, true);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut seats = runtime.block_on(member::crowd(host.here, MEMBERS));
    println!("flood        quiet p50, p99      flooded p50, p99    99 of 100: times as long");
    for flood in FLOODS {
        let mut quiet = Vec::new();
        let mut flooded = Vec::new();
        for is_quiet in [true, false, true] {
            let flooding = runtime.block_on(async { (!is_quiet).then(|| begin(flood, host.here)) });
            let (took, back) = runtime.block_on(talk(seats, time));
            seats = back;
            drop(flooding);
            if is_quiet { quiet.extend(took) } else { flooded.extend(took) }
        }
        let [(quiet_half, quiet_most), (half, most)] = [quiet, flooded].map(|mut took| {
            took.sort_unstable();
            let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
            (at(0.5), at(0.99))
        });
        println!(
            "{:<12} {quiet_half:>5.1}, {quiet_most:>5.1} ms {half:>12.1}, {most:>5.1} ms {:>18.2}",
            format!("{flood:?}"),
            most / quiet_most
        );
    }
}

/// Everybody talks, each at a moment of its own. Answers how long each line waited.
async fn talk(seats: Vec<(Member, Seat)>, time: Duration) -> (Vec<Duration>, Vec<(Member, Seat)>) {
    let begin = Instant::now() + WARM;
    let mut tasks = JoinSet::new();
    for (place, (member, seat)) in seats.into_iter().enumerate() {
        let first = begin + EVERY.mul_f64(place as f64 / MEMBERS as f64);
        tasks.spawn(one(member, seat, (first, begin + time)));
    }
    let (mut all, mut back) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        let (took, member, seat) = ended.expect("a member that goes on");
        all.extend(took);
        back.push((member, seat));
    }
    (all, back)
}

/// One member, until the time is over and everything is answered.
async fn one(
    mut member: Member,
    mut seat: Seat,
    (first, to): (Instant, Instant),
) -> (Vec<Duration>, Member, Seat) {
    let (mut took, mut waiting, mut next) = (Vec::new(), HashMap::new(), first);
    while next < to || !waiting.is_empty() {
        tokio::select! {
            results = seat.results() => for result in results.expect("an answer") {
                result.outcome.expect("a number");
                let begin: Instant = waiting.remove(&result.id).expect("what was said");
                took.push(begin.elapsed());
            },
            () = tokio::time::sleep_until(next.into()), if next < to => {
                waiting.insert(seat.say(&mut member, TEXT), Instant::now());
                next += EVERY;
            }
        }
    }
    (took, member, seat)
}

/// A flood that ends when this is dropped.
struct Flooding(Vec<AbortHandle>);

impl Drop for Flooding {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

fn begin(flood: Flood, here: SocketAddr) -> Flooding {
    let tasks = match flood {
        Flood::Handshakes => (0..STRANGERS).map(|_| tokio::spawn(handshakes(here)).abort_handle()).collect(),
        _ => vec![tokio::spawn(frames(flood, here)).abort_handle()],
    };
    Flooding(tasks)
}

/// A member that says so many frames, and so many more as soon as the host has read them.
async fn frames(flood: Flood, here: SocketAddr) {
    let mut member = Member::new(MEMBERS);
    let mut seat = member.arrive(here, None).await.expect("a place");
    seat.introduced().await.expect("a name");
    let mut numbered = 0;
    loop {
        match flood {
            Flood::Lines => {
                let ops = (0..OPS_PER_SUBMIT).map(|_| seat.signed(&mut member, TEXT)).collect();
                seat.send(&ClientMessage::Submit(ops));
            }
            Flood::Pages => {
                let whole = Fetch { from: FetchFrom::After(Seq::START), max: PAGE_ENTRIES as u32 };
                (0..FETCHES_WAITING).for_each(|_| seat.send(&ClientMessage::Fetch(whole)));
            }
            Flood::Rosters => (0..FRAMES).for_each(|_| seat.send(&ClientMessage::Roster(0, 256))),
            Flood::Typing => (0..FRAMES).for_each(|n| seat.send(&ClientMessage::Typing(n % 2 == 0))),
            Flood::Pings => (1..FRAMES).for_each(|n| seat.send(&ClientMessage::Ping(n as u64))),
            Flood::Handshakes => return,
        }
        seat.send(&ClientMessage::Ping(0));
        let (mut read, mut pages, mut results) = (false, 0, 0);
        while !read
            || (matches!(flood, Flood::Pages) && pages < FETCHES_WAITING)
            || (matches!(flood, Flood::Lines) && results < OPS_PER_SUBMIT)
        {
            let frame = seat.next().await.expect("a host that does not throw it out");
            match frame.kind {
                kind::PAGE => pages += 1,
                kind::PONG => read |= matches!(decode_server(frame), Ok(ServerMessage::Pong(0, _))),
                kind::RESULTS => {
                    let Ok(ServerMessage::Results(all, _)) = decode_server(frame) else { continue };
                    results += all.len();
                    numbered += all.iter().filter(|result| result.outcome.is_ok()).count() as u64;
                }
                _ => {}
            }
        }
        member.numbered(numbered);
    }
}

/// Strangers that make a connection secure and go.
async fn handshakes(here: SocketAddr) {
    loop {
        if let Ok(stream) = TcpStream::connect(here).await {
            let _gone = hallway::trust::connect(stream, hallway::trust::Expect::Anything).await;
        }
    }
}
