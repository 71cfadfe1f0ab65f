//! A time as it is typed behind a command: `10s`, `30m`, `2h`, `7d`.

use crate::types::limits::SPAN_DAYS;

/// Its milliseconds; none for what is no time, or more than [`SPAN_DAYS`].
pub(super) fn span(text: &str) -> Option<u64> {
    const MINUTES_A_DAY: u64 = 24 * 60;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => MINUTES_A_DAY,
        _ => return None,
    };
    let minutes = number.parse::<u64>().ok()?.checked_mul(minutes)?;
    (1..=SPAN_DAYS * MINUTES_A_DAY).contains(&minutes).then_some(minutes * 60_000)
}

/// Seconds of a shorter one, `10s` among them; none for what is no time.
pub(super) fn seconds(text: &str) -> Option<u32> {
    match text.strip_suffix('s') {
        Some(number) => number.parse().ok().filter(|seconds| *seconds > 0),
        None => u32::try_from(span(text)? / 1_000).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_hours_and_days_and_nothing_else() {
        assert_eq!(span("30m"), Some(1_800_000));
        assert_eq!(span("2h"), Some(7_200_000));
        assert_eq!(span("7d"), Some(604_800_000));
        for bad in ["", "m", "0m", "-1h", "2", "2w", "2 h", "99999999999999999999d", "\u{e9}"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }

    #[test]
    fn short_times_have_seconds_too() {
        assert_eq!((seconds("10s"), seconds("5m")), (Some(10), Some(300)));
        for bad in ["", "s", "0s", "-1s", "10", "99999999999s"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_is_as_long_as_the_limit_and_no_longer() {
        assert_eq!(span(&format!("{SPAN_DAYS}d")), Some(SPAN_DAYS * 86_400_000));
        assert_eq!(span(&format!("{}d", SPAN_DAYS + 1)), None);
    }
}
