//! `qdn-infra import`: takes resources that exist already into the stack, after showing which.

use std::collections::BTreeMap;

use super::apply::confirm;
use crate::cli::args::ImportArgs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, Import};
use crate::hint::in_environment;
use crate::ports::ImportedResource;

/// Looks, shows, asks, and takes in.
pub async fn run(context: &mut Context, args: &ImportArgs) -> Result<u8, Error> {
    let (desired, session) = context.desired_template().await?;
    let (ports, sink) = (&session.ports, context.sink.clone());
    let mut import =
        engine::find_imports(&desired, ports, sink.as_ref(), &given(&args.ids)).await?;
    let kept = engine::kept_import(&import, ports);
    context.console.lines(&shown(&import))?;
    if import.resources.is_empty() {
        engine::give_up(&import, ports, sink.as_ref()).await?;
        return Ok(exit::DONE);
    }
    let console = &mut context.console;
    let confirmed = confirm(console, &desired.environment, args.yes, &ports.stop).await;
    if let Err(declined) = confirmed {
        if let Err(error) = engine::give_up(&import, ports, sink.as_ref()).await {
            let stack = &import.stack;
            let said = format!("the empty stack {stack} may be left: {error}");
            context.console.say(&said);
        }
        return Err(declined);
    }
    drop(kept);
    let taken = engine::take_in(&mut import, ports, sink.as_ref());
    engine::locked(&desired.environment, ports, sink.as_ref(), taken).await?;
    context.console.say(&in_environment(
        "`qdn-infra plan` shows what else the stack would change",
        &desired.environment.name,
    ));
    Ok(exit::DONE)
}

/// Logical ids, each with the identifier behind its equals sign.
fn given(ids: &[String]) -> BTreeMap<String, Option<String>> {
    ids.iter()
        .map(|id| match id.split_once('=') {
            Some((logical, physical)) => (logical.to_owned(), Some(physical.to_owned())),
            None => (id.clone(), None),
        })
        .collect()
}

fn shown(import: &Import) -> String {
    let mut lines = vec![match (import.resources.is_empty(), import.new_stack) {
        (true, _) => format!("nothing to import into {}", import.stack),
        (false, true) => format!("import into the new stack {}", import.stack),
        (false, false) => format!("import into {}", import.stack),
    }];
    lines.extend(
        import
            .resources
            .iter()
            .map(|one| format!("+ {}", told(one))),
    );
    let left = import.left.iter();
    lines.extend(left.map(|(one, reason)| format!("  left: {}: {reason}", told(one))));
    lines.extend(import.unknown.iter().map(|one| {
        let why = "CloudFormation does not say whether it exists";
        format!("  unknown: {}: {why}", told(one))
    }));
    lines.join("\n") + "\n"
}

fn told(resource: &ImportedResource) -> String {
    let identifier: Vec<&str> = resource.identifier.values().map(String::as_str).collect();
    let (id, kind) = (&resource.logical_id, &resource.resource_type);
    format!("{id} ({kind}) {}", identifier.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_say_what_identifies_it() {
        let given = given(&["RestApi=a1=b".to_owned(), "Data".to_owned()]);
        assert_eq!(given["RestApi"].as_deref(), Some("a1=b"));
        assert_eq!(given["Data"], None);
    }
}
