//! One row: how it is set, how high that makes it, and how it is drawn.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Galley, Pos2, Rect, Response, TextStyle, Ui, Vec2};

use crate::session;
use crate::types::{Author, Message};
use crate::ui::model::timeline::{Line, Prepared, Row, Timeline, Waiting};
use crate::ui::text::{conversation as words, guests, plain};
use crate::ui::tokens::{self, LINE_GAP, Palette, SPACE_1, SPACE_3, SPACE_4};

/// What the height of a row depends on besides the row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Metrics {
    /// Points that a line of text may be wide.
    pub(super) width: f32,
    body: f32,
    pixels_per_point: f32,
}

/// The faces that rows are set in, looked up once a frame.
pub(super) struct Type {
    pub(super) palette: &'static Palette,
    pub(super) body: FontId,
    pub(super) strong: FontId,
    pub(super) meta: FontId,
    pub(super) body_line: f32,
    pub(super) meta_line: f32,
    pub(super) metrics: Metrics,
}

/// A row that is set and not drawn yet.
pub(super) struct Set {
    pub(super) height: f32,
    /// The author's name, and what stands beside it: the time, and that it is a guest's.
    pub(super) head: Option<[Arc<Galley>; 2]>,
    /// The text, and where it stands in the row.
    pub(super) text: Arc<Galley>,
    pub(super) text_at: Vec2,
    /// The text goes on: "Show all" stands below it.
    pub(super) folded: bool,
    /// Why a line of mine was not taken.
    pub(super) note: Option<Arc<Galley>>,
}

impl Type {
    pub(super) fn of(ui: &Ui, width: f32) -> Self {
        let style = ui.style();
        let body = TextStyle::Body.resolve(style);
        let metrics = Metrics { width, body: body.size, pixels_per_point: ui.ctx().pixels_per_point() };
        Self {
            palette: tokens::palette(ui),
            strong: tokens::strong().resolve(style),
            meta: tokens::meta().resolve(style),
            body_line: tokens::line_height(ui, &TextStyle::Body),
            meta_line: tokens::line_height(ui, &tokens::meta()),
            body,
            metrics,
        }
    }

    /// About how high a row will be, without setting it.
    pub(super) fn estimate(&self, row: &Row<'_>) -> f32 {
        let lines = |text: &Prepared| {
            let head = text.head().unwrap_or(text.shown());
            let letters = (self.metrics.width / (self.body.size * 0.5)).max(1.0);
            (head.len() as f32 / letters).ceil().max(text.lines().min(Prepared::FOLD_LINES) as f32)
        };
        match row {
            Row::Line(line) => self.head_height(line.head) + lines(line.text) * self.body_line + LINE_GAP,
            Row::Waiting(waiting) => {
                let refused = if waiting.pending.refused.is_some() { 3.0 } else { 0.0 };
                self.head_height(waiting.head) + (lines(waiting.text) + refused) * self.body_line + LINE_GAP
            }
            _ => self.quiet_height(),
        }
    }

    /// Sets a row.
    pub(super) fn set(&self, ui: &Ui, row: &Row<'_>, timeline: &Timeline, unfolded: bool) -> Set {
        let p = self.palette;
        match row {
            Row::Line(line) => self.set_line(ui, line, timeline, unfolded),
            Row::Waiting(waiting) => self.set_waiting(ui, waiting, timeline, unfolded),
            Row::Newer(line) => self.set_stub(ui, line, timeline, words::NEWER),
            Row::Ignored(line) if unfolded => self.set_line(ui, line, timeline, true),
            Row::Ignored(line) => self.set_quiet(ui, words::ignored(&line.message.name), p.quiet),
            Row::Removed(line) => self.set_stub(ui, line, timeline, words::REMOVED),
            Row::Unreadable(line) => self.set_stub(ui, line, timeline, words::UNREADABLE),
            Row::Day(_) | Row::Unread => self.set_quiet(ui, String::new(), p.quiet),
            Row::Gap(gap) if gap.not_kept => self.set_quiet(ui, words::NOT_KEPT.to_owned(), p.quiet),
            Row::Gap(_) if timeline.is_plain() => self.set_quiet(ui, plain::GAP.to_owned(), p.warning),
            Row::Gap(gap) if gap.loading => self.set_quiet(ui, words::LOADING.to_owned(), p.quiet),
            Row::Gap(gap) => self.set_quiet(ui, words::gap(gap.missing), p.warning),
            Row::Presence(presence) => self.set_quiet(ui, words::presence(presence), p.quiet),
            Row::Done(message) => {
                let done = session::done(message, |at_ms| session::until(timeline.local(at_ms)));
                self.set_quiet(ui, done.unwrap_or_default(), p.quiet)
            }
            Row::Renamed { before, name, .. } => self.set_quiet(ui, words::renamed(before, name), p.quiet),
        }
    }

    /// A text in the smaller face, not wrapped.
    pub(super) fn meta(&self, ui: &Ui, text: String, color: Color32) -> Arc<Galley> {
        let format = format(&self.meta, self.meta_line, color);
        ui.fonts_mut(|fonts| fonts.layout_job(LayoutJob::single_section(text, format)))
    }

    fn head_height(&self, head: bool) -> f32 {
        if head { SPACE_3 + self.body_line } else { 0.0 }
    }

    /// Day, unread line, presence and gap: a small line with air around it.
    fn quiet_height(&self) -> f32 {
        self.meta_line + 2.0 * SPACE_1
    }

    fn set_line(&self, ui: &Ui, line: &Line<'_>, timeline: &Timeline, unfolded: bool) -> Set {
        let message = line.message;
        let head = line.head.then(|| {
            let color =
                if line.mine { self.palette.accent } else { self.author_color(ui, message, timeline) };
            self.head(ui, message.name.as_str(), color, self.beside(ui, message, timeline))
        });
        self.set_text(ui, head, (line.text, self.palette.text), unfolded)
    }

    fn set_waiting(&self, ui: &Ui, waiting: &Waiting<'_>, timeline: &Timeline, unfolded: bool) -> Set {
        let head = waiting.head.then(|| {
            let name = timeline.my_name().map_or(words::YOU, |name| name.as_str());
            let at = words::time(timeline.local(waiting.pending.at_ms));
            let at = self.meta(ui, at, self.palette.quiet);
            self.head(ui, name, self.palette.accent, at)
        });
        let color = if waiting.sent { self.palette.text } else { self.palette.quiet };
        let mut set = self.set_text(ui, head, (waiting.text, color), unfolded);
        if let Some(refusal) = &waiting.pending.refused {
            let format = format(&self.meta, self.meta_line, self.palette.danger);
            let note = self.wrapped(ui, LayoutJob::single_section(words::refusal(refusal), format));
            set.height += LINE_GAP + note.size().y + self.link_height() + SPACE_1;
            set.note = Some(note);
        }
        set
    }

    /// A member's colour comes from its key; a guest has none, and is not taken for a member. In a plain-text
    /// room nobody has a key, and names are told apart by their letters.
    fn author_color(&self, ui: &Ui, message: &Message, timeline: &Timeline) -> Color32 {
        match &message.author {
            Author::Member(key) => tokens::author_color(ui, key),
            Author::Guest if timeline.is_plain() => tokens::name_color(ui, &message.name),
            Author::Guest => self.palette.guest,
        }
    }

    /// What stands beside a name: the time, and for a guest among members what it is.
    fn beside(&self, ui: &Ui, message: &Message, timeline: &Timeline) -> Arc<Galley> {
        let time = words::time(timeline.local(message.at_ms));
        if message.author != Author::Guest || timeline.is_plain() {
            return self.meta(ui, time, self.palette.quiet);
        }
        let mut job = LayoutJob::default();
        job.append(guests::GUEST, 0.0, format(&self.meta, self.meta_line, self.palette.warning));
        job.append(&time, tokens::SPACE_2, format(&self.meta, self.meta_line, self.palette.quiet));
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    fn set_stub(&self, ui: &Ui, line: &Line<'_>, timeline: &Timeline, words: &str) -> Set {
        let stub = Prepared::new(words);
        let head = line.head.then(|| {
            let name = line.message.name.as_str();
            let beside = self.beside(ui, line.message, timeline);
            self.head(ui, name, self.author_color(ui, line.message, timeline), beside)
        });
        self.set_text(ui, head, (&stub, self.palette.quiet), true)
    }

    fn set_text(
        &self,
        ui: &Ui,
        head: Option<[Arc<Galley>; 2]>,
        (text, color): (&Prepared, Color32),
        unfolded: bool,
    ) -> Set {
        let folded = !unfolded && text.head().is_some();
        let top = self.head_height(head.is_some());
        let galley = self.wrapped(ui, self.job(text, color, folded));
        let below = if folded { self.link_height() } else { 0.0 };
        Set {
            height: top + galley.size().y + below + LINE_GAP,
            head,
            text: galley,
            text_at: Vec2::new(0.0, top),
            folded,
            note: None,
        }
    }

    fn set_quiet(&self, ui: &Ui, text: String, color: Color32) -> Set {
        let mut job = LayoutJob::single_section(text, format(&self.meta, self.meta_line, color));
        job.wrap.max_width = self.metrics.width - SPACE_4;
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let height = (galley.size().y + 2.0 * SPACE_1).max(self.quiet_height());
        let text_at = Vec2::new(SPACE_4, SPACE_1);
        Set { height, head: None, text: galley, text_at, folded: false, note: None }
    }

    /// The height of a step that stands under a text.
    pub(super) fn link_height(&self) -> f32 {
        self.meta_line + SPACE_1
    }

    fn head(&self, ui: &Ui, name: &str, color: Color32, beside: Arc<Galley>) -> [Arc<Galley>; 2] {
        let mut job = LayoutJob::single_section(name.to_owned(), format(&self.strong, self.body_line, color));
        job.wrap = egui::text::TextWrapping::truncate_at_width(
            self.metrics.width - beside.size().x - tokens::SPACE_2,
        );
        [ui.fonts_mut(|fonts| fonts.layout_job(job)), beside]
    }

    fn job(&self, text: &Prepared, color: Color32, folded: bool) -> LayoutJob {
        let shown = if folded { text.head().unwrap_or(text.shown()) } else { text.shown() };
        let plain = format(&self.body, self.body_line, color);
        let mut link = plain.clone();
        link.color = self.palette.accent;
        let mut job = LayoutJob::default();
        let mut done = 0;
        for found in text.links().iter().filter(|found| found.range.end <= shown.len()) {
            append(&mut job, shown.get(done..found.range.start), &plain);
            append(&mut job, shown.get(found.range.clone()), &link);
            done = found.range.end;
        }
        append(&mut job, shown.get(done..), &plain);
        job
    }

    fn wrapped(&self, ui: &Ui, mut job: LayoutJob) -> Arc<Galley> {
        job.wrap.max_width = self.metrics.width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }
}

impl Set {
    /// Draws the author's name and the time. Neither is part of the texts that are selected and copied.
    pub(super) fn paint_head(&self, ui: &Ui, at: Pos2) {
        let Some([name, time]) = &self.head else { return };
        let base = at.y + self.text_at.y;
        ui.painter().galley(Pos2::new(at.x, base - name.size().y), name.clone(), Color32::PLACEHOLDER);
        // One point down: the smaller face has its baseline higher in its line.
        let middle = base - f32::midpoint(name.size().y, time.size().y) + 1.0;
        let beside = Pos2::new(at.x + name.size().x + tokens::SPACE_2, middle);
        ui.painter().galley(beside, time.clone(), Color32::PLACEHOLDER);
    }

    /// Where the text stands when the row's left top is `at`.
    pub(super) fn text_rect(&self, at: Pos2) -> Rect {
        Rect::from_min_size(at + self.text_at, self.text.size())
    }

    /// Where a glyph behind the text's last word stands.
    pub(super) fn behind_text(&self, at: Pos2) -> Pos2 {
        let end = self.text.pos_from_cursor(self.text.end());
        at + self.text_at + Vec2::new(end.right() + tokens::SPACE_2, end.center().y)
    }
}

/// Makes a text that is drawn by hand known to those who hear the window.
pub(super) fn name_label(ui: &Ui, response: &Response, text: &str) {
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, enabled, text));
}

fn format(font: &FontId, line_height: f32, color: Color32) -> TextFormat {
    TextFormat { line_height: Some(line_height), ..TextFormat::simple(font.clone(), color) }
}

fn append(job: &mut LayoutJob, text: Option<&str>, format: &TextFormat) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        job.append(text, 0.0, format.clone());
    }
}
