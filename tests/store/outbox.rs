//! My outbox: order, refusals, and what survives.

use hallway::store::{RoomDb, StoreError};
use hallway::types::limits::{DRAFT_BYTES, OUTBOX};
use hallway::types::{OpId, Outgoing, Refusal};

use crate::samples::{EPOCH, ana, id, outgoing, record, run};

fn room() -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let db = RoomDb::create(&dir.path().join("a.db"), &record()).unwrap();
    (dir, db)
}

fn ids(db: &RoomDb) -> Vec<OpId> {
    db.outbox().unwrap().iter().map(|message| message.signed.op.id).collect()
}

/// The same message under another counter, as it is signed anew.
fn moved(message: &Outgoing, n: u64) -> Outgoing {
    let mut moved = message.clone();
    (moved.signed.op.n, moved.refused) = (n, None);
    moved.signed.signature.0[0] ^= 1;
    moved
}

#[test]
fn what_waits_is_there_after_the_file_is_opened_again_with_every_kind_of_refusal() {
    let (dir, mut db) = room();
    let refusals = [
        Refusal::TooFast { retry_after_ms: 5 },
        Refusal::OutOfOrder { expected: 9 },
        Refusal::NotStored,
        Refusal::Other("because \"no\"".into()),
    ];
    let mut expected = vec![outgoing(1, "waits")];
    db.queue(&expected[0]).unwrap();
    for (n, refusal) in (2..).zip(&refusals) {
        let mut message = outgoing(n, "refused\ntwo lines");
        db.queue(&message).unwrap();
        db.mark_refused(&id(n), refusal).unwrap();
        message.refused = Some(refusal.clone());
        expected.push(message);
    }
    drop(db);
    assert_eq!(RoomDb::open(&dir.path().join("a.db")).unwrap().outbox().unwrap(), expected);
}

#[test]
fn counters_go_on_behind_the_log_and_the_outbox_and_refused_ones_are_free_again() {
    let (_dir, mut db) = room();
    assert_eq!(db.next_n(&ana()), Ok(1));
    db.store_run(&run(1, 4), true, &[], EPOCH).unwrap();
    assert_eq!(db.next_n(&ana()), Ok(5));
    db.queue(&outgoing(5, "a")).unwrap();
    db.queue(&outgoing(6, "b")).unwrap();
    assert_eq!(db.next_n(&ana()), Ok(7));
    db.mark_refused(&id(6), &Refusal::TooLong).unwrap();
    assert_eq!(db.next_n(&ana()), Ok(6));
    assert_eq!(db.next_n(&hallway::types::MemberKey([1; 32])), Ok(1));
}

#[test]
fn counters_move_up_together_when_one_before_them_is_refused() {
    let (_dir, mut db) = room();
    for n in 1..=3 {
        db.queue(&outgoing(n, "a")).unwrap();
    }
    db.mark_refused(&id(1), &Refusal::TooLong).unwrap();
    let up = [moved(&outgoing(2, "a"), 1), moved(&outgoing(3, "a"), 2), moved(&outgoing(8, "gone"), 3)];
    db.requeue(&up).unwrap();
    assert_eq!(ids(&db), [id(1), id(2), id(3)]);
    assert_eq!(db.outbox().unwrap()[1..], up[..2]);
    assert_eq!(db.next_n(&ana()), Ok(3));
    let again = moved(&db.outbox().unwrap()[0], 3);
    db.requeue(&[again]).unwrap();
    assert_eq!(ids(&db), [id(2), id(3), id(1)]);
}

#[test]
fn one_wrong_message_leaves_the_outbox_as_it_was() {
    let (_dir, mut db) = room();
    db.queue(&outgoing(1, "a")).unwrap();
    db.queue(&outgoing(2, "b")).unwrap();
    let before = db.outbox().unwrap();
    let mut foreign = outgoing(2, "b");
    foreign.signed.op.room.0[0] ^= 1;
    assert!(matches!(db.requeue(&[moved(&before[0], 7), foreign.clone()]), Err(StoreError::Misfit(_))));
    assert!(matches!(db.queue(&outgoing(2, "again")), Err(StoreError::Misfit(_))));
    assert!(matches!(db.queue(&foreign), Err(StoreError::Misfit(_))));
    assert_eq!(db.mark_refused(&id(9), &Refusal::TooLong), Err(StoreError::NotFound));
    db.forget(&id(9)).unwrap();
    assert_eq!(db.outbox().unwrap(), before);
    db.forget(&id(1)).unwrap();
    assert_eq!(ids(&db), [id(2)]);
}

#[test]
fn the_outbox_holds_as_many_as_the_limit_says_and_not_one_more() {
    let (dir, mut db) = room();
    // Queued in one statement: one commit for each of ten thousand would take minutes on a slow disk.
    db.queue(&outgoing(1, "a")).unwrap();
    let raw = rusqlite::Connection::open(dir.path().join("a.db")).unwrap();
    raw.execute(
        "WITH RECURSIVE more(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n + 1 < ?1)
         INSERT INTO outbox (op_id, author, n, kind, body, signature, text, at_ms)
         SELECT randomblob(16), author, more.n, kind, body, signature, text, at_ms FROM outbox, more",
        [i64::try_from(OUTBOX).unwrap()],
    )
    .unwrap();
    let next = OUTBOX as u64;
    assert_eq!(db.next_n(&ana()), Ok(next));
    db.queue(&outgoing(next, "the last")).unwrap();
    assert_eq!(db.outbox().unwrap().len(), OUTBOX);
    assert_eq!(db.next_n(&ana()), Ok(next + 1));
    assert_eq!(db.queue(&outgoing(next + 1, "one more")), Err(StoreError::OutboxFull));
    db.forget(&id(1)).unwrap();
    db.queue(&outgoing(next + 1, "now there is room")).unwrap();
}

#[test]
fn a_draft_is_kept_up_to_the_limit_and_not_a_byte_more() {
    let (dir, mut db) = room();
    assert_eq!(db.draft(), Ok(String::new()));
    let longest = "a".repeat(DRAFT_BYTES);
    db.keep_draft(&longest).unwrap();
    let too_large = StoreError::TooLarge { limit: DRAFT_BYTES as u64 };
    assert_eq!(db.keep_draft(&format!("{longest}b")), Err(too_large));
    drop(db);
    let mut db = RoomDb::open(&dir.path().join("a.db")).unwrap();
    assert_eq!(db.draft(), Ok(longest));
    db.keep_draft("").unwrap();
    assert_eq!(db.draft(), Ok(String::new()));
}
