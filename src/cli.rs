//! The headless commands: a room on a Raspberry Pi, a script that talks, a test from outside.
//!
//! What they print with `--json` is a contract: fields and events are added, never changed. They ask the same
//! background as the window does, by the same commands.

mod charge;
mod commands;
mod history;
mod identity;
mod ignoring;
mod input;
mod json;
mod knocks;
mod removing;
mod span;
mod talk;
mod words;

use std::ffi::OsString;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};

use self::json::Printer;
use crate::platform::console;
use crate::session::{self, HostAsk, JoinAsk, PasswordAsk, PortAsk};
use crate::types::limits::{CAPACITY, DEFAULT_PORT};
use crate::types::{GuestRules, InviteText, Nickname, Password, Renderer, RoomName, TextEncoding, Where};

/// The variable that names the data folder where the command line does not.
const DATA_DIR: &str = "HALLWAY_DATA_DIR";

/// Chat rooms for the network you are on.
#[derive(Debug, Parser)]
#[command(name = "hallway", version, about, after_help = "Without a command, the window opens.")]
struct Line {
    #[command(subcommand)]
    command: Option<Headless>,
    /// An invite to open the window on
    #[arg(value_name = "INVITE")]
    invite: Option<OsString>,
    #[command(flatten)]
    window: Window,
    #[command(flatten)]
    everywhere: Everywhere,
}

#[derive(Debug, Clone, Args)]
struct Everywhere {
    /// Neither announce rooms nor look for them
    #[arg(long, global = true)]
    no_nearby: bool,
    /// Keep rooms, keys and settings in this folder [env: HALLWAY_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// How the window is opened.
#[derive(Debug, Clone, Args)]
struct Window {
    /// Start without showing the window; rooms that were open come back
    #[arg(long)]
    hidden: bool,
    /// Draw the window with glow (OpenGL) or wgpu (Vulkan, Metal, Direct3D) and nothing else
    #[arg(long, global = true, value_name = "glow|wgpu")]
    renderer: Option<Renderer>,
    /// Said by the program itself when it starts again: the other renderer could not start, and why.
    #[arg(long, hide = true, value_name = "WHY")]
    renderer_failed: Option<Failed>,
}

/// A renderer that could not start, and why: `glow=reason`.
#[derive(Debug, Clone)]
struct Failed(Renderer, String);

impl FromStr for Failed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (renderer, reason) = text.split_once('=').ok_or("there is no reason")?;
        Ok(Self(renderer.parse()?, reason.to_owned()))
    }
}

/// What people without the app may do.
#[derive(Debug, Clone, Args)]
struct Guests {
    /// They may read and not speak
    #[arg(long, requires = "text_guests")]
    guests_read_only: bool,
    /// To them, behave like the server of the classic chat exercise
    #[arg(long, requires = "text_guests")]
    guests_classic: bool,
    /// How their bytes are read that are not UTF-8 (windows-1252, gb18030, shift_jis …)
    #[arg(long, requires = "text_guests", value_name = "NAME")]
    guests_encoding: Option<TextEncoding>,
}

#[derive(Debug, Subcommand)]
enum Headless {
    /// Open a room, without a window
    Host {
        /// What the room is called
        #[arg(long)]
        name: Option<RoomName>,
        /// What you are called
        #[arg(long)]
        nick: Option<Nickname>,
        /// Listen at this address only
        #[arg(long, value_name = "IP")]
        bind: Option<IpAddr>,
        /// Listen on this port; 0 is any free one
        #[arg(long, value_name = "N")]
        port: Option<u16>,
        /// Whoever comes must know the password in this file's first line; without it, the one from the last time
        #[arg(long, value_name = "FILE", conflicts_with = "text_guests")]
        password_file: Option<PathBuf>,
        /// Take away the password that the room had the last time: everybody may come in
        #[arg(long, conflicts_with = "password_file")]
        no_password: bool,
        /// Be asked about everybody who was not here before: on, or off again
        #[arg(long, value_name = "on|off", value_parser = on_or_off)]
        ask: Option<bool>,
        /// Let people in without the app, by netcat or telnet: not encrypted
        #[arg(long)]
        text_guests: bool,
        #[command(flatten)]
        guests: Guests,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Go to a room, without a window
    Join {
        /// An address (192.168.1.5, [fd00::5]:7666, name.local:7666) or an invite
        #[arg(value_name = "WHERE")]
        place: Where,
        /// What to be called
        #[arg(long)]
        nick: Option<Nickname>,
        /// It is a plain-text room, without Hallway: nothing but what you type is sent
        #[arg(long)]
        plain: bool,
        /// The room's password is the first line of this file
        #[arg(long, value_name = "FILE", conflicts_with = "plain")]
        password_file: Option<PathBuf>,
        /// Another room than last time may answer there
        #[arg(long)]
        new_room: bool,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// List rooms found on this network
    Nearby {
        /// How long to look
        #[arg(long, value_name = "N")]
        seconds: Option<u64>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Print what this data folder holds of a room, or write it into a file
    History(history::Asked),
    /// Move what rooms know you by to another computer
    #[command(subcommand)]
    Identity(identity::Asked),
}

/// What a start of the program is to do.
#[derive(Debug)]
pub enum Asked {
    /// Open the window.
    Window {
        /// The profile folder.
        data_dir: PathBuf,
        /// Open it on this link, be it an invite or not.
        link: Option<InviteText>,
        /// Do not show it.
        hidden: bool,
        /// Draw it with this and nothing else.
        renderer: Option<Renderer>,
        /// This renderer was tried by the start before this one and could not start, for this reason.
        failed: Option<(Renderer, String)>,
    },
    /// It is done; end with this status.
    Done(ExitCode),
}

/// Reads the arguments and does what they ask, except for the window.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Asked {
    let line = match Line::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => {
            // Help and version are no errors and go to standard output.
            if error.use_stderr() {
                complain(&words::misused(&error.render().to_string()));
            } else {
                console::attach();
                let _closed = error.print();
            }
            return Asked::Done(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)));
        }
    };
    let asked = data_dir(line.everywhere.data_dir, std::env::var_os(DATA_DIR));
    let Some(data_dir) = asked.or_else(session::default_data_dir) else {
        return Asked::Done(fail("there is no home folder; name one with --data-dir"));
    };
    let Window { hidden, renderer, renderer_failed } = line.window;
    let failed = renderer_failed.map(|Failed(renderer, reason)| (renderer, reason));
    if let Some(command) = line.command {
        return Asked::Done(headless(command, data_dir));
    }
    // Whoever clicked on a damaged link has no terminal to read on: the window says it.
    let Ok(link) = line.invite.map(|text| text.to_string_lossy().parse::<InviteText>()).transpose() else {
        complain("that is neither a command nor an invite; see hallway --help");
        return Asked::Done(ExitCode::from(2));
    };
    Asked::Window { data_dir, link, hidden, renderer, failed }
}

/// The folder that was named: on the command line, or else by a variable, which names none where it is empty.
fn data_dir(given: Option<PathBuf>, variable: Option<OsString>) -> Option<PathBuf> {
    given.or_else(|| variable.filter(|dir| !dir.is_empty()).map(PathBuf::from))
}

fn headless(command: Headless, data_dir: PathBuf) -> ExitCode {
    console::attach();
    let login = session::login_name();
    match command {
        Headless::Host {
            name,
            nick,
            bind,
            port,
            password_file,
            no_password,
            ask,
            text_guests,
            guests,
            json,
        } => {
            let password = match password(password_file.as_deref()) {
                Ok(Some(password)) => PasswordAsk::This(password),
                Ok(None) if no_password => PasswordAsk::Open,
                Ok(None) => PasswordAsk::AsBefore,
                Err(reason) => return fail(&reason),
            };
            let kept = session::kept_room(&data_dir);
            let (kept_name, kept_nick) = kept.unzip();
            let nick = nick.or(kept_nick).unwrap_or(login);
            let name = name.or(kept_name).unwrap_or_else(|| session::default_room(&nick));
            let port = port.map_or(PortAsk::From(DEFAULT_PORT), PortAsk::Exactly);
            let guests = Some(GuestRules {
                allowed: text_guests,
                read_only: guests.guests_read_only,
                classic: guests.guests_classic,
                encoding: guests.guests_encoding.unwrap_or_default(),
                kept_out: Vec::new(),
            });
            let ask = HostAsk {
                name,
                nick,
                port,
                bind,
                capacity: CAPACITY,
                quota: true,
                guests,
                asks: ask,
                password,
            };
            talk::host(ask, data_dir, Printer::new(json))
        }
        Headless::Join { place, nick, plain, password_file, new_room, json } => {
            let password = match password(password_file.as_deref()) {
                Ok(password) => password,
                Err(reason) => return fail(&reason),
            };
            let chosen = nick.is_some();
            let kept = || session::kept_nick(&data_dir, &place, DEFAULT_PORT).filter(|_| !new_room);
            let nick = nick.or_else(kept).unwrap_or(login);
            let ask = JoinAsk { place, port: DEFAULT_PORT, nick, new_room, plain, password };
            talk::join(ask, chosen, data_dir, Printer::new(json))
        }
        Headless::Nearby { .. } => {
            fail("looking for rooms nearby is not built yet; join by address or invite instead")
        }
        Headless::History(asked) => history::run(&asked, &data_dir),
        Headless::Identity(asked) => identity::run(&asked, &data_dir),
    }
}

/// `on` or `off`.
fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("say on or off".to_owned()),
    }
}

/// The password in the file that was named; or what is wrong with it.
fn password(file: Option<&Path>) -> Result<Option<Password>, String> {
    let Some(file) = file else { return Ok(None) };
    let read = session::password_in(file);
    read.map(Some)
        .map_err(|error| format!("{}: {error}; write the password into its first line", file.display()))
}

/// Says why, and ends with status 1.
fn fail(reason: &str) -> ExitCode {
    complain(reason);
    ExitCode::from(1)
}

fn complain(reason: &str) {
    console::attach();
    let _closed = writeln!(io::stderr(), "hallway: {reason}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_names_no_data_folder() {
        let variable = |text: &str| Some(OsString::from(text));
        assert_eq!(data_dir(None, variable("")), None);
        assert_eq!(data_dir(None, variable("kept")), Some(PathBuf::from("kept")));
        assert_eq!(data_dir(Some(PathBuf::from("given")), variable("kept")), Some(PathBuf::from("given")));
    }

    #[test]
    fn a_clicked_link_opens_the_window_whatever_is_wrong_with_it() {
        for given in [&["hallway://join/1?cut"][..], &["--", "hallway:what is this"]] {
            let words = ["hallway", "--data-dir", "somewhere"].iter().chain(given).map(OsString::from);
            let Asked::Window { link, .. } = run(words) else { panic!("no window for {given:?}") };
            assert_eq!(link.unwrap().to_string(), *given.last().unwrap());
        }
        assert!(matches!(run(["hallway", "192.168.1.5"].map(OsString::from)), Asked::Done(_)));
    }
}
