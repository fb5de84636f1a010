//! Whoever can fix an error is told how. Each `hint()` is one match over all variants of its error, without a wildcard,
//! so a new variant does not compile before somebody decided; here the decisions for "no hint" are held against a list
//! that says why nobody at the terminal could fix them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::fixture::{files_below, project};
use rust_text::{Arm, arms, hint_bodies, without_comments};

mod rust_text;

/// Errors that give no hint, each with the reason: file below src/, variant as the match names it.
const NOT_FIXABLE: &[(&str, &str, &str)] = &[
    // A person's own decision.
    (
        "cli/error.rs",
        "Self::Declined",
        "the person said no, and knows",
    ),
    (
        "cli/error.rs",
        "Self::Untouched",
        "the person interrupted, and nothing has to be put right",
    ),
    // Mistakes of this program's own declarations, which its tests find before anybody runs it.
    (
        "package/error.rs",
        "Self::AskedTwice",
        "the program asks for its own list of functions",
    ),
    (
        "package/error.rs",
        "Self::Archive",
        "the zip is made in memory, of names that the program gives",
    ),
    (
        "permissions/environment.rs",
        "Self::TooLong",
        "a table in src/permissions",
    ),
    (
        "permissions/environment.rs",
        "Self::UnknownType",
        "a table in src/permissions, which its words name",
    ),
    (
        "resource/error.rs",
        "Error::CacheTimes",
        "a declaration in src/stack; stack files have no such freedom",
    ),
    (
        "resource/error.rs",
        "Error::EmptyStatement",
        "a declaration in src/stack",
    ),
    (
        "resource/error.rs",
        "Error::HeaderValue",
        "a declaration in src/stack; origins are checked when they are read",
    ),
    (
        "resource/error.rs",
        "Error::NoDomainNames",
        "refused earlier, with line and column, by the stack file's reader",
    ),
    (
        "resource/error.rs",
        "Error::PathPart",
        "a route of the functions' own table",
    ),
    (
        "resource/error.rs",
        "Error::Repeated",
        "a declaration in src/stack",
    ),
    (
        "resource/error.rs",
        "Error::UnknownOrigin",
        "a declaration in src/stack",
    ),
    (
        "template/error.rs",
        "Error::Duplicate",
        "a declaration in src/stack",
    ),
    (
        "template/error.rs",
        "Error::Properties",
        "a declaration in src/stack",
    ),
    (
        "template/error.rs",
        "Error::TooLarge",
        "a declaration in src/stack",
    ),
    (
        "template/error.rs",
        "Error::TooMany",
        "a declaration in src/stack",
    ),
    // Answers of a service that are not as it documents them, or whose own words are all there is.
    (
        "plan/adopt/refusal.rs",
        "Self::Lacks",
        "CloudFront's own document lacks what each has",
    ),
    (
        "plan/adopt/refusal.rs",
        "Self::NotXml",
        "CloudFront's own document is none",
    ),
    (
        "ports/error.rs",
        "ErrorKind::Other",
        "unknown to this program: the service's words are all there is",
    ),
    (
        "ports/error.rs",
        "ErrorKind::Rejected",
        "the service's words name what it refuses",
    ),
    (
        "ports/error.rs",
        "ErrorKind::Unsupported",
        "only an emulator lacks operations",
    ),
];

/// Error types without hints of their own: what a person does is said by the error that carries them.
const CARRIED: &[(&str, &str)] = &[
    ("config/found.rs", "Unfit"),
    ("config/shapes.rs", "SiteMismatch"),
    ("keys/read.rs", "NotOurs"),
    ("package/archive.rs", "Error"),
    ("package/elf.rs", "Refusal"),
    ("package/metadata.rs", "Error"),
    ("package/process.rs", "Failure"),
    ("permissions/ci.rs", "UnknownRepository"),
    ("seed/data.rs", "NotRead"),
];

/// Every file below src/ by its name there, without comments and without its unit tests.
fn sources() -> BTreeMap<String, String> {
    let root = project().join("src");
    let source = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let text = without_comments(&fs::read_to_string(&path).unwrap());
        let code = text.split("mod tests {").next();
        (name, code.unwrap_or_default().to_owned())
    };
    files_below(&root, "rs").into_iter().map(source).collect()
}

#[test]
fn only_what_nobody_can_fix_has_no_hint() {
    let mut without = BTreeSet::new();
    let mut seen = 0;
    for (file, text) in sources() {
        for body in hint_bodies(&text) {
            for Arm { patterns, value } in arms(body) {
                seen += patterns.len();
                assert!(
                    patterns.iter().all(|pattern| pattern != "_"),
                    "{file}: a new variant would go unnoticed"
                );
                if value == "None" {
                    let guarded = patterns.iter().any(|pattern| pattern.contains(" if "));
                    assert!(!guarded, "{file}: {patterns:?} has a hint at times");
                    without.extend(patterns.into_iter().map(|pattern| (file.clone(), pattern)));
                } else {
                    let code: String = value.split('"').step_by(2).collect();
                    assert!(
                        !code.contains("None") && !code.contains(".then("),
                        "{file}: {patterns:?} has a hint at times"
                    );
                }
            }
        }
    }
    assert!(
        seen > 150,
        "{seen} variants were found; the matches are written otherwise now"
    );
    let listed: BTreeSet<(String, String)> = NOT_FIXABLE
        .iter()
        .map(|(file, variant, _)| ((*file).to_owned(), (*variant).to_owned()))
        .collect();
    assert_eq!(without, listed);
}

#[test]
fn every_error_has_hints_or_is_carried_by_one_that_has() {
    let mut without = BTreeSet::new();
    for (file, text) in sources() {
        for part in text.split("#[derive(").skip(1) {
            let (derived, rest) = part.split_once(")]").unwrap();
            if !derived.contains("thiserror::Error") {
                continue;
            }
            let declared = rest
                .lines()
                .map(str::trim)
                .find(|line| line.contains("enum ") || line.contains("struct "));
            let words: Vec<&str> = declared.unwrap().split(' ').collect();
            let at = words
                .iter()
                .position(|word| ["enum", "struct"].contains(word))
                .unwrap();
            without.insert((
                file.clone(),
                words[at + 1].trim_end_matches([';', '(']).to_owned(),
            ));
        }
    }
    let all = without.len();
    for (file, text) in sources() {
        let folder = Path::new(&file).parent().unwrap();
        for name in text
            .split("Hint for ")
            .skip(1)
            .filter_map(|rest| rest.split(' ').next())
        {
            // `error/hint.rs` speaks for `error.rs` above it.
            let above = folder.with_extension("rs").display().to_string();
            without.remove(&(file.clone(), name.to_owned()));
            if file.ends_with("/hint.rs") {
                without.remove(&(above, name.to_owned()));
            }
        }
    }
    assert!(
        all > 20 && without.len() < all,
        "errors are declared otherwise now"
    );
    let listed: BTreeSet<(String, String)> = CARRIED
        .iter()
        .map(|(file, name)| ((*file).to_owned(), (*name).to_owned()))
        .collect();
    assert_eq!(without, listed);
}
