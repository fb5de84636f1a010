//! The table of exit codes in docs/exit-codes.md, held against the constants and against `--help`.

use std::collections::BTreeMap;
use std::fs;

use qdn_infra::cli::exit;

use crate::fixture::project;

/// Each constant's code and name, as `src/cli/exit.rs` declares them.
fn declared() -> BTreeMap<u8, String> {
    let source = fs::read_to_string(project().join("src/cli/exit.rs")).unwrap();
    let constants = source.lines().filter_map(|line| {
        let (name, code) = line.strip_prefix("pub const ")?.split_once(": u8 = ")?;
        Some((code.strip_suffix(';')?.parse().ok()?, name.to_owned()))
    });
    let mut codes = BTreeMap::new();
    for (code, name) in constants {
        assert_eq!(codes.insert(code, name), None, "{code} means two things");
    }
    assert_eq!(codes.get(&exit::DONE).map(String::as_str), Some("DONE"));
    codes
}

/// The document's rows: code, constant, meaning, what to do.
fn documented() -> Vec<[String; 4]> {
    let text = fs::read_to_string(project().join("docs/exit-codes.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<String> = line
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect();
        let cells: [String; 4] = cells.try_into().ok()?;
        cells[0].parse::<u8>().is_ok().then_some(cells)
    });
    rows.collect()
}

#[test]
fn the_table_has_each_code_once_in_order() {
    let rows: Vec<(u8, String)> = documented()
        .into_iter()
        .map(|[code, name, ..]| (code.parse().unwrap(), name))
        .collect();
    let wanted: Vec<(u8, String)> = declared().into_iter().collect();
    assert_eq!(rows, wanted);
}

#[test]
fn each_row_says_what_it_means_and_what_to_do() {
    for [code, _, meaning, next] in documented() {
        assert!(!meaning.is_empty() && !next.is_empty(), "{code}");
    }
}

#[test]
fn help_lists_each_code() {
    let told: Vec<u8> = exit::HELP
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    assert_eq!(told, declared().into_keys().collect::<Vec<_>>());
    assert!(exit::HELP.contains("docs/exit-codes.md"));
}
