//! Printing: one JSON object a line, or text for people. Flushed at once, so that a script never waits.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::fail;
use crate::session;
use crate::types::{Author, Content, Message, Seq, visible};

/// Why nothing more can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// The reader has gone, and wants no more.
    Gone,
    /// The output failed: what was to be read is lost.
    Broken,
}

impl Closed {
    /// What this failure of the output means.
    pub(super) fn of(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Gone } else { Self::Broken }
    }

    /// The status to end with.
    pub(super) fn status(self) -> ExitCode {
        match self {
            Self::Gone => ExitCode::SUCCESS,
            Self::Broken => fail("standard output cannot be written to; is its disk full?"),
        }
    }
}

/// Prints to standard output.
pub(super) struct Printer {
    json: bool,
    /// Why nothing more can be printed.
    closed: Option<Closed>,
}

impl Printer {
    pub(super) fn new(json: bool) -> Self {
        Self { json, closed: None }
    }

    /// Why nothing more can be printed; none where it can.
    pub(super) fn closed(&self) -> Option<Closed> {
        self.closed
    }

    /// One event; `text` is what people read instead, nothing where it says nothing to them.
    pub(super) fn event(&mut self, event: &Value, text: Option<&str>) {
        let line = if self.json { Some(event.to_string()) } else { text.map(printable) };
        let Some(line) = line else { return };
        let mut out = io::stdout().lock();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            self.closed = Some(Closed::of(&error));
        }
    }

    /// One message. What is not a text is nothing that was said.
    /// Of somebody who is ignored only whoever reads events hears, and decides.
    pub(super) fn message(&mut self, message: &Message, ignored: bool) {
        let text = match &message.content {
            Content::Post(text) => text,
            Content::Act(_) | Content::Rule(_) | Content::Succeeded(_) | Content::Removal(_) => {
                return self.done(message);
            }
            _ => return,
        };
        let at = time(message.at_ms);
        let mut event = json!({
            "event": "message", "seq": message.seq, "id": message.id, "author": message.name,
            "at": at, "text": text,
        });
        // Whose key signed it; a guest has none, and is not proven to be who it says.
        let (field, whose, guest) = match message.author {
            Author::Member(key) => ("author_key", json!(key), ""),
            Author::Guest => ("guest", json!(true), " (guest)"),
        };
        if let Some(fields) = event.as_object_mut() {
            fields.insert(field.to_owned(), whose);
        }
        if ignored && let Some(fields) = event.as_object_mut() {
            fields.insert("ignored".to_owned(), json!(true));
        }
        // A further line must not look as if somebody else had said it, and no mark may turn the author's around.
        let shown = visible(text.as_str()).replace('\n', "\n    ");
        let line = format!("{}{guest}: {shown}", message.name.before_text());
        self.event(&event, (!ignored).then_some(&*line));
    }

    /// Something that somebody in charge did.
    fn done(&mut self, message: &Message) {
        let mut event = json!({
            "seq": message.seq, "id": message.id, "author": message.name, "author_key": message.author.key(),
            "at": time(message.at_ms),
        });
        let more = match &message.content {
            Content::Act(act) => json!({
                "event": "act", "act": act.verb, "whom": act.name, "whom_key": act.whom.of_member(),
                "until": act.until_ms.map(time),
            }),
            Content::Rule(rule) => {
                let (rule, value) = session::rule_value(*rule);
                json!({ "event": "rule", "rule": rule, "value": value })
            }
            Content::Removal(removal) => json!({
                "event": "removed", "removed": removal.which, "whose": removal.name, "whose_key": removal.author,
            }),
            Content::Succeeded(succession) => json!({ "event": "succession", "key": succession.to }),
            _ => return,
        };
        if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
            event.extend(more);
        }
        let text = session::done(message, session::local_time).unwrap_or_default();
        self.event(&event, Some(&format!("* {text}")));
    }

    /// What is missing here.
    pub(super) fn gap(&mut self, after: Seq, before: Seq) {
        let missing = before.0.saturating_sub(after.0).saturating_sub(1);
        let event = json!({ "event": "gap", "after": after, "before": before });
        self.event(&event, Some(&format!("[{missing} older lines are not here]")));
    }
}

/// RFC 3339, UTC.
pub(super) fn time(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

/// What a terminal can be shown: nobody moves its cursor or renames its window.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(1_795_000_000_123), "2026-11-18T11:06:40.123Z");
        assert_eq!(time(i64::MIN), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_terminal_is_shown_no_control_characters() {
        assert_eq!(printable("a\u{1b}[2Jb\u{7}\nc"), "a[2Jb\nc");
    }
}
