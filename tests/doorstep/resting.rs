//! A member that says more than its quota, whatever it is answered.

use hallway::net::pipe::{Pipe, Step};
use hallway::room::Quota;
use hallway::trust::{Channel, Identity};
use hallway::types::entry::kind::POST;
use hallway::types::{Audience, MessageText, Nickname, Op, OpId, Refusal, SignedOp};
use hallway::wire::encode::encode_client;
use hallway::wire::message::{ClientMessage, OpResult, ServerMessage};
use hallway::wire::{decode_server, op};
use tokio::io::DuplexStream;
use tokio::time::{Duration, timeout};

use super::{hello, room_with, secured};

const QUOTA: Quota = Quota { per_second: 2, burst: 3 };
/// Until there is a place for one more.
const WAIT_MS: u64 = 500;

struct Member {
    identity: Identity,
    pipe: Pipe<Channel<DuplexStream>>,
    n: u64,
}

impl Member {
    fn send(&mut self, message: &ClientMessage) {
        encode_client(message, self.pipe.out());
    }

    fn line(&mut self) -> SignedOp {
        self.n += 1;
        let body = op::post_body(&MessageText::new("again").unwrap(), Audience::Members);
        let (room, author) = (self.pipe.stream().room_id(), self.identity.key());
        let mut id = [7; 16];
        id[..8].copy_from_slice(&self.n.to_be_bytes());
        let op = Op { room, author, n: self.n, id: OpId(id), kind: POST, body };
        SignedOp { signature: self.identity.sign(&op::canonical(&op)), op }
    }

    async fn hear<T>(&mut self, pick: impl Fn(ServerMessage) -> Option<T>) -> T {
        loop {
            if let Step::Frame(frame) = self.pipe.step().await.unwrap()
                && let Some(told) = pick(decode_server(frame).unwrap())
            {
                return told;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_more_than_its_quota_is_not_read_from_until_it_may_go_on() {
    let (room, _) = room_with(Some(QUOTA));
    let identity = Identity::generate().unwrap();
    let mut channel = Pipe::new(secured(&room.own_door()).await);
    let frame = hello(channel.stream(), &identity);
    channel.queue(&[frame.freeze()]);
    let mut member = Member { identity, pipe: channel, n: 0 };
    member.hear(|message| matches!(message, ServerMessage::Welcome(_)).then_some(())).await;
    member.pipe.welcomed();
    member.send(&ClientMessage::Introduce(Nickname::new("Bo").unwrap()));
    member.hear(|message| matches!(message, ServerMessage::Introduced(..)).then_some(())).await;

    let lines = (0..4).map(|_| member.line()).collect();
    member.send(&ClientMessage::Submit(lines));
    let refused = |result: &OpResult| result.outcome.clone().err();
    let told = member.hear(|message| match message {
        ServerMessage::Results(results, _) => results.iter().find_map(refused),
        _ => None,
    });
    assert_eq!(told.await, Refusal::TooFast { retry_after_ms: WAIT_MS });

    member.send(&ClientMessage::Ping(1));
    let pong = |message| matches!(message, ServerMessage::Pong(1, _)).then_some(());
    let early = timeout(Duration::from_millis(WAIT_MS - 50), member.hear(pong)).await;
    assert!(early.is_err(), "it was read from");
    let in_time = timeout(Duration::from_millis(100), member.hear(pong)).await;
    assert_eq!(in_time, Ok(()), "it is read from again");
}
