//! How long it takes until 1,000 members are back and have caught up, when their host is killed and started again.
//!
//! The host is a process of its own, ended by SIGKILL and started at once. Its members, in this process, wait as the app
//! does before they dial again, prove who they are, and read the 100 messages that they lack; they do not check
//! signatures and write nothing down, which 1,000 computers would do at once and this one cannot. Beside it: one member
//! by itself.

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
#[expect(dead_code, reason = "another bench uses the rest of it")]
#[path = "crowd/member.rs"]
mod member;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hallway::net::backoff::Backoff;
use hallway::trust::random_bytes;
use hallway::types::{Resume, Seq};
use host::Host;
use member::{Gone, Member, Seat};
use tokio::task::JoinSet;

const MEMBERS: usize = 1_000;
/// Messages that each member lacks when it comes back.
const MISSED: usize = 100;
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(5);

fn main() {
    if host::asked() {
        return;
    }
    rlimit::increase_nofile_limit(u64::MAX).expect("more files");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    for members in [1, MEMBERS] {
        runtime.block_on(async {
            tokio::time::timeout(PATIENCE, storm(members)).await.expect("an end in time");
        });
    }
}

async fn storm(members: usize) {
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let host = Host::start(folder.path(), 0);
    let here = host.here;
    let begin = Instant::now();
    let seats = first_visits(here, members).await;
    let came = begin.elapsed();
    let (resume, head) = miss(here).await;
    let mut back = JoinSet::new();
    for (member, seat) in seats {
        back.spawn(come_back(member, seat, here, (resume, head)));
    }
    let killed = Instant::now();
    let port = host.kill();
    let host = Host::start(folder.path(), port);
    let accepts = killed.elapsed();
    let mut times = Vec::new();
    while let Some(ended) = back.join_next().await {
        times.push(ended.expect("a member that goes on") - killed);
    }
    times.sort_unstable();
    println!(
        "{members:>5} members: here for the first time after {:.2} s; after the kill the host accepts in {:.2} s, half of \
         them have caught up in {:.2} s and all in {:.2} s; its memory {} MiB",
        came.as_secs_f64(),
        accepts.as_secs_f64(),
        times[times.len() / 2].as_secs_f64(),
        times[times.len() - 1].as_secs_f64(),
        host.memory(),
    );
    host.kill();
}

/// All come at once, and are called by their names.
async fn first_visits(here: SocketAddr, members: usize) -> Vec<(Member, Seat)> {
    let mut coming = JoinSet::new();
    for number in 0..members {
        coming.spawn(async move {
            let member = Member::new(number);
            let mut seat = member.arrive(here, None).await.expect("a place");
            seat.introduced().await.expect("a name");
            (member, seat)
        });
    }
    let mut seats = Vec::new();
    while let Some(came) = coming.join_next().await {
        seats.push(came.expect("a member that goes on"));
    }
    seats
}

/// Somebody says what all others will lack. Answers where they go on, and how far the log reaches then.
async fn miss(here: SocketAddr) -> (Resume, Seq) {
    let mut speaker = Member::new(MEMBERS);
    let mut seat = speaker.arrive(here, None).await.expect("a place");
    seat.introduced().await.expect("a name");
    // Its own name is in the log by now, and this visit's head was before it.
    let mut seat = speaker.arrive(here, None).await.expect("a place");
    seat.introduced().await.expect("a name");
    let resume = Resume { epoch: seat.welcome.epoch, last: seat.welcome.head.link };
    let mut head = resume.last.seq;
    for number in 0..MISSED {
        seat.say(
            &mut speaker,
            &format!("Message {number}, as long as what people write to one another in a room."),
        );
        for result in seat.results().await.expect("an answer") {
            head = head.max(result.outcome.expect("a number"));
        }
    }
    (resume, head)
}

/// Waits for the end of the host, then dials as the app does until it has read everything.
async fn come_back(
    member: Member,
    mut seat: Seat,
    here: SocketAddr,
    (resume, head): (Resume, Seq),
) -> Instant {
    let start = Instant::now();
    let now_ms = || u64::try_from(start.elapsed().as_millis()).expect("a short time");
    let mut backoff = Backoff::default();
    backoff.up(now_ms());
    while seat.next().await.is_ok() {}
    loop {
        let random = u64::from_le_bytes(random_bytes().expect("randomness"));
        tokio::time::sleep(Duration::from_millis(backoff.down(now_ms(), random, None))).await;
        if catch_up(&member, here, resume, head).await.is_ok() {
            return Instant::now();
        }
    }
}

async fn catch_up(member: &Member, here: SocketAddr, resume: Resume, head: Seq) -> Result<(), Gone> {
    let mut seat = member.arrive(here, Some(resume)).await?;
    while seat.events().await?.seq < head {}
    Ok(())
}
