//! What must hold for the template of any stack file, checked on its JSON alone, by code that shares nothing
//! with the builder.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{EDGE_SOURCE, a_file, environment};
use crate::config::{ArchitectureChoice, DataPolicy, Site, StackFile};
use crate::package::Architecture;
use crate::stack::{LogRole, Output, adopted, declare, declare_bootstrap};
use crate::template::Template;

fn main_stack(file: &StackFile) -> Template {
    declare(file, Architecture::Arm64, EDGE_SOURCE).unwrap()
}

/// Both stacks of a file.
fn both(file: &StackFile) -> [Value; 2] {
    [
        main_stack(file).to_value(),
        declare_bootstrap(file, LogRole::Declare)
            .unwrap()
            .to_value(),
    ]
}

/// Calls `visit` with every object of `value`, outer ones first.
fn objects<'a>(value: &'a Value, visit: &mut impl FnMut(&'a serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|inner| objects(inner, visit));
        }
        Value::Array(items) => items.iter().for_each(|inner| objects(inner, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What `${…}` in the string of a `Fn::Sub` names, without attributes.
fn substituted(text: &str) -> Vec<&str> {
    let variables = text
        .split("${")
        .skip(1)
        .map(|rest| rest.split_once('}').expect("a closing brace").0);
    variables
        .map(|variable| variable.split('.').next().unwrap())
        .collect()
}

/// Every logical id and pseudo parameter that a template refers to.
fn referred_to(template: &Value) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    objects(template, &mut |object| {
        found.extend(object.get("Ref").map(|target| target.as_str().unwrap()));
        found.extend(
            object
                .get("Fn::GetAtt")
                .map(|target| target[0].as_str().unwrap()),
        );
        found.extend(
            object
                .get("Fn::Sub")
                .into_iter()
                .flat_map(|text| substituted(text.as_str().unwrap())),
        );
        if let Some(Value::Array(targets)) = object.get("DependsOn") {
            found.extend(targets.iter().map(|target| target.as_str().unwrap()));
        }
    });
    found
}

fn ids<'a>(template: &'a Value, section: &str) -> BTreeSet<&'a str> {
    template[section]
        .as_object()
        .into_iter()
        .flat_map(|section| section.keys().map(String::as_str))
        .collect()
}

fn resources<'a>(template: &'a Value, resource_type: &str) -> Vec<&'a Value> {
    let all = template["Resources"].as_object().unwrap().values();
    all.filter(|resource| resource["Type"] == resource_type)
        .collect()
}

/// Every statement of every policy, as `(effect, actions, resources)`.
fn statements(template: &Value) -> Vec<(&str, Vec<&str>, Vec<&Value>)> {
    fn listed(value: &Value) -> Vec<&Value> {
        match value {
            Value::Array(items) => items.iter().collect(),
            Value::Null => vec![],
            single => vec![single],
        }
    }
    let mut found = Vec::new();
    objects(template, &mut |object| {
        for statement in object
            .get("Statement")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let actions = listed(&statement["Action"])
                .into_iter()
                .map(|action| action.as_str().unwrap())
                .collect();
            found.push((
                statement["Effect"].as_str().unwrap(),
                actions,
                listed(&statement["Resource"]),
            ));
        }
    });
    found
}

/// What `Fn::GetAtt … Arn` of a resource will be, for those that permissions are about.
fn resolved_names(template: &Value) -> BTreeMap<String, String> {
    let all = template["Resources"].as_object().unwrap();
    all.iter()
        .filter_map(|(id, resource)| {
            let named = |property: &str| arn(&resource["Properties"][property], &BTreeMap::new());
            let regional = |service: &str| {
                format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:")
            };
            let arn = match resource["Type"].as_str().unwrap() {
                "AWS::DynamoDB::Table" => {
                    format!("{}table/{}", regional("dynamodb"), named("TableName"))
                }
                "AWS::SQS::Queue" => format!("{}{}", regional("sqs"), named("QueueName")),
                "AWS::Lambda::Function" => {
                    format!("{}function:{}", regional("lambda"), named("FunctionName"))
                }
                "AWS::S3::Bucket" => {
                    format!("arn:${{AWS::Partition}}:s3:::{}", named("BucketName"))
                }
                "AWS::Logs::LogGroup" => {
                    format!("{}log-group:{}:*", regional("logs"), named("LogGroupName"))
                }
                _ => return None,
            };
            Some((format!("{id}.Arn"), arn))
        })
        .collect()
}

/// An Amazon Resource Name as it stands in a template, with the names of resources put in.
fn arn(value: &Value, names: &BTreeMap<String, String>) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            if let Some(target) = object.get("Fn::GetAtt") {
                let key = format!(
                    "{}.{}",
                    target[0].as_str().unwrap(),
                    target[1].as_str().unwrap()
                );
                return names[&key].clone();
            }
            let text = object["Fn::Sub"].as_str().unwrap().to_owned();
            names.iter().fold(text, |text, (key, arn)| {
                text.replace(&format!("${{{key}}}"), arn)
            })
        }
        other => panic!("no Amazon Resource Name: {other}"),
    }
}

/// Whether a pattern, in which `*` stands for anything, covers a name; a name's own wildcards stay as they are.
fn covers(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, rest)) => name.strip_prefix(before).is_some_and(|name| {
            (0..=name.len()).any(|at| name.get(at..).is_some_and(|name| covers(rest, name)))
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_file_gives_the_same_bytes(file in a_file()) {
        let (one, other) = (main_stack(&file), main_stack(&file.clone()));
        prop_assert_eq!(one.minified(), other.minified());
        prop_assert_eq!(one.to_json(), other.to_json());
        prop_assert_eq!(one.sha256(), other.sha256());
        prop_assert_eq!(one.to_yaml(), other.to_yaml());
    }

    #[test]
    fn every_form_says_the_same(file in a_file()) {
        let template = main_stack(&file);
        let value = template.to_value();
        prop_assert_eq!(&serde_json::from_str::<Value>(&template.to_json()).unwrap(), &value);
        prop_assert_eq!(&serde_json::from_str::<Value>(template.minified()).unwrap(), &value);
        prop_assert_eq!(&serde_yaml::from_str::<Value>(&template.to_yaml()).unwrap(), &value);
    }

    #[test]
    fn every_reference_has_a_target_and_every_parameter_a_use(file in a_file()) {
        for template in both(&file) {
            let pseudo = ["AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"];
            let parameters = ids(&template, "Parameters");
            let known: BTreeSet<&str> =
                ids(&template, "Resources").union(&parameters).copied().chain(pseudo).collect();
            let used = referred_to(&template);
            prop_assert!(used.is_subset(&known), "{:?}", used.difference(&known));
            prop_assert!(parameters.is_subset(&used), "{:?}", parameters.difference(&used));
        }
    }

    #[test]
    fn no_wildcard_action_is_ever_allowed(file in a_file()) {
        for template in both(&file) {
            for (effect, actions, named) in statements(&template) {
                let wide = actions.iter().any(|action| action.contains('*'));
                prop_assert!(effect == "Deny" || !wide, "{:?}", actions);
                let everything = named.iter().any(|resource| *resource == "*");
                prop_assert!(effect == "Deny" || !everything, "{:?}", actions);
            }
        }
    }

    #[test]
    fn every_role_carries_the_boundary(file in a_file()) {
        let [main, bootstrap] = both(&file);
        let boundary = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{}-boundary", file.name);
        let roles = resources(&main, "AWS::IAM::Role");
        prop_assert!(!roles.is_empty());
        for role in roles {
            prop_assert_eq!(&role["Properties"]["PermissionsBoundary"]["Fn::Sub"], &boundary);
        }
        // The one exception belongs to the region, not to a stack, and carries no policy of ours.
        for role in resources(&bootstrap, "AWS::IAM::Role") {
            prop_assert_eq!(&role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"], "apigateway.amazonaws.com");
            prop_assert!(role["Properties"].get("Policies").is_none());
        }
        prop_assert_eq!(resources(&bootstrap, "AWS::IAM::Role").len(), 1);
    }

    #[test]
    fn the_boundary_allows_what_the_roles_need(file in a_file()) {
        let [main, bootstrap] = both(&file);
        let boundary = statements(&bootstrap);
        let names = resolved_names(&main);
        let roles: Value = resources(&main, "AWS::IAM::Role").into_iter().map(|role| role["Properties"]["Policies"].clone()).collect();
        let needed = statements(&roles);
        prop_assert!(!needed.is_empty());
        for (_, actions, targets) in &needed {
            for (action, target) in actions.iter().flat_map(|action| targets.iter().map(move |target| (action, target))) {
                let target = arn(target, &names);
                let allowed = boundary.iter().any(|(effect, actions, patterns)| {
                    *effect == "Allow"
                        && actions.contains(action)
                        && patterns.iter().any(|pattern| covers(&arn(pattern, &names), &target))
                });
                prop_assert!(allowed, "{action} on {target}");
            }
        }
    }

    #[test]
    fn what_holds_data_is_kept_or_thrown_away_as_asked(file in a_file()) {
        for template in both(&file) {
            let tables = resources(&template, "AWS::DynamoDB::Table");
            for table in &tables {
                prop_assert_eq!(&table["Properties"]["DeletionProtectionEnabled"], file.data == DataPolicy::Keep);
            }
            for holding in resources(&template, "AWS::S3::Bucket").into_iter().chain(tables) {
                let expected = match file.data {
                    DataPolicy::Keep => ("RetainExceptOnCreate", "Retain"),
                    DataPolicy::Discard => ("Delete", "Delete"),
                };
                let found = (holding["DeletionPolicy"].as_str().unwrap(), holding["UpdateReplacePolicy"].as_str().unwrap());
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn an_existing_site_is_left_to_its_owner(file in a_file()) {
        let template = main_stack(&file).to_value();
        let managed = matches!(file.site, Site::Managed { .. });
        for owned in ["AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::CloudFront::Distribution"] {
            prop_assert_eq!(resources(&template, owned).len(), usize::from(managed), "{}", owned);
        }
        prop_assert_eq!(ids(&template, "Parameters").contains("DistributionId"), !managed);
        let expected: BTreeSet<&str> = Output::ALL
            .iter()
            .filter(|output| match output {
                Output::DistributionDomain => managed,
                output => !managed || !GIVEN.contains(output),
            })
            .map(|output| output.name())
            .collect();
        prop_assert_eq!(ids(&template, "Outputs"), expected);
        // What it is given instead is as it would be declared.
        let given = adopted(&file, Architecture::X86_64, EDGE_SOURCE).unwrap();
        prop_assert_eq!(given.is_none(), managed);
        if let Some(given) = given {
            let paths: Vec<&str> = given["CacheBehaviors"].as_array().unwrap().iter().map(|one| one["PathPattern"].as_str().unwrap()).collect();
            prop_assert_eq!(paths, ["/api/*", "/data/*", "/track", "/track/*"]);
            let ours = given["Origins"].as_array().unwrap().iter().all(|origin| origin["Id"].as_str().unwrap().starts_with("qdn-infra-"));
            prop_assert!(ours);
        }
    }
}

/// Outputs that are there only where the distribution is not the stack's own.
const GIVEN: [Output; 5] = [
    Output::AccessControlId,
    Output::TrackCachePolicyId,
    Output::TrackHeadersPolicyId,
    Output::DataCachePolicyId,
    Output::DataHeadersPolicyId,
];

/// The properties by which AWS names things, in this account or worldwide.
const NAMES: [&str; 10] = [
    "AlarmName",
    "BucketName",
    "DashboardName",
    "FunctionName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "QueueName",
    "TableName",
    "TopicName",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_name_holds_the_name_of_the_stack(file in a_file()) {
        for template in both(&file) {
            objects(&template["Resources"], &mut |object| {
                let own = object.get("Properties").and_then(Value::as_object);
                let nested = own.into_iter().flat_map(|own| own.iter().filter(|(key, _)| key.ends_with("Config")));
                let levels = own.into_iter().chain(nested.filter_map(|(_, value)| value.as_object()));
                for (key, value) in levels.flatten().filter(|(key, _)| NAMES.contains(&key.as_str())) {
                    let text = value.as_str().or_else(|| value["Fn::Sub"].as_str());
                    let referred = value.get("Ref").is_some();
                    assert!(referred || text.unwrap().contains(&format!("{}-", file.name)), "{key}: {value}");
                }
            });
        }
    }
}

#[test]
fn host_means_the_machine_that_builds() {
    let architecture = |choice, host| {
        let mut file = environment("local");
        file.functions.api.architecture = choice;
        let template = declare(&file, host, EDGE_SOURCE).unwrap().to_value();
        template["Resources"]["ApiFunction"]["Properties"]["Architectures"].clone()
    };
    for (host, name) in [
        (Architecture::X86_64, "x86_64"),
        (Architecture::Arm64, "arm64"),
    ] {
        assert_eq!(architecture(ArchitectureChoice::Host, host)[0], name);
        assert_eq!(architecture(ArchitectureChoice::X86_64, host)[0], "x86_64");
        assert_eq!(architecture(ArchitectureChoice::Arm64, host)[0], "arm64");
    }
}

#[test]
fn access_logs_hold_nobody() {
    let template = main_stack(&environment("prod")).to_value();
    let format = template["Resources"]["ApiStage"]["Properties"]["AccessLogSetting"]["Format"]
        .as_str()
        .unwrap();
    assert!(serde_json::from_str::<Value>(format).unwrap().is_object());
    for personal in [
        "identity",
        "sourceIp",
        "userAgent",
        "context.path",
        "querystring",
        "authorizer",
        "requestOverride",
        "domain",
    ] {
        assert!(!format.contains(personal), "{format}");
    }
}

#[test]
fn the_edge_function_has_its_limit() {
    let file = environment("local");
    let begin = "const SETTINGS = {};\n";
    let too_long = format!("{begin}{}", "/".repeat(10_240));
    let error = declare(&file, Architecture::Arm64, &too_long).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("CloudFront takes at most 10240, comments counted"),
        "{said}"
    );
}
