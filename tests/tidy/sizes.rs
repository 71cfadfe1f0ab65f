//! Rules about sizes and names.

use super::source::{Source, Token, item_end};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
const ARGUMENTS: usize = 5;
/// Words that say nothing about what a thing is for.
const EMPTY_WORDS: [&str; 9] =
    ["util", "utils", "common", "manager", "managers", "helper", "helpers", "misc", "mod"];

pub(crate) fn file_length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let told =
        format!("{}: {lines} lines, at most {FILE_LINES}; split it by what its parts are for", source.path);
    if lines > FILE_LINES { vec![told] } else { Vec::new() }
}

pub(crate) fn function_sizes(source: &Source) -> Vec<String> {
    let mut told = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        let Some(name) = source.tokens.get(at + 1).filter(|name| token.text == "fn" && is_name(name)) else {
            continue;
        };
        let place = format!("{}:{}: fn {}", source.path, token.line, name.text);
        let arguments = argument_count(&source.tokens[at..]);
        if arguments > ARGUMENTS {
            told.push(format!("{place} takes {arguments} arguments, at most {ARGUMENTS}; give it a struct"));
        }
        let lines = body_lines(&source.tokens[at..item_end(&source.tokens, at)]);
        if lines > FUNCTION_LINES {
            told.push(format!("{place} has {lines} lines of code, at most {FUNCTION_LINES}; name its steps"));
        }
    }
    told
}

pub(crate) fn names(source: &Source) -> Vec<String> {
    let mut told: Vec<String> = source
        .path
        .split('/')
        .map(|part| part.strip_suffix(".rs").unwrap_or(part))
        .filter(|part| has_empty_word(part))
        .map(|part| format!("{}: a file or folder called {part}; name it after what it does", source.path))
        .collect();
    for two in source.tokens.windows(2) {
        let [kind, name] = two else { continue };
        if ["mod", "struct", "enum", "trait", "type"].contains(&kind.text.as_str())
            && has_empty_word(&name.text)
        {
            told.push(format!(
                "{}:{}: {} {}; name it after what it does",
                source.path, name.line, kind.text, name.text
            ));
        }
    }
    told
}

pub(crate) fn opening(source: &Source) -> Vec<String> {
    let binary = source.text.starts_with("#!") || source.text.starts_with("// ");
    let told = format!("{}: does not open with //! saying what it is for and why it is so", source.path);
    if source.text.starts_with("//!") && !binary { Vec::new() } else { vec![told] }
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

fn has_empty_word(name: &str) -> bool {
    let mut spread = String::new();
    for sign in name.chars() {
        if sign.is_uppercase() {
            spread.push('_');
        }
        spread.extend(sign.to_lowercase());
    }
    spread.split('_').any(|word| EMPTY_WORDS.contains(&word))
}

/// Arguments of the function that begins here, `self` not counted.
fn argument_count(tokens: &[Token]) -> usize {
    let mut angles = 0_usize;
    let mut previous = "";
    let open = tokens.iter().position(|token| {
        match token.text.as_str() {
            "<" => angles += 1,
            ">" if previous != "-" => angles = angles.saturating_sub(1),
            _ => {}
        }
        previous = &token.text;
        token.text == "(" && angles == 0
    });
    let Some(open) = open else { return 0 };
    let (mut depth, mut angles, mut arguments, mut current) = (0_usize, 0_usize, Vec::new(), Vec::new());
    let mut previous = "";
    for token in &tokens[open..] {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "<" => angles += 1,
            ">" if previous != "-" => angles = angles.saturating_sub(1),
            "," if depth == 1 && angles == 0 => {
                arguments.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        previous = &token.text;
        current.push(token.text.as_str());
        if depth == 0 {
            break;
        }
    }
    arguments.push(current);
    let real = |words: &&Vec<&str>| {
        let before_colon: Vec<&&str> = words.iter().take_while(|word| **word != ":").collect();
        !before_colon.iter().any(|word| **word == "self")
            && words.iter().any(|word| !["(", ")"].contains(word))
    };
    arguments.iter().filter(real).count()
}

/// Lines of the body that hold code, its own braces not counted.
fn body_lines(item: &[Token]) -> usize {
    let Some(open) = item.iter().position(|token| token.text == "{") else { return 0 };
    let inside = &item[open + 1..item.len().saturating_sub(1).max(open + 1)];
    let mut lines: Vec<usize> = inside.iter().map(|token| token.line).collect();
    lines.dedup();
    lines.len()
}
