//! The conversation as a plain text, for a file.

use super::{Line, Row, Timeline, Waiting};
use crate::types::Author;
use crate::ui::text::{conversation as words, guests, plain};

impl Timeline {
    /// What is held of the conversation as plain text: a heading for each day, then time, name and text.
    /// Lines after a text's first are indented, so that none can pass for another's. What was not sent is
    /// left out.
    pub fn as_text(&self) -> String {
        let mut text = String::new();
        for row in self.rows() {
            let line = match row {
                Row::Day(date) => {
                    let gap = if text.is_empty() { "" } else { "\n" };
                    format!("{gap}{}\n", words::day(date))
                }
                Row::Line(line) => self.said(&line, line.text.shown()),
                Row::Newer(line) => self.said(&line, words::NEWER),
                Row::Unreadable(line) => self.said(&line, words::UNREADABLE),
                Row::Gap(_) if self.is_plain() => format!("{}\n", plain::GAP),
                Row::Gap(gap) => format!("{}\n", words::gap(gap.missing)),
                Row::Presence(presence) => format!("{}\n", words::presence(presence)),
                Row::Renamed { before, name, .. } => format!("{}\n", words::renamed(before, name)),
                Row::Unread | Row::Waiting(Waiting { .. }) => continue,
            };
            text.push_str(&line);
        }
        text
    }

    fn said(&self, line: &Line<'_>, text: &str) -> String {
        let at = words::time(self.local(line.message.at_ms));
        let name = match line.message.author {
            Author::Guest if !self.is_plain() => guests::in_file(&line.message.name),
            _ => line.message.name.to_string(),
        };
        format!("{at} {name}: {}\n", text.replace('\n', "\n      "))
    }
}
