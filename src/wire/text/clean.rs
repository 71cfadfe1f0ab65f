//! Takes out of a text what acts on a terminal instead of being shown.

/// What begins a control sequence: escape, or one of the C1 controls that stand for escape and a letter.
const ESCAPE: char = '\u{1B}';
const BELL: char = '\u{07}';
/// Ends a string for the terminal, as a C1 control.
const STRING_END: char = '\u{9C}';

/// `text` with nothing but what is shown: without control sequences (CSI, OSC, DCS and their kin), control
/// characters, and characters that turn the direction of what follows them. The tab and `\n` stay; the line
/// ends of Unicode and NEL become spaces.
pub fn clean(text: &str) -> String {
    without_controls(&without_sequences(text))
}

/// `text` without control characters and overrides of direction; tab and `\n` stay.
pub(super) fn without_controls(text: &str) -> String {
    text.chars()
        .filter_map(|sign| match sign {
            '\t' | '\n' => Some(sign),
            '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
            _ if sign.is_control() => None,
            _ => Some(sign),
        })
        .collect()
}

/// `text` without control sequences. Other control characters stay, because the keys that correct a line are
/// among them, and must not see the inside of a sequence as text.
///
/// A sequence ends with its line at the latest. A string for the terminal that is not ended loses only its
/// beginning, so that nothing that was said disappears behind it.
pub(super) fn without_sequences(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        // Where one search found no end there is none for those behind it: each line is searched once.
        let mut ends = true;
        while let Some(at) = rest.find(begins_sequence) {
            let (before, sequence) = rest.split_at(at);
            out.push_str(before);
            rest = behind_sequence(sequence, &mut ends);
        }
        out.push_str(rest);
    }
    out
}

fn begins_sequence(sign: char) -> bool {
    matches!(sign, ESCAPE | '\u{8E}' | '\u{8F}' | '\u{90}' | '\u{98}' | '\u{9B}' | '\u{9D}'..='\u{9F}')
}

/// What follows the control sequence with which `text` begins.
fn behind_sequence<'a>(text: &'a str, ends: &mut bool) -> &'a str {
    let mut signs = text.chars();
    let kind = match signs.next() {
        Some(ESCAPE) => signs.clone().next().filter(char::is_ascii),
        // The C1 controls are escape and the letter 64 below them.
        Some(c1) => char::from_u32((c1 as u32).saturating_sub(0x40)),
        None => None,
    };
    let body = match (text.strip_prefix(ESCAPE), kind) {
        (Some(behind), None) => return behind,
        (Some(behind), Some(_)) => behind.get(1..).unwrap_or_default(),
        (None, _) => signs.as_str(),
    };
    match kind.unwrap_or_default() {
        '[' => {
            let body = body.trim_start_matches(|sign| matches!(sign, '0'..='?'));
            let body = body.trim_start_matches(|sign| matches!(sign, ' '..='/'));
            body.strip_prefix(|sign| matches!(sign, '@'..='~')).unwrap_or(body)
        }
        ']' | 'P' | 'X' | '^' | '_' => behind_string(body, ends),
        'N' | 'O' => body.strip_prefix(|sign| matches!(sign, ' '..='~')).unwrap_or(body),
        ' '..='/' => {
            let body = body.trim_start_matches(|sign| matches!(sign, ' '..='/'));
            body.strip_prefix(|sign| matches!(sign, '0'..='~')).unwrap_or(body)
        }
        '0'..='~' => body,
        // A control character, which acts for itself: only the escape goes.
        _ => text.strip_prefix(ESCAPE).unwrap_or(body),
    }
}

/// What follows a string for the terminal. It ends with BEL, with ST, or with escape and a backslash.
fn behind_string<'a>(body: &'a str, ends: &mut bool) -> &'a str {
    if !*ends {
        return body;
    }
    let Some(end) = body.find([BELL, STRING_END, ESCAPE]) else {
        *ends = false;
        return body;
    };
    let behind = body.get(end..).unwrap_or_default();
    let behind_st = behind.strip_prefix("\u{1B}\\");
    // Another escape than ST's begins a sequence of its own, and ends the string without completing it.
    behind_st.or_else(|| behind.strip_prefix([BELL, STRING_END])).unwrap_or(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_gone() {
        for (dirty, shown) in [
            ("a\u{1b}[31;1mred\u{1b}[0m", "ared"),
            ("\u{9b}2Jgone", "gone"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]52;c;aGk=\u{1b}\\text", "text"),
            ("\u{9d}0;title\u{9c}text", "text"),
            ("\u{1b}P1$r\u{1b}\\text", "text"),
            ("\u{1b}_x\u{1b}\\\u{1b}^y\u{9c}\u{1b}Xz\u{9c}\u{90}q\u{9c}text", "text"),
            ("\u{1b}OA\u{1b}[A\u{1b}\u{1b}[1;5D\u{8f}Btext", "text"),
            ("\u{1b}(Btext\u{1b}7\u{1b}c", "text"),
            ("a\u{1b}é\u{1b}\u{1}b\u{1b}", "aéb"),
            ("a\0\u{7}\u{8}\u{c}\u{7f}\u{81}b\r", "ab"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a b c d"),
            ("\u{202e}cba\u{202c} \u{2066}x\u{2069}", "cba x"),
            ("a\tb\nc", "a\tb\nc"),
            ("\u{1b}[31", ""),
            ("\u{1b}[3é\n", "é\n"),
        ] {
            assert_eq!(clean(dirty), shown, "{dirty:?}");
        }
    }

    #[test]
    fn a_string_without_an_end_hides_nothing() {
        assert_eq!(clean("\u{1b}]0;all that follows"), "0;all that follows");
        assert_eq!(clean("\u{1b}]0;one\ntwo\u{7}"), "0;one\ntwo");
        assert_eq!(clean("\u{1b}]0;\u{1b}[1mtwo"), "two");
    }

    #[test]
    fn joiners_and_marks_of_direction_stay() {
        for kept in ["👩‍🚀", "e\u{301}", "\u{200e}a\u{200f}", "नमस्ते", "क्‍ष"] {
            assert_eq!(clean(kept), kept);
        }
    }

    #[test]
    fn many_beginnings_without_an_end_cost_no_more_than_few() {
        let text = "\u{1b}]".repeat(1 << 20);
        assert_eq!(clean(&text), "");
        let text = "\u{9d}a".repeat(1 << 20);
        assert_eq!(clean(&text).len(), 1 << 20);
    }
}
