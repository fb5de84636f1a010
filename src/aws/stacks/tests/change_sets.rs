//! Change sets, replayed: what is asked, and what each answer means.

mod standing;

use super::*;
use crate::ports::{ImportedResource, PropertyDrift, Replacement, ReportedAction};

const CHANGE_SET: &str = "arn:aws:cloudformation:us-east-1:123456789012:changeSet/qdn-1/2";

fn change_set_answer(status: &str, execution: &str, reason: &str, rest: &str) -> Answer {
    result(
        "DescribeChangeSet",
        &format!(
            "<ChangeSetId>{CHANGE_SET}</ChangeSetId><Status>{status}</Status>\
             <ExecutionStatus>{execution}</ExecutionStatus><StatusReason>{reason}</StatusReason>{rest}"
        ),
    )
}

fn change(id: &str, action: &str, replacement: &str) -> String {
    format!(
        "<member><Type>Resource</Type><ResourceChange><Action>{action}</Action>\
         <LogicalResourceId>{id}</LogicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType>\
         {replacement}</ResourceChange></member>"
    )
}

fn request(template: TemplateSource, kind: ChangeSetKind) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: "qdn-prod".into(),
        kind,
        name: "qdn-1".into(),
        template,
        parameters: BTreeMap::from([("A".into(), "1".into()), ("B".into(), String::new())]),
        tags: BTreeMap::from([("project".into(), "qdn".into())]),
        imports: Vec::new(),
        mode: DeploymentMode::Standard,
    }
}

fn made() -> Answer {
    result(
        "CreateChangeSet",
        &format!("<Id>{CHANGE_SET}</Id><StackId>{STACK}</StackId>"),
    )
}

#[tokio::test]
async fn what_is_taken_in_is_named_with_its_identifier() {
    for kind in [ChangeSetKind::Create, ChangeSetKind::Update] {
        let replay = Replay::of([made()]);
        let request = ChangeSetRequest {
            imports: vec![ImportedResource {
                logical_id: "SiteBucket".into(),
                resource_type: "AWS::S3::Bucket".into(),
                identifier: BTreeMap::from([("BucketName".into(), "site".into())]),
            }],
            ..request(TemplateSource::Body("{}".into()), kind)
        };
        aws(&replay).create_change_set(&request).await.unwrap();
        let form = replay.only_request().await.form();
        assert_eq!(form["ChangeSetType"], "IMPORT");
        assert!(form.keys().all(|field| !field.starts_with("Tags")));
        for (field, value) in [
            ("LogicalResourceId", "SiteBucket"),
            ("ResourceType", "AWS::S3::Bucket"),
            ("ResourceIdentifier.entry.1.key", "BucketName"),
            ("ResourceIdentifier.entry.1.value", "site"),
        ] {
            assert_eq!(form[&format!("ResourcesToImport.member.1.{field}")], value);
        }
    }
}

#[tokio::test]
async fn asks_for_a_change_set_with_everything_it_needs() {
    let replay = Replay::of([made()]);
    let request = request(TemplateSource::Body("{}".into()), ChangeSetKind::Create);
    let ids = aws(&replay)
        .create_change_set(&request)
        .await
        .expect("an answer");
    assert_eq!(
        ids,
        ChangeSetIds {
            change_set: CHANGE_SET.into(),
            stack: STACK.into()
        }
    );
    let form = replay.only_request().await.form();
    let lines: Vec<String> = form
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    Action=CreateChangeSet
    Capabilities.member.1=CAPABILITY_NAMED_IAM
    ChangeSetName=qdn-1
    ChangeSetType=CREATE
    ClientToken=qdn-1
    Parameters.member.1.ParameterKey=A
    Parameters.member.1.ParameterValue=1
    Parameters.member.2.ParameterKey=B
    Parameters.member.2.ParameterValue=
    StackName=qdn-prod
    Tags.member.1.Key=project
    Tags.member.1.Value=qdn
    TemplateBody={}
    Version=2010-05-15
    ");
}

#[tokio::test]
async fn a_template_in_s3_is_named_by_its_address() {
    let object = TemplateSource::Object {
        bucket: "qdn-artifacts".into(),
        key: "templates/12ab.json".into(),
    };
    let request = request(object, ChangeSetKind::Update);
    let replay = Replay::of([made()]);
    aws(&replay)
        .create_change_set(&request)
        .await
        .expect("an answer");
    let form = replay.only_request().await.form();
    assert_eq!(
        form["TemplateURL"],
        "https://s3.us-east-1.amazonaws.com/qdn-artifacts/templates/12ab.json"
    );
    assert_eq!(form["ChangeSetType"], "UPDATE");
    assert!(!form.contains_key("TemplateBody"));
}

#[tokio::test]
async fn a_stack_that_somebody_changes_is_a_conflict() {
    let message = "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated.";
    let replay = Replay::of([refusal(400, "ValidationError", message)]);
    let request = request(TemplateSource::Body("{}".into()), ChangeSetKind::Update);
    let error = aws(&replay)
        .create_change_set(&request)
        .await
        .expect_err("somebody else is at it");
    assert_eq!(
        (error.kind, error.subject.as_str()),
        (ErrorKind::Conflict, "qdn-prod (qdn-1)")
    );
}

#[tokio::test]
async fn reads_every_page_of_a_change_set() {
    let page = |changes: &str, next: &str| {
        change_set_answer(
            "CREATE_COMPLETE",
            "AVAILABLE",
            "",
            &format!("<Changes>{changes}</Changes>{next}"),
        )
    };
    let first = [
        change("Site", "Modify", "<Replacement>True</Replacement>"),
        change("Data", "Modify", "<Replacement>Conditional</Replacement>"),
        "<member><Type>Resource</Type><HookInvocationCount>1</HookInvocationCount></member>".into(),
    ]
    .concat();
    let second = [
        change("Api", "Modify", "<Replacement>False</Replacement>"),
        change("New", "Add", ""),
        change("Old", "Remove", ""),
        change("Odd", "Sideways", ""),
    ]
    .concat();
    // With values one of them is left out.
    let fewer = second.replace(&change("Old", "Remove", ""), "");
    let replay = Replay::of([
        page(&first, "<NextToken>page2</NextToken>"),
        page(&fewer, ""),
        page(&first, "<NextToken>page2</NextToken>"),
        page(&second, ""),
    ]);
    let change_set = aws(&replay)
        .change_set(CHANGE_SET)
        .await
        .expect("an answer");
    assert_eq!(change_set.status, ChangeSetStatus::Ready);
    let told: Vec<_> = change_set
        .changes
        .iter()
        .map(|change| {
            (
                change.logical_id.as_str(),
                change.action,
                change.replacement,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Site", ReportedAction::Modify, Replacement::Always),
            ("Data", ReportedAction::Modify, Replacement::Conditional),
            ("Api", ReportedAction::Modify, Replacement::Never),
            ("New", ReportedAction::Add, Replacement::Unknown),
            ("Odd", ReportedAction::Dynamic, Replacement::Unknown),
            ("Old", ReportedAction::Remove, Replacement::Unknown),
        ]
    );
    let requests = replay.requests().await;
    let values = requests
        .iter()
        .map(|request| request.form()["IncludePropertyValues"].clone());
    assert_eq!(
        values.collect::<Vec<_>>(),
        ["true", "true", "false", "false"]
    );
    assert_eq!(requests[0].form()["ChangeSetName"], CHANGE_SET);
    assert_eq!(requests[1].form()["NextToken"], "page2");
}

/// What is said of a change beside its verdict decides whether it is certain.
#[tokio::test]
async fn a_change_is_certain_unless_it_only_depends_on_others() {
    let detail = |evaluation: &str| {
        format!("<member><Evaluation>{evaluation}</Evaluation><Target/></member>")
    };
    let with = |id: &str, details: &[&str]| {
        let details: String = details.iter().map(|one| detail(one)).collect();
        change(
            id,
            "Modify",
            &format!("<Replacement>False</Replacement><Details>{details}</Details>"),
        )
    };
    let changes = [
        with("Untold", &[]),
        with("Stated", &["Static"]),
        with("Depends", &["Dynamic", "Dynamic"]),
        with("Both", &["Dynamic", "Static"]),
    ];
    let changes = format!("<Changes>{}</Changes>", changes.concat());
    let answer = || change_set_answer("CREATE_COMPLETE", "AVAILABLE", "", &changes);
    let replay = Replay::of([answer(), answer()]);
    let change_set = aws(&replay).change_set(CHANGE_SET).await.expect("changes");
    let told: Vec<_> = change_set
        .changes
        .iter()
        .map(|change| (change.logical_id.as_str(), change.certain))
        .collect();
    assert_eq!(
        told,
        [
            ("Untold", true),
            ("Stated", true),
            ("Depends", false),
            ("Both", true)
        ]
    );
}

#[tokio::test]
async fn drift_is_put_back_only_where_that_is_asked() {
    for (mode, field) in [
        (DeploymentMode::Standard, None),
        (DeploymentMode::RevertDrift, Some("REVERT_DRIFT")),
    ] {
        let replay = Replay::of([made()]);
        let request = ChangeSetRequest {
            mode,
            ..request(TemplateSource::Body("{}".into()), ChangeSetKind::Update)
        };
        aws(&replay).create_change_set(&request).await.unwrap();
        let form = replay.only_request().await.form();
        assert_eq!(form.get("DeploymentMode").map(String::as_str), field);
    }
}

#[tokio::test]
async fn what_drifted_says_what_it_is_and_what_it_becomes() {
    let target = |path: &str, values: &str| {
        format!(
            "<member><Target><Attribute>Properties</Attribute><Path>{path}</Path>{values}</Target></member>"
        )
    };
    let drift = "<Drift><PreviousValue>256</PreviousValue><ActualValue>512</ActualValue></Drift>";
    let details = [
        target(
            "/MemorySize",
            &format!("{drift}<AfterValue>256</AfterValue>"),
        ),
        target("/Timeout", "<BeforeValue>3</BeforeValue>"),
    ];
    let details = format!(
        "<ResourceDriftStatus>MODIFIED</ResourceDriftStatus><Details>{}</Details>",
        details.concat()
    );
    let in_sync = "<ResourceDriftStatus>IN_SYNC</ResourceDriftStatus>";
    let gone = "<ResourceDriftStatus>DELETED</ResourceDriftStatus>";
    let changes = [
        change("Function", "Modify", &details),
        change("Table", "Modify", in_sync),
        change("Alarm", "Add", gone),
        change("Metadata", "SyncWithActual", &details),
    ];
    let changes = format!("<Changes>{}</Changes>", changes.concat());
    let answer = || change_set_answer("CREATE_COMPLETE", "AVAILABLE", "", &changes);
    let replay = Replay::of([answer(), answer()]);
    let found = aws(&replay).change_set(CHANGE_SET).await.unwrap();
    let form = replay.requests().await[0].form();
    assert_eq!(form["IncludePropertyValues"], "true");
    let drift: Vec<_> = found
        .changes
        .iter()
        .map(|change| (change.logical_id.as_str(), change.drift.clone()))
        .collect();
    let memory = PropertyDrift {
        path: "/MemorySize".into(),
        expected: Some("256".into()),
        actual: Some("512".into()),
    };
    let expected = [
        ("Function", Some(vec![memory])),
        ("Table", None),
        ("Alarm", Some(Vec::new())),
    ];
    assert_eq!(drift, expected);
}

#[tokio::test]
async fn reads_the_template_of_a_change_set() {
    let replay = Replay::of([result("GetTemplate", "<TemplateBody>{}</TemplateBody>")]);
    let template = aws(&replay).change_set_template(CHANGE_SET).await;
    assert_eq!(template, Ok(Some("{}".to_owned())));
    let form = replay.only_request().await.form();
    assert_eq!(
        (
            form["ChangeSetName"].as_str(),
            form["TemplateStage"].as_str()
        ),
        (CHANGE_SET, "Original")
    );
}
