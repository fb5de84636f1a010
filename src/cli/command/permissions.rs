//! `qdn-infra permissions` and `qdn-infra ci-role`: what IAM has to allow. Need no cloud, no build, no credentials.

use crate::cli::args::{CiRoleArgs, ListFormat, PermissionsArgs, TemplateFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::project::Project;
use crate::config::{CustomerValues, StackFile};
use crate::permissions::{self, Ci, Declared};
use crate::render;

/// Prints the policies.
pub fn run(context: &mut Context, args: PermissionsArgs) -> Result<u8, Error> {
    let (file, values) = environment(context)?;
    let source = context.project.edge_source()?;
    let declared = Declared::of(&file, &source, values.distribution.as_ref())?;
    let policies = permissions::policies(&declared, args.purpose.plain())?;
    let (account, region) = (values.account.as_str(), file.region.as_str());
    let resolved = policies
        .iter()
        .map(|policy| (policy.name.clone(), policy.resolved(account, region)))
        .collect::<Vec<_>>();
    let text = match args.format {
        ListFormat::Human => render::permissions_human(&resolved, context.console.out_style),
        ListFormat::Json => render::permissions_json(&resolved),
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}

/// Prints the template of a pipeline's roles.
pub fn ci_role(context: &mut Context, args: CiRoleArgs) -> Result<u8, Error> {
    let (file, values) = environment(context)?;
    let source = context.project.edge_source()?;
    let declared = Declared::of(&file, &source, values.distribution.as_ref())?;
    let ci = Ci {
        repository: args.repository,
        branch: args.branch,
        pull_requests: args.pull_requests,
        environment: args.approval,
        provider_exists: args.existing_provider,
    };
    let template = permissions::declare_ci(&declared, &ci)?;
    let text = match args.format {
        TemplateFormat::Yaml => template.to_yaml(),
        TemplateFormat::Json => template.to_json(),
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}

fn environment(context: &Context) -> Result<(StackFile, CustomerValues), Error> {
    let file = context.stack_file()?;
    let values = Project::values(&file, |name| std::env::var(name).ok())?;
    Ok((file, values))
}
