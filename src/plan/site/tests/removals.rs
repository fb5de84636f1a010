//! Removals and their limit, force, and the manifests before and after.

use super::*;

#[test]
fn undeclared_objects_are_removed_immutable_ones_without_invalidation() {
    let wanted = [file("a.css", "a")];
    let listed = [
        object("a.css", "a"),
        object("old.css", "x"),
        object("old.3f2a9c01.js", "x"),
        object("", ""),
    ];
    let comparison = plain(&wanted, &listed, &manifest(&wanted, &listed));
    assert_eq!(
        said(&comparison),
        [
            "Remove Undeclared track/",
            "Remove Undeclared track/old.3f2a9c01.js",
            "Remove Undeclared track/old.css",
            "Invalidate Deployed /track/ /track/old.css",
        ]
    );
}

#[test]
fn more_removals_than_the_limit_are_held_all_of_them() {
    let wanted = [file("index.html", "a")];
    let names: Vec<_> = (0..51).map(|number| format!("old-{number}.css")).collect();
    let mut listed: Vec<_> = names.iter().map(|name| object(name, "x")).collect();
    listed.push(object("index.html", "a"));
    let manifest = manifest(&wanted, &listed);
    let comparison = plain(&wanted, &listed, &manifest);
    assert_eq!(comparison.steps, []);
    assert_eq!(
        comparison.findings,
        [Finding::DeletionsHeld {
            count: 51,
            limit: 50
        }]
    );

    listed.remove(0);
    let comparison = plain(&wanted, &listed, &manifest);
    assert_eq!(
        comparison.steps.len(),
        51,
        "50 removals and the invalidation"
    );
    assert_eq!(comparison.findings, []);
}

#[test]
fn what_lies_outside_the_prefix_is_not_looked_at() {
    let outside = |key: &str| ListedObject {
        key: key.into(),
        etag: "e".into(),
        size: 1,
        modified: 0,
    };
    let listed = [
        outside("data/maintenance.json"),
        outside("track"),
        outside("tracker/a"),
        outside("index.html"),
    ];
    let comparison = plain(&[], &listed, &Manifest::default());
    assert_eq!(comparison.steps, []);
    assert_eq!(comparison.findings, []);
}

#[test]
fn force_uploads_everything_and_keeps_true_reasons() {
    let before = [file("a.css", "a"), file("b.css", "b")];
    let listed = [object("a.css", "a"), object("b.css", "b")];
    let wanted = [file("a.css", "a"), file("b.css", "new"), file("c.css", "c")];
    let manifest = manifest(&before, &listed);
    let comparison = compare(
        &wanted,
        &listed,
        &manifest,
        &BTreeMap::new(),
        Rules {
            force: true,
            ..RULES
        },
    );
    assert_eq!(
        said(&comparison),
        [
            "Update Forced track/a.css",
            "Update Content track/b.css",
            "Create New track/c.css",
            "Invalidate Deployed /track/*",
        ]
    );
}

#[test]
fn the_next_manifest_holds_written_and_listed_etags_of_what_is_wanted() {
    let wanted = [file("a.css", "a"), file("b.css", "b"), file("c.css", "c")];
    let listed = [
        object("a.css", "a"),
        object("b.css", "old"),
        object("held.css", "x"),
    ];
    let manifest = next_manifest(
        &wanted,
        &listed,
        &Manifest::default(),
        &[("track/b.css".into(), "fresh".into())].into(),
        RULES,
    );
    let etags: Vec<_> = manifest
        .objects
        .iter()
        .map(|(key, entry)| (key.as_str(), entry.etag.as_str()))
        .collect();
    assert_eq!(
        etags,
        [("track/a.css", "etag-a"), ("track/b.css", "fresh")],
        "c.css was not carried out"
    );
}

#[test]
fn only_new_headers_need_a_manifest_beforehand() {
    let listed = [object("a.css", "a"), object("b.css", "b")];
    let mut before = [file("a.css", "a"), file("b.css", "b")];
    before[0].cache_control = "no-cache".into();
    let old = manifest(&before, &listed);
    let wanted = [file("a.css", "a"), file("b.css", "new")];
    let marked = manifest_while_writing(&old, &plain(&wanted, &listed, &old).steps, &[]).unwrap();
    assert_eq!(marked.objects["track/a.css"].etag, "");
    assert_eq!(marked.objects["track/b.css"], old.objects["track/b.css"]);
    assert_eq!(unexplained(&before, &listed, &marked), ["track/a.css"]);

    let wanted = [file("a.css", "x"), file("c.css", "c")];
    assert_eq!(
        manifest_while_writing(&old, &plain(&wanted, &listed, &old).steps, &[]),
        None
    );
}
