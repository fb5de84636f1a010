//! The fewest invalidation paths for a set of outdated objects. Which objects are outdated is
//! decided by the comparison.

use std::collections::BTreeSet;

use crate::site::INDEX_KEY;

/// More exact paths than this become one wildcard: the paths of a month beyond the first thousand
/// are paid for, and fetching some unchanged files once more is not.
pub(super) const MOST_EXACT_PATHS: usize = 15;

/// Covers everything below the page's prefix, and counts as one path.
const WILDCARD: &str = "/track/*";

/// The paths that make viewers get the new version of the objects `outdated` (keys below the page's
/// prefix). Sorted; empty when nothing is outdated.
///
/// The rule: exact paths; but the wildcard instead when that is shorter and either nothing
/// unchanged lies below it (`unchanged_remain` is false) or there would be more than
/// [`MOST_EXACT_PATHS`]. A key that needs escaping in a URL always takes the wildcard, because
/// viewers may have spelled it in several ways.
pub(super) fn invalidation(outdated: &BTreeSet<&str>, unchanged_remain: bool) -> Vec<String> {
    let exact: BTreeSet<String> = outdated.iter().flat_map(|key| viewer_paths(key)).collect();
    let covered = |path: &str| path.starts_with("/track/");
    let mut wild: BTreeSet<String> = exact
        .iter()
        .filter(|path| !covered(path))
        .cloned()
        .collect();
    wild.insert(WILDCARD.to_owned());
    let shorter = wild.len() < exact.len();
    let wide = shorter && (!unchanged_remain || exact.len() > MOST_EXACT_PATHS);
    if wide || outdated.iter().any(|key| !is_plain(key)) {
        wild
    } else {
        exact
    }
    .into_iter()
    .collect()
}

/// Where viewers find an object. The edge function rewrites `/track` and `/track/` before the cache
/// is asked, and CloudFront's guide says to invalidate both, the address of the request and the
/// rewritten one.
fn viewer_paths(key: &str) -> Vec<String> {
    if key == INDEX_KEY {
        vec!["/track".to_owned(), "/track/".to_owned(), format!("/{key}")]
    } else {
        vec![format!("/{key}")]
    }
}

/// Whether a key reads the same in every URL (and does not end in a wildcard of its own).
fn is_plain(key: &str) -> bool {
    key.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paths(outdated: &[&str], unchanged_remain: bool) -> Vec<String> {
        invalidation(&outdated.iter().copied().collect(), unchanged_remain)
    }

    #[test]
    fn nothing_outdated_needs_no_path() {
        assert!(invalidation(&BTreeSet::new(), true).is_empty());
        assert!(invalidation(&BTreeSet::new(), false).is_empty());
    }

    #[test]
    fn the_page_is_known_by_three_addresses() {
        assert_eq!(
            paths(&[INDEX_KEY], true),
            ["/track", "/track/", "/track/index.html"]
        );
    }

    #[test]
    fn one_wildcard_when_everything_changed_or_too_much() {
        assert_eq!(
            paths(&[INDEX_KEY, "track/a.css"], false),
            ["/track", "/track/*"]
        );
        assert_eq!(paths(&["track/a.css", "track/b.css"], false), ["/track/*"]);
        assert_eq!(paths(&["track/a.css"], false), ["/track/a.css"]);
        assert_eq!(
            paths(&["track/a.css", "track/b.css"], true),
            ["/track/a.css", "/track/b.css"]
        );
        let keys: Vec<_> = (0..16)
            .map(|number| format!("track/{number:02}.css"))
            .collect();
        let keys: Vec<_> = keys.iter().map(String::as_str).collect();
        assert_eq!(paths(&keys[..15], true).len(), 15);
        assert_eq!(paths(&keys, true), ["/track/*"]);
    }

    #[test]
    fn a_key_that_needs_escaping_takes_the_wildcard() {
        for key in [
            "track/two words.css",
            "track/ü.css",
            "track/50%.css",
            "track/a*",
            "track/a?b",
        ] {
            assert_eq!(paths(&[key], true), ["/track/*"], "{key}");
        }
    }

    fn matches(path: &str, address: &str) -> bool {
        path.strip_suffix('*')
            .map_or(path == address, |start| address.starts_with(start))
    }

    /// Keys of all sorts, most of them plain.
    const KEYS: &str = "track/(index\\.html|[a-c]{1,2}(/[a-c]|\\.css| x|\\*|é)?)";

    proptest! {
        #[test]
        fn every_address_is_covered_by_few_paths_of_our_own(
            keys in prop::collection::btree_set(KEYS, 0..40),
            unchanged_remain: bool,
        ) {
            let outdated: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
            let paths = invalidation(&outdated, unchanged_remain);
            let addresses: BTreeSet<_> = keys.iter().flat_map(|key| viewer_paths(key)).collect();
            for address in &addresses {
                let covered = paths.iter().any(|path| matches(path, address));
                prop_assert!(covered, "{address} not in {paths:?}");
            }
            prop_assert!(paths.len() <= addresses.len().min(MOST_EXACT_PATHS));
            prop_assert!(paths.iter().all(|path| path == "/track" || path.starts_with("/track/")));
            prop_assert!(paths.iter().filter(|path| path.ends_with('*')).count() <= 1);
            prop_assert!(paths.is_sorted());
        }
    }
}
