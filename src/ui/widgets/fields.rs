//! A field: its label above, the error or the hint below, so that neither hides the other.

use egui::{Align, Id, Layout, Margin, Response, TextEdit, Ui, UiBuilder};

use super::buttons::link_button;
use super::texts::{error_line, hint};
use crate::ui::text::password as words;
use crate::ui::tokens::{LINE_GAP, SPACE_1, SPACE_2};

/// A field of one line, before it is shown.
pub struct Field<'a> {
    label: &'a str,
    example: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    width: f32,
    text_width: f32,
    id: Option<Id>,
    /// It is one; whether it begins shown.
    secret: Option<bool>,
}

/// What happened in a field.
pub struct FieldAnswer {
    /// The text field itself.
    pub response: Response,
    /// Enter was pressed in it.
    pub entered: bool,
}

impl<'a> Field<'a> {
    /// A field of this name.
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            example: "",
            hint: None,
            error: None,
            width: f32::INFINITY,
            text_width: f32::INFINITY,
            id: None,
            secret: None,
        }
    }

    /// What stands in the empty field, to show what is meant.
    #[must_use]
    pub fn example(mut self, example: &'a str) -> Self {
        self.example = example;
        self
    }

    /// A sentence under the field.
    #[must_use]
    pub fn hint(mut self, hint: Option<&'a str>) -> Self {
        self.hint = hint;
        self
    }

    /// What is wrong; stands where the hint stood.
    #[must_use]
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Points, the whole width if not said.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Points of the field itself, while the sentence under it has the whole width.
    #[must_use]
    pub fn text_width(mut self, width: f32) -> Self {
        self.text_width = width;
        self
    }

    /// A fixed identity, to give it the focus from elsewhere.
    #[must_use]
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// What is typed is hidden, until somebody wants it shown.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = Some(false);
        self
    }

    /// What is typed is shown, until somebody wants it hidden.
    #[must_use]
    pub fn shown_secret(mut self) -> Self {
        self.secret = Some(true);
        self
    }

    /// Shows it, over `text`.
    pub fn show(self, ui: &mut Ui, text: &mut String) -> FieldAnswer {
        let width = self.width.min(ui.available_width());
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = LINE_GAP + LINE_GAP;
            let label = ui.label(self.label);
            let (key, shown) = self.shown(ui);
            let mut edit = TextEdit::singleline(text)
                .hint_text(self.example)
                .password(shown == Some(false))
                .margin(Margin::symmetric(SPACE_2 as i8, (SPACE_1 + LINE_GAP) as i8))
                .align(egui::Align2::LEFT_CENTER)
                .desired_width(self.text_width);
            if let Some(id) = self.id {
                edit = edit.id(id);
            }
            let response = ui.add(edit).labelled_by(label.id);
            if let Some(shown) = shown {
                // Over the field's end, and behind it for whoever goes by the keyboard.
                let row = label.rect.with_max_x(response.rect.right());
                let right = UiBuilder::new().max_rect(row).layout(Layout::right_to_left(Align::Center));
                let name = if shown { words::HIDE } else { words::SHOW };
                if link_button(&mut ui.new_child(right), name).clicked() {
                    ui.data_mut(|data| data.insert_temp(key, !shown));
                }
            }
            let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            if let Some(error) = self.error {
                error_line(ui, error);
            } else if let Some(text) = self.hint {
                hint(ui, text);
            }
            FieldAnswer { response, entered }
        })
        .inner
    }

    /// Where it is kept whether a secret is shown, and whether it is; none where it is no secret.
    fn shown(&self, ui: &Ui) -> (Id, Option<bool>) {
        let key = self.id.unwrap_or_else(|| ui.scope_id().with(self.label)).with("shown");
        (key, self.secret.map(|begins| ui.data(|data| data.get_temp(key)).unwrap_or(begins)))
    }
}
