//! Whoever stands at the door of a room with a password says what it likes: it is told nothing but that there is a
//! password, nothing is written down, and nobody hears of it. The password's own messages go to the real proof.

#![no_main]

#[path = "../../tests/harness/crypto.rs"]
mod crypto;

use std::net::IpAddr;
use std::sync::LazyLock;

use crypto::{Cheap, Signs};
use hallway::room::log::Lock;
use hallway::room::{ConnId, Facts, Input, Known, Output, Parts, Room};
use hallway::trust::{KeptPassword, keep_password};
use hallway::types::limits::FRAME_BEFORE_WELCOME_BYTES;
use hallway::types::{Epoch, GuestRules, MemberKey, Now, Password, RoomId, RoomName, Signature};
use hallway::wire::message::{ClientMessage, Hello, ServerMessage};
use hallway::wire::{FrameBuffer, decode_client};
use libfuzzer_sys::fuzz_target;

const HOST: MemberKey = MemberKey([0x55; 32]);
const CONN: ConnId = ConnId(1);

static KEPT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    keep_password(&Password::new("census moment olympic").expect("a password")).expect("randomness")
});

struct Real(KeptPassword);

impl Lock for Real {
    fn start(&self, ke1: &[u8], context: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        self.0.start(ke1, context)
    }

    fn finish(&self, state: &[u8], ke3: &[u8]) -> bool {
        KeptPassword::finish(state, ke3)
    }
}

fn room() -> Room {
    let facts = Facts {
        room_id: RoomId([7; 32]),
        epoch: Epoch(1),
        name: RoomName::new("Tea").expect("a name"),
        capacity: 9,
        quota: None,
        host: HOST,
        guests: GuestRules::default(),
        address: None,
    };
    let lock = Real(KeptPassword::from_bytes(&KEPT).expect("what was kept"));
    let parts = Parts {
        digest: Box::new(Cheap),
        verifier: Box::new(Cheap),
        ops: Box::new(Signs(HOST)),
        heads: Box::new(Cheap),
        lock: Some(Box::new(lock)),
    };
    Room::open(facts, parts, Known::default())
}

fn plain_hello() -> Box<Hello> {
    Box::new(Hello {
        version_min: 1,
        version_max: 1,
        features: Vec::new(),
        app: String::new(),
        member_key: MemberKey([2; 32]),
        signature: Signature([0; 64]),
        resume: None,
        expects: None,
        token: None,
    })
}

fn check(out: &[Output]) {
    for output in out {
        assert!(
            matches!(
                output,
                Output::Send(
                    CONN,
                    ServerMessage::NeedPassword(_) | ServerMessage::InviteEnded(_) | ServerMessage::Ke2(_) | ServerMessage::Denied(_)
                ) | Output::Close(CONN, _)
                    | Output::Tell(_)
            ),
            "{output:?}"
        );
    }
}

fuzz_target!(|data: &[u8]| {
    let mut room = room();
    let mut now = Now { boot_ms: 1_000, wall_ms: 0 };
    let address = Some(IpAddr::from([10, 0, 0, 9]));
    let come = |hello| Input::Connected { conn: CONN, hello, address, binding: [9; 32] };
    let mut frames = FrameBuffer::new(FRAME_BEFORE_WELCOME_BYTES);
    frames.push(data);
    let mut came = false;
    while let Ok(Some(frame)) = frames.next_frame() {
        now.boot_ms += 7;
        let Ok(message) = decode_client(frame) else { return };
        let input = match message {
            ClientMessage::Hello(hello) if !came && hello.member_key != HOST => come(hello),
            message if came => Input::Received(CONN, message),
            _ => come(plain_hello()),
        };
        came = true;
        check(&room.handle(now, input));
    }
    now.boot_ms += 3_600_000;
    check(&room.handle(now, Input::Tick));
});
