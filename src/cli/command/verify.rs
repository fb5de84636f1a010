//! `qdn-infra verify`: the list of proofs that an apply ends with, run by itself.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cli::args::{PageArgs, SecretsArgs, SkippableLayer, VerifyArgs, VerifyFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::secrets::Wanted;
use crate::cli::session::Session;
use crate::cli::{exit, file};
use crate::engine::{self, Desired, Item, Verdict};
use crate::hint::Hint as _;
use crate::plan::Allowed;
use crate::render;
use crate::secrets::{self, SecretsFile};

/// Looks, and tells what was seen.
pub async fn run(context: &mut Context, args: &VerifyArgs) -> Result<u8, Error> {
    let stack_file = context.stack_file()?;
    let given = SecretsArgs {
        secrets_file: args.secrets_file.clone(),
        skip_layers: Vec::new(),
    };
    let wanted = context.project.secrets(&stack_file, &given);
    let (mut desired, session) = opened(context, args.checkout).await?;
    // A file that is wrong is one item of the list; the others are looked at all the same.
    let (credentials, secrets_file) = read(&wanted);
    desired.secrets = secrets_file;
    desired.skip = BTreeSet::new();
    let (state, _) = engine::own_stacks(&desired.environment, &session.ports).await?;
    let Some(state) = state.filter(|state| !state.outputs.is_empty()) else {
        return Err(Error::NoStack {
            stack: desired.names().stack,
            environment: desired.environment.name,
        });
    };
    if !args.checkout {
        desired = engine::as_newest_release(desired, &session.ports).await?;
    }
    let sink = context.sink.clone();
    let (ports, state) = (&session.ports, Some(&state));
    let report = engine::verify(
        &desired,
        state,
        credentials,
        engine::Looking {
            limit: Duration::from_secs(args.wait),
            domain: !args.skip_domain,
        },
        ports,
        sink.as_ref(),
    )
    .await?;
    let human = render::verify_human(&report, context.console.out_style);
    let text = match args.format {
        VerifyFormat::Human => human.clone(),
        VerifyFormat::Json => render::verify_json(&report),
        VerifyFormat::Junit => render::verify_junit(&report),
    };
    match &args.out {
        Some(out) => {
            // First what was seen: it is not lost when the file cannot be written.
            context.console.data(&human)?;
            file::replace(out, text.as_bytes(), 0o644)?;
        }
        None => context.console.data(&text)?,
    }
    Ok(if report.is_right() {
        exit::DONE
    } else {
        exit::FAILURE
    })
}

/// What is compared with, before any secret is read: this checkout, or what a release is put back into.
async fn opened(context: &Context, checkout: bool) -> Result<(Desired, Session), Error> {
    if !checkout {
        return context.desired_restored().await;
    }
    let no_secrets = SecretsArgs {
        secrets_file: None,
        skip_layers: vec![SkippableLayer::Secrets, SkippableLayer::Seed],
    };
    let (page, allowed) = (PageArgs::default(), Allowed::default());
    context.desired(false, page, allowed, &no_secrets).await
}

/// The secrets file, and how it stands.
fn read(wanted: &Wanted) -> (Item, Option<SecretsFile>) {
    match wanted.read_any() {
        Ok(Some(file)) => {
            let place = wanted.path().map(|path| path.display().to_string());
            let place = place.unwrap_or_default();
            let token = match file.auth_token {
                Some(_) => "",
                None => ", but TWILIO_AUTH_TOKEN",
            };
            let seen = format!("{place} has mode 600 and every credential{token}");
            (item(Verdict::Right, seen, None), Some(file))
        }
        Ok(None) => {
            let seen = "no secrets file was given".to_owned();
            (item(Verdict::NotLookedAt, seen, None), None)
        }
        Err(error) => (wrong(&error), None),
    }
}

fn wrong(error: &secrets::Error) -> Item {
    // Each fault of the file stands on a line of its own.
    let seen = error.to_string().replace('\n', " ");
    item(Verdict::Wrong, seen, error.hint())
}

fn item(verdict: Verdict, seen: String, hint: Option<String>) -> Item {
    Item {
        item: "credentials-file",
        verdict,
        seen,
        hint,
    }
}
