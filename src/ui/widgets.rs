//! The controls that every screen uses. Each has an accessible name, a visible focus and one look.

mod buttons;
mod dialogs;
mod fields;
mod rows;
mod texts;

pub use buttons::{
    button, danger_button, fill_of, focus_ring, icon_button, link_button, primary_button, quiet_button,
    state, wide_button,
};
pub use dialogs::{Dialog, DialogAnswer};
pub use fields::{Field, FieldAnswer};
pub use rows::{ListRow, action_card, card_height, row_galley};
pub use texts::{
    body, card, code_box, copy_button, error_line, heading, heading_line, hint, icon, meta, notice_frame,
    strong, title, wrapped,
};
