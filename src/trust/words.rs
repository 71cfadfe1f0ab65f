//! A room's fingerprint in words, for people to read to one another.

use bip39::Language;

use crate::types::RoomId;

/// Words that stand for a room.
const WORDS: usize = 6;
/// Bits in one word: the list has 2048.
const BITS: usize = 11;

/// Six words for the first 66 bits of a room's id, from BIP 39's English list, whose words differ in their
/// first four letters. To show the same words, another key would take some 2^66 tries.
pub fn words(room: &RoomId) -> [&'static str; WORDS] {
    let list = Language::English.word_list();
    std::array::from_fn(|word| {
        let bits = (word * BITS..(word + 1) * BITS).map(|bit| bit_of(room, bit));
        let index = bits.fold(0, |index, bit| index << 1 | usize::from(bit));
        list.get(index).copied().unwrap_or_default()
    })
}

fn bit_of(room: &RoomId, bit: usize) -> bool {
    room.0.get(bit / 8).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
