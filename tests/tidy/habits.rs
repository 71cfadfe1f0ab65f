//! Rules about what no code of ours does: clocks, locks, globals, silent exceptions, colours out of place.

use super::source::{Source, Token};

const CLOCK: &str = "src/session/clock.rs";
const CALLS: [&str; 3] =
    ["src/platform/windows/api.rs", "src/platform/macos/links.rs", "src/platform/macos/notes.rs"];
const LOCK: &str = "src/net/ring.rs";
const CLOCKS: [&str; 4] = ["Instant", "SystemTime", "Timestamp", "Zoned"];
const LOCKS: [&str; 3] = ["Mutex", "RwLock", "Condvar"];
const GLOBALS: [&str; 5] = ["LazyLock", "OnceLock", "LazyCell", "thread_local", "lazy_static"];
/// Colours that are none.
const NO_COLOURS: [&str; 2] = ["TRANSPARENT", "PLACEHOLDER"];

pub(crate) fn clocks(source: &Source) -> Vec<String> {
    if source.path == CLOCK {
        return Vec::new();
    }
    find(source, |rest| {
        let read = CLOCKS.contains(&word(rest, 0)) && word(rest, 1) == "::" && word(rest, 2) == "now";
        read.then(|| format!("only {CLOCK} reads clocks; take the time as an argument"))
    })
}

pub(crate) fn sleeping(source: &Source) -> Vec<String> {
    find(source, |rest| {
        let sleeps = word(rest, 0) == "thread" && word(rest, 1) == "::" && word(rest, 2) == "sleep";
        sleeps.then(|| "nothing waits by sleeping; wait for what is to happen".to_owned())
    })
}

pub(crate) fn locks_and_globals(source: &Source) -> Vec<String> {
    find(source, |rest| {
        let text = word(rest, 0);
        if LOCKS.contains(&text) && source.path != LOCK {
            return Some(format!("{text}: every state has one owner; the only lock is in {LOCK}"));
        }
        let global = GLOBALS.contains(&text) || (text == "static" && can_change(&rest[1..]));
        global.then(|| format!("{text}: no globals; give it to whoever needs it"))
    })
}

pub(crate) fn queues(source: &Source) -> Vec<String> {
    find(source, |rest| {
        ["unbounded_channel", "UnboundedSender", "UnboundedReceiver"]
            .contains(&word(rest, 0))
            .then(|| "every queue has a limit, named in types/limits.rs".to_owned())
    })
}

pub(crate) fn unchecked(source: &Source) -> Vec<String> {
    if CALLS.contains(&source.path.as_str()) {
        return Vec::new();
    }
    find(source, |rest| {
        (word(rest, 0) == "unsafe")
            .then(|| format!("only {} calls what the compiler cannot check", CALLS.join(" and ")))
    })
}

pub(crate) fn exceptions(source: &Source) -> Vec<String> {
    let mut told = Vec::new();
    let tokens: Vec<&Token> = source.tokens.iter().collect();
    for at in 0..tokens.len() {
        let rest = &tokens[at..];
        let lint = word(rest, 0);
        let attribute = ["[", "(", ","].contains(&at.checked_sub(1).map_or("", |at| word(&tokens[at..], 0)))
            && ["allow", "expect"].contains(&lint)
            && word(rest, 1) == "("
            && in_attribute(&tokens[..at]);
        if !attribute {
            continue;
        }
        let inside = rest.iter().take_while(|token| token.text != ")");
        let place = format!("{}:{}", source.path, tokens[at].line);
        if lint == "allow" {
            told.push(format!("{place}: allow hides what is no longer needed; use expect with a reason"));
        } else if !inside.map(|token| token.text.as_str()).any(|text| text == "reason") {
            told.push(format!("{place}: an exception without its reason; add reason = \"…\""));
        }
    }
    told
}

pub(crate) fn colours(source: &Source) -> Vec<String> {
    let tokens = "src/ui/tokens";
    let home = source.path.strip_prefix(tokens).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
    if home {
        return Vec::new();
    }
    find(source, |rest| {
        let text = word(rest, 0);
        let made = ["Color32", "Rgba", "Hsva"].contains(&text)
            && word(rest, 1) == "::"
            && !NO_COLOURS.contains(&word(rest, 2));
        let hex = text.strip_prefix("\"#").is_some_and(|digits| {
            [6, 8].contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
        });
        (made || hex || text == "hex_color").then(|| format!("colours live in {tokens}.rs"))
    })
}

/// Asks at every word of the program's own code.
fn find(source: &Source, rule: impl Fn(&[&Token]) -> Option<String>) -> Vec<String> {
    if !source.path.starts_with("src/") {
        return Vec::new();
    }
    let tokens = source.production();
    (0..tokens.len())
        .filter_map(|at| rule(&tokens[at..]).map(|told| (at, told)))
        .map(|(at, told)| format!("{}:{}: {told}", source.path, tokens[at].line))
        .collect()
}

/// True if the `static` that continues here holds more than constant data.
fn can_change(rest: &[&Token]) -> bool {
    let mut kind =
        rest.iter().map(|token| token.text.as_str()).take_while(|text| !["=", ";", "{"].contains(text));
    word(rest, 1) != "|"
        && kind.any(|text| text == "mut" || text.starts_with("Atomic") || text.ends_with("Cell"))
}

fn word<'a>(rest: &[&'a Token], at: usize) -> &'a str {
    rest.get(at).map_or("", |token| token.text.as_str())
}

/// True if `#[` or `#![` was opened before and not closed again.
fn in_attribute(before: &[&Token]) -> bool {
    let mut depth = 0_usize;
    for at in (0..before.len()).rev() {
        match before[at].text.as_str() {
            "]" => depth += 1,
            "[" if depth > 0 => depth -= 1,
            "[" => {
                let sign = at.checked_sub(1).map_or("", |at| word(&before[at..], 0));
                return sign == "#" || (sign == "!" && at >= 2 && before[at - 2].text == "#");
            }
            "{" | "}" | ";" => return false,
            _ => {}
        }
    }
    false
}
