//! Logical ids for the paths of the REST API: readable, and different for different paths.

use qdn_shared::route::Segment;
use sha2::{Digest, Sha256};

/// A path as part of a logical id: `/api/jobs/{jobId}` is `ApiJobsByJobid`.
///
/// Every segment is one capitalised word, a parameter has the word `By` before its own. That can be read
/// backwards (up to the case of a parameter's name, which API Gateway lets no two siblings differ in) unless a
/// literal holds a hyphen, begins with a digit or is `by` itself; such a path gets a hash at its end.
pub(super) fn id_of(path: &[Segment]) -> String {
    let readable: String = path.iter().map(word).collect();
    if path.iter().all(is_reversible) {
        return readable;
    }
    let spelled: Vec<String> = path.iter().map(part_of).collect();
    let hash = Sha256::digest(spelled.join("/"));
    format!(
        "{readable}{:02X}{:02X}{:02X}{:02X}",
        hash[0], hash[1], hash[2], hash[3]
    )
}

/// A segment as API Gateway writes it.
pub(super) fn part_of(segment: &Segment) -> String {
    match segment {
        Segment::Literal(literal) => (*literal).to_owned(),
        Segment::Parameter(name) => format!("{{{name}}}"),
    }
}

fn word(segment: &Segment) -> String {
    match segment {
        Segment::Literal(literal) => capitalised(&literal.replace('-', "")),
        Segment::Parameter(name) => format!("By{}", capitalised(&name.to_ascii_lowercase())),
    }
}

fn is_reversible(segment: &Segment) -> bool {
    match segment {
        Segment::Literal(literal) => {
            *literal != "by"
                && !literal.contains('-')
                && literal.starts_with(|first: char| first.is_ascii_lowercase())
        }
        Segment::Parameter(_) => true,
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use qdn_shared::route::PathTemplate;

    use super::*;

    fn id(path: &'static str) -> String {
        id_of(&PathTemplate::new(path).segments().collect::<Vec<_>>())
    }

    #[test]
    fn ids_read_like_paths() {
        assert_eq!(id("/api/health"), "ApiHealth");
        assert_eq!(id("/api/jobs/{jobId}/messages"), "ApiJobsByJobidMessages");
        assert_eq!(
            id("/api/carrier/status/{messageId}/{keyId}/{mac}"),
            "ApiCarrierStatusByMessageidByKeyidByMac"
        );
    }

    #[test]
    fn paths_that_read_alike_get_a_hash() {
        let alike = [
            "/api/by/id",
            "/api/{id}",
            "/api/b-y/id",
            "/api/by-id",
            "/api/byid",
            "/api/b-yid",
            "/api/1",
            "/api/-1",
        ];
        let ids: BTreeMap<String, &str> = alike.into_iter().map(|path| (id(path), path)).collect();
        assert_eq!(ids.len(), alike.len(), "{ids:?}");
        assert_eq!(id("/api/{id}"), "ApiById");
        assert!(
            id("/api/by/id").starts_with("ApiById")
                && id("/api/by/id").len() == "ApiById".len() + 8
        );
    }

    proptest! {
        /// A small alphabet, so that paths that read alike are likely.
        #[test]
        fn different_paths_have_different_ids(
            left in "/api(/(\\{[ab]{1,2}\\}|by|[ab1-]{1,3})){0,4}",
            right in "/api(/(\\{[ab]{1,2}\\}|by|[ab1-]{1,3})){0,4}",
        ) {
            let parsed = (PathTemplate::parse(left.leak()), PathTemplate::parse(right.leak()));
            let (Ok(left), Ok(right)) = parsed else { return Ok(()) };
            let same = left.as_str() == right.as_str();
            let ids = (id(left.as_str()), id(right.as_str()));
            prop_assert_eq!(ids.0 == ids.1, same, "{} {} {:?}", left, right, ids);
            prop_assert!(ids.0.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }
}
