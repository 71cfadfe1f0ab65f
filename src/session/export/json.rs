//! JSON: one object, its lines one under the other, so that it can be read whole or line by line.
//! `docs/history.md` says what stands in it. Fields and kinds may be added.

use serde_json::{Value, json};

use super::{About, Shape};
use crate::types::{Author, Content, Message, Rule, Seq};

#[derive(Default)]
pub(super) struct Json {
    /// A line was written.
    any: bool,
}

impl Json {
    fn line(&mut self, line: &Value, out: &mut String) {
        let parting = if std::mem::replace(&mut self.any, true) { ",\n" } else { "" };
        out.extend([parting, &line.to_string()]);
    }
}

impl Shape for Json {
    fn begin(&mut self, about: &About, out: &mut String) {
        let head = json!({
            "format": "hallway-history", "version": 1, "room": about.room, "room_id": about.room_id.to_string(),
        });
        let head = head.to_string();
        out.extend([head.trim_end_matches('}'), ",\"lines\":[\n"]);
    }

    fn gap(&mut self, about: &About, (after, before): (Seq, Seq), out: &mut String) {
        let removed = about.is_removed(before);
        self.line(&json!({ "kind": "gap", "after": after, "before": before, "removed": removed }), out);
    }

    fn message(&mut self, _about: &About, message: &Message, out: &mut String) {
        let at = jiff::Timestamp::from_millisecond(message.at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let (field, whose) = match message.author {
            Author::Member(key) => ("author_key", json!(key)),
            Author::Guest => ("guest", json!(true)),
        };
        let mut line = json!({
            "kind": "message", "seq": message.seq, "id": message.id, "author": message.name,
            "at": at.to_string(), field: whose,
        });
        let more = match &message.content {
            Content::Post(text) => json!({ "text": text }),
            Content::Named { key, before, name } => {
                json!({ "kind": "named", "about_key": key, "before": before, "name": name })
            }
            Content::Act(act) => json!({
                "kind": "act", "act": act.verb, "about_key": act.whom.of_member(), "name": act.name,
                "until": act.until_ms.and_then(|at_ms| jiff::Timestamp::from_millisecond(at_ms).ok())
                    .map(|at| at.to_string()),
            }),
            Content::Rule(rule) => {
                let (rule, value) = rule_value(*rule);
                json!({ "kind": "rule", "rule": rule, "value": value })
            }
            Content::Succeeded(succession) => json!({ "kind": "succession", "key": succession.to }),
            Content::Removal(removal) => json!({
                "kind": "removal", "about_key": removal.author.of_member(), "name": removal.name, "id": removal.which,
            }),
            Content::Removed => json!({ "kind": "removed" }),
            Content::Newer { .. } => json!({ "kind": "newer" }),
            Content::Unreadable => json!({ "kind": "unreadable" }),
        };
        if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        self.line(&line, out);
    }

    fn end(&mut self, out: &mut String) {
        out.push_str(if self.any { "\n]}\n" } else { "]}\n" });
    }
}

/// A rule's name, and what it is from there on.
pub fn rule_value(rule: Rule) -> (&'static str, Value) {
    match rule {
        Rule::Slow(seconds) => ("slow", json!(seconds)),
        Rule::Announcements(on) => ("announcements", json!(on)),
        Rule::Locked(on) => ("locked", json!(on)),
    }
}
