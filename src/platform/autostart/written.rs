//! How a program and its arguments are written down so that a system reads the same ones again.

use super::NAME;

/// What stands after a backslash in a quoted argument of a desktop entry.
const QUOTED: [char; 4] = ['"', '`', '$', '\\'];

/// A desktop entry, by the Desktop Entry Specification.
pub(super) fn desktop_entry(words: &[&str]) -> String {
    let program = words.first().copied().unwrap_or_default();
    let exec: Vec<String> = words.iter().map(|word| value(&exec_argument(word))).collect();
    format!(
        "[Desktop Entry]\nType=Application\nName={NAME}\nIcon=hallway\nTryExec={}\nExec={}\n\
         Terminal=false\nStartupNotify=false\n",
        value(program),
        exec.join(" "),
    )
}

/// What a desktop entry starts.
pub(super) fn of_desktop_entry(text: &str) -> Option<&str> {
    text.lines()
        .find_map(|line| Some(line.trim().strip_prefix("Exec")?.trim_start().strip_prefix('=')?.trim()))
}

/// A launch agent of macOS.
pub(super) fn launch_agent(words: &[&str]) -> String {
    let words: Vec<String> =
        words.iter().map(|word| format!("\t\t<string>{}</string>\n", xml(word))).collect();
    let words = words.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n\t<key>Label</key>\n\t<string>{NAME}</string>\n\
         \t<key>ProgramArguments</key>\n\t<array>\n{words}\t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n</dict>\n\
         </plist>\n"
    )
}

/// What a launch agent starts.
pub(super) fn of_launch_agent(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("<key>ProgramArguments</key>")?;
    Some(after.split_once("</array>")?.0.trim())
}

/// One argument of a command line of Windows, by the rules by which its programs take theirs apart: a backslash is
/// one, but before a quotation mark, where two of them are one.
#[cfg(any(windows, test))]
pub(super) fn run(argument: &str) -> String {
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for letter in argument.chars() {
        if letter == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        quoted.push(letter);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    quoted.push('"');
    quoted
}

/// One argument of an `Exec` line. Options of ours need no quotation marks.
fn exec_argument(argument: &str) -> String {
    if argument.starts_with("--") {
        return argument.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in argument.chars() {
        if QUOTED.contains(&letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
        if letter == '%' {
            quoted.push('%');
        }
    }
    quoted.push('"');
    quoted
}

/// The rule for all values of desktop entries, which holds on top of that for arguments.
fn value(text: &str) -> String {
    text.replace('\\', "\\\\")
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_reads_every_path_as_it_is() {
        for (path, exec) in [
            ("/opt/My Apps/hallway", r#""/opt/My Apps/hallway""#),
            ("/opt/100%/hallway", r#""/opt/100%%/hallway""#),
            (r#"/opt/a"b$c`d/hallway"#, r#""/opt/a\\"b\\$c\\`d/hallway""#),
            (r"/opt/a\b/hallway", r#""/opt/a\\\\b/hallway""#),
            ("/home/zoë/午後", r#""/home/zoë/午後""#),
        ] {
            let text = desktop_entry(&[path, "--hidden", "--data-dir", path]);
            let wanted = format!("Exec={exec} --hidden --data-dir {exec}");
            assert!(text.lines().any(|line| line == wanted), "{text}");
        }
    }

    #[test]
    fn a_program_of_windows_takes_every_path_apart_as_it_is() {
        for (path, written) in [
            (r"C:\My Folder\x", r#""C:\My Folder\x""#),
            (r"C:\My Folder\", r#""C:\My Folder\\""#),
            (r"\\server\share", r#""\\server\share""#),
            (r#"a"b\"c"#, r#""a\"b\\\"c""#),
            (r"C:\100%\%PATH%", r#""C:\100%\%PATH%""#),
            (r"C:\Zoë\午後", r#""C:\Zoë\午後""#),
        ] {
            assert_eq!(run(path), written);
        }
    }

    #[test]
    fn a_mac_reads_every_path_as_it_is() {
        for (path, written) in [
            ("/Users/a b/\"x\" 100%", "/Users/a b/\"x\" 100%"),
            ("/Users/R&D/<new>", "/Users/R&amp;D/&lt;new&gt;"),
            ("/Users/zoë/午後", "/Users/zoë/午後"),
        ] {
            let text = launch_agent(&["/hallway", "--hidden", "--data-dir", path]);
            let wanted = format!(
                "<array>\n\t\t<string>/hallway</string>\n\t\t<string>--hidden</string>\n\
                 \t\t<string>--data-dir</string>\n\t\t<string>{written}</string>\n\t</array>"
            );
            assert!(text.contains(&wanted), "{text}");
        }
    }
}
