//! The templates of all environments, printed as a user prints them: linted against the
//! CloudFormation schema, byte-identical on every run.

use std::fs;
use std::path::Path;
use std::process::Command;

use qdn_infra::config::{Site, StackFile};
use qdn_infra::package::Architecture;
use qdn_infra::stack::{self, LogRole};
use tempfile::TempDir;

use crate::fixture::project;
use crate::process::run;

const ENVIRONMENTS: [&str; 3] = ["local", "staging", "prod"];

fn stack_file(environment: &str) -> StackFile {
    StackFile::load(&project().join(format!("stacks/{environment}.yaml"))).unwrap()
}

fn edge_source() -> String {
    fs::read_to_string(project().join("cloudfront-fn/edge.js")).unwrap()
}

/// Each environment in both site modes, and its bootstrap stack in both forms.
fn templates() -> Vec<(String, String)> {
    let managed = Site::Managed { domains: None };
    let existing = stack_file("prod").site;
    assert!(matches!(existing, Site::Existing { .. }));
    let mut templates = Vec::new();
    for environment in ENVIRONMENTS {
        let declared = stack_file(environment);
        for (mode, site) in [("declared", declared.site.clone()), ("managed", managed.clone()), ("existing", existing.clone())] {
            let file = StackFile { site, ..declared.clone() };
            let template = stack::declare(&file, Architecture::X86_64, &edge_source()).unwrap();
            templates.push((format!("{environment}-{mode}.json"), template.to_json()));
        }
        for (form, role) in [("first", LogRole::Declare), ("later", LogRole::AlreadyThere)] {
            let template = stack::declare_bootstrap(&declared, role).unwrap();
            templates.push((format!("{environment}-bootstrap-{form}.json"), template.to_json()));
        }
    }
    templates
}

#[test]
fn cfn_lint_has_nothing_to_say() {
    let folder = TempDir::new().unwrap();
    let files: Vec<_> = templates()
        .into_iter()
        .map(|(name, text)| {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            file
        })
        .collect();
    assert_eq!(files.len(), 15);
    let output = Command::new(cfn_lint()).args(["--include-checks", "I", "--"]).args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}

/// The pinned linter that `./dev test` installs.
fn cfn_lint() -> String {
    let program = std::env::var("CFN_LINT").unwrap_or_default();
    assert!(
        Path::new(&program).is_file(),
        "the pinned cfn-lint is not there: run `./dev test`, or set CFN_LINT to one installed from tests/cfn-lint/requirements.txt"
    );
    program
}

#[test]
fn synth_prints_the_same_bytes_every_time() {
    for environment in ENVIRONMENTS {
        for format in ["yaml", "json"] {
            let arguments = ["synth", "--env", environment, "--format", format];
            let (first, second) = (run(&arguments), run(&arguments));
            assert_eq!(first.code, 0, "{}", first.err);
            assert!(first.out.len() > 1_000);
            assert_eq!(first.out, second.out);
        }
    }
}
