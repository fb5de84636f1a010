//! Crockford's base 32: digits and capitals without I, L, O, U, which people misread or dislike.
//! Its digits stand in ASCII order, so texts of one length sort like the bytes that they stand for.

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Each 5 bytes as 8 digits. `TEXT` has to be 8/5 of `BYTES`.
pub(super) fn encode<const BYTES: usize, const TEXT: usize>(bytes: &[u8; BYTES]) -> [u8; TEXT] {
    const { assert!(BYTES.is_multiple_of(5) && TEXT * 5 == BYTES * 8) };
    let mut text = [0; TEXT];
    for (digits, chunk) in text.chunks_exact_mut(8).zip(bytes.chunks_exact(5)) {
        let bits = chunk
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = DIGITS[(bits >> (35 - 5 * place) & 31) as usize];
        }
    }
    text
}

/// The text if it consists of exactly this many digits. Small letters are refused: one value, one spelling.
pub(super) fn read<const TEXT: usize>(text: &str) -> Option<[u8; TEXT]> {
    let digits: [u8; TEXT] = text.as_bytes().try_into().ok()?;
    digits
        .iter()
        .all(|digit| DIGITS.contains(digit))
        .then_some(digits)
}

/// Digits that [`encode`] or [`read`] gave, as text.
pub(super) fn as_str(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).expect("base 32 digits are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        assert_eq!(&encode::<5, 8>(&[0; 5]), b"00000000");
        assert_eq!(&encode::<5, 8>(&[0xff; 5]), b"ZZZZZZZZ");
        // RFC 4648 writes these as MZXW6YTB in its own alphabet: digits 12 25 23 22 30 24 19 1.
        assert_eq!(&encode::<5, 8>(b"fooba"), b"CSQPYRK1");
    }

    proptest! {
        #[test]
        fn texts_sort_like_their_bytes(left: [u8; 5], right: [u8; 5]) {
            prop_assert_eq!(left.cmp(&right), encode::<5, 8>(&left).cmp(&encode::<5, 8>(&right)));
        }
    }
}
