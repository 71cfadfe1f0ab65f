//! The words that everything else speaks, and that cannot hold a bad value.
//!
//! A [`Nickname`] or a [`MessageText`] exists only if it is good, so nothing above has to ask again: not the
//! host that reads it from the network, not the window that reads it from a field, not the store that reads
//! it from a disk. This module knows no protocol, no clock and no disk, and may use none of the others.

mod act;
pub mod entry;
pub mod export;
pub mod front;
pub mod guest;
mod house;
pub mod ids;
pub mod invitation;
pub mod invite_text;
mod knock;
pub mod limits;
pub mod message;
pub mod names;
pub mod password;
pub mod place;
pub mod refusal;
mod removal;
pub mod retention;
pub mod search;
pub mod settings;
mod succession;
pub mod visible;

pub use act::{Act, Standing, Until, Verb};
pub use entry::{
    At, Batch, Entry, FetchFrom, KnownMember, Op, Proof, Run, RunPlace, SignedHead, SignedOp, Slice,
};
pub use export::ExportFormat;
pub use front::FrontKey;
pub use guest::{Audience, GuestList, GuestRules, TextEncoding};
pub use house::{Deed, House, HouseRules, Rule};
pub use ids::{
    Epoch, Fingerprint, Hash, Link, MemberId, MemberKey, Now, OpId, Resume, RoomId, Seq, Signature,
};
pub use invitation::{Admission, InviteAsk, InviteEnd, InviteTerms, Issued, NoToken, Token};
pub use invite_text::InviteText;
pub use knock::{Knock, KnockAnswer};
pub use message::{Author, Content, Message, MessageText, Outgoing, Pending, TextError};
pub use names::{NameError, Nickname, RoomName};
pub use password::{Passphrase, Password, PasswordError, TooShort};
pub use place::{Address, Host, Invite, Where, WhereError};
pub use refusal::{Denial, Goodbye, Refusal};
pub use removal::Removal;
pub use retention::Retention;
pub use search::{Day, FindOrder, Found, FoundAt, Query, QueryError, Term};
pub use settings::{Ignored, RecentRoom, Renderer, Settings, Theme, WindowPlace};
pub use succession::Succession;
pub use visible::visible;
