//! The one home of looks: colours, spaces, radii and type sizes, in points.
//!
//! No colour and no size stands anywhere else, so a look can be changed, and its contrast tested, here.

mod authors;
mod palette;
mod style;

pub use palette::Palette;
pub use style::{apply, text_styles};

use egui::{Color32, FontFamily, FontId, TextStyle, Ui};

use crate::types::{MemberKey, Nickname};

/// Between things that belong together closely.
pub const SPACE_1: f32 = 4.0;
/// Between parts of one control.
pub const SPACE_2: f32 = 8.0;
/// Between groups.
pub const SPACE_3: f32 = 12.0;
/// Inside cards and panes.
pub const SPACE_4: f32 = 16.0;
/// Between sections.
pub const SPACE_5: f32 = 24.0;
/// Around a screen.
pub const SPACE_6: f32 = 32.0;
/// Between lines of one group.
pub const LINE_GAP: f32 = 2.0;

/// Corners of controls.
pub const RADIUS_CONTROL: u8 = 6;
/// Corners of cards and dialogs.
pub const RADIUS_CARD: u8 = 10;
/// A line between panes.
pub const HAIRLINE: f32 = 1.0;
/// The ring around what has the focus.
pub const FOCUS_WIDTH: f32 = 2.0;

/// Height of a control: a finger's tip at the least that desktops use.
pub const CONTROL_HEIGHT: f32 = 32.0;
/// An icon in a button.
pub const ICON: f32 = 20.0;
/// The dot of a person's colour.
pub const CHIP: f32 = 8.0;
/// An icon beside a line of small text.
pub const ICON_SMALL: f32 = 16.0;

/// The rail, unfolded.
pub const RAIL_WIDTH: f32 = 232.0;
/// The rail, folded to icons.
pub const RAIL_FOLDED: f32 = 56.0;
/// The member list.
pub const MEMBERS_WIDTH: f32 = 208.0;
/// The pane that looks for something, beside the conversation.
pub const FIND_WIDTH: f32 = 320.0;
/// A menu: its longest entry on one line.
pub const MENU_WIDTH: f32 = 256.0;
/// The menu of a recent room: its longest explanation on one line.
pub const RECENT_MENU_WIDTH: f32 = 320.0;
/// The widest column of text that is still easy to read.
pub const COLUMN_WIDTH: f32 = 720.0;
/// A form or a dialog.
pub const FORM_WIDTH: f32 = 440.0;
/// A field for a number.
pub const SHORT_FIELD: f32 = 112.0;
/// The member list, where it stands in a dialog.
pub const PEOPLE_HEIGHT: f32 = 280.0;
/// The squares of a QR code, whatever the look: cameras expect dark on light.
pub const QR_DARK: Color32 = Color32::BLACK;
/// What is around them.
pub const QR_LIGHT: Color32 = Color32::WHITE;
/// The keys in the list of shortcuts.
pub const KEYS_WIDTH: f32 = 140.0;
/// The header of a screen.
pub const HEADER_HEIGHT: f32 = 52.0;
/// Below this width of the window the rail folds.
pub const FOLD_BELOW: f32 = 720.0;
/// Below this width of the window the panes stack.
pub const STACK_BELOW: f32 = 560.0;
/// Below this width of the window the member list does not stand beside the conversation.
pub const MEMBERS_BELOW: f32 = 880.0;
/// The window at its first start.
pub const WINDOW_SIZE: [f32; 2] = [1040.0, 720.0];
/// The smallest window.
pub const WINDOW_MIN: [f32; 2] = [400.0, 360.0];

/// Body text, unless the person chose another size.
pub const BODY: f32 = 14.0;
/// The smallest body text.
pub const BODY_MIN: u8 = 11;
/// The largest body text.
pub const BODY_MAX: u8 = 24;
/// A line's height, as a multiple of its text size.
pub const LINE_HEIGHT: f32 = 1.4;

/// The bold face of the text font: a family, because egui has no weights.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The icon font.
pub fn icon_family() -> FontFamily {
    FontFamily::Name("icons".into())
}

/// Times, hints, counts: 12 at the default size.
pub fn meta() -> TextStyle {
    TextStyle::Small
}

/// Body text in semibold: names, buttons of weight.
pub fn strong() -> TextStyle {
    TextStyle::Name("strong".into())
}

/// The title of a screen: 22 at the default size.
pub fn title() -> TextStyle {
    TextStyle::Name("title".into())
}

/// What must be read across a table: 28 at the default size.
pub fn display() -> TextStyle {
    TextStyle::Name("display".into())
}

/// The colours of the theme that `ui` is painted in.
pub fn palette(ui: &Ui) -> &'static Palette {
    palette_of(ui.visuals().dark_mode)
}

/// The colours of one theme.
pub fn palette_of(dark: bool) -> &'static Palette {
    if dark { &palette::DARK } else { &palette::LIGHT }
}

/// The colour of an author's name: one of twelve, the same for everybody who sees that person.
pub fn author_color(ui: &Ui, key: &MemberKey) -> Color32 {
    authors::color(ui.visuals().dark_mode, key)
}

/// The colour of a name that no key stands behind, in a room where nobody has one: the same name, the same
/// colour.
pub fn name_color(ui: &Ui, name: &Nickname) -> Color32 {
    authors::color_of_name(ui.visuals().dark_mode, name)
}

/// An icon's font at `size` points.
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, icon_family())
}

/// The line height that belongs to a text style as it stands in `ui`, in points.
pub fn line_height(ui: &Ui, style: &TextStyle) -> f32 {
    (style.resolve(ui.style()).size * LINE_HEIGHT).round()
}
