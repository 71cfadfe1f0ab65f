//! Rust files read as words: comments left out, strings kept apart, test code marked.

use std::path::{Path, PathBuf};

/// One word or sign of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// A name, a number, `::`, or one other sign; a string is `"` and then what stands between its quotes.
    pub(crate) text: String,
    /// The line that it stands in, from 1.
    pub(crate) line: usize,
    /// It belongs to a `#[cfg(test)]` item.
    pub(crate) test: bool,
}

/// A Rust file.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its path from the package's root, with `/`.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
    /// The same as words.
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut tokens = tokens(text);
        mark_tests(&mut tokens);
        Self { path: path.to_owned(), text: text.to_owned(), tokens }
    }

    /// The words that end up in the program, test code left out.
    pub(crate) fn production(&self) -> Vec<&Token> {
        self.tokens.iter().filter(|token| !token.test).collect()
    }

    /// The module of the library that the file belongs to: `net` for `src/net.rs` and `src/net/listener.rs`.
    pub(crate) fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let first = inside.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// Files of modules that are declared here under `#[cfg(test)]`.
    fn test_modules(&self) -> Vec<String> {
        let folder = match self.path.as_str() {
            "src/lib.rs" | "src/main.rs" => "src",
            path => path.strip_suffix(".rs").unwrap_or(path),
        };
        self.tokens
            .windows(3)
            .filter_map(|three| match three {
                [word, name, end] if word.test && word.text == "mod" && end.text == ";" => Some(&name.text),
                _ => None,
            })
            .map(|name| format!("{folder}/{name}"))
            .collect()
    }
}

/// Every Rust file of the package, in order.
pub(crate) fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        collect(&root.join(folder), &mut paths);
    }
    let mut sources: Vec<Source> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            Source::new(&path, &text)
        })
        .collect();
    let tests: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    for source in &mut sources {
        let inside = |test: &String| {
            source.path.strip_prefix(test.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if !source.path.starts_with("src/") || tests.iter().any(inside) {
            source.tokens.iter_mut().for_each(|token| token.test = true);
        }
    }
    sources
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else { return };
    let mut inside: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    inside.sort();
    for path in inside {
        // What was built from packages of their own is not ours.
        if path.is_dir() && path.file_name().is_some_and(|name| name == "target") {
            continue;
        }
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let signs: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < signs.len() {
        let end = at + length(&signs[at..]);
        let part: String = signs[at..end].iter().collect();
        let kept = match string_inside(&part) {
            Some(inside) => Some(format!("\"{inside}")),
            None if part.starts_with("//") || part.starts_with("/*") => None,
            None if part.trim().is_empty() => None,
            None => Some(part.clone()),
        };
        tokens.extend(kept.map(|text| Token { text, line, test: false }));
        line += part.matches('\n').count();
        at = end;
    }
    tokens
}

/// How many signs the next word, string, comment or sign has.
fn length(rest: &[char]) -> usize {
    let second = rest.get(1).copied().unwrap_or(' ');
    match rest[0] {
        '/' if second == '/' => until(rest, |_, sign| sign == '\n'),
        '/' if second == '*' => block_comment(rest),
        'r' | 'b' | 'c' if raw_string(rest).is_some() => raw_string(rest).unwrap(),
        'b' | 'c' if second == '"' => 1 + quoted(&rest[1..]),
        '"' => quoted(rest),
        '\'' if second == '\\' => 2 + until(&rest[2..], |at, sign| at > 0 && sign == '\'') + 1,
        '\'' if rest.get(2) == Some(&'\'') => 3,
        ':' if second == ':' => 2,
        sign if is_word(sign) || sign == '\'' => 1 + until(&rest[1..], |_, sign| !is_word(sign)),
        _ => 1,
    }
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn until(rest: &[char], ends: impl Fn(usize, char) -> bool) -> usize {
    rest.iter().enumerate().position(|(at, sign)| ends(at, *sign)).unwrap_or(rest.len())
}

fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string(rest: &[char]) -> Option<usize> {
    let start = until(rest, |_, sign| sign == 'r') + 1;
    let hashes = until(rest.get(start..)?, |_, sign| sign != '#');
    let open = start + hashes;
    if start > 2 || rest.get(open) != Some(&'"') {
        return None;
    }
    let closes = |at: usize| {
        rest[at] == '"' && rest[at + 1..].iter().take(hashes).filter(|sign| **sign == '#').count() == hashes
    };
    (open + 1..rest.len()).find(|at| closes(*at)).map(|at| at + 1 + hashes)
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match (rest[at], rest.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at.min(rest.len())
}

fn string_inside(part: &str) -> Option<&str> {
    let inside = part.trim_start_matches(['b', 'c']).strip_prefix('r').unwrap_or(part);
    let inside = inside.trim_start_matches(['b', 'c']).trim_matches('#');
    inside.strip_prefix('"')?.strip_suffix('"')
}

/// Marks each item that stands under `#[cfg(test)]`, to the end of its braces or its semicolon.
fn mark_tests(tokens: &mut [Token]) {
    let start: Vec<&str> = "# [ cfg ( test ) ]".split(' ').collect();
    let mut at = 0;
    while at + start.len() <= tokens.len() {
        if !tokens[at..].iter().zip(&start).all(|(token, text)| token.text == *text) {
            at += 1;
            continue;
        }
        let end = item_end(tokens, at + start.len());
        tokens[at..end].iter_mut().for_each(|token| token.test = true);
        at = end;
    }
}

/// One past the item that begins here: past its closing brace, or its semicolon if that comes first.
pub(crate) fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" if depth == 1 => return at + 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
