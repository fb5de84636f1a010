//! What stands in the documents' blocks beside our own commands: no test runs it, and it is there all the same.

use std::fs;

use super::documents;
use super::markdown::{blocks, words};
use crate::fixture::project;

/// Programs of others that a block calls, each with why no test runs it.
const OTHERS: &[(&str, &str)] = &[
    ("aws", "asks AWS"),
    ("cargo", "its targets are looked for instead"),
    ("cd", "a shell's own"),
    ("curl", "asks a system that is deployed"),
    (
        "export",
        "a shell's own; values that only the customer knows",
    ),
    ("gh", "asks GitHub"),
    ("git", "changes the checkout"),
    ("install", "makes a file in somebody's home"),
];

/// What a line of a block calls, without `NAME=value` before it: a program's name first.
fn calls(line: &str) -> Vec<Vec<String>> {
    let parts = line.split(" && ").map(words);
    let bare = parts.map(|words| {
        let is_value = |word: &String| word.split_once('=').is_some_and(|(name, _)| is_name(name));
        words.into_iter().skip_while(is_value).collect::<Vec<_>>()
    });
    bare.filter(|words| !words.is_empty()).collect()
}

fn is_name(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// What no test runs is at least there: the scripts, the benchmarks, and no program that nobody thought of.
#[test]
fn everything_else_in_a_code_block_is_known() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(project()).unwrap().display().to_string();
        let blocks = blocks(&name, &text).into_iter();
        for (place, block) in blocks.filter(|(_, block)| block.is_shell()) {
            for (offset, line) in block.lines() {
                for words in calls(&line) {
                    if ["qdn-infra", "./dev"].contains(&words[0].as_str()) {
                        continue;
                    }
                    seen += 1;
                    if let Err(error) = is_known(&words) {
                        wrong.push(format!(
                            "{}: {}: {error}",
                            place.after(offset),
                            words.join(" ")
                        ));
                    }
                }
            }
        }
    }
    assert!(
        seen > 20,
        "{seen} lines were found; blocks are written otherwise now"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_known(words: &[String]) -> Result<(), String> {
    let there = |path: &str| project().join(path).exists();
    match words {
        [program, script, ..] if ["bash", "node", "python3"].contains(&program.as_str()) => {
            there(script)
                .then_some(())
                .ok_or_else(|| format!("there is no {script}"))
        }
        [cargo, bench, rest @ ..] if cargo == "cargo" && bench == "bench" => {
            let name = rest.last().map_or("", String::as_str);
            let folders = ["benches", "functions/api/benches"];
            let found = folders.iter().any(|folder| {
                there(&format!("{folder}/{name}.rs")) || there(&format!("{folder}/{name}"))
            });
            found
                .then_some(())
                .ok_or_else(|| format!("there is no benchmark {name}"))
        }
        [program, ..] if program.starts_with('$') || program == "sha256sum" => Ok(()),
        [program, ..] => {
            let known = OTHERS.iter().any(|(name, _)| name == program);
            known
                .then_some(())
                .ok_or_else(|| format!("{program} is none of OTHERS"))
        }
        [] => Ok(()),
    }
}

/// Code that is only indented is no block for these tests.
#[test]
fn no_code_is_only_indented() {
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let mut is_open = false;
        let mut is_after_blank = false;
        for (number, line) in text.lines().enumerate() {
            is_open ^= line.trim_start().starts_with("```");
            let is_code = !is_open && is_after_blank && line.starts_with("    ");
            assert!(!is_code, "{}:{}: {line}", file.display(), number + 1);
            is_after_blank = line.trim().is_empty();
        }
    }
}
