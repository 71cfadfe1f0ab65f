//! The wire between a member and a host, in the hands of somebody who has no key: he keeps what passes, and on each
//! connection meddles with one record of it.

#![expect(clippy::indexing_slicing, reason = "a test may panic")]

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// More than any of these tests lets pass.
const PASSED: usize = 65_536;
/// Bytes of a TLS record's header.
const HEADER: usize = 5;
/// The kinds of TLS records; text begins with none of them.
const RECORDS: std::ops::RangeInclusive<u8> = 0x14..=0x17;
/// A record that only looks like one of older versions: whoever gets it may skip it, so nothing is lost with it.
const LOOKS: u8 = 0x14;

/// What is done with one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meddle {
    Flip,
    Drop,
    Double,
    Swap,
}

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Member,
    Host,
}

/// What happened on the wire. Connections with TLS are counted from 0, others are none.
#[derive(Debug)]
pub(crate) enum Passed {
    /// These bytes came, before anything was done with them.
    Bytes(Option<usize>, Of, Vec<u8>),
    /// The record of this number was meddled with, on the connection of the same number.
    Meddled(usize),
}

/// The wire; it is there as long as the test runs.
pub(crate) struct Wire {
    pub(crate) port: u16,
    pub(crate) passed: Receiver<Passed>,
}

impl Wire {
    /// To the room at `port`. On the first connection nothing is done, and where no more is asked for on none; on the
    /// next the first record that this side sends is meddled with, on the one after that the second, and so on.
    pub(crate) fn to(port: u16, meddle: Option<(Meddle, Of)>) -> Self {
        let (tell, passed) = sync_channel(PASSED);
        let (told, listens) = sync_channel(1);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap().port()).unwrap();
                let mut connections = 0;
                while let Ok((member, _)) = listener.accept().await {
                    // What it sends first says whether it is counted. Who only listens sends nothing.
                    let Ok(host) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                    let (mut first, mut greeting) = ([0], [0]);
                    let spoke = tokio::select! {
                        spoke = member.peek(&mut first) => spoke.is_ok_and(|bytes| bytes > 0),
                        _ = host.peek(&mut greeting) => false,
                    };
                    let number = (spoke && RECORDS.contains(&first[0])).then_some(connections);
                    connections += usize::from(number.is_some());
                    for (of, (read, write)) in ends(member, host) {
                        let meddle = meddle.filter(|(_, from)| *from == of).map(|(meddle, _)| meddle);
                        let record = number.and_then(|number| number.checked_sub(1));
                        let side = Side { number, of, meddle: record.zip(meddle), tell: tell.clone() };
                        tokio::spawn(side.run(read, write));
                    }
                }
            });
        });
        Self { port: listens.recv().unwrap(), passed }
    }
}

type Ends = (OwnedReadHalf, OwnedWriteHalf);

fn ends(member: TcpStream, host: TcpStream) -> [(Of, Ends); 2] {
    let ((from_member, to_member), (from_host, to_host)) = (member.into_split(), host.into_split());
    [(Of::Member, (from_member, to_host)), (Of::Host, (from_host, to_member))]
}

/// One direction of one connection.
struct Side {
    number: Option<usize>,
    of: Of,
    /// Which record is meddled with, and how.
    meddle: Option<(usize, Meddle)>,
    tell: SyncSender<Passed>,
}

impl Side {
    async fn run(self, mut read: OwnedReadHalf, mut write: OwnedWriteHalf) {
        let (mut bytes, mut waiting, mut held) = (vec![0; 16 * 1_024], Vec::new(), None);
        let mut count = 0;
        while let Ok(length @ 1..) = read.read(&mut bytes).await {
            let _over = self.tell.send(Passed::Bytes(self.number, self.of, bytes[..length].to_vec()));
            waiting.extend_from_slice(&bytes[..length]);
            let mut out = Vec::new();
            while let Some(record) = cut(&mut waiting) {
                if record[0] == LOOKS || !RECORDS.contains(&record[0]) {
                    out.extend(record);
                    continue;
                }
                if let Some((_, meddle)) = self.meddle.filter(|(at, _)| *at == count) {
                    let _over = self.tell.send(Passed::Meddled(count));
                    held = meddle.with(record, &mut out);
                } else {
                    out.extend(record);
                    out.extend(held.take().unwrap_or_default());
                }
                count += 1;
            }
            if write.write_all(&out).await.is_err() {
                return;
            }
        }
    }
}

impl Meddle {
    /// Does it to this record. Answers what goes behind the one that follows it.
    fn with(self, mut record: Vec<u8>, out: &mut Vec<u8>) -> Option<Vec<u8>> {
        match self {
            Self::Flip => {
                let last = record.len() - 1;
                record[last] ^= 0x20;
                out.extend(record);
            }
            Self::Drop => {}
            Self::Double => {
                out.extend_from_slice(&record);
                out.extend(record);
            }
            Self::Swap => return Some(record),
        }
        None
    }
}

/// The first whole record of these bytes; all of them where they are no records.
fn cut(bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    let whole = match bytes.as_slice() {
        [first, ..] if !RECORDS.contains(first) => bytes.len(),
        [_, _, _, high, low, ..] => HEADER + usize::from(u16::from_be_bytes([*high, *low])),
        _ => return None,
    };
    if bytes.len() < whole {
        return None;
    }
    let rest = bytes.split_off(whole);
    Some(std::mem::replace(bytes, rest))
}
