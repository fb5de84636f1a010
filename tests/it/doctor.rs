//! What the doctor looks at: every item, whatever becomes of the others.

use std::fs;

use qdn_infra::engine::checkup::{Item, Verdict};
use qdn_infra::engine::{self, CloudToCheck};
use qdn_infra::permissions::Purpose;
use serde_json::Value;
use tempfile::TempDir;

use crate::engine::with_bootstrap;
use crate::fixture::{Fixture, project};
use crate::permissions;
use crate::process::run_in;
use crate::world::{ACCOUNT, VIEWER, World};

const ROLE: &str = "arn:aws:sts::000000000000:assumed-role/deploy/run-7";

async fn check(fixture: &Fixture, world: &World, account: Option<&str>) -> Vec<Item> {
    let environment = &fixture.desired.environment;
    let cloud = CloudToCheck {
        environment: &environment.name,
        file: &environment.file,
        account,
        distribution: environment.values.distribution.as_ref(),
        endpoints: vec![("front".to_owned(), format!("{VIEWER}/"))],
    };
    let items = engine::check_cloud(&cloud, &world.ports()).await;
    assert!(world.calls().iter().all(|call| !call.mutating));
    items
}

/// Items that are not good, in short.
fn not_good(items: &[Item]) -> Vec<String> {
    let told = items.iter().filter_map(|item| match &item.verdict {
        Verdict::Good { .. } => None,
        Verdict::Warning { found, fix } | Verdict::Bad { found, fix } => {
            Some(format!("{}: {found} ({fix})", item.item))
        }
        Verdict::NotChecked { why } => Some(format!("{}: not checked, {why}", item.item)),
    });
    told.collect()
}

#[tokio::test]
async fn a_role_that_may_do_everything_is_well() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.sign_in_as(ROLE);
    world.refuse(&[]);
    let items = check(&fixture, &world, Some(ACCOUNT)).await;
    assert!(not_good(&items).is_empty(), "{items:#?}");
    let names: Vec<&str> = items.iter().map(|item| item.item.as_str()).collect();
    assert_eq!(
        names,
        [
            "credentials",
            "clock",
            "network front",
            "permissions of plan",
            "permissions of apply",
            "permissions of a first apply"
        ]
    );
    // What is asked about is ours alone.
    for question in world.questions() {
        let resource = &question.resource;
        let open = ["distribution/*", "key-value-store/*", "/restapis/*"];
        assert!(
            resource.contains("qdn-local") || open.iter().any(|end| resource.ends_with(end)),
            "{resource}"
        );
    }
}

/// The doctor warns of nothing that the policies, as they are made for a role that deploys, leave out; and where no apply
/// was yet, of nothing that an administrator's leave out.
#[tokio::test]
async fn whatever_is_asked_about_is_in_the_policy_of_whoever_does_it() {
    for fixture in [Fixture::new(), Fixture::adopting()] {
        assert_policy_holds_questions(&fixture, &fixture.world(), Purpose::Administer).await;
        let begun = with_bootstrap(&fixture).await;
        assert_policy_holds_questions(&fixture, &begun, Purpose::Apply).await;
    }
}

async fn assert_policy_holds_questions(fixture: &Fixture, world: &World, purpose: Purpose) {
    world.sign_in_as(ROLE);
    world.refuse(&[]);
    world.fail_at(None);
    check(fixture, world, Some(ACCOUNT)).await;
    let documents = permissions::documents(fixture, purpose);
    let questions = world.questions();
    assert!(questions.len() > 10, "{questions:?}");
    for question in questions {
        for action in &question.actions {
            let allowed = permissions::is_allowed(&documents, action, &question.resource);
            assert!(allowed, "{purpose:?}: {action} on {}", question.resource);
        }
    }
}

#[tokio::test]
async fn who_may_only_deploy_is_told_what_the_first_apply_needs() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.sign_in_as(ROLE);
    world.refuse(&["iam:CreatePolicy"]);
    let items = check(&fixture, &world, Some(ACCOUNT)).await;
    insta::assert_snapshot!(not_good(&items).join("\n"), @"permissions of a first apply: arn:aws:iam::000000000000:role/ci/deploy may not iam:CreatePolicy on arn:aws:iam::000000000000:policy/qdn-local-boundary (let an administrator run `qdn-infra bootstrap` with the same `--env` once; whoever deploys needs no more then)");
    let begun = with_bootstrap(&fixture).await;
    begun.sign_in_as(ROLE);
    begun.refuse(&["iam:CreatePolicy"]);
    begun.fail_at(None);
    let items = check(&fixture, &begun, Some(ACCOUNT)).await;
    assert!(not_good(&items).is_empty(), "{items:#?}");
}

#[tokio::test]
async fn what_a_role_may_not_do_is_named_with_its_resource() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.sign_in_as(ROLE);
    world.refuse(&["cloudformation:DescribeStackEvents", "iam:PassRole"]);
    let items = check(&fixture, &world, Some(ACCOUNT)).await;
    insta::assert_snapshot!(not_good(&items).join("\n"), @"permissions of apply: arn:aws:iam::000000000000:role/ci/deploy may not cloudformation:DescribeStackEvents on arn:aws:cloudformation:us-east-1:000000000000:stack/qdn-local/*, iam:PassRole on arn:aws:iam::000000000000:role/qdn-local-ApiRole-doctor (allow these actions to it, or sign in with the role that deploys; `qdn-infra permissions` with the same `--env` prints the policy)");
}

#[tokio::test]
async fn a_cloud_without_simulation_and_the_root_are_not_checked() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let items = check(&fixture, &world, Some(ACCOUNT)).await;
    assert_eq!(
        not_good(&items)[0],
        "permissions of plan: not checked, the account's root may do everything; IAM does not simulate it"
    );
    world.sign_in_as("arn:aws:iam::000000000000:user/ana");
    let items = check(&fixture, &world, Some(ACCOUNT)).await;
    assert_eq!(
        not_good(&items),
        [
            "permissions of plan: not checked, not supported here",
            "permissions of apply: not checked, not supported here",
            "permissions of a first apply: not checked, not supported here"
        ]
    );
}

#[tokio::test]
async fn another_account_is_told_with_its_fix() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.sign_in_as(ROLE);
    world.refuse(&[]);
    let items = check(&fixture, &world, Some("999999999999")).await;
    let told = not_good(&items);
    assert!(
        told[0].contains("is declared for account 999999999999"),
        "{told:?}"
    );
    assert!(told[0].contains("AWS_PROFILE"), "{told:?}");
    assert_eq!(told.len(), 4, "{told:?}");
    let unknown = check(&fixture, &world, None).await;
    assert!(matches!(unknown[0].verdict, Verdict::Warning { .. }));
}

#[tokio::test]
async fn one_call_that_fails_takes_no_other_item_away() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.sign_in_as(ROLE);
    world.refuse(&[]);
    world.fail_at(None);
    let whole = check(&fixture, &world, Some(ACCOUNT)).await;
    let calls = world.calls().len();
    assert!(calls > 10);
    for call in 0..calls {
        world.fail_at(Some(call));
        let items = check(&fixture, &world, Some(ACCOUNT)).await;
        assert_eq!(items.len(), whole.len());
        assert!(!not_good(&items).is_empty(), "call {call}: {items:#?}");
    }
}

/// Items of the command by name, and its exit code, for a checkout with this stack file.
fn doctor(stack_file: &str) -> (u8, Vec<Value>) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("stacks")).unwrap();
    fs::write(folder.path().join("stacks/local.yaml"), stack_file).unwrap();
    let ran = run_in(folder.path(), &["doctor", "--format", "json"]);
    let items: Vec<Value> = serde_json::from_str(&ran.out).expect(&ran.err);
    (ran.code, items)
}

fn verdict<'a>(items: &'a [Value], name: &str) -> &'a Value {
    let found = items.iter().find(|item| item["item"] == name);
    &found.unwrap_or_else(|| panic!("no {name} in {items:#?}"))["verdict"]
}

#[test]
fn the_command_looks_at_everything_and_starts_nothing() {
    let good = fs::read_to_string(project().join("stacks/local.yaml")).unwrap();
    let (_, items) = doctor(&good);
    assert_eq!(verdict(&items, "stack file"), "good");
    assert_eq!(verdict(&items, "variables"), "good");
    assert_eq!(verdict(&items, "secrets file"), "not-checked");
    assert_eq!(verdict(&items, "local cloud"), "not-checked");
    for item in ["python", "node", "disk for builds", "disk for tools"] {
        verdict(&items, item);
    }
    let (code, broken) = doctor("name: [");
    assert_eq!(code, 1);
    assert_eq!(verdict(&broken, "stack file"), "bad");
    for item in [
        "python",
        "node",
        "disk for builds",
        "credentials",
        "permissions",
    ] {
        verdict(&broken, item);
    }
}
