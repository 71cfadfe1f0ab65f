//! A member that has much to say and takes nothing of what it is told.

use hallway::types::limits::TURN_BYTES;
use hallway::types::{Nickname, Verb};
use tokio::time::sleep;

use super::*;

/// Bytes that may be between a room and somebody in this very program, with what TLS keeps.
const BETWEEN: usize = 512 * 1024;
/// A question of a few bytes, answered with a few bytes more; so many that nothing between holds the answers.
const PINGS: usize = 100_000;

/// Somebody who is in, under a name, and asks whether the room is there, again and again, without hearing an answer.
async fn asks_and_hears_nothing(door: &OwnDoor, name: &Nickname) -> Channel<DuplexStream> {
    let mut channel = secured(door).await;
    let mut frames = hello(&channel, &Identity::generate().unwrap());
    encode_client(&ClientMessage::Introduce(name.clone()), &mut frames);
    (0..PINGS).for_each(|nonce| encode_client(&ClientMessage::Ping(nonce as u64), &mut frames));
    for part in frames.chunks(16 * 1024) {
        channel.write_all(part).await.unwrap();
    }
    channel.flush().await.unwrap();
    channel
}

#[tokio::test(start_paused = true)]
async fn questions_of_somebody_who_takes_no_answer_are_not_answered_without_end() {
    let (_room, door) = room();
    let mut channel = asks_and_hears_nothing(&door, &Nickname::new("Eve").unwrap()).await;
    let mut heard = 0;
    let mut part = vec![0; 64 * 1024];
    while let Ok(Ok(count @ 1..)) = timeout(Duration::from_secs(1), channel.read(&mut part)).await {
        heard += count;
    }
    assert!(heard >= TURN_BYTES, "it is answered: {heard}");
    assert!(heard < TURN_BYTES + BETWEEN, "{heard} bytes waited");
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_is_closed_when_it_is_sent_away_and_does_not_stay_by_that() {
    let (room, door) = room();
    let name = Nickname::new("Eve").unwrap();
    let mut channel = asks_and_hears_nothing(&door, &name).await;
    sleep(Duration::from_millis(100)).await;
    room.act_on(Verb::Remove, name, None).await;
    // Last words may take a second.
    sleep(Duration::from_secs(2)).await;
    let mut ping = BytesMut::new();
    encode_client(&ClientMessage::Ping(1), &mut ping);
    let said = async {
        channel.write_all(&ping).await?;
        channel.flush().await
    };
    said.await.unwrap_err();
}
