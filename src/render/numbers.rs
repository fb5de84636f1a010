//! Numbers as people read them: sizes, times, counts.

use std::time::Duration;

/// Size with SI units and one decimal: `999 B`, `1.2 kB`, `3.4 MB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if size < 1000 {
        return format!("{size} B");
    }
    // Tenths of the unit, rounded half up in whole numbers: a float would drift for large sizes.
    let mut divisor: u128 = 1000;
    for unit in UNITS {
        let tenths = (u128::from(size) * 10 + divisor / 2) / divisor;
        if tenths < 10_000 || unit == UNITS[UNITS.len() - 1] {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        divisor *= 1000;
    }
    unreachable!("the last unit always returns")
}

/// Time that something took: `45 ms`, `1.2 s`, `2 min 5 s`, `1 h 2 min`.
pub fn duration(took: Duration) -> String {
    let millis = took.as_millis();
    let seconds = (millis + 500) / 1000;
    match millis {
        0..100 => format!("{millis} ms"),
        100..59_950 => {
            let tenths = (millis + 50) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        _ if seconds < 3600 => two_units(seconds, "min", "s"),
        _ => two_units((millis + 30_000) / 60_000, "h", "min"),
    }
}

/// The same from milliseconds.
pub(super) fn millis(took_ms: u64) -> String {
    duration(Duration::from_millis(took_ms))
}

/// A time that is only estimated: `5 s`, `40 s`, `3 min`.
pub(super) fn about(left: Duration) -> String {
    match left.as_secs() {
        seconds @ 0..100 => format!("{} s", (seconds / 5 + 1) * 5),
        seconds => format!("{} min", (seconds + 30) / 60),
    }
}

/// `2 min 5 s`, or `2 min` when nothing is left over.
fn two_units(small: u128, large_unit: &str, small_unit: &str) -> String {
    match small % 60 {
        0 => format!("{} {large_unit}", small / 60),
        rest => format!("{} {large_unit} {rest} {small_unit}", small / 60),
    }
}

/// A number of things: `1 object`, `2 objects`, `10,000 objects`. `one` is the singular of a
/// regular noun.
pub fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{} {one}s", whole(number))
    }
}

/// A whole number with a comma at each thousand.
pub fn whole(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (size, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1249, "1.2 kB"),
            (1250, "1.3 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (3_512_345, "3.5 MB"),
            (6_000_000_000, "6.0 GB"),
            (u64::MAX, "18446.7 PB"),
        ] {
            assert_eq!(bytes(size), text, "{size}");
        }
    }

    #[test]
    fn times() {
        for (millis, text) in [
            (0, "0 ms"),
            (99, "99 ms"),
            (100, "0.1 s"),
            (1249, "1.2 s"),
            (59_949, "59.9 s"),
            (59_950, "1 min"),
            (125_000, "2 min 5 s"),
            (3_599_499, "59 min 59 s"),
            (3_599_500, "1 h"),
            (3_720_000, "1 h 2 min"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text, "{millis}");
        }
    }

    #[test]
    fn estimates() {
        for (seconds, text) in [
            (0, "5 s"),
            (4, "5 s"),
            (37, "40 s"),
            (99, "100 s"),
            (100, "2 min"),
            (284, "5 min"),
        ] {
            assert_eq!(about(Duration::from_secs(seconds)), text, "{seconds}");
        }
    }

    #[test]
    fn counts() {
        assert_eq!(count(0, "object"), "0 objects");
        assert_eq!(count(1, "object"), "1 object");
        assert_eq!(count(10_000, "object"), "10,000 objects");
        assert_eq!(whole(123), "123");
        assert_eq!(whole(1_234_567), "1,234,567");
    }
}
