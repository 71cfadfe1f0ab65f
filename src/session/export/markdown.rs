//! Markdown: what was said looks as it looked, and nothing of it is taken for markup.

use jiff::civil::Date;
use linkify::{LinkFinder, LinkKind};

use super::{About, Shape, words};
use crate::types::{Author, Content, Message, Seq, visible};

/// Columns of white space before a line that Markdown takes for code.
const CODE_INDENT: usize = 4;

#[derive(Default)]
pub(super) struct Markdown {
    day: Option<Date>,
}

impl Shape for Markdown {
    fn begin(&mut self, about: &About, out: &mut String) {
        push(out, &["# ", &escaped(about.room.as_str())]);
    }

    fn gap(&mut self, about: &About, between: (Seq, Seq), out: &mut String) {
        push(out, &["\n*", &escaped(&words::gap(about, between)), "*"]);
    }

    fn message(&mut self, about: &About, message: &Message, out: &mut String) {
        let at = about.local(message.at_ms);
        if self.day.replace(at.date()) != Some(at.date()) {
            push(out, &["\n## ", &escaped(&words::day(at.date()))]);
        }
        let name = match message.author {
            Author::Guest if !about.plain => words::guest(&message.name),
            _ => message.name.to_string(),
        };
        let head = format!("\n**{}** {}", escaped(&name), words::time(at));
        match &message.content {
            Content::Post(text) => {
                let text = visible(text.as_str());
                if is_code(&text) {
                    let fence = fence(&text);
                    push(out, &[&head, "\n\n", &fence, "\n", &text, "\n", &fence]);
                } else {
                    push(out, &[&head, "\\\n", &paragraphs(&text)]);
                }
            }
            Content::Named { before, name, .. } => {
                push(out, &["\n*", &escaped(&words::named(before.as_ref(), name)), "*"]);
            }
            Content::Removed => push(out, &[&head, "\\\n*", words::REMOVED, "*"]),
            Content::Act(_) | Content::Rule(_) | Content::Succeeded(_) | Content::Removal(_) => {
                let done = words::done(message, |at_ms| words::until(about.local(at_ms))).unwrap_or_default();
                push(out, &["\n*", &escaped(&done), "*"]);
            }
            Content::Newer { .. } => push(out, &[&head, "\\\n*", words::NEWER, "*"]),
            Content::Unreadable => push(out, &[&head, "\\\n*", words::UNREADABLE, "*"]),
        }
    }

    fn end(&mut self, _out: &mut String) {}
}

/// Whether the white space of a text matters: of several lines one is indented, or one line would be taken for code.
fn is_code(text: &str) -> bool {
    let indented = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
    match text.split_once('\n') {
        Some(_) => text.lines().any(|line| indented(&line)),
        None => text.starts_with('\t') || text.len() - text.trim_start().len() >= CODE_INDENT,
    }
}

/// A fence that is longer than every row of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

/// Prose: a line stays a line, an empty one parts paragraphs.
fn paragraphs(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escaped(line.trim())).collect();
    let mut out = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        let Some(next) = lines.get(at + 1) else { break };
        if !line.is_empty() && !next.is_empty() {
            out.push('\\');
        }
        out.push('\n');
    }
    out
}

/// One line, in which nothing is markup. Links are put in angle brackets, where they stay what they are.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for span in finder.spans(line) {
        let text = span.as_str();
        let opens =
            |scheme: &&str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
        if span.kind().is_some() && ["http://", "https://"].iter().any(opens) {
            out.extend(["<", text, ">"]);
        } else {
            text.chars().for_each(|c| escape(&mut out, c));
        }
    }
    begin_of_line(out)
}

fn escape(out: &mut String, c: char) {
    if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' | '^') {
        out.push('\\');
    }
    out.push(c);
}

/// What would make a heading, a list or a rule of a line gets a backslash too.
fn begin_of_line(line: String) -> String {
    let start = line.len() - line.trim_start().len();
    let (space, rest) = line.split_at(start);
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let after = rest.get(digits..).unwrap_or_default();
    if rest.starts_with(['#', '+', '-', '=', ':']) {
        return format!("{space}\\{rest}");
    }
    if digits > 0 && after.starts_with(['.', ')']) {
        return format!("{space}{}\\{after}", rest.get(..digits).unwrap_or_default());
    }
    line
}

fn push(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_that_matters_is_kept_in_a_block_that_the_text_cannot_end() {
        assert!(is_code("fn a() {\n    b();\n}") && is_code("\tb") && is_code("    b"));
        assert!(!is_code("one\ntwo") && !is_code("  b") && !is_code("a    b") && !is_code("one\n  \ntwo"));
        assert_eq!(fence("a"), "```");
        assert_eq!(fence("```\n a\n````"), "`````");
    }
}
