//! Immutable objects that nothing names any more, and names that lead nowhere.

use super::*;
use crate::site::Named;

const DAY: i64 = 86_400;
const OLD: &str = "track/old.3f2a9c01.js";

fn rules(days_later: i64) -> Rules<'static> {
    Rules {
        keep_seconds: 30 * DAY,
        now: RULES.now + days_later * DAY,
        ..RULES
    }
}

fn then(
    wanted: &[PageFile],
    listed: &[ListedObject],
    manifest: &Manifest,
    rules: Rules<'_>,
) -> (Vec<String>, bool, Manifest) {
    let heads = BTreeMap::new();
    let comparison = compare(wanted, listed, manifest, &heads, rules);
    let next = next_manifest(wanted, listed, manifest, &BTreeMap::new(), rules);
    (said(&comparison), comparison.manifest_stale, next)
}

#[test]
fn an_open_page_still_finds_its_files_for_a_while() {
    let wanted = [file("index.html", "new")];
    let listed = [object("index.html", "new"), object("old.3f2a9c01.js", "x")];
    let before = manifest(&wanted, &listed[..1]);
    // From now on, and the record has to say so.
    let (steps, stale, first) = then(&wanted, &listed, &before, rules(0));
    assert_eq!((steps, stale), (vec![], true));
    assert_eq!(first.retired[OLD], RULES.now);
    // The time is kept, and nothing is to be done.
    let (steps, stale, later) = then(&wanted, &listed, &first, rules(29));
    assert_eq!((steps, stale), (vec![], false));
    assert_eq!(later, first);
    let (steps, _, last) = then(&wanted, &listed, &first, rules(30));
    assert_eq!(steps, [format!("Remove Undeclared {OLD}")]);
    assert!(last.retired.is_empty());
}

#[test]
fn what_is_wanted_again_is_no_longer_on_its_way_out() {
    let listed = [object("old.3f2a9c01.js", "x")];
    let (_, _, first) = then(&[], &listed, &Manifest::default(), rules(0));
    let wanted = [file("old.3f2a9c01.js", "x")];
    let (_, _, again) = then(&wanted, &listed, &first, rules(10));
    assert!(again.retired.is_empty());
    let (steps, _, once_more) = then(&[], &listed, &again, rules(40));
    assert!(steps.is_empty(), "its time begins anew: {steps:?}");
    assert_eq!(once_more.retired[OLD], RULES.now + 40 * DAY);
}

#[test]
fn removals_that_are_held_back_keep_their_time() {
    let listed = [object("old.3f2a9c01.js", "x"), object("a.css", "x")];
    let held = Rules {
        most_removals: 1,
        ..rules(31)
    };
    let manifest = Manifest {
        retired: [(OLD.to_owned(), RULES.now)].into(),
        ..Manifest::default()
    };
    let (steps, stale, next) = then(&[], &listed, &manifest, held);
    assert_eq!((steps, stale), (vec![], false));
    assert_eq!(next, manifest);
}

#[test]
fn a_name_leads_to_a_file_or_to_an_object_that_stays() {
    let named = |line, key: &str| Named {
        line,
        key: key.to_owned(),
    };
    let mut page = file("index.html", "a");
    page.names = vec![
        named(3, "track/a.css"),
        named(4, "track/gone.css"),
        named(5, "track/old.3f2a9c01.js"),
        named(6, "track/unwanted.css"),
    ];
    let wanted = [page, file("a.css", "a")];
    let listed = [object("old.3f2a9c01.js", "x"), object("unwanted.css", "x")];
    let found = |rules| {
        let missing = missing(&wanted, &listed, &Manifest::default(), rules);
        let keys = missing
            .into_iter()
            .map(|missing| (missing.line, missing.key));
        keys.collect::<Vec<_>>()
    };
    let (gone, unwanted) = (
        (4, "track/gone.css".to_owned()),
        (6, "track/unwanted.css".to_owned()),
    );
    assert_eq!(found(rules(0)), [gone.clone(), unwanted.clone()]);
    // What is named stays, be it kept for no time otherwise.
    assert_eq!(found(RULES), [gone.clone(), unwanted]);
    // In a bucket that is not ours it is its owner's, and stays.
    let strangers = strangers(&wanted, &listed, &Manifest::default(), &BTreeMap::new());
    let shared = Rules {
        strangers: &strangers,
        ..RULES
    };
    assert_eq!(found(shared), [gone]);
}

#[test]
fn a_page_is_proved_with_everything_that_it_names() {
    let named = |keys: &[&str]| -> Vec<Named> {
        let named = |key: &&str| Named {
            line: 1,
            key: (*key).to_owned(),
        };
        keys.iter().map(named).collect()
    };
    let mut files = ["index.html", "a.js", "b.js", "other.js"].map(|name| file(name, "x"));
    files[0].names = named(&["track/a.js", "track/index.html"]);
    files[1].names = named(&["track/b.js"]);
    files[2].names = named(&["track/a.js", "track/missing.js"]);
    let found = closure(&files, "track/index.html");
    let keys: Vec<&str> = found.iter().map(|file| file.key.as_str()).collect();
    assert_eq!(keys, ["track/a.js", "track/b.js", "track/index.html"]);
    assert!(closure(&files, "track/missing.js").is_empty());
}

#[test]
fn of_somebody_elses_bucket_only_what_is_recorded_is_removed() {
    let wanted = [file("index.html", "a")];
    let listed = [
        object("index.html", "a"),
        object("ours.css", "x"),
        object("theirs.css", "x"),
        object("theirs.3f2a9c01.js", "x"),
    ];
    let before = [file("index.html", "a"), file("ours.css", "x")];
    let manifest = manifest(&before, &listed[..2]);
    let theirs = strangers(&wanted, &listed, &manifest, &BTreeMap::new());
    let shared = Rules {
        strangers: &theirs,
        ..RULES
    };
    let (steps, _, next) = then(&wanted, &listed, &manifest, shared);
    assert_eq!(
        steps,
        [
            "Remove Undeclared track/ours.css",
            "Invalidate Deployed /track/ours.css"
        ]
    );
    assert!(next.retired.is_empty());
    // Without the record nobody knows what is ours, so nothing goes.
    let theirs = strangers(&[], &listed, &Manifest::default(), &BTreeMap::new());
    let shared = Rules {
        strangers: &theirs,
        ..RULES
    };
    let (steps, _, _) = then(&[], &listed, &Manifest::default(), shared);
    assert!(steps.is_empty(), "{steps:?}");
}

/// What the record names is ours as it was recorded, or as its head says; whoever wrote something else there owns it.
#[test]
fn what_its_owner_wrote_over_ours_is_not_ours_to_remove() {
    let listed = [object("index.html", "a"), object("old.css", "theirs")];
    let before = [file("index.html", "a"), file("old.css", "ours")];
    let mut recorded = manifest(
        &before,
        &[object("index.html", "a"), object("old.css", "ours")],
    );
    let wanted = [file("index.html", "a")];
    let head = |sha256: Option<&str>| {
        let head = ObjectHead {
            sha256: sha256.map(str::to_owned),
            ..ObjectHead::default()
        };
        BTreeMap::from([("track/old.css".to_owned(), head)])
    };
    for (etag, noted) in [("etag-ours", false), ("", false), ("", true)] {
        let entry = recorded.objects.get_mut("track/old.css").unwrap();
        (entry.etag, entry.noted) = (etag.to_owned(), noted);
        assert_eq!(doubtful(&wanted, &listed, &recorded), ["track/old.css"]);
        let of = |sha256| strangers(&wanted, &listed, &recorded, &head(sha256));
        assert_eq!(of(None), BTreeSet::from(["track/old.css".to_owned()]));
        assert_eq!(of(Some("sha-ours")), BTreeSet::new());
        // Wanted, it is mended where it was ours, and left where it only was to become ours.
        let theirs = strangers(&before, &listed, &recorded, &head(None));
        assert_eq!(theirs.contains("track/old.css"), noted, "{etag:?}");
    }
}

/// More than may go at once: in a bucket that is not ours the record is all that says whose they are.
#[test]
fn what_is_held_back_stays_ours() {
    let (old, gone) = (file("old.css", "x"), file("gone.css", "x"));
    let wanted = [file("index.html", "a")];
    let before = [wanted[0].clone(), old, gone];
    let listed = [
        object("gone.css", "x"),
        object("index.html", "a"),
        object("old.css", "x"),
    ];
    let manifest = manifest(&before, &listed);
    let theirs = strangers(&wanted, &listed, &manifest, &BTreeMap::new());
    let held = Rules {
        most_removals: 1,
        strangers: &theirs,
        ..RULES
    };
    let (steps, _, next) = then(&wanted, &listed, &manifest, held);
    assert_eq!(steps, [""; 0]);
    assert_eq!(next, manifest);
    let theirs = strangers(&wanted, &listed, &next, &BTreeMap::new());
    assert_eq!(theirs, BTreeSet::new());
}
