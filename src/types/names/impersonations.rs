//! Names and lines that pass for another's.

use super::{NameError, Nickname};

/// What each letter is drawn like, as people choose it to be taken for somebody else. UTS #39 tells the Greek χ from
/// an x, so it is not here.
const ALIKE: [(char, &str); 14] = [
    ('A', "aАΑᎪꓮＡ𝐀𝐴𝑨𝒜𝓐𝔄𝔸𝕬𝖠𝗔𝘈𝘼𝙰Ⓐ"),
    ('a', "AаɑａⓐⒶ𝐚𝑎𝒂𝒶𝓪𝔞𝕒𝖆𝖺𝗮𝘢𝙖𝚊α"),
    ('n', "NｎⓃⓝո𝐧𝑛𝒏𝓃𝓷𝔫𝕟𝖓𝗇𝗻𝘯𝙣𝚗"),
    ('B', "bВΒᏴꓐＢ𝐁𝐵𝑩𝓑𝔅𝔹𝕭𝖡𝗕𝘉𝘽𝙱ℬ"),
    ('o', "OоοօｏⓄⓞ0ჿ௦०𝐨𝑜𝒐𝓸𝔬𝕠𝖔𝗈𝗼𝘰𝙤𝚘"),
    ('I', "ilІΙӀ1|︱ⅠǀＩ𝐈𝐼𝑰𝓘𝕀𝕴𝖨𝗜𝘐𝙄𝙸"),
    ('v', "VѵνⅴｖⓋ∨𝐯𝑣𝒗𝓋𝓿𝔳𝕧𝖛𝗏𝘃𝘷𝙫𝚟"),
    ('H', "hНΗᎻꓧＨ𝐇𝐻𝑯ℋ𝓗ℌℍ𝕳𝖧𝗛𝘏𝙃𝙷"),
    ('s', "Sѕꜱｓⓢ𝐬𝑠𝒔𝓈𝓼𝔰𝕤𝖘𝗌𝘀𝘴𝙨𝚜"),
    ('t', "Tｔⓣ𝐭𝑡𝒕𝓉𝓽𝔱𝕥𝖙𝗍𝘁𝘵𝙩𝚝"),
    ('y', "Yуүγｙⓨ𝐲𝑦𝒚𝓎𝔂𝔶𝕪𝖞𝗒𝘆𝘺𝙮𝚢"),
    ('e', "EеｅⓔҽℯⅇℰᎬ𝐞𝑒𝒆𝓮𝔢𝕖𝖊𝖾𝗲𝘦𝙚𝚎"),
    ('p', "PрρｐⓟΡРᏢꓑ𝐩𝑝𝒑𝓅𝓹𝔭𝕡𝖕𝗉𝗽𝘱𝙥𝚙"),
    ('x', "XхｘⅹⓧХΧ×𝐱𝑥𝒙𝓍𝔁𝔵𝕩𝖝𝗑𝘅𝘹𝙭𝚡"),
];

/// What draws nothing, or nothing but a space, and would make two names of one.
const UNSEEN: &str = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180e}\u{200b}\u{200c}\
    \u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2061}\u{2064}\
    \u{2066}\u{2067}\u{2068}\u{2069}\u{206f}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{13430}\u{13441}\
    \u{16fe4}\u{1bca0}\u{1d159}\u{1d173}\u{e0001}\u{e0100}\u{0}\u{7}\u{8}\u{a}\u{d}\u{1b}\u{7f}\u{85}\u{9b}\u{a0}\
    \u{1680}\u{2000}\u{2003}\u{2009}\u{202f}\u{205f}\u{2800}\u{3000}";

/// What a member would be called whose lines shall be read as the room's, or as Ana's.
const FORGED: [&str; 14] = [
    "* Ana left",
    "＊ Ana left",
    "∗ Ana left",
    "⁎ Ana left",
    "*Ana came in",
    "[3 older lines are not here]",
    "［3 older lines］",
    "Ana: yes",
    "Ana： yes",
    "Ana꞉ yes",
    "Ana\u{a0}: yes",
    "Ana (guest)",
    "Ana（guest）",
    "<Ana> yes",
];

fn is_taken_for(name: &Nickname, other: &Nickname) -> bool {
    name.skeletons().iter().any(|skeleton| other.skeletons().contains(skeleton))
}

fn forgeries(name: &str) -> Vec<String> {
    let mut forged = Vec::new();
    for (at, letter) in name.char_indices() {
        let (before, rest) = name.split_at(at);
        let behind = &rest[letter.len_utf8()..];
        let alike = ALIKE.iter().find(|(of, _)| *of == letter).map_or("", |(_, alike)| alike);
        forged.extend(alike.chars().map(|other| format!("{before}{other}{behind}")));
        if at > 0 {
            forged.extend(UNSEEN.chars().map(|unseen| format!("{before}{unseen}{rest}")));
        }
    }
    forged
}

#[test]
fn more_than_500_impersonations_are_refused_or_count_as_the_name_itself() {
    let mut tried = 0;
    let mut through = Vec::new();
    for real in ["Ana", "Bo", "Ivan", "Hosty", "Pepex"] {
        let name = Nickname::new(real).unwrap();
        for forged in forgeries(real) {
            tried += 1;
            match Nickname::new(&forged) {
                Ok(forged) if !is_taken_for(&forged, &name) => through.push(forged),
                Ok(_) | Err(NameError::Forbidden(_)) => {}
                Err(error) => panic!("{forged:?}: {error}"),
            }
        }
    }
    assert!(tried > 500, "{tried}");
    assert!(through.is_empty(), "{through:?}");
}

#[test]
fn a_name_that_would_make_a_line_of_the_rooms_or_anothers_is_refused_or_marked() {
    for forged in FORGED {
        match Nickname::new(forged) {
            Ok(name) => assert_eq!(name.before_text(), format!("<{forged}>")),
            Err(error) => assert!(matches!(error, NameError::Forbidden(_)), "{forged:?}: {error}"),
        }
    }
}

#[test]
fn an_honest_name_stands_as_it_is() {
    for name in ["Ana", "Ana (she)", "★ Bo", "10.0.0.9", "fe80::1", "…:9abc:def0:1234:5678#2", "李雷"] {
        assert_eq!(Nickname::new(name).unwrap().before_text(), name);
    }
}
