//! What was said for guests before one came, found in the log.
//!
//! Between two lines for guests there may be many for members only, so the log is read back page by page, up to a
//! bound: a guest's coming costs the room's computer only so much.

use std::sync::Arc;

use crate::room::log::RoomLog;
use crate::types::entry::kind;
use crate::types::limits::GUEST_BACKLOG;
use crate::types::{Audience, Content, Entry, FetchFrom, Seq};
use crate::wire::op;
use crate::wire::text::{GuestLine, Style, write};

/// Entries that are read at once.
const PAGE: usize = 200;
/// Entries that are read in all.
const READ: usize = 2_000;
/// Bytes of the backlog, which wait for a guest that does not read.
const BYTES: usize = 32 * 1024;
/// What is said where lines were left out.
const FOR_MEMBERS: &str = "some of what was said before is for members only";
/// What is said where something could not be read.
const UNREAD: &str = "some of what was said before cannot be read now";

/// The last that guests may read.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    /// Who said what, the newest first.
    said: Vec<(String, String)>,
    /// Others were left out.
    left_out: bool,
    /// What is older could not be read.
    unread: bool,
}

impl Backlog {
    /// Reads back from `before`. Where something cannot be read now, that is told in its place.
    pub(super) async fn read(log: Arc<dyn RoomLog>, mut before: Seq) -> Self {
        let (mut backlog, mut read) = (Self::default(), 0);
        while read < READ {
            let Ok(slice) = log.page(FetchFrom::Before(before), PAGE.min(READ - read)).await else {
                backlog.unread = true;
                break;
            };
            for entry in slice.run.entries.iter().rev() {
                if backlog.said.len() == GUEST_BACKLOG {
                    return backlog;
                }
                backlog.take(entry);
            }
            match slice.run.entries.first() {
                Some(first) if slice.more => before = first.seq,
                _ => break,
            }
            read += slice.run.entries.len();
        }
        backlog
    }

    fn take(&mut self, entry: &Entry) {
        let op = &entry.signed.op;
        if op::audience(op) == Audience::Members {
            self.left_out |= op.kind != kind::MEMBER;
        } else if let Content::Post(text) = op::content(&entry.signed) {
            self.said.push((entry.name.to_string(), text.to_string()));
        }
    }

    /// It as bytes for a guest for whom so many `waiting` ones are not written yet. A text that does not fit is
    /// not told, but that it was there.
    pub(super) fn written(self, style: Style, waiting: usize) -> Vec<u8> {
        let mut left = BYTES.saturating_sub(waiting);
        let mut lines = Vec::with_capacity(self.said.len() + 1);
        for (who, text) in self.said {
            let long = GuestLine::Note(format!("a message from {who} is too long to be told again"));
            let mut line = write(&GuestLine::Said { who, text }, style);
            if line.len() > left {
                line = write(&long, style);
            }
            left = left.saturating_sub(line.len());
            lines.push(line);
        }
        if self.unread {
            lines.push(write(&GuestLine::Note(UNREAD.to_owned()), style));
        }
        if self.left_out {
            lines.push(write(&GuestLine::Note(FOR_MEMBERS.to_owned()), style));
        }
        lines.reverse();
        lines.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::{TEXT_BYTES, TEXT_LINES};

    const STYLE: Style = Style { crlf: false, encoding: None, classic: false };

    fn written(said: &[(&str, &str)], waiting: usize) -> String {
        let said = said.iter().map(|(who, text)| ((*who).to_owned(), (*text).to_owned())).collect();
        let backlog = Backlog { said, ..Backlog::default() };
        String::from_utf8(backlog.written(STYLE, waiting)).unwrap()
    }

    #[test]
    fn a_text_that_does_not_fit_is_named_and_those_around_it_are_told() {
        let (name, long) = ("B".repeat(40), ["x".repeat(30).as_str(); TEXT_LINES].join("\n"));
        assert!(long.len() <= TEXT_BYTES);
        let told = written(&[("Cy", "after"), (&name, &long), ("Ana", "before")], 0);
        let note = format!("* a message from {name} is too long to be told again\n");
        assert_eq!(told, format!("<Ana> before\n{note}<Cy> after\n"));
    }

    #[test]
    fn what_fits_to_the_last_byte_is_told_and_one_more_is_not() {
        let line = "<Cy> after\n";
        assert_eq!(written(&[("Cy", "after")], BYTES - line.len()), line);
        let told = written(&[("Cy", "after")], BYTES - line.len() + 1);
        assert_eq!(told, "* a message from Cy is too long to be told again\n");
    }

    #[test]
    fn where_the_log_cannot_be_read_a_guest_is_told_so() {
        let backlog = Backlog { unread: true, ..Backlog::default() };
        let told = String::from_utf8(backlog.written(STYLE, 0)).unwrap();
        assert_eq!(told, format!("* {UNREAD}\n"));
    }
}
