//! The fonts that are shipped: Inter for text, Twemoji for emoji, and the few icons that the window uses.
//!
//! The emoji font stands right behind the text font, so that an emoji looks the same for everybody and is
//! never pieced together from whatever the system has. Every other script comes from the system's fonts.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

use super::tokens;

/// Installs the fonts. They hold from the next frame on.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
}

/// Inter, then emoji, then egui's own; a family of its own for semibold and for icons.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf"));
    add("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"));
    add("twemoji", include_bytes!("../../assets/fonts/Twemoji.ttf"));
    add("icons", include_bytes!("../../assets/icons/Icons.ttf"));

    let fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let behind = |first: &str| {
        let shipped = [first, "twemoji"].map(str::to_owned);
        shipped.into_iter().chain(fallbacks.iter().cloned()).collect::<Vec<_>>()
    };
    fonts.families.insert(tokens::semibold(), behind("inter-semibold"));
    fonts.families.insert(FontFamily::Proportional, behind("inter"));
    fonts.families.insert(tokens::icon_family(), vec!["icons".to_owned()]);
    let monospace = fonts.families.entry(FontFamily::Monospace).or_default();
    let behind_the_first = monospace.len().min(1);
    monospace.insert(behind_the_first, "twemoji".to_owned());
    monospace.insert(behind_the_first, "inter".to_owned());
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_come_from_the_font_that_is_shipped_in_every_family_of_text() {
        let fonts = definitions();
        for family in [FontFamily::Proportional, tokens::semibold(), FontFamily::Monospace] {
            let names = &fonts.families[&family];
            let place = names.iter().position(|name| name == "twemoji");
            let shipped = ["inter", "inter-semibold", "Hack"];
            let before = names.iter().take_while(|name| shipped.contains(&name.as_str())).count();
            assert_eq!(place, Some(before), "{family:?}: {names:?}");
        }
    }

    #[test]
    fn every_family_names_only_fonts_that_are_there() {
        let fonts = definitions();
        for names in fonts.families.values() {
            assert!(!names.is_empty());
            assert!(names.iter().all(|name| fonts.font_data.contains_key(name)));
        }
    }
}
