//! What a person can ask for. Screens return these; the model decides what they mean.

use std::net::IpAddr;
use std::path::PathBuf;

use jiff::civil::Date;

use super::find::FindAction;
use super::hosting::Span;
use super::moving::MovingAction;
use super::timeline::Look;
use crate::session::{LookedInto, RoomRef};
use crate::types::{
    Act, GuestRules, Ignored, InviteAsk, InviteText, KnockAnswer, MemberKey, MessageText, Nickname, OpId,
    Password, Removal, Retention, RoomId, Rule, Seq, Settings, Theme, WindowPlace,
};
use crate::ui::tokens::{BODY_MAX, BODY_MIN};

/// The screen in the middle of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Where everything begins.
    Home,
    /// The form that opens a room.
    Host,
    /// The form that goes to a room.
    Join,
    /// Settings.
    Settings,
    /// An open room.
    Room(RoomRef),
}

/// What stands over the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// How to let others through the firewall, for a room on this port.
    Firewall {
        /// The port.
        port: u16,
        /// It opened by itself, because a room was hosted for the first time.
        first: bool,
    },
    /// What could stand between two computers.
    Connection,
    /// What to tell people.
    Tell(RoomRef),
    /// The invite, for a camera.
    Qr(RoomRef),
    /// How far the room can be trusted.
    Trust(RoomRef),
    /// Words to compare with this member, or with the host.
    Compare(RoomRef, Option<MemberKey>),
    /// They differ: what that means.
    Differ(RoomRef, Option<MemberKey>),
    /// One person in the room.
    Person(RoomRef, MemberKey),
    /// Keep this person out? For so long, and where they come from too or not.
    Ban(RoomRef, MemberKey, Span, bool),
    /// Who is kept out or not listened to.
    Standings(RoomRef),
    /// The rules.
    House(RoomRef),
    /// Remove this?
    Remove(RoomRef, Removal),
    /// The invite that needs no password and was made last, for a camera.
    QrOfNew(RoomRef),
    /// Who is here, where the window is too narrow for a list beside the conversation.
    People(RoomRef),
    /// A room or an action by its name: what was typed so far, and which of what fits is chosen.
    GoTo(String, usize),
    /// The list of shortcuts.
    Keyboard,
    /// Another name for me in a room; what was typed so far.
    Rename(RoomRef, String),
    /// How many may come in; what was typed so far.
    Capacity(RoomRef, String),
    /// The password that people have to know; what was typed so far.
    Password(RoomRef, String),
    /// What people without the app may do.
    Guests(RoomRef),
    /// Keep this guest's address out?
    KeepOut(RoomRef, Nickname),
    /// Send a text of several lines, one after the other?
    SendLines(RoomRef, MessageText),
    /// Close a room that others are in?
    Stop(RoomRef),
    /// A day to go to in a room's log; what was typed so far.
    Day(RoomRef, String),
    /// How long what is said is kept, in a room or, without one, where nothing else was chosen; what is chosen so far,
    /// none for what the settings say; and a number of days as it is typed.
    Keep(Option<RoomRef>, Option<Retention>, String),
    /// Forget this room? With what would be lost, once that is known.
    Forget(RoomId, Option<LookedInto>),
    /// Take my identity to another computer, or one from there to this one.
    Identity,
    /// Close the window while others are in rooms of mine?
    Quit,
}

/// A change in the form that opens a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostEdit {
    /// The room's name.
    Name(String),
    /// My name.
    Nick(String),
    /// The port.
    Port(String),
    /// How many may come in.
    Capacity(String),
    /// The password that people have to know; empty for none.
    Password(String),
    /// Three words for it.
    Suggest,
    /// Be asked about each newcomer.
    Asks(bool),
    /// What people without the app may do.
    Guests(GuestRules),
    /// The rest of the form unfolds or folds.
    More(bool),
}

/// A change in the form that goes to a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinEdit {
    /// The address or the invite.
    Address(String),
    /// The port.
    Port(String),
    /// My name.
    Nick(String),
    /// The rest of the form unfolds or folds.
    More(bool),
    /// It is a plain-text room.
    Plain(bool),
    /// The room's password.
    Password(String),
}

/// Something on the settings screen.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsEdit {
    /// Ignore this one, or no longer.
    Ignore(Ignored, bool),
    /// My name, as it is typed.
    Nick(String),
    /// Colours.
    Theme(Theme),
    /// The size of text, in points; kept between the smallest and the largest.
    TextSize(u8),
    /// Sounds.
    Sounds(bool),
    /// Remember rooms.
    RememberRooms(bool),
    /// Remember drafts.
    RememberDrafts(bool),
    /// How long what is said is kept.
    KeepHistory(Retention),
    /// The list of people stands beside the conversation.
    ShowMembers(bool),
    /// The window was moved or sized.
    Window(WindowPlace),
    /// Go on when the window is closed.
    KeepRunning(bool),
    /// Notifications.
    Notifications(bool),
    /// Notifications without what was said.
    HideText(bool),
    /// Neither notifications nor sounds, for now.
    DoNotDisturb(bool),
    /// It was said that the program goes on.
    ToldRunning,
}

/// Something in one room.
#[derive(Debug, Clone, PartialEq)]
pub enum RoomAction {
    /// Say this.
    Say(MessageText),
    /// Say this text of several lines, where a room takes one at a time: the person is asked first.
    AskLines(MessageText),
    /// Say it; it is still in the composer.
    SayLines(MessageText),
    /// It is out of the composer.
    Released,
    /// The open padlock is drawn by the composer from now on, or no longer.
    OpenShown(bool),
    /// I am typing, or no longer.
    Typing(bool),
    /// The reader is here.
    Look(Look),
    /// Show the newest line, which is not held here.
    Newest,
    /// Show the first line that is kept here.
    Oldest,
    /// Fill the gap above this entry.
    LoadGap(Seq),
    /// Show what was said on this day, and after it.
    GoToDay(Date),
    /// Take this refused text out of the conversation and back into the composer.
    PutBack(OpId),
    /// What belonged back into the composer is there.
    TookBack,
    /// The composer holds this now.
    Draft(String),
    /// Dial now, or try the same once more.
    Retry,
    /// Leave; asks first where that ends the room for others.
    AskLeave,
    /// Leave for good.
    Leave,
    /// Do this about somebody in a room that I host.
    Act(Act),
    /// Another rule.
    SetRule(Rule),
    /// These words go.
    Remove(Removal),
    /// Ask me about each newcomer, or no longer.
    SetAsks(bool),
    /// Whether this one may come in.
    AnswerKnock(MemberKey, KnockAnswer),
    /// Show words to compare with this member, or with the host.
    Compare(Option<MemberKey>),
    /// They were the same on both screens.
    TheSame(Option<MemberKey>),
    /// Compare them some other time.
    CompareLater,
    /// Go by this name.
    Rename(Nickname),
    /// Let so many in.
    SetCapacity(usize),
    /// People have to know this password from now on, or none.
    SetPassword(Option<Password>),
    /// Make an invite that needs no password.
    Invite(InviteAsk),
    /// Take the invite of this number back.
    Revoke(u32),
    /// People without the app may do this from now on.
    SetGuests(GuestRules),
    /// Keep this address out no more.
    LetIn(IpAddr),
    /// Send this guest away and, if so, keep its address out.
    RemoveGuest(Nickname, bool),
    /// Go in once more, by this name.
    RetryAs(Nickname),
    /// Open it anew on this port, after the one before was taken.
    UsePort(u16),
    /// Go in although it is another room than last time.
    JoinAsNew,
    /// The room's password, as it is typed.
    TypePassword(String),
    /// Go in with this password, which the room asked for.
    Unlock(Password),
    /// The banner was read.
    Dismiss,
}

/// What a person asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Open the form that goes to a room, with this link in it, be it an invite or not.
    OpenInvite(InviteText),
    /// Go to this screen.
    Show(Screen),
    /// Show this dialog.
    Open(Dialog),
    /// Look again whether the profile can be used.
    TryAgain,
    /// Close the dialog.
    CloseDialog,
    /// Escape: close what is open, or go back.
    Back,
    /// The room above or below on the rail.
    Neighbour {
        /// Downwards.
        next: bool,
    },
    /// A change in the host form.
    EditHost(HostEdit),
    /// Three words into the dialog about this room's password.
    SuggestPassword(RoomRef),
    /// Open the room.
    SubmitHost,
    /// A change in the join form.
    EditJoin(JoinEdit),
    /// Go to the room.
    SubmitJoin,
    /// Go in under the name that is free.
    JoinAs(Nickname),
    /// Go to the room although it is another one than last time.
    JoinAsNew,
    /// Go to what answers there as to a plain-text room.
    JoinPlain,
    /// Stop opening or connecting.
    CancelForm,
    /// Go back to a recent room.
    Reopen(RoomId),
    /// Take it out of the list.
    Forget(RoomId),
    /// Something in one room.
    Room(RoomRef, RoomAction),
    /// Something in the form that moves my identity.
    Moving(MovingAction),
    /// Something in the pane that looks for what was said.
    Find(FindAction),
    /// Open that pane for the room on the screen.
    FindHere,
    /// Ask for the day to go to in this room's log.
    AskDay(RoomRef),
    /// Unfold or fold the list of people.
    TogglePeople,
    /// Choose a file for the history of this room. The window does it.
    AskExport(RoomId),
    /// Write the history of this room into this file.
    Export(RoomId, PathBuf),
    /// Write no more of it.
    CancelExport(RoomId),
    /// Ask how long what is said is kept, in a room or, without one, where nothing else was chosen.
    AskKeep(Option<RoomRef>),
    /// Keep it for so long; none for what the settings say.
    Keep(Option<RoomRef>, Option<Retention>),
    /// Ask whether this room is to be forgotten.
    AskForget(RoomId),
    /// Remove everything that is kept of this room.
    ForgetRoom(RoomId),
    /// Something on the settings screen.
    EditSettings(SettingsEdit),
    /// Ask the system how it stands with what is its own. The window does it, and tells by the next two.
    LookAtSystem,
    /// Start with the computer, or no longer. The window does it, and tells by the next one.
    StartWithComputer(bool),
    /// The program starts with the computer or does not, or why that is not so.
    Autostarts(Result<bool, String>),
    /// Notifications are shown here; if not, why, in the system's words.
    Notifies(Option<String>),
    /// The window was closed, and the program goes on.
    Hidden,
    /// The window was closed and is still there, for this desktop minimizes none.
    Stayed,
    /// The window is to come forward, on this room where one is named.
    ShowNoted(Option<RoomRef>),
    /// Text this much larger or smaller, in points.
    ResizeText(i8),
    /// Keep what changed and was not kept yet.
    KeepChanges,
    /// Open the system's page for its firewall. The window does it; the model hears of a failure only.
    OpenFirewallPage,
    /// Show this link outside. The window does it; the model hears of a failure only.
    OpenLink(String),
    /// What the window was to do failed, with the system's words.
    NotOpened(String),
    /// No file can be chosen here, in words for the person.
    NotChosen(String),
    /// A sound cannot be played here, for this reason.
    NotPlayed(String),
    /// A toast was read or has been there long enough.
    DropToast(u64),
    /// Close the window; asks first where that ends rooms for others.
    AskQuit,
    /// Close the window.
    Quit,
}

/// A change of the settings as the model keeps them.
pub(super) fn edit(settings: &mut Settings, change: SettingsEdit) {
    match change {
        SettingsEdit::Nick(text) => {
            settings.nickname = Nickname::new(&text).ok().or(settings.nickname.take());
        }
        SettingsEdit::Ignore(whom, on) => drop(settings.ignore(whom, on)),
        SettingsEdit::Theme(theme) => settings.theme = theme,
        SettingsEdit::TextSize(size) => {
            settings.text_size = size.clamp(BODY_MIN, BODY_MAX);
        }
        SettingsEdit::Sounds(on) => settings.sounds = on,
        SettingsEdit::RememberRooms(on) => settings.remember_rooms = on,
        SettingsEdit::RememberDrafts(on) => settings.remember_drafts = on,
        SettingsEdit::KeepHistory(retention) => settings.keep_history = retention,
        SettingsEdit::ShowMembers(on) => settings.show_members = on,
        SettingsEdit::Window(place) => settings.window = Some(place),
        SettingsEdit::KeepRunning(on) => settings.keep_running = on,
        SettingsEdit::Notifications(on) => settings.notifications = on,
        SettingsEdit::HideText(on) => settings.hide_text = on,
        SettingsEdit::DoNotDisturb(on) => settings.do_not_disturb = on,
        SettingsEdit::ToldRunning => settings.told_running = true,
    }
}
