//! `qdn-infra rollback`: puts an earlier release back, by hand or because the proof of a new one failed.

use std::fs;

use super::apply::{Asking, apply};
use crate::cli::args::RollbackArgs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::session::Session;
use crate::engine::{self, Desired, Scope};
use crate::plan::Release;
use crate::render::Extent;
use crate::site;

/// Plans and applies an earlier release.
pub async fn run(context: &mut Context, args: &RollbackArgs) -> Result<u8, Error> {
    let (mut desired, session) = context.desired_restored().await?;
    desired.allowed = args.allow.allowed();
    desired.most_removals = args.page.prune;
    if args.failed {
        engine::give_up_deployed(&mut desired, &session.ports).await?;
    }
    let id = args.id.as_deref();
    let release = engine::earlier(&desired.environment, &session.ports, id).await?;
    let desired = restored(context, desired, &release, &session).await?;
    context.console.say(&format!(
        "putting back release {}; secrets, keys, maintenance data and the carrier's settings stay",
        release.id
    ));
    let asking = Asking {
        yes: args.yes,
        extent: args.page.extent(),
        auto_rollback: false,
    };
    apply(context, (desired, session), asking, Scope::Everything).await
}

/// Puts the newest release back after `failed`, which is none because it was not proved; returns its id. What only `failed`
/// brought goes unasked.
pub(super) async fn automatically(
    context: &mut Context,
    failed: &Desired,
    session: &Session,
) -> Result<String, Error> {
    let mut desired = failed.clone();
    engine::give_up_deployed(&mut desired, &session.ports).await?;
    desired.force_upload = false;
    let environment = &failed.environment;
    let release = engine::newest(environment, &session.ports).await?;
    let desired = restored(context, desired, &release, session).await?;
    let said = format!("it failed: putting back release {}", release.id);
    context.console.say(&said);
    let asking = Asking {
        yes: true,
        extent: Extent::Summed,
        auto_rollback: false,
    };
    super::apply::deploy(context, &desired, session, asking, Scope::Everything).await?;
    Ok(release.id)
}

/// The environment with a release in place of the checkout.
async fn restored(
    context: &Context,
    desired: Desired,
    release: &Release,
    session: &Session,
) -> Result<Desired, Error> {
    let folder = context.project.work_folder().join("rollback");
    let folder = folder.join(&context.environment);
    if let Err(error) = fs::remove_dir_all(&folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(Error::File {
            file: folder,
            error,
        });
    }
    let environment = &desired.environment;
    engine::fetch_page(environment, release, &folder, &session.ports).await?;
    let page = folder.join(site::PREFIX);
    // The release holds what was served: nothing is filled in once more.
    let pages = site::read(&page, site::PREFIX, site::PHONE_IN_PAGE)
        .map_err(super::super::project::Error::from)?;
    Ok(engine::restored(desired, release, pages)?)
}
