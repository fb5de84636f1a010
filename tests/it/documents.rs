//! Every command in README.md and docs/ is one that this program understands, as it stands there; those that ask
//! nobody are run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use qdn_infra::cli;
use tempfile::TempDir;

use crate::bare;
use crate::fixture::{files_below, project};
use crate::process::run;

mod markdown;
mod others;

use markdown::{Place, blocks, spans, words};

/// README.md, and what lies below docs/.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![project().join("README.md")];
    found.extend(files_below(&project().join("docs"), "md"));
    found
}

/// Each command of the code blocks, where it stands, and its words.
pub fn commands() -> Vec<(Place, Vec<String>)> {
    let mut found = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(project()).unwrap().display().to_string();
        for (place, block) in blocks(&name, &text)
            .into_iter()
            .filter(|(_, block)| block.is_shell())
        {
            for (offset, line) in block.lines() {
                let words = words(&line);
                if words
                    .first()
                    .is_some_and(|word| word == "qdn-infra" || word == "./dev")
                {
                    found.push((place.after(offset), words));
                }
            }
        }
    }
    found
}

/// What `./dev` does itself; any other word is a command of `qdn-infra`.
fn dev_words() -> BTreeSet<String> {
    let script = fs::read_to_string(project().join("dev")).unwrap();
    let cases = script.lines().filter_map(|line| {
        let (word, rest) = line.strip_prefix("  ")?.split_once(") shift;")?;
        rest.contains(";;").then(|| word.to_owned())
    });
    cases.collect()
}

/// A line of `./dev` as the command line of `qdn-infra` that it comes to, if it does.
pub fn as_program(words: &[String]) -> Option<Vec<String>> {
    let mut line = vec!["qdn-infra".to_owned()];
    match words {
        [program, rest @ ..] if program == "qdn-infra" => line.extend_from_slice(rest),
        [_, up, rest @ ..] if up == "up" => {
            line.extend(["apply", "--env", "local"].map(str::to_owned));
            line.extend_from_slice(rest);
        }
        [_, word, ..] if dev_words().contains(word) => return None,
        [_, rest @ ..] => line.extend_from_slice(rest),
        [] => return None,
    }
    Some(line)
}

/// What only looks, at whatever is deployed; `end_to_end/changing.rs` has what does not.
pub const LOOKING: &[&str] = &[
    "doctor",
    "drift",
    "keys operator list",
    "keys token list",
    "logs",
    "outputs",
    "plan",
    "releases",
    "seed diff",
    "status",
    "verify",
];

/// Each different command of the documents that only looks, as it is asked of the local cloud: no other environment is
/// named, no file is written, and it ends by itself.
pub fn that_look() -> BTreeSet<Vec<String>> {
    let lines = commands().into_iter();
    let lines = lines.filter_map(|(_, words)| as_program(&words));
    let looking = lines.filter(|line| LOOKING.contains(&path_of(line).0.join(" ").as_str()));
    looking.map(|line| for_the_local_cloud(&line)).collect()
}

/// What follows the program's name, without what is meant for another environment or for a person who waits.
pub fn for_the_local_cloud(line: &[String]) -> Vec<String> {
    let mut words = line.iter().skip(1);
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--env" | "--out" | "--secrets-file" => drop(words.next()),
            "--follow" => {}
            _ => kept.push(word.clone()),
        }
    }
    kept
}

#[test]
fn every_command_in_a_code_block_is_understood() {
    let found = commands();
    assert!(
        found.len() > 30,
        "{} commands were found; blocks are written otherwise now",
        found.len()
    );
    let mut wrong = Vec::new();
    for (place, words) in found {
        let Some(line) = as_program(&words) else {
            continue;
        };
        if let Err(error) = cli::understands(line.iter().map(String::as_str)) {
            wrong.push(format!("{place}: {}\n{error}", words.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In the middle of a sentence a command may lack its arguments.
#[test]
fn every_command_in_a_sentence_exists_with_its_flags() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(project()).unwrap().display().to_string();
        for (place, span) in spans(&name, &text) {
            let words = words(&span);
            if words.len() < 2 || !["qdn-infra", "./dev"].contains(&words[0].as_str()) {
                continue;
            }
            seen += 1;
            if let Some(line) = as_program(&words)
                && let Err(error) = exists(&line)
            {
                wrong.push(format!("{place}: `{span}`: {error}"));
            }
        }
    }
    assert!(
        seen > 20,
        "{seen} commands were found; sentences are written otherwise now"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a command is there, and has the flags.
fn exists(line: &[String]) -> Result<(), String> {
    let (path, rest) = path_of(line);
    if path.is_empty() && rest.first().is_some_and(|word| !word.starts_with('-')) {
        return Err("there is no such command".to_owned());
    }
    let mut asked = path.clone();
    asked.push("--help");
    let help = run(&asked).out;
    let flags = rest.iter().filter(|word| word.starts_with("--"));
    for flag in flags.map(|flag| flag.split(['=', ']']).next().unwrap_or(flag)) {
        let known = help.split_whitespace().any(|word| {
            word.trim_end_matches([',', '=', '['])
                .split(['[', '='])
                .next()
                == Some(flag)
        });
        if !known {
            return Err(format!("it has no {flag}"));
        }
    }
    Ok(())
}

/// The words that name a command, and those behind them.
pub fn path_of(line: &[String]) -> (Vec<&str>, &[String]) {
    let all = cli::commands();
    let mut length = 0;
    while all
        .iter()
        .any(|words| words[..] == line[1..line.len().min(length + 2)])
        && length + 1 < line.len()
    {
        length += 1;
    }
    (
        line[1..=length].iter().map(String::as_str).collect(),
        &line[length + 1..],
    )
}

#[test]
fn every_command_that_asks_nobody_runs() {
    let bin = Path::new(env!("CARGO_BIN_EXE_qdn-infra")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let path =
        std::env::join_paths(std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path)))
            .unwrap();
    let mut ran = 0;
    for (place, words) in commands() {
        let Some(line) = as_program(&words) else {
            continue;
        };
        let (command, _) = path_of(&line);
        if !bare::OFFLINE.contains(&command.join(" ").as_str())
            && !line
                .iter()
                .any(|word| word == "--help" || word == "--version")
        {
            continue;
        }
        let folder = TempDir::new().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_qdn-infra"))
            .args(&line[1..])
            .current_dir(bare::checkout(folder.path()))
            .env_clear()
            .env("PATH", &path)
            .env("HOME", folder.path())
            .envs(bare::STAGING)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "{place}: {}\n{said}",
            words.join(" ")
        );
        ran += 1;
    }
    assert!(ran > 5, "{ran} commands were run");
}

/// The README's synopsis names each command, and no flag that there is not.
#[test]
fn the_synopsis_is_whole() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("## Commands\n").unwrap();
    let block = rest.split("```").nth(1).unwrap();
    let mut named = BTreeSet::new();
    for entry in block
        .replace("\n   ", " ")
        .lines()
        .filter(|line| line.starts_with("qdn-infra "))
    {
        let text = entry.replace(['[', ']', '|', ','], " ");
        let words: Vec<&str> = text.split_whitespace().skip(1).collect();
        let all = cli::commands();
        let is_command = |word: &&&str| all.iter().any(|path| path.len() == 1 && path[0] == **word);
        let commands: Vec<&str> = words.iter().filter(is_command).copied().collect();
        assert!(commands.first() == words.first(), "{entry}");
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            let line = ["qdn-infra", commands[0], flag].map(str::to_owned);
            if let Err(error) = exists(&line) {
                panic!("{entry}: {error}");
            }
        }
        named.extend(commands.into_iter().map(str::to_owned));
    }
    let all: BTreeSet<String> = cli::commands()
        .into_iter()
        .filter(|path| path.len() == 1)
        .map(|mut path| path.remove(0))
        .collect();
    assert_eq!(named, all);
}

/// Files that a document links to, and their headings.
#[test]
fn every_link_inside_the_checkout_leads_somewhere() {
    let mut wrong = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if target.contains("://") || target.contains(' ') {
                continue;
            }
            let (path, heading) = match target.split_once('#') {
                Some((path, heading)) => (path, Some(heading)),
                None => (target, None),
            };
            let there = match path {
                "" => file.clone(),
                path => file.parent().unwrap().join(path),
            };
            let leads = there.exists()
                && heading.is_none_or(|heading| {
                    anchors(&fs::read_to_string(&there).unwrap()).contains(heading)
                });
            if !leads {
                wrong.push(format!("{}: {target}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What links name the headings of a document by: small letters, hyphens for spaces, no other signs.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let signs = title.chars().filter_map(|sign| match sign {
                ' ' | '-' => Some('-'),
                sign if sign.is_alphanumeric() || sign == '_' => Some(sign),
                _ => None,
            });
            signs.collect()
        })
        .collect()
}

#[test]
fn every_command_in_a_block_is_in_one_that_says_so() {
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(project()).unwrap().display().to_string();
        for (place, block) in blocks(&name, &text) {
            let hidden = block.begins_with_a_command() && !block.is_shell();
            assert!(
                !hidden,
                "{place}: say ```sh or ```console, so that it is held to the program"
            );
        }
    }
}

#[test]
fn every_decision_is_in_the_index() {
    let folder = project().join("docs/decisions");
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let title = text.lines().next().unwrap().trim_start_matches("# ");
        if name == "README.md" {
            continue;
        }
        let (number, title) = title.split_once(". ").unwrap();
        assert!(
            index.contains(&format!("{number}. [{title}]({name})\n")),
            "{name} is not in the index as {title}"
        );
    }
}
