//! The window while nobody looks at it: closed and going on, hidden, and calling the person.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::icon_data;
use egui::{Context, Event as Input, Key, Modifiers, UserAttentionType, ViewportCommand};

use super::{Action, App};
use crate::platform::{self, Picture, Told, TrayEvent, TrayState};
use crate::session::{Event, Failure, RoomRef, Session};
use crate::types::{InviteText, WindowPlace};
use crate::ui::model::{Dialog, Note, Screen, SettingsEdit};
use crate::ui::text::notes as words;

/// Answers of the system that wait for the window; more of them are clicks that nobody means.
const WAITING: usize = 64;
/// Seconds between two sounds: a lively room is no alarm bell.
const CHIME_EVERY_SECONDS: f64 = 1.5;
/// Seconds after which a window that was to be minimized, and still has the keyboard, was not.
const MINIMIZED_AFTER_SECONDS: f64 = 1.0;
/// What stands near the clock.
const ICON: &[u8] = include_bytes!("../../../assets/icon/48.png");

/// What the system tells from outside the window.
pub(super) enum Outside {
    /// About a notification.
    Note(Option<RoomRef>, Told),
    /// At the icon near the clock.
    Tray(TrayEvent),
}

/// What the window remembers of how it stands.
pub(super) struct Presence {
    answers: Receiver<Outside>,
    answer: SyncSender<Outside>,
    /// Who hears why, where the profile cannot be used and nobody has seen the window yet.
    unseen: Option<SyncSender<Failure>>,
    /// The window is hidden, or not shown yet.
    hidden: bool,
    /// When a desktop that may do nothing was asked to minimize the window, in egui's seconds, while that is open.
    minimize_asked_at: Option<f64>,
    /// It did nothing: a closed window has nowhere to go.
    stays: bool,
    /// A notification may still stand there.
    noted: bool,
    /// The icon near the clock was asked for.
    tray_asked: bool,
    /// What it shows, where that is known.
    tray: Option<TrayState>,
    /// When a sound was played last, in egui's seconds.
    chimed_at: Option<f64>,
}

impl Presence {
    pub(super) fn new() -> Self {
        let (answer, answers) = sync_channel(WAITING);
        Self {
            answers,
            answer,
            unseen: None,
            hidden: false,
            minimize_asked_at: None,
            stays: false,
            noted: false,
            tray_asked: false,
            tray: None,
            chimed_at: None,
        }
    }

    /// Whatever the system answers, on any thread, it wakes the window.
    fn answering(&self, ctx: &Context) -> impl Fn(Outside) + Send + Sync + 'static {
        let (answer, ctx) = (self.answer.clone(), ctx.clone());
        move |outside| {
            drop(answer.try_send(outside));
            ctx.request_repaint();
        }
    }
}

impl App {
    /// The program was started without showing its window: it goes away as if it had been closed. Where the profile
    /// cannot be used, `unusable` is told why, and the program ends.
    pub fn start_hidden(&mut self, ctx: &Context, unusable: SyncSender<Failure>) {
        self.presence.unseen = Some(unusable);
        self.vanish(ctx);
    }

    /// Somebody clicked a link, which the system handed to this window.
    pub fn open_link(&mut self, ctx: &Context, link: InviteText) {
        self.act(ctx, Action::OpenInvite(link));
        self.come_forward(ctx);
    }

    /// A window that nobody sees cannot say what is wrong, and without a profile it would stay for nothing.
    pub(super) fn look_after_unseen(&mut self, event: &Event) {
        match event {
            Event::Started(_) => self.presence.unseen = None,
            Event::Unusable(failure) => {
                if let Some(unusable) = self.presence.unseen.take() {
                    let _read_later = unusable.try_send(failure.clone());
                    self.model.ended = true;
                }
            }
            _ => {}
        }
    }

    /// Whether the person can see the window and has it in front.
    pub(super) fn watch_focus(&mut self, ctx: &Context) {
        let focused = ctx.input(|input| input.viewport().focused.unwrap_or(true)) && !self.presence.hidden;
        self.model.set_focused(focused);
        if focused && std::mem::take(&mut self.presence.noted) {
            self.native.notifier.clear();
        }
        self.watch_minimizing(ctx, focused);
    }

    /// A desktop that tiles its windows minimizes none: the window keeps the keyboard. Closing it is quitting then.
    fn watch_minimizing(&mut self, ctx: &Context, focused: bool) {
        let Some(asked_at) = self.presence.minimize_asked_at.filter(|_| focused) else {
            self.presence.minimize_asked_at = None;
            return;
        };
        let left = asked_at + MINIMIZED_AFTER_SECONDS - ctx.input(|input| input.time);
        if left > 0.0 {
            ctx.request_repaint_after_secs(left as f32);
            return;
        }
        self.presence.minimize_asked_at = None;
        self.presence.stays = true;
        self.act(ctx, Action::Stayed);
    }

    /// Takes in what the system told, and tells it what changed.
    pub(super) fn keep_present(&mut self, ctx: &Context) {
        while let Ok(outside) = self.presence.answers.try_recv() {
            match outside {
                Outside::Note(room, Told::Clicked) => self.act(ctx, Action::ShowNoted(room)),
                Outside::Note(_, Told::Ready) => self.act(ctx, Action::Notifies(None)),
                Outside::Note(_, Told::NotShown(said)) => self.act(ctx, Action::Notifies(Some(said))),
                Outside::Tray(event) => self.follow_menu(ctx, event),
            }
        }
        if self.model.take_wanted() {
            self.come_forward(ctx);
        }
        self.call_person(ctx);
        self.notify(ctx);
        self.show_tray(ctx);
    }

    /// Does what was chosen in a menu outside of the window.
    fn follow_menu(&mut self, ctx: &Context, event: TrayEvent) {
        match event {
            TrayEvent::Open => self.act(ctx, Action::ShowNoted(None)),
            TrayEvent::Quit => self.act(ctx, Action::AskQuit),
            TrayEvent::DoNotDisturb => {
                let on = !self.model.settings.do_not_disturb;
                self.act(ctx, Action::EditSettings(SettingsEdit::DoNotDisturb(on)));
                // The menu may have switched itself, whatever became of it.
                self.presence.tray = None;
            }
            TrayEvent::Settings => {
                self.act(ctx, Action::ShowNoted(None));
                self.act(ctx, Action::Show(Screen::Settings));
            }
            TrayEvent::Cut => ctx.send_viewport_cmd(ViewportCommand::RequestCut),
            TrayEvent::Copy => ctx.send_viewport_cmd(ViewportCommand::RequestCopy),
            TrayEvent::Paste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            // There is no such command, but a key that every field knows.
            TrayEvent::SelectAll => press(ctx, Modifiers::COMMAND, Key::A),
        }
    }

    /// Marks the window, and plays a sound, for what was said while it was not in front.
    fn call_person(&mut self, ctx: &Context) {
        if !self.model.take_call() {
            return;
        }
        ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Informational));
        let now = ctx.input(|input| input.time);
        let rested = self.presence.chimed_at.is_none_or(|last| now - last >= CHIME_EVERY_SECONDS);
        if self.model.settings.sounds && rested {
            self.presence.chimed_at = Some(now);
            // Whoever has the switch on was told when it was switched that nothing here can play.
            drop(self.native.desktop.chime());
        }
    }

    fn notify(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        for Note { room, title, text } in self.model.take_notes(now) {
            self.presence.noted = true;
            let about = room.map_or(0, |room| room.0);
            let answer = self.presence.answering(ctx);
            let tell = Box::new(move |told| answer(Outside::Note(room, told)));
            self.native.notifier.show(platform::Note { about, title, text }, tell);
        }
        if let Some(left) = self.model.next_note(now) {
            ctx.request_repaint_after_secs(left as f32);
        }
    }

    fn show_tray(&mut self, ctx: &Context) {
        if !std::mem::replace(&mut self.presence.tray_asked, true) {
            let answer = self.presence.answering(ctx);
            let on = Box::new(move |event| answer(Outside::Tray(event)));
            if let Ok(icon) = icon_data::from_png_bytes(ICON) {
                let picture = Picture { rgba: icon.rgba, width: icon.width, height: icon.height };
                self.native.tray.show(picture, words::TRAY, on);
            }
        }
        let do_not_disturb = self.model.settings.do_not_disturb;
        let state = TrayState { unread: self.model.has_unread(), do_not_disturb };
        if self.presence.tray != Some(state) {
            self.presence.tray = Some(state);
            self.native.tray.set(state);
        }
    }

    /// Does what only the system can, and says how that went.
    pub(super) fn ask_system(&mut self, ctx: &Context, action: &Action) -> Option<Action> {
        match action {
            Action::LookAtSystem => {
                let answer = self.presence.answering(ctx);
                self.native.notifier.look(Box::new(move |told| answer(Outside::Note(None, told))));
                Some(Action::Autostarts(self.native.autostart.is_on()))
            }
            Action::StartWithComputer(on) => {
                let done = self.native.autostart.set(*on);
                Some(Action::Autostarts(done.and_then(|()| self.native.autostart.is_on())))
            }
            _ => None,
        }
    }

    /// Shows the window, wherever it is: hidden, minimized, behind others. Where the desktop decides about that, it is
    /// asked to point at the window, which is all that a program can have.
    pub fn come_forward(&mut self, ctx: &Context) {
        let focused = ctx.input(|input| input.viewport().focused == Some(true));
        if !focused && !self.native.desktop.rules_its_window() {
            ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Critical));
        }
        self.presence.unseen = None;
        let hidden = std::mem::take(&mut self.presence.hidden);
        ctx.send_viewport_cmd(ViewportCommand::Visible(true));
        // Systems forget it of a window that is hidden.
        if hidden && self.model.settings.window.is_some_and(|place| place.maximized) {
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
        ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
        ctx.send_viewport_cmd(ViewportCommand::Focus);
        ctx.request_repaint();
    }

    /// A closed window hides where the person wants the rooms to go on. Else it is kept open until everything is
    /// written, and asks first where others are in a room of mine.
    pub(super) fn close(&mut self, ctx: &Context) {
        if self.model.ended {
            ctx.send_viewport_cmd(ViewportCommand::Close);
            // A hidden window takes its leave only when it is woken for it.
            ctx.request_repaint();
        } else if ctx.input(|input| input.viewport().close_requested()) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            // Closed once more while it asks, the person means it.
            let asks = self.model.dialog == Some(Dialog::Quit);
            if asks {
                self.act(ctx, Action::Quit);
            } else if self.model.goes_on() && !self.presence.stays {
                self.hide(ctx);
            } else {
                self.act(ctx, Action::AskQuit);
            }
        }
    }

    /// The window is taken away without having been asked: a Mac does so when the person logs out, or says "Quit" at
    /// the Dock. What changed is kept, and the rooms have the few seconds to say goodbye that they always have.
    pub(super) fn end_with_system(&mut self) {
        if self.model.ended {
            return;
        }
        self.act_quietly(Action::KeepChanges);
        let (commands, mut events) = std::mem::replace(&mut self.session, Session::pair().0).split();
        // Without anybody who could ask for something, the background ends.
        drop(commands);
        while !matches!(events.next_event(), None | Some(Event::Ended)) {}
    }

    fn hide(&mut self, ctx: &Context) {
        self.vanish(ctx);
        if !self.native.desktop.rules_its_window() {
            self.presence.minimize_asked_at = Some(ctx.input(|input| input.time));
            ctx.request_repaint();
        }
        self.act(ctx, Action::Hidden);
    }

    fn vanish(&mut self, ctx: &Context) {
        if self.native.desktop.hides_windows() {
            self.presence.hidden = true;
            ctx.send_viewport_cmd(ViewportCommand::Visible(false));
        } else {
            ctx.send_viewport_cmd(ViewportCommand::Minimized(true));
        }
    }

    pub(super) fn remember_window(&mut self, ctx: &Context) {
        let place = ctx.input(|input| {
            let viewport = input.viewport();
            let inner = viewport.inner_rect?;
            let maximized = viewport.maximized.unwrap_or(false);
            if viewport.minimized == Some(true) || !inner.is_positive() {
                return None;
            }
            let corner = viewport.outer_rect.map(|outer| outer.min);
            let (x, y) = (corner.map(|at| at.x), corner.map(|at| at.y));
            Some(WindowPlace { x, y, width: inner.width(), height: inner.height(), maximized })
        });
        let Some(place) = place.filter(|_| self.model.started && !self.presence.hidden) else {
            return;
        };
        let before = self.model.settings.window;
        // Maximized, the size before it is the one to come back to.
        let place = match before {
            Some(before) if place.maximized => WindowPlace { maximized: true, ..before },
            _ => place,
        };
        if before != Some(place) {
            self.act_quietly(Action::EditSettings(SettingsEdit::Window(place)));
        }
    }
}

/// As if these keys were pressed: whoever is drawn after this takes them.
fn press(ctx: &Context, modifiers: Modifiers, key: Key) {
    let pressed = Input::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    ctx.input_mut(|input| input.events.push(pressed));
}
