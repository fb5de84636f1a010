//! What a call is made on, as IAM compares it: from what the cloud in memory heard to Amazon Resource Names.

use qdn_infra::permissions::{Operation, Purpose, Target};
use qdn_infra::ports::Service;

use super::{documents, is_allowed};
use crate::fixture::Fixture;
use crate::world::{ACCOUNT, Call, STORE, VERSION};

const REGION: &str = "us-east-1";

/// What a call takes, each action with what it is done to. `row` is the operation's.
pub fn asked(call: &Call, row: &Operation, purpose: Purpose) -> Vec<(&'static str, String)> {
    let needs = row.needs.iter().filter(|(since, _)| *since <= purpose);
    let mut asked: Vec<(&str, String)> = needs
        .flat_map(|(_, need)| need.actions.iter().map(|action| (*action, need.on)))
        .flat_map(|(action, on)| {
            let arns = match on {
                // Such an action is allowed on everything or not at all.
                [Target::Unnamed] => vec!["*".to_owned()],
                _ => arns(call, action),
            };
            arns.into_iter().map(move |arn| (action, arn))
        })
        .collect();
    asked.sort_unstable();
    asked.dedup();
    asked
}

/// What one action of a call is done to.
fn arns(call: &Call, action: &str) -> Vec<String> {
    let subject = call.subject.as_str();
    let regional = |service: &str, resource: String| {
        vec![format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")]
    };
    let global =
        |service: &str, resource: String| vec![format!("arn:aws:{service}::{ACCOUNT}:{resource}")];
    let (service, _) = action.split_once(':').unwrap();
    match (call.service, service) {
        (Service::S3 | Service::CloudFormation, "s3") => in_buckets(call, action),
        (Service::CloudFormation, "cloudformation") => vec![stack(subject)],
        (Service::DynamoDb, "dynamodb") => regional("dynamodb", format!("table/{subject}")),
        (Service::Lambda, "lambda") => regional("lambda", format!("function:{subject}")),
        (Service::SecretsManager, "secretsmanager") => {
            regional("secretsmanager", format!("secret:{subject}-a1B2c3"))
        }
        (Service::CloudWatchLogs, "logs") => regional("logs", format!("log-group:{subject}:*")),
        (Service::ApiGateway, "apigateway") => {
            let path = match call.name {
                "GetAccount" => "/account".to_owned(),
                "GetStage" => format!("/restapis/{subject}/stages/live"),
                "GetDeployment" => format!("/restapis/{subject}/deployments/d00000"),
                "CreateDeployment" => format!("/restapis/{subject}/deployments"),
                other => panic!("the path of {other} is not known here"),
            };
            vec![format!("arn:aws:apigateway:{REGION}::{path}")]
        }
        (Service::CloudFront, "cloudfront") => {
            let kind = if call.name.ends_with("Function") {
                "function"
            } else {
                "distribution"
            };
            global("cloudfront", format!("{kind}/{subject}"))
        }
        // A store is asked by its ARN, and so is a principal.
        (Service::KeyValueStore, "cloudfront-keyvaluestore") => vec![subject.to_owned()],
        (Service::Iam, "iam") if subject.starts_with("arn:") => vec![subject.to_owned()],
        (Service::Iam, "iam") => global("iam", format!("role/{subject}")),
        (service, _) => panic!("on what does {service} {} take {action}?", call.name),
    }
}

/// A stack by its name, by its own ARN, or by a change set's, whose unique part begins with the stack's name here.
fn stack(subject: &str) -> String {
    let name = match subject.strip_prefix("arn:").map(|_| subject.split('/')) {
        None => subject,
        Some(mut parts) => match (parts.next(), parts.next(), parts.next()) {
            (Some(kind), Some(name), Some(_)) if kind.ends_with(":stack") => name,
            (Some(kind), Some(_), Some(unique)) if kind.ends_with(":changeSet") => {
                unique.split_once("--").unwrap().0
            }
            other => panic!("{other:?} is neither a stack nor a change set"),
        },
    };
    format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/1a2b")
}

/// The objects of a call, or the buckets that they lie in.
fn in_buckets(call: &Call, action: &str) -> Vec<String> {
    let objects = call.objects.iter();
    let arn = |resource: &str| format!("arn:aws:s3:::{resource}");
    match action {
        "s3:GetObject" | "s3:PutObject" | "s3:DeleteObject" => objects
            .filter(|object| !object.contains(VERSION))
            .map(|object| arn(object))
            .collect(),
        "s3:DeleteObjectVersion" => objects
            .filter_map(|object| object.split_once(VERSION))
            .map(|(object, _)| arn(object))
            .collect(),
        _ if call.objects.is_empty() => vec![arn(&call.subject)],
        _ => objects
            .filter_map(|object| object.split_once('/'))
            .map(|(bucket, _)| arn(bucket))
            .collect(),
    }
}

fn call(service: Service, name: &'static str, subject: &str) -> Call {
    Call {
        service,
        name,
        subject: subject.to_owned(),
        mutating: false,
        objects: Vec::new(),
    }
}

/// Whether who has this purpose may make a call.
fn may(fixture: &Fixture, purpose: Purpose, call: &Call) -> bool {
    let documents = documents(fixture, purpose);
    let row = qdn_infra::permissions::operation(&call.service.to_string(), call.name).unwrap();
    let asked = asked(call, row, purpose);
    assert!(!asked.is_empty(), "{call:?} asks for nothing");
    let mut asked = asked.iter();
    asked.all(|(action, arn)| is_allowed(&documents, action, arn))
}

#[test]
fn what_is_anothers_is_out_of_reach_and_what_is_ours_is_not() {
    use Service::{
        CloudFormation, CloudFront, CloudWatchLogs, DynamoDb, Lambda, S3, SecretsManager,
    };
    let fixture = Fixture::adopting();
    let most = Purpose::Administer;
    for (service, name, subject) in [
        (CloudFormation, "DeleteStack", "qdn-local"),
        (CloudFormation, "ExecuteChangeSet", "qdn-local-bootstrap"),
        (CloudFront, "DescribeFunction", "qdn-local-edge-candidate"),
        (CloudFront, "GetFunction", "qdn-local-edge"),
        (CloudFront, "UpdateDistribution", "E0000000000000"),
        (
            CloudWatchLogs,
            "FilterLogEvents",
            "/aws/lambda/qdn-local-api",
        ),
        (DynamoDb, "DeleteTable", "qdn-local-data"),
        (Lambda, "Invoke", "qdn-local-api"),
        (S3, "PutBucketPolicy", "www.quickdumpnow.com"),
        (SecretsManager, "GetSecretValue", "qdn-local/keys"),
    ] {
        assert!(may(&fixture, most, &call(service, name, subject)), "{name}");
        for (ours, theirs) in [
            ("qdn-local", "qdn-prod"),
            ("E0000000000000", "E1111111111111"),
            ("www.", "shop."),
        ] {
            let other = subject.replace(ours, theirs);
            let is_other = other != subject;
            let reaches = may(&fixture, most, &call(service, name, &other));
            assert_eq!(reaches, !is_other, "{name} of {other}");
        }
    }
    // Nobody reads what the carrier lets us in with.
    let carrier = call(SecretsManager, "GetSecretValue", "qdn-local/carrier");
    assert!(!may(&fixture, most, &carrier));
}

#[test]
fn an_object_is_compared_by_bucket_and_key() {
    let fixture = Fixture::new();
    let names = fixture.desired.names();
    let put = |bucket: &str, key: &str| Call {
        objects: vec![format!("{bucket}/{key}")],
        ..call(Service::S3, "PutObject", key)
    };
    let may = |bucket: &str, key: &str| may(&fixture, Purpose::Apply, &put(bucket, key));
    assert!(may(&names.artifacts_bucket, &names.lock));
    assert!(may(&names.site_bucket, "track/index.html"));
    assert!(!may(&names.site_bucket, &names.lock));
    assert!(!may(&names.artifacts_bucket, "track/index.html"));
    assert!(!may(&names.artifacts_bucket, "locks/qdn-prod.json"));
}

#[test]
fn who_only_plans_executes_nothing_and_who_applies_no_bootstrap_stack() {
    let fixture = Fixture::new();
    let of = |name, stack: &str| {
        let id = format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/qdn-1/{stack}--1");
        call(Service::CloudFormation, name, &id)
    };
    let bootstrap = "qdn-local-bootstrap";
    assert!(may(
        &fixture,
        Purpose::Preview,
        &of("DeleteChangeSet", bootstrap)
    ));
    assert!(may(
        &fixture,
        Purpose::Apply,
        &of("ExecuteChangeSet", "qdn-local")
    ));
    assert!(!may(
        &fixture,
        Purpose::Apply,
        &of("ExecuteChangeSet", bootstrap)
    ));
    assert!(may(
        &fixture,
        Purpose::Administer,
        &of("ExecuteChangeSet", bootstrap)
    ));
    let update = call(Service::KeyValueStore, "UpdateKeys", STORE);
    assert!(may(&fixture, Purpose::Apply, &update));
    let allowed = documents(&fixture, Purpose::Plan);
    assert!(!is_allowed(
        &allowed,
        "cloudfront-keyvaluestore:UpdateKeys",
        STORE
    ));
}
