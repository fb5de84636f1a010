//! Synthesis of the main stack's template, and the comparison of two revisions of one.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::Criterion;
use qdn_infra::config::StackFile;
use qdn_infra::package::Architecture;
use qdn_infra::plan::Layer;
use qdn_infra::plan::stack::{self as stack_plan, DeclaredStack, DeployedStack};
use qdn_infra::stack;
use serde_json::{Value, json};

const EDGE_SOURCE: &str = include_str!("../../cloudfront-fn/edge.js");
const ENVIRONMENTS: [(&str, &str); 3] = [
    ("local", include_str!("../../stacks/local.yaml")),
    ("staging", include_str!("../../stacks/staging.yaml")),
    ("prod", include_str!("../../stacks/prod.yaml")),
];

/// Steps between the two revisions of `prod` below: its cache policy and its edge function.
const PROD_STEPS: usize = 2;

fn environment(yaml: &str) -> StackFile {
    StackFile::parse(yaml.as_bytes(), "stack.yaml")
        .expect("a stack file of this repository is valid")
}

pub(super) fn synthesis(criterion: &mut Criterion) {
    let files = ENVIRONMENTS.map(|(name, yaml)| (name, environment(yaml)));
    let mut group = criterion.benchmark_group("synthesis");
    for (name, file) in &files {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| minified(black_box(file), EDGE_SOURCE));
        });
    }
    group.finish();
}

/// Always for x86-64, so that a run on another machine measures the same template.
fn minified(file: &StackFile, edge_source: &str) -> String {
    let template = stack::declare(file, Architecture::X86_64, edge_source);
    template
        .expect("an environment of this repository can be declared")
        .minified()
        .to_owned()
}

pub(super) fn plan_diff(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plan_diff");
    let file = environment(ENVIRONMENTS[2].1);
    let mut edited = file.clone();
    edited.cache.data_seconds += 60;
    let edited_source = format!("{EDGE_SOURCE}// the second revision\n");
    let before: Value = parsed(&minified(&file, EDGE_SOURCE));
    let after: Value = parsed(&minified(&edited, &edited_source));
    // Name, older and newer revision, and how many steps tell them apart.
    let cases = [
        ("prod, edited", before.clone(), after, PROD_STEPS),
        ("prod, unchanged", before.clone(), before, 0),
        (
            "30 resources, 3 edited",
            synthetic(30, 60),
            synthetic(30, 300),
            3,
        ),
        (
            "300 resources, 30 edited",
            synthetic(300, 60),
            synthetic(300, 300),
            30,
        ),
    ];
    for (name, before, after, steps) in cases {
        let (declared, deployed) = (declared(after), deployed(before));
        let plan = stack_plan::compare(Layer::Stack, &declared, Some(&deployed), None);
        assert_eq!(plan.steps.len(), steps, "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                stack_plan::compare(Layer::Stack, black_box(&declared), Some(&deployed), None)
            });
        });
    }
    group.finish();
}

fn parsed(template: &str) -> Value {
    serde_json::from_str(template).expect("a template is JSON")
}

/// Functions that refer to their neighbours; every tenth has `seconds` as its timeout.
fn synthetic(resources: usize, seconds: u32) -> Value {
    let resource = |number: usize| {
        let timeout = if number.is_multiple_of(10) {
            seconds
        } else {
            30
        };
        let properties = json!({
            "FunctionName": format!("function-{number}"),
            "Timeout": timeout,
            "Code": { "S3Bucket": "artifacts", "S3Key": { "Ref": "CodeKey" } },
            "Environment": { "Variables": { "NEXT": { "Ref": format!("Function{}", (number + 1) % resources) } } },
            "Tags": [{ "Key": "number", "Value": number.to_string() }],
        });
        (
            format!("Function{number}"),
            json!({ "Type": "AWS::Lambda::Function", "Properties": properties }),
        )
    };
    let resources: serde_json::Map<String, Value> = (0..resources).map(resource).collect();
    json!({ "Parameters": { "CodeKey": { "Type": "String" } }, "Resources": resources })
}

fn parameters() -> BTreeMap<String, String> {
    BTreeMap::from([("CodeKey".to_owned(), "functions/api/0.zip".to_owned())])
}

fn declared(template: Value) -> DeclaredStack {
    DeclaredStack {
        name: "qdn-bench".to_owned(),
        body: template.to_string(),
        template,
        template_sha256: "0".repeat(64),
        parameters: parameters(),
        tags: BTreeMap::new(),
    }
}

fn deployed(template: Value) -> DeployedStack {
    DeployedStack {
        template,
        parameters: parameters(),
        tags: BTreeMap::new(),
    }
}
