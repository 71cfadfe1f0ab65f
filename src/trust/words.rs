//! A room's fingerprint in words, and words that two people compare, to read to one another.

use std::num::NonZeroU32;

use bip39::Language;
use ring::pbkdf2;

use super::{TrustError, random_bytes};
use crate::types::{MemberKey, RoomId};

/// Words that stand for a room.
const WORDS: usize = 6;
/// Bits in one word: the list has 2048.
const BITS: usize = 11;
/// Words that two people compare.
const COMPARED: usize = 5;
/// Rounds behind the words that are compared. Whoever stands between may try keys on both sides until some words meet,
/// which takes about the root of 2^55 tries on each; these make one try cost some 20 ms of a processor, where there are
/// only the seconds of a handshake for all of them.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
/// Words of a password that is suggested.
const SUGGESTED: usize = 3;
/// So that these bytes are no words, and no proof, of anything else.
const COMPARE_DOMAIN: &[u8] = b"hallway compare words v1";

/// Six words for the first 66 bits of a room's id, from BIP 39's English list, whose words differ in their
/// first four letters. To show the same words, another key would take some 2^66 tries.
pub fn words(room: &RoomId) -> [&'static str; WORDS] {
    from_bits(&room.0)
}

/// Five words, 55 bits, for this very connection between a room and a member: both of their screens show the same ones,
/// unless somebody stands between them. `binding` is the channel's [`super::Channel::exporter`]. Takes some 20 ms of the
/// processor, on purpose.
pub fn compare_words(room: &RoomId, member: &MemberKey, binding: &[u8; 32]) -> [&'static str; COMPARED] {
    let secret = [room.as_bytes(), &member.0[..], binding].concat();
    let mut bytes = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, COMPARE_DOMAIN, &secret, &mut bytes);
    from_bits(&bytes)
}

/// Three words for a password, 33 bits, that nobody can foresee. Each try tests one guess and tries are counted, so that
/// guessing them takes more than a hundred years.
///
/// # Errors
/// [`TrustError::NoRandomness`].
pub fn three_words() -> Result<[&'static str; SUGGESTED], TrustError> {
    Ok(from_bits(&random_bytes()?))
}

fn from_bits<const N: usize>(bytes: &[u8; 32]) -> [&'static str; N] {
    let list = Language::English.word_list();
    std::array::from_fn(|word| {
        let bits = (word * BITS..(word + 1) * BITS).map(|bit| bit_of(bytes, bit));
        let index = bits.fold(0, |index, bit| 2 * index + usize::from(bit));
        list.get(index).copied().unwrap_or_default()
    })
}

fn bit_of(bytes: &[u8; 32], bit: usize) -> bool {
    bytes.get(bit / 8).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_password_is_three_words_and_another_one_each_time() {
        let [one, other] = [three_words().unwrap(), three_words().unwrap()];
        let list = Language::English.word_list();
        assert!(one.iter().chain(&other).all(|word| list.contains(word)));
        assert_ne!(one, other);
    }

    #[test]
    fn the_words_are_those_of_the_standard_list() {
        assert_eq!(words(&RoomId([0; 32])), ["abandon"; 6]);
        assert_eq!(words(&RoomId([0xff; 32])), ["zoo"; 6]);
        // BIP 39's own vector for 0x7f7f…: its words are groups of eleven bits too.
        let legal = ["legal", "winner", "thank", "year", "wave", "sausage"];
        assert_eq!(words(&RoomId([0x7f; 32])), legal);
    }

    #[test]
    fn each_of_the_first_66_bits_changes_a_word() {
        let plain = words(&RoomId([0; 32]));
        for bit in 0..66 {
            let mut id = [0; 32];
            id[bit / 8] = 0x80 >> (bit % 8);
            assert_ne!(words(&RoomId(id)), plain, "{bit}");
        }
    }

    #[test]
    fn the_compared_words_are_those_that_other_programs_compute() {
        // Python: hashlib.pbkdf2_hmac("sha256", room + member + binding, b"hallway compare words v1", 100_000)
        let words = compare_words(&RoomId([1; 32]), &MemberKey([2; 32]), &[3; 32]);
        assert_eq!(words, ["cause", "march", "script", "battle", "vocal"]);
    }

    #[test]
    fn another_room_member_or_connection_gives_other_words() {
        let words = compare_words(&RoomId([1; 32]), &MemberKey([2; 32]), &[3; 32]);
        assert_ne!(compare_words(&RoomId([9; 32]), &MemberKey([2; 32]), &[3; 32]), words);
        assert_ne!(compare_words(&RoomId([1; 32]), &MemberKey([9; 32]), &[3; 32]), words);
        assert_ne!(compare_words(&RoomId([1; 32]), &MemberKey([2; 32]), &[9; 32]), words);
    }
}
