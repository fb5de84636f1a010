//! Fields of a form in a request's body (`application/x-www-form-urlencoded`), as the carrier sends them.

use std::error::Error;
use std::str::FromStr;

/// The value of a field that stands in the form once. Else, in words, what is wrong with it: it is missing, it is
/// repeated, or why its text is not what it has to be.
pub fn field<T: FromStr<Err: Error>>(body: &[u8], name: &str) -> Result<T, String> {
    let mut values = form_urlencoded::parse(body)
        .filter(|(field, _)| field == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => value.parse().map_err(|error: T::Err| error.to_string()),
        (None, _) => Err("is missing".to_owned()),
        (Some(_), Some(_)) => Err("must not be repeated".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(body: &str) -> Result<u32, String> {
        field(body.as_bytes(), "n")
    }

    #[test]
    fn a_field_is_read_where_it_stands_once() {
        assert_eq!(number("m=1&n=2"), Ok(2));
        assert_eq!(number("%6e=%32"), Ok(2));
        assert_eq!(number("m=1&N=2"), Err("is missing".to_owned()));
        assert_eq!(number(""), Err("is missing".to_owned()));
        let twice = Err("must not be repeated".to_owned());
        assert_eq!(number("n=2&n=2"), twice);
        assert_eq!(number("n=2&n"), twice);
        assert_eq!(
            number("n=x"),
            Err("invalid digit found in string".to_owned())
        );
    }
}
