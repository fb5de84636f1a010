//! The fewest invalidation paths for a set of outdated objects. Which objects are outdated is
//! decided by the comparison.

use std::collections::BTreeSet;

use crate::site::{INDEX_KEY, PREFIX};

/// More paths than this become one wildcard: the paths of a month beyond the first thousand
/// are paid for, and fetching some unchanged files once more is not.
pub(super) const MOST_PATHS: usize = 15;

/// The paths that make viewers get the new version of the objects `outdated` (keys below the page's
/// prefix), while those `unchanged` lie there, too. Sorted; empty when nothing is outdated.
///
/// The rule: exact paths; but the wildcard of the widest folder in which several addresses are outdated and nothing is
/// unchanged, which costs nothing and counts as one. Are there still more than [`MOST_PATHS`], the
/// wildcard of the folder that they have in common. A key that needs escaping in a URL always takes the
/// wildcard of its folder, because viewers may have spelled it in several ways.
pub(super) fn invalidation<'a>(
    outdated: &BTreeSet<&str>,
    unchanged: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    // As most plans find it, whatever the number of objects.
    if outdated.is_empty() {
        return Vec::new();
    }
    let old: BTreeSet<String> = outdated.iter().flat_map(|key| viewer_paths(key)).collect();
    let good: BTreeSet<String> = unchanged.flat_map(viewer_paths).collect();
    let mut folders: BTreeSet<&str> = old
        .iter()
        .filter_map(|path| {
            widest_outdated_folder(path, &old, &good).or_else(|| forced_folder(path))
        })
        .collect();
    let mut paths = covered(&old, &folders);
    if paths.len() > MOST_PATHS {
        folders.insert(common_folder(&old));
        paths = covered(&old, &folders);
    }
    paths
}

/// The addresses with a wildcard for these folders; what lies in one needs no path of its own.
fn covered(addresses: &BTreeSet<String>, folders: &BTreeSet<&str>) -> Vec<String> {
    let outside = |path: &str, strictly: bool| {
        !folders
            .iter()
            .any(|folder| path.starts_with(folder) && !(strictly && path == *folder))
    };
    let wild = folders.iter().filter(|folder| outside(folder, true));
    let wild = wild.map(|folder| format!("{folder}*"));
    let exact = addresses.iter().filter(|path| outside(path, false));
    let paths: BTreeSet<String> = wild.chain(exact.cloned()).collect();
    paths.into_iter().collect()
}

/// The folders of an address below the page's prefix, the widest first, each with a slash at its end.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| &path[..=at]);
    // Above the page's own folder nothing is ours.
    ends.filter(|folder| folder[1..].starts_with(PREFIX))
}

/// The widest folder of an address in which several are outdated and nothing is unchanged.
fn widest_outdated_folder<'a>(
    path: &'a str,
    outdated: &BTreeSet<String>,
    unchanged: &BTreeSet<String>,
) -> Option<&'a str> {
    let among = |all: &BTreeSet<String>, folder: &str| {
        let below = all.range(folder.to_owned()..);
        below
            .take(2)
            .take_while(|path| path.starts_with(folder))
            .count()
    };
    folders(path).find(|folder| among(outdated, folder) == 2 && among(unchanged, folder) == 0)
}

/// The innermost folder of an address that needs escaping; none of one that reads the same in every URL.
fn forced_folder(path: &str) -> Option<&str> {
    if is_plain(path) {
        return None;
    }
    folders(path).take_while(|folder| is_plain(folder)).last()
}

/// The innermost folder in which all addresses lie that lie in the page's.
fn common_folder(addresses: &BTreeSet<String>) -> &str {
    let mut inside = addresses
        .iter()
        .filter(|path| folders(path).next().is_some());
    let first = inside.next().map_or("", String::as_str);
    let last = inside.next_back().map_or(first, String::as_str);
    // In order, so what the ends have in common, all have.
    let common = folders(first).take_while(|folder| last.starts_with(folder) && is_plain(folder));
    common.last().unwrap_or("/track/")
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

/// Whether an address reads the same in every URL (and does not end in a wildcard of its own).
fn is_plain(path: &str) -> bool {
    path.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paths(outdated: &[&str], unchanged: &[&str]) -> Vec<String> {
        let outdated = outdated.iter().copied().collect();
        invalidation(&outdated, unchanged.iter().copied())
    }

    #[test]
    fn nothing_outdated_needs_no_path() {
        assert!(paths(&[], &[]).is_empty());
        assert!(paths(&[], &["track/a.css"]).is_empty());
    }

    #[test]
    fn the_page_is_known_by_three_addresses() {
        assert_eq!(
            paths(&[INDEX_KEY], &["track/a.css"]),
            ["/track", "/track/", "/track/index.html"]
        );
        assert_eq!(paths(&[INDEX_KEY], &[]), ["/track", "/track/*"]);
    }

    #[test]
    fn a_folder_in_which_everything_is_outdated_is_one_path() {
        let kept = ["track/kept.css"];
        assert_eq!(
            paths(&["track/a/1", "track/a/b/2", "track/c/3", "track/d"], &kept),
            ["/track/a/*", "/track/c/3", "/track/d"]
        );
        assert_eq!(
            paths(&["track/a/1", "track/a/2"], &["track/a/b/3"]),
            ["/track/a/1", "/track/a/2"]
        );
        assert_eq!(paths(&["track/a.css", "track/b.css"], &[]), ["/track/*"]);
        assert_eq!(paths(&["track/a.css"], &[]), ["/track/a.css"]);
    }

    #[test]
    fn too_many_are_one_wildcard_no_wider_than_it_must_be() {
        let keys: Vec<_> = (0..16)
            .map(|number| format!("track/many/{number:02}"))
            .collect();
        let keys: Vec<_> = keys.iter().map(String::as_str).collect();
        assert_eq!(paths(&keys[..15], &["track/many/kept"]).len(), 15);
        assert_eq!(paths(&keys, &["track/many/kept"]), ["/track/many/*"]);
        let with = |more: &'static str| [&keys[..], &[more]].concat();
        assert_eq!(
            paths(&with("track/other"), &["track/many/kept"]),
            ["/track/*"]
        );
        assert_eq!(
            paths(&with(INDEX_KEY), &["track/many/kept"]),
            ["/track", "/track/*"]
        );
    }

    #[test]
    fn a_key_that_needs_escaping_takes_the_wildcard_of_its_folder() {
        for (key, path) in [
            ("track/two words.css", "/track/*"),
            ("track/ü/a.css", "/track/*"),
            ("track/a/50%.css", "/track/a/*"),
            ("track/a*", "/track/*"),
            ("track/a/b?b", "/track/a/*"),
        ] {
            assert_eq!(
                paths(&[key], &["track/kept", "track/a/kept"]),
                [path],
                "{key}"
            );
        }
    }

    fn matches(path: &str, address: &str) -> bool {
        path.strip_suffix('*')
            .map_or(path == address, |start| address.starts_with(start))
    }

    /// Keys of all sorts, most of them plain.
    const KEYS: &str = "track/(index\\.html|[a-c]{1,2}(/[a-c]|/[ab]/[ab]|\\.css| x|\\*|é)?)";
    /// Plain ones, few and deep.
    const PLAIN: &str = "track/(index\\.html|[ab](/[ab]){0,3})";

    proptest! {
        #[test]
        fn every_address_is_covered_by_few_paths_of_our_own(
            keys in prop::collection::btree_map(KEYS, any::<bool>(), 0..60),
        ) {
            let of = |wanted: bool| keys.iter().filter(move |(_, is)| **is == wanted).map(|(key, _)| key.as_str());
            let outdated: BTreeSet<&str> = of(true).collect();
            let paths = invalidation(&outdated, of(false));
            let addresses: BTreeSet<_> = outdated.iter().flat_map(|key| viewer_paths(key)).collect();
            for address in &addresses {
                let covered = paths.iter().any(|path| matches(path, address));
                prop_assert!(covered, "{address} not in {paths:?}");
            }
            prop_assert!(paths.len() <= addresses.len().min(MOST_PATHS));
            prop_assert!(paths.iter().all(|path| path == "/track" || path.starts_with("/track/")));
            // None is there in vain, and each reads the same in every URL.
            for path in &paths {
                let others = paths.iter().filter(|other| *other != path);
                let spare = others.clone().any(|other| matches(other, path));
                prop_assert!(!spare && is_plain(path.trim_end_matches('*')), "{path} of {paths:?}");
            }
            prop_assert!(paths.is_sorted());
        }

        /// No choice of addresses and folders that spares what is unchanged is smaller: all of them are tried.
        #[test]
        fn no_fewer_paths_spare_what_is_unchanged(
            keys in prop::collection::btree_map(PLAIN, prop::bool::weighted(0.8), 1..7),
        ) {
            let of = |wanted: bool| keys.iter().filter(move |(_, is)| **is == wanted).map(|(key, _)| key.as_str());
            let [outdated, unchanged] = [true, false].map(|wanted| of(wanted).collect::<BTreeSet<_>>());
            let chosen = invalidation(&outdated, unchanged.iter().copied());
            let [old, good] = [&outdated, &unchanged]
                .map(|keys| keys.iter().flat_map(|key| viewer_paths(key)).collect::<BTreeSet<_>>());
            let wild = old.iter().flat_map(|path| folders(path)).map(|folder| format!("{folder}*"));
            let choices: BTreeSet<String> = old.iter().cloned().chain(wild).collect();
            let choices: Vec<&String> = choices
                .iter()
                .filter(|path| !good.iter().any(|address| matches(path, address)))
                .collect();
            prop_assert!(chosen.iter().all(|path| choices.contains(&path)), "{chosen:?}");
            let fewest = (0_u32..1 << choices.len())
                .filter(|subset| {
                    let taken = |at: &usize| subset >> at & 1 == 1;
                    old.iter().all(|address| {
                        (0..choices.len()).filter(taken).any(|at| matches(choices[at], address))
                    })
                })
                .map(u32::count_ones)
                .min();
            prop_assert_eq!(u32::try_from(chosen.len()).ok(), fewest, "{:?}", chosen);
        }
    }
}
