//! What each command does with a stack in each status, against a cloud in memory: the calls that it makes, or the words
//! with which it refuses.

use std::collections::BTreeMap;

use qdn_infra::engine::event::What;
use qdn_infra::engine::{self, Consent, Error, Purpose, Scope};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::{Command, Mend, Standing, Treatment, standing, treatment};
use qdn_infra::ports::{StackResource, StackStatus};
use qdn_shared::package::FunctionName;

use crate::engine::{applied, plan, with_bootstrap};
use crate::fixture::{Fixture, Heard};
use crate::world::World;

/// What one `qdn-infra apply` does where nobody is asked: puts right what has to be, then plans and applies.
async fn apply(fixture: &Fixture, world: &World) -> (Result<(), Error>, Vec<Mend>) {
    let (ports, heard) = (world.ports(), Heard::default());
    let desired = &fixture.desired;
    let work = async {
        let mut round = 0;
        loop {
            let scope = Scope::Everything;
            let planned = engine::plan(desired, &ports, &heard, Purpose::Apply, scope).await?;
            if planned.plan.repairs_first().next().is_none() {
                engine::apply(desired, &planned, &ports, &heard).await?;
                return Ok(());
            }
            round += 1;
            engine::mend(desired, &planned, round, &ports, &heard).await?;
        }
    };
    let result = work.await;
    let mended = heard.what().into_iter().filter_map(|what| match what {
        What::Mending { mend, .. } => Some(mend),
        _ => None,
    });
    (result, mended.collect())
}

/// A cloud whose main stack is in this status, as it comes about.
async fn world_in(fixture: &mut Fixture, status: &StackStatus) -> World {
    let stack = fixture.desired.names().stack;
    match standing(Some(status)) {
        Standing::Absent => with_bootstrap(fixture).await,
        Standing::Leftover | Standing::Wreck => {
            let world = with_bootstrap(fixture).await;
            world.put_into(&stack, status);
            if *status == StackStatus::ReviewInProgress {
                world.leave_change_set(&stack, "qdn-run-0", false);
            } else {
                let gone = resource("DataTable", "AWS::DynamoDB::Table", "DELETE_COMPLETE");
                world.consists_of(&stack, vec![gone]);
            }
            world
        }
        Standing::Settled
        | Standing::Busy
        | Standing::Stuck
        | Standing::NotRolledBack
        | Standing::ImportStuck
        | Standing::Unknown => {
            let world = applied(fixture).await;
            world.put_into(&stack, status);
            let end = if *status == StackStatus::DeleteInProgress {
                StackStatus::DeleteComplete
            } else {
                StackStatus::UpdateComplete
            };
            if standing(Some(status)) == Standing::Busy {
                world.will_end(&stack, 5, end);
            }
            fixture.build_package(FunctionName::Api, b"second");
            world
        }
    }
}

fn resource(logical_id: &str, resource_type: &str, status: &str) -> StackResource {
    StackResource {
        logical_id: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
        physical_id: Some(format!("qdn-local-{}", logical_id.to_lowercase())),
        status: status.to_owned(),
        reason: None,
    }
}

/// The changing calls to CloudFormation, each once where it is repeated.
fn stack_calls(world: &World) -> String {
    let calls = world.changing().into_iter();
    let mut calls: Vec<&str> = calls
        .filter(|name| {
            ["Stack", "ChangeSet", "Rollback"]
                .iter()
                .any(|part| name.contains(part))
        })
        .collect();
    calls.dedup();
    calls.join(", ")
}

fn said(result: Result<(), Error>) -> String {
    match result {
        Ok(()) => "done".to_owned(),
        Err(error) => format!("{error}\n    hint: {}", error.hint().unwrap_or_default()),
    }
}

fn every_status() -> Vec<StackStatus> {
    let mut all = StackStatus::ALL.to_vec();
    all.push(StackStatus::from_name("NEW_ONE"));
    all
}

#[tokio::test]
async fn apply_has_its_action_for_every_status() {
    let mut lines = Vec::new();
    for status in every_status() {
        let mut fixture = Fixture::new();
        let world = world_in(&mut fixture, &status).await;
        world.fail_at(None);
        let (result, mended) = apply(&fixture, &world).await;
        let refuses = treatment(Some(&status), Command::Apply) == Treatment::Refuse;
        assert_eq!(result.is_err(), refuses, "{}: {result:?}", status.name());
        if refuses {
            assert!(
                world.calls().iter().all(|call| !call.mutating),
                "{}",
                status.name()
            );
        } else {
            let left = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
            assert!(left.is_empty(), "{}: {left:#?}", status.name());
        }
        let result = said(result);
        lines.push(format!(
            "{}: {mended:?} {}: {result}",
            status.name(),
            stack_calls(&world)
        ));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_plan_says_what_apply_does_first_and_changes_nothing() {
    for status in every_status() {
        let mut fixture = Fixture::new();
        let world = world_in(&mut fixture, &status).await;
        world.fail_at(None);
        let planned = plan(&fixture, &world, Purpose::Show).await;
        let name = status.name();
        match treatment(Some(&status), Command::Plan) {
            Treatment::Refuse => assert!(matches!(planned, Err(Error::NotReady { .. })), "{name}"),
            Treatment::Announce => {
                let plan = planned.unwrap().plan;
                assert!(
                    plan.layers.iter().any(|layer| layer.repair.is_some()),
                    "{name}"
                );
                assert!(!plan.is_empty() && plan.is_applicable(), "{name}");
                assert_eq!(world.changing(), [""; 0], "{name}");
            }
            Treatment::Create | Treatment::Update => {
                let plan = planned.unwrap().plan;
                assert!(
                    plan.layers.iter().all(|layer| layer.repair.is_none()),
                    "{name}"
                );
                assert!(plan.changes().next().is_some(), "{name}");
            }
            other => panic!("{name}: a plan does {other:?}"),
        }
    }
}

#[tokio::test]
async fn destroy_has_its_action_for_every_status() {
    let mut lines = Vec::new();
    for status in every_status() {
        let mut fixture = Fixture::new();
        let world = world_in(&mut fixture, &status).await;
        world.fail_at(None);
        let (ports, heard) = (world.ports(), Heard::default());
        let environment = &fixture.desired.environment;
        let work = async {
            engine::settle(environment, &ports, &heard).await?;
            let present = engine::present(environment, &ports).await?;
            let consent = Consent {
                data: true,
                bootstrap: true,
            };
            engine::destroy(environment, &present, consent, &ports, &heard).await
        };
        let result = work.await;
        let refuses = treatment(Some(&status), Command::Destroy) == Treatment::Refuse;
        assert_eq!(result.is_err(), refuses, "{}: {result:?}", status.name());
        if !refuses {
            assert_eq!(
                world.contents()["stacks"],
                serde_json::json!({}),
                "{}",
                status.name()
            );
        }
        lines.push(format!(
            "{}: {}: {}",
            status.name(),
            stack_calls(&world),
            said(result)
        ));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn import_leaves_alone_what_is_not_at_rest() {
    let mut lines = Vec::new();
    for status in every_status() {
        let mut fixture = Fixture::new();
        let world = world_in(&mut fixture, &status).await;
        world.fail_at(None);
        let ports = world.ports();
        let none = BTreeMap::new();
        let found = engine::find_imports(&fixture.desired, &ports, &Heard::default(), &none).await;
        let refuses = treatment(Some(&status), Command::Import) == Treatment::Refuse;
        assert_eq!(found.is_err(), refuses, "{}", status.name());
        if let Err(error) = found {
            assert!(
                world.calls().iter().all(|call| !call.mutating),
                "{}",
                status.name()
            );
            lines.push(said(Err(error)));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_wreck_that_holds_data_is_left_alone() {
    let fixture = Fixture::new();
    let world = with_bootstrap(&fixture).await;
    let stack = fixture.desired.names().stack;
    world.put_into(&stack, &StackStatus::RollbackFailed);
    let never_made = StackResource {
        physical_id: None,
        ..resource("Secret", "AWS::SecretsManager::Secret", "CREATE_FAILED")
    };
    world.consists_of(
        &stack,
        vec![
            resource("SiteBucket", "AWS::S3::Bucket", "DELETE_SKIPPED"),
            resource("DataTable", "AWS::DynamoDB::Table", "DELETE_FAILED"),
            resource("OldTable", "AWS::DynamoDB::Table", "DELETE_COMPLETE"),
            resource("Logs", "AWS::Logs::LogGroup", "DELETE_FAILED"),
            never_made,
        ],
    );
    world.fail_at(None);
    let (result, mended) = apply(&fixture, &world).await;
    insta::assert_snapshot!(said(result), @r"
    stack qdn-local is ROLLBACK_FAILED and cannot be made anew as long as it holds data:
      SiteBucket: AWS::S3::Bucket qdn-local-sitebucket, DELETE_SKIPPED
      DataTable: AWS::DynamoDB::Table qdn-local-datatable, DELETE_FAILED
        hint: nothing was changed: save what is in it; then `destroy` (with `--data` it takes the data, too), `import` of what that kept, and `apply`, all with the same `--env`
    ");
    assert!(mended.is_empty());
    assert!(world.changing().is_empty(), "{:?}", world.changing());
}

#[tokio::test]
async fn a_rollback_that_sticks_again_names_what_a_person_may_skip() {
    let mut fixture = Fixture::new();
    let world = world_in(&mut fixture, &StackStatus::UpdateRollbackFailed).await;
    let stack = fixture.desired.names().stack;
    world.rollback_ends(StackStatus::UpdateRollbackFailed);
    let failed = StackResource {
        reason: Some("The function is gone".to_owned()),
        ..resource("ApiFunction", "AWS::Lambda::Function", "UPDATE_FAILED")
    };
    let fine = resource("DataTable", "AWS::DynamoDB::Table", "UPDATE_COMPLETE");
    world.consists_of(&stack, vec![failed, fine]);
    world.fail_at(None);
    let (result, mended) = apply(&fixture, &world).await;
    insta::assert_snapshot!(said(result), @r"
    the rollback of stack qdn-local was continued and ended as UPDATE_ROLLBACK_FAILED; these are not as they were before:
      ApiFunction: AWS::Lambda::Function qdn-local-apifunction, UPDATE_FAILED: The function is gone
        hint: mend the cause, then run the same command again; nothing is skipped by itself. To leave them as they are: `aws cloudformation continue-update-rollback --stack-name qdn-local --resources-to-skip ApiFunction`
    ");
    assert_eq!(mended, [Mend::ContinueRollback]);
    assert_eq!(world.changing(), ["ContinueUpdateRollback"]);
}

#[tokio::test]
async fn an_operation_that_never_ends_is_not_waited_for_without_end() {
    let mut fixture = Fixture::new();
    let world = world_in(&mut fixture, &StackStatus::UpdateInProgress).await;
    let stack = fixture.desired.names().stack;
    world.will_end(&stack, usize::MAX, StackStatus::UpdateComplete);
    world.fail_at(None);
    let (result, _) = apply(&fixture, &world).await;
    insta::assert_snapshot!(said(result), @r"
    the operation that runs on stack qdn-local took longer than 4500 s
        hint: run the same command again; it continues where this one stopped
    ");
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn a_stack_that_never_comes_to_rest_ends_the_command() {
    let mut fixture = Fixture::new();
    let world = world_in(&mut fixture, &StackStatus::UpdateRollbackFailed).await;
    let stack = fixture.desired.names().stack;
    let (ports, heard) = (world.ports(), Heard::default());
    let desired = &fixture.desired;
    for round in 1.. {
        world.put_into(&stack, &StackStatus::UpdateRollbackFailed);
        let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
        // A plan of repairs is no plan to apply.
        let refused = engine::apply(desired, &planned, &ports, &heard).await;
        assert!(matches!(refused, Err(Error::NotReady { .. })));
        if let Err(error) = engine::mend(desired, &planned, round, &ports, &heard).await {
            assert_eq!(round, 5);
            assert!(matches!(error, Error::NotReady { .. }), "{error}");
            break;
        }
    }
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_not_done() {
    let mut fixture = Fixture::new();
    let world = world_in(&mut fixture, &StackStatus::RollbackComplete).await;
    let stack = fixture.desired.names().stack;
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    world.put_into(&stack, &StackStatus::CreateComplete);
    world.fail_at(None);
    let (ports, heard) = (world.ports(), Heard::default());
    engine::mend(&fixture.desired, &planned, 1, &ports, &heard)
        .await
        .unwrap();
    assert!(world.changing().is_empty(), "{:?}", world.changing());
}

#[tokio::test]
async fn a_plan_is_not_saved_before_a_stack_is_put_right() {
    let mut fixture = Fixture::new();
    let world = world_in(&mut fixture, &StackStatus::RollbackComplete).await;
    world.fail_at(None);
    let refused = plan(&fixture, &world, Purpose::Save).await.map(|_| ());
    insta::assert_snapshot!(said(refused), @r"
    stack qdn-local is ROLLBACK_COMPLETE
        hint: `apply` with the same `--env` makes it anew, unless it holds data; `destroy` takes it away
    ");
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn a_leftover_goes_but_not_with_what_somebody_else_prepared() {
    for (others, calls) in [
        (false, "DeleteStack, CreateChangeSet, ExecuteChangeSet"),
        (true, "DeleteChangeSet, CreateChangeSet, ExecuteChangeSet"),
    ] {
        let mut fixture = Fixture::new();
        let world = world_in(&mut fixture, &StackStatus::ReviewInProgress).await;
        let stack = fixture.desired.names().stack;
        world.leave_change_set(&stack, "qdn-run-00", true);
        if others {
            world.leave_change_set(&stack, "somebody-elses", false);
        }
        world.fail_at(None);
        let (result, mended) = apply(&fixture, &world).await;
        result.unwrap();
        assert_eq!(mended, [Mend::Clear]);
        assert_eq!(stack_calls(&world), calls);
        let left = world.change_sets_left(&stack);
        assert_eq!(
            left,
            if others {
                vec!["somebody-elses"]
            } else {
                vec![]
            }
        );
    }
}

#[tokio::test]
async fn dead_change_sets_of_ours_go_with_an_update() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let stack = fixture.desired.names().stack;
    for (name, dead) in [
        ("qdn-dead", true),
        ("qdn-saved", false),
        ("others-dead", true),
    ] {
        world.leave_change_set(&stack, name, dead);
    }
    fixture.build_package(FunctionName::Api, b"second");
    apply(&fixture, &world).await.0.unwrap();
    assert_eq!(world.change_sets_left(&stack), ["others-dead", "qdn-saved"]);
}
