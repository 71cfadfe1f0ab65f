//! The one table of limits.
//!
//! Everything that a person, a peer or a disk can make grow has a number here, with its unit and the
//! reason for it. Each is tested at the limit and one past it, beside the code that holds it.

/// Bytes of one frame before Welcome, its length field not counted. A Hello with every optional field
/// stays below 1 KiB, so a stranger can make us set aside no more than this.
pub const FRAME_BEFORE_WELCOME_BYTES: usize = 4 * 1024;
/// Bytes of one frame after Welcome. One page of history, or 16 full-length messages.
pub const FRAME_BYTES: usize = 256 * 1024;
/// Milliseconds from accept to a finished handshake (Welcome sent). Slow radio links need about two seconds.
pub const HANDSHAKE_MS: u64 = 10_000;
/// Handshakes that one address may have under way; more of them queue. A classroom behind one router
/// joins at once.
pub const HANDSHAKES_PER_ADDRESS: usize = 32;
/// Handshakes under way in all; more of them queue. Bounds the public-key work of a join storm.
pub const HANDSHAKES: usize = 256;
/// Handshake places that only addresses have from which a member came in before: a storm of strangers keeps
/// nobody out who is known.
pub const HANDSHAKES_FOR_KNOWN: usize = 64;
/// Addresses from which members came in that are remembered.
pub const KNOWN_ADDRESSES: usize = 4_096;
/// Connections at the door; for one more, the one that has been there for longest goes, of the address with the most.
pub const HANDSHAKE_QUEUE: usize = 4096;
/// Milliseconds that a connection waits for a place to make its handshake in: no app waits longer than a third of it.
pub const HANDSHAKE_WAIT_MS: u64 = 30_000;
/// Milliseconds of silence after which the host speaks first, so that a person with netcat sees a greeting.
pub const HOST_SPEAKS_AFTER_MS: u64 = 300;
/// Milliseconds that a joining app listens at a bare address before it decides that nothing there is a Hallway.
pub const LISTEN_FIRST_MS: u64 = 1_500;
/// Bytes that a joining app reads while it listens for the mark.
pub const LISTEN_FIRST_BYTES: usize = 1_024;
/// Milliseconds for one TCP connection attempt. A dropping firewall answers nothing for ever.
pub const DIAL_MS: u64 = 5_000;

/// Bytes of one message's text, UTF-8.
pub const TEXT_BYTES: usize = 16 * 1024;
/// Lines of one message's text: a longer one fills several screens and belongs into a file.
pub const TEXT_LINES: usize = 500;
/// Grapheme clusters of a nickname: fits a member list 208 points wide.
pub const NICK_GRAPHEMES: usize = 32;
/// Bytes of a nickname, UTF-8.
pub const NICK_BYTES: usize = 128;
/// Combining marks on one base character of a name; more is decoration that draws over other lines.
pub const MARKS_PER_BASE: usize = 2;
/// Bytes of a room's name, UTF-8: one DNS-SD label holds 63, so a longer one is announced cut.
pub const ROOM_NAME_BYTES: usize = 64;
/// Bytes of an address or invite that a person may paste.
pub const WHERE_BYTES: usize = 4_096;
/// Addresses that one invite may carry.
pub const INVITE_ADDRESSES: usize = 16;
/// Bytes of the sentence in an Error or a rejected Result.
pub const ERROR_TEXT_BYTES: usize = 256;
/// Bytes of an op's body of a kind that we do not know. Known kinds have smaller limits of their own.
pub const OP_BODY_BYTES: usize = 32 * 1024;
/// Bytes of a post's body: the longest text, and room for fields that newer apps put beside it.
pub const POST_BODY_BYTES: usize = TEXT_BYTES + 4 * 1024;
/// Features that one Hello or Welcome may list: keeps a Hello far below [`FRAME_BEFORE_WELCOME_BYTES`].
pub const FEATURES: usize = 16;
/// Bytes of one feature's name.
pub const FEATURE_BYTES: usize = 32;
/// Bytes of the app's name and version in a Hello.
pub const APP_BYTES: usize = 64;
/// Bytes of a signature by the room's key: ECDSA P-256 in ASN.1 never needs more.
pub const HEAD_SIGNATURE_BYTES: usize = 72;

/// Messages a member may send at once before the steady rate holds.
pub const QUOTA_BURST: u32 = 30;
/// Messages a second that a member may keep up.
pub const QUOTA_PER_SECOND: u32 = 10;
/// The longest that a member is not read from who said more than its quota, milliseconds. An app that was told to wait
/// waits as long by itself; of one that does not, the next word is late by no more than this.
pub const REST_MAX_MS: u64 = 1_000;
/// Ops in one Submit.
pub const OPS_PER_SUBMIT: usize = 64;
/// Ops that a member may have sent and not yet seen answered.
pub const OPS_UNANSWERED: usize = 64;
/// Things beside them that somebody in charge may have done and not yet seen answered: people do one at a time.
pub const DEEDS_UNANSWERED: usize = 16;
/// Entries in one page.
pub const PAGE_ENTRIES: usize = 500;
/// Bytes of entries in one page or one Events frame: leaves room for the envelope within a frame.
pub const PAGE_BYTES: usize = 192 * 1024;
/// Entries that a first join shows before anything older is asked for.
pub const FIRST_JOIN_ENTRIES: usize = 200;
/// Milliseconds between two pages of what is missing here, where nobody looks at it: a million lines take less than ten
/// minutes, and a host that everybody comes to at once is not asked for all of its log by each of them at once.
pub const BACKFILL_EVERY_MS: u64 = 250;
/// How many times as long as such a page took it rests before the next one: a busy host or a slow disk has at least
/// four fifths of the time for what is said now.
pub const BACKFILL_REST: u64 = 4;
/// Entries that a copy may be behind before a person is told how far it has caught up: fewer are here before one reads it.
pub const CATCHING_UP_ENTRIES: u64 = 2_000;
/// Milliseconds between two words about it: numbers that change faster cannot be read.
pub const CATCHING_UP_TOLD_MS: u64 = 250;
/// Members in one roster page.
pub const ROSTER_PAGE: usize = 256;
/// Names in one presence notice; more become a count ("and 40 others").
pub const PRESENCE_NAMES: usize = 64;
/// Milliseconds between two presence notices: joins and leaves within are told together.
pub const PRESENCE_EVERY_MS: u64 = 250;
/// Members present above which typing is not told: it would cost more than messages do.
pub const TYPING_MEMBERS: usize = 200;
/// Names in one typing notice.
pub const TYPING_NAMES: usize = 3;
/// Milliseconds that "is typing" holds without being said again.
pub const TYPING_MS: u64 = 6_000;

/// Guests in one room: what a class without the app needs, a few times over.
pub const GUESTS: usize = 1_024;
/// Guests from one address: a room behind one router, and not all places of the room.
pub const GUESTS_PER_ADDRESS: usize = 256;
/// Names in one list of guests; more are counted.
pub const GUEST_NAMES: usize = 64;
/// Addresses that one room keeps out.
pub const KEPT_OUT: usize = 1_024;
/// Lines that a guest may say at once before the steady rate holds.
pub const GUEST_BURST: u32 = 6;
/// Lines a second that a guest may keep up. What comes faster waits in the network; nothing is dropped.
pub const GUEST_PER_SECOND: u32 = 2;
/// Lines that all guests from one address may say at once: a class behind one router that is asked a question.
pub const GUEST_ADDRESS_BURST: u32 = 64;
/// Lines a second that they may keep up together, so that one address cannot drown a room by coming in often: more
/// than such a class says, and more than anybody reads.
pub const GUEST_ADDRESS_PER_SECOND: u32 = 32;
/// Bytes of one line of a guest; a longer one becomes several, cut at a character and marked.
pub const GUEST_LINE_BYTES: usize = 4 * 1024;
/// Milliseconds after which what a guest sent without a line end is a message.
pub const GUEST_FLUSH_MS: u64 = 1_500;
/// Milliseconds likewise for somebody whose terminal sends every key by itself: time to think in the middle of a line.
pub const GUEST_TYPING_FLUSH_MS: u64 = 60_000;
/// Milliseconds between the greeting and everything else, for those who say nothing: an app that only listened for
/// the mark is gone by then, and nobody is told of it.
pub const GUEST_SETTLES_MS: u64 = 400;
/// Lines of the room that a guest sees when it comes.
pub const GUEST_BACKLOG: usize = 20;
/// Lines that wait for guests who do not read; older ones are skipped and counted. All guests share them.
pub const GUEST_LINES_WAITING: usize = 512;
/// Milliseconds that a guest who said that it will say no more is still written to.
pub const GUEST_HALF_CLOSED_MS: u64 = 60_000;

/// Bytes of one write into a plain room: its server reads 2,048 at a time, and cuts a longer line in two.
pub const PLAIN_WRITE_BYTES: usize = 2_000;
/// Milliseconds between two writes into a plain room, so that two lines never reach its server as one.
pub const PLAIN_PACE_MS: u64 = 150;
/// Milliseconds after which what a plain room sent without a line end is shown.
pub const PLAIN_FLUSH_MS: u64 = 150;
/// Bytes of one line of a plain room; a longer one becomes several.
pub const PLAIN_LINE_BYTES: usize = 16 * 1024;
/// Lines of mine whose echo a plain room may still send.
pub const PLAIN_ECHOES: usize = 32;
/// Names of a plain room that are kept.
pub const PLAIN_NAMES: usize = 1_024;

/// Milliseconds between two pings of a member.
pub const PING_EVERY_MS: u64 = 15_000;
/// Milliseconds of silence after which the other side counts as gone.
pub const DEAD_AFTER_MS: u64 = 45_000;
/// Milliseconds that the other side has to answer a ping after this computer's network changed or it slept: a connection
/// that stands answers at once.
pub const NETWORK_ANSWER_MS: u64 = 3_000;
/// Milliseconds without another change after which the network has settled: a card that comes up tells of itself in
/// many small pieces.
pub const NETWORK_SETTLES_MS: u64 = 300;
/// Milliseconds after which it is looked at all the same.
pub const NETWORK_SETTLES_AT_MOST_MS: u64 = 2_000;
/// Milliseconds that a timer may be late before this computer is taken to have slept: more than a busy one is late.
pub const SLEPT_MS: u64 = 5_000;
/// Milliseconds of one piece of a wait before dialling again: how much of it may be left over when a computer wakes up.
pub const PAUSE_PIECE_MS: u64 = 5_000;
/// Milliseconds that one write may stand still before a connection is closed as slow.
pub const WRITE_STALL_MS: u64 = 30_000;
/// Milliseconds of the first wait before dialling again; the waits grow with the time that it is down, up to [`RETRY_MAX_MS`].
pub const RETRY_MIN_MS: u64 = 500;
/// Milliseconds of the longest wait before dialling again.
pub const RETRY_MAX_MS: u64 = 30_000;
/// Milliseconds of a healthy connection after which the waits start small again.
pub const RETRY_RESET_MS: u64 = 60_000;

/// Members that may be in a room unless the host chooses otherwise.
pub const CAPACITY: usize = 200;
/// The most members that the host may allow: what one machine was measured to carry.
pub const CAPACITY_MAX: usize = 10_000;
/// Bytes of published entries that the ring keeps for connections that lag; older ones come from the store.
pub const RING_BYTES: usize = 32 * 1024 * 1024;
/// Bytes that one connection takes from the ring for one write.
pub const TURN_BYTES: usize = 64 * 1024;
/// Messages waiting for one connection outside the ring (results, pages, presence).
pub const DIRECT_QUEUE: usize = 128;
/// Pages that one member may have asked for and not yet been sent.
pub const FETCHES_WAITING: usize = 4;
/// Inputs waiting for the room's task.
pub const ROOM_QUEUE: usize = 1_024;
/// Entries staged and not yet durable; past it new ops are refused as "too fast".
pub const STAGED_ENTRIES: usize = 4_096;
/// Milliseconds after which a host or a member that could not write something down tries again, or a member
/// submits again what the host could not write down.
pub const NOT_STORED_RETRY_MS: u64 = 2_000;
/// Milliseconds before a room is opened again whose disk did not confirm a write; the waits grow with every try that
/// fails, up to [`REOPEN_MAX_MS`].
pub const REOPEN_MIN_MS: u64 = 2_000;
/// Milliseconds of the longest wait before a room is opened again.
pub const REOPEN_MAX_MS: u64 = 30_000;
/// Milliseconds after which a member whose disk did not take what the others said tries it again.
pub const NOT_KEPT_RETRY_MS: u64 = 30_000;
/// People of one room whom a member keeps by name; of more, it knows how many.
pub const PEOPLE_KEPT: usize = 1_024;
/// Ops of one device whose answers the room keeps in memory; older ones are looked up in the log.
pub const ANSWERS_KEPT: usize = 64;
/// Entries of a log that are held against their hashes in one go, when there is nothing else to do: about a millisecond.
pub const CHECK_ENTRIES: usize = 128;
/// Bytes of them after which a go ends, however few they are.
pub const CHECK_BYTES: usize = 128 * 1024;
/// Entries in one commit of the log.
pub const COMMIT_ENTRIES: usize = 256;

/// Milliseconds after its start in which a host with a log numbers nothing, so that members who know more of it can say
/// so first: a member that was connected dials again within half a second.
pub const RECALL_WAIT_MS: u64 = 3_000;
/// Milliseconds after its start in which a host leaves out, of a copy that begins late, what its authors said after
/// something that is not here: whoever was there comes back within minutes, and brings that first.
pub const RECALL_PATIENCE_MS: u64 = 10 * 60_000;
/// Milliseconds that a member has for each page of a tail that it hands back.
pub const RECALL_PAGE_MS: u64 = 10_000;
/// How often a host lets itself be made to wait by members that say they hold more of its log and do not hand it back:
/// after a crash several come at once, and some lose their connection.
pub const PATIENCE: u32 = 8;
/// Milliseconds after which a host whose patience is over waits once more: a few seconds in each minute.
pub const PATIENCE_MS: u64 = 60_000;
/// Pages of a tail whose bounds a host keeps while it checks where the tail begins: four million entries.
pub const RECALL_PAGES: usize = 16_384;
/// Entries in one page of a tail: what one commit takes.
pub const RECALL_ENTRIES: usize = COMMIT_ENTRIES;
/// Milliseconds before a member asks again for entries that its host did not have: a host that mends its log has them
/// back soon. The waits grow with every time in vain, up to [`LACKING_RETRY_MAX_MS`].
pub const LACKING_RETRY_MIN_MS: u64 = 30_000;
/// Milliseconds of the longest such wait: what a host removed long ago is asked for once an hour.
pub const LACKING_RETRY_MAX_MS: u64 = 3_600_000;
/// Earlier logs of a room that a member offers its host at one visit. A room has more than one only when its host's
/// disk went back in time more than once.
pub const LOGS_OFFERED: usize = 8;
/// Offers of members that wait while a tail is handed back; whoever comes later offers again at its next visit.
pub const OFFERS_WAITING: usize = 64;

/// Commands waiting for the background. A person cannot be this far ahead; a script is told to wait.
pub const COMMAND_QUEUE: usize = 64;
/// Events waiting for the window. When it is full, what a room still has to say collapses into `Behind`.
pub const EVENT_QUEUE: usize = 1_024;
/// Jobs waiting for one room's database.
pub const STORE_QUEUE: usize = 1_024;
/// Messages that the outbox holds; past it the person is asked to wait for the room.
pub const OUTBOX: usize = 10_000;
/// Messages that the window keeps of one room; older ones are paged in again.
pub const WINDOW_MESSAGES: usize = 2_000;
/// Messages that the window asks for at once.
pub const WINDOW_PAGE: usize = 200;
/// Bytes of what is typed to look for something.
pub const QUERY_BYTES: usize = 512;
/// Words and phrases of it.
pub const QUERY_TERMS: usize = 16;
/// Lines in one part of the answer to a search.
pub const FOUND_PAGE: usize = 50;
/// Bytes of a found line that are shown.
pub const FOUND_BYTES: usize = 240;
/// Lines of one room, the newest that fit, among which a search for the best ones chooses.
pub const RANKED: usize = 2_000;
/// Bytes of what they say, after which the choice ends likewise: lines may be long.
pub const RANKED_BYTES: usize = 1024 * 1024;
/// Entries that are indexed in one go when nothing else is to be done: whatever comes meanwhile waits for them, so
/// they take a few milliseconds.
pub const INDEX_ENTRIES: usize = 64;
/// Bytes of entries after which one go ends likewise.
pub const INDEX_BYTES: usize = 16 * 1024;
/// KiB of memory while a damaged room's file is made anew: the indexes of a million entries fit, whose order is nobody's.
pub const MEND_CACHE_KIB: usize = 128 * 1024;
/// Days that a computer may be told to keep what was said: a hundred years, which is for good.
pub const RETENTION_DAYS: u16 = 36_500;
/// Entries that are removed in one go when nothing else is to be done, because they are not to be kept any more:
/// whatever comes meanwhile waits for them, so they take a few milliseconds.
pub const REMOVE_ENTRIES: usize = 64;
/// Pages of a room's file that may be free, for what is said next; 1 MiB.
pub const FREE_PAGES: usize = 256;
/// Free pages of it that are given back in one go.
pub const GIVE_BACK_PAGES: usize = 32;
/// Pages in use of an older file up to which it is written anew to give back the rest; 16 MiB, a part of a second.
pub const VACUUM_PAGES: usize = 4_096;
/// Pages of 4 KiB that wait in a room's write-ahead log before they are moved into its database when there is nothing
/// else to do. Moving costs two syncs, so a line now and then does not pay for it, and a busy room writes the same pages
/// again and again: with four times as many it acknowledges a sixth more than with 256.
pub const WAL_IDLE_PAGES: u64 = 1_000;
/// Pages likewise after which they are moved at once: 16 MiB.
pub const WAL_PAGES: u64 = 4_000;
/// Pages in a write-ahead log that could not be moved, for the disk said no, past which nothing more is written.
pub const WAL_PAGES_MAX: u64 = 16_000;
/// Entries of an exported history that are written before its progress is shown: fewer take less than a person
/// needs to read about it.
pub const EXPORT_QUIET_ENTRIES: usize = 5_000;
/// Recent rooms that are remembered.
pub const RECENT_ROOMS: usize = 50;
/// Bytes of a settings file that we are willing to read.
pub const SETTINGS_BYTES: u64 = 1024 * 1024;
/// Bytes of a draft that is kept: what is longer stays in the composer until it is closed.
pub const DRAFT_BYTES: usize = 64 * 1024;
/// Bytes of the line by which a second start of the program speaks to the first: a link, and two hashes in hex.
pub const FRONT_LINE_BYTES: u64 = WHERE_BYTES as u64 + 256;
/// Callers that the window listens to at once for it.
pub const FRONT_CALLERS: usize = 4;
/// Milliseconds that a caller has to say all of it: on one computer it comes at once.
pub const FRONT_MS: u64 = 200;
/// Milliseconds that a second start waits to be connected and to hear that it is a window of ours that listens. Longer
/// than [`FRONT_MS`], for silent callers may stand before it; and short, for a stranger may have the port by now.
pub const FRONT_HERE_MS: u64 = 500;
/// Milliseconds after that in which the window comes forward, which may be busy with a disk.
pub const FRONT_ANSWER_MS: u64 = 3_000;
/// Members of one room with whom its host compared words, by one click each: more than a person does in years.
pub const COMPARED_MEMBERS: u64 = 4_096;
/// Bytes of a password: a long sentence.
pub const PASSWORD_BYTES: usize = 256;
/// Tries of a password from one address in a minute: a person needs two or three. Tries are counted when they begin,
/// for whoever guesses never ends one.
pub const TRIES_PER_ADDRESS: usize = 5;
/// Tries in a minute in the whole room: three words would take more than a hundred years.
pub const TRIES_PER_ROOM: usize = 60;
/// Milliseconds in which tries are counted, and that an address waits first when it had too many.
pub const TRIES_MS: u64 = 60_000;
/// The longest that an address waits, milliseconds: the wait doubles up to here. Likewise when it is forgotten.
pub const TRIES_WAIT_MAX_MS: u64 = 3_600_000;
/// People of one room about whom something holds: more than any host bans or mutes.
pub const STANDINGS: usize = 4_096;
/// Removed messages whose words leave a log in one step: what is said meanwhile does not wait for more.
pub const BLANKED_AT_ONCE: usize = 500;
/// Pages of the index of words that are merged in one step after something was removed: some milliseconds' work.
pub const MERGED_PAGES: i64 = 64;
/// How often a room's file is wiped of removed words, one time after the other, while the room is open: each may take a part of
/// a second.
pub const WIPES: u32 = 8;
/// Commits after which it may be once more.
pub const WIPE_COMMITS: u32 = 64;
/// People whom one ignores: more would be a reason to leave, and the settings are read at each start.
pub const IGNORED: usize = 256;
/// People of one room who go on with another key: whoever loses theirs does that once in a while, and what is left of
/// [`STANDINGS`] is for those about whom something is done.
pub const SUCCESSIONS: usize = 512;
/// Names that a member takes one after the other, since the room was opened, before each further one takes
/// [`RENAME_EVERY_MS`]: nobody looks for a name for longer.
pub const RENAMES: u32 = 5;
/// Milliseconds between two names of somebody who took many, and after which somebody who is muted is looked at again.
pub const RENAME_EVERY_MS: u64 = 60_000;
/// Keys of mine that are lost and kept for rooms that know me by them: nobody loses more computers than that.
pub const LOST_KEYS: usize = 16;
/// Moderators of one room: each of them is named to everybody, in one frame.
pub const MODERATORS: usize = 32;
/// Seconds of the longest slow mode: past an hour nobody speaks slowly, they wait.
pub const SLOW_S_MAX: u32 = 3_600;
/// People about whom something holds, as moderators are told of them in one frame: the ones that it changed for last would
/// be those they look for, and a longer list is the host's to see.
pub const STANDINGS_TOLD: usize = 512;
/// Addresses at which one ban holds: somebody comes from one at a time.
pub const BAN_ADDRESSES: usize = 8;
/// Days that a time may have that is typed behind a command: ten years, beyond which nobody means a time.
pub const SPAN_DAYS: u64 = 3_652;
/// Characters of a passphrase for a file that somebody else may get and guess at as fast as their computers can.
pub const PASSPHRASE_CHARS: usize = 12;
/// Bytes of a file with an identity: it has some 150.
pub const SEALED_BYTES: usize = 1_024;
/// The most memory in KiB that opening such a file may ask for: four times what is written here, and little enough for
/// any computer.
pub const SEALED_MEMORY_KIB: u32 = 256 * 1_024;
/// The most passes over that memory: a few seconds.
pub const SEALED_PASSES: u32 = 12;
/// Connections that may wait for their password at once, each for [`HANDSHAKE_MS`].
pub const AT_GATE: usize = 256;
/// Likewise from one address, so that one computer keeps nobody out.
pub const AT_GATE_PER_ADDRESS: usize = 8;
/// Invites of one room that the host keeps, those that ended among them; a new one takes the place of one that ended.
pub const INVITES: usize = 64;
/// People who may come in by one invite: as many as a room may hold.
pub const INVITE_PEOPLE: u32 = 10_000;
/// Milliseconds for which an invite holds at least: time to hand it over.
pub const INVITE_MS_MIN: u64 = 60_000;
/// Milliseconds for which an invite holds at most: a year, for a course. What holds longer is forgotten.
pub const INVITE_MS_MAX: u64 = 366 * 24 * 3_600_000;
/// People who may stand at the door at once and wait for the host to let them in.
pub const KNOCKS: usize = 64;
/// Milliseconds that one of them waits: five minutes, after which nobody is looking.
pub const KNOCK_MS: u64 = 300_000;
/// Bytes of the three messages that prove a password (RFC 9807 with ristretto255 and triple Diffie-Hellman).
pub const KE1_BYTES: usize = 96;
/// Likewise, the host's answer.
pub const KE2_BYTES: usize = 320;
/// Likewise, the member's proof.
pub const KE3_BYTES: usize = 64;
/// Rooms open at once.
pub const OPEN_ROOMS: usize = 32;

/// The default port: R-O-O-M on a phone's keypad, below every system's ephemeral range.
pub const DEFAULT_PORT: u16 = 7666;
/// Ports that are tried after the default one when it is taken.
pub const PORTS_TRIED: u16 = 32;
