//! Rules about who may name what: the module table of ARCHITECTURE.md.

use super::source::{Source, Token};

/// Each module, and those of ours that it may use.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("types", &[]),
    ("wire", &["types"]),
    ("room", &["types", "wire"]),
    ("trust", &["types", "wire"]),
    ("store", &["types"]),
    ("net", &["types", "wire", "room", "trust"]),
    ("platform", &["types"]),
    ("nearby", &["types", "platform"]),
    ("session", &["types", "wire", "room", "trust", "store", "net", "nearby", "platform"]),
    ("ui", &["types", "session", "platform"]),
    ("cli", &["types", "session", "platform"]),
];

/// Paths that only some files may name, and those files: a file, or everything below a folder.
const OWNERS: [(&[&str], &[&str]); 32] = [
    (&["prost"], &["src/wire"]),
    (&["encoding_rs"], &["src/wire"]),
    (&["rustls"], &["src/trust"]),
    (&["tokio_rustls"], &["src/trust"]),
    (&["rcgen"], &["src/trust"]),
    (&["ring", "rand"], &["src/trust"]),
    (&["ring", "signature"], &["src/trust"]),
    (&["ring", "digest"], &["src/trust"]),
    (&["ring", "hmac"], &["src/trust"]),
    (&["ring", "hkdf"], &["src/trust"]),
    (&["ring", "aead"], &["src/trust"]),
    (&["opaque_ke"], &["src/trust"]),
    (&["sha2"], &["src/trust"]),
    (&["rusqlite"], &["src/store"]),
    (&["std", "fs"], &["src/store", "src/platform/surroundings.rs", "src/platform/autostart"]),
    (&["tokio", "fs"], &["src/store"]),
    (&["tokio", "net"], &["src/net", "src/platform/network"]),
    (&["socket2"], &["src/net", "src/platform/macos/network.rs"]),
    (&["netlink_sys"], &["src/platform"]),
    (&["egui"], &["src/ui", "src/main.rs"]),
    (&["eframe"], &["src/ui", "src/main.rs"]),
    (&["qrcode"], &["src/ui"]),
    (&["clap"], &["src/cli"]),
    (&["open"], &["src/platform"]),
    (&["windows_registry"], &["src/platform"]),
    (&["notify_rust"], &["src/platform"]),
    (&["tray_icon"], &["src/platform"]),
    (&["objc2"], &["src/platform"]),
    (&["objc2_foundation"], &["src/platform"]),
    (&["windows"], &["src/platform"]),
    (&["windows_sys"], &["src/platform"]),
    (&["netdev"], &["src/nearby"]),
];

/// Names that stand for sockets wherever they come from.
const SOCKETS: [&str; 4] = ["TcpListener", "TcpSocket", "TcpStream", "UdpSocket"];

/// What tells systems apart in a condition of the compiler.
const SYSTEMS: [&str; 4] = ["windows", "unix", "target_os", "target_family"];

/// Where such a condition may stand outside of src/platform, and how it reads there.
const SYSTEM_EXCEPTIONS: [(&str, &str); 3] = [
    // Only the program's first file can say that the program is one without a console.
    ("src/main.rs", "cfg_attr ( windows , windows_subsystem"),
    // Files are made for the person alone by mode bits that other systems do not have.
    ("src/store/files.rs", "cfg ( unix )"),
    ("src/store/files.rs", "cfg ( not ( unix ) )"),
];

pub(crate) fn own_modules(source: &Source) -> Vec<String> {
    let Some(module) = source.module() else { return Vec::new() };
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else { return Vec::new() };
    let tokens = source.production();
    let depth = source.path.matches('/').count();
    let mut told = Vec::new();
    for at in 0..tokens.len() {
        for used in roots_named(&tokens, at, depth) {
            let known = MAY_USE.iter().any(|(name, _)| *name == used.text);
            if known && used.text != module && !allowed.contains(&used.text.as_str()) {
                told.push(format!(
                    "{}:{}: {module} may not use {}, only [{}]",
                    source.path,
                    used.line,
                    used.text,
                    allowed.join(", ")
                ));
            }
        }
    }
    told
}

pub(crate) fn owned_crates(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") {
        return Vec::new();
    }
    let tokens = source.production();
    let mut told = Vec::new();
    for at in 0..tokens.len() {
        for (path, owners) in OWNERS {
            if names_path(&tokens, at, path) && !is_below(&source.path, owners) {
                let (path, owners) = (path.join("::"), owners.join(" and "));
                told.push(format!("{}:{}: only {owners} may name {path}", source.path, tokens[at].line));
            }
        }
        if SOCKETS.contains(&tokens[at].text.as_str()) && !is_below(&source.path, &["src/net"]) {
            told.push(format!("{}:{}: only src/net may name sockets", source.path, tokens[at].line));
        }
    }
    told
}

pub(crate) fn systems(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") || is_below(&source.path, &["src/platform"]) {
        return Vec::new();
    }
    let tokens = source.production();
    let mut told = Vec::new();
    for at in 0..tokens.len() {
        let excepted = |(file, words): &(&str, &str)| source.path == *file && begins(&tokens[at..], words);
        if SYSTEM_EXCEPTIONS.iter().any(excepted) {
            continue;
        }
        told.extend(
            conditions(&tokens[at..]).iter().filter(|word| SYSTEMS.contains(&word.text.as_str())).map(
                |word| format!("{}:{}: only src/platform asks which system this is", source.path, word.line),
            ),
        );
    }
    told
}

/// What is asked in the `cfg(…)`, `cfg!(…)` or `cfg_attr(…, …)` that begins here, without what it is asked for.
fn conditions<'a>(tokens: &'a [&'a Token]) -> &'a [&'a Token] {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let open = if text(1) == "!" { 2 } else { 1 };
    if !["cfg", "cfg_attr"].contains(&text(0)) || text(open) != "(" {
        return &[];
    }
    let mut depth = 0_usize;
    for at in open..tokens.len() {
        match text(at) {
            "(" => depth += 1,
            ")" if depth == 1 => return &tokens[open..at],
            ")" => depth -= 1,
            "," if depth == 1 && text(0) == "cfg_attr" => return &tokens[open..at],
            _ => {}
        }
    }
    &tokens[open..]
}

/// True if these words, with spaces between them, stand here.
fn begins(tokens: &[&Token], words: &str) -> bool {
    words.split(' ').enumerate().all(|(at, word)| tokens.get(at).is_some_and(|token| token.text == word))
}

/// The modules of ours that a path from the crate's root names here: one, or several in braces.
fn roots_named<'a>(tokens: &[&'a Token], at: usize, depth: usize) -> Vec<&'a Token> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut next = at;
    if text(at) == "crate" && text(at + 1) == "::" {
        next += 2;
    } else if text(at) == "super" && text(at.wrapping_sub(1)) != "::" {
        let mut steps = 0;
        while text(next) == "super" && text(next + 1) == "::" {
            (steps, next) = (steps + 1, next + 2);
        }
        if steps != depth {
            return Vec::new();
        }
    } else {
        return Vec::new();
    }
    if text(next) != "{" {
        return tokens.get(next).copied().into_iter().collect();
    }
    let (mut inside, mut braces) = (Vec::new(), 0_usize);
    for (at, token) in tokens.iter().enumerate().skip(next) {
        match token.text.as_str() {
            "{" => braces += 1,
            "}" if braces == 1 => break,
            "}" => braces -= 1,
            _ if braces == 1 && ["{", ","].contains(&text(at - 1)) => inside.push(*token),
            _ => {}
        }
    }
    inside
}

/// True if this path begins here: at its own head, and not as a part of a longer one.
fn names_path(tokens: &[&Token], at: usize, path: &[&str]) -> bool {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let before = at.checked_sub(1).map_or("", text);
    let root = before == "::" && !at.checked_sub(2).map_or("", text).starts_with(char::is_alphanumeric);
    if text(at) != path[0] || (["::", ".", "mod", "fn"].contains(&before) && !root) {
        return false;
    }
    match path {
        [_] => text(at + 1) == "::" || before == "use",
        [_, second] => {
            text(at + 1) == "::" && (text(at + 2) == *second || braced(tokens, at + 2).contains(second))
        }
        _ => false,
    }
}

/// The first words of a group of imports: `fs` and `io` in `{fs::File, io}`.
fn braced<'a>(tokens: &[&'a Token], at: usize) -> Vec<&'a str> {
    if tokens.get(at).is_none_or(|token| token.text != "{") {
        return Vec::new();
    }
    let (mut words, mut depth) = (Vec::new(), 0_usize);
    for two in tokens[at..].windows(2) {
        match two[0].text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && ["{", ","].contains(&two[0].text.as_str()) {
            words.push(two[1].text.as_str());
        }
    }
    words
}

fn is_below(path: &str, owners: &[&str]) -> bool {
    owners.iter().any(|owner| {
        path.strip_prefix(owner).is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
    })
}
