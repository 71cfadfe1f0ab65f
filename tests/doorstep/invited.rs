//! Whoever sends the Hello of somebody else's connection once more, with an invite in it.

use hallway::types::{InviteTerms, Issued};
use hallway::wire::kind;

use super::*;

/// Takes no password at all.
struct Shut;

impl Lock for Shut {
    fn start(&self, _: &[u8], _: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        None
    }
    fn finish(&self, _: &[u8], _: &[u8]) -> bool {
        false
    }
}

#[tokio::test(start_paused = true)]
async fn an_invite_in_the_hello_of_another_connection_opens_nothing_and_is_not_used_up() {
    let token = Token([7; 16]);
    let hash = trust::sha256(&[&chain::token_bytes(&token)]);
    let terms = InviteTerms { people: Some(1), until_ms: None };
    let once = Issued { number: 1, hash, terms, used: [].into(), revoked: false };
    let known = Known { invites: vec![once], ..Known::default() };
    let (room, _) = room_that(None, Some(Box::new(Shut)), known);
    let door = room.own_door();
    let identity = Identity::generate().unwrap();
    let (mut mine, mut theirs) = (secured(&door).await, secured(&door).await);
    let frame = invited_hello(&mine, &identity, Some(token));

    theirs.write_all(&frame).await.unwrap();
    theirs.flush().await.unwrap();
    let mut heard = Vec::new();
    timeout(Duration::from_secs(1), theirs.read_to_end(&mut heard)).await.unwrap().unwrap();
    assert_eq!(heard.get(4), Some(&kind::DENIED));

    // Nor does the token alone help another key while it is used.
    mine.write_all(&frame).await.unwrap();
    mine.flush().await.unwrap();
    let mut first = [0; 5];
    mine.read_exact(&mut first).await.unwrap();
    assert_eq!(first.last(), Some(&kind::WELCOME));
    let mut other = secured(&door).await;
    let frame = invited_hello(&other, &Identity::generate().unwrap(), Some(token));
    other.write_all(&frame).await.unwrap();
    other.flush().await.unwrap();
    other.read_exact(&mut first).await.unwrap();
    assert_eq!(first.last(), Some(&kind::NEED_PASSWORD));
}
