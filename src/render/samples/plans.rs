//! Sample plans of packages, stacks and pages.

use serde_json::json;

use super::build::*;
use crate::plan::{Action, Deployment, Layer, LayerPlan, Plan, Reason, Step, Target};
use crate::ports::{ChangeSetKind, Replacement};

pub(in crate::render) fn empty() -> Plan {
    plan(Vec::new())
}

pub(in crate::render) fn first_create() -> Plan {
    let output = |name: &str| {
        step(
            Action::Create,
            Reason::New,
            Target::Output {
                name: name.into(),
                changes: Vec::new(),
            },
        )
    };
    let bootstrap = LayerPlan {
        deployment: Some(Deployment {
            stack: "qdn-staging-bootstrap".into(),
            kind: ChangeSetKind::Create,
            template_sha256: "cd".repeat(32),
            parameters: [].into(),
            change_set: None,
        }),
        ..with_steps(
            Layer::Bootstrap,
            vec![
                create("ArtifactsBucket", "AWS::S3::Bucket"),
                create("Boundary", "AWS::IAM::ManagedPolicy"),
            ],
        )
    };
    plan(vec![
        bootstrap,
        with_steps(Layer::Package, vec![package(Reason::New)]),
        stack(
            ChangeSetKind::Create,
            vec![
                create(
                    "ApiDeployment3f2a9c01b7e4d5a6f0c1",
                    "AWS::ApiGateway::Deployment",
                ),
                create("ApiFunction", "AWS::Lambda::Function"),
                create("Distribution", "AWS::CloudFront::Distribution"),
                create("SiteBucket", "AWS::S3::Bucket"),
                create(
                    "TrackResponseHeaders",
                    "AWS::CloudFront::ResponseHeadersPolicy",
                ),
                output("ApiId"),
                output("DistributionDomain"),
            ],
        ),
        with_steps(
            Layer::Site,
            vec![
                object(Action::Create, Reason::New, "track.css", 1840, Vec::new()),
                object(Action::Create, Reason::New, "index.html", 912, Vec::new()),
            ],
        ),
    ])
}

pub(in crate::render) fn one_route() -> Plan {
    let (old, new) = (
        "ApiDeployment3f2a9c01b7e4d5a6f0c1",
        "ApiDeployment90b1c2d3e4f5a6b7c8d9",
    );
    plan(vec![stack(
        ChangeSetKind::Update,
        vec![
            step(
                Action::Remove,
                Reason::Undeclared,
                resource(
                    old,
                    "AWS::ApiGateway::Deployment",
                    Replacement::Never,
                    vec![],
                ),
            ),
            create(new, "AWS::ApiGateway::Deployment"),
            create("ApiJobs", "AWS::ApiGateway::Resource"),
            create("ApiJobsGet", "AWS::ApiGateway::Method"),
            step(
                Action::Update,
                Reason::Declaration,
                resource(
                    "ApiStage",
                    "AWS::ApiGateway::Stage",
                    Replacement::Never,
                    vec![change(
                        "Properties.DeploymentId",
                        json!({"Ref": old}),
                        json!({"Ref": new}),
                    )],
                ),
            ),
        ],
    )])
}

pub(in crate::render) fn one_page_file() -> Plan {
    plan(vec![with_steps(
        Layer::Site,
        vec![
            object(
                Action::Create,
                Reason::New,
                "app.3f2a9c01.js",
                20_480,
                Vec::new(),
            ),
            object(
                Action::Update,
                Reason::Content,
                "index.html",
                934,
                Vec::new(),
            ),
            object(Action::Remove, Reason::Undeclared, "old.css", 0, Vec::new()),
            paths(&["/track", "/track/", "/track/index.html", "/track/old.css"]),
        ],
    )])
}

/// So many new ones, so many that changed in between, and so many that go.
pub(in crate::render) fn many_page_files(number: usize) -> Plan {
    let file = |action, reason, number: usize| {
        let size = if action == Action::Remove { 0 } else { 6_200 };
        object(
            action,
            reason,
            &format!("many/{number}.png"),
            size,
            Vec::new(),
        )
    };
    let uploads = (0..number).flat_map(|index| {
        [
            file(Action::Create, Reason::New, index),
            file(Action::Update, Reason::Content, number + index),
        ]
    });
    let removals =
        (0..number).map(|index| file(Action::Remove, Reason::Undeclared, 2 * number + index));
    let index = object(
        Action::Update,
        Reason::Headers,
        "index.html",
        934,
        Vec::new(),
    );
    let mut steps: Vec<Step> = uploads.chain([index]).chain(removals).collect();
    steps.push(paths(&["/track/*"]));
    plan(vec![with_steps(Layer::Site, steps)])
}

pub(in crate::render) fn one_header() -> Plan {
    let cache = change(
        "Cache-Control",
        "no-cache",
        "public, max-age=0, must-revalidate",
    );
    plan(vec![with_steps(
        Layer::Site,
        vec![
            object(
                Action::Update,
                Reason::Headers,
                "track.css",
                1840,
                vec![cache],
            ),
            paths(&["/track/track.css"]),
        ],
    )])
}

pub(in crate::render) fn package_change() -> Plan {
    plan(vec![
        with_steps(Layer::Package, vec![package(Reason::Content)]),
        stack(
            ChangeSetKind::Update,
            vec![step(
                Action::Update,
                Reason::Declaration,
                resource(
                    "ApiFunction",
                    "AWS::Lambda::Function",
                    Replacement::Never,
                    vec![
                        change("Properties.Code.S3Key", key('a'), key('b')),
                        change(
                            "Properties.Environment.Variables.QDN_PACKAGE",
                            key('a'),
                            key('b'),
                        ),
                        change("Properties.MemorySize", 128, 256),
                    ],
                ),
            )],
        ),
    ])
}

pub(in crate::render) fn replacement() -> Plan {
    let statement = |action: &str| {
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Action": [action],
                "Resource": {"Fn::GetAtt": ["SiteBucket", "Arn"]},
            }],
        })
    };
    let code = |status: u16| {
        let body = [
            "function handler(event) {",
            "    const request = event.request;",
            "    if (closed(request)) {",
            &format!("        return answer({status});"),
            "    }",
            "    return request;",
            "}\n",
        ];
        body.join("\n")
    };
    plan(vec![stack(
        ChangeSetKind::Update,
        vec![
            step(
                Action::Replace,
                Reason::Declaration,
                resource(
                    "SiteBucket",
                    "AWS::S3::Bucket",
                    Replacement::Always,
                    vec![change(
                        "Properties.BucketName",
                        "qdn-staging-site-123456789012-us-east-1",
                        "qdn-site",
                    )],
                ),
            ),
            step(
                Action::Update,
                Reason::Dependency,
                resource(
                    "Distribution",
                    "AWS::CloudFront::Distribution",
                    Replacement::Conditional,
                    vec![],
                ),
            ),
            step(
                Action::Update,
                Reason::Declaration,
                resource(
                    "EdgeFunction",
                    "AWS::CloudFront::Function",
                    Replacement::Never,
                    vec![change("Properties.FunctionCode", code(403), code(404))],
                ),
            ),
            step(
                Action::Update,
                Reason::Declaration,
                resource(
                    "SiteBucketPolicy",
                    "AWS::S3::BucketPolicy",
                    Replacement::Unknown,
                    vec![change(
                        "Properties.PolicyDocument",
                        statement("s3:Get*"),
                        statement("s3:GetObject"),
                    )],
                ),
            ),
            step(
                Action::Update,
                Reason::Declaration,
                Target::StackTags {
                    changes: vec![change("owner", "ops", "platform")],
                },
            ),
            step(
                Action::Update,
                Reason::Declaration,
                Target::Output {
                    name: "ApiStage".into(),
                    changes: vec![change("Value", "v1", json!({"Ref": "ApiStage"}))],
                },
            ),
        ],
    )])
}

/// Names and values of which a character takes two columns, or none.
pub(in crate::render) fn other_writing() -> Plan {
    let title = |word: &str| format!("廃棄物の運搬について: {word} ").repeat(6);
    plan(vec![with_steps(
        Layer::Site,
        vec![
            object(
                Action::Update,
                Reason::Headers,
                "運搬/廃棄物の運搬についてのお知らせ/e\u{301}galement-廃棄物の運搬についてのお知らせ.html",
                934,
                vec![
                    change("Content-Language", "日本語", "Español de México"),
                    change("x-title", title("今日"), title("明日")),
                ],
            ),
            paths(&["/track/廃棄物の運搬についてのお知らせ", "/track/🚚\u{fe0f}"]),
        ],
    )])
}
