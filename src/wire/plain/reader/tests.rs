//! What plain rooms send, as they were seen to send it, cut at every byte.

use super::*;

fn reader() -> PlainReader {
    PlainReader::new(TextEncoding::Windows1252)
}

fn drain(reader: &mut PlainReader) -> Vec<Heard> {
    std::iter::from_fn(|| reader.next_heard()).collect()
}

/// A line as `name: text`, with a dash for no name.
fn spelled(heard: Heard) -> String {
    match heard {
        Heard::Said(PlainLine { who, text }) => {
            format!("{}: {text}", who.map_or_else(|| "-".to_owned(), String::from))
        }
        Heard::You(name) => format!("you {name}"),
        Heard::Here(names) => {
            format!("here {}", names.iter().map(Nickname::as_str).collect::<Vec<_>>().join(","))
        }
        Heard::Came(name) => format!("came {name}"),
        Heard::Gone(name) => format!("gone {name}"),
    }
}

/// What is heard of `bytes`, which must not depend on how they are cut.
fn heard(bytes: &[u8]) -> Vec<String> {
    let whole = heard_in(&[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(heard_in(&single), whole, "byte by byte");
    if bytes.len() < 200 {
        for at in 0..bytes.len() {
            let (one, two) = bytes.split_at(at);
            assert_eq!(heard_in(&[one, two]), whole, "cut at {at}");
        }
    }
    whole
}

fn heard_in(parts: &[&[u8]]) -> Vec<String> {
    let mut reader = reader();
    let mut all = Vec::new();
    for part in parts {
        reader.push(part);
        all.extend(drain(&mut reader));
    }
    reader.finish();
    all.extend(drain(&mut reader));
    assert!(!reader.has_rest());
    all.into_iter().map(spelled).collect()
}

/// What the classic exercise's server relays of `sent`, read in pieces of `PIECE_BYTES`.
fn relayed(sent: &[u8]) -> Vec<u8> {
    sent.chunks(PIECE_BYTES).flat_map(|piece| [b"<127.0.0.1> ", piece].concat()).collect()
}

#[test]
fn the_greeting_is_no_message_and_may_run_into_the_first_line() {
    assert_eq!(heard(b"Welcome to this chatroom!"), Vec::<String>::new());
    assert_eq!(heard(b"Welcome to this chatroom!<127.0.0.1> hi\n"), ["127.0.0.1: hi"]);
    assert_eq!(heard(b"Welcome to this chatroom!\r\n<Ana> hi\r\n"), ["Ana: hi"]);
    assert_eq!(heard(b"Welcome, stranger<10.0.0.1> hi\n"), ["-: Welcome, stranger", "10.0.0.1: hi"]);
    assert_eq!(heard(b"Welcome\n"), ["-: Welcome"]);
    assert_eq!(
        heard(b"Welcome to this chatroom!<10.0.0.1> Welcome to this chatroom!\n"),
        ["10.0.0.1: Welcome to this chatroom!"]
    );
}

#[test]
fn two_lines_under_one_address_are_both_its_own() {
    let greeted = b"Welcome to this chatroom!<127.0.0.1> one\ntwo\n";
    assert_eq!(heard(greeted), ["127.0.0.1: one", "127.0.0.1: two"]);
    assert_eq!(heard(b"<fe80::1%eth0> one\n<10.0.0.7> two\n"), ["fe80::1%eth0: one", "10.0.0.7: two"]);
}

#[test]
fn an_address_in_the_middle_of_a_line_begins_another() {
    assert_eq!(
        heard(b"<10.0.0.1> no end<10.0.0.2> and I\n<10.0.0.1> again"),
        ["10.0.0.1: no end", "10.0.0.2: and I", "10.0.0.1: again"]
    );
    assert_eq!(heard(b"<10.0.0.1> a <b> c < d > e\n"), ["10.0.0.1: a <b> c < d > e"]);
    assert_eq!(heard(b"<10.0.0.1> <10.0.0.9> forged\n"), ["10.0.0.1: <10.0.0.9> forged"]);
}

#[test]
fn a_long_line_comes_back_together_where_the_server_cut_it() {
    for length in [2_047, 2_048, 2_049, 4_096, 5_001] {
        for end in ["", "\n"] {
            let line = "x".repeat(length);
            let sent = [line.as_bytes(), end.as_bytes()].concat();
            let bytes = [&relayed(&sent)[..], b"<10.0.0.2> next\n"].concat();
            let expected = [format!("127.0.0.1: {line}"), "10.0.0.2: next".to_owned()];
            assert_eq!(heard(&bytes), expected, "{length} and {end:?}");
        }
    }
}

#[test]
fn a_character_that_the_server_cut_comes_back_together() {
    for shift in 0..4 {
        let line = format!("{}{}", "x".repeat(PIECE_BYTES - shift), "😀é".repeat(3));
        let bytes = [relayed(line.as_bytes()), b"\n".to_vec()].concat();
        assert_eq!(heard(&bytes), [format!("127.0.0.1: {line}")], "{shift}");
    }
}

#[test]
fn the_same_address_elsewhere_begins_a_line_of_its_own() {
    let mut early = [b"<127.0.0.1> ".to_vec(), vec![b'x'; PIECE_BYTES - 1]].concat();
    early.extend_from_slice(b"<127.0.0.1> y\n");
    assert_eq!(
        heard(&early),
        [format!("127.0.0.1: {}", "x".repeat(PIECE_BYTES - 1)), "127.0.0.1: y".to_owned()]
    );
    let whole = [b"<127.0.0.1> ".to_vec(), vec![b'x'; PIECE_BYTES - 1], b"\n".to_vec()].concat();
    let bytes = [whole, b"<127.0.0.1> y\n".to_vec()].concat();
    assert_eq!(heard(&bytes).len(), 2, "the piece ended with its line");
    let other = [relayed(&[b'x'; PIECE_BYTES]), b"<10.0.0.2> y\n".to_vec()].concat();
    assert_eq!(heard(&other).len(), 2, "somebody else");
}

#[test]
fn every_line_end_ends_a_line_and_empty_ones_are_nothing() {
    let all = ["10.0.0.1: a", "10.0.0.1: b", "10.0.0.1: c", "10.0.0.1: d"];
    assert_eq!(heard(b"Welcome to this chatroom!<10.0.0.1> a\r\nb\rc\r\0d\n\n\r\n"), all);
}

#[test]
fn where_nobody_was_greeted_a_line_that_begins_like_an_address_speaks_for_itself_only() {
    assert_eq!(heard(b"one\n<10.0.0.1> not me\ntwo\n"), ["-: one", "10.0.0.1: not me", "-: two"]);
}

#[test]
fn characters_survive_a_cut_at_every_byte() {
    for text in ["é", "😀", "👨‍👩‍👧‍👦", "日本語", "e\u{301}"] {
        assert_eq!(heard(format!("<10.0.0.1> a{text}b\n").as_bytes()), [format!("10.0.0.1: a{text}b")]);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_read_and_never_dropped() {
    assert_eq!(heard(b"<10.0.0.1> caf\xe9 \x80\n"), ["10.0.0.1: café €"]);
    assert_eq!(heard(b"\xff\xfea\0b\0\n"), ["-: ÿþab"]);
    assert_eq!(heard("\u{FEFF}hi\n".as_bytes()), ["-: hi"]);
}

#[test]
fn a_chat_of_ncat_is_read_with_its_octal_and_its_members() {
    let bytes = b"<announce> 127.0.0.1 is connected as <user6>.\n\
        <announce> already connected: 127.0.0.1 as <user4>, 10.0.0.7 as <user5>.\n\
        <user4> caf\\303\\251 \\360\\237\\230\\200\tC:\\100\\033[0m\r\n\
        <user4> one\ntwo\n<user0> see <10.0.0.9> there\n\
        <announce> 10.0.0.8 is connected as <user7>.\n\
        <announce> <user4> is disconnected.\n<announce> something new\n<Ana> not here\n";
    let expected = [
        "you user6",
        "here user4,user5",
        "user4: café 😀\tC:\\100\\033[0m",
        "user4: one",
        "user4: two",
        "user0: see <10.0.0.9> there",
        "came user7",
        "gone user4",
        "announce: something new",
        "announce: <Ana> not here",
    ];
    assert_eq!(heard(bytes), expected);
    assert_eq!(
        heard(b"<announce> 1.2.3.4 is connected as <user4>.\n<announce> already connected: nobody.\n"),
        ["you user4"]
    );
}

#[test]
fn a_relay_with_names_of_its_own_names_whole_lines_only() {
    let bytes = b"Welcome to this chatroom!\n* Hallway/1, room Lunch\n<Ana> hi <10.0.0.1> you\n* Bo joined\n\
        <192.168.1.9> yes\n";
    let expected =
        ["-: * Hallway/1, room Lunch", "Ana: hi <10.0.0.1> you", "-: * Bo joined", "192.168.1.9: yes"];
    assert_eq!(heard(bytes), expected);
    assert_eq!(
        heard(b"<Ana> hi\n<Bo> ho\nand <10.0.0.1> on\n"),
        ["Ana: hi", "Bo: ho", "-: and <10.0.0.1> on"]
    );
}

#[test]
fn what_a_relay_with_names_says_itself_is_nobodys_and_a_line_that_had_no_end_goes_on() {
    assert_eq!(
        heard(b"<Bo> bye\nCy has left the chat\n<Bo> ho\r\n<10.0.0.9>\r\n"),
        ["Bo: bye", "-: Cy has left the chat", "Bo: ho", "-: <10.0.0.9>"]
    );
    let mut reader = reader();
    let mut after = |bytes: &[u8]| -> Vec<String> {
        reader.push(bytes);
        reader.flush();
        drain(&mut reader).into_iter().map(spelled).collect()
    };
    assert_eq!(after(b"<Bo> no"), ["Bo: no"]);
    assert_eq!(after(b"end"), ["Bo: end"]);
    assert_eq!(after(b"\nCy is here\n"), ["-: Cy is here"]);
    assert_eq!(after(b"<Bo> no end"), ["Bo: no end"]);
    assert_eq!(after(b"* Cy left\n"), ["-: * Cy left"]);
}

#[test]
fn a_person_with_a_name_of_ncats_changes_nothing() {
    let bytes = b"<user1> a\n<announce> b\\303\\251\n<Ana> c\n";
    assert_eq!(heard(bytes), ["user1: a", "announce: b\\303\\251", "Ana: c"]);
}

#[test]
fn a_broker_gives_no_names() {
    assert_eq!(
        heard(b"hi\nyou <there> ok\nsee <10.0.0.1> x\n"),
        ["-: hi", "-: you <there> ok", "-: see <10.0.0.1> x"]
    );
}

#[test]
fn a_name_that_is_too_long_is_shortened() {
    let long = "n".repeat(100);
    assert_eq!(heard(format!("<{long}> hi\n").as_bytes()), [format!("{}…: hi", "n".repeat(31))]);
    assert_eq!(heard("<\u{200B}> hi\n".as_bytes()), ["-: hi"]);
}

#[test]
fn a_line_without_an_end_is_shown_after_a_while_and_what_follows_is_a_further_one() {
    let mut reader = reader();
    let mut after = |bytes: &[u8], flushes: usize| -> Vec<String> {
        reader.push(bytes);
        (0..flushes).for_each(|_| reader.flush());
        drain(&mut reader).into_iter().map(spelled).collect()
    };
    assert_eq!(after(b"Welcome to this chatroom!", 2), Vec::<String>::new());
    assert_eq!(after(b"<10.0.0.1> no", 0), Vec::<String>::new());
    assert_eq!(after(b" end", 1), ["10.0.0.1: no end"]);
    assert_eq!(after(b" yet", 1), ["10.0.0.1:  yet"]);
    assert_eq!(after(b"<10.0.0.2> x\n", 1), ["10.0.0.2: x"]);
    assert_eq!(after(b"caf\xc3", 1), Vec::<String>::new(), "half a character waits once more");
    assert_eq!(after(b"\xa9", 1), ["10.0.0.2: café"]);
    assert_eq!(after(b"ol\xe9", 2), ["10.0.0.2: olé"]);
    assert_eq!(after(b"a<10.0.", 1), Vec::<String>::new(), "half a name likewise");
    assert_eq!(after(b"0.3> b", 1), ["10.0.0.2: a", "10.0.0.3: b"]);
}

#[test]
fn a_long_line_goes_on_where_it_was_shown_in_between() {
    let mut reader = reader();
    reader.push(&[b"<10.0.0.1> ".to_vec(), vec![b'x'; PIECE_BYTES]].concat());
    reader.flush();
    reader.push(b"<10.0.0.1> rest\n");
    let heard: Vec<String> = drain(&mut reader).into_iter().map(spelled).collect();
    assert_eq!(heard[1..], ["10.0.0.1: rest".to_owned()]);
}

#[test]
fn a_line_has_16_kib_and_not_a_byte_more() {
    let whole = "a".repeat(PLAIN_LINE_BYTES);
    assert_eq!(heard(format!("{whole}\n").as_bytes()), [format!("-: {whole}")]);
    let cut = heard(format!("{whole}b\n").as_bytes());
    assert_eq!(cut, [format!("-: {}…", "a".repeat(CUT_BYTES)), "-: …aaaaaab".to_owned()]);
    let wide = heard(format!("{}\n", "é".repeat(PLAIN_LINE_BYTES)).as_bytes());
    assert!(wide.iter().all(|line| line.chars().all(|c| "-: é…".contains(c))), "no character is torn");
    let legacy = heard(&[vec![0x80; PLAIN_LINE_BYTES], b"\n".to_vec()].concat());
    assert_eq!(legacy.concat().matches('€').count(), PLAIN_LINE_BYTES, "it grows when it is read");
}

#[test]
fn what_acts_on_a_terminal_is_taken_out() {
    let bytes = b"<10.0.0.1> \x1b[31mred\x1b]0;title\x07\xc2\x9b1m\0 bell\x07\n";
    assert_eq!(heard(bytes), ["10.0.0.1: red bell"]);
    assert_eq!(heard("<10.0.0.1> a\u{202E}b\u{2028}c\n".as_bytes()), ["10.0.0.1: ab c"]);
}

#[test]
fn hostile_bytes_are_read_without_a_fault_and_in_bounded_memory() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let parts: [&[u8]; 18] = [
        b"Welcome to this chatroom!",
        b"<127.0.0.1> ",
        b"<announce> ",
        b"<user4> ",
        b"<",
        b"> ",
        b"\n",
        b"\r",
        b"\\303\\251",
        b"\\303",
        "é".as_bytes(),
        "😀".as_bytes(),
        b"\xff",
        b"\0",
        b"\x1b[31m",
        b"* ",
        b"<fe80::1%1> ",
        b" is connected as <user4>.\n",
    ];
    for _ in 0..100_000 {
        let mut reader = reader();
        for _ in 0..random(12) {
            match random(24) {
                0 => reader.push(&vec![random(256) as u8; random(3_000) as usize]),
                1..4 => reader.push(&random(u64::MAX).to_le_bytes()),
                4..7 => reader.flush(),
                _ => reader.push(parts[random(parts.len() as u64) as usize]),
            }
            assert!(reader.raw.len() <= PLAIN_LINE_BYTES);
            for heard in drain(&mut reader) {
                let Heard::Said(line) = heard else { continue };
                let text = line.text.as_str();
                assert!(!text.chars().any(|c| c.is_control() && c != '\t'), "{text:?}");
            }
        }
        reader.finish();
        assert!(!reader.has_rest());
    }
}
