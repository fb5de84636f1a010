//! Completions and manual pages: every command is in them, and bash completes with them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use qdn_infra::cli;
use tempfile::TempDir;

use crate::process::{run, run_in};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn every_shell_is_told_every_command() {
    for shell in SHELLS {
        let ran = run(&["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        for command in cli::commands() {
            let name = command.last().unwrap();
            assert!(
                ran.out.contains(name.as_str()),
                "{shell}: {}",
                command.join(" ")
            );
        }
        for flag in ["detailed-exitcode", "allow-data-loss", "secrets-file"] {
            assert!(ran.out.contains(flag), "{shell}: {flag}");
        }
    }
}

#[test]
fn another_shell_is_refused_with_those_there_are() {
    let ran = run(&["completions", "csh"]);
    assert_eq!(ran.code, 3);
    for shell in SHELLS {
        assert!(ran.err.contains(shell), "{}", ran.err);
    }
}

/// What bash offers for a line that is not finished.
fn offered(script: &str, line: &[&str]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("qdn-infra.bash");
    fs::write(&file, script).unwrap();
    let checked = Command::new("bash").arg("-n").arg(&file).status().unwrap();
    assert!(checked.success(), "bash cannot read the script");
    let ask = r#"
        source "$1"; shift
        function=$(complete -p qdn-infra | grep -o -- '-F [^ ]*') || exit 1
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        ${function#-F } qdn-infra "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["--norc", "--noprofile", "-c", ask, "bash"])
        .arg(&file)
        .args(line)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{line:?}: {said}"
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_with_it() {
    let script = run(&["completions", "bash"]).out;
    assert_eq!(offered(&script, &["qdn-infra", "boot"]), ["bootstrap"]);
    assert_eq!(
        offered(&script, &["qdn-infra", "keys", "operator", "re"]),
        ["revoke"]
    );
    assert_eq!(
        offered(&script, &["qdn-infra", "plan", "--detailed"]),
        ["--detailed-exitcode"]
    );
    assert_eq!(
        offered(&script, &["qdn-infra", "outputs", "--format", "e"]),
        ["env"]
    );
}

#[test]
fn each_command_has_a_manual_page_with_its_example() {
    let folder = TempDir::new().unwrap();
    let ran = run_in(
        folder.path(),
        &["man", "--out", folder.path().join("man1").to_str().unwrap()],
    );
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let written: BTreeSet<String> = fs::read_dir(folder.path().join("man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let program = [vec!["qdn-infra".to_owned()]];
    let commands = cli::commands();
    let below = commands
        .iter()
        .map(|words| [&program[0][..], words].concat());
    let wanted: BTreeSet<String> = program
        .iter()
        .cloned()
        .chain(below)
        .map(|words| words.join("-") + ".1")
        .collect();
    assert_eq!(written, wanted);
    for name in &written {
        let page = fs::read_to_string(folder.path().join("man1").join(name)).unwrap();
        let words = name.trim_end_matches(".1");
        assert!(page.contains("Example:"), "{name}");
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS"] {
            assert!(page.contains(section), "{name} has no {section}");
        }
        assert!(page.replace(r"\-", "-").contains(words), "{name}");
    }
    // Without a folder the program's own page is data.
    let page = fs::read_to_string(folder.path().join("man1/qdn-infra.1")).unwrap();
    assert_eq!(run_in(folder.path(), &["man"]).out, page);
    assert!(page.contains("Exit codes:"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("man1");
    fs::write(&file, "in the way").unwrap();
    let ran = run_in(folder.path(), &["man", "--out", file.to_str().unwrap()]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("man1") && ran.err.contains("hint:"),
        "{}",
        ran.err
    );
}
