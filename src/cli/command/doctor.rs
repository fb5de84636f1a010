//! `qdn-infra doctor`: looks at everything that a command stands on, and says how to mend what is wrong. Starts
//! nothing, installs nothing, changes nothing.

mod machine;

use std::error::Error as StdError;

use crate::aws;
use crate::cli::args::{DoctorArgs, ListFormat, SecretsArgs};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::project::Project;
use crate::cli::session::{self, local_settings};
use crate::config::{Cloud, CustomerValues, StackFile};
use crate::engine::checkup::{Item, Verdict};
use crate::engine::{self, CloudToCheck};
use crate::hint::Hint;
use crate::local;
use crate::render;

/// Looks at everything and prints it.
pub async fn run(context: &mut Context, args: DoctorArgs) -> Result<u8, Error> {
    let mut items = Vec::new();
    let file = context.stack_file();
    items.push(Item::new(
        "stack file",
        match &file {
            Ok(_) => Verdict::good(format!("stacks/{}.yaml", context.environment)),
            Err(error) => wrong(error),
        },
    ));
    let file = file.ok();
    let values = file.as_ref().map(|file| {
        let variable = |name: &str| std::env::var(name).ok();
        Project::values(file, variable)
    });
    let variables = match &values {
        Some(Ok(values)) => Verdict::good(format!("account {}", values.account.as_str())),
        Some(Err(error)) => wrong(error),
        None => Verdict::not_checked("the stack file cannot be read"),
    };
    items.push(Item::new("variables", variables));
    let values = values.and_then(Result::ok);
    items.extend(machine::check(&context.project, file.as_ref()).await);
    if let Some(file) = &file {
        items.push(Item::new("secrets file", secrets(&context.project, file)));
        items.extend(cloud(context, file, values.as_ref()).await);
    } else {
        let parts = [
            "secrets file",
            "credentials",
            "clock",
            "network",
            "permissions",
        ];
        let unseen = || Verdict::not_checked("the stack file cannot be read");
        items.extend(parts.map(|part| Item::new(part, unseen())));
    }
    let text = match args.format {
        ListFormat::Human => render::doctor_human(&items, context.console.out_style),
        ListFormat::Json => format!("{:#}\n", serde_json::json!(items)),
    };
    context.console.data(&text)?;
    let is_bad = |item: &Item| matches!(item.verdict, Verdict::Bad { .. });
    Ok(if items.iter().any(is_bad) {
        exit::FAILURE
    } else {
        exit::DONE
    })
}

/// What an error says, its causes included, and what mends it.
fn wrong(error: &(impl StdError + Hint)) -> Verdict {
    let fix = error
        .hint()
        .unwrap_or_else(|| "mend what the message names".to_owned());
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        if !said.ends_with(&message) {
            said = format!("{said}: {message}");
        }
        cause = inner.source();
    }
    Verdict::bad(said.replace('\n', " "), fix)
}

/// The file that `plan` and `apply` would read. Nothing of what it holds is told.
fn secrets(project: &Project, file: &StackFile) -> Verdict {
    let wanted = project.secrets(file, &SecretsArgs::default());
    let path = wanted.path().map(|path| path.display().to_string());
    match (wanted.read_any(), path) {
        (Ok(Some(_)), path) => Verdict::good(format!(
            "{} can be read and is yours alone",
            path.unwrap_or_default()
        )),
        (Ok(None), Some(path)) => {
            Verdict::not_checked(format!("the local cloud makes {path} when it starts"))
        }
        (Ok(None), None) => Verdict::warning(
            "no secrets file is named: the layers secrets and carrier cannot be observed",
            "name it: `export QDN_SECRETS_FILE=~/repos.env`",
        ),
        (Err(error), _) => wrong(&error),
    }
}

/// The cloud, if there is one to be asked.
async fn cloud(context: &Context, file: &StackFile, values: Option<&CustomerValues>) -> Vec<Item> {
    let account = values.map(|values| values.account.as_str());
    let (endpoint, endpoints) = match file.cloud {
        Cloud::Aws => (
            aws::Endpoint::Aws,
            engine::endpoints(file.region.as_str(), account),
        ),
        Cloud::Local => match local_cloud(&context.project).await {
            Ok(running) => running,
            Err(verdict) => {
                let parts = ["local cloud", "credentials", "clock", "permissions"];
                return parts.map(|part| Item::new(part, verdict.clone())).into();
            }
        },
    };
    let ports = session::ports(file, endpoint, context.recorder.clone(), context.began).await;
    let cloud = CloudToCheck {
        environment: &context.environment,
        file,
        account,
        distribution: values.and_then(|values| values.distribution.as_ref()),
        endpoints,
    };
    engine::check_cloud(&cloud, &ports).await
}

/// Where the local cloud runs; it is not started.
async fn local_cloud(project: &Project) -> Result<(aws::Endpoint, Vec<(String, String)>), Verdict> {
    let settings = local_settings(project);
    let (cloud, carrier) =
        futures::join!(local::status(&settings), local::carrier::status(&settings));
    let running = match cloud {
        Ok(local::Status::Running(running)) => running,
        Ok(local::Status::Stopped) => {
            return Err(Verdict::not_checked(
                "it does not run; `qdn-infra local start` starts it",
            ));
        }
        Ok(local::Status::Silent(_) | local::Status::Crashed { .. }) => {
            return Err(Verdict::bad(
                "it does not answer, or has crashed",
                "start it again: `qdn-infra local start`",
            ));
        }
        Err(error) => return Err(wrong(&error)),
    };
    let mut endpoints = vec![
        ("emulator".to_owned(), running.endpoint.to_string()),
        ("front".to_owned(), running.front.to_string()),
    ];
    if let Ok(local::Status::Running(carrier)) = carrier {
        endpoints.push(("carrier".to_owned(), carrier.url.to_string()));
    }
    Ok((aws::Endpoint::Local(running.endpoint), endpoints))
}
