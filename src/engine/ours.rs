//! What of ours belongs on a distribution and a bucket that are not ours, with the names put in that AWS gave.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::desired::Environment;
use super::error::Error;
use super::observe::Observed;
use super::resolve::Resolver;
use crate::plan::adopt::{Behavior, Origin, Ours, ReadGrant};
use crate::plan::stack::DeclaredStack;
use crate::plan::{Action, LayerPlan, Standing, Target};
use crate::stack::Output;

/// The outputs that have to be known before anything is attached.
const NEEDED: [Output; 6] = [
    Output::ApiId,
    Output::AccessControlId,
    Output::TrackCachePolicyId,
    Output::TrackHeadersPolicyId,
    Output::DataCachePolicyId,
    Output::DataHeadersPolicyId,
];

/// ARN of the edge function. It follows from its name, so that it is known before and after there is a stack.
pub fn function_arn(environment: &Environment) -> String {
    let function = environment.names().edge_function;
    format!(
        "arn:aws:cloudfront::{}:function/{function}",
        environment.account()
    )
}

/// What the policy of the bucket has to allow.
pub fn grant(environment: &Environment, distribution: &str) -> ReadGrant {
    ReadGrant {
        bucket_arn: format!("arn:aws:s3:::{}", environment.names().site_bucket),
        distribution_arn: format!(
            "arn:aws:cloudfront::{}:distribution/{distribution}",
            environment.account()
        ),
    }
}

/// What is attached, as `given` declares it; a value that `outputs` does not tell is a name in `${…}`.
pub fn ours(
    environment: &Environment,
    given: &Value,
    declared: &DeclaredStack,
    outputs: &BTreeMap<String, String>,
) -> Ours {
    let names = Resolver {
        template: &declared.template,
        outputs,
        environment,
    };
    let given = names.value(given);
    let list = |field: &str| given[field].as_array().cloned().unwrap_or_default();
    let origins = list("Origins").into_iter().map(read::<Origin>);
    let behaviors = list("CacheBehaviors").into_iter().map(|mut behavior| {
        let path = behavior
            .as_object_mut()
            .and_then(|fields| fields.remove("PathPattern"));
        let path = path.as_ref().and_then(Value::as_str).unwrap_or_default();
        (path.to_owned(), read::<Behavior>(behavior))
    });
    Ours {
        function: function_arn(environment),
        origins: origins.collect(),
        behaviors: behaviors.collect(),
    }
}

/// The form is ours on both sides, and tests hold them against each other.
fn read<T: serde::de::DeserializeOwned>(declared: Value) -> T {
    serde_json::from_value(declared).expect("what the stack declares is what is attached")
}

/// The outputs that hold for what this plan is about to do: none of a stack that is not there, and none of a
/// resource that is made anew.
pub fn known(
    observed: &Observed,
    declared: &DeclaredStack,
    stack: &LayerPlan,
) -> BTreeMap<String, String> {
    if observed.stack.standing() != Standing::Settled {
        return BTreeMap::new();
    }
    let state = observed.stack.state.as_ref();
    let mut outputs = state.map(|state| state.outputs.clone()).unwrap_or_default();
    for step in &stack.steps {
        if let (Target::Resource { logical_id, .. }, Action::Create | Action::Replace) =
            (&step.target, step.action)
        {
            let made_anew = json!({ "Ref": logical_id });
            outputs.retain(|name, _| declared.template["Outputs"][name]["Value"] != made_anew);
        }
    }
    outputs
}

/// The outputs of a deployed stack; refuses when one is missing that is attached.
pub fn told(
    declared: &DeclaredStack,
    outputs: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Error> {
    let missing = NEEDED
        .into_iter()
        .find(|output| !outputs.contains_key(output.name()));
    match missing {
        None => Ok(outputs),
        Some(output) => Err(Error::MissingOutput {
            stack: declared.name.clone(),
            output: output.name().to_owned(),
        }),
    }
}
