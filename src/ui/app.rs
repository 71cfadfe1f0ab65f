//! The window itself: it drains what happened, draws the model, and passes on what the person asked for.

mod presence;

use std::collections::HashMap;

use eframe::{CreationContext, Frame};
use egui::epaint::text::cursor::CCursor;
use egui::text_selection::CCursorRange;
use egui::{CentralPanel, Context, Id, Key, Margin, Panel, TextEdit, Ui};

use self::presence::Presence;
use super::model::moving::{MovingAction, Way};
use super::model::{Action, FindAction, Model, Screen, SettingsEdit};
use super::room::{RoomView, room_ui};
use super::save_dialog::{self, Outcome, SaveDialog};
use super::text::{moving, room as words};
use super::tokens::STACK_BELOW;
use super::tokens::{self, FIND_WIDTH, FOLD_BELOW, MEMBERS_BELOW, RAIL_FOLDED, RAIL_WIDTH, SPACE_2, SPACE_3};
use super::{dialogs, find, fonts, home, host, join, rail, settings, shortcuts, toasts};
use crate::platform::{Native, System};
use crate::session::{Command, RoomRef, Session};
use crate::types::{RoomId, Theme};

pub use super::model::Seams;

/// Events taken in before one frame; more of them wait for the next, so that a flood never freezes the window.
const EVENTS_PER_FRAME: usize = 256;
/// Seconds for which a change rests before it is kept, so that not every key press writes a file.
const KEEP_AFTER_SECONDS: f64 = 1.0;

/// The window.
pub struct App {
    model: Model,
    session: Session,
    native: Native,
    presence: Presence,
    views: HashMap<RoomRef, RoomView>,
    firewall_tab: System,
    /// The looks that are applied.
    looks: Option<(Theme, u8)>,
    /// The screen that was drawn last: a new one takes the focus.
    drawn: Option<Screen>,
    /// The pane that looks for something was drawn last.
    finding: bool,
    /// Frames until the screen takes the focus again, once no dialog stands over it any more.
    covered: u8,
    /// The dialog that asks for a file, and what the file is for: the history of a room, or none for my identity.
    saving: Option<(Option<RoomId>, SaveDialog)>,
    /// When something changed that is not kept yet, in egui's seconds.
    changed_at: Option<f64>,
}

impl App {
    /// The window over this background, on this system.
    pub fn new(cc: &CreationContext<'_>, session: Session, native: Native, seams: Seams) -> Self {
        fonts::install(&cc.egui_ctx);
        // Ctrl and + means larger text here, not a larger everything.
        cc.egui_ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let firewall_tab = native.desktop.system();
        let mut app = Self {
            model: Model::new(seams, firewall_tab),
            session,
            native,
            presence: Presence::new(),
            views: HashMap::new(),
            firewall_tab,
            looks: None,
            drawn: None,
            finding: false,
            covered: 0,
            saving: None,
            changed_at: None,
        };
        app.apply_looks(&cc.egui_ctx);
        app
    }

    /// What is shown.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Does what was asked for, as if the person had.
    pub fn act(&mut self, ctx: &Context, action: Action) {
        let done = match &action {
            Action::OpenFirewallPage => self.native.desktop.open_firewall_settings(),
            Action::OpenLink(url) => self.native.desktop.open_link(url),
            Action::Open(super::model::Dialog::Firewall { .. }) => {
                self.firewall_tab = self.native.desktop.system();
                Ok(())
            }
            _ => Ok(()),
        };
        // Switched on, it plays once: one hears what one chose, or reads what is missing.
        let played = match &action {
            Action::EditSettings(SettingsEdit::Sounds(true)) => self.native.desktop.chime(),
            _ => Ok(()),
        };
        let chosen = match &action {
            Action::AskExport(room) => self.ask_for_a_file(ctx, Some(*room)),
            Action::Moving(MovingAction::ChooseFile) => self.ask_for_a_file(ctx, None),
            _ => Ok(()),
        };
        let system = self.ask_system(ctx, &action);
        let mut commands = self.model.act(action);
        let failed = [
            done.err().map(Action::NotOpened),
            played.err().map(Action::NotPlayed),
            chosen.err().map(Action::NotChosen),
        ];
        let answers = failed.into_iter().chain([system]);
        for answer in answers.flatten() {
            commands.extend(self.model.act(answer));
        }
        self.send(commands);
        ctx.request_repaint();
    }

    fn ask_for_a_file(&mut self, ctx: &Context, of: Option<RoomId>) -> Result<(), String> {
        if self.saving.is_some() {
            return Ok(());
        }
        if !self.native.desktop.has_file_dialogs() {
            let said = if of.is_some() { words::NO_DIALOGS } else { moving::NO_DIALOGS };
            return Err(said.to_owned());
        }
        let dialog = match (of, self.model.moving.way) {
            (Some(room), _) => {
                let name = format!("{}.txt", self.model.name_of(room).unwrap_or(words::UNNAMED));
                save_dialog::start(ctx, &name)
            }
            (None, Way::Out) => save_dialog::start_identity(ctx),
            (None, Way::In | Way::Lost) => save_dialog::open_identity(ctx),
        };
        self.saving = Some((of, dialog.map_err(|error| error.to_string())?));
        Ok(())
    }

    fn save(&mut self) {
        let Some((of, outcome)) = self.saving.as_ref().and_then(|(of, dialog)| Some((*of, dialog.poll()?)))
        else {
            return;
        };
        self.saving = None;
        if let Outcome::Path(path) = outcome {
            self.act_quietly(match of {
                Some(room) => Action::Export(room, path),
                None => Action::Moving(MovingAction::File(path)),
            });
        }
    }

    fn send(&mut self, commands: Vec<Command>) {
        for command in commands {
            if let Err(busy) = self.session.send(command) {
                self.model.not_taken(&busy.0);
            }
        }
    }

    fn drain(&mut self, ctx: &Context) {
        for _ in 0..EVENTS_PER_FRAME {
            let Some(event) = self.session.try_next() else {
                return;
            };
            self.look_after_unseen(&event);
            let commands = self.model.apply(event);
            self.send(commands);
        }
        ctx.request_repaint();
    }

    fn apply_looks(&mut self, ctx: &Context) {
        let looks = (self.model.settings.theme, self.model.settings.text_size);
        if self.looks != Some(looks) {
            tokens::apply(ctx, looks.0, looks.1);
            self.looks = Some(looks);
        }
    }

    /// Keeps changes once they rested, with one frame asked for at that time and none before.
    fn keep_changes(&mut self, ctx: &Context) {
        if !self.model.has_changes() {
            self.changed_at = None;
            return;
        }
        let now = ctx.input(|input| input.time);
        let since = *self.changed_at.get_or_insert(now);
        let left = since + KEEP_AFTER_SECONDS - now;
        if left > 0.0 {
            ctx.request_repaint_after_secs(left as f32);
        } else {
            self.changed_at = None;
            self.act_quietly(Action::KeepChanges);
        }
    }

    fn act_quietly(&mut self, action: Action) {
        let commands = self.model.act(action);
        self.send(commands);
    }

    fn screen_ui(&mut self, ui: &mut Ui, stacked: bool) -> Vec<Action> {
        let mut out = Vec::new();
        let fresh = self.drawn.replace(self.model.screen) != Some(self.model.screen);
        match self.model.screen {
            Screen::Home => home::home_ui(ui, &self.model, stacked, &mut out),
            Screen::Host => {
                host::host_ui(ui, &self.model, stacked, &mut out);
                if fresh {
                    focus_all(ui, host::first_field(), &self.model.host.name);
                }
            }
            Screen::Join => {
                let waiting = self.model.join.connecting.and_then(|id| self.model.room(id));
                join::join_ui(ui, &self.model, waiting, stacked, &mut out);
                if fresh {
                    focus_all(ui, join::first_field(), &self.model.join.address);
                }
            }
            Screen::Settings => {
                if fresh {
                    out.push(Action::LookAtSystem);
                }
                settings::settings_ui(ui, &self.model, stacked, &mut out);
            }
            Screen::Room(id) => {
                let view = self.views.entry(id).or_default();
                // Who goes from one found line to the next goes on typing there.
                if fresh && self.model.find.is_none() {
                    view.focus();
                }
                if let Some(room) = self.model.room(id) {
                    out = room_ui(ui, &self.model, room, view, stacked);
                } else {
                    out.push(Action::Show(Screen::Home));
                }
            }
        }
        out
    }

    /// The pane that looks for something, at the right where there is room for it.
    fn find_beside_ui(&mut self, ui: &mut Ui, beside: bool, out: &mut Vec<Action>) {
        if self.model.find.is_none() {
            // The composer has the keyboard again.
            if std::mem::take(&mut self.finding) {
                self.drawn = None;
            }
        } else if beside {
            let p = tokens::palette(ui);
            Panel::right("find")
                .exact_size(FIND_WIDTH)
                .resizable(false)
                .show_separator_line(false)
                .frame(egui::Frame::new().fill(p.rail).inner_margin(Margin::same(SPACE_3 as i8)))
                .show(ui, |ui| self.find_ui(ui, out));
        }
    }

    fn find_ui(&mut self, ui: &mut Ui, out: &mut Vec<Action>) {
        if let Some(find) = &self.model.find {
            let fresh = !std::mem::replace(&mut self.finding, true);
            find::find_ui(ui, (&self.model, find), fresh, out);
        }
    }

    /// The screen takes the focus when a dialog over it is gone. For one frame after that, egui still gives none to
    /// what was below.
    fn uncover(&mut self, ctx: &Context) {
        if self.model.dialog.is_some() {
            self.covered = 2;
        } else if self.covered > 0 {
            self.covered -= 1;
            ctx.request_repaint();
            if self.covered == 0 {
                self.drawn = None;
            }
        }
    }

    fn keys(&self, ctx: &Context) -> Vec<Action> {
        let mut out = shortcuts::pressed(ctx);
        let form = matches!(self.model.screen, Screen::Host | Screen::Join | Screen::Settings);
        let escape = ctx.input(|input| input.key_pressed(Key::Escape));
        if escape
            && self.model.find.is_some()
            && self.model.dialog.is_none()
            && !egui::Popup::is_any_open(ctx)
        {
            out.push(Action::Find(FindAction::Close));
        } else if escape && form && self.model.dialog.is_none() && !egui::Popup::is_any_open(ctx) {
            out.push(Action::Back);
        }
        out
    }
}

/// Gives the keyboard to a field with all of its text selected, so that what is typed replaces what is there.
fn focus_all(ui: &Ui, field: Id, text: &str) {
    ui.memory_mut(|memory| memory.request_focus(field));
    let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(all));
    TextEdit::store_state(ui.ctx(), field, state);
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut Frame) {
        self.watch_focus(ctx);
        self.drain(ctx);
        self.keep_present(ctx);
        self.views.retain(|id, _| self.model.room(*id).is_some());
        self.apply_looks(ctx);
        self.save();
        self.remember_window(ctx);
        self.keep_changes(ctx);
        self.close(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        let ctx = ui.ctx().clone();
        let p = tokens::palette(ui);
        let width = ui.available_width();
        let (folded, stacked) = (width < FOLD_BELOW, width < STACK_BELOW);
        let mut out = self.keys(&ctx);
        self.uncover(&ctx);
        if !stacked {
            Panel::left("rail")
                .exact_size(if folded { RAIL_FOLDED } else { RAIL_WIDTH })
                .resizable(false)
                .show_separator_line(false)
                .frame(egui::Frame::new().fill(p.rail).inner_margin(Margin::same(SPACE_2 as i8)))
                .show(ui, |ui| rail::rail_ui(ui, &self.model, folded, &mut out));
        }
        let beside = width >= MEMBERS_BELOW;
        self.find_beside_ui(ui, beside, &mut out);
        let shown = CentralPanel::default().frame(egui::Frame::new().fill(p.background)).show(ui, |ui| {
            if self.model.find.is_some() && !beside {
                let mut asked = Vec::new();
                let around = egui::Frame::new().inner_margin(Margin::same(SPACE_3 as i8));
                around.show(ui, |ui| self.find_ui(ui, &mut asked));
                if asked.iter().any(|action| matches!(action, Action::Find(FindAction::Go(_)))) {
                    asked.push(Action::Find(FindAction::Reveal));
                }
                return asked;
            }
            self.screen_ui(ui, stacked)
        });
        out.extend(shown.inner);
        dialogs::dialogs_ui(ui, &self.model, self.native.desktop.as_ref(), &mut self.firewall_tab, &mut out);
        let banner_end = match self.model.screen {
            Screen::Room(id) => self.views.get(&id).and_then(RoomView::banner_end),
            _ => None,
        };
        toasts::toasts_ui(ui, &self.model.toasts, banner_end, &mut out);
        for action in out {
            self.act(&ctx, action);
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.end_with_system();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
