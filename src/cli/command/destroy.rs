//! `qdn-infra destroy`: takes an environment away; data and bootstrap only when asked.

use crate::cli::args::DestroyArgs;
use crate::cli::console::Console;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::config::DataPolicy;
use crate::engine::{self, Consent, Environment, Present};

/// Destroys an environment after its stack's name was typed.
pub async fn run(context: &mut Context, args: &DestroyArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let present = engine::present(&environment, &session.ports).await?;
    let consent = Consent {
        data: args.data,
        bootstrap: args.bootstrap,
    };
    if present.stack.is_none() && (present.bootstrap.is_none() || !consent.bootstrap) {
        context.console.data(&format!(
            "nothing to destroy: {} does not exist\n",
            environment.names().stack
        ))?;
        return Ok(exit::DONE);
    }
    context
        .console
        .data(&intent(&environment, &present, consent))?;
    confirm(&mut context.console, &environment, args.yes.as_deref())?;
    engine::destroy(
        &environment,
        &present,
        consent,
        &session.ports,
        context.sink.as_ref(),
    )
    .await?;
    Ok(exit::DONE)
}

fn intent(environment: &Environment, present: &Present, consent: Consent) -> String {
    let names = environment.names();
    let empties = consent.data || environment.file.data == DataPolicy::Discard;
    let mut lines = Vec::new();
    if present.stack.is_some() {
        lines.push(format!("- stack {}", names.stack));
        lines.push(if empties {
            format!("- bucket {} and everything in it", names.site_bucket)
        } else {
            format!("  kept: bucket {} (`--data` removes it)", names.site_bucket)
        });
    }
    if present.bootstrap.is_some() {
        if consent.bootstrap {
            lines.push(format!("- stack {}", names.bootstrap));
            lines.push(format!(
                "- bucket {} and everything in it",
                names.artifacts_bucket
            ));
        } else {
            lines.push(format!(
                "  kept: stack {} (`--bootstrap` removes it)",
                names.bootstrap
            ));
        }
    }
    format!("destroy {}\n{}\n", environment.name, lines.join("\n"))
}

fn confirm(
    console: &mut Console,
    environment: &Environment,
    yes: Option<&str>,
) -> Result<(), Error> {
    let stack = environment.names().stack;
    match yes {
        Some("") if !environment.file.confirm => return Ok(()),
        Some(typed) if typed == stack => return Ok(()),
        Some(_) | None => {}
    }
    if !environment.file.confirm {
        return Ok(());
    }
    if !console.interactive {
        return Err(Error::NobodyToAsk {
            environment: environment.name.clone(),
            flag: format!("--yes={stack}"),
        });
    }
    match console.ask(&format!("Type the stack's name, {stack}, to destroy it:")) {
        Some(typed) if typed == stack => Ok(()),
        Some(_) | None => Err(Error::Declined),
    }
}
