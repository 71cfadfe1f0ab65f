//! The palette and the sizes as egui's style, for both themes.

use std::collections::BTreeMap;

use egui::style::{ScrollAnimation, Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Vec2,
};
use egui::{ThemePreference, Visuals};

use super::{BODY, CONTROL_HEIGHT, FOCUS_WIDTH, HAIRLINE, Palette, RADIUS_CARD, RADIUS_CONTROL};
use super::{SPACE_1, SPACE_2, SPACE_3, palette_of, semibold};
use crate::types::Theme;

/// Sets both themes' looks, which of them holds, and the size of body text in points, 11 to 24.
pub fn apply(ctx: &Context, theme: Theme, text_size: u8) {
    ctx.set_theme(match theme {
        Theme::System => ThemePreference::System,
        Theme::Light => ThemePreference::Light,
        Theme::Dark => ThemePreference::Dark,
    });
    for (egui_theme, dark) in [(egui::Theme::Light, false), (egui::Theme::Dark, true)] {
        ctx.style_mut_of(egui_theme, |style| {
            style.visuals = visuals(dark);
            style.text_styles = text_styles(text_size);
            spacing(style);
        });
    }
}

/// Every text style at this size of body text, in points.
pub fn text_styles(body: u8) -> BTreeMap<TextStyle, FontId> {
    let scale = f32::from(body) / BODY;
    let font = |size: f32, family: FontFamily| FontId::new((size * scale * 2.0).round() / 2.0, family);
    BTreeMap::from([
        (TextStyle::Small, font(12.0, FontFamily::Proportional)),
        (TextStyle::Body, font(14.0, FontFamily::Proportional)),
        (TextStyle::Button, font(14.0, FontFamily::Proportional)),
        (TextStyle::Monospace, font(13.0, FontFamily::Monospace)),
        (TextStyle::Heading, font(16.0, semibold())),
        (super::strong(), font(14.0, semibold())),
        (super::title(), font(22.0, semibold())),
        (super::display(), font(28.0, semibold())),
    ])
}

fn spacing(style: &mut Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(SPACE_2, SPACE_2);
    spacing.button_padding = Vec2::new(SPACE_3, SPACE_1);
    spacing.interact_size = Vec2::new(CONTROL_HEIGHT, CONTROL_HEIGHT);
    spacing.menu_margin = Margin::same(SPACE_1 as i8);
    spacing.text_edit_width = super::FORM_WIDTH;
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.floating_width = 4.0;
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.0;
    style.scroll_animation = ScrollAnimation::none();
    style.url_in_tooltip = true;
}

fn visuals(dark: bool) -> Visuals {
    let p = palette_of(dark);
    let base = if dark { Visuals::dark() } else { Visuals::light() };
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: p.shadow };
    let mut visuals = Visuals {
        widgets: widgets(p),
        selection: Selection { bg_fill: p.selected, stroke: Stroke::new(FOCUS_WIDTH, p.accent) },
        hyperlink_color: p.accent,
        weak_text_color: Some(p.quiet),
        faint_bg_color: p.rail,
        extreme_bg_color: p.raised,
        text_edit_bg_color: Some(p.raised),
        code_bg_color: p.code,
        warn_fg_color: p.warning,
        error_fg_color: p.danger,
        window_corner_radius: CornerRadius::same(RADIUS_CARD),
        menu_corner_radius: CornerRadius::same(RADIUS_CARD),
        window_shadow: shadow,
        popup_shadow: shadow,
        window_fill: p.raised,
        window_stroke: Stroke::new(HAIRLINE, p.hairline),
        panel_fill: p.background,
        button_frame: true,
        striped: false,
        ..base
    };
    // A blinking cursor is two frames a second while nothing happens.
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(FOCUS_WIDTH, p.accent);
    visuals
}

fn widgets(p: &Palette) -> Widgets {
    let state = |fill: Color32, edge: Stroke| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: edge,
        corner_radius: CornerRadius::same(RADIUS_CONTROL),
        fg_stroke: Stroke::new(HAIRLINE, p.text),
        expansion: 0.0,
    };
    let edge = Stroke::new(HAIRLINE, p.edge);
    Widgets {
        noninteractive: state(p.background, Stroke::new(HAIRLINE, p.hairline)),
        inactive: state(p.raised, edge),
        hovered: state(p.hover, edge),
        active: state(p.pressed, Stroke::new(FOCUS_WIDTH, p.accent)),
        open: state(p.hover, edge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_scale_with_the_body_and_keep_their_order() {
        for body in super::super::BODY_MIN..=super::super::BODY_MAX {
            let styles = text_styles(body);
            let size = |style: TextStyle| styles[&style].size;
            assert!((size(TextStyle::Body) - f32::from(body)).abs() < 0.01);
            assert!(size(TextStyle::Small) < size(TextStyle::Body));
            assert!(size(TextStyle::Body) < size(TextStyle::Heading));
            assert!(size(TextStyle::Heading) < size(super::super::title()));
        }
    }

    #[test]
    fn both_themes_are_set_and_the_choice_holds() {
        let ctx = Context::default();
        apply(&ctx, Theme::Dark, 14);
        assert_eq!(ctx.theme(), egui::Theme::Dark);
        assert_eq!(ctx.style_of(egui::Theme::Light).visuals.panel_fill, palette_of(false).background);
        assert_eq!(ctx.style_of(egui::Theme::Dark).visuals.panel_fill, palette_of(true).background);
    }
}
