//! The comparison, case by case.

use super::*;

mod kept;
mod removals;

/// Nothing that is not wanted is kept.
const RULES: Rules<'static> = Rules {
    most_removals: 50,
    keep_seconds: 0,
    now: 1_767_225_600,
    force: false,
    strangers: &BTreeSet::new(),
};

fn file(name: &str, content: &str) -> PageFile {
    let key = format!("track/{name}");
    PageFile {
        path: name.into(),
        filled: None,
        sha256: format!("sha-{content}"),
        bytes: content.len() as u64,
        content_type: crate::site::content_type(&key),
        cache_control: cache_control(&key).to_owned(),
        names: Vec::new(),
        key,
    }
}

fn object(name: &str, content: &str) -> ListedObject {
    ListedObject {
        key: format!("track/{name}"),
        etag: format!("etag-{content}"),
        size: content.len() as u64,
        modified: 0,
    }
}

fn head(file: &PageFile) -> ObjectHead {
    ObjectHead {
        etag: "etag".into(),
        size: file.bytes,
        content_type: Some(file.content_type.clone()),
        cache_control: Some(file.cache_control.clone()),
        sha256: Some(file.sha256.clone()),
    }
}

/// The manifest after a completed run of these files.
fn manifest(files: &[PageFile], listed: &[ListedObject]) -> Manifest {
    next_manifest(files, listed, &Manifest::default(), &BTreeMap::new(), RULES)
}

fn plain(wanted: &[PageFile], listed: &[ListedObject], manifest: &Manifest) -> SiteComparison {
    compare(wanted, listed, manifest, &BTreeMap::new(), RULES)
}

/// Steps as `action reason key-or-paths`.
fn said(comparison: &SiteComparison) -> Vec<String> {
    comparison
        .steps
        .iter()
        .map(|step| match &step.target {
            Target::Object { key, .. } => format!("{:?} {:?} {key}", step.action, step.reason),
            Target::Paths { paths } => {
                format!("{:?} {:?} {}", step.action, step.reason, paths.join(" "))
            }
            other => panic!("not a step of the page: {other:?}"),
        })
        .collect()
}

#[test]
fn an_empty_bucket_gets_everything_html_last_and_no_invalidation() {
    let wanted = [
        file("index.html", "<html>"),
        file("track.css", "body{}"),
        file("app.3f2a9c01.js", "1"),
        file("about.html", "<html>"),
        file("app.9c013f2a.css", "2"),
    ];
    let comparison = plain(&wanted, &[], &Manifest::default());
    assert_eq!(
        said(&comparison),
        [
            "Create New track/app.3f2a9c01.js",
            "Create New track/app.9c013f2a.css",
            "Create New track/track.css",
            "Create New track/about.html",
            "Create New track/index.html",
        ]
    );
    assert_eq!(comparison.findings, []);
    let Target::Object { bytes, changes, .. } = &comparison.steps[2].target else {
        panic!("not an object")
    };
    assert_eq!((*bytes, changes.len()), (6, 0));
}

#[test]
fn what_the_manifest_explains_needs_no_head_and_no_step() {
    let wanted = [file("index.html", "a"), file("track.css", "b")];
    let listed = [object("index.html", "a"), object("track.css", "b")];
    let manifest = manifest(&wanted, &listed);
    assert_eq!(unexplained(&wanted, &listed, &manifest), [""; 0]);
    let comparison = plain(&wanted, &listed, &manifest);
    assert_eq!(comparison.steps, []);
    assert!(!comparison.manifest_stale);
}

#[test]
fn ten_thousand_unchanged_objects_need_no_head_and_no_step() {
    let names: Vec<_> = (0..10_000)
        .map(|number| format!("file-{number:05}.css"))
        .collect();
    let wanted: Vec<_> = names.iter().map(|name| file(name, "x")).collect();
    let listed: Vec<_> = names.iter().map(|name| object(name, "x")).collect();
    let manifest = manifest(&wanted, &listed);
    assert!(unexplained(&wanted, &listed, &manifest).is_empty());
    assert_eq!(plain(&wanted, &listed, &manifest).steps, []);
}

#[test]
fn changed_content_is_uploaded_and_invalidated() {
    let before = [file("index.html", "a"), file("track.css", "b")];
    let listed = [object("index.html", "a"), object("track.css", "b")];
    let wanted = [file("index.html", "new"), file("track.css", "b")];
    let comparison = plain(&wanted, &listed, &manifest(&before, &listed));
    assert_eq!(
        said(&comparison),
        [
            "Update Content track/index.html",
            "Invalidate Deployed /track /track/ /track/index.html"
        ]
    );
}

#[test]
fn a_changed_header_is_uploaded_with_before_and_after() {
    let listed = [object("index.html", "a"), object("track.css", "b")];
    let mut before = [file("index.html", "a"), file("track.css", "b")];
    before[1].cache_control = "no-cache".into();
    let wanted = [file("index.html", "a"), file("track.css", "b")];
    let comparison = plain(&wanted, &listed, &manifest(&before, &listed));
    assert_eq!(
        said(&comparison),
        [
            "Update Headers track/track.css",
            "Invalidate Deployed /track/track.css"
        ]
    );
    let Target::Object {
        changes, bytes: 1, ..
    } = &comparison.steps[0].target
    else {
        panic!("not an object")
    };
    assert_eq!(
        *changes,
        [PropertyChange {
            path: "Cache-Control".into(),
            before: Some("no-cache".into()),
            after: Some("public, max-age=0, must-revalidate".into()),
        }]
    );
}

#[test]
fn without_a_manifest_the_heads_decide() {
    let wanted = [
        file("a.css", "a"),
        file("b.css", "b"),
        file("c.css", "c"),
        file("d.css", "d"),
        file("e.css", "e"),
    ];
    let listed = [
        object("a.css", "a"),
        object("b.css", "b"),
        object("c.css", "c"),
        object("d.css", "d"),
    ];
    let empty = Manifest::default();
    let keys = unexplained(&wanted, &listed, &empty);
    assert_eq!(
        keys,
        ["track/a.css", "track/b.css", "track/c.css", "track/d.css"]
    );

    let mut heads: BTreeMap<_, _> = wanted[..3]
        .iter()
        .map(|file| (file.key.clone(), head(file)))
        .collect();
    heads.get_mut("track/b.css").unwrap().sha256 = None;
    heads.get_mut("track/c.css").unwrap().content_type = None;
    let comparison = compare(&wanted, &listed, &empty, &heads, RULES);
    assert_eq!(
        said(&comparison),
        [
            "Update Content track/b.css",
            "Update Headers track/c.css",
            "Update Content track/d.css",
            "Create New track/e.css",
            "Invalidate Deployed /track/b.css /track/c.css /track/d.css",
        ]
    );
    assert_eq!(comparison.unknown, ["track/d.css"]);
    let Target::Object { changes, .. } = &comparison.steps[1].target else {
        panic!("not an object")
    };
    assert_eq!((changes.len(), &changes[0].before), (1, &None));
}

#[test]
fn a_lost_manifest_over_an_unchanged_bucket_is_stale_and_nothing_else() {
    let wanted = [file("a.css", "a")];
    let heads = [("track/a.css".to_owned(), head(&wanted[0]))].into();
    let listed = [object("a.css", "a")];
    let comparison = compare(&wanted, &listed, &Manifest::default(), &heads, RULES);
    assert_eq!(comparison.steps, []);
    assert!(comparison.manifest_stale);
}

#[test]
fn an_object_changed_by_hand_is_noticed_by_its_etag() {
    let wanted = [file("a.css", "aaa")];
    let manifest = manifest(&wanted, &[object("a.css", "aaa")]);
    let listed = [object("a.css", "bbb")];
    assert_eq!(unexplained(&wanted, &listed, &manifest), ["track/a.css"]);
    let mut by_hand = head(&wanted[0]);
    by_hand.sha256 = None;
    let heads = [("track/a.css".to_owned(), by_hand)].into();
    let comparison = compare(&wanted, &listed, &manifest, &heads, RULES);
    assert_eq!(
        said(&comparison),
        [
            "Update Content track/a.css",
            "Invalidate Deployed /track/a.css"
        ]
    );
}

#[test]
fn an_object_whose_metadata_lies_is_noticed_by_its_size() {
    let wanted = [file("a.css", "aaa")];
    let manifest = manifest(&wanted, &[object("a.css", "aaa")]);
    let mut listed = [object("a.css", "aaa")];
    listed[0].size = 2;
    assert_eq!(
        said(&plain(&wanted, &listed, &manifest)),
        [
            "Update Content track/a.css",
            "Invalidate Deployed /track/a.css"
        ]
    );
}

#[test]
fn a_run_cut_short_before_its_invalidation_is_made_up_for() {
    let old = [
        file("a.css", "old"),
        file("gone.css", "x"),
        file("gone.3f2a9c01.css", "x"),
    ];
    let manifest = manifest(
        &old,
        &[
            object("a.css", "old"),
            object("gone.css", "x"),
            object("gone.3f2a9c01.css", "x"),
        ],
    );
    let wanted = [file("a.css", "new")];
    let listed = [object("a.css", "new")];
    let heads = [("track/a.css".to_owned(), head(&wanted[0]))].into();
    let comparison = compare(&wanted, &listed, &manifest, &heads, RULES);
    assert_eq!(said(&comparison), ["Invalidate Deployed /track/*"]);
    assert!(comparison.manifest_stale);
}

#[test]
fn an_object_that_came_back_with_other_content_is_invalidated() {
    let manifest = manifest(&[file("a.css", "old")], &[object("a.css", "old")]);
    let comparison = plain(&[file("a.css", "new")], &[], &manifest);
    assert_eq!(
        said(&comparison),
        ["Create New track/a.css", "Invalidate Deployed /track/a.css"]
    );
    // The same content in a new bucket: no viewer can hold anything older.
    let comparison = plain(&[file("a.css", "old")], &[], &manifest);
    assert_eq!(said(&comparison), ["Create New track/a.css"]);
}
