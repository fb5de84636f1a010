//! What a stack's plan says, with and without CloudFormation's verdict.

use serde_json::json;

use super::*;

fn declared(template: Value) -> DeclaredStack {
    DeclaredStack {
        name: "qdn-test".into(),
        body: template.to_string(),
        template,
        template_sha256: "0".repeat(64),
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

fn deployed(template: Value) -> DeployedStack {
    DeployedStack {
        template,
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

fn report(logical_id: &str, replacement: Replacement) -> ReportedChange {
    ReportedChange {
        logical_id: logical_id.into(),
        resource_type: "X".into(),
        action: ReportedAction::Modify,
        replacement,
        certain: true,
        drift: None,
    }
}

#[test]
fn the_same_template_is_no_step_whatever_the_key_order() {
    let plan = compare(
        Layer::Stack,
        &declared(json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 1, "b": 2}}}})),
        Some(&deployed(
            json!({"Resources": {"A": {"Properties": {"b": 2, "a": 1}, "Type": "X"}}}),
        )),
        None,
    );
    assert_eq!(plan, LayerPlan::unchanged(Layer::Stack));
}

#[test]
fn the_verdict_turns_an_update_into_a_replacement_and_adds_dependents() {
    let before =
        json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 1}}, "B": {"Type": "X"}}});
    let after =
        json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 2}}, "B": {"Type": "X"}}});
    let reported = [
        report("A", Replacement::Always),
        report("B", Replacement::Never),
    ];
    let plan = compare(
        Layer::Stack,
        &declared(after),
        Some(&deployed(before)),
        Some(&reported),
    );
    let seen: Vec<_> = plan
        .steps
        .iter()
        .map(|step| (step.action, step.reason))
        .collect();
    assert_eq!(
        seen,
        [
            (Action::Replace, Reason::Declaration),
            (Action::Update, Reason::Dependency)
        ]
    );
}

#[test]
fn a_conditional_dependent_of_something_not_replaced_is_noise() {
    let world = |a: i32| {
        json!({"Resources": {
        "A": {"Type": "X", "Properties": {"a": a}},
        "B": {"Type": "X", "Properties": {"of": {"Fn::GetAtt": ["A", "Arn"]}}},
        "C": {"Type": "X", "Properties": {"of": {"Fn::Sub": "${B.Arn}/*"}}}}})
    };
    let planned = |verdict: Replacement| {
        let reported = [
            report("C", Replacement::Conditional),
            report("A", verdict),
            report("B", Replacement::Conditional),
        ];
        compare(
            Layer::Stack,
            &declared(world(2)),
            Some(&deployed(world(1))),
            Some(&reported),
        )
        .steps
        .len()
    };
    assert_eq!(planned(Replacement::Never), 1);
    // Replaced, it gets a new ARN, and so does what stands on it, and so on.
    assert_eq!(planned(Replacement::Always), 3);
}

/// A function whose code changes keeps its ARN, so the role that names it does not change, whatever is reported.
/// A table whose stream changes does not keep the stream's.
#[test]
fn a_change_that_only_depends_on_others_needs_another_value() {
    let world = |a: i32| {
        json!({"Resources": {
        "A": {"Type": "X", "Properties": {"a": a}},
        "Role": {"Type": "X", "Properties": {"of": {"Fn::GetAtt": ["A", "Arn"]}}},
        "Reader": {"Type": "X", "Properties": {"of": {"Fn::GetAtt": ["A", "StreamArn"]}}}}})
    };
    let uncertain = |id: &str, replacement| ReportedChange {
        certain: false,
        ..report(id, replacement)
    };
    let planned = |verdict: Replacement| -> Vec<String> {
        let reported = [
            report("A", verdict),
            uncertain("Role", Replacement::Never),
            uncertain("Reader", Replacement::Conditional),
        ];
        let (before, after) = (deployed(world(1)), declared(world(2)));
        let plan = compare(Layer::Stack, &after, Some(&before), Some(&reported));
        let id = |step: &Step| match &step.target {
            Target::Resource { logical_id, .. } => logical_id.clone(),
            other => panic!("{other:?}"),
        };
        plan.steps.iter().map(id).collect()
    };
    assert_eq!(planned(Replacement::Never), ["A", "Reader"]);
    assert_eq!(planned(Replacement::Always), ["A", "Reader", "Role"]);
}

#[test]
fn a_change_that_cloudformation_drops_is_still_shown() {
    let before = json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 1}}}});
    let after = json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 2}}}});
    let plan = compare(
        Layer::Stack,
        &declared(after),
        Some(&deployed(before)),
        Some(&[]),
    );
    assert_eq!(plan.steps.len(), 1);
}

#[test]
fn changed_tags_alone_are_a_deployment() {
    let template = json!({"Resources": {"A": {"Type": "X"}}});
    let mut wanted = declared(template.clone());
    wanted.tags.insert("team".into(), "qdn".into());
    let plan = compare(Layer::Stack, &wanted, Some(&deployed(template)), None);
    assert!(plan.deployment.is_some());
    assert!(
        matches!(&plan.steps[0].target, Target::StackTags { changes } if changes[0].path == "team")
    );
}
