//! Which op ids the log may hold: a filter that says "surely not" or "perhaps".

use crate::types::{MemberKey, OpId};

/// Bits of the filter: one MiB. A million entries make one new id in a hundred be looked up in vain.
const BITS: usize = 8 * 1024 * 1024;
/// Bits that one id sets.
const PROBES: u64 = 6;

/// A Bloom filter over `(author, id)`.
///
/// A fresh op is nearly always new, and asking the log about each would cost more than everything else that
/// a room does with it. This answers "surely not" at once; only where it says "perhaps" is the log asked.
/// Whoever picks ids so that they collide makes their own messages slower, nothing else.
#[derive(Clone)]
pub struct Seen {
    words: Vec<u64>,
}

impl Seen {
    /// Notes that the log holds this op, or soon may.
    pub fn insert(&mut self, author: &MemberKey, id: &OpId) {
        for bit in probes(author, id) {
            if let Some(word) = self.words.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
    }

    /// False where the log surely does not hold this op.
    pub fn perhaps(&self, author: &MemberKey, id: &OpId) -> bool {
        probes(author, id).all(|bit| self.words.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1))
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self { words: vec![0; BITS / 64] }
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen").finish_non_exhaustive()
    }
}

/// The bits of one id. Ids are random already and keys as good as random, so folding them is a hash.
fn probes(author: &MemberKey, id: &OpId) -> impl Iterator<Item = usize> {
    let fold = |bytes: &[u8]| {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let (first, second) = id.as_bytes().split_at(OpId::LEN / 2);
    let start = fold(first) ^ fold(author.as_bytes()).rotate_left(17);
    let step = fold(second) ^ fold(author.as_bytes()) | 1;
    (0..PROBES).map(move |probe| {
        let mixed = start.wrapping_add(step.wrapping_mul(probe));
        usize::try_from((mixed ^ (mixed >> 29)) % BITS as u64).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> OpId {
        let mut bytes = [0; 16];
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bytes[..8].copy_from_slice(&mixed.to_be_bytes());
        bytes[8..].copy_from_slice(&mixed.rotate_left(31).wrapping_mul(31).to_be_bytes());
        OpId(bytes)
    }

    #[test]
    fn what_was_inserted_is_never_denied() {
        let (ana, bo) = (MemberKey([1; 32]), MemberKey([2; 32]));
        let mut seen = Seen::default();
        for number in 0..10_000 {
            seen.insert(&ana, &id(number));
        }
        assert!((0..10_000).all(|number| seen.perhaps(&ana, &id(number))));
        let wrong = (0..10_000).filter(|number| seen.perhaps(&bo, &id(*number))).count();
        assert!(wrong < 10, "{wrong} of 10,000 ids of another author are held for known");
        let wrong = (10_000..20_000).filter(|number| seen.perhaps(&ana, &id(*number))).count();
        assert!(wrong < 10, "{wrong} of 10,000 new ids are held for known");
    }
}
