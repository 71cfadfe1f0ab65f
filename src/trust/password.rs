//! Proving a password without telling it: OPAQUE (RFC 9807) with ristretto255, triple Diffie-Hellman and Argon2id.
//!
//! Neither the host nor anybody between learns what was typed, and each try tests one guess. Both ends put what they
//! share of this very connection into the proof, so one that is passed on between two connections fails on both. Who
//! proves it has proof of the other end as well: only a host that keeps the password can answer.

use opaque_ke::argon2::Argon2;
use opaque_ke::rand::{CryptoRng, Error, RngCore};
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialFinalization, CredentialRequest, CredentialResponse,
    RegistrationRequest, RegistrationResponse, RegistrationUpload, Ristretto255, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup, TripleDh,
};

use super::{TrustError, random};
use crate::types::Password;

/// Whose password it is: the room's, the same for everybody.
const WHOSE: &[u8] = b"room";
/// Bytes of the host's own secrets, in front of what it keeps of the password.
const SETUP_BYTES: usize = 128;
const DAMAGED: TrustError = TrustError::DamagedKey("the room's password");

struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Argon2<'static>;
}

/// The system's randomness, for a library that cannot be told that there is none: whoever uses it asks afterwards, and
/// lets nothing out that was made without.
#[derive(Default)]
struct System {
    failed: bool,
}

impl RngCore for System {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        for part in into.chunks_mut(32) {
            // Something that is not 0, for which the library would ask again for ever.
            let drawn = random::random_bytes::<32>().unwrap_or_else(|_| {
                self.failed = true;
                [0x5a; 32]
            });
            part.iter_mut().zip(drawn).for_each(|(byte, new)| *byte = new);
        }
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(into);
        Ok(())
    }
}

impl CryptoRng for System {}

/// What a host keeps of a password: enough to check it, and not the password.
pub struct KeptPassword {
    setup: ServerSetup<Suite>,
    file: ServerRegistration<Suite>,
}

/// A member's try, between its first message and the host's answer.
pub struct Try {
    state: ClientLogin<Suite>,
    password: Password,
}

/// The password is not the room's, or somebody stands between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password was not proven")]
pub struct Wrong;

/// What a host keeps of this password from now on. Takes some 30 ms.
///
/// # Errors
/// [`TrustError::DamagedKey`], which a good password does not give.
pub fn keep_password(password: &Password) -> Result<Vec<u8>, TrustError> {
    let mut rng = System::default();
    let setup = ServerSetup::<Suite>::new(&mut rng);
    let begun = ClientRegistration::<Suite>::start(&mut rng, password.as_bytes()).map_err(|_| DAMAGED)?;
    let request = RegistrationRequest::deserialize(&begun.message.serialize()).map_err(|_| DAMAGED)?;
    let answer = ServerRegistration::start(&setup, request, WHOSE).map_err(|_| DAMAGED)?;
    let answer = RegistrationResponse::deserialize(&answer.message.serialize()).map_err(|_| DAMAGED)?;
    let parameters = ClientRegistrationFinishParameters::default();
    let done = begun.state.finish(&mut rng, password.as_bytes(), answer, parameters).map_err(|_| DAMAGED)?;
    let upload = RegistrationUpload::deserialize(&done.message.serialize()).map_err(|_| DAMAGED)?;
    let mut kept = setup.serialize().to_vec();
    kept.extend_from_slice(&ServerRegistration::<Suite>::finish(upload).serialize());
    if rng.failed { Err(TrustError::NoRandomness) } else { Ok(kept) }
}

impl KeptPassword {
    /// What [`keep_password`] gave.
    ///
    /// # Errors
    /// [`TrustError::DamagedKey`] where it is something else: nobody may come in then.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TrustError> {
        let (setup, file) = bytes.split_at_checked(SETUP_BYTES).ok_or(DAMAGED)?;
        Ok(Self {
            setup: ServerSetup::deserialize(setup).map_err(|_| DAMAGED)?,
            file: ServerRegistration::deserialize(file).map_err(|_| DAMAGED)?,
        })
    }

    /// The answer to a member's first message, and what is kept for its proof. `context` is what both ends share of
    /// this connection. None for bytes that are no first message.
    pub fn start(&self, ke1: &[u8], context: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let request = CredentialRequest::deserialize(ke1).ok()?;
        let parameters = ServerLoginParameters { context: Some(context), ..Default::default() };
        let file = Some(self.file.clone());
        let mut rng = System::default();
        let begun = ServerLogin::start(&mut rng, &self.setup, file, request, WHOSE, parameters).ok()?;
        (!rng.failed).then(|| (begun.message.serialize().to_vec(), begun.state.serialize().to_vec()))
    }

    /// Whether `ke3` proves the password, in the try of this `state`, which holds the context too.
    pub fn finish(state: &[u8], ke3: &[u8]) -> bool {
        let proven = || {
            let state = ServerLogin::<Suite>::deserialize(state).ok()?;
            let proof = CredentialFinalization::deserialize(ke3).ok()?;
            state.finish(proof, ServerLoginParameters::default()).ok()
        };
        proven().is_some()
    }

    /// Whether this is the password that is kept. Takes some 30 ms.
    pub fn is(&self, password: &Password) -> bool {
        let proven = || {
            let (attempt, ke1) = Try::start(password.clone()).ok()?;
            let (ke2, _) = self.start(&ke1, WHOSE)?;
            attempt.finish(&ke2, WHOSE).ok()
        };
        proven().is_some()
    }
}

impl Try {
    /// A try, and its first message.
    ///
    /// # Errors
    /// [`Wrong`], which a good password does not give.
    pub fn start(password: Password) -> Result<(Self, Vec<u8>), Wrong> {
        let mut rng = System::default();
        let begun = ClientLogin::<Suite>::start(&mut rng, password.as_bytes()).map_err(|_| Wrong)?;
        if rng.failed {
            return Err(Wrong);
        }
        Ok((Self { state: begun.state, password }, begun.message.serialize().to_vec()))
    }

    /// The proof for a host that answered `ke2`, which has proven itself by that. Takes some 30 ms.
    ///
    /// # Errors
    /// [`Wrong`]: nothing is to be sent then.
    pub fn finish(self, ke2: &[u8], context: &[u8]) -> Result<Vec<u8>, Wrong> {
        let answer = CredentialResponse::deserialize(ke2).map_err(|_| Wrong)?;
        let parameters =
            ClientLoginFinishParameters { context: Some(context), ..ClientLoginFinishParameters::default() };
        let password = self.password.as_bytes();
        let mut rng = System::default();
        let done = self.state.finish(&mut rng, password, answer, parameters).map_err(|_| Wrong)?;
        if rng.failed {
            return Err(Wrong);
        }
        Ok(done.message.serialize().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::{KE1_BYTES, KE2_BYTES, KE3_BYTES};

    fn password(text: &str) -> Password {
        Password::new(text).unwrap()
    }

    fn kept() -> KeptPassword {
        KeptPassword::from_bytes(&keep_password(&password("tea for two")).unwrap()).unwrap()
    }

    #[test]
    fn whoever_knows_the_password_proves_it_and_nobody_else_does() {
        let kept = kept();
        let (attempt, ke1) = Try::start(password("tea for two")).unwrap();
        let (ke2, state) = kept.start(&ke1, b"here").unwrap();
        let ke3 = attempt.finish(&ke2, b"here").unwrap();
        assert_eq!((ke1.len(), ke2.len(), ke3.len()), (KE1_BYTES, KE2_BYTES, KE3_BYTES));
        assert!(KeptPassword::finish(&state, &ke3));
        assert!(kept.is(&password("tea for two")));
        assert!(!kept.is(&password("tea for three")));
    }

    #[test]
    fn what_is_passed_on_between_two_connections_fails_on_both() {
        let kept = kept();
        let (attempt, ke1) = Try::start(password("tea for two")).unwrap();
        let (ke2, _) = kept.start(&ke1, b"the host's end").unwrap();
        assert_eq!(attempt.finish(&ke2, b"the member's end"), Err(Wrong));
    }

    #[test]
    fn a_flipped_byte_in_any_part_of_the_three_messages_fails() {
        let kept = kept();
        for at in (0..KE1_BYTES).step_by(5) {
            let (attempt, mut ke1) = Try::start(password("tea for two")).unwrap();
            ke1[at] ^= 1;
            let answer = kept.start(&ke1, b"here");
            assert!(answer.is_none_or(|(ke2, _)| attempt.finish(&ke2, b"here").is_err()), "the first, {at}");
        }
        for at in (0..KE2_BYTES).step_by(7) {
            let (attempt, ke1) = Try::start(password("tea for two")).unwrap();
            let (mut ke2, _) = kept.start(&ke1, b"here").unwrap();
            ke2[at] ^= 1;
            assert_eq!(attempt.finish(&ke2, b"here"), Err(Wrong), "the second, {at}");
        }
        let (attempt, ke1) = Try::start(password("tea for two")).unwrap();
        let (ke2, state) = kept.start(&ke1, b"here").unwrap();
        let ke3 = attempt.finish(&ke2, b"here").unwrap();
        for at in 0..KE3_BYTES {
            let mut flipped = ke3.clone();
            flipped[at] ^= 1;
            assert!(!KeptPassword::finish(&state, &flipped), "the third, {at}");
        }
    }

    #[test]
    fn what_nobody_may_guess_does_not_come_twice() {
        let mut rng = System::default();
        let mut drawn = vec![rng.next_u32().into(), rng.next_u32().into(), rng.next_u64(), rng.next_u64()];
        for way in [System::fill_bytes, |rng: &mut System, into: &mut [u8]| rng.try_fill_bytes(into).unwrap()]
        {
            // Longer than what the system is asked for at once.
            let mut bytes = [0; 40];
            way(&mut rng, &mut bytes);
            drawn.extend(bytes.chunks(8).map(|part| u64::from_le_bytes(part.try_into().unwrap())));
        }
        let distinct: std::collections::BTreeSet<u64> = drawn.iter().copied().collect();
        assert_eq!(distinct.len(), drawn.len());
        assert!(drawn.iter().all(|number| *number > 1), "{drawn:?}");
        let started = || Try::start(password("tea for two")).unwrap().1;
        assert_ne!(started(), started(), "the same password, and another message each time");
    }

    #[test]
    fn damaged_bytes_are_no_kept_password() {
        assert!(KeptPassword::from_bytes(&[]).is_err());
        assert!(KeptPassword::from_bytes(&[9; SETUP_BYTES]).is_err());
        let mut whole = keep_password(&password("x")).unwrap();
        whole.pop();
        assert!(KeptPassword::from_bytes(&whole).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_fall_over(
            ke1 in proptest::collection::vec(proptest::num::u8::ANY, 0..120),
            ke3 in proptest::collection::vec(proptest::num::u8::ANY, 0..120),
        ) {
            let kept = KeptPassword {
                setup: ServerSetup::<Suite>::new(&mut System::default()),
                file: kept_once().file.clone(),
            };
            let _answer = kept.start(&ke1, b"here");
            let (_, good) = Try::start(password("x")).unwrap();
            let (_, state) = kept.start(&good, b"here").unwrap();
            proptest::prop_assert!(!KeptPassword::finish(&state, &ke3));
            let (attempt, _) = Try::start(password("x")).unwrap();
            proptest::prop_assert!(attempt.finish(&ke1, b"here").is_err());
        }
    }

    fn kept_once() -> &'static KeptPassword {
        static ONCE: std::sync::OnceLock<KeptPassword> = std::sync::OnceLock::new();
        ONCE.get_or_init(kept)
    }
}
