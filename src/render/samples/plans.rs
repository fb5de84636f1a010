//! Sample plans.

use serde_json::json;

use super::build::*;
use crate::plan::{
    Action, Deployment, Difference, Finding, Layer, LayerPlan, NotObserved, Plan, PropertyChange,
    Reason, SecretStanding, Step, Target,
};
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

/// Every kind of risk.
pub(in crate::render) fn risky() -> Plan {
    let touched = |action, id: &str, of: &str, replacement| {
        let target = resource(id, of, replacement, Vec::new());
        step(action, Reason::Declaration, target)
    };
    let (never, always) = (Replacement::Never, Replacement::Always);
    let routes = ["OPTIONS /api/track/rating", "POST /api/track/rating"];
    let mut plan = plan(vec![
        stack(
            ChangeSetKind::Update,
            vec![
                touched(
                    Action::Update,
                    "EdgeFunction",
                    "AWS::CloudFront::Function",
                    never,
                ),
                touched(Action::Replace, "Jobs", "AWS::DynamoDB::Table", always),
                touched(Action::Remove, "Undelivered", "AWS::SQS::Queue", never),
                step(
                    Action::Remove,
                    Reason::Undeclared,
                    Target::Routes {
                        routes: routes.map(str::to_owned).to_vec(),
                    },
                ),
            ],
        ),
        with_steps(
            Layer::Adopt,
            vec![step(
                Action::Update,
                Reason::Declaration,
                Target::Distribution {
                    id: "E2QWRUHEXAMPLE".into(),
                    changes: Vec::new(),
                },
            )],
        ),
    ]);
    let site = plan
        .layers
        .iter_mut()
        .find(|layer| layer.layer == Layer::Site);
    site.expect("a plan has a page").findings = vec![Finding::DeletionsHeld {
        count: 1200,
        limit: 50,
    }];
    plan
}

pub(in crate::render) fn findings() -> Plan {
    let mut plan = one_header();
    plan.layers[3].findings = vec![
        Finding::CodeDrift {
            function: "qdn-staging-api".into(),
            running: "0123456789ab".repeat(5) + "cdef",
            declared: "ba9876543210".repeat(5) + "fedc",
        },
        Finding::RouteDrift {
            missing: vec!["GET /api/health".into()],
        },
        Finding::StageDrift { stage: "v1".into() },
        Finding::EdgeUntried {
            function: "qdn-local-edge".into(),
        },
        Finding::ResourceDrift {
            logical_id: "ApiFunction".into(),
            resource_type: "AWS::Lambda::Function".into(),
            gone: false,
            changes: vec![change("MemorySize", 256, 512)],
            stays: false,
        },
        Finding::ResourceDrift {
            logical_id: "ServerErrors".into(),
            resource_type: "AWS::CloudWatch::Alarm".into(),
            gone: true,
            changes: Vec::new(),
            stays: true,
        },
        Finding::DriftUnknown {
            stack: "qdn-local".into(),
            reason: "this cloud has no drift detection".into(),
        },
        Finding::EdgeDrift {
            function: "qdn-staging-edge".into(),
        },
        Finding::DistributionOff {
            distribution: "E2QWRUHEXAMPLE".into(),
        },
        Finding::NoEffect {
            stack: "qdn-staging".into(),
        },
    ];
    plan.layers[5].findings = vec![Finding::DeletionsHeld {
        count: 1200,
        limit: 50,
    }];
    plan
}

fn secret(action: Action, reason: Reason, name: &str, changes: Vec<PropertyChange>) -> Step {
    let name = format!("qdn-staging/{name}");
    step(action, reason, Target::Secret { name, changes })
}

fn edge_key(action: Action, reason: Reason, key: &str) -> Step {
    let key = key.to_owned();
    step(action, reason, Target::EdgeKey { key })
}

/// Every way in which a secret and an entry at the edge can differ.
pub(in crate::render) fn secrets() -> Plan {
    let owner = change("Tags.owner", "ops", "platform");
    let standing = |name: &str, standing| SecretStanding {
        name: format!("qdn-staging/{name}"),
        standing,
    };
    plan(vec![
        LayerPlan {
            secrets: vec![
                standing("carrier", Difference::Changed),
                standing("keys", Difference::Unchanged),
                standing("deployer-key", Difference::Missing),
                standing("operators", Difference::Changed),
                standing("former", Difference::Missing),
                standing("labelled", Difference::Changed),
            ],
            ..with_steps(
                Layer::Secrets,
                vec![
                    secret(Action::Update, Reason::Content, "carrier", Vec::new()),
                    secret(Action::Create, Reason::New, "deployer-key", Vec::new()),
                    secret(Action::Update, Reason::Dependency, "operators", Vec::new()),
                    secret(
                        Action::Create,
                        Reason::ScheduledForDeletion,
                        "former",
                        Vec::new(),
                    ),
                    secret(Action::Update, Reason::Declaration, "labelled", vec![owner]),
                ],
            )
        },
        with_steps(
            Layer::Edge,
            vec![
                edge_key(Action::Create, Reason::New, "op.<deployer>"),
                edge_key(Action::Remove, Reason::Undeclared, "op.k3x9q2ab"),
                edge_key(Action::Update, Reason::Content, "tk.1"),
            ],
        ),
    ])
}

/// A plan of which some layers were not compared.
pub(in crate::render) fn not_observed(layers: &[(Layer, NotObserved)]) -> Plan {
    let mut plan = empty();
    for (layer, why) in layers {
        let unseen = LayerPlan::unseen(*layer, why.clone());
        plan.layers
            .iter_mut()
            .filter(|planned| planned.layer == *layer)
            .for_each(|planned| planned.clone_from(&unseen));
    }
    plan
}
