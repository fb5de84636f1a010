//! `qdn-infra graph`: the drawings of the real stacks, and the one in the documentation.

use std::fs;

use tempfile::TempDir;

use crate::fixture::project;
use crate::process::run;

#[test]
fn the_picture_in_the_documentation_is_that_of_the_declared_system() {
    let published = project().join("docs/images/system.svg");
    let drawn = run(&["graph", "--env", "staging", "--format", "svg"]);
    assert_eq!(drawn.code, 0, "{}", drawn.err);
    let new = published.with_added_extension("new");
    if fs::read_to_string(&published).unwrap_or_default() != drawn.out {
        fs::write(&new, drawn.out).unwrap();
        let [published, new] = [published, new].map(|file| file.display().to_string());
        panic!("{published} is out of date: look at {new}, then `mv {new} {published}`");
    }
    let _ = fs::remove_file(new);
}

#[test]
fn the_declared_system_as_mermaid() {
    let drawn = run(&["graph", "--env", "staging"]);
    assert_eq!(drawn.code, 0, "{}", drawn.err);
    insta::assert_snapshot!("staging-mermaid", drawn.out);
    assert_eq!(run(&["graph", "--env", "staging"]).out, drawn.out);
    // An existing site's distribution is drawn with what it is given.
    let prod = run(&["graph", "--env", "prod"]).out;
    let distribution = prod
        .lines()
        .find(|line| line.contains("<b>Distribution</b>"))
        .and_then(|line| line.trim().split('[').next())
        .expect("a distribution is drawn");
    assert!(
        prod.contains(&format!("style {distribution} stroke-dasharray")),
        "{prod}"
    );
    assert!(
        prod.contains(&format!("  {distribution} -->|\"/api\"| ")),
        "{prod}"
    );
}

#[test]
fn every_route_and_every_secret_is_drawn() {
    let mermaid = run(&["graph"]).out;
    for path in qdn_shared::route::paths() {
        let path = path.as_str().replace('{', "#123;").replace('}', "#125;");
        assert!(
            mermaid.contains(&format!("<br/>{path}  ")),
            "{path}: {mermaid}"
        );
    }
    for secret in ["carrier", "keys", "operators"] {
        assert!(
            mermaid.contains(&format!("<b>qdn-local/{secret}</b>")),
            "{secret}"
        );
    }
}

#[test]
fn the_name_of_the_file_says_the_format() {
    let folder = TempDir::new().unwrap();
    for (name, begins) in [("system.svg", "<svg "), ("system.mmd", "---\ntitle: ")] {
        let file = folder.path().join(name);
        let ran = run(&["graph", "--out", &file.display().to_string()]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
        assert!(fs::read_to_string(file).unwrap().starts_with(begins));
    }
}
