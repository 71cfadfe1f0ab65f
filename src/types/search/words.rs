//! What counts as a word, and which words are the same.
//!
//! The index, the query and the marks of what was found all read a text through [`words`], so that what was found
//! is what is marked. Case and accents do not count, in both directions. Scripts that write without spaces between
//! words have each of their characters stand apart, with the marks that belong to it; a word of theirs is found as
//! a row of such characters.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenWord {
    /// Which bytes of the text it is.
    pub place: Range<usize>,
    /// What is compared: [`folded`]. Never empty.
    pub folded: String,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<SpokenWord> {
    let mut found = Vec::new();
    // Where the word began, and whether it is one character of a script without spaces.
    let mut open: Option<(usize, bool)> = None;
    for (at, sign) in text.char_indices() {
        let goes_on = match open {
            Some((_, apart)) => belongs(sign) || (!apart && sign.is_alphanumeric() && !stands_apart(sign)),
            None => false,
        };
        if goes_on {
            continue;
        }
        if let Some((begin, _)) = open.take() {
            take(text, begin..at, &mut found);
        }
        if sign.is_alphanumeric() {
            open = Some((at, stands_apart(sign)));
        }
    }
    if let Some((begin, _)) = open {
        take(text, begin..text.len(), &mut found);
    }
    found
}

/// The text as words are compared: lower case, one way of writing each character, without accents.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.chars().flat_map(char::to_lowercase);
    let bare = lower.nfkd().filter(|sign| !is_accent(*sign)).flat_map(char::to_lowercase);
    let mut plain = String::with_capacity(text.len());
    for sign in bare {
        match sign {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            other => plain.push(other),
        }
    }
    plain.nfc().collect()
}

/// Where the text holds enough to be `prefix` when folded: the end of the character that completes it.
pub(super) fn prefix_end(text: &str, prefix: &str) -> usize {
    let ends = text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]);
    for end in ends {
        let rest = text.get(end..).unwrap_or_default();
        if rest.starts_with(belongs) {
            continue;
        }
        if text.get(..end).is_some_and(|begun| folded(begun).len() >= prefix.len()) {
            return end;
        }
    }
    text.len()
}

/// Whether words that begin with this one are looked for with it. A single letter begins too many; and a character
/// that is a word by itself begins no other, unless marks may follow it.
pub(super) fn begins_others(word: &str) -> bool {
    let mut signs = word.chars();
    match (signs.next(), signs.next()) {
        (Some(first), _) if stands_apart(first) => is_written_with_marks(first),
        (Some(_), Some(_)) => true,
        _ => false,
    }
}

fn take(text: &str, place: Range<usize>, found: &mut Vec<SpokenWord>) {
    let folded = folded(text.get(place.clone()).unwrap_or_default());
    if !folded.is_empty() {
        found.push(SpokenWord { place, folded });
    }
}

/// An accent of Latin, Greek or Cyrillic. Marks of other scripts make other words.
fn is_accent(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}')
}

/// Belongs to the character before it: a mark, or a later part of a Korean syllable.
fn belongs(sign: char) -> bool {
    matches!(sign, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ff9e}' | '\u{ff9f}')
        || (!sign.is_ascii() && is_combining_mark(sign))
}

/// A character of a script that has no spaces between words, or, in Korean, many endings without one.
fn stands_apart(sign: char) -> bool {
    if sign < '\u{e00}' {
        return false;
    }
    is_written_with_marks(sign)
        || matches!(sign,
            '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' // Hangul
            | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
            | '\u{3040}'..='\u{31ff}' // Kana, Bopomofo, Hangul letters
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ffdc}' // narrow Kana and Hangul
            | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

/// Thai, Lao, Burmese and Khmer: vowels and tones stand over and under the letters.
fn is_written_with_marks(sign: char) -> bool {
    matches!(sign, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_end_where_letters_digits_and_their_marks_end() {
        assert_eq!(read("Hello, World! v2.4.1 a_b x"), ["hello", "world", "v2", "4", "1", "a", "b", "x"]);
        assert_eq!(read("\"AND* (OR) NEAR:"), ["and", "or", "near"]);
        assert_eq!(read(" \u{301} … ***"), [""; 0]);
        let text = "ein Café!";
        let place = words(text).pop().unwrap().place;
        assert_eq!(&text[place], "Café");
    }

    #[test]
    fn case_accents_and_ways_of_writing_do_not_count() {
        for same in ["CAFÉ", "café", "cafe", "cafe\u{301}", "ｃａｆé"] {
            assert_eq!(read(same), ["cafe"], "{same}");
        }
        assert_eq!(
            read("Straße STRASSE Øl Łódź İstanbul ısı Σίσυφος"),
            ["strasse", "strasse", "ol", "lodz", "istanbul", "isi", "σισυφοσ"]
        );
        assert_eq!(read("Ёлка елка"), ["елка", "елка"]);
    }

    #[test]
    fn scripts_without_spaces_have_every_character_stand_apart() {
        assert_eq!(read("午後3時にtea"), ["午", "後", "3", "時", "に", "tea"]);
        assert_eq!(read("東京タワー"), ["東", "京", "タ", "ワ", "ー"]);
        assert_eq!(read("한국어"), ["한", "국", "어"]);
        assert_eq!(read("ภาษาดี"), ["ภ", "า", "ษ", "า", "ดี"]);
        assert_eq!(read("မြန်မာ").len(), 3);
        assert_eq!(read("ខ្មែរ").len(), 3);
    }

    #[test]
    fn marks_of_other_scripts_make_other_words() {
        assert_ne!(read("が"), read("か"));
        assert_eq!(read("か\u{3099}ｶﾞ"), ["が", "ガ"]);
        assert_eq!(read("\u{1112}\u{1161}\u{11ab}"), ["한"]);
        assert_eq!(read("हिन्दी"), ["हिन्दी"]);
    }

    #[test]
    fn a_prefix_ends_behind_the_marks_of_its_last_character() {
        assert_eq!(prefix_end("Café", "caf"), 3);
        assert_eq!(prefix_end("Cafe\u{301}s", "cafe"), 6);
        assert_eq!(prefix_end("straße", "stras"), 6);
        assert_eq!(prefix_end("a", "abc"), 1);
    }
}
