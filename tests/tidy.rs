//! Holds the source to the shape that ARCHITECTURE.md describes: who may name what, sizes, names, habits.
//!
//! Each rule is shown a planted violation as well, so that a rule which sees nothing does not pass for a clean
//! house.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

#[path = "tidy/habits.rs"]
mod habits;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/source.rs"]
mod source;

use source::Source;

type Rule = fn(&Source) -> Vec<String>;

fn hold(rule: Rule) {
    let sources = source::all();
    assert!(sources.len() > 20, "the source files were not found");
    let told: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(told.is_empty(), "\n  {}\n", told.join("\n  "));
}

/// Asserts that the rule sees each of these files as a violation, and none of those.
#[track_caller]
fn tell_apart(rule: Rule, bad: &[(&str, &str)], good: &[(&str, &str)]) {
    for (path, text) in bad {
        assert!(!rule(&Source::new(path, text)).is_empty(), "not seen: {path}: {text}");
    }
    for (path, text) in good {
        let told = rule(&Source::new(path, text));
        assert!(told.is_empty(), "seen where there is nothing: {text}: {told:?}");
    }
}

#[test]
fn modules_use_only_those_below_them() {
    let bad = [
        ("src/types/ids.rs", "use crate::wire::Frame;"),
        ("src/store/log.rs", "use crate::{types::Seq, net::Ring};"),
        ("src/ui.rs", "fn a() { crate::store::open() }"),
        ("src/ui.rs", "use super::net::Ring;"),
        ("src/wire/frame.rs", "use super::super::room::Room;"),
        ("src/cli/host.rs", "#[cfg(test)]\nmod tests {}\nuse crate::net::Dial;"),
    ];
    let good = [
        ("src/net/dial.rs", "use crate::{types::{Seq, ui}, room::Room};\nuse super::ring::Ring;"),
        ("src/types/ids.rs", "// crate::net::Ring\nconst A: &str = \"crate::net\";"),
        ("src/wire/frame.rs", "use super::room::Kind;"),
        ("src/room/log.rs", "#[cfg(test)]\nmod tests { use crate::store::Log; }"),
    ];
    tell_apart(layers::own_modules, &bad, &good);
    hold(layers::own_modules);
}

#[test]
fn each_library_is_named_by_the_module_that_owns_it() {
    let bad = [
        ("src/room.rs", "use prost::Message;"),
        ("src/net/listener.rs", "fn a(b: &rustls::ServerConfig) {}"),
        ("src/session.rs", "use std::{fs::File, io};"),
        ("src/session.rs", "let a = ::std::fs::read(b);"),
        ("src/net/ring.rs", "use ring::rand::SystemRandom;"),
        ("src/session/open.rs", "use tokio::net::TcpStream;"),
        ("src/nearby.rs", "use std::net::UdpSocket;"),
        ("src/ui2.rs", "use egui;"),
    ];
    let good = [
        ("src/net/listener.rs", "use super::ring::Ring;\nuse tokio::net::TcpListener;\nring::Ring::new();"),
        ("src/types/place.rs", "use std::net::IpAddr; use std::{fmt, io};"),
        ("src/store/files.rs", "use std::fs;"),
        ("src/ui/home.rs", "use eframe::egui; fn a(ui: &mut egui::Ui) {}"),
        ("src/cli.rs", "use clap::Parser;"),
        ("src/net.rs", "#[cfg(test)] mod tests { use std::fs; }"),
    ];
    tell_apart(layers::owned_crates, &bad, &good);
    hold(layers::owned_crates);
}

#[test]
fn only_the_platform_module_tells_systems_apart() {
    let bad = [
        ("src/ui.rs", "#[cfg(target_os = \"linux\")] fn a() {}"),
        ("src/net.rs", "if cfg!(x) {} #[cfg(windows)] fn a() {}"),
        ("src/lib.rs", "#![cfg_attr(windows, windows_subsystem = \"windows\")]"),
        ("src/main.rs", "#[cfg_attr(windows, inline)] fn a() {}"),
        ("src/ui.rs", "if cfg!(windows) {}"),
        ("src/ui.rs", "#[cfg(not(windows))] fn a() {}"),
        ("src/ui.rs", "#[cfg(any(windows, test))] fn a() {}"),
        ("src/ui.rs", "#[cfg(all(test, target_family = \"unix\"))] fn a() {}"),
        ("src/ui.rs", "#[cfg_attr(any(test, unix), inline)] fn a() {}"),
        ("src/store/log.rs", "#[cfg(unix)] fn a() {}"),
        ("src/store/files.rs", "#[cfg(windows)] fn a() {}"),
    ];
    let good = [
        ("src/store/files.rs", "#[cfg(unix)] fn a() {} #[cfg(not(unix))] fn a() {}"),
        ("src/ui.rs", "#[cfg_attr(test, windows)] fn a(unix: u8) { cfg!(test) && unix > 0; }"),
        ("src/platform/linux.rs", "#[cfg(target_os = \"linux\")] fn a() {}"),
        ("src/main.rs", "#![cfg_attr(windows, windows_subsystem = \"windows\")]"),
        ("src/ui.rs", "a.windows(2)"),
    ];
    tell_apart(layers::systems, &bad, &good);
    hold(layers::systems);
}

#[test]
fn files_stay_short() {
    let long = "//! Long.\n".repeat(401);
    let full = "//! Full.\n".repeat(400);
    tell_apart(sizes::file_length, &[("src/a.rs", &long)], &[("src/a.rs", &full)]);
    hold(sizes::file_length);
}

#[test]
fn functions_stay_short_and_take_few_arguments() {
    let body = |lines: usize| {
        format!("fn a<T: Fn(u8) -> u8>(b: u8) -> u8 {{\n{}}}\n", "    b();\n\n    // c\n".repeat(lines))
    };
    let (long, full) = (body(71), body(70));
    let bad = [
        ("src/a.rs", long.as_str()),
        ("src/a.rs", "fn a(&self, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8);"),
        ("src/a.rs", "fn a(b: Map<u8, u8>, c: (u8, u8), d: u8, e: u8, f: u8, g: impl Fn(u8, u8) -> u8) {}"),
    ];
    let good = [
        ("src/a.rs", full.as_str()),
        ("src/a.rs", "fn a(&mut self, b: u8, c: u8, d: u8, e: u8, f: Map<u8, u8>,) {}"),
        ("tests/a.rs", "fn a(b in c(), d in e(), f in g(), h in i(), j in k(), l in m()) {}"),
        ("src/a.rs", "fn a<F: Fn(u8, u8, u8, u8, u8, u8)>() {} fn b(c: fn(u8) -> u8) {}"),
    ];
    tell_apart(sizes::function_sizes, &bad, &good);
    hold(sizes::function_sizes);
}

#[test]
fn names_say_what_a_thing_is_for() {
    let bad = [
        ("src/net/mod.rs", ""),
        ("src/net/utils.rs", ""),
        ("tests/common/rooms.rs", ""),
        ("src/a.rs", "struct RoomManager;"),
        ("src/a.rs", "mod key_helper;"),
    ];
    let good = [("src/net/model.rs", "struct Modest; enum Commons { A }"), ("src/a.rs", "// mod utils;")];
    tell_apart(sizes::names, &bad, &good);
    hold(sizes::names);
}

#[test]
fn every_file_says_what_it_is_for() {
    let bad = [("src/a.rs", "use b;"), ("tests/a.rs", "// A comment.\n")];
    tell_apart(sizes::opening, &bad, &[("src/a.rs", "//! What it is for.\n")]);
    hold(sizes::opening);
}

#[test]
fn one_file_reads_clocks() {
    let bad = [("src/room.rs", "let a = Instant::now();"), ("src/ui.rs", "jiff::Timestamp::now()")];
    let good = [("src/session/clock.rs", "Instant::now()"), ("src/ui.rs", "fn now(at: Timestamp) {}")];
    tell_apart(habits::clocks, &bad, &good);
    hold(habits::clocks);
}

#[test]
fn nothing_sleeps() {
    tell_apart(
        habits::sleeping,
        &[("src/a.rs", "std::thread::sleep(b);")],
        &[("src/a.rs", "time::sleep(b)")],
    );
    hold(habits::sleeping);
}

#[test]
fn there_is_one_lock_and_there_are_no_globals() {
    let bad = [
        ("src/session.rs", "let a = Arc::new(Mutex::new(0));"),
        ("src/session.rs", "static A: AtomicU8 = AtomicU8::new(0);"),
        ("src/session.rs", "static mut A: u8 = 0;"),
        ("src/net/ring.rs", "thread_local! {}"),
        ("src/session.rs", "static A: LazyLock<u8> = LazyLock::new(b);"),
    ];
    let good = [
        ("src/net/ring.rs", "use std::sync::Mutex;"),
        ("src/a.rs", "const A: &'static str = \"static B: u8\";"),
    ];
    tell_apart(habits::locks_and_globals, &bad, &good);
    hold(habits::locks_and_globals);
}

#[test]
fn every_queue_has_a_limit() {
    let good = [("src/a.rs", "mpsc::channel(limits::ROOM_QUEUE)")];
    tell_apart(habits::queues, &[("src/a.rs", "mpsc::unbounded_channel()")], &good);
    hold(habits::queues);
}

#[test]
fn what_the_compiler_cannot_check_stands_beside_the_system_that_needs_it() {
    let bad = [("src/net.rs", "let a = unsafe { b() };"), ("src/platform/windows.rs", "unsafe fn a() {}")];
    let good = [("src/platform/windows/api.rs", "unsafe { a() }"), ("src/a.rs", "// unsafe")];
    tell_apart(habits::unchecked, &bad, &good);
    hold(habits::unchecked);
}

#[test]
fn every_exception_has_a_reason() {
    let bad = [
        ("src/a.rs", "#[allow(dead_code)] fn a() {}"),
        ("tests/a.rs", "#![expect(clippy::unwrap_used)]"),
        ("src/a.rs", "#[cfg_attr(test, allow(unused, reason = \"b\"))] fn a() {}"),
    ];
    let good = [
        ("src/a.rs", "#[expect(dead_code, reason = \"kept for the next version\")] fn a() {}"),
        ("src/a.rs", "fn a() { b(allow(c), expect(d)); e.expect(\"f\"); g[expect(h)]; }"),
    ];
    tell_apart(habits::exceptions, &bad, &good);
    hold(habits::exceptions);
}

#[test]
fn colours_live_in_one_place() {
    let bad = [
        ("src/ui/home.rs", "Color32::from_rgb(1, 2, 3)"),
        ("src/ui/home.rs", "egui::Color32::RED"),
        ("src/ui/home.rs", "let a = \"#1F6F5C\";"),
    ];
    let good = [
        ("src/ui/tokens.rs", "Color32::from_rgb(1, 2, 3)"),
        ("src/ui/tokens/hues.rs", "Color32::RED"),
        ("src/ui/home.rs", "fn a(b: Color32) -> Color32 { Color32::TRANSPARENT } // #1F6F5C"),
    ];
    tell_apart(habits::colours, &bad, &good);
    hold(habits::colours);
}
