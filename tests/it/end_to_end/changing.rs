//! The commands of the documents that change something, and where the end-to-end test does what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::bare;
use crate::documents::{LOOKING, as_program, commands, for_the_local_cloud, path_of};
use crate::fixture::{files_below, project};

/// How the end-to-end test runs a command.
enum How {
    /// As it stands in the documents, see `documented`.
    AsItStands,
    /// In this function, which needs it in other words or at another time.
    In(&'static str),
}

use How::{AsItStands, In};

/// Each command, in an order in which they can be run.
const CHANGING: &[(&str, How)] = &[
    ("apply", AsItStands),
    ("keys operator new", AsItStands),
    ("keys operator revoke", AsItStands),
    ("keys token rotate", AsItStands),
    ("keys token revoke", AsItStands),
    ("rollback", AsItStands),
    ("unlock", AsItStands),
    ("destroy", In("destroy_leaves_nothing")),
    ("import", In("what_exists_is_imported")),
    ("local demo", In("a_demo_is_played")),
    (
        "local start",
        In("a_site_that_exists_is_attached_to_and_left_as_it_was"),
    ),
    ("package", In("the_same_sources_are_the_same_package")),
    ("seed pull", In("seed_and_people_change_it")),
    ("seed push", In("seed_and_people_change_it")),
];

/// Each different command that is run as it stands, its path first, in the order of [`CHANGING`].
pub fn that_change() -> Vec<(&'static str, Vec<String>)> {
    let lines: Vec<Vec<String>> = commands()
        .into_iter()
        .filter_map(|(_, words)| as_program(&words))
        .collect();
    let run = CHANGING.iter().filter(|(_, how)| matches!(how, AsItStands));
    run.flat_map(|(path, _)| {
        let of_path = lines.iter().filter(|line| joined(line) == *path);
        let different: BTreeSet<Vec<String>> =
            of_path.map(|line| for_the_local_cloud(line)).collect();
        different.into_iter().map(|words| (*path, words))
    })
    .collect()
}

fn joined(line: &[String]) -> String {
    path_of(line).0.join(" ")
}

#[test]
fn every_command_in_a_block_looks_asks_nobody_or_is_known_to_change_something() {
    let mut changing: BTreeSet<String> = BTreeSet::new();
    for (place, words) in commands() {
        let Some(line) = as_program(&words) else {
            continue;
        };
        let path = joined(&line);
        let asks = |flag: &str| line.iter().any(|word| word == flag);
        if asks("--help") || asks("--version") {
            continue;
        }
        let lists = [
            LOOKING.contains(&path.as_str()),
            bare::OFFLINE.contains(&path.as_str()),
            CHANGING.iter().any(|(known, _)| *known == path),
        ];
        let found = lists.into_iter().filter(|found| *found).count();
        assert_eq!(found, 1, "{place}: `{path}` is in {found} lists");
        if lists[2] {
            changing.insert(path);
        }
    }
    let known: BTreeSet<String> = CHANGING
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .collect();
    assert_eq!(changing, known, "no document says the others any more");
}

/// What is said to be run in other words is run there, with every flag that a document gives it.
#[test]
fn every_function_that_is_named_runs_the_command() {
    let functions = functions();
    let lines: Vec<Vec<String>> = commands()
        .into_iter()
        .filter_map(|(_, words)| as_program(&words))
        .collect();
    for (path, how) in CHANGING {
        let In(name) = how else { continue };
        let body = functions.get(*name);
        let body = body.unwrap_or_else(|| panic!("the end-to-end test has no {name}"));
        let words = format!("\"{}\"", path.replace(' ', "\", \""));
        assert!(body.contains(&words), "{name} does not run {words}");
        for line in lines.iter().filter(|line| joined(line) == *path) {
            let line = for_the_local_cloud(line);
            for flag in line.iter().filter(|word| word.starts_with("--")) {
                let passed = format!("\"{flag}\"");
                assert!(body.contains(&passed), "{name} does not pass {flag}");
            }
        }
    }
}

/// The functions of the end-to-end test, each with its text.
fn functions() -> BTreeMap<String, String> {
    let tests = project().join("tests/it");
    let mut files = vec![
        tests.join("end_to_end.rs"),
        tests.join("end_to_end_adopt.rs"),
    ];
    files.push(tests.join("application.rs"));
    files.extend(files_below(&tests.join("end_to_end"), "rs"));
    files.extend(files_below(&tests.join("application"), "rs"));
    let sources = files.iter().map(|file| fs::read_to_string(file).unwrap());
    let mut found = BTreeMap::new();
    for text in sources {
        for (at, _) in text.match_indices("fn ") {
            let rest = &text[at + "fn ".len()..];
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            let body = rest.split("\n}\n").next().unwrap_or_default();
            found.insert(name.to_owned(), body.to_owned());
        }
    }
    found
}
