//! Holds the map in `src/lib.rs` against the code: who may use whom, and what no pure module may
//! import.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::fixture::files_below;

/// A file with more holds more than one thing.
const MOST_LINES: usize = 440;

/// Which modules of this crate a module may use; `hint` serves all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("hint", &[]),
    ("config", &[]),
    ("template", &[]),
    ("svg", &[]),
    ("diagram", &["template", "svg"]),
    ("resource", &["template"]),
    ("stack", &["resource", "template", "config", "package"]),
    ("cost", &["template", "config", "package"]),
    ("package", &["config", "python"]),
    ("site", &[]),
    ("openapi", &[]),
    ("ports", &[]),
    ("secrets", &[]),
    ("keys", &["ports", "secrets"]),
    ("seed", &[]),
    ("plan", &["ports", "site", "keys", "seed"]),
    (
        "engine",
        &[
            "plan", "ports", "site", "seed", "package", "stack", "template", "config", "secrets",
            "keys",
        ],
    ),
    ("aws", &["ports"]),
    ("twilio", &["ports"]),
    (
        "permissions",
        &[
            "ports", "stack", "resource", "template", "config", "package",
        ],
    ),
    (
        "render",
        &[
            "plan",
            "engine",
            "ports",
            "seed",
            "permissions",
            "svg",
            "cost",
        ],
    ),
    ("local", &["python"]),
    ("python", &[]),
];

/// Modules that are pure: no runtime, no SDK, no command line.
const PURE: &[&str] = &[
    "hint",
    "config",
    "template",
    "resource",
    "stack",
    "diagram",
    "svg",
    "plan",
    "keys",
    "seed",
    "openapi",
    "permissions",
    "cost",
];
const IMPURE_CRATES: &[&str] = &[
    "tokio",
    "aws_sdk_",
    "aws_config",
    "clap",
    "reqwest",
    "indicatif",
];

#[test]
fn modules_use_only_what_the_map_allows() {
    let mut wrong = Vec::new();
    for (module, allowed) in MAY_USE {
        for (file, text) in sources_of(module) {
            for used in crate_modules(&text) {
                if used != *module && used != "hint" && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{} uses crate::{used}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_modules_import_no_runtime_sdk_or_command_line() {
    let mut wrong = Vec::new();
    for module in PURE {
        for (file, text) in sources_of(module) {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for name in IMPURE_CRATES {
                    if code.contains(&format!("{name}::"))
                        || (name.ends_with('_') && code.contains(name))
                    {
                        wrong.push(format!("{}:{} mentions {name}", file.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_place_on_the_map() {
    let library = fs::read_to_string(source("lib.rs")).unwrap();
    let declared: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let mapped: BTreeMap<&str, _> = MAY_USE.iter().copied().collect();
    let rows = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `")?.split('`').next());
    let places: BTreeMap<&str, usize> = rows.zip(0..).collect();
    for (module, uses) in MAY_USE.iter().filter(|(module, _)| *module != "hint") {
        for used in *uses {
            assert!(
                places[module] < places[used],
                "{used} is not below {module}"
            );
        }
    }
    for module in declared {
        assert!(
            module == "cli" || mapped.contains_key(module),
            "{module} is not in MAY_USE"
        );
        assert!(
            module == "hint" || library.contains(&format!("| `{module}` |")),
            "{module} is not in the table of src/lib.rs"
        );
    }
}

#[test]
fn every_file_says_what_lives_in_it_and_is_small() {
    let mut wrong = Vec::new();
    for folder in ["src", "functions", "tests", "benches", "fuzz/fuzz_targets"] {
        for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            let lines = text.lines().count();
            if !text.starts_with("//!") {
                wrong.push(format!("{} has no `//!` line", file.display()));
            }
            if lines > MOST_LINES {
                wrong.push(format!("{} has {lines} lines", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

fn sources_of(module: &str) -> Vec<(PathBuf, String)> {
    let mut files = rust_files(&source(module));
    let single = source(&format!("{module}.rs"));
    if single.exists() {
        files.push(single);
    }
    assert!(!files.is_empty(), "module {module} has no source");
    files
        .into_iter()
        .map(|file| (file.clone(), fs::read_to_string(file).unwrap()))
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_dir() {
        files_below(folder, "rs")
    } else {
        Vec::new()
    }
}

/// Names after `crate::` on lines of code, in `use crate::{…}` groups as well.
fn crate_modules(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split('}').next().unwrap_or_default();
            found.extend(group.split(',').filter_map(first_word));
        } else {
            found.extend(first_word(rest));
        }
    }
    found
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text
        .trim()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty() && word != "self").then_some(word)
}
