//! What turns a commit into what people download, as far as it can be tried without building packages.
//!
//! The scripts need bash and Python, which Linux and macOS have.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).current_dir(root()).output().unwrap()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it failed with, which is one line.
#[track_caller]
fn fails(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(told.trim_end().lines().count(), 1, "{told}");
    told
}

/// Every file under this folder of the project.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.file_name() {
            Some(name) if name == "__pycache__" => {}
            _ if path.is_dir() => found.extend(files(&path)),
            _ => found.push(path),
        }
    }
    found
}

/// The bundle for macOS without its program, in a folder that goes away with the first of the two.
fn bundle() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&run("dist/macos/build", &["--layout-only", folder.path().to_str().unwrap()]));
    let app = folder.path().join("Hallway.app").to_str().unwrap().to_owned();
    (folder, app)
}

#[test]
fn every_script_can_be_read_by_what_runs_it() {
    let mut read = 0;
    for path in files(&root().join("dist")) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.to_str().unwrap();
        let first = text.lines().next().unwrap_or_default();
        let output = match first {
            "#!/usr/bin/env bash" => run("bash", &["-n", name]),
            "#!/bin/sh" => run("sh", &["-n", name]),
            "#!/usr/bin/env python3" => {
                run("python3", &["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", name])
            }
            other if other.starts_with("#!") => panic!("{name}: run by what? {other}"),
            _ => continue,
        };
        succeeds(&output);
        read += 1;
    }
    assert!(read >= 6, "the scripts were not found");
}

#[test]
fn release_notes_are_the_section_of_their_version_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("dist/release-notes");
    fs::create_dir(folder.path().join("dist")).unwrap();
    fs::copy(root().join("dist/release-notes"), &script).unwrap();
    let changes = "# Changelog\n\n## [Unreleased]\n\n## [0.10.0] - 2026-12-01\n\n### Added\n\n- Ten.\n\n\
                   ## [0.1.0] - 2026-11-01\n\n- One.\n\n[0.1.0]: https://example.org/\n";
    fs::write(folder.path().join("CHANGELOG.md"), changes).unwrap();
    let notes = |version: &str| run(script.to_str().unwrap(), &[version]);
    assert_eq!(succeeds(&notes("0.10.0")), "### Added\n\n- Ten.\n");
    assert_eq!(succeeds(&notes("v0.1.0")), "- One.\n");
    assert!(fails(&notes("0.1")).contains("says nothing of version 0.1"));
    assert!(fails(&notes("Unreleased")).contains("says nothing of version Unreleased"));
}

#[test]
fn this_version_or_what_comes_next_has_release_notes() {
    let released = run("dist/release-notes", &[VERSION]).status.success();
    assert!(released || run("dist/release-notes", &["Unreleased"]).status.success());
}

#[test]
fn the_bundle_for_macos_is_whole_and_of_this_version() {
    let (_folder, app) = bundle();
    let info = fs::read_to_string(format!("{app}/Contents/Info.plist")).unwrap();
    assert!(info.contains(&format!("<string>{VERSION}</string>")));
    assert!(!info.contains('@'), "something was not filled in");
}

#[test]
fn a_bundle_without_a_program_for_macs_is_no_package() {
    let (_folder, app) = bundle();
    assert!(fails(&run("dist/macos/verify", &[&app])).contains("is no program for a Mac"));
    assert!(fails(&run("dist/macos/build", &["Cargo.toml"])).contains("is no program for a Mac"));
    let packages = tempfile::tempdir().unwrap();
    let dist = packages.path().join("dist");
    let refused = fails(&run("dist/macos/build", &["--layout-only", dist.to_str().unwrap()]));
    assert!(refused.contains("does not belong among the packages"));
}

#[test]
fn a_program_for_one_kind_of_mac_is_not_one_for_both() {
    const INTEL: u32 = 0x0100_0007;
    const APPLE: u32 = 0x0100_000C;
    let (_folder, app) = bundle();
    for paper in ["third-party.txt", "hallway.cdx.json"] {
        fs::write(format!("{app}/Contents/Resources/{paper}"), "so much to say ".repeat(1_000)).unwrap();
    }
    let verify = |kinds: &[u32]| {
        // The head of a program for several processors, and for each of them five numbers.
        let count = u32::try_from(kinds.len()).unwrap();
        let rows = kinds.iter().flat_map(|kind| [*kind, 0, 0, 0, 0]);
        let head = [0xCAFE_BABE, count].into_iter().chain(rows).flat_map(u32::to_be_bytes);
        fs::write(format!("{app}/Contents/MacOS/hallway"), head.collect::<Vec<u8>>()).unwrap();
        run("dist/macos/verify", &[&app])
    };
    succeeds(&verify(&[INTEL, APPLE]));
    assert!(fails(&verify(&[APPLE])).contains("holds programs for ['arm64']"));
    let path = format!("{app}/Contents/MacOS/hallway");
    let head = fs::read(&path).unwrap();
    fs::write(&path, head.get(..20).unwrap()).unwrap();
    assert!(fails(&run("dist/macos/verify", &[&app])).contains("ends within its head"));
    // What a compiler makes for one of them, without anything around it.
    let thin = [0xFEED_FACF, APPLE].map(u32::to_le_bytes).concat();
    fs::write(&path, thin).unwrap();
    assert!(fails(&run("dist/macos/verify", &[&app])).contains("for one kind of Mac only"));
    assert!(fails(&run("dist/macos/build", &[&path])).contains("for one kind of Mac only"));
}

#[test]
fn a_bundle_that_lacks_something_is_told() {
    type Spoil = fn(&str) -> String;
    let spoilt: [(&str, Spoil); 5] = [
        ("Info.plist", |info| info.replace("_hallway._tcp", "_hallway._udp")),
        ("Info.plist", |info| info.replace(VERSION, "9.9.9")),
        ("Info.plist", |info| info.replace("NSHighResolutionCapable", "NSHighResolution")),
        ("Info.plist", |info| info.replace("<string>hallway</string>\n\t\t\t</array>", "</array>")),
        ("Resources/LICENSE-MIT", str::to_uppercase),
    ];
    for (file, spoil) in spoilt {
        let (_folder, app) = bundle();
        let path = format!("{app}/Contents/{file}");
        let whole = fs::read_to_string(&path).unwrap();
        let now = spoil(&whole);
        assert_ne!(now, whole, "{file}: nothing was spoilt");
        fs::write(&path, now).unwrap();
        fails(&run("dist/macos/verify", &["--layout-only", &app]));
    }
    let (_folder, app) = bundle();
    fs::remove_file(format!("{app}/Contents/Resources/third-party.txt")).unwrap();
    assert!(
        fails(&run("dist/macos/verify", &["--layout-only", &app])).contains("third-party.txt is missing")
    );
}

#[test]
fn an_icon_that_is_cut_off_or_holds_a_picture_of_another_size_is_told() {
    let (_folder, app) = bundle();
    let path = format!("{app}/Contents/Resources/hallway.icns");
    let whole = fs::read(&path).unwrap();
    let mut renamed = whole.clone();
    let first = renamed.get_mut(8..12).unwrap();
    first.copy_from_slice(b"ic12");
    for spoilt in [whole.split_last().unwrap().1, renamed.as_slice()] {
        fs::write(&path, spoilt).unwrap();
        assert!(fails(&run("dist/macos/verify", &["--layout-only", &app])).contains("hallway.icns"));
    }
}

#[test]
fn the_version_stands_in_cargo_toml_and_the_packages_take_it_from_there() {
    let folders = ["dist", ".github"].map(|folder| root().join(folder));
    for path in folders.iter().flat_map(|folder| files(folder)) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        assert!(!text.contains(VERSION), "{} names the version {VERSION}", path.display());
    }
}
