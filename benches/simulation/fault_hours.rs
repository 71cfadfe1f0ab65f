//! Runs fault-hours and says how many, how fast, and whether a promise was broken.
//!
//! `cargo run --release --manifest-path benches/simulation/Cargo.toml -- [--hours N] [--seconds N] [--seed N]
//! [--violations N]` runs the hours of the seeds from this one on, until so many count, so much time has passed, or so
//! many broke a promise; `-- --replay N` lives through one hour step by step.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench measures time, and one that meets the unexpected shall end there"
)]

#[path = "../../tests/harness/simulation.rs"]
mod simulation;

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use simulation::hours;

/// How the hours are asked for.
struct Asked {
    hours: u64,
    seconds: u64,
    seed: u64,
    violations: usize,
    replay: bool,
}

fn asked() -> Result<Asked, String> {
    let fresh = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    let mut asked =
        Asked { hours: u64::MAX, seconds: u64::MAX, seed: fresh >> 8, violations: 20, replay: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = words.next().and_then(|number| number.parse::<u64>().ok());
        let number = number.ok_or_else(|| format!("{word} needs a number"))?;
        match word.as_str() {
            "--hours" => asked.hours = number,
            "--seconds" => asked.seconds = number,
            "--seed" => asked.seed = number,
            "--violations" => asked.violations = usize::try_from(number).unwrap_or(usize::MAX),
            "--replay" => (asked.seed, asked.replay) = (number, true),
            other => {
                return Err(format!("{other} is not --hours, --seconds, --seed, --violations or --replay"));
            }
        }
    }
    if asked.hours == u64::MAX && asked.seconds == u64::MAX {
        asked.hours = 100;
    }
    Ok(asked)
}

fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(words) => {
            println!("{words}");
            return ExitCode::from(2);
        }
    };
    if asked.replay {
        let hour = hours::live(asked.seed, true);
        println!("{:?}", hour.tally);
        return ExitCode::SUCCESS;
    }
    run(&asked)
}

fn run(asked: &Asked) -> ExitCode {
    println!("seeds from {}", asked.seed);
    let began = Instant::now();
    let (mut counted, mut short, mut broken) = (0, 0, Vec::new());
    let (mut faults, mut acknowledged, mut events) = (0, 0, 0);
    let mut seed = asked.seed;
    while counted < asked.hours && began.elapsed().as_secs() < asked.seconds {
        match hours::survive(seed) {
            Some(hour) if hour.counts() => {
                counted += 1;
                faults += hour.tally.faults;
                acknowledged += hour.tally.acknowledged;
                events += hour.tally.events;
            }
            Some(_) => short += 1,
            None => {
                println!("seed {seed} broke a promise; `-- --replay {seed}` lives through it step by step");
                broken.push(seed);
            }
        }
        seed += 1;
        if broken.len() >= asked.violations {
            break;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{counted} fault-hours, {faults} faults, {acknowledged} acknowledged messages, {events} events, \
         {:.0} events/s, {:.1} hours/s, {short} hours that do not count, {} violations, {seconds:.0} s",
        events as f64 / seconds,
        counted as f64 / seconds,
        broken.len()
    );
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
