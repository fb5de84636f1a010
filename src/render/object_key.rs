//! Object keys as people read them: of a hash, the beginning by which it is told elsewhere.

use super::fit::shorten;

/// Digits of a SHA-256.
const HASH: usize = 64;
/// So many of them tell it apart.
const SHOWN: usize = 12;

/// The key in at most `width` columns: `functions/api/0123456789ab….zip`.
pub(super) fn object_key(key: &str, width: usize) -> String {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let parts = key.split_inclusive(|c| !is_digit(c)).map(|part| {
        let digits = part.trim_end_matches(|c| !is_digit(c));
        let rest = &part[digits.len()..];
        if digits.len() == HASH {
            format!("{}…{rest}", &digits[..SHOWN])
        } else {
            part.to_owned()
        }
    });
    shorten(&parts.collect::<String>(), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_told_by_its_beginning() {
        let hash = "0123456789ab".repeat(5) + "cdef";
        for (key, shown) in [
            (
                format!("functions/api/{hash}.zip"),
                "functions/api/0123456789ab….zip",
            ),
            (format!("templates/{hash}"), "templates/0123456789ab…"),
            ("track/app.3f2a9c01.js".to_owned(), "track/app.3f2a9c01.js"),
            ("é/faded/".to_owned(), "é/faded/"),
            (String::new(), ""),
        ] {
            assert_eq!(object_key(&key, 31), shown);
        }
        let longer = format!("x/{hash}0");
        assert_eq!(object_key(&longer, 80), longer);
        assert_eq!(object_key(&longer, 20), shorten(&longer, 20));
    }
}
