//! Twelve colours for names, equally light and equally strong, so that nobody stands out by chance.
//!
//! Chosen in OKLCH: lightness 0.50 on light and 0.78 on dark, chroma 0.085; the hues stay clear of red, which
//! means danger, and of the accent, which means me.

use egui::Color32;

use super::palette::rgb;
use crate::types::{MemberKey, Nickname};

/// Hues 50, 72, 94, 116, 138, 200, 222, 244, 266, 288, 312 and 338 at lightness 0.50.
const LIGHT: [Color32; 12] = [
    rgb(0x8A_54_35),
    rgb(0x81_5B_26),
    rgb(0x73_62_22),
    rgb(0x61_69_2C),
    rgb(0x4A_6F_3E),
    rgb(0x00_71_76),
    rgb(0x18_6E_86),
    rgb(0x34_68_90),
    rgb(0x4C_62_94),
    rgb(0x61_5B_91),
    rgb(0x73_55_86),
    rgb(0x82_4F_74),
];

/// The same hues at lightness 0.78.
const DARK: [Color32; 12] = [
    rgb(0xE4_A8_86),
    rgb(0xDA_AF_7A),
    rgb(0xC9_B7_77),
    rgb(0xB4_BF_7F),
    rgb(0x9D_C5_90),
    rgb(0x70_C8_CD),
    rgb(0x77_C4_DE),
    rgb(0x88_BE_EA),
    rgb(0x9E_B7_EF),
    rgb(0xB4_AF_EB),
    rgb(0xCA_A8_DF),
    rgb(0xDC_A3_CA),
];

/// The colour of this key's names.
pub(super) fn color(dark: bool, key: &MemberKey) -> Color32 {
    let [a, b, ..] = key.0;
    let colors = if dark { &DARK } else { &LIGHT };
    let place = usize::from(u16::from_be_bytes([a, b])) % colors.len();
    colors.get(place).copied().unwrap_or(super::palette_of(dark).text)
}

/// The colour of this name, where there is no key.
pub(super) fn color_of_name(dark: bool, name: &Nickname) -> Color32 {
    let mixed = name.as_str().bytes().fold(0_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let [a, b] = mixed.to_be_bytes();
    let mut key = MemberKey([0; 32]);
    (key.0[0], key.0[1]) = (a, b);
    color(dark, &key)
}

#[cfg(test)]
mod tests {
    use super::super::palette::tests::{contrast, surfaces};
    use super::super::palette_of;
    use super::*;

    /// OKLCH of an sRGB colour: lightness 0–1, chroma, hue in degrees (Ottosson 2020).
    fn oklch(color: Color32) -> [f64; 3] {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = [color.r(), color.g(), color.b()].map(linear);
        let l = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let m = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let s = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
        let green_red = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let blue_yellow = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        [lightness, green_red.hypot(blue_yellow), blue_yellow.atan2(green_red).to_degrees().rem_euclid(360.0)]
    }

    fn apart(a: f64, b: f64) -> f64 {
        let d = (a - b).rem_euclid(360.0);
        d.min(360.0 - d)
    }

    #[test]
    fn all_names_are_equally_light_and_equally_strong() {
        for (colors, lightness) in [(LIGHT, 0.50), (DARK, 0.78)] {
            for color in colors {
                let [l, c, _] = oklch(color);
                assert!((l - lightness).abs() < 0.005, "{color:?} has lightness {l:.3}");
                assert!((c - 0.085).abs() < 0.004, "{color:?} has chroma {c:.3}");
            }
        }
    }

    #[test]
    fn no_name_is_red_or_in_the_accent_and_all_differ() {
        for (colors, dark) in [(LIGHT, false), (DARK, true)] {
            let palette = palette_of(dark);
            let [_, _, red] = oklch(palette.danger);
            let [_, _, accent] = oklch(palette.accent);
            let hues: Vec<f64> = colors.iter().map(|c| oklch(*c)[2]).collect();
            for (n, hue) in hues.iter().enumerate() {
                assert!(apart(*hue, red) >= 20.0, "{hue} is red");
                assert!(apart(*hue, accent) >= 20.0, "{hue} is the accent");
                assert!(hues[n + 1..].iter().all(|other| apart(*hue, *other) >= 18.0));
            }
        }
    }

    #[test]
    fn every_name_can_be_read_on_every_surface() {
        for (colors, dark) in [(LIGHT, false), (DARK, true)] {
            for color in colors {
                for (surface, bg) in surfaces(palette_of(dark)) {
                    let ratio = contrast(color, bg);
                    assert!(ratio >= 4.5, "{color:?} on {surface} has {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn a_key_keeps_its_colour_and_all_twelve_are_used() {
        let mut seen: Vec<Color32> = (0..=255).map(|n| color(false, &MemberKey([n; 32]))).collect();
        assert_eq!(seen[7], color(false, &MemberKey([7; 32])));
        seen.sort_by_key(Color32::to_array);
        seen.dedup();
        assert_eq!(seen.len(), 12);
    }
}
