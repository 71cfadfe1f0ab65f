//! Histories as files: what is in them, and what is left of them when it goes wrong.

use std::path::PathBuf;

use pulldown_cmark::{Event as Markup, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::*;
use crate::room::replica;
use crate::session::finder::tests::{Said, record, sealed, signed};
use crate::session::keys;
use crate::store::{Profile, RoomDb, RoomRecord};
use crate::types::{Batch, Entry, Link, Run};

const ROOM: RoomId = RoomId([1; 32]);
const DAY_MS: i64 = 86_400_000;

pub(in crate::session) struct Kept {
    dir: tempfile::TempDir,
    profile: Profile,
    room: RoomRecord,
    db: RoomDb,
}

impl Kept {
    pub(in crate::session) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        let room = record(ROOM, "Lunch & *more*");
        let db = profile.create_room(&room).unwrap();
        Self { dir, profile, room, db }
    }

    /// These lines were said, an hour apart.
    fn said(lines: &[&str]) -> Self {
        let mut kept = Self::new();
        let entries = kept.entries(lines);
        kept.db.append(&Batch { entries, members: Vec::new(), standing: Vec::new() }).unwrap();
        kept
    }

    fn entries(&self, lines: &[&str]) -> Vec<Entry> {
        let said =
            (0..).zip(lines).map(|(at, text)| Said { at_ms: at * DAY_MS / 24, text: (*text).to_owned() });
        signed(&self.room, said.collect())
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn to_file(&self, format: ExportFormat, go_on: impl FnMut(u64) -> bool) -> Result<(), ExportError> {
        let mut history = RoomHistory::of(&self.profile, ROOM).unwrap();
        write_history_file(&mut history, (format, TimeZone::UTC), &self.file(), go_on)
    }

    fn exported(&self, format: ExportFormat) -> String {
        self.to_file(format, |_| true).unwrap();
        std::fs::read_to_string(self.file()).unwrap()
    }
}

#[test]
fn a_text_has_days_and_times_and_no_line_of_it_passes_for_anothers() {
    let lines = ["Hi", "one\n00:00 Bo: two", "\u{202E}turned", "late"];
    let mut kept = Kept::new();
    let mut entries = kept.entries(&lines);
    entries[3].at_ms = DAY_MS;
    let entries = sealed(Link::START, entries);
    kept.db.append(&Batch { entries, members: Vec::new(), standing: Vec::new() }).unwrap();
    let expected = "Lunch & *more*\n\nThursday, 1 January 1970\n\n00:00 Ana: Hi\n01:00 Ana: one\n      00:00 Bo: two\n\
                    02:00 Ana: turned\n\nFriday, 2 January 1970\n\n00:00 Ana: late\n";
    assert_eq!(kept.exported(ExportFormat::Text), expected);
}

#[test]
fn what_is_missing_and_what_cannot_be_read_is_said_in_every_shape() {
    let mut kept = Kept::new();
    let mut entries = kept.entries(&["1", "2", "3", "4", "5"]);
    entries[4].signed.signature.0[0] ^= 1;
    let entries = sealed(Link::START, entries);
    for at in [1, 4] {
        let run = Run { prev: entries[at].prev, entries: vec![entries[at].clone()] };
        kept.db.store_run(&run, at == 4, &[], crate::types::Epoch(1)).unwrap();
    }
    let text = kept.exported(ExportFormat::Text);
    let said = text.find("Ana: 2").unwrap();
    assert!(text.find("[1 message is missing here]").unwrap() < said);
    assert!(text.find("[2 messages are missing here]").unwrap() > said);
    assert!(text.ends_with("Ana: [This line could not be verified, so it is not shown]\n"), "{text}");
    let markdown = kept.exported(ExportFormat::Markdown);
    assert!(markdown.contains("*1 message is missing here*") && markdown.contains("could not be verified"));
    let json: Value = serde_json::from_str(&kept.exported(ExportFormat::Json)).unwrap();
    let kinds: Vec<&str> =
        json["lines"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["gap", "message", "gap", "unreadable"]);
    assert_eq!((json["lines"][2]["after"].as_u64(), json["lines"][2]["before"].as_u64()), (Some(2), Some(5)));
}

#[test]
fn json_holds_every_entry_with_whose_and_when_it_was() {
    let kept = Kept::said(&["Hi \"you\"\n\u{202E}", "2"]);
    let json: Value = serde_json::from_str(&kept.exported(ExportFormat::Json)).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"hallway-history".into(), &1.into()));
    assert_eq!(json["room_id"], ROOM.to_string());
    let line = &json["lines"][0];
    let entry = &kept.db.page(crate::types::FetchFrom::After(Seq::START), 1).unwrap().run.entries[0];
    assert_eq!((line["seq"].as_u64(), line["author"].as_str()), (Some(1), Some("Ana")));
    assert_eq!(line["author_key"], serde_json::to_value(entry.signed.op.author).unwrap());
    assert_eq!(line["id"], serde_json::to_value(entry.signed.op.id).unwrap());
    assert_eq!(line["at"], "1970-01-01T00:00:00Z");
    assert_eq!(line["text"], "Hi \"you\"\n\u{202E}", "as it was said");
    assert_eq!(Kept::new().exported(ExportFormat::Json).matches('\n').count(), 2, "an empty one is JSON too");
}

#[test]
fn nothing_that_was_said_is_markup_in_markdown() {
    let lines = [
        "# heading",
        "- list",
        "+ list",
        "* list",
        "1. list",
        "23) list",
        "> quote",
        "***",
        "---",
        "===",
        "_ _ _",
        "**bold** _it_ `code` ~~gone~~",
        "[a](http://b) ![c](d) <b>html</b> &amp; <!-- x -->",
        "a | b\n--|--\n1 | 2",
        "title\n===",
        "title\n---",
        "one\ntwo\n\nthree",
        "```\nfence",
        "[^1]: note",
        "$x$ $$y$$",
        "- [ ] task",
        "see https://a.example/b_c_d(e)*f* now",
        "back\\slash \\*",
        "term\n: definition",
        "<https://a.example>",
        "trailing  \nspaces",
    ];
    let kept = Kept::said(&lines);
    let markdown = kept.exported(ExportFormat::Markdown);
    let mut said = Vec::new();
    let mut open = String::new();
    for part in Parser::new_ext(&markdown, Options::all().difference(Options::ENABLE_SMART_PUNCTUATION)) {
        match part {
            Markup::Start(Tag::Paragraph | Tag::Strong | Tag::Heading { .. } | Tag::Link { .. })
            | Markup::End(TagEnd::Strong | TagEnd::Link) => {}
            Markup::Text(text) => open.push_str(&text),
            Markup::HardBreak => open.push('\n'),
            Markup::End(TagEnd::Paragraph | TagEnd::Heading(_)) => said.push(std::mem::take(&mut open)),
            other => panic!("{other:?} in\n{markdown}"),
        }
    }
    let mut expected = vec!["Lunch & *more*".to_owned()];
    for (hour, line) in lines.iter().enumerate() {
        if hour % 24 == 0 {
            expected.push(format!("{}, {} January 1970", ["Thursday", "Friday"][hour / 24], 1 + hour / 24));
        }
        let text = line.replace("  \n", "\n");
        let mut paragraphs = text.split("\n\n");
        expected.push(format!("Ana {:02}:00\n{}", hour % 24, paragraphs.next().unwrap()));
        expected.extend(paragraphs.map(str::to_owned));
    }
    assert_eq!(said, expected, "{markdown}");
}

#[test]
fn code_stands_in_a_block_of_its_own() {
    let markdown = Kept::said(&["fn a() {\n    b(\"```\");\n}"]).exported(ExportFormat::Markdown);
    assert!(markdown.ends_with("**Ana** 00:00\n\n````\nfn a() {\n    b(\"```\");\n}\n````\n"), "{markdown}");
}

#[test]
fn a_history_longer_than_a_page_is_whole_and_told_of_as_it_grows() {
    let lines: Vec<String> = (1..=1_201).map(|line| format!("line {line}")).collect();
    let mut kept = Kept::new();
    let entries = kept.entries(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    for batch in entries.chunks(256) {
        kept.db
            .append(&Batch { entries: batch.to_vec(), members: Vec::new(), standing: Vec::new() })
            .unwrap();
    }
    let mut told = Vec::new();
    kept.to_file(ExportFormat::Text, |count| {
        told.push(count);
        true
    })
    .unwrap();
    assert_eq!(told, [500, 1_000, 1_201]);
    let text = std::fs::read_to_string(kept.file()).unwrap();
    let found: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("Ana: ")).map(|said| said.1).collect();
    assert_eq!(found, lines);
}

#[test]
fn what_is_said_while_it_is_written_is_not_in_it() {
    let mut kept = Kept::said(&["1"]);
    let mut history = RoomHistory::of(&kept.profile, ROOM).unwrap();
    let more = kept.entries(&["1", "2"]);
    let prev = kept.db.live_end().unwrap();
    let entries = sealed(prev, vec![more[1].clone()]);
    kept.db.store_run(&Run { prev, entries }, true, &[], crate::types::Epoch(1)).unwrap();
    let mut out = Vec::new();
    write_history(&mut history, (ExportFormat::Text, TimeZone::UTC), &mut out, |_| true).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("Ana: 2"));
}

#[test]
fn an_export_that_is_cancelled_or_fails_leaves_what_was_there() {
    let kept = Kept::said(&["Hi"]);
    std::fs::write(kept.file(), "old").unwrap();
    let before = std::fs::read_dir(kept.dir.path()).unwrap().count();
    let cancelled = kept.to_file(ExportFormat::Json, |_| false);
    assert!(matches!(cancelled, Err(ExportError::Cancelled)));
    assert_eq!(std::fs::read_to_string(kept.file()).unwrap(), "old");
    assert_eq!(std::fs::read_dir(kept.dir.path()).unwrap().count(), before);
    let mut history = RoomHistory::of(&kept.profile, ROOM).unwrap();
    let nowhere = kept.dir.path().join("none/out");
    let failed = write_history_file(&mut history, (ExportFormat::Text, TimeZone::UTC), &nowhere, |_| true);
    assert!(matches!(failed, Err(ExportError::File(StoreError::NotFound))));
}

#[test]
fn names_and_guests_are_told_of() {
    let kept = Kept::said(&["Hi"]);
    let about = About {
        room: kept.room.name.clone(),
        room_id: ROOM,
        plain: false,
        removed_to: Seq::START,
        zone: TimeZone::UTC,
    };
    let entry = &kept.entries(&["Hi"])[0];
    let said = replica::read(entry, &ROOM, &entry.signed.op.author, &*keys::verifier(&[]));
    let guest = Message { author: crate::types::Author::Guest, ..said.clone() };
    let bo = crate::types::Nickname::new("Bo").unwrap();
    let key = entry.signed.op.author;
    let named = |before: Option<&crate::types::Nickname>| crate::types::Content::Named {
        key,
        before: before.cloned(),
        name: bo.clone(),
    };
    let first = Message { content: named(None), ..said.clone() };
    let again = Message { content: named(Some(&said.name)), ..said.clone() };
    let mut text = String::new();
    for message in [&first, &again, &guest] {
        text::Text { day: Some(jiff::civil::date(1970, 1, 1)) }.message(&about, message, &mut text);
    }
    let expected =
        "00:00 [Bo is here for the first time]\n00:00 [Ana is now called Bo]\n00:00 Ana (guest): Hi\n";
    assert_eq!(text, expected);
    let mut json = String::new();
    json::Json::default().message(&about, &again, &mut json);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["kind"], &json["before"], &json["name"]),
        (&"named".into(), &"Ana".into(), &"Bo".into())
    );
}

#[test]
fn what_was_removed_is_said_to_be_and_is_not_called_missing() {
    let mut kept = Kept::said(&["1", "2", "3"]);
    kept.db.set_not_kept(crate::store::NotKept { through: Seq(2), ..Default::default() });
    while kept.db.remove_some().unwrap() {}
    let text = kept.exported(ExportFormat::Text);
    assert!(text.contains("[Older messages are not kept on this computer]") && !text.contains("missing"));
    let json: Value = serde_json::from_str(&kept.exported(ExportFormat::Json)).unwrap();
    assert_eq!((&json["lines"][0]["removed"], &json["lines"][0]["before"]), (&true.into(), &3.into()));
}
