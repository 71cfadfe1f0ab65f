//! `ncat --chat` writes every byte outside of printable ASCII as a backslash and three octal digits.

/// `text` with those bytes as the characters that they were. A run of them that is no UTF-8, and what a person wrote
/// with a backslash, stays as it is.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let run: Vec<u8> = from.as_bytes().chunks(4).map_while(escape).collect();
        let (raw, behind) = from.split_at(run.len() * 4);
        match std::str::from_utf8(&run) {
            Ok(_) if run.is_empty() => {
                out.push('\\');
                rest = from.strip_prefix('\\').unwrap_or_default();
            }
            Ok(read) => {
                out.push_str(read);
                rest = behind;
            }
            Err(_) => {
                out.push_str(raw);
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The byte of `\ooo`, if it is one that ncat never writes as itself and that no control character is.
fn escape(four: &[u8]) -> Option<u8> {
    let [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7'] = four else { return None };
    let byte = (a - b'0') * 64 + (b - b'0') * 8 + (c - b'0');
    (byte >= 0x80).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn octal_becomes_what_it_was() {
        assert_eq!(unescaped(r"caf\303\251 \360\237\230\200"), "café 😀");
        assert_eq!(unescaped(r"\303\251\303\251"), "éé");
        assert_eq!(unescaped(r"x\342\200\246"), "x…");
    }

    #[test]
    fn what_does_not_decode_and_what_a_person_wrote_stays() {
        for same in [r"caf\351", r"\", r"C:\100\new", r"a\\b", r"\033[0m", r"\303", r"\3", r"\777\888", ""] {
            assert_eq!(unescaped(same), same);
        }
        assert_eq!(unescaped(r"\\303\251"), r"\é");
        assert_eq!(unescaped(r"\303\251\"), r"é\");
        assert_eq!(unescaped(r"é\303\251é"), "ééé");
    }
}
