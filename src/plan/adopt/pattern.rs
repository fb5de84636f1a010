//! Path patterns of behaviors: `*` stands for any number of characters, `?` for one. CloudFront takes the first
//! behavior that fits; a slash at the beginning may be left out.

/// The pattern as CloudFront reads it.
fn rooted(pattern: &str) -> &str {
    pattern.strip_prefix('/').unwrap_or(pattern)
}

/// Whether two patterns are the same to CloudFront.
pub(super) fn same(one: &str, other: &str) -> bool {
    rooted(one) == rooted(other)
}

/// Whether some path fits both patterns. `*.js` may begin with anything, a slash included.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let one: Vec<char> = rooted(one).chars().collect();
    let other: Vec<char> = rooted(other).chars().collect();
    // meet[j]: some path fits the first i characters of one and the first j of the other.
    let mut meet = vec![false; other.len() + 1];
    meet[0] = true;
    for j in 1..=other.len() {
        meet[j] = meet[j - 1] && other[j - 1] == '*';
    }
    for mine in one {
        let mut next = vec![false; other.len() + 1];
        next[0] = meet[0] && mine == '*';
        for j in 1..=other.len() {
            let theirs = other[j - 1];
            let either_is_any = mine == '*' || theirs == '*';
            let alike = mine == theirs || mine == '?' || theirs == '?';
            next[j] = if either_is_any {
                next[j - 1] || meet[j]
            } else {
                alike && meet[j - 1]
            };
        }
        meet = next;
    }
    meet.last().copied().unwrap_or(false)
}

/// Whether every path that fits `inner` fits `outer`, which has no wildcard but one `*` at its end.
pub(super) fn inside(inner: &str, outer: &str) -> bool {
    match rooted(outer).strip_suffix('*') {
        Some(prefix) => {
            let plain = rooted(inner).split(['*', '?']).next().unwrap_or_default();
            plain.starts_with(prefix)
        }
        None => same(inner, outer),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, for comparison.
    fn fits(pattern: &[char], path: &[char]) -> bool {
        match (pattern.first(), path.first()) {
            (None, None) => true,
            (Some('*'), _) => {
                fits(&pattern[1..], path) || (!path.is_empty() && fits(pattern, &path[1..]))
            }
            (Some(wanted), Some(found)) if *wanted == '?' || wanted == found => {
                fits(&pattern[1..], &path[1..])
            }
            _ => false,
        }
    }

    /// Every path of up to five of these characters.
    fn paths() -> Vec<Vec<char>> {
        let mut all = vec![Vec::new()];
        let mut last = all.clone();
        for _ in 0..5 {
            last = last
                .iter()
                .flat_map(|path| {
                    ['a', 'b', '/'].map(|character| [path.as_slice(), &[character]].concat())
                })
                .collect();
            all.extend(last.clone());
        }
        all
    }

    proptest! {
        #[test]
        fn an_overlap_is_a_path_that_fits_both(one in "[ab/*?]{0,3}", other in "[ab/*?]{0,3}") {
            let (mine, theirs): (Vec<char>, Vec<char>) =
                (rooted(&one).chars().collect(), rooted(&other).chars().collect());
            let both = paths().iter().any(|path| fits(&mine, path) && fits(&theirs, path));
            prop_assert_eq!(overlap(&one, &other), both);
        }

        #[test]
        fn what_is_inside_fits_wherever_it_fits_itself(inner in "[ab/*?]{0,3}", prefix in "[ab]{0,2}", open in any::<bool>()) {
            let outer = if open { format!("{prefix}*") } else { prefix };
            let (mine, theirs): (Vec<char>, Vec<char>) =
                (rooted(&inner).chars().collect(), rooted(&outer).chars().collect());
            if inside(&inner, &outer) {
                prop_assert!(paths().iter().all(|path| !fits(&mine, path) || fits(&theirs, path)));
            }
        }
    }

    #[test]
    fn ours_meet_what_a_site_may_have() {
        for (theirs, ours, expected) in [
            ("*.js", "/api/*", true),
            ("/*", "/track", true),
            ("images/*", "/api/*", false),
            ("/track*", "/track/*", true),
            ("/tracks", "/track", false),
        ] {
            assert_eq!(overlap(theirs, ours), expected, "{theirs} and {ours}");
        }
        assert!(inside("api/v1/*", "/api/*") && same("api/*", "/api/*"));
        assert!(!inside("*.js", "/api/*") && !inside("/*", "/api/*"));
    }
}
