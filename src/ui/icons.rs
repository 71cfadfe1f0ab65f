//! The icons that the window uses: Material Symbols, in a font of their own (`assets/icons`).
//!
//! An icon never stands alone: [`super::widgets::icon_button`] gives it a name and a tooltip.

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $code;)*

        /// All of them, for the test that the font has each.
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $code)),*];
    };
}

icons! {
    /// Host a room; more.
    ADD = "\u{E145}";
    /// Back.
    ARROW_BACK = "\u{E5C4}";
    /// To the newest line.
    ARROW_DOWNWARD = "\u{E5DB}";
    /// Join.
    ARROW_FORWARD = "\u{E5C8}";
    /// Send.
    ARROW_UPWARD = "\u{E5D8}";
    /// Not possible.
    BLOCK = "\u{F08C}";
    /// Done, sent.
    CHECK = "\u{E668}";
    /// Leads further.
    CHEVRON_RIGHT = "\u{E5CC}";
    /// Close, remove.
    CLOSE = "\u{E5CD}";
    /// Copy.
    CONTENT_COPY = "\u{E14D}";
    /// Remove for good.
    DELETE = "\u{E92E}";
    /// A room that I am in.
    DOOR_OPEN = "\u{E77C}";
    /// Change.
    EDIT = "\u{F097}";
    /// A failure.
    ERROR = "\u{F8B6}";
    /// Unfolds.
    EXPAND_MORE = "\u{E5CF}";
    /// The conversation.
    FORUM = "\u{E8AF}";
    /// People.
    GROUP = "\u{EA21}";
    /// Help.
    HELP = "\u{E8FD}";
    /// Been there before.
    HISTORY = "\u{E8B3}";
    /// Home.
    HOME = "\u{E9B2}";
    /// About this.
    INFO = "\u{E88E}";
    /// Keyboard.
    KEYBOARD = "\u{E312}";
    /// An invite.
    LINK = "\u{E250}";
    /// Encrypted.
    LOCK = "\u{E899}";
    /// Not encrypted.
    LOCK_OPEN = "\u{E898}";
    /// Go in.
    LOGIN = "\u{EA77}";
    /// Leave.
    LOGOUT = "\u{E9BA}";
    /// A room.
    MEETING_ROOM = "\u{EB4F}";
    /// Emoji.
    MOOD = "\u{EA22}";
    /// More.
    MORE_HORIZ = "\u{E5D3}";
    /// Opens outside.
    OPEN_IN_NEW = "\u{E89E}";
    /// A person.
    PERSON = "\u{F0D3}";
    /// Again.
    REFRESH = "\u{E5D5}";
    /// Save.
    SAVE = "\u{E161}";
    /// Waiting.
    SCHEDULE = "\u{EFD6}";
    /// Find.
    SEARCH = "\u{EF7A}";
    /// Settings.
    SETTINGS = "\u{E8B8}";
    /// The firewall.
    SHIELD = "\u{E9E0}";
    /// Show.
    VISIBILITY = "\u{E8F4}";
    /// A warning.
    WARNING = "\u{F083}";
    /// The network.
    WIFI = "\u{E63E}";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{fonts, tokens};

    #[test]
    fn the_font_has_every_icon() {
        let ctx = egui::Context::default();
        fonts::install(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let font = tokens::icon_font(tokens::ICON);
            for (name, code) in ALL {
                assert!(ui.fonts_mut(|f| f.has_glyphs(&font, code)), "{name} is missing");
            }
        });
        output.textures_delta.clear();
    }
}
