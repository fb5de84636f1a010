//! Plans as people read them, at 80 columns.

use proptest::prelude::*;

use super::*;
use crate::plan::{Action, Check, Finding, Layer, NotObserved, Reason, Step, Target};
use crate::render::fit::columns;
use crate::render::samples;

fn shown(plan: &Plan) -> String {
    let text = plan_human(plan, Style::default(), Extent::Summed);
    for line in text.lines().filter(|line| !line.contains('`')) {
        assert!(columns(line) <= 80, "{line}");
        assert_eq!(line, line.trim_end(), "{line:?}");
    }
    assert!(text.ends_with('\n'));
    text
}

#[test]
fn a_first_create() {
    insta::assert_snapshot!(shown(&samples::first_create()));
}

#[test]
fn an_update_of_one_route() {
    insta::assert_snapshot!(shown(&samples::one_route()));
}

#[test]
fn one_page_file() {
    insta::assert_snapshot!(shown(&samples::one_page_file()));
}

#[test]
fn one_header() {
    insta::assert_snapshot!(shown(&samples::one_header()));
}

#[test]
fn a_package() {
    insta::assert_snapshot!(shown(&samples::package_change()));
}

#[test]
fn many_page_files_are_summed_up() {
    let plan = samples::many_page_files(2_000);
    insta::assert_snapshot!(shown(&plan));
    let full = plan_human(&plan, Style::default(), Extent::Full);
    assert_eq!(
        full.lines()
            .filter(|line| line.contains("track/many/"))
            .count(),
        6_000
    );
    assert!(!full.contains("--full"), "{full}");
    let few = plan_human(
        &samples::many_page_files(20),
        Style::default(),
        Extent::Summed,
    );
    assert!(!few.contains("more"), "{few}");
}

#[test]
fn a_replacement() {
    insta::assert_snapshot!(shown(&samples::replacement()));
}

#[test]
fn findings_beside_changes() {
    insta::assert_snapshot!(shown(&samples::findings()));
}

#[test]
fn what_cannot_be_taken_back_is_ranked_and_says_what_allows_it() {
    let mut plan = samples::risky();
    insta::assert_snapshot!(shown(&plan));
    plan.allowed.data_loss.insert("Jobs".to_owned());
    plan.allowed
        .route_removal
        .insert("POST /api/track/rating".to_owned());
    plan.layers
        .iter_mut()
        .for_each(|layer| layer.findings.clear());
    assert!(plan.is_applicable());
    let text = shown(&plan);
    let risks = text.split("risks").nth(1).unwrap();
    insta::assert_snapshot!(risks);
    let narrow = Style {
        width: 60,
        ..Style::default()
    };
    let text = plan_human(&plan, narrow, Extent::Summed);
    let lines = text.lines().filter(|line| !line.contains('`'));
    assert!(lines.into_iter().all(|line| columns(line) <= 60), "{text}");
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(
        shown(&samples::empty()),
        @"no changes: qdn-staging in 123456789012/us-east-1 is as declared"
    );
    let mut plan = samples::empty();
    plan.layers[5].findings = samples::findings().layers[5].findings.clone();
    insta::assert_snapshot!(shown(&plan), @r"
    risks      1 has to be allowed by name
      ! high    1200 page objects would go, more than the limit of 50: is the page's
                folder complete?
                hint: `--prune 1200`
    nothing changes in qdn-staging in 123456789012/us-east-1 before that is decided
    ");
}

#[test]
fn secrets_and_keys_are_told_by_name_alone() {
    insta::assert_snapshot!(shown(&samples::secrets()), @r#"
    staging: qdn-staging in 123456789012/us-east-1

    bootstrap  no changes
    secrets    + 2 to create, ~ 3 to change
      ~ qdn-staging/carrier       secret  changed
      + qdn-staging/deployer-key  secret  missing
      ~ qdn-staging/operators     secret  changed: follows the deployer's key
      + qdn-staging/former        secret  missing: its deletion is taken back
      ~ qdn-staging/labelled      secret  changed: its tags
          Tags.owner: "ops" → "platform"
        unchanged: qdn-staging/keys
    package    no changes
    stack      no changes
    edge       + 1 to create, ~ 1 to change, - 1 to remove
      + op.<deployer>  key  new
      - op.k3x9q2ab    key  no longer declared
      ~ tk.1           key  content
    site       no changes
    verify     ? 10 checks
      ? secrets, function, routes, refusals, health, preflight, edge, page,
        strangers, webhooks

    plan: + 3 to create, ~ 4 to change, - 1 to remove, ? 10 checks
    "#);
}

#[test]
fn what_was_not_observed_is_never_called_unchanged() {
    let name = "qdn-staging/keys".to_owned();
    let plan = samples::not_observed(&[
        (Layer::Secrets, NotObserved::NoSecretsFile),
        (Layer::Edge, NotObserved::NoSecret { name }),
    ]);
    insta::assert_snapshot!(shown(&plan), @r"
    secrets    not observed: no secrets file was named
        hint: `--secrets-file FILE`, or `--skip-layer secrets`
    edge       not observed: secret qdn-staging/keys does not exist, and nothing
               here makes it
        hint: `--secrets-file FILE`, or `--skip-layer edge`
    no changes in what was observed of qdn-staging in 123456789012/us-east-1
    ");
    assert!(!plan.is_applicable());

    let plan = samples::not_observed(&[(Layer::Secrets, NotObserved::Skipped)]);
    insta::assert_snapshot!(shown(&plan), @r"
    secrets    not observed: left out
    no changes in what was observed of qdn-staging in 123456789012/us-east-1
    ");
    assert!(plan.is_applicable());
}

#[test]
fn a_proof_that_is_left_to_do_is_told() {
    let mut plan = samples::empty();
    let verify = plan.layers.last_mut().unwrap();
    verify.findings.push(Finding::Unproved);
    verify.steps.push(Step {
        action: Action::Check,
        reason: Reason::Deployed,
        target: Target::Check {
            check: Check::Health,
        },
    });
    assert!(!plan.is_empty() && !plan.changes_something());
    insta::assert_snapshot!(shown(&plan), @r"
    verify     ? 1 check
      ? health
      ! what is deployed was not proved yet, or not recorded: `apply` does both
    qdn-staging in 123456789012/us-east-1 is as declared; what is left to do is the
    proof
    ");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plans = [
        samples::first_create(),
        samples::replacement(),
        samples::findings(),
        samples::secrets(),
        samples::many_page_files(2_000),
        samples::not_observed(&[(Layer::Secrets, NotObserved::NoSecretsFile)]),
        samples::empty(),
    ];
    for plan in plans {
        let coloured = plan_human(
            &plan,
            Style {
                color: true,
                width: 80,
            },
            Extent::Summed,
        );
        assert!(coloured.contains('\u{1b}'));
        assert_eq!(without_escapes(&coloured), shown(&plan));
    }
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}

#[test]
fn nothing_from_the_cloud_steers_the_terminal() {
    let mut plan = samples::one_page_file();
    let target = Target::Object {
        key: "track/\u{1b}[2J\n.css".into(),
        bytes: 0,
        changes: Vec::new(),
    };
    plan.layers[5].steps.push(Step {
        action: Action::Remove,
        reason: Reason::Undeclared,
        target,
    });
    let text = shown(&plan);
    assert!(text.contains(r"track/\u{1b}[2J\u{a}.css"), "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
}

proptest! {
    #[test]
    fn any_names_fit_any_width(
        name in "[A-Za-z]{1,90}",
        kind in "[A-Z:a-z]{1,90}",
        width in 40_usize..120,
    ) {
        let mut plan = samples::replacement();
        for layer in plan.layers.iter_mut().filter(|layer| layer.layer == Layer::Stack) {
            for step in &mut layer.steps {
                if let Target::Resource { logical_id, resource_type, .. } = &mut step.target {
                    logical_id.clone_from(&name);
                    resource_type.clone_from(&kind);
                }
            }
        }
        let style = Style { color: false, width };
        for line in plan_human(&plan, style, Extent::Summed).lines() {
            // A word longer than a line stays whole.
            prop_assert!(columns(line) <= width.max(columns(&kind) + 6), "{line}");
        }
    }
}
