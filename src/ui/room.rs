//! A room's screen: one banner under its header, then the conversation, the composer and who is here.

use egui::{Frame, Margin, Panel, ScrollArea, Stroke, Ui};

use super::composer::{Composer, ComposerAction, Place, composer_ui};
use super::conversation::{ConversationAction, ViewState, conversation_ui};
use super::header::header_ui;
use super::knocks::knocks_ui;
use super::members::{Here, members_ui};
use super::model::unlock::wanted;
use super::model::{Action, Banner, Dialog, Model, Phase, RoomAction, RoomNotice, RoomState};
use super::open::Open;
use super::shortcuts;
use super::tell::tell_people_ui;
use super::text::{controls, failures, join, knocks, notices, plain, room as words, trust};
use super::tokens::{self, FORM_WIDTH, HAIRLINE, HEADER_HEIGHT, MEMBERS_BELOW, MEMBERS_WIDTH};
use super::tokens::{SPACE_2, SPACE_4, SPACE_5};
use super::unlock::unlock_ui;
use super::widgets::{self, button, primary_button};
use crate::session::{Failure, Hosting, Notice};

/// What is drawn of one room and belongs to the window alone: where it is scrolled, what is being typed.
#[derive(Default)]
pub(super) struct RoomView {
    conversation: ViewState,
    composer: Composer,
    card_height: f32,
    banner_end: Option<f32>,
}

impl RoomView {
    /// The composer takes the keyboard.
    pub(super) fn focus(&mut self) {
        self.composer.focus();
    }

    /// Where the banner ends that was drawn last, in points from the top of the window.
    pub(super) fn banner_end(&self) -> Option<f32> {
        self.banner_end
    }
}

/// Draws the screen of `room`. `back` says that nothing stands beside it.
pub(super) fn room_ui(
    ui: &mut Ui,
    model: &Model,
    room: &RoomState,
    view: &mut RoomView,
    back: bool,
) -> Vec<Action> {
    let mut out = Vec::new();
    let p = tokens::palette(ui);
    let wide = ui.ctx().content_rect().width() >= MEMBERS_BELOW;
    Panel::top("room-header")
        .exact_size(HEADER_HEIGHT)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::symmetric(SPACE_4 as i8, 0)))
        .show(ui, |ui| header_ui(ui, room, back, &mut out));
    ui.painter().hline(ui.max_rect().x_range(), ui.cursor().top(), Stroke::new(HAIRLINE, p.hairline));
    // What is looked for takes the place of who is here.
    if model.settings.show_members && wide && room.online.is_some() && model.find.is_none() {
        Panel::right("members")
            .exact_size(MEMBERS_WIDTH)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().fill(p.rail))
            .show(ui, |ui| members_ui(ui, &Here::of(room), &mut out));
    }
    view.banner_end = room.banner().map(|banner| {
        let margin = Margin { left: SPACE_4 as i8, right: SPACE_4 as i8, top: SPACE_2 as i8, bottom: 0 };
        let frame = Frame::new().inner_margin(margin);
        let wants = match banner {
            Banner::Failed(failure) => wanted(failure, room.failed_ms, model.now_ms()),
            _ => None,
        };
        let draw = |ui: &mut Ui| match &wants {
            Some(wants) => unlock_ui(ui, room, wants, &mut out),
            None => banner_ui(ui, room, banner, &mut out),
        };
        frame.show(ui, draw).response.rect.bottom()
    });
    if !room.knocks.is_empty() {
        let margin = Margin { left: SPACE_4 as i8, right: SPACE_4 as i8, top: SPACE_2 as i8, bottom: 0 };
        Frame::new().inner_margin(margin).show(ui, |ui| knocks_ui(ui, room, &mut out));
    }
    let act = |action: RoomAction| Action::Room(room.id, action);
    for text in &room.returned {
        view.composer.put_back(text);
    }
    if !room.returned.is_empty() {
        out.push(act(RoomAction::TookBack));
        out.extend(view.composer.draft().map(|text| act(RoomAction::Draft(text.to_owned()))));
    }
    if let Some(text) = &room.released {
        view.composer.release(text);
        out.push(act(RoomAction::Released));
    }
    if room.online.is_some() && room.is_open() {
        Panel::bottom("composer")
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::NONE)
            .show(ui, |ui| said_ui(ui, model, room, &mut view.composer, &mut out));
    }
    let alone = room.hosting.as_ref().filter(|_| room.others() == 0 && room.timeline.nothing_was_said());
    if let Some(hosting) = alone {
        alone_ui(ui, (room, hosting), &mut view.card_height, &mut out);
        return out;
    }
    out.extend(end_asked(ui, room, view).map(act));
    let told = conversation_ui(ui, &mut view.conversation, &room.timeline);
    out.extend(told.into_iter().map(|action| match action {
        ConversationAction::Look(look) => act(RoomAction::Look(look)),
        ConversationAction::Newest => act(RoomAction::Newest),
        ConversationAction::LoadGap(seq) => act(RoomAction::LoadGap(seq)),
        ConversationAction::PutBack(op) => act(RoomAction::PutBack(op)),
        ConversationAction::AskRemove(removal) => Action::Open(Dialog::Remove(room.id, removal)),
        ConversationAction::OpenLink(url) => Action::OpenLink(url),
    }));
    out
}

/// Goes to the first line or to the newest one, where somebody asked for it by the keyboard and is not in a text.
fn end_asked(ui: &Ui, room: &RoomState, view: &mut RoomView) -> Option<RoomAction> {
    let elsewhere = !ui.memory(|memory| memory.allows_interaction(ui.layer_id()));
    if elsewhere || (ui.ctx().text_edit_focused() && !view.composer.waits()) {
        return None;
    }
    if ui.input_mut(|input| input.consume_shortcut(&shortcuts::FIRST)) {
        return Some(RoomAction::Oldest);
    }
    let newest = ui.input_mut(|input| input.consume_shortcut(&shortcuts::NEWEST));
    if newest {
        view.conversation.to_bottom();
    }
    (newest && !room.timeline.at_end()).then_some(RoomAction::Newest)
}

fn said_ui(ui: &mut Ui, model: &Model, room: &RoomState, composer: &mut Composer, out: &mut Vec<Action>) {
    let online = room.phase == Phase::Online;
    let open = match room.guests.count {
        _ if room.is_plain() => Some(Open::Plain),
        0 => None,
        _ => Some(Open::Guests(&room.guests)),
    };
    let keeps = !matches!(room.phase, Phase::Offline(Failure::Reopening(_)));
    let rules = room.house.rules;
    let (shut, slow_s) = if room.is_in_charge() { (false, 0) } else { (rules.announcements, rules.slow_s) };
    let place = Place { room: room.name.as_ref(), online, keeps, shut, slow_s, open, now_ms: model.now_ms() };
    for action in composer_ui(ui, composer, &place) {
        let action = match action {
            ComposerAction::Say(text) => RoomAction::Say(text),
            ComposerAction::AskLines(text) => RoomAction::AskLines(text),
            ComposerAction::Typing(on) => RoomAction::Typing(on),
            ComposerAction::Changed => match composer.draft() {
                Some(text) => RoomAction::Draft(text.to_owned()),
                None => continue,
            },
        };
        out.push(Action::Room(room.id, action));
    }
    // Behind what was said with this frame: whoever pressed Enter in it had not seen the padlock yet.
    if room.open_shown != open.is_some() {
        out.push(Action::Room(room.id, RoomAction::OpenShown(open.is_some())));
    }
}

/// Nobody else is here yet, so the middle of the room says how to change that. `height` is the card's own, as it
/// was last.
fn alone_ui(ui: &mut Ui, (room, hosting): (&RoomState, &Hosting), height: &mut f32, out: &mut Vec<Action>) {
    ScrollArea::vertical().id_salt("alone").auto_shrink(false).show(ui, |ui| {
        let width = (FORM_WIDTH + 2.0 * SPACE_5).min(ui.available_width() - 2.0 * SPACE_4);
        ui.add_space(((ui.available_height() - *height) / 2.0).max(SPACE_5).round());
        let card = ui.horizontal_top(|ui| {
            ui.add_space(((ui.available_width() - width) / 2.0).max(SPACE_4));
            widgets::card(ui, |ui| {
                ui.set_width(width - 2.0 * SPACE_4);
                ui.vertical(|ui| {
                    widgets::heading(ui, super::text::host::TELL);
                    tell_people_ui(ui, room, hosting, out);
                });
            });
        });
        let now = card.response.rect.height();
        if (now - *height).abs() > HAIRLINE {
            *height = now;
            ui.ctx().request_discard("the card is in the middle once its height is known");
        }
        ui.add_space(SPACE_5);
    });
}

fn banner_ui(ui: &mut Ui, room: &RoomState, banner: Banner<'_>, out: &mut Vec<Action>) {
    let p = tokens::palette(ui);
    let fill = match banner {
        Banner::Failed(_) => p.wash_danger,
        Banner::Offline(_) => p.wash_warning,
        Banner::Connecting(_) | Banner::CatchingUp(_) | Banner::Notice(_) | Banner::NotVerified => p.wash,
    };
    let sentence = match banner {
        Banner::Failed(failure) => failures::sentence(failure),
        Banner::Offline(failure) => words::offline(failure, room.is_hosted()),
        Banner::Connecting(_) if room.waits => knocks::WAITING.to_owned(),
        Banner::Connecting(Some(address)) => join::connecting(address),
        Banner::Connecting(None) => words::OPENING.to_owned(),
        Banner::CatchingUp(progress) => words::catching_up(progress.here, progress.all),
        Banner::Notice(RoomNotice::Notice(Notice::HostNotStoring(words))) if room.is_plain() => {
            plain::not_storing(words)
        }
        Banner::Notice(RoomNotice::Notice(notice)) => notices::sentence(notice),
        Banner::Notice(RoomNotice::NickTaken { wanted, .. }) => words::name_taken(wanted.as_str()),
        Banner::Notice(RoomNotice::Unsaid(reason)) => notices::unsaid(reason),
        Banner::NotVerified => trust::NOT_YET.to_owned(),
    };
    widgets::notice_frame(ui, fill, |ui| {
        widgets::body(ui, &sentence);
        let steps = banner_steps(room, banner);
        if !steps.is_empty() {
            ui.horizontal_wrapped(|ui| {
                for (n, (label, action)) in steps.into_iter().enumerate() {
                    let first = n == 0 && matches!(banner, Banner::Failed(_));
                    let response = if first { primary_button(ui, &label) } else { button(ui, &label) };
                    if response.clicked() {
                        out.push(action);
                    }
                }
            });
        }
    });
}

/// At most two things to do about a banner.
fn banner_steps(room: &RoomState, banner: Banner<'_>) -> Vec<(String, Action)> {
    let act = |action: RoomAction| Action::Room(room.id, action);
    let leave = || (words::CLOSE.to_owned(), act(RoomAction::Leave));
    match banner {
        Banner::Failed(failure) => {
            let step = failures::step(failure).map(|step| (step.label(), step_action(room, &step)));
            step.into_iter().chain([leave()]).collect()
        }
        // Where the connection is not at fault, there is nothing to check about it.
        Banner::Offline(failure) if room.is_hosted() || matches!(failure, Failure::Reopening(_)) => {
            vec![(words::TRY_NOW.to_owned(), act(RoomAction::Retry))]
        }
        Banner::Offline(_) => vec![
            (words::TRY_NOW.to_owned(), act(RoomAction::Retry)),
            (failures::Step::CheckConnection.label(), Action::Open(Dialog::Connection)),
        ],
        Banner::Connecting(_) => vec![(controls::CANCEL.to_owned(), act(RoomAction::Leave))],
        Banner::Notice(RoomNotice::NickTaken { free, .. }) => vec![
            (words::use_name(free.as_str()), act(RoomAction::Rename(free.clone()))),
            (notices::DISMISS.to_owned(), act(RoomAction::Dismiss)),
        ],
        Banner::NotVerified => vec![
            (trust::COMPARE.to_owned(), act(RoomAction::Compare(None))),
            (trust::LATER.to_owned(), act(RoomAction::CompareLater)),
        ],
        Banner::CatchingUp(_) => Vec::new(),
        Banner::Notice(_) => vec![(notices::DISMISS.to_owned(), act(RoomAction::Dismiss))],
    }
}

fn step_action(room: &RoomState, step: &failures::Step) -> Action {
    use failures::Step;
    let act = |action: RoomAction| Action::Room(room.id, action);
    match step {
        Step::TryAgain => act(RoomAction::Retry),
        Step::CheckConnection => Action::Open(Dialog::Connection),
        Step::TakeName(name) => act(RoomAction::RetryAs(name.clone())),
        Step::JoinAsNew => act(RoomAction::JoinAsNew),
        Step::UsePort(port) => act(RoomAction::UsePort(*port)),
        Step::ChoosePort => Action::Show(super::model::Screen::Host),
    }
}
