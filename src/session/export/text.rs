//! As a person would read it: a heading for each day, then time, name and text.

use jiff::civil::Date;

use super::{About, Shape, words};
use crate::types::{Author, Content, Message, Seq, visible};

/// What stands before the further lines of a text, so that none can pass for another's.
const INDENT: &str = "\n      ";

#[derive(Default)]
pub(super) struct Text {
    pub(super) day: Option<Date>,
}

impl Shape for Text {
    fn begin(&mut self, about: &About, out: &mut String) {
        push(out, &[about.room.as_str()]);
    }

    fn gap(&mut self, about: &About, between: (Seq, Seq), out: &mut String) {
        push(out, &["[", &words::gap(about, between), "]"]);
    }

    fn message(&mut self, about: &About, message: &Message, out: &mut String) {
        let at = about.local(message.at_ms);
        if self.day.replace(at.date()) != Some(at.date()) {
            push(out, &["\n", &words::day(at.date()), "\n"]);
        }
        let time = words::time(at);
        let name = match message.author {
            Author::Guest if !about.plain => words::guest(&message.name),
            _ => message.name.before_text(),
        };
        match &message.content {
            Content::Post(text) => {
                push(out, &[&time, " ", &name, ": ", &visible(text.as_str()).replace('\n', INDENT)]);
            }
            Content::Named { before, name, .. } => {
                push(out, &[&time, " [", &words::named(before.as_ref(), name), "]"]);
            }
            Content::Removed => push(out, &[&time, " ", &name, ": [", words::REMOVED, "]"]),
            Content::Act(_) | Content::Rule(_) | Content::Succeeded(_) | Content::Removal(_) => {
                let done = words::done(message, |at_ms| words::until(about.local(at_ms))).unwrap_or_default();
                push(out, &[&time, " [", &done, "]"]);
            }
            Content::Newer { .. } => push(out, &[&time, " ", &name, ": [", words::NEWER, "]"]),
            Content::Unreadable => push(out, &[&time, " ", &name, ": [", words::UNREADABLE, "]"]),
        }
    }

    fn end(&mut self, _out: &mut String) {}
}

fn push(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
    out.push('\n');
}
