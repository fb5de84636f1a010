//! Completions and manual pages: every command is in them, and bash completes with them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use qdn_infra::cli;
use tempfile::TempDir;

use crate::examples;
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

/// What bash offers for each `--env` of a script.
fn for_env(script: &str) -> BTreeSet<&str> {
    let cases = script.split("--env)\n").skip(1);
    let offers: BTreeSet<&str> = cases
        .map(|case| case.lines().next().unwrap().trim())
        .collect();
    assert!(!offers.is_empty(), "no command takes --env");
    offers
}

#[test]
fn the_environments_of_a_checkout_are_offered() {
    let script = run(&["completions", "bash"]).out;
    let offer = r#"COMPREPLY=($(compgen -W "local prod staging" -- "${cur}"))"#;
    assert_eq!(for_env(&script), BTreeSet::from([offer]));
    assert_eq!(
        offered(&script, &["qdn-infra", "plan", "--env", ""]),
        ["local", "prod", "staging"]
    );
    assert_eq!(
        offered(
            &script,
            &["qdn-infra", "keys", "token", "list", "--env", "s"]
        ),
        ["staging"]
    );
}

#[test]
fn only_environments_that_are_one_word_are_offered_and_elsewhere_none() {
    let folder = TempDir::new().unwrap();
    let nowhere = run_in(folder.path(), &["completions", "bash"]);
    assert_eq!((nowhere.code, nowhere.err.as_str()), (0, ""));
    let nothing = r#"COMPREPLY=("${cur}")"#;
    assert_eq!(for_env(&nowhere.out), BTreeSet::from([nothing]));

    let stacks = folder.path().join("stacks");
    fs::create_dir(&stacks).unwrap();
    for name in ["two.yaml", "one.yaml", "$(id).yaml", "a b.yaml", "notes.md"] {
        fs::write(stacks.join(name), "").unwrap();
    }
    let script = run_in(folder.path(), &["completions", "bash"]).out;
    let offer = r#"COMPREPLY=($(compgen -W "one two" -- "${cur}"))"#;
    assert_eq!(for_env(&script), BTreeSet::from([offer]));
}

/// A new option that takes no file says so with its value hint.
#[test]
fn files_are_offered_where_files_are_meant() {
    let script = run(&["completions", "bash"]).out;
    let (mut option, mut with_files) = ("", BTreeSet::new());
    for line in script.lines().map(str::trim) {
        if line.starts_with("--") && line.ends_with(')') {
            option = line.trim_end_matches(')');
        }
        if line.contains("compgen -f") {
            with_files.insert(option);
        }
    }
    let wanted = BTreeSet::from(["--out", "--report", "--secrets-file"]);
    assert_eq!(with_files, wanted);
}

/// The words of the program and of each command, the program's name first.
fn pages() -> Vec<Vec<String>> {
    let program = "qdn-infra".to_owned();
    let commands = cli::commands().into_iter();
    let below = commands.map(|words| [&[program.clone()][..], &words].concat());
    std::iter::once(vec![program.clone()])
        .chain(below)
        .collect()
}

/// A part of a manual page, up to the next.
fn section<'page>(page: &'page str, title: &str) -> &'page str {
    let (_, rest) = page.split_once(&format!(".SH {title}\n")).unwrap();
    rest.split("\n.SH ").next().unwrap()
}

/// How a page names another.
fn reference(words: &[String]) -> String {
    format!(r"\fB{}\fR(1)", words.join("-").replace('-', r"\-"))
}

/// Whether roff reads nothing in a line of text as its own, nor changes a sign of it.
fn is_escaped(line: &str) -> bool {
    const KNOWN: [&str; 10] = [
        r"\-", r"\fB", r"\fI", r"\fR", r"\*(Aq", r"\(ga", r"\(ha", r"\(ti", r"\&", r"\\",
    ];
    let rest = KNOWN
        .iter()
        .fold(line.to_owned(), |rest, known| rest.replace(known, ""));
    line.starts_with('.') || !rest.contains(['\\', '-', '\'', '`', '^', '~'])
}

#[test]
fn each_command_has_a_manual_page_with_all_its_sections() {
    let folder = TempDir::new().unwrap();
    let man1 = folder.path().join("man1");
    let ran = run_in(folder.path(), &["man", "--out", man1.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let written: BTreeSet<String> = fs::read_dir(&man1)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let all = pages();
    let wanted: BTreeSet<String> = all.iter().map(|words| words.join("-") + ".1").collect();
    assert_eq!(written, wanted);
    for words in &all {
        let name = words.join("-");
        let page = fs::read_to_string(man1.join(format!("{name}.1"))).unwrap();
        let below: Vec<&Vec<String>> = all
            .iter()
            .filter(|other| other.len() == words.len() + 1 && other.starts_with(words))
            .collect();
        let title = format!(
            r#".TH {name} 1 "" "qdn-infra {} ({})" "qdn-infra manual""#,
            env!("CARGO_PKG_VERSION"),
            env!("QDN_REVISION")
        );
        assert_eq!(page.lines().nth(2), Some(title.as_str()));
        let sections: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix(".SH "))
            .collect();
        let options = ["OPTIONS", "\"GLOBAL OPTIONS\""];
        let mut wanted = vec!["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLE"];
        wanted.extend(options);
        wanted.extend((!below.is_empty()).then_some("SUBCOMMANDS"));
        wanted.extend(["ENVIRONMENT", "\"EXIT STATUS\"", "\"SEE ALSO\""]);
        assert_eq!(sections, wanted, "{name}");
        for line in page.lines() {
            assert!(is_escaped(line), "{name}: {line}");
        }
        assert_eq!(page.matches(".ds Aq ").count(), 2, "{name}");

        let plain = page.replace(r"\-", "-");
        let mut asked: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        asked.push("--help");
        let example = examples::of(&run(&asked).out).unwrap().join(" ");
        assert!(section(&plain, "EXAMPLE").contains(&example), "{name}");
        let environment = section(&page, "ENVIRONMENT");
        for variable in ["QDN_ENV", "QDN_PROJECT", "NO_COLOR", "COLUMNS"] {
            assert!(environment.contains(variable), "{name}: {variable}");
        }
        assert_eq!(
            environment.contains("QDN_SECRETS_FILE"),
            words.len() == 1 || section(&plain, "OPTIONS").contains("--secrets-file"),
            "{name}"
        );
        let codes = section(&page, "\"EXIT STATUS\"");
        assert!(codes.contains(r"\fB0\fR") && codes.contains(r"\fB130\fR"));
        let others = section(&page, "\"SEE ALSO\"");
        let above = (1..words.len()).map(|length| reference(&words[..length]));
        for other in above.chain(below.iter().map(|words| reference(words))) {
            assert!(others.contains(&other), "{name} does not name {other}");
        }
    }
    // Without a folder the program's own page is data.
    let page = fs::read_to_string(man1.join("qdn-infra.1")).unwrap();
    assert_eq!(run_in(folder.path(), &["man"]).out, page);
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
