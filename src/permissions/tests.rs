//! The tables: nothing that is declared is forgotten, nothing is allowed too early, and IAM takes what comes out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::environment::Declared;
use super::handlers;
use super::policy::allowed;
use super::target::{Owner, Target};
use super::*;
use crate::config::{DistributionId, StackFile};
use crate::resource::iam::ManagedPolicy;
use crate::template::TemplateBuilder;

const EDGE_SOURCE: &str = include_str!("../../cloudfront-fn/edge.js");
const FILES: [(&str, &str); 3] = [
    ("local", include_str!("../../stacks/local.yaml")),
    ("staging", include_str!("../../stacks/staging.yaml")),
    ("prod", include_str!("../../stacks/prod.yaml")),
];

fn file(name: &str) -> StackFile {
    let (_, text) = FILES.iter().find(|(known, _)| *known == name).unwrap();
    StackFile::parse(text.as_bytes(), name).unwrap()
}

/// Calls `look` with every environment of this repository. Staging makes its site, prod adopts one.
fn everywhere(look: impl Fn(&str, &Declared<'_>)) {
    let distribution = DistributionId::new("E1A2B3C4D5E6F7").unwrap();
    for (name, _) in FILES {
        let file = file(name);
        let adopted = file.site.is_existing().then_some(&distribution);
        let declared = Declared::of(&file, EDGE_SOURCE, adopted).unwrap();
        look(name, &declared);
    }
}

fn resolved(declared: &Declared<'_>, purpose: Purpose) -> Vec<Value> {
    let policies = policies(declared, purpose).unwrap();
    policies
        .iter()
        .map(|policy| policy.resolved("111122223333", "us-east-1"))
        .collect()
}

/// Every statement with its actions and resources.
fn each_statement(documents: &[Value], look: impl Fn(&Value, Vec<&str>, Vec<&str>)) {
    let texts = |value: &'_ Value| -> Vec<String> {
        match value {
            Value::Array(all) => all
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect(),
            one => vec![one.as_str().unwrap().to_owned()],
        }
    };
    for statement in documents
        .iter()
        .flat_map(|document| document["Statement"].as_array().unwrap())
    {
        let (actions, resources) = (texts(&statement["Action"]), texts(&statement["Resource"]));
        let actions = actions.iter().map(String::as_str).collect();
        look(
            statement,
            actions,
            resources.iter().map(String::as_str).collect(),
        );
    }
}

#[test]
fn every_declared_type_has_a_row_and_every_row_a_declared_type() {
    let mut declared_types = BTreeSet::new();
    let seen = std::cell::RefCell::new(&mut declared_types);
    everywhere(|name, declared| {
        for owner in [Owner::Main, Owner::Bootstrap] {
            for resource_type in declared.types(owner) {
                assert!(
                    handlers::of(resource_type).is_some(),
                    "{name}: {resource_type}"
                );
                seen.borrow_mut().insert(resource_type);
            }
        }
    });
    for handler in handlers::all() {
        assert!(
            declared_types.contains(handler.resource_type),
            "nothing declares {}",
            handler.resource_type
        );
    }
}

/// `tests/cfn-lint/check.py` compares them with CloudFormation's registry of types.
#[test]
fn the_rows_are_written_down_for_the_registry() {
    let actions = |needs: &[Need]| -> BTreeSet<&str> {
        let actions = needs.iter().flat_map(|need| need.actions);
        actions.copied().collect()
    };
    let row = |handler: &handlers::Handler| {
        json!({
            "read": actions(handler.read),
            "create": actions(handler.create),
            "update": actions(handler.update),
            "delete": actions(handler.delete),
        })
    };
    let rows: BTreeMap<_, _> = handlers::all()
        .map(|handler| (handler.resource_type, row(handler)))
        .collect();
    insta::assert_snapshot!("handlers", serde_json::to_string_pretty(&rows).unwrap());
}

#[test]
fn no_call_and_no_type_has_two_rows() {
    let calls: BTreeSet<_> = operations()
        .map(|row| (row.service.to_string(), row.name))
        .collect();
    assert_eq!(calls.len(), operations().count());
    let types: BTreeSet<_> = handlers::all()
        .map(|handler| handler.resource_type)
        .collect();
    assert_eq!(types.len(), handlers::all().count());
}

#[test]
fn policies_keep_iams_limits() {
    everywhere(|name, declared| {
        for purpose in Purpose::ALL {
            let documents = resolved(declared, purpose);
            assert!((1..=10).contains(&documents.len()), "{name} {purpose:?}");
            for document in &documents {
                let length = document.to_string().len();
                assert!(length <= LIMIT, "{name} {purpose:?}: {length}");
                let statements = document["Statement"].as_array().unwrap();
                let ids: BTreeSet<_> = statements
                    .iter()
                    .map(|one| one["Sid"].to_string())
                    .collect();
                assert_eq!(ids.len(), statements.len());
            }
        }
    });
}

#[test]
fn each_purpose_includes_the_one_before() {
    everywhere(|name, declared| {
        let mut before: BTreeSet<(Target, &str)> = BTreeSet::new();
        for purpose in Purpose::ALL {
            let now = allowed(declared, purpose).unwrap();
            let now: BTreeSet<_> = now
                .iter()
                .flat_map(|(target, actions)| actions.iter().map(|action| (*target, *action)))
                .collect();
            assert!(
                now.is_superset(&before) && now.len() > before.len(),
                "{name} {purpose:?}"
            );
            before = now;
        }
    });
}

/// Whoever can push a branch can take on the role that plans.
#[test]
fn who_previews_reads_no_secret_and_writes_change_sets_and_templates_alone() {
    everywhere(|name, declared| {
        each_statement(
            &resolved(declared, Purpose::Preview),
            |_, actions, resources| {
                for action in actions {
                    let (_, verb) = action.split_once(':').unwrap();
                    let looks = ["Describe", "Get", "List", "Detect", "GET"]
                        .iter()
                        .any(|word| verb.starts_with(word));
                    let writes = match action {
                        "cloudformation:CreateChangeSet"
                        | "cloudformation:DeleteChangeSet"
                        | "cloudformation:TagResource" => true,
                        "s3:PutObject" => resources.iter().all(|one| one.ends_with("/templates/*")),
                        _ => false,
                    };
                    assert!(looks || writes, "{name}: {action}");
                    let tells = [
                        "secretsmanager:GetSecretValue",
                        "cloudfront-keyvaluestore:ListKeys",
                        "lambda:InvokeFunction",
                        "dynamodb:GetItem",
                    ];
                    assert!(!tells.contains(&action), "{name}: {action}");
                }
            },
        );
    });
}

#[test]
fn roles_are_made_and_passed_only_bounded_and_only_where_they_belong() {
    everywhere(|name, declared| {
        let stack = declared.file.name.as_str();
        let boundary = format!("arn:aws:iam::111122223333:policy/{stack}-boundary");
        each_statement(
            &resolved(declared, Purpose::Apply),
            |statement, actions, resources| {
                let condition = &statement["Condition"]["StringEquals"];
                for action in actions.iter().filter(|action| action.starts_with("iam:")) {
                    match *action {
                        "iam:CreateRole"
                        | "iam:PutRolePolicy"
                        | "iam:PutRolePermissionsBoundary" => {
                            assert_eq!(condition["iam:PermissionsBoundary"], boundary.as_str());
                        }
                        "iam:PassRole" => {
                            let service = condition["iam:PassedToService"].as_str().unwrap();
                            let known = ["lambda.amazonaws.com", "scheduler.amazonaws.com"];
                            assert!(known.contains(&service), "{name}: {service}");
                        }
                        "iam:DeleteRolePermissionsBoundary" | "iam:AttachRolePolicy" => {
                            panic!("{name}: {action}")
                        }
                        _ => {}
                    }
                    for resource in &resources {
                        let role = format!("arn:aws:iam::111122223333:role/{stack}-");
                        let rest = resource.strip_prefix(&role).unwrap();
                        let id = rest.strip_suffix("-*").unwrap();
                        assert!(id.ends_with("Role"), "{name}: {resource}");
                    }
                }
            },
        );
    });
}

#[test]
fn a_statement_that_names_nothing_says_why_in_its_id() {
    everywhere(|name, declared| {
        each_statement(
            &resolved(declared, Purpose::Administer),
            |statement, _, resources| {
                let names_nothing = resources == ["*"];
                assert_eq!(
                    names_nothing,
                    statement["Sid"] == "Unnamed",
                    "{name}: {statement}"
                );
            },
        );
    });
}

fn ci(name: &str, provider_exists: bool) -> String {
    let distribution = DistributionId::new("E1A2B3C4D5E6F7").unwrap();
    let file = file(name);
    let adopted = file.site.is_existing().then_some(&distribution);
    let declared = Declared::of(&file, EDGE_SOURCE, adopted).unwrap();
    let ci = Ci {
        repository: "quickdumpnow/infra".parse().unwrap(),
        branch: "main".to_owned(),
        pull_requests: name == "staging",
        environment: name.to_owned(),
        provider_exists,
    };
    declare_ci(&declared, &ci).unwrap().to_json()
}

/// Everything that is ever allowed, as a template.
fn everything(name: &str) -> String {
    let file = file(name);
    let declared = Declared::of(&file, EDGE_SOURCE, None).unwrap();
    let mut stack = TemplateBuilder::new("What administering takes");
    for (index, policy) in policies(&declared, Purpose::Administer)
        .unwrap()
        .into_iter()
        .enumerate()
    {
        let policy = ManagedPolicy {
            managed_policy_name: policy.name,
            description: "A part of it".to_owned(),
            policy_document: policy.document,
        };
        stack.add(format!("Policy{index}"), policy).unwrap();
    }
    stack.build().unwrap().to_json()
}

/// The files are what cfn-lint reads, so every action is one that AWS knows, and fits what it is allowed on.
#[test]
fn a_pipelines_roles_and_everything_that_is_ever_allowed() {
    insta::assert_snapshot!("staging-administer", everything("staging"));
    insta::assert_snapshot!("staging-ci", ci("staging", false));
    insta::assert_snapshot!("prod-ci-with-a-provider", ci("prod", true));
}

/// CloudFormation's limit for a template that is not in S3, where `aws cloudformation deploy` reads a file.
#[test]
fn a_pipelines_template_can_be_deployed_from_a_file() {
    for name in ["staging", "prod"] {
        let bytes = ci(name, false).len();
        assert!(bytes <= 51_200, "{name}: {bytes}");
    }
}

#[test]
fn trust_names_one_repository_and_one_environment() {
    assert!(ci("staging", false).contains("\"repo:quickdumpnow/infra:pull_request\""));
    let template: Value = serde_json::from_str(&ci("prod", true)).unwrap();
    let subjects = |id: &str| {
        let trust = &template["Resources"][id]["Properties"]["AssumeRolePolicyDocument"];
        let condition = &trust["Statement"][0]["Condition"]["StringEquals"];
        assert_eq!(
            condition["token.actions.githubusercontent.com:aud"],
            "sts.amazonaws.com"
        );
        condition["token.actions.githubusercontent.com:sub"].clone()
    };
    assert_eq!(
        subjects("ApplyRole"),
        "repo:quickdumpnow/infra:environment:prod"
    );
    assert_eq!(
        subjects("PlanRole"),
        "repo:quickdumpnow/infra:ref:refs/heads/main"
    );
}

#[test]
fn a_repository_is_named_as_its_tokens_name_it() {
    for good in [
        "quickdumpnow/infra",
        "a-b/c.d_e",
        "quickdumpnow@123/infra@456",
    ] {
        assert_eq!(good.parse::<Repository>().unwrap().to_string(), good);
    }
    for bad in [
        "", "infra", "a/b/c", "a/*", "a/b:c", "a@1/b", "a@/b@", "a@x/b@1", "/b", "a/",
    ] {
        assert!(bad.parse::<Repository>().is_err(), "{bad}");
    }
    assert!(is_plain_name("release/2026") && !is_plain_name("*") && !is_plain_name(""));
}
