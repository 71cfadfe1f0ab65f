//! What is worked out of a text once, so that a frame does not have to.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use crate::types::visible;

/// A link within a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it stands, in bytes of [`Prepared::shown`].
    pub range: Range<usize>,
    /// What it opens: `http:`, `https:` or `mailto:` and nothing else.
    pub target: String,
}

/// A text made ready to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    shown: String,
    links: Box<[Link]>,
    lines: usize,
    fold_at: Option<usize>,
}

impl Prepared {
    /// Lines above which a text is folded: it would fill the window.
    pub const FOLD_LINES: usize = 20;
    /// Bytes above which a text is folded though it has few lines: about as much as [`Self::FOLD_LINES`].
    pub const FOLD_BYTES: usize = 1_600;

    /// The text without what cannot be seen, and the links in it.
    pub fn new(text: &str) -> Self {
        let shown = visible(text);
        let links = if shown.contains("://") || shown.contains('@') { links(&shown) } else { Box::default() };
        Self { lines: shown.split('\n').count(), fold_at: fold_at(&shown), shown, links }
    }

    /// What is drawn of a long text until the whole of it is wanted; none where it is short.
    pub fn head(&self) -> Option<&str> {
        self.shown.get(..self.fold_at?)
    }

    /// What is drawn.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Its links, in order.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How many lines it has before any is wrapped.
    pub fn lines(&self) -> usize {
        self.lines
    }
}

/// Where a long text is cut: before line 21, or at the last white space before too many bytes.
fn fold_at(text: &str) -> Option<usize> {
    let lines = text.match_indices('\n').nth(Prepared::FOLD_LINES - 1).map(|(at, _)| at);
    let bytes = (text.len() > Prepared::FOLD_BYTES).then(|| {
        let head = text.get(..text.floor_char_boundary(Prepared::FOLD_BYTES)).unwrap_or_default();
        head.rfind(char::is_whitespace).filter(|at| *at > Prepared::FOLD_BYTES / 2).unwrap_or(head.len())
    });
    [lines, bytes].into_iter().flatten().min()
}

fn links(text: &str) -> Box<[Link]> {
    LinkFinder::new()
        .links(text)
        .filter_map(|found| {
            let spelled = found.as_str();
            let target = match found.kind() {
                LinkKind::Email => format!("mailto:{spelled}"),
                LinkKind::Url if has_open_scheme(spelled) => spelled.to_owned(),
                _ => return None,
            };
            Some(Link { range: found.start()..found.end(), target })
        })
        .collect()
}

/// Web addresses only: other schemes start programs.
fn has_open_scheme(url: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        Prepared::new(text).links().iter().map(|link| link.target.clone()).collect()
    }

    #[test]
    fn web_addresses_and_mail_are_links_and_other_schemes_are_not() {
        assert_eq!(
            targets("see https://a.example/x, or HTTP://b.example."),
            ["https://a.example/x", "HTTP://b.example"]
        );
        assert_eq!(targets("ask ana@example.org"), ["mailto:ana@example.org"]);
        assert!(targets("file:///etc/passwd javascript://x smb://host ms-settings://x a.example").is_empty());
    }

    #[test]
    fn what_hides_or_turns_text_is_not_shown() {
        assert_eq!(Prepared::new("a\u{202E}b\u{200B}c\u{7}\td").shown(), "abc\td");
        let family = "👩\u{200D}👩\u{200D}👧";
        assert_eq!(Prepared::new(family).shown(), family);
    }

    #[test]
    fn a_long_text_is_folded_and_one_at_the_limit_is_not() {
        let lines = |count: usize| vec!["a"; count].join("\n");
        assert_eq!(Prepared::new(&lines(20)).head(), None);
        assert_eq!(Prepared::new(&lines(21)).head(), Some(lines(20).as_str()));
        assert_eq!(Prepared::new(&"é".repeat(800)).head(), None);
        assert_eq!(Prepared::new(&"é".repeat(801)).head(), Some("é".repeat(800).as_str()));
        assert_eq!(Prepared::new(&"four ".repeat(500)).head().map(str::len), Some(1_599));
    }

    #[test]
    fn a_link_stands_where_it_is_shown() {
        let prepared = Prepared::new("a\u{202E} https://a.example b");
        let link = &prepared.links()[0];
        assert_eq!(&prepared.shown()[link.range.clone()], "https://a.example");
    }
}
