//! What is looked for, word by word: where it stands in a text, how well the text fits, and what is shown of it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Term;
use super::words::{SpokenWord, begins_others, prefix_end, words};
use crate::types::limits::FOUND_BYTES;

/// Bytes of a line that are shown before the first thing that was found in it.
const LEAD: usize = 60;
/// Stands where an excerpt leaves something out.
const CUT: &str = "…";
/// How soon a word that is said again stops to count, and how much longer lines count for less: what BM25 is
/// commonly used with.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;
/// Words of a usual line. A constant, so that lines of several rooms compare and that what is said meanwhile moves
/// nothing between two pages.
const USUAL_WORDS: f64 = 12.0;
/// What the beginning of a word counts, where the word itself counts one.
const BEGUN: f64 = 0.5;

/// Words that must stand one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As [`super::folded`]; at least one.
    pub words: Vec<String>,
    /// The last one may be the beginning of a word.
    pub open: bool,
}

/// Where a pattern stands: which words of the text.
struct Hit {
    pattern: usize,
    first: usize,
    last: usize,
    /// The last word is there as a whole.
    whole: bool,
}

impl Pattern {
    /// What `terms` ask for. The last word, unless it is quoted, may be the beginning of one; terms without a letter
    /// or a digit ask for nothing.
    pub fn of(terms: &[Term]) -> Vec<Self> {
        let last = terms.len().saturating_sub(1);
        let read = |(at, term): (usize, &Term)| match term {
            Term::Word(text) => Self::new(text, at == last),
            Term::Phrase(text) => Self::new(text, false),
        };
        terms.iter().enumerate().filter_map(read).collect()
    }

    /// The words of `text`, the last of which may be `begun` only; none where there are none.
    pub fn new(text: &str, begun: bool) -> Option<Self> {
        let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
        let open = begun && words.last().is_some_and(|last| begins_others(last));
        (!words.is_empty()).then_some(Self { words, open })
    }

    /// Whether it stands at the word `first`, and whether its last word does as a whole.
    fn stands_at(&self, text: &[SpokenWord], first: usize) -> Option<bool> {
        let here = text.get(first..first.checked_add(self.words.len())?)?;
        let (last, before) = self.words.split_last()?;
        let same = before.iter().zip(here).all(|(wanted, word)| *wanted == word.folded);
        let end = here.last().filter(|_| same)?;
        let whole = end.folded == *last;
        (whole || (self.open && end.folded.starts_with(last.as_str()))).then_some(whole)
    }
}

/// How well a text fits: the less the better, never above 0. The formula of BM25 without the rarity of words: every
/// line that is found holds all of them.
pub fn rank(text: &str, patterns: &[Pattern]) -> f64 {
    let words = words(text);
    let stretch = SATURATION * (1.0 - LENGTH + LENGTH * words.len() as f64 / USUAL_WORDS);
    let mut times = vec![0.0; patterns.len()];
    for hit in hits(&words, patterns) {
        if let Some(times) = times.get_mut(hit.pattern) {
            *times += if hit.whole { 1.0 } else { BEGUN };
        }
    }
    -times.into_iter().map(|times| times * (SATURATION + 1.0) / (times + stretch)).sum::<f64>()
}

/// What is shown of a text around the first thing that was found in it: one line of at most [`FOUND_BYTES`] bytes,
/// and which bytes of it were found.
pub fn excerpt(text: &str, patterns: &[Pattern]) -> (String, Vec<(usize, usize)>) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words(&line);
    let marks = marks(&line, &words, patterns);
    if line.len() <= FOUND_BYTES {
        return (line, marks);
    }
    let shown = window(&line, &words, marks.first().map_or(0, |mark| mark.0));
    let before = if shown.start > 0 { CUT } else { "" };
    let behind = if shown.end < line.len() { CUT } else { "" };
    let excerpt = format!("{before}{}{behind}", line.get(shown.clone()).unwrap_or_default());
    let inside = |(from, to): (usize, usize)| {
        let (from, to) = (from.max(shown.start), to.min(shown.end));
        (from < to).then(|| (from - shown.start + before.len(), to - shown.start + before.len()))
    };
    (excerpt, marks.into_iter().filter_map(inside).collect())
}

/// Which part of a long line is shown: it begins with a word a little before `found`.
fn window(line: &str, words: &[SpokenWord], found: usize) -> Range<usize> {
    let start = match found.checked_sub(LEAD) {
        None | Some(0) => 0,
        Some(early) => words.iter().map(|word| word.place.start).find(|at| *at >= early).unwrap_or(found),
    };
    let budget = FOUND_BYTES - 2 * CUT.len();
    let rest = line.get(start..).unwrap_or_default();
    if rest.len() <= budget {
        return start..line.len();
    }
    let ends = rest.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= budget);
    // What is drawn as one character and is longer than all that is shown is cut inside.
    let end = ends.last().filter(|end| *end > 0).unwrap_or_else(|| rest.floor_char_boundary(budget));
    start..start + end
}

/// The bytes that were found, ascending; what touches is one.
fn marks(text: &str, words: &[SpokenWord], patterns: &[Pattern]) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for hit in hits(words, patterns) {
        for at in hit.first..=hit.last {
            let Some(word) = words.get(at) else { continue };
            let wanted = patterns.get(hit.pattern).and_then(|pattern| pattern.words.last());
            let end = match wanted {
                Some(prefix) if at == hit.last && !hit.whole => {
                    let written = text.get(word.place.clone()).unwrap_or_default();
                    word.place.start + prefix_end(written, prefix)
                }
                _ => word.place.end,
            };
            marks.push((word.place.start, end));
        }
    }
    marks.sort_unstable();
    marks.into_iter().fold(Vec::new(), |mut joined: Vec<(usize, usize)>, (from, to)| {
        match joined.last_mut() {
            Some(before) if from <= before.1 => before.1 = before.1.max(to),
            _ => joined.push((from, to)),
        }
        joined
    })
}

fn hits<'a>(words: &'a [SpokenWord], patterns: &'a [Pattern]) -> impl Iterator<Item = Hit> + 'a {
    (0..words.len()).flat_map(move |first| {
        patterns.iter().enumerate().filter_map(move |(at, pattern)| {
            let whole = pattern.stands_at(words, first)?;
            Some(Hit { pattern: at, first, last: first + pattern.words.len() - 1, whole })
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::Query;

    fn patterns(query: &str) -> Vec<Pattern> {
        Pattern::of(&Query::parse(query).unwrap().terms)
    }

    /// The excerpt with what is marked in brackets.
    fn shown(text: &str, query: &str) -> String {
        let (excerpt, marks) = excerpt(text, &patterns(query));
        let mut shown = excerpt.clone();
        for (from, to) in marks.into_iter().rev() {
            shown.replace_range(from..to, &format!("[{}]", &excerpt[from..to]));
        }
        shown
    }

    #[test]
    fn marks_stand_on_what_was_found_whatever_its_accents() {
        assert_eq!(shown("Ein Café, bitte", "cafe"), "Ein [Café], bitte");
        assert_eq!(shown("Ein Cafe\u{301}s", "café"), "Ein [Cafe\u{301}]s");
        assert_eq!(shown("ein cafe", "CAFÉ"), "ein [cafe]");
        assert_eq!(shown("Große Straße", "stras"), "Große [Straß]e");
    }

    #[test]
    fn only_the_last_word_may_be_begun_and_not_a_quoted_one() {
        assert_eq!(shown("teapot teacup tea", "tea"), "[tea]pot [tea]cup [tea]");
        assert_eq!(shown("teapot and teacup", "teapot tea"), "[teapot] and [tea]cup");
        assert_eq!(shown("teapot tea", "tea pot"), "teapot [tea]");
        assert_eq!(shown("teapot tea", "\"tea\""), "teapot [tea]");
        assert_eq!(shown("a an", "a"), "[a] an");
    }

    #[test]
    fn words_of_one_and_two_chinese_japanese_or_thai_characters_are_marked() {
        assert_eq!(shown("今天午後三点", "午後"), "今天[午後]三点");
        assert_eq!(shown("今天午後三点", "点"), "今天午後三[点]");
        assert_eq!(shown("明日はタワーで", "タワー"), "明日は[タワー]で");
        assert_eq!(shown("วันดีๆ", "ดี"), "วัน[ดี]ๆ");
        assert_eq!(shown("วันดีๆ", "ด"), "วัน[ดี]ๆ");
    }

    #[test]
    fn a_phrase_is_marked_word_by_word_and_only_where_it_stands() {
        assert_eq!(shown("red, green; red blue green", "\"red green\""), "[red], [green]; red blue green");
        assert_eq!(shown("2.4.1 and 2.5", "2.4"), "[2].[4].1 and 2.5");
    }

    #[test]
    fn a_text_becomes_one_line_that_shows_what_was_found() {
        assert_eq!(shown("one\n\ttwo   three", "two"), "one [two] three");
        let long = format!("{}needle{}", "hay ".repeat(100), " hay".repeat(100));
        let seen = shown(&long, "needle");
        assert!(seen.starts_with("…hay ") && seen.contains(" [needle] hay") && seen.ends_with('…'), "{seen}");
        let (excerpt, _) = excerpt(&"a".repeat(10_000), &patterns("b"));
        assert!(excerpt.len() <= FOUND_BYTES && excerpt.ends_with('…'));
    }

    #[test]
    fn an_excerpt_holds_240_bytes_and_of_one_more_it_is_cut() {
        let whole = "a".repeat(FOUND_BYTES);
        assert_eq!(excerpt(&whole, &[]).0, whole);
        assert_eq!(excerpt(&format!("{whole}a"), &[]).0, format!("{}…", "a".repeat(FOUND_BYTES - 6)));
    }

    #[test]
    fn whole_words_said_often_in_short_lines_fit_best() {
        let rank = |text: &str| rank(text, &patterns("tea"));
        assert!(rank("tea tea") < rank("tea"));
        assert!(rank("tea now") < rank("tea now or later or never or whenever you like to have some"));
        assert!(rank("tea") < rank("teapot"));
        assert!(rank("teapot") < 0.0);
        assert!(rank("coffee").abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn marks_are_ascending_apart_and_at_borders_of_characters(
            text in "[aé\u{301}ดี午が한 \\n.\u{200d}👩ßÅ]{0,400}", query in "[aé\u{301}ดี午한ß \"]{1,12}"
        ) {
            let Ok(query) = Query::parse(&query) else { return Ok(()) };
            let (excerpt, marks) = excerpt(&text, &Pattern::of(&query.terms));
            prop_assert!(excerpt.len() <= FOUND_BYTES && !excerpt.contains('\n'));
            let mut last = None;
            for (from, to) in marks {
                prop_assert!(from < to && last.is_none_or(|last| from > last));
                prop_assert!(excerpt.get(from..to).is_some());
                last = Some(to);
            }
        }
    }
}
