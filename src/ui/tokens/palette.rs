//! The colours, as a pair for light and dark, and the test that they can be read.

use egui::Color32;

/// One theme's colours, named by what they are for.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// Behind the conversation and every screen.
    pub background: Color32,
    /// Cards, fields, dialogs.
    pub raised: Color32,
    /// Behind the rail and the member list.
    pub rail: Color32,
    /// Text.
    pub text: Color32,
    /// Text that stands back: times, hints, what is pending.
    pub quiet: Color32,
    /// The name of somebody who came without the app: no key, so no colour.
    pub guest: Color32,
    /// Lines between panes. Too weak for a control's edge.
    pub hairline: Color32,
    /// The edge of a control: at least 3:1.
    pub edge: Color32,
    /// The one accent: primary buttons, links, the unread line, my own name.
    pub accent: Color32,
    /// The accent under the pointer.
    pub accent_hover: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Text that warns.
    pub warning: Color32,
    /// Text that tells of a failure; a button that ends something for others.
    pub danger: Color32,
    /// Text on the danger colour.
    pub on_danger: Color32,
    /// Behind a line that mentions me, and behind a banner.
    pub wash: Color32,
    /// Behind a banner that warns.
    pub wash_warning: Color32,
    /// Behind a banner that tells of a failure.
    pub wash_danger: Color32,
    /// Behind the chosen row of a list, and behind selected text.
    pub selected: Color32,
    /// Behind a row or a quiet button under the pointer.
    pub hover: Color32,
    /// The same, pressed.
    pub pressed: Color32,
    /// Behind code.
    pub code: Color32,
    /// Over everything behind a dialog.
    pub scrim: Color32,
    /// Under what floats.
    pub shadow: Color32,
}

/// `0xRRGGBB` as a colour.
#[expect(clippy::disallowed_methods, reason = "this is the home of colours")]
pub(super) const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// The light theme.
pub(super) const LIGHT: Palette = Palette {
    background: rgb(0xFA_F9_F7),
    raised: rgb(0xFF_FF_FF),
    rail: rgb(0xF1_EF_EB),
    text: rgb(0x1F_1D_1A),
    quiet: rgb(0x6A_65_5D),
    guest: rgb(0x4B_47_41),
    hairline: rgb(0xE2_DE_D7),
    edge: rgb(0x84_7E_75),
    accent: rgb(0x1F_6F_5C),
    accent_hover: rgb(0x19_5F_4E),
    on_accent: rgb(0xFF_FF_FF),
    warning: rgb(0x8A_5A_00),
    danger: rgb(0xB3_26_1E),
    on_danger: rgb(0xFF_FF_FF),
    wash: rgb(0xE4_EB_E8),
    wash_warning: rgb(0xF8_EE_DA),
    wash_danger: rgb(0xF9_E6_E3),
    selected: rgb(0xDF_E8_E2),
    hover: rgb(0xEA_E7_E2),
    pressed: rgb(0xDD_DA_D3),
    code: rgb(0xF1_EF_EB),
    scrim: Color32::from_black_alpha(90),
    shadow: Color32::from_black_alpha(30),
};

/// The dark theme.
pub(super) const DARK: Palette = Palette {
    background: rgb(0x1B_1A_19),
    raised: rgb(0x24_23_22),
    rail: rgb(0x16_15_14),
    text: rgb(0xEC_E9_E4),
    quiet: rgb(0xA2_9C_92),
    guest: rgb(0xC4_BE_B4),
    hairline: rgb(0x33_31_2E),
    edge: rgb(0x82_7B_72),
    accent: rgb(0x6C_C4_AE),
    accent_hover: rgb(0x85_D2_BF),
    on_accent: rgb(0x10_21_1C),
    warning: rgb(0xE8_B7_5A),
    danger: rgb(0xF2_93_8C),
    on_danger: rgb(0x2B_0F_0C),
    wash: rgb(0x23_2B_28),
    wash_warning: rgb(0x30_2A_1D),
    wash_danger: rgb(0x34_24_22),
    selected: rgb(0x22_30_2B),
    hover: rgb(0x2A_28_27),
    pressed: rgb(0x34_32_30),
    code: rgb(0x2C_2B_29),
    scrim: Color32::from_black_alpha(140),
    shadow: Color32::from_black_alpha(120),
};

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// WCAG 2.2's relative luminance.
    fn luminance(color: Color32) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    /// WCAG 2.2's contrast ratio, 1 to 21.
    pub(in super::super) fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Everything that a text may stand on.
    pub(in super::super) fn surfaces(p: &Palette) -> [(&'static str, Color32); 9] {
        [
            ("background", p.background),
            ("raised", p.raised),
            ("rail", p.rail),
            ("wash", p.wash),
            ("wash_warning", p.wash_warning),
            ("wash_danger", p.wash_danger),
            ("selected", p.selected),
            ("hover", p.hover),
            ("code", p.code),
        ]
    }

    #[test]
    fn every_text_can_be_read_on_every_surface() {
        for (theme, p) in [("light", &LIGHT), ("dark", &DARK)] {
            let texts = [
                ("text", p.text),
                ("quiet", p.quiet),
                ("guest", p.guest),
                ("accent", p.accent),
                ("warning", p.warning),
                ("danger", p.danger),
            ];
            for (text, fg) in texts {
                for (surface, bg) in surfaces(p) {
                    let ratio = contrast(fg, bg);
                    assert!(ratio >= 4.5, "{theme}: {text} on {surface} has {ratio:.2}");
                }
            }
            for (fg, bg) in [
                (p.on_accent, p.accent),
                (p.on_accent, p.accent_hover),
                (p.on_danger, p.danger),
                (p.text, p.pressed),
            ] {
                assert!(contrast(fg, bg) >= 4.5, "{theme}: {fg:?} on {bg:?}");
            }
        }
    }

    #[test]
    fn every_edge_of_a_control_can_be_seen() {
        for (theme, p) in [("light", &LIGHT), ("dark", &DARK)] {
            for (surface, bg) in surfaces(p) {
                for (edge, fg) in [("edge", p.edge), ("focus ring", p.accent)] {
                    let ratio = contrast(fg, bg);
                    assert!(ratio >= 3.0, "{theme}: {edge} on {surface} has {ratio:.2}");
                }
            }
        }
    }
}
