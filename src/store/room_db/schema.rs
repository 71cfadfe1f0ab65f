//! The tables, and how older files become newer ones.
//!
//! The number of a file's schema is `PRAGMA user_version`; 0 is a file that is still empty. A migration only
//! adds, so that a file that waits for its upgrade can still be read.

use rusqlite::Connection;

use super::{StoreError, in_transaction};

/// "Hall": tells our files from those of other programs, also to `file(1)`.
const APPLICATION: u32 = 0x4861_6c6c;

/// One step each; after the n-th the schema is n. Steps that were released are never changed.
const MIGRATIONS: &[&str] = &[SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4, SCHEMA_5, SCHEMA_6, SCHEMA_7, SCHEMA_8];

/// The first schema that has an index of words.
pub(super) const WITH_INDEX: u32 = 3;
/// The first schema that knows what is not kept.
pub(super) const WITH_RETENTION: u32 = 4;
/// The first schema that keeps proofs.
pub(super) const WITH_PROOFS: u32 = 5;
/// The first schema that keeps with whom the host compared words, and a password.
pub(super) const WITH_DOOR: u32 = 6;
/// The first schema that knows moderators and the rules of a room.
pub(super) const WITH_RULES: u32 = 7;
/// The first schema that knows whether removed words are left in the file.
pub(super) const WITH_WIPING: u32 = 8;

const SCHEMA_1: &str = "
-- The room, as it is known here. One row.
CREATE TABLE room (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    room_id    BLOB NOT NULL,
    name       TEXT NOT NULL,
    cert       BLOB,              -- DER; where this computer hosts the room
    key        BLOB,              -- PKCS #8; likewise
    spki       BLOB,              -- DER; the key that the room must answer with
    verified   INTEGER NOT NULL,
    nick       TEXT NOT NULL,     -- what I am called there
    addresses  TEXT NOT NULL,     -- JSON, best first
    capacity   INTEGER,
    created_ms INTEGER NOT NULL,
    era        INTEGER NOT NULL REFERENCES era(era),
    draft      TEXT NOT NULL DEFAULT '',
    CHECK ((cert IS NULL) = (key IS NULL))
) STRICT;

-- The logs that this room had; the last one counts. A new epoch is a new era, and entries of the old one stay.
CREATE TABLE era (
    era       INTEGER PRIMARY KEY,
    epoch     INTEGER,            -- the 64 bits, as signed; NULL before the first Welcome
    live_seq  INTEGER NOT NULL,   -- the end of the chain that the host's events go on from
    live_hash BLOB NOT NULL
) STRICT;

-- One row for one entry; the body is kept as it came.
CREATE TABLE entry (
    era       INTEGER NOT NULL REFERENCES era(era),
    seq       INTEGER NOT NULL CHECK (seq > 0),
    prev_seq  INTEGER NOT NULL CHECK (prev_seq >= 0 AND prev_seq < seq),
    prev_hash BLOB NOT NULL,
    at_ms     INTEGER NOT NULL,
    member    INTEGER NOT NULL,
    name      TEXT NOT NULL,
    author    BLOB NOT NULL,
    n         INTEGER NOT NULL,
    op_id     BLOB NOT NULL,
    kind      INTEGER NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB NOT NULL,
    hash      BLOB NOT NULL,
    PRIMARY KEY (era, seq),
    UNIQUE (era, author, op_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_by_counter ON entry (era, author, n);

-- Which parts of the log are here without a hole: every entry after prev_seq up to last_seq. Spans never touch.
CREATE TABLE span (
    era       INTEGER NOT NULL REFERENCES era(era),
    prev_seq  INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL CHECK (last_seq > prev_seq),
    PRIMARY KEY (era, prev_seq)
) STRICT, WITHOUT ROWID;

-- Whom the host knows.
CREATE TABLE member (
    member INTEGER PRIMARY KEY,
    key    BLOB NOT NULL UNIQUE,
    name   TEXT NOT NULL
) STRICT;

-- What I said that the host has not numbered yet.
CREATE TABLE outbox (
    place     INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id     BLOB NOT NULL UNIQUE,
    author    BLOB NOT NULL,
    n         INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB NOT NULL,
    text      TEXT NOT NULL,
    at_ms     INTEGER NOT NULL,
    refused   TEXT                -- JSON; NULL while it waits
) STRICT;
CREATE INDEX outbox_by_counter ON outbox (n, place);
";

const SCHEMA_2: &str = "
-- What people without the app may do (JSON), and whether the room is one of plain text.
ALTER TABLE room ADD COLUMN guests TEXT;
ALTER TABLE room ADD COLUMN plain INTEGER NOT NULL DEFAULT 0;
";

/// The index of words, without the texts: those are in the log. `automerge` is what keeps the longest wait for one
/// commit short.
macro_rules! index_table {
    () => {
        "
CREATE VIRTUAL TABLE find USING fts5(
    name, text, content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\"
);
INSERT INTO find (find, rank) VALUES ('automerge', 8);
"
    };
}

const SCHEMA_3: &str = concat!(
    "
-- Entries of the era up to this number are not in the index of words.
ALTER TABLE era ADD COLUMN unindexed INTEGER NOT NULL DEFAULT 0;
UPDATE era SET unindexed = coalesce((SELECT max(seq) FROM entry WHERE entry.era = era.era), 0);
",
    index_table!()
);

const SCHEMA_4: &str = "
-- How long entries are kept here; NULL for what the settings say.
ALTER TABLE room ADD COLUMN keep TEXT;

-- Entries of the era up to this number were removed; and the stamp of the last of them.
ALTER TABLE era ADD COLUMN removed_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE era ADD COLUMN removed_ms INTEGER;

-- Authors of removed entries, with the last counter of each.
CREATE TABLE removed_author (
    place  INTEGER PRIMARY KEY,
    era    INTEGER NOT NULL REFERENCES era(era),
    author BLOB NOT NULL,
    n      INTEGER NOT NULL,
    UNIQUE (era, author)
) STRICT;

-- Where this computer hosts the room: ops of removed entries, with their numbers, for whoever sends them again.
CREATE TABLE removed (
    author INTEGER NOT NULL REFERENCES removed_author(place),
    op_id  BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (author, op_id)
) STRICT, WITHOUT ROWID;
";

const SCHEMA_5: &str = "
-- An entry of the era that the room's key vouched for, and whether its host has all up to there.
ALTER TABLE era ADD COLUMN proof_seq INTEGER;
ALTER TABLE era ADD COLUMN proof_hash BLOB;
ALTER TABLE era ADD COLUMN proof_sig BLOB;
ALTER TABLE era ADD COLUMN handed_back INTEGER NOT NULL DEFAULT 0;
";

const SCHEMA_6: &str = "
-- Where this computer hosts the room: members with whom the host compared words.
CREATE TABLE compared (
    key BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- How people of a room stand that this computer hosts: until when they are kept out or not listened to, milliseconds since
-- 1970 UTC, 0 for good and NULL for not at all; and from where nobody may come.
CREATE TABLE standing (
    key       BLOB PRIMARY KEY,
    name      TEXT NOT NULL,
    banned    INTEGER,
    muted     INTEGER,
    addresses TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the host keeps of the room's password, NULL where it has none; and how often that changed.
ALTER TABLE room ADD COLUMN password BLOB;
ALTER TABLE room ADD COLUMN password_epoch INTEGER NOT NULL DEFAULT 0;
-- Whether the host is asked about each newcomer.
ALTER TABLE room ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;

-- Who has proven the password, and which.
CREATE TABLE admitted (
    key   BLOB PRIMARY KEY,
    epoch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Invites that stand for the password of this epoch, by the hashes of their tokens; and who came in by them.
CREATE TABLE invite (
    number   INTEGER PRIMARY KEY,
    hash     BLOB NOT NULL UNIQUE,
    people   INTEGER,
    until_ms INTEGER,
    revoked  INTEGER NOT NULL,
    epoch    INTEGER NOT NULL
) STRICT;
CREATE TABLE invite_use (
    invite INTEGER NOT NULL REFERENCES invite(number) ON DELETE CASCADE,
    key    BLOB NOT NULL,
    PRIMARY KEY (invite, key)
) STRICT, WITHOUT ROWID;
";

const SCHEMA_7: &str = "
-- Whom the host made a moderator.
ALTER TABLE standing ADD COLUMN moderator INTEGER NOT NULL DEFAULT 0;
-- With which key they go on, where they have another one now.
ALTER TABLE standing ADD COLUMN successor BLOB;
-- What holds for everybody in the room (JSON); NULL for nothing.
ALTER TABLE room ADD COLUMN rules TEXT;
-- What was removed, and where the log says so: what comes back to a copy later loses its words again.
CREATE TABLE removal (
    era    INTEGER NOT NULL REFERENCES era(era),
    seq    INTEGER NOT NULL,
    author BLOB NOT NULL,
    op_id  BLOB,                  -- NULL for all that the author had said
    PRIMARY KEY (era, seq)
) STRICT, WITHOUT ROWID;
-- What is left to be done of removals: everything that this author said before that number.
CREATE TABLE blanking (
    era    INTEGER NOT NULL REFERENCES era(era),
    author BLOB NOT NULL,
    upto   INTEGER NOT NULL,
    PRIMARY KEY (era, author)
) STRICT, WITHOUT ROWID;
-- By which key of mine the room knows me.
ALTER TABLE room ADD COLUMN known_by BLOB;
";

const SCHEMA_8: &str = "
-- Whether words that were removed may be left somewhere in the file.
ALTER TABLE room ADD COLUMN unwiped INTEGER NOT NULL DEFAULT 0;
UPDATE room SET unwiped = EXISTS (SELECT 1 FROM removal);
";

/// Makes the index anew, empty. A table whose own tables are damaged cannot even be removed, so they are made good
/// enough for that first.
pub(super) const INDEX_AGAIN: &str = concat!(
    "
DROP TABLE IF EXISTS find_data;
DROP TABLE IF EXISTS find_idx;
DROP TABLE IF EXISTS find_docsize;
DROP TABLE IF EXISTS find_config;
CREATE TABLE find_data (id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE find_idx (segid, term, pgno, PRIMARY KEY (segid, term)) WITHOUT ROWID;
CREATE TABLE find_docsize (id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);
CREATE TABLE find_config (k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO find_config VALUES ('version', 4);
DROP TABLE IF EXISTS find;
",
    index_table!()
);

/// Refuses a file of a newer app or of another program. Reads its header only.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let version = version(connection)?;
    if version == 0 {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        return if tables == 0 { Ok(()) } else { Err(foreign()) };
    }
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != i64::from(APPLICATION) {
        return Err(foreign());
    }
    if version > newest() {
        return Err(StoreError::NewerSchema(version));
    }
    Ok(())
}

/// The number of the file's schema.
pub(super) fn version(connection: &Connection) -> Result<u32, StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    u32::try_from(version).map_err(|_| foreign())
}

/// Brings the file up to date, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    // Where the file system cannot share memory (some network drives) the file stays in its older mode,
    // which is as safe and only slower.
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    if version(connection)? == newest() {
        return Ok(());
    }
    in_transaction(connection, |transaction| {
        let from = version(transaction)? as usize;
        for step in MIGRATIONS.iter().skip(from) {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", newest())?;
        Ok(())
    })
}

/// The number of the schema that this app writes.
fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

fn foreign() -> StoreError {
    StoreError::Damaged("it is not a room of Hallway".into())
}
