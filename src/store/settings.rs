//! Settings and recent rooms, in files that a person may edit.
//!
//! Such a file may hold anything. What can be read of it is used; whatever cannot is set aside first, under
//! another name, and never overwritten.

mod fields;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::StoreError;
use super::files;
use super::profile::Profile;
use crate::types::limits::{CAPACITY_MAX, RECENT_ROOMS, SETTINGS_BYTES};
use crate::types::{RecentRoom, Settings};

/// The settings' file in the profile.
const SETTINGS_FILE: &str = "settings.toml";
/// Points of body text that the window can lay out.
const TEXT_SIZE: std::ops::RangeInclusive<u8> = 11..=24;

/// The settings, and where the file was set aside when not all of it could be read.
pub fn read_settings(profile: &Profile) -> (Settings, Option<PathBuf>) {
    let path = settings_path(profile);
    match load(&path) {
        Loaded::Nothing(aside) => (Settings::default(), aside),
        Loaded::Table(table, bytes) => {
            let (kept, settings) = readable_settings(&table);
            let all = || with_unknown(&settings, &table);
            let aside = (kept.len() < table.len()).then(|| replace(&path, &bytes, &all())).flatten();
            (settings, aside)
        }
    }
}

/// The settings as far as they can be read, looked at before the profile is opened.
pub fn look(dir: &Path) -> Settings {
    let bytes = files::read_bounded(&dir.join(SETTINGS_FILE), SETTINGS_BYTES).ok().flatten();
    let table = bytes.and_then(|bytes| parse(&bytes));
    table.map(|table| readable_settings(&table).1).unwrap_or_default()
}

/// Keeps the settings, and with them what this version does not know: a newer one wrote it, and comes back to it.
///
/// # Errors
/// [`StoreError::Full`], [`StoreError::Io`], or when a file that cannot be read cannot be set aside either;
/// what was there before is still there then.
pub fn keep_settings(profile: &Profile, settings: &Settings) -> Result<(), StoreError> {
    let path = settings_path(profile);
    let before = files::read_bounded(&path, SETTINGS_BYTES).ok().flatten();
    let before = before.and_then(|bytes| parse(&bytes)).unwrap_or_default();
    keep(&path, &with_unknown(settings, &before))
}

/// The rooms I was in, in the order in which they were kept, and where the file was set aside when not all of
/// it could be read.
pub fn read_recent(profile: &Profile) -> (Vec<RecentRoom>, Option<PathBuf>) {
    let path = recent_path(profile);
    match load(&path) {
        Loaded::Nothing(aside) => (Vec::new(), aside),
        Loaded::Table(table, bytes) => {
            let (rooms, all) = readable_rooms(table);
            let aside = (!all).then(|| replace(&path, &bytes, &Recent { room: rooms.clone() })).flatten();
            (rooms, aside)
        }
    }
}

/// The rooms I was in as far as they can be read, and nothing is changed.
pub fn look_recent(profile: &Profile) -> Vec<RecentRoom> {
    let bytes = files::read_bounded(&recent_path(profile), SETTINGS_BYTES).ok().flatten();
    bytes.and_then(|bytes| parse(&bytes)).map(|table| readable_rooms(table).0).unwrap_or_default()
}

/// Keeps the first [`RECENT_ROOMS`] of `rooms`.
///
/// # Errors
/// As [`keep_settings`].
pub fn keep_recent(profile: &Profile, rooms: &[RecentRoom]) -> Result<(), StoreError> {
    let room = rooms.iter().take(RECENT_ROOMS).cloned().collect();
    keep(&recent_path(profile), &Recent { room })
}

/// The file of recent rooms: `[[room]]` for each.
#[derive(Serialize)]
struct Recent {
    room: Vec<RecentRoom>,
}

/// What a file holds.
enum Loaded {
    /// Nothing, or nothing that could be read: then the file is where the path says.
    Nothing(Option<PathBuf>),
    /// A table, and the bytes that it was read from.
    Table(Table, Vec<u8>),
}

fn settings_path(profile: &Profile) -> PathBuf {
    profile.dir().join(SETTINGS_FILE)
}

fn recent_path(profile: &Profile) -> PathBuf {
    profile.dir().join("recent.toml")
}

fn load(path: &Path) -> Loaded {
    match files::read_bounded(path, SETTINGS_BYTES) {
        Ok(None) => Loaded::Nothing(None),
        Ok(Some(bytes)) => match parse(&bytes) {
            Some(table) => Loaded::Table(table, bytes),
            None => Loaded::Nothing(files::set_aside(path).ok()),
        },
        Err(_) => Loaded::Nothing(files::set_aside(path).ok()),
    }
}

fn parse(bytes: &[u8]) -> Option<Table> {
    // Editors on Windows begin a file with a byte order mark.
    let text = std::str::from_utf8(bytes).ok()?;
    text.strip_prefix('\u{feff}').unwrap_or(text).parse().ok()
}

/// Sets the whole content aside and leaves what could be read of it, so that the next start does not find the
/// same fault again.
fn replace(path: &Path, bytes: &[u8], readable: &impl Serialize) -> Option<PathBuf> {
    let aside = files::copy_aside(path, bytes).ok()?;
    // A failure leaves the file as it was: it is read the same way next time.
    let _ = write(path, readable);
    Some(aside)
}

fn keep(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let readable = match files::read_bounded(path, SETTINGS_BYTES) {
        Ok(None) => true,
        Ok(Some(bytes)) => parse(&bytes).is_some(),
        Err(_) => false,
    };
    if !readable {
        files::set_aside(path)?;
    }
    write(path, value)
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let text = toml::to_string(value).map_err(|error| StoreError::Io(error.to_string()))?;
    if text.len() as u64 > SETTINGS_BYTES {
        return Err(StoreError::TooLarge { limit: SETTINGS_BYTES });
    }
    files::write_atomic(path, text.as_bytes(), true)
}

/// The fields that can be read by themselves, and the settings that they make.
fn readable_settings(table: &Table) -> (Table, Settings) {
    let kept: Table = table
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .filter(|(key, value)| settings_from(Table::from_iter([(key.clone(), value.clone())])).is_some())
        .collect();
    let settings = settings_from(kept.clone()).unwrap_or_default();
    (kept, settings)
}

/// The settings, and what else was there that is none of them.
fn with_unknown(settings: &Settings, before: &Table) -> Table {
    let known = fields::of::<Settings>();
    let mut table = Table::try_from(settings).unwrap_or_default();
    let unknown = before.iter().filter(|(key, _)| !known.contains(&key.as_str()));
    table.extend(unknown.map(|(key, value)| (key.clone(), value.clone())));
    table
}

/// The settings in `table`, if each is one that the window offers.
fn settings_from(table: Table) -> Option<Settings> {
    let settings = Settings::deserialize(Value::Table(table)).ok()?;
    let window_fits = settings.window.is_none_or(|window| {
        let sizes = [window.width, window.height];
        let places = [window.x, window.y];
        sizes.iter().all(|size| size.is_finite() && *size > 0.0)
            && places.iter().flatten().all(|place| place.is_finite())
    });
    let fits = TEXT_SIZE.contains(&settings.text_size)
        && settings.port > 0
        && (1..=CAPACITY_MAX).contains(&settings.capacity)
        && window_fits;
    fits.then_some(settings)
}

/// The rooms that can be read, at most [`RECENT_ROOMS`], and whether that is all there is.
fn readable_rooms(mut table: Table) -> (Vec<RecentRoom>, bool) {
    let rooms = match table.remove("room") {
        None => return (Vec::new(), true),
        Some(Value::Array(rooms)) => rooms,
        Some(_) => return (Vec::new(), false),
    };
    let count = rooms.len();
    let read: Vec<RecentRoom> =
        rooms.into_iter().filter_map(|room| RecentRoom::deserialize(room).ok()).take(RECENT_ROOMS).collect();
    let all = read.len() == count;
    (read, all)
}
