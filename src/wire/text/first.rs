//! What the first bytes of a connection are, so that one port can have several doors.
//!
//! A browser is recognised by what it must send and a person hardly would: a verb, a space, and the beginning of
//! a target. A web page that is made to talk to this port then reaches nobody.

/// What somebody who connected speaks, as far as its first bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// More bytes are needed, or silence.
    Undecided,
    /// TLS: an app, or a guest with encryption of its own.
    Tls,
    /// A browser, or what a web page can make one send.
    Http,
    /// Text.
    Text,
}

/// Verbs of HTTP and of what was built upon it.
const VERBS: [&[u8]; 18] = [
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"CONNECT",
    b"OPTIONS",
    b"TRACE",
    b"PATCH",
    b"PRI",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"SEARCH",
];
/// Line ends before a verb that a server of HTTP has to overlook.
const LINE_ENDS: usize = 4;
/// Bytes of the longest name of a host.
const HOST_BYTES: usize = 255;
/// Where a message of STUN holds [`STUN_COOKIE`]. A web page can make a browser open such a connection anywhere.
const STUN_COOKIE_AT: usize = 4;
const STUN_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];

/// What the connection that began with `bytes` speaks. What was decided stays so when more bytes come.
pub fn first(bytes: &[u8]) -> First {
    match bytes {
        [] | [0x16] => First::Undecided,
        [0x16, 0x03, ..] => First::Tls,
        [0x00, ..] => stun(bytes),
        _ => {
            let ends = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if ends > LINE_ENDS { First::Text } else { http(bytes.get(ends..).unwrap_or_default()) }
        }
    }
}

fn stun(bytes: &[u8]) -> First {
    if bytes.get(1).is_some_and(|kind| !matches!(kind, 1 | 3)) {
        return First::Text;
    }
    let cookie = bytes.get(STUN_COOKIE_AT..).unwrap_or_default();
    match begins(cookie, &STUN_COOKIE) {
        Some(true) => First::Http,
        Some(false) => First::Text,
        None => First::Undecided,
    }
}

fn http(bytes: &[u8]) -> First {
    let Some(space) = bytes.iter().position(|byte| *byte == b' ') else {
        let could_be =
            VERBS.iter().any(|verb| bytes.len() <= verb.len() && begins(bytes, verb) != Some(false));
        return if could_be { First::Undecided } else { First::Text };
    };
    let (verb, rest) = bytes.split_at(space);
    if !VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb)) {
        return First::Text;
    }
    let target = rest.get(1..).unwrap_or_default();
    match target {
        [] => First::Undecided,
        [b'/' | b'*', ..] => First::Http,
        _ => match begins(target, b"http") {
            Some(true) => First::Http,
            None if !verb.eq_ignore_ascii_case(b"CONNECT") => First::Undecided,
            Some(false) if !verb.eq_ignore_ascii_case(b"CONNECT") => First::Text,
            _ => authority(target),
        },
    }
}

/// Whether this is `host:port`, by the colon and the first digit behind it.
fn authority(target: &[u8]) -> First {
    let bracketed = target.first() == Some(&b'[');
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_~".contains(byte);
    let host = if bracketed {
        target.iter().position(|byte| *byte == b']').map_or(target.len(), |end| end + 1)
    } else {
        target.iter().take_while(|byte| is_host(byte)).count()
    };
    let odd = bracketed && target.iter().take(host).any(|byte| !(is_host(byte) || b"[]:%".contains(byte)));
    if host == 0 || host > HOST_BYTES || odd {
        return First::Text;
    }
    match target.get(host..).unwrap_or_default() {
        [] | [b':'] => First::Undecided,
        [b':', digit, ..] if digit.is_ascii_digit() => First::Http,
        _ => First::Text,
    }
}

/// Whether `bytes` begin with `whole`, in any case; nothing while they are too short to tell.
fn begins(bytes: &[u8], whole: &[u8]) -> Option<bool> {
    let same = bytes.iter().zip(whole).all(|(a, b)| a.eq_ignore_ascii_case(b));
    if !same {
        Some(false)
    } else if bytes.len() < whole.len() {
        None
    } else {
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_undecided_or_what_the_whole_is() {
        let all: [(&[u8], First); 24] = [
            (b"\x16\x03\x01\x02", First::Tls),
            (b"\x16\x04", First::Text),
            (b"GET / HTTP/1.1\r\n", First::Http),
            (b"get /", First::Http),
            (b"GET lost", First::Text),
            (b"GET\n", First::Text),
            (b"GETTING /", First::Text),
            (b"HEAD / HTTP/1.0", First::Http),
            (b"hello", First::Text),
            (b"OPTIONS * HTTP/1.1", First::Http),
            (b"GET http://a/ HTTP/1.1", First::Http),
            (b"get hot water", First::Text),
            (b"CONNECT a:1", First::Http),
            (b"connect [fe80::1%25]:443", First::Http),
            (b"CONNECT hthost.example:1", First::Http),
            (b"CONNECT me, please", First::Text),
            (b"CONNECT a:b", First::Text),
            (b"POST /", First::Http),
            (b"PRI * HTTP/2.0", First::Http),
            (b"\r\nGET / HTTP/1.1", First::Http),
            (b"\n\n\n\n\n", First::Text),
            (b"\x00\x03\x00\x08\x21\x12\xA4\x42", First::Http),
            (b"\x00h\x00i", First::Text),
            ("Grüße".as_bytes(), First::Text),
        ];
        for (bytes, what) in all {
            assert_eq!(first(bytes), what, "{bytes:?}");
            let mut decided = false;
            for end in 0..bytes.len() {
                let so_far = first(&bytes[..end]);
                decided |= so_far != First::Undecided;
                assert!(so_far == if decided { what } else { First::Undecided }, "{:?}", &bytes[..end]);
            }
        }
    }

    #[test]
    fn what_can_still_become_a_request_is_undecided() {
        for bytes in ["", "G", "GET", "GET ", "get htt", "CONNECT a", "CONNECT a:", "\r\n", "p", "prop"] {
            assert_eq!(first(bytes.as_bytes()), First::Undecided, "{bytes:?}");
        }
    }

    #[test]
    fn the_name_of_a_host_ends_at_its_longest() {
        assert_eq!(first(format!("CONNECT {}", "a".repeat(255)).as_bytes()), First::Undecided);
        assert_eq!(first(format!("CONNECT {}", "a".repeat(256)).as_bytes()), First::Text);
    }
}
