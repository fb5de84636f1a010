//! What a person sees of the command line without any cloud: help, and mistakes with their fixes.

use std::fs;
use std::process::Command;

use qdn_infra::cli;
use tempfile::TempDir;

use crate::bare;
use crate::examples;
use crate::fixture::project;
use crate::process::{run, run_in};

#[test]
fn help_is_as_published_and_begins_with_an_example() {
    let program = [Vec::new()];
    for command in program.into_iter().chain(cli::commands()) {
        let name = ["help".to_owned()]
            .iter()
            .chain(&command)
            .cloned()
            .collect::<Vec<_>>()
            .join("-");
        let mut words: Vec<&str> = command.iter().map(String::as_str).collect();
        words.push("--help");
        let help = run(&words);
        assert_eq!(help.code, 0, "{name}");
        let example = examples::of(&help.out)
            .unwrap_or_else(|| panic!("{name} begins with no example:\n{}", help.out));
        let own = format!("qdn-infra {}", command.join(" "));
        assert!(
            example.join(" ").starts_with(own.trim_end()),
            "the example of {name} is another command's: {example:?}"
        );
        cli::understands(example.iter().map(String::as_str))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        insta::assert_snapshot!(name, help.out);
    }
}

#[test]
fn no_help_is_published_of_a_command_that_is_gone() {
    let known: Vec<String> = cli::commands()
        .iter()
        .map(|words| words.join("-"))
        .collect();
    let prefix = "it__command_line__help-";
    for entry in fs::read_dir(project().join("tests/it/snapshots")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(command) = name.strip_prefix(prefix) else {
            continue;
        };
        let command = command.trim_end_matches(".new").trim_end_matches(".snap");
        assert!(known.iter().any(|known| known == command), "{name}");
    }
}

#[test]
fn the_same_process_runs_commands_again_and_again() {
    let version = format!(
        "qdn-infra {} ({})\n",
        env!("CARGO_PKG_VERSION"),
        env!("QDN_REVISION")
    );
    for _ in 0..3 {
        assert_eq!(run(&["--version"]).out, version);
    }
}

#[test]
fn a_wrong_command_line_is_configuration() {
    let ran = run(&["plan", "--nonsense"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("--nonsense"), "{}", ran.err);
}

#[test]
fn help_is_asked_for_in_two_ways() {
    assert_eq!(run(&["help"]).out, run(&["--help"]).out);
    for (line, the_same) in [
        ("help plan", "plan --help"),
        ("keys help operator new", "keys operator new --help"),
    ] {
        let [help, flag] = [line, the_same].map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            run(&words)
        });
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{line}");
        assert_eq!(help.out, flag.out, "{line}");
    }
    let ran = run(&["help", "paln"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("paln"), "{}", ran.err);
}

#[test]
fn an_environment_is_refused_where_it_says_nothing() {
    for (line, command) in [
        ("local reset --env prod", "local reset"),
        ("local --env staging status", "local status"),
        ("--env staging local start", "local start"),
        ("openapi --env nope", "openapi"),
        ("completions fish --env nope", "completions"),
        ("--env prod man", "man"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = run(&words);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{line}");
        let (_, rest) = line.split_once("--env ").unwrap();
        let given = rest.split(' ').next().unwrap();
        let refused = format!("'--env {given}' cannot be used with '{command}'");
        assert!(ran.err.contains(&refused), "{line}: {}", ran.err);
        let fix = format!("hint: leave `--env` out; `qdn-infra {command} --help`");
        assert!(ran.err.contains(&fix), "{line}: {}", ran.err);
    }
}

#[test]
fn what_names_no_other_environment_is_not_refused() {
    let folder = TempDir::new().unwrap();
    let checkout = bare::checkout(folder.path());
    let ran = run_in(&checkout, &["local", "status", "--env", "local"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // The variable is there for all commands of a shell.
    for line in ["openapi", "man", "local status"] {
        let output = Command::new(env!("CARGO_BIN_EXE_qdn-infra"))
            .args(line.split(' '))
            .current_dir(&checkout)
            .env("QDN_ENV", "prod")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
    }
}

#[test]
fn outside_a_checkout_the_flag_is_named() {
    let folder = TempDir::new().unwrap();
    let ran = run_in(folder.path(), &["plan"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("hold no stacks/"), "{}", ran.err);
    assert!(
        ran.err.contains("hint:") && ran.err.contains("--project"),
        "{}",
        ran.err
    );
}

#[test]
fn an_unknown_environment_lists_those_that_exist() {
    let ran = run(&["plan", "--env", "production"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @"
    plan production
    error: environment production has no file stacks/production.yaml
      hint: choose with `--env`: local, prod, staging
    ");
}

#[test]
fn a_mistake_in_a_stack_file_names_file_line_column_and_key() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("stacks")).unwrap();
    let text = fs::read_to_string(project().join("stacks/local.yaml")).unwrap();
    let wrong = text.replace("memory_mb: ", "memory_mb: 1");
    assert_ne!(text, wrong);
    fs::write(
        folder.path().join("stacks/local.yaml"),
        wrong.replace("memory_mb: 1", "memory_mb: 64000"),
    )
    .unwrap();
    let ran = run_in(folder.path(), &["synth"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("stacks/local.yaml:"), "{}", ran.err);
    assert!(ran.err.contains("functions.api.memory_mb"), "{}", ran.err);
}

#[test]
fn two_environments_are_never_one_stack() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("stacks")).unwrap();
    for name in ["local", "other"] {
        let file = folder.path().join(format!("stacks/{name}.yaml"));
        fs::copy(project().join("stacks/local.yaml"), file).unwrap();
    }
    let ran = run_in(folder.path(), &["synth"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err
            .contains("local and other have the same stack name qdn-local"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn what_only_the_customer_knows_is_asked_for_by_name() {
    let ran = run(&["outputs", "--env", "staging"]);
    assert_eq!(ran.code, 3);
    for variable in [
        "QDN_STAGING_ACCOUNT",
        "QDN_STAGING_CERTIFICATE_ARN",
        "QDN_STAGING_ALARM_ADDRESS",
    ] {
        assert!(
            ran.err.contains(variable),
            "{variable} is not named: {}",
            ran.err
        );
    }
}
