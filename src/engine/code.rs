//! The code that functions run. CloudFormation does not compare it, so what somebody changed by hand is found here, and
//! put back by Lambda itself.

use std::time::Duration;

use qdn_shared::package::{CodeKey, FunctionName};

use super::desired::Desired;
use super::error::Error;
use super::event::Awaited;
use super::observe::Observed;
use super::refresh;
use super::run::Run;
use crate::package::Package;
use crate::plan::stack::DeclaredStack;
use crate::plan::{Action, Finding, LayerPlan, Reason, Standing, Step, Target};
use crate::ports::{ErrorKind, Readiness};
use crate::stack::code_parameter;

/// How long another update of the function and our own may take.
const CODE_LIMIT: Duration = Duration::from_mins(2);

/// Adds to the stack's part of a plan which functions run other code than their stack says. It is put back where that was
/// asked for and by a rollback, unless the stack gives the function another package anyway.
pub(super) fn compare(
    layer: &mut LayerPlan,
    desired: &Desired,
    observed: &Observed,
    declared: &DeclaredStack,
) {
    if observed.stack.standing() != Standing::Settled {
        return;
    }
    let puts_back = refresh::puts_code_back(desired);
    for function in FunctionName::ALL.iter().copied() {
        let Some(Strayed { running, key }) = strayed(observed, function) else {
            continue;
        };
        let name = desired.names().function(function).to_owned();
        let stays = declared.parameters.get(code_parameter(function)) == Some(&key.to_string());
        if puts_back && stays {
            layer.steps.push(Step {
                action: Action::Update,
                reason: Reason::Drift,
                target: Target::FunctionCode {
                    function: name,
                    key: key.to_string(),
                },
            });
        } else {
            layer.findings.push(Finding::CodeDrift {
                function: name,
                running,
                declared: key.digest.to_string(),
                replaced: !stays,
            });
        }
    }
}

/// Other code than the deployed parameter names.
struct Strayed {
    /// SHA-256 of what runs, hex.
    running: String,
    /// The package that should.
    key: CodeKey,
}

fn strayed(observed: &Observed, function: FunctionName) -> Option<Strayed> {
    let running = observed.functions.get(&function)?.code_sha256.clone();
    let state = observed.stack.state.as_ref()?;
    let key = state.parameters.get(code_parameter(function))?;
    let key: CodeKey = key.parse().ok()?;
    (running != key.digest.to_string()).then_some(Strayed { running, key })
}

/// Gives each function that a step names its package from the artifacts bucket, and waits until it runs that. Refuses a
/// step that names another package than the declared one.
pub(super) async fn put_back(
    run: &Run<'_>,
    desired: &Desired,
    layer: &LayerPlan,
) -> Result<(), Error> {
    let names = desired.names();
    for step in &layer.steps {
        let Target::FunctionCode { function, key } = &step.target else {
            continue;
        };
        let is_meant = |package: &&Package| {
            names.function(package.function) == function && package.key() == *key
        };
        let Some(package) = desired.packages.iter().find(is_meant) else {
            return Err(Error::PlanMismatch {
                stack: names.stack.clone(),
            });
        };
        run.go_on()?;
        let mut wait = None;
        while !runs(run, function, &names.artifacts_bucket, package).await? {
            wait.get_or_insert_with(|| run.wait(Awaited::Function, CODE_LIMIT))
                .pause(&format!("the update of function {function}"))
                .await?;
        }
    }
    Ok(())
}

/// Whether the function runs a package; gives it that as soon as it takes it.
async fn runs(
    run: &Run<'_>,
    function: &str,
    bucket: &str,
    package: &Package,
) -> Result<bool, Error> {
    let functions = &run.ports.functions;
    match functions.configuration(function).await? {
        Some(state) if state.readiness == Readiness::Pending => return Ok(false),
        Some(state) if state.code_sha256 == package.sha256 => return Ok(true),
        _ => {}
    }
    match functions
        .update_code(function, bucket, &package.key())
        .await
    {
        Err(error) if error.kind != ErrorKind::Conflict => Err(error.into()),
        _ => Ok(false),
    }
}
