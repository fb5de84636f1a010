//! What a person sees of the command line without any cloud: help, and mistakes with their fixes.

use std::fs;

use tempfile::TempDir;

use crate::fixture::project;
use crate::process::{run, run_in};

#[test]
fn help_is_as_published() {
    insta::assert_snapshot!("help", run(&["--help"]).out);
    for command in [
        "plan",
        "apply",
        "synth",
        "graph",
        "openapi",
        "keys",
        "seed",
        "package",
        "bootstrap",
        "import",
        "permissions",
        "ci-role",
        "drift",
        "outputs",
        "status",
        "logs",
        "doctor",
        "verify",
        "unlock",
        "destroy",
        "local",
    ] {
        let help = run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("Example:"), "{command} has no example");
        insta::assert_snapshot!(format!("help-{command}"), help.out);
    }
}

#[test]
fn the_same_process_runs_commands_again_and_again() {
    for _ in 0..3 {
        assert_eq!(
            run(&["--version"]).out,
            format!("qdn-infra {}\n", env!("CARGO_PKG_VERSION"))
        );
    }
}

#[test]
fn a_wrong_command_line_is_configuration() {
    let ran = run(&["plan", "--nonsense"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("--nonsense"), "{}", ran.err);
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
