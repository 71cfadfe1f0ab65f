//! Reading what was typed to look for something.

use super::words::words;
use super::{Day, Query, QueryError, Term};
use crate::types::limits::{QUERY_BYTES, QUERY_TERMS};

/// What stands before a value that is not looked for in the text.
#[derive(Debug, Clone, Copy)]
enum Field {
    From,
    In,
    Before,
    After,
}

const FIELDS: [(&str, Field); 4] =
    [("from:", Field::From), ("in:", Field::In), ("before:", Field::Before), ("after:", Field::After)];

impl Query {
    /// The query in `text`.
    ///
    /// What stands in quotation marks (`"…"`, `“…”`, `„…“`) is a phrase; the last one may be open. `from:`, `in:`,
    /// `before:` and `after:` take the word or the quoted text right behind them; with nothing there they ask for
    /// nothing, for somebody is still typing; the last of several counts. Everything else is words, whatever signs
    /// stand in it.
    ///
    /// # Errors
    /// [`QueryError`]. What has no letter and no digit asks for nothing.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > QUERY_BYTES {
            return Err(QueryError::TooLong);
        }
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let behind = if let Some((field, behind)) = field(rest) {
                let (value, _, behind) = value(behind);
                query.set(field, value)?;
                behind
            } else {
                let (value, quoted, behind) = value(rest);
                if !words(value).is_empty() {
                    let value = value.to_owned();
                    query.terms.push(if quoted { Term::Phrase(value) } else { Term::Word(value) });
                }
                behind
            };
            rest = behind.trim_start();
        }
        if query.terms.len() > QUERY_TERMS {
            return Err(QueryError::TooLong);
        }
        if query == Self::default() { Err(QueryError::Empty) } else { Ok(query) }
    }

    fn set(&mut self, field: Field, value: &str) -> Result<(), QueryError> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        match field {
            Field::From => self.from = Some(value.to_owned()),
            Field::In => self.room = Some(value.to_owned()),
            Field::Before => self.before = Some(Day::parse(value)?),
            Field::After => self.after = Some(Day::parse(value)?),
        }
        Ok(())
    }
}

impl Day {
    /// The day in `text`: `2026-11-23`, and only days that are in the calendar.
    fn parse(text: &str) -> Result<Self, QueryError> {
        Self::read(text).ok_or_else(|| QueryError::NoDay(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if bytes.len() != 10 || !digits {
            return None;
        }
        let year: i16 = text.get(..4)?.parse().ok()?;
        let month: i8 = text.get(5..7)?.parse().ok()?;
        let day: i8 = text.get(8..)?.parse().ok()?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (year >= 1 && (1..=last).contains(&day)).then_some(Self { year, month, day })
    }
}

/// The field that begins here, and what follows its colon.
fn field(text: &str) -> Option<(Field, &str)> {
    FIELDS.iter().find_map(|(name, field)| {
        let begin = text.get(..name.len())?;
        begin.eq_ignore_ascii_case(name).then(|| (*field, text.get(name.len()..).unwrap_or_default()))
    })
}

/// The word or quoted text that begins here, whether it was quoted, and what follows.
fn value(text: &str) -> (&str, bool, &str) {
    let mut signs = text.chars();
    if signs.next().is_some_and(is_quote) {
        let inside = signs.as_str();
        return match inside.char_indices().find(|(_, sign)| is_quote(*sign)) {
            Some((end, quote)) => {
                let behind = inside.get(end + quote.len_utf8()..).unwrap_or_default();
                (inside.get(..end).unwrap_or_default(), true, behind)
            }
            None => (inside, true, ""),
        };
    }
    // A quotation mark inside a word begins a phrase of its own, as in `so"called"`.
    let end = text.find(|sign: char| sign.is_whitespace() || is_quote(sign)).unwrap_or(text.len());
    let (word, behind) = text.split_at(end);
    (word, false, behind)
}

fn is_quote(sign: char) -> bool {
    matches!(sign, '"' | '“' | '”' | '„' | '‟' | '＂')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(text: &str) -> Term {
        Term::Word(text.to_owned())
    }

    fn phrase(text: &str) -> Term {
        Term::Phrase(text.to_owned())
    }

    fn terms(text: &str) -> Vec<Term> {
        Query::parse(text).unwrap().terms
    }

    #[test]
    fn words_and_phrases_are_told_apart_by_quotation_marks_of_every_kind() {
        assert_eq!(terms(" tea  \"five o'clock\" milk"), [word("tea"), phrase("five o'clock"), word("milk")]);
        for quoted in ["“two words”", "„two words“", "\"two words\"", "\"two words", "„two words"] {
            assert_eq!(terms(quoted), [phrase("two words")], "{quoted}");
        }
        assert_eq!(terms("so\"called\"x"), [word("so"), phrase("called"), word("x")]);
    }

    #[test]
    fn signs_of_query_languages_are_plain_text() {
        assert_eq!(terms("a* OR NOT (b)"), [word("a*"), word("OR"), word("NOT"), word("(b)")]);
        assert_eq!(terms("https://x.org:80 NEAR(a"), [word("https://x.org:80"), word("NEAR(a")]);
        assert_eq!(terms("\"from:ana\" * tea"), [phrase("from:ana"), word("tea")]);
    }

    #[test]
    fn fields_take_the_value_right_behind_them() {
        let query = Query::parse("FROM:\"Ana B\" in:“Big Room” tea before:2026-11-23 after:\"2024-02-29\"");
        let day = |year, month, day| Some(Day { year, month, day });
        assert_eq!(
            query.unwrap(),
            Query {
                terms: vec![word("tea")],
                from: Some("Ana B".into()),
                room: Some("Big Room".into()),
                after: day(2024, 2, 29),
                before: day(2026, 11, 23),
            }
        );
        assert_eq!(Query::parse("from:a from:b").unwrap().from.as_deref(), Some("b"));
        assert_eq!(Query::parse("after:2026-11-23").unwrap().after, day(2026, 11, 23));
    }

    #[test]
    fn a_field_without_a_value_asks_for_nothing() {
        for typing in ["from:", "in: ", "before:", "after:\"\"", "from:\" \""] {
            assert_eq!(Query::parse(typing), Err(QueryError::Empty), "{typing}");
        }
        let query = Query::parse("from: tea").unwrap();
        assert_eq!((query.from, query.terms), (None, vec![word("tea")]));
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for no in
            ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "2026-11-2x"]
        {
            assert_eq!(Query::parse(&format!("before:{no}")), Err(QueryError::NoDay(no.into())), "{no}");
        }
        for no in ["0000-01-01", "2026-01-00", "23.11.2026", "+026-01-01", "２０26-01-1", "today"] {
            assert_eq!(Query::parse(&format!("after:{no}")), Err(QueryError::NoDay(no.into())), "{no}");
        }
        for day in ["2000-02-29", "0001-01-01", "9999-12-31"] {
            Query::parse(&format!("after:{day}")).unwrap();
        }
    }

    #[test]
    fn what_has_no_letter_and_no_digit_asks_for_nothing() {
        for nothing in ["", "  \n", "***", "\"", "\"\"", "“”", ":-)", "\u{301}"] {
            assert_eq!(Query::parse(nothing), Err(QueryError::Empty), "{nothing}");
        }
        assert_eq!(terms("*** tea"), [word("tea")]);
    }

    #[test]
    fn a_query_holds_512_bytes_and_16_terms_and_not_one_more() {
        Query::parse(&"a".repeat(QUERY_BYTES)).unwrap();
        assert_eq!(Query::parse(&"a".repeat(QUERY_BYTES + 1)), Err(QueryError::TooLong));
        assert_eq!(terms(&"a ".repeat(QUERY_TERMS)).len(), 16);
        assert_eq!(Query::parse(&"a ".repeat(QUERY_TERMS + 1)), Err(QueryError::TooLong));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_read(text in "\\PC{0,80}", signs in "[\"“„”:* \\-a0fromin]{0,60}") {
            for text in [&text, &signs, &format!("from:{text}"), &format!("before:{signs}{text}")] {
                if let Ok(query) = Query::parse(text) {
                    prop_assert!(query != Query::default());
                    prop_assert!(query.terms.len() <= QUERY_TERMS);
                }
            }
        }
    }
}
