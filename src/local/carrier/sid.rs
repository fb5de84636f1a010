//! SIDs and other random words of the stand-in.

use std::fmt::Write as _;

/// `PREFIX` and 32 hexadecimal digits.
pub(super) fn random(prefix: &str) -> String {
    format!("{prefix}{}", hexadecimal::<16>())
}

/// `2 × N` hexadecimal digits.
pub(super) fn hexadecimal<const N: usize>() -> String {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
        .iter()
        .fold(String::with_capacity(2 * N), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a string cannot fail");
            text
        })
}

/// Whether the text has the form of a SID of this kind.
pub(super) fn is(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sids_have_twilios_form_and_differ() {
        let (one, other) = (random("SM"), random("SM"));
        assert!(is("SM", &one) && !is("MG", &one), "{one}");
        assert_ne!(one, other);
        assert!(!is("SM", "SM123") && !is("SM", &format!("SM{}", "g".repeat(32))));
    }
}
