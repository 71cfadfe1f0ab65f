//! How many messages a room acknowledges in a second, each synced to the disk before, and how long one waits for it.
//!
//! A host without a quota in a process of its own, and 100 members in this one, over TLS on the loopback interface: so one
//! computer does the work of 101. Each member has so many messages under way and says the next when one is
//! acknowledged; everybody is sent everything. Beside it what the same disk does in the same run (a page appended and
//! synced), and the host's processor time for each message, which tells what it could do where the members have
//! processors of their own. `HALLWAY_BENCH_SECONDS` says how long each row is measured.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reads the clock, may panic and prints"
)]

#[path = "crowd/fsync.rs"]
mod fsync;
#[expect(dead_code, reason = "the other benches use the rest of it")]
#[path = "crowd/host.rs"]
mod host;
#[expect(dead_code, reason = "another bench uses the rest of it")]
#[path = "crowd/member.rs"]
mod member;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use host::Host;
use member::{Member, Seat};
use tokio::task::JoinSet;

const MEMBERS: usize = 100;
/// Messages that each member has under way, in turns.
const UNDER_WAY: [usize; 4] = [1, 2, 4, 16];
/// Before the first answer counts.
const WARM: Duration = Duration::from_secs(2);
/// A line as people write them.
const TEXT: &str = "Shall we meet at the usual place after the second lecture, or is that too late for you?";

fn main() {
    if host::asked() {
        return;
    }
    let seconds = std::env::var("HALLWAY_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let time = Duration::from_secs(seconds);
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let host = Host::start(folder.path(), 0);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut seats = runtime.block_on(member::crowd(host.here, MEMBERS));
    println!(
        "under way  acked/s      p50      p99  longest  fsync/s  acked a fsync  processor each: host, members"
    );
    for under_way in UNDER_WAY {
        let before = fsync::rate(folder.path(), Duration::from_secs(1));
        let used = [host.processor(), host::processor("self")];
        let (took, all, back) = runtime.block_on(talk(seats, under_way, time));
        let now = [host.processor(), host::processor("self")];
        let [hosts, members] =
            [0, 1].map(|of| now[of].saturating_sub(used[of]).as_secs_f64() * 1e6 / all as f64);
        seats = back;
        let raw = f64::midpoint(before, fsync::rate(folder.path(), Duration::from_secs(1)));
        let rate = took.len() as f64 / time.as_secs_f64();
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let (half, most, longest) = (at(0.5), at(0.99), at(1.0));
        println!(
            "{:<9} {rate:>8.0} {half:>5.1} ms {most:>5.1} ms {longest:>5.0} ms {raw:>8.0} {:>14.1} {hosts:>18.0}, {members:.0} µs",
            under_way * MEMBERS,
            rate / raw
        );
    }
}

/// Everybody talks. Answers how long each message waited that was measured, shortest first; and how many there were in all.
async fn talk(
    seats: Vec<(Member, Seat)>,
    under_way: usize,
    time: Duration,
) -> (Vec<Duration>, usize, Vec<(Member, Seat)>) {
    let from = Instant::now() + WARM;
    let mut tasks = JoinSet::new();
    for (member, seat) in seats {
        tasks.spawn(one(member, seat, under_way, (from, from + time)));
    }
    let (mut measured, mut all, mut back) = (Vec::new(), 0, Vec::new());
    while let Some(ended) = tasks.join_next().await {
        let (took, said, member, seat) = ended.expect("a member that goes on");
        measured.extend(took);
        all += said;
        back.push((member, seat));
    }
    measured.sort_unstable();
    (measured, all, back)
}

/// One member, until the time is over and everything is answered.
async fn one(
    mut member: Member,
    mut seat: Seat,
    under_way: usize,
    (from, to): (Instant, Instant),
) -> (Vec<Duration>, usize, Member, Seat) {
    let (mut took, mut said, mut waiting) = (Vec::new(), 0, HashMap::new());
    loop {
        while waiting.len() < under_way && Instant::now() < to {
            let begin = Instant::now();
            waiting.insert(seat.say(&mut member, TEXT), begin);
            said += 1;
        }
        if waiting.is_empty() {
            return (took, said, member, seat);
        }
        for result in seat.results().await.expect("an answer") {
            result.outcome.expect("a number");
            let (begin, now) = (waiting.remove(&result.id).expect("what was said"), Instant::now());
            if now >= from && now < to {
                took.push(now - begin);
            }
        }
    }
}
