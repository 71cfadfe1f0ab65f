//! Times in words, as far back as they are useful.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// When something was, seen from `now_ms`: `today, 14:05`, `yesterday`, `Tuesday`, `3 November`, `3 November
/// 2024`. Both in milliseconds since 1970 UTC.
pub fn when(then_ms: i64, now_ms: i64, zone: &TimeZone) -> String {
    let (Some(then), Some(now)) = (zoned(then_ms, zone), zoned(now_ms, zone)) else {
        return String::new();
    };
    let days = (now.date() - then.date()).get_days();
    match days {
        ..=0 => then.strftime("today, %H:%M").to_string(),
        1 => "yesterday".to_owned(),
        2..=6 => then.strftime("%A").to_string(),
        _ if then.year() == now.year() => then.strftime("%-d %B").to_string(),
        _ => then.strftime("%-d %B %Y").to_string(),
    }
}

fn zoned(ms: i64, zone: &TimeZone) -> Option<Zoned> {
    Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(zone.clone()))
}

/// A moment to come, on this computer's clock.
pub fn moment(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX);
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%-d %B at %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_far_as_they_are_useful() {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let now = ms("2026-11-22T16:00:00Z");
        let told = |text: &str| when(ms(text), now, &TimeZone::UTC);
        assert_eq!(told("2026-11-22T09:05:00Z"), "today, 09:05");
        assert_eq!(told("2026-11-21T23:59:00Z"), "yesterday");
        assert_eq!(told("2026-11-17T12:00:00Z"), "Tuesday");
        assert_eq!(told("2026-01-03T12:00:00Z"), "3 January");
        assert_eq!(told("2024-12-31T12:00:00Z"), "31 December 2024");
        assert_eq!(when(i64::MAX, now, &TimeZone::UTC), "");
    }
}
