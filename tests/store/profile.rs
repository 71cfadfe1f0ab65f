//! The data folder: who may have it, and what is in it.

use std::fs;

use hallway::store::settings::{keep_recent, keep_settings, read_recent, read_settings};
use hallway::store::{Profile, StoreError};
use hallway::types::limits::{RECENT_ROOMS, SETTINGS_BYTES};
use hallway::types::{FetchFrom, RecentRoom, RoomId, Seq, Settings, Theme, WindowPlace};

use crate::samples::{ROOM, batch, outgoing, record, run};

fn profile() -> (tempfile::TempDir, Profile) {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(&dir.path().join("a/b")).unwrap();
    (dir, profile)
}

fn recent(number: u8) -> RecentRoom {
    let record = record();
    RecentRoom {
        room_id: RoomId([number; 32]),
        name: record.name,
        hosted: true,
        addresses: record.addresses,
        port: 7666,
        last_ms: i64::from(number),
        nickname: record.nick,
        verified: number.is_multiple_of(2),
        capacity: (number > 3).then_some(5),
        plain: false,
        open: number == 2,
    }
}

fn aside(profile: &Profile, name: &str) -> Vec<String> {
    let names = fs::read_dir(profile.dir()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|found| found.starts_with(&format!("{name}.")));
    names.sort();
    names
}

#[test]
fn a_folder_has_one_owner_at_a_time() {
    let (_dir, first) = profile();
    assert_eq!(Profile::open(first.dir()).unwrap_err(), StoreError::Locked);
    let dir = first.dir().to_owned();
    drop(first);
    Profile::open(&dir).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_in_words() {
    let (dir, _profile) = profile();
    fs::write(dir.path().join("file"), "").unwrap();
    assert!(matches!(Profile::open(&dir.path().join("file/below")), Err(StoreError::Io(_))));
    assert_eq!(Profile::peek(&dir.path().join("none")).unwrap_err(), StoreError::NotFound);
}

#[test]
fn history_is_read_while_the_room_runs_and_cannot_be_changed() {
    let (_dir, owner) = profile();
    let mut running = owner.create_room(&record()).unwrap();
    running.append(&batch(1, 2)).unwrap();
    let looking = Profile::peek(owner.dir()).unwrap();
    assert_eq!(looking.rooms().unwrap().records, [record()]);
    let mut history = looking.open_room(&ROOM).unwrap();
    running.append(&batch(3, 4)).unwrap();
    assert_eq!(history.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 4));
    assert!(matches!(history.queue(&outgoing(5, "a")), Err(StoreError::Io(_))));
    running.queue(&outgoing(5, "a")).unwrap();
    drop((running, history));
    let history = looking.open_room(&ROOM).unwrap();
    assert_eq!(history.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 4));
    assert_eq!(looking.open_room(&RoomId([1; 32])).unwrap_err(), StoreError::NotFound);
}

#[test]
fn one_damaged_room_does_not_hide_the_others() {
    let (_dir, profile) = profile();
    drop(profile.create_room(&record()).unwrap());
    let damaged = profile.dir().join("rooms/ff.db");
    fs::write(&damaged, "x".repeat(5_000)).unwrap();
    let rooms = profile.rooms().unwrap();
    assert_eq!(rooms.records, [record()]);
    assert_eq!(rooms.unreadable.len(), 1);
    assert!(matches!(&rooms.unreadable[0], (path, StoreError::Damaged(_)) if path == &damaged));
    assert_eq!(fs::read_to_string(damaged).unwrap().len(), 5_000);
}

#[cfg(unix)]
#[test]
fn everything_that_holds_a_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, profile) = profile();
    profile.keep_identity(b"key").unwrap();
    let mut room = profile.create_room(&record()).unwrap();
    room.append(&batch(1, 1)).unwrap();
    let mode = |name: &str| fs::metadata(profile.dir().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("identity.key"), 0o600);
    for name in ["db", "db-wal", "db-shm"] {
        assert_eq!(mode(&format!("rooms/{ROOM}.{name}")), 0o600, "{name}");
    }
    assert_eq!(format!("{:?}", record().hosted), "Some(HostKeys(private))");
}

#[test]
fn the_identity_is_kept_and_replaced_as_a_whole() {
    let (_dir, profile) = profile();
    assert_eq!(profile.identity(), Ok(None));
    for key in [vec![1; 85], vec![2; 4096]] {
        profile.keep_identity(&key).unwrap();
        assert_eq!(profile.identity(), Ok(Some(key)));
    }
    profile.keep_identity(&[3; 4097]).unwrap();
    assert_eq!(profile.identity(), Err(StoreError::TooLarge { limit: 4096 }));
}

#[test]
fn settings_and_recent_rooms_are_read_as_they_were_kept() {
    let (_dir, profile) = profile();
    assert_eq!(read_settings(&profile), (Settings::default(), None));
    assert_eq!(read_recent(&profile), (vec![], None));
    let window = WindowPlace { x: None, y: Some(-5.5), width: 800.0, height: 600.0, maximized: true };
    let settings = Settings {
        nickname: Some(record().nick),
        theme: Theme::Dark,
        text_size: 24,
        window: Some(window),
        ..Settings::default()
    };
    keep_settings(&profile, &settings).unwrap();
    assert_eq!(read_settings(&profile), (settings, None));
    let rooms: Vec<_> = (0..=u8::try_from(RECENT_ROOMS).unwrap()).map(recent).collect();
    keep_recent(&profile, &rooms).unwrap();
    assert_eq!(read_recent(&profile), (rooms[..RECENT_ROOMS].to_vec(), None));
}

#[test]
fn a_file_that_cannot_be_read_is_set_aside_and_never_overwritten() {
    let (_dir, profile) = profile();
    let path = profile.dir().join("settings.toml");
    let too_large = "#".repeat(usize::try_from(SETTINGS_BYTES).unwrap() + 1);
    for (n, content) in (1..).zip([b"theme = ".as_slice(), &[0xff, 0xfe], too_large.as_bytes()]) {
        fs::write(&path, content).unwrap();
        let moved = profile.dir().join(format!("settings.toml.unreadable-{n}"));
        assert_eq!(read_settings(&profile), (Settings::default(), Some(moved.clone())));
        assert_eq!(fs::read(moved).unwrap(), content);
        assert_eq!(read_settings(&profile), (Settings::default(), None));
    }
    // Somebody edits the file while the app runs, and the app then keeps its own.
    fs::write(&path, "[half").unwrap();
    keep_settings(&profile, &Settings::default()).unwrap();
    assert_eq!(fs::read_to_string(profile.dir().join("settings.toml.unreadable-4")).unwrap(), "[half");
    let most = "#".repeat(usize::try_from(SETTINGS_BYTES).unwrap());
    fs::write(&path, most).unwrap();
    assert_eq!(read_settings(&profile), (Settings::default(), None));
}

#[test]
fn one_unreadable_field_keeps_the_others_and_the_file_is_copied_aside() {
    let (_dir, profile) = profile();
    let path = profile.dir().join("settings.toml");
    let kept = Settings { sounds: false, theme: Theme::Light, ..Settings::default() };
    for (n, bad) in (1..).zip([
        "text_size = 300",
        "text_size = 10",
        "text_size = 25",
        "port = 0",
        "capacity = 0",
        "capacity = 10001",
        "nickname = \"a<b\"",
        "window = { width = nan, height = 5.0 }",
        "remember_rooms = \"yes\"",
    ]) {
        let content = format!("\u{feff}sounds = false\ntheme = \"light\"\nfrom_a_newer_app = 5\n{bad}\n");
        fs::write(&path, &content).unwrap();
        let copy = profile.dir().join(format!("settings.toml.unreadable-{n}"));
        assert_eq!(read_settings(&profile), (kept.clone(), Some(copy.clone())), "{bad}");
        assert_eq!(fs::read_to_string(copy).unwrap(), content);
        assert_eq!(read_settings(&profile), (kept.clone(), None), "the fault is found once");
    }
}

#[test]
fn settings_that_this_version_does_not_know_are_kept() {
    let (_dir, profile) = profile();
    let file = profile.dir().join("settings.toml");
    let newer = "port = 8123\nlanguage = \"fa\"\n\n[window]\nwidth = 800.0\nheight = 600.0\n\n[later]\ndeep = [1, 2]\n";
    fs::write(&file, newer).unwrap();
    let (settings, aside) = read_settings(&profile);
    assert_eq!((settings.port, aside), (8123, None));
    // What is known and not chosen any more does not come back.
    keep_settings(&profile, &Settings { window: None, text_size: 16, ..settings }).unwrap();
    let kept: toml::Table = fs::read_to_string(&file).unwrap().parse().unwrap();
    assert_eq!(kept["language"].as_str(), Some("fa"));
    assert_eq!(kept["later"]["deep"].as_array().unwrap().len(), 2);
    assert_eq!((kept["text_size"].as_integer(), kept.get("window")), (Some(16), None));
    // Beside a field that cannot be read as well.
    fs::write(&file, "port = \"x\"\nlanguage = \"fa\"\n").unwrap();
    assert!(read_settings(&profile).1.is_some());
    assert!(fs::read_to_string(&file).unwrap().contains("language"));
}

#[test]
fn one_unreadable_room_keeps_the_others() {
    let (_dir, profile) = profile();
    keep_recent(&profile, &[recent(1), recent(2), recent(3)]).unwrap();
    let path = profile.dir().join("recent.toml");
    let content = fs::read_to_string(&path).unwrap().replacen(&"02".repeat(32), "02", 1);
    fs::write(&path, &content).unwrap();
    let copy = profile.dir().join("recent.toml.unreadable-1");
    assert_eq!(read_recent(&profile), (vec![recent(1), recent(3)], Some(copy.clone())));
    assert_eq!(fs::read_to_string(copy).unwrap(), content);
    assert_eq!(read_recent(&profile), (vec![recent(1), recent(3)], None));
    fs::write(&path, "room = 5").unwrap();
    assert_eq!(read_recent(&profile).0, []);
    assert_eq!(aside(&profile, "recent.toml").len(), 2);
}
