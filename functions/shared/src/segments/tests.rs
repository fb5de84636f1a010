//! Tests of texts and segments.

use super::*;
use proptest::prelude::*;

/// The tables as the standard prints them, by rows.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

#[test]
fn the_alphabet_is_the_standards() {
    assert_eq!(BASIC.chars().count(), 127);
    for character in '\0'..=char::MAX {
        let expected = if BASIC.contains(character) {
            Some(1)
        } else if EXTENSION.contains(character) {
            Some(2)
        } else {
            None
        };
        assert_eq!(gsm7(character), expected, "{character:?}");
    }
}

#[test]
fn limits_of_a_segment() {
    let said = |text: String| {
        let Segments {
            encoding,
            units,
            count,
        } = segments(&text);
        format!("{encoding:?} {units} units, {count}")
    };
    insta::assert_snapshot!(said(String::new()), @"Gsm7 0 units, 0");
    insta::assert_snapshot!(said("a".repeat(160)), @"Gsm7 160 units, 1");
    insta::assert_snapshot!(said("a".repeat(161)), @"Gsm7 161 units, 2");
    insta::assert_snapshot!(said("a".repeat(306)), @"Gsm7 306 units, 2");
    insta::assert_snapshot!(said("a".repeat(307)), @"Gsm7 307 units, 3");
    insta::assert_snapshot!(said("€".repeat(80)), @"Gsm7 160 units, 1");
    // 76 escapes fill 152 of 153 units: the 77th goes to the next segment whole.
    insta::assert_snapshot!(said("€".repeat(153)), @"Gsm7 306 units, 3");
    insta::assert_snapshot!(said(format!("{}á", "a".repeat(69))), @"Ucs2 70 units, 1");
    insta::assert_snapshot!(said(format!("{}á", "a".repeat(70))), @"Ucs2 71 units, 2");
    insta::assert_snapshot!(said("🚚".repeat(35)), @"Ucs2 70 units, 1");
    // 33 pairs fill 66 of 67 units.
    insta::assert_snapshot!(said("🚚".repeat(67)), @"Ucs2 134 units, 3");
}

#[test]
fn what_cannot_be_sent_is_refused_without_repeating_it() {
    let said = |text: &str| SmsText::new(text).unwrap_err().to_string();
    insta::assert_snapshot!(said(" \n "), @"must not be blank");
    insta::assert_snapshot!(said("secret\0"), @"must not hold control characters other than line feeds");
    insta::assert_snapshot!(said("secret\r\n"), @"must not hold control characters other than line feeds");
    insta::assert_snapshot!(said(&"s".repeat(1601)), @"is 1601 characters long, at most 1600 fit (a link placeholder counts as 340, an emoji as two or more)");
    assert!(SmsText::new(&"s".repeat(1600)).is_ok());
    assert!(SmsText::new(&"🚚".repeat(801)).is_err());
    assert!(SmsText::new(&format!("{}[link]", "s".repeat(1260))).is_ok());
    assert!(SmsText::new(&format!("{}[link]", "s".repeat(1261))).is_err());
    insta::assert_snapshot!(format!("{:?}", SmsText::new("secret").unwrap()), @"SmsText(6 units)");
}

#[test]
fn a_foreign_text_cannot_ask_for_a_link() {
    let passed = |text: &str| SmsText::passed_on(text).map(|text| text.as_str().to_owned());
    assert_eq!(
        passed("see [link]\r\nnow").as_deref(),
        Some("see (link) \nnow")
    );
    // Cleaning must not put a placeholder together.
    assert_eq!(passed("[[link]link]").as_deref(), Some("[(link)link]"));
    assert_eq!(passed("\u{7}"), None);
}

proptest! {
    #[test]
    fn segments_hold_all_units_and_no_segment_stands_nearly_empty(text: String) {
        let Segments { encoding, units, count } = segments(&text);
        prop_assert_eq!(count == 0, text.is_empty());
        if count > 1 {
            prop_assert!(units > encoding.single());
            // Each segment but the last holds all its units, or all but the one that a pair did not fit in.
            prop_assert!(units <= count * encoding.of_several());
            prop_assert!(units > (count - 1) * (encoding.of_several() - 1));
        } else {
            prop_assert!(units <= encoding.single());
        }
    }

    #[test]
    fn longer_texts_take_no_fewer_segments_of_one_alphabet(text in "[a-z€\\[\\]]{0,400}", more in "[a-z€]{0,9}") {
        let longer = text.clone() + &more;
        prop_assert!(segments(&longer).count >= segments(&text).count);
    }

    #[test]
    fn an_accepted_text_survives_json_unchanged(text: String) {
        if let Ok(sms) = SmsText::new(&text) {
            prop_assert_eq!(sms.as_str(), &text);
            let json = serde_json::to_string(&sms).unwrap();
            prop_assert_eq!(serde_json::from_str::<SmsText>(&json).unwrap(), sms);
        }
    }

    #[test]
    fn any_foreign_text_that_is_not_blank_fits(text in "(.|\n|[link\\[\\]]){0,60}", times in 1_usize..60) {
        let text = text.repeat(times);
        let visible = text.chars().any(|character| !character.is_control() && !character.is_whitespace());
        let passed = SmsText::passed_on(&text);
        prop_assert_eq!(passed.is_some(), visible);
        if let Some(passed) = passed {
            prop_assert!(!passed.as_str().contains(LINK_PLACEHOLDER));
        }
    }
}
