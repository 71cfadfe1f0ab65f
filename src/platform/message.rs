//! A sentence shown without a window of ours, to whoever started the program by a double-click and has no terminal.
//!
//! Windows and Macs have a dialog for it. Linux has whatever programs are installed: they are tried one after the
//! other until one shows it.

use std::process::{Command, Output, Stdio};

use super::libraries;
use super::surroundings::{Here, Surroundings};
use super::{System, this_system};

/// Letters in a line, for what does not break lines by itself.
const LINE: usize = 78;

/// A program that shows a sentence, and what it is called with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Teller {
    name: &'static str,
    arguments: Vec<String>,
}

/// Shows it and stays until the person has put it away. Where nothing can show it, nothing is shown.
pub fn show(title: &str, text: &str) {
    match this_system() {
        System::Windows | System::MacOs => {
            let dialog = rfd::MessageDialog::new().set_level(rfd::MessageLevel::Error);
            dialog.set_title(title).set_description(text).show();
        }
        System::Linux => {
            let _shown = tellers(&Here, title, text).iter().any(shows);
        }
    }
}

/// The programs of this desktop that can show it, the most dialog-like first; none without a screen.
fn tellers(here: &dyn Surroundings, title: &str, text: &str) -> Vec<Teller> {
    if !libraries::is_wayland(here) && here.variable("DISPLAY").is_none() {
        return Vec::new();
    }
    // What is shown stands behind an equals sign or two dashes, so it is never taken for an option.
    let arguments = |arguments: &[&str]| arguments.iter().map(|&argument| argument.to_owned()).collect();
    let (shown_title, shown_text) = (format!("--title={title}"), format!("--text={text}"));
    let all = [
        Teller {
            name: "zenity",
            arguments: arguments(&["--error", "--no-markup", &shown_title, &shown_text]),
        },
        Teller {
            name: "kdialog",
            arguments: arguments(&[&shown_title, &format!("--error={}", without_tags(text))]),
        },
        Teller {
            name: "xmessage",
            arguments: arguments(&["-center", "-title", title, &broken(&format!("{title}: {text}"))]),
        },
        Teller {
            name: "notify-send",
            arguments: arguments(&["--urgency=critical", "--", title, &escaped(text)]),
        },
    ];
    all.into_iter().filter(|teller| here.has_program(teller.name)).collect()
}

/// True where the program showed it. One that was closed by its corner ends with status 1; so does one that found no
/// screen, and says so.
fn shows(teller: &Teller) -> bool {
    let mut command = Command::new(teller.name);
    let done = command.args(&teller.arguments).stdin(Stdio::null()).stdout(Stdio::null()).output();
    done.is_ok_and(|done| was_shown(&done))
}

fn was_shown(done: &Output) -> bool {
    let said = String::from_utf8_lossy(&done.stderr).to_lowercase();
    done.status.success() || (done.status.code() == Some(1) && !said.contains("display"))
}

/// Qt takes a text with tags in it for a document, which may name pictures and links.
fn without_tags(text: &str) -> String {
    text.replace('<', "(").replace('>', ")")
}

/// For a service that reads tags in what it shows.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// In lines of at most [`LINE`] letters where there are spaces to break at.
fn broken(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::surroundings::tests::Pretend;
    use super::*;

    fn desktop(programs: &[&str]) -> Pretend {
        let here = Pretend::default().with_variable("PATH", "/usr/bin").with_variable("DISPLAY", ":0");
        programs.iter().fold(here, |here, name| here.with_file(format!("/usr/bin/{name}"), ""))
    }

    #[test]
    fn a_sentence_is_shown_by_whatever_program_is_there_and_none_is_asked_without_a_screen() {
        let names = |here: &Pretend| -> Vec<&str> {
            tellers(here, "Hallway", "No.").iter().map(|teller| teller.name).collect()
        };
        assert_eq!(
            names(&desktop(&["notify-send", "xmessage", "kdialog", "zenity"])),
            ["zenity", "kdialog", "xmessage", "notify-send"]
        );
        assert_eq!(names(&desktop(&["kdialog"])), ["kdialog"]);
        assert!(names(&desktop(&[])).is_empty());
        assert!(names(&desktop(&["zenity"]).with_variable("DISPLAY", "")).is_empty());
    }

    #[test]
    fn what_a_library_said_is_neither_an_option_nor_markup() {
        let said = "--help <img src=a> & more";
        for teller in tellers(&desktop(&["zenity", "kdialog", "xmessage", "notify-send"]), "Hallway", said) {
            let (first, last) = (&teller.arguments[..teller.arguments.len() - 1], &teller.arguments);
            let last = last.last().unwrap();
            let behind_dashes = first.contains(&"--".to_owned());
            assert!(!last.starts_with("--help") || behind_dashes, "{teller:?}");
            assert!(
                teller.name == "zenity" || teller.name == "xmessage" || !last.contains('<'),
                "{teller:?}"
            );
        }
    }

    #[test]
    fn long_lines_are_broken_at_spaces() {
        let text = ["word"; 40].join(" ");
        assert!(broken(&text).lines().all(|line| line.len() <= LINE));
        assert_eq!(broken(&text).replace('\n', " "), text);
    }

    #[cfg(unix)]
    #[test]
    fn a_dialog_that_was_closed_was_shown_and_one_without_a_screen_was_not() {
        let end = |script: &str| Teller { name: "sh", arguments: vec!["-c".to_owned(), script.to_owned()] };
        assert!(shows(&end("exit 0")) && shows(&end("exit 1")));
        assert!(!shows(&end("echo 'Gtk: cannot open display:' >&2; exit 1")));
        assert!(!shows(&end("exit 134")) && !shows(&Teller { name: "/nonexistent", arguments: Vec::new() }));
    }
}
