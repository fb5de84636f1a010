//! What the templates look like: every environment in both site modes, and the bootstrap stacks.
//! The files beside this one are also what cfn-lint reads.

use super::fixture::{EDGE_SOURCE, environment, in_mode};
use crate::package::Architecture;
use crate::stack::{LogRole, declare, declare_bootstrap};

fn main_stack(name: &str, managed: bool) -> String {
    declare(
        &in_mode(environment(name), managed),
        Architecture::X86_64,
        EDGE_SOURCE,
    )
    .unwrap()
    .to_json()
}

#[test]
fn local_managed() {
    insta::assert_snapshot!("local-managed", main_stack("local", true));
}

#[test]
fn local_existing() {
    insta::assert_snapshot!("local-existing", main_stack("local", false));
}

#[test]
fn staging_managed() {
    insta::assert_snapshot!("staging-managed", main_stack("staging", true));
}

#[test]
fn staging_existing() {
    insta::assert_snapshot!("staging-existing", main_stack("staging", false));
}

#[test]
fn prod_managed() {
    insta::assert_snapshot!("prod-managed", main_stack("prod", true));
}

#[test]
fn prod_existing() {
    insta::assert_snapshot!("prod-existing", main_stack("prod", false));
}

#[test]
fn bootstrap() {
    let declared = |name, log_role| {
        declare_bootstrap(&environment(name), log_role)
            .unwrap()
            .to_json()
    };
    insta::assert_snapshot!("local-bootstrap", declared("local", LogRole::Declare));
    insta::assert_snapshot!("staging-bootstrap", declared("staging", LogRole::Declare));
    insta::assert_snapshot!("prod-bootstrap", declared("prod", LogRole::Declare));
    insta::assert_snapshot!(
        "prod-bootstrap-beside-another",
        declared("prod", LogRole::AlreadyThere)
    );
}
