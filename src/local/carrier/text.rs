//! What Twilio counts and how it writes: E.164 numbers, SMS segments, dates. Written apart from the
//! functions' own rules on purpose: a mistake there shall not be repeated here.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Most characters of a message.
pub(super) const LONGEST: usize = 1_600;

/// GSM-7's basic set; two septets each: its extension.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Whether this is a number in E.164 form.
pub(super) fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else {
        return false;
    };
    (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

/// SMS segments of a text: 160 or 153 septets of GSM-7, 70 or 67 units of UCS-2.
pub(super) fn segments(text: &str) -> u32 {
    let septets = text.chars().try_fold(0, |sum: usize, character| {
        if BASIC.contains(character) {
            Some(sum + 1)
        } else {
            EXTENSION.contains(character).then_some(sum + 2)
        }
    });
    let (length, alone, joined) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let segments = if length <= alone {
        1
    } else {
        length.div_ceil(joined)
    };
    u32::try_from(segments).unwrap_or(u32::MAX)
}

/// RFC 2822 in GMT, `Thu, 30 Jul 2015 20:12:31 +0000`.
pub(super) fn rfc2822(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S %z")
        .to_string()
}

/// ISO 8601 in GMT with whole seconds, `2015-07-30T20:12:31Z`.
pub(super) fn iso8601(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_e164_or_refused() {
        for good in ["+15005550006", "+491701234567", "+2900000"] {
            assert!(is_e164(good), "{good}");
        }
        for bad in [
            "15005550006",
            "+0123456789",
            "+1 500 555 0006",
            "+1234567890123456",
            "+12345",
            "",
            "+",
            "+1500555000x",
        ] {
            assert!(!is_e164(bad), "{bad}");
        }
    }

    #[test]
    fn segments_follow_the_encoding() {
        let count = |unit: &str, times| segments(&unit.repeat(times));
        assert_eq!(
            [
                count("a", 160),
                count("a", 161),
                count("a", 306),
                count("a", 307)
            ],
            [1, 2, 2, 3]
        );
        assert_eq!([count("€", 80), count("€", 81)], [1, 2]);
        assert_eq!(
            [
                count("ж", 70),
                count("ж", 71),
                count("ж", 134),
                count("ж", 135)
            ],
            [1, 2, 2, 3]
        );
        assert_eq!([count("😀", 35), count("😀", 36)], [1, 2]);
    }

    #[test]
    fn dates_are_written_as_twilio_writes_them() {
        let time: Timestamp = "2015-07-30T20:12:31.987Z".parse().unwrap();
        assert_eq!(rfc2822(time), "Thu, 30 Jul 2015 20:12:31 +0000");
        assert_eq!(iso8601(time), "2015-07-30T20:12:31Z");
    }
}
