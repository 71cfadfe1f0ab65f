//! What a notification of Windows is described by.

use super::{Note, escaped};

/// Bytes of a text. Windows takes 5,000 for all of it, and letters can be long.
const TEXT_BYTES: usize = 3_000;
/// Bytes of a title.
const TITLE_BYTES: usize = 1_000;

/// The description, in XML. It makes no sound: those have a switch of their own.
pub(super) fn toast(note: &Note) -> String {
    format!(
        "<toast><visual><binding template=\"ToastGeneric\"><text>{}</text><text>{}</text></binding></visual>\
         <audio silent=\"true\"/></toast>",
        text(&note.title, TITLE_BYTES),
        text(&note.text, TEXT_BYTES),
    )
}

/// As much of it as these bytes hold, without what no XML may hold.
fn text(text: &str, bytes: usize) -> String {
    let forbidden =
        |letter: char| letter.is_control() && letter != '\n' || ('\u{FFFE}'..='\u{FFFF}').contains(&letter);
    let mut out = String::new();
    for letter in text.chars().filter(|letter| !forbidden(*letter)) {
        let letter = escaped(letter.encode_utf8(&mut [0; 4]));
        if out.len() + letter.len() > bytes {
            break;
        }
        out.push_str(&letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(title: &str, text: &str) -> String {
        toast(&Note { about: 1, title: title.to_owned(), text: text.to_owned() })
    }

    #[test]
    fn what_somebody_said_is_text_and_nothing_else() {
        let shown = shown("R&D", "</text><actions>\n\u{1b}[1m\u{FFFF}\"'");
        let said = "<text>R&amp;D</text><text>&lt;/text&gt;&lt;actions&gt;\n[1m\"'</text>";
        assert!(shown.contains(said), "{shown}");
    }

    #[test]
    fn what_is_long_is_cut_at_a_letter_and_fits() {
        assert_eq!(text("a&b", 6), "a&amp;");
        assert_eq!(text("a&b", 5), "a");
        assert_eq!(text("ää", 3), "ä");
        assert!(shown(&"<".repeat(9_000), &"👩‍👩‍👧‍👦".repeat(9_000)).len() < 5_000);
    }
}
