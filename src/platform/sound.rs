//! The sound for a message: the system's own where it has one by name, else one that we ship.
//!
//! Whatever plays it is a program of the system, started and not waited for: a sound library would be linked
//! against system libraries that a bare computer does not have.

use std::io::{self, Write as _};
use std::process::{Child, Command, Stdio};

/// Two soft tones, less than half a second. `assets/sounds/message.py` makes it.
pub(super) const MESSAGE: &[u8] = include_bytes!("../../assets/sounds/message.wav");

/// The same without the file's head: 16 bits, one channel, 22,050 samples a second.
pub(super) const SAMPLES: &[u8] = MESSAGE.split_at(HEAD_BYTES).1;
const HEAD_BYTES: usize = 44;

/// A program that plays a sound, and what to call it with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Player {
    /// The program.
    pub(super) name: &'static str,
    /// Its arguments.
    pub(super) arguments: &'static [&'static str],
    /// What it is given on its standard input, if it is no file that it plays.
    pub(super) input: Option<&'static [u8]>,
}

/// Plays the sound with the first of these that can, in a thread of its own: a player that does not work (no
/// sound server, no theme) leaves it to the next one.
pub(super) fn play(players: Vec<Player>) {
    std::thread::spawn(move || players.iter().any(|player| finishes(player).unwrap_or(false)));
}

/// True where the player said that it played.
fn finishes(player: &Player) -> io::Result<bool> {
    let mut child = start(player)?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), player.input) {
        // One that has no use for the rest of it closes early, and says by its exit whether that was well.
        drop(stdin.write_all(input));
    }
    Ok(child.wait()?.success())
}

fn start(player: &Player) -> io::Result<Child> {
    let mut command = Command::new(player.name);
    let stdin = if player.input.is_some() { Stdio::piped() } else { Stdio::null() };
    command.args(player.arguments).stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null());
    without_console(&mut command);
    command.spawn()
}

/// A console program that a windowed one starts on Windows would flash a window.
#[cfg(target_os = "windows")]
fn without_console(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    /// `CREATE_NO_WINDOW` of the Windows API.
    const NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(NO_WINDOW);
}

#[cfg(not(target_os = "windows"))]
fn without_console(_: &mut Command) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sound_is_a_small_wave_file() {
        assert_eq!((MESSAGE.get(..4), MESSAGE.get(8..12)), (Some(&b"RIFF"[..]), Some(&b"WAVE"[..])));
        assert_eq!(MESSAGE.get(HEAD_BYTES - 8..HEAD_BYTES - 4), Some(&b"data"[..]));
        assert!(MESSAGE.len() <= 40 * 1024);
    }

    #[test]
    fn a_player_that_is_not_there_is_told() {
        let player = Player { name: "/nonexistent/player", arguments: &[], input: Some(SAMPLES) };
        assert!(finishes(&player).is_err());
    }
}
