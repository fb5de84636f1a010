//! `qdn-infra unlock`: frees the lock of a run that is dead.

use crate::cli::args::UnlockArgs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;

/// Frees a lock by its exact id.
pub async fn run(context: &mut Context, args: &UnlockArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let freed = engine::unlock(&environment, &session.ports, &args.id).await?;
    let text = match freed {
        Some(lock) => format!(
            "freed lock {}, which {} on {} took for `{}` at {:.0}\n",
            lock.id, lock.owner, lock.host, lock.command, lock.taken_at
        ),
        None => format!("nobody holds a lock on {}\n", environment.name),
    };
    context.console.lines(&text)?;
    Ok(exit::DONE)
}
