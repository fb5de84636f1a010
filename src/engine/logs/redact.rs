//! Leaves out of a log line what must never be shown. The functions log ids, codes and counts alone, and their tests
//! hold them to it; what a library or Lambda itself may add is not theirs to say.

/// What stands in place of what is left out.
const LEFT_OUT: &str = "[left out]";
/// The shortest text that counts as a key: ids and hashes of the same length have one case only.
const KEY: usize = 32;
/// Digits of a phone number in international form, at least and at most.
const PHONE: std::ops::RangeInclusive<usize> = 8..=15;

/// The text without what looks like a token, a key or a phone number. JSON stays JSON.
pub(super) fn redacted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let run = rest.find(|c: char| !is_of_a_key(c)).unwrap_or(rest.len());
        let taken = if run > 0 {
            let word = &rest[..run];
            shown.push_str(if is_key(word) { LEFT_OUT } else { word });
            run
        } else if let Some(digits) = phone(rest).filter(|_| before.is_none_or(|c| !is_of_a_key(c)))
        {
            shown.push_str(LEFT_OUT);
            digits
        } else {
            shown.push(first);
            first.len_utf8()
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    shown
}

/// base64url, of which tokens and the secrets of keys are made.
fn is_of_a_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Long, and of both cases and digits: random bytes are, words and hexadecimal digits are not.
fn is_key(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.bytes().any(|byte| is(&byte));
    word.len() >= KEY
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && !is_sid(word)
}

/// The carrier's id of a thing: two capital letters and 32 hexadecimal digits.
fn is_sid(word: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let (kind, digits) = word.as_bytes().split_at(2);
    kind.iter().all(u8::is_ascii_uppercase)
        && digits.len() == 32
        && digits.iter().all(|byte| hex(*byte))
}

/// Length of the phone number that the text begins with.
fn phone(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('+')?;
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    PHONE.contains(&count).then_some(count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keys_and_numbers_are_left_out() {
        let token = "AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs";
        for (text, shown) in [
            (
                format!(r#"{{"path":"/track?jobToken={token}"}}"#),
                r#"{"path":"/track?jobToken=[left out]"}"#,
            ),
            (
                format!("Bearer ab12cd34.{}", &token[..43]),
                "Bearer ab12cd34.[left out]",
            ),
            (
                r#"{"to":"+12025550143"}"#.to_owned(),
                r#"{"to":"[left out]"}"#,
            ),
        ] {
            assert_eq!(redacted(&text), shown);
        }
    }

    #[test]
    fn ids_codes_hashes_and_times_stay() {
        for text in [
            r#"{"requestId":"8b1f7a52-2f0e-4c6e-9f57-0123456789ab","status":201}"#,
            r#"{"sid":"SM00112233445566778899aabbccddeeff"}"#,
            "sha256 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            "2026-01-01T10:00:00+00:00 7K3M9QX2-1 +1234567 a+12025550143",
            r#"{"target":"qdn_runtime::messaging","error":"PutItem of the table failed: InternalServerError"}"#,
            "ünï — 20261125-190211-004711-4711",
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
