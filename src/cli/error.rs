//! What ends a command badly, with its exit code and its fix.

use std::io;
use std::path::PathBuf;

use super::exit;
use super::usage::Mistake;
use crate::engine::LockError;
use crate::hint::Hint;
use crate::plan::NotAPlan;
use crate::ports::{ErrorKind, LockState, Task};
use crate::{engine, local, package, permissions, render, secrets, stack, template};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line is not one that this program understands.
    #[error(transparent)]
    Usage(Mistake),
    /// Project or environment.
    #[error(transparent)]
    Project(#[from] super::project::Error),
    /// The secrets file.
    #[error(transparent)]
    Secrets(#[from] secrets::Error),
    /// The local cloud.
    #[error(transparent)]
    Local(local::Error),
    /// The demo.
    #[error("the demo stopped")]
    Demo(#[from] local::demo::Error),
    /// An environment that has no local carrier.
    #[error("environment {environment} is not a local one")]
    NotLocal {
        /// Environment.
        environment: String,
    },
    /// The Lambda packages.
    #[error(transparent)]
    Package(package::Error),
    /// Plan, apply or destroy.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// A template could not be declared.
    #[error("failed to declare the stack")]
    Declare(#[from] stack::Error),
    /// Policies could not be written down.
    #[error("failed to write the policies")]
    Permissions(#[from] permissions::Error),
    /// A template could not be written down.
    #[error("failed to write the template")]
    Template(#[from] template::Error),
    /// Nobody can be asked.
    #[error("{environment} is confirmed by a person, and there is no terminal to ask at")]
    NobodyToAsk {
        /// Environment.
        environment: String,
        /// The flag that answers beforehand.
        flag: String,
    },
    /// The person said no.
    #[error("not confirmed; nothing was changed")]
    Declined,
    /// The environment does not exist.
    #[error("stack {stack} does not exist")]
    NoStack {
        /// Stack name.
        stack: String,
        /// Environment.
        environment: String,
    },
    /// Nothing lies live that could be brought into the checkout.
    #[error("there is no live maintenance data to pull")]
    NothingToPull,
    /// A file could not be written.
    #[error("failed to write {}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file could not be read.
    #[error("failed to read {}: {error}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file of a saved plan cannot be applied.
    #[error("{} cannot be applied", file.display())]
    Plan {
        /// The file.
        file: PathBuf,
        /// Why.
        source: NotAPlan,
    },
    /// An apply failed after it had begun to change something, its proof included, and an earlier release was put back.
    #[error("the apply failed, and release {release} is put back and proved")]
    PutBack {
        /// The release that runs now.
        release: String,
        /// What failed.
        #[source]
        failed: Box<Error>,
    },
    /// The same, and no earlier release could be put back.
    #[error("{failed}; and no earlier release could be put back")]
    NotPutBack {
        /// What failed first.
        failed: Box<Error>,
        /// What failed then.
        #[source]
        error: Box<Error>,
    },
    /// stdout could not be written.
    #[error("failed to write to stdout")]
    Output(#[from] io::Error),
    /// Ctrl-C, where nothing had to be finished.
    #[error("interrupted")]
    Interrupted,
    /// The same, before anything was changed.
    #[error("interrupted; nothing was changed")]
    Untouched,
    /// Ctrl-C a second time.
    #[error("{}", render::left_text(tasks, lock))]
    Left {
        /// Environment.
        environment: String,
        /// What is not finished.
        tasks: Vec<Task>,
        /// How the lock stands.
        lock: LockState,
    },
}

impl Error {
    /// The exit code, chosen from the type.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Engine(engine::Error::Stale { .. } | engine::Error::TooOld { .. })
            | Self::Plan {
                source: NotAPlan::Version { .. },
                ..
            } => exit::STALE,
            Self::Usage(_)
            | Self::Project(_)
            | Self::Declare(_)
            | Self::Permissions(_)
            | Self::NobodyToAsk { .. }
            | Self::NotLocal { .. }
            | Self::Secrets(_)
            | Self::Plan { .. }
            | Self::Unreadable { .. }
            | Self::Engine(
                engine::Error::WrongAccount { .. }
                | engine::Error::Declare(_)
                | engine::Error::NotObserved { .. }
                | engine::Error::Site(_)
                | engine::Error::Refused(_)
                | engine::Error::NotImportable { .. }
                | engine::Error::NameUnknown { .. }
                | engine::Error::SeedConflict { .. }
                | engine::Error::NoSender { .. }
                | engine::Error::PageNames { .. }
                | engine::Error::SeedOvertaken { .. }
                | engine::Error::NoBootstrap { .. }
                | engine::Error::Release(_)
                | engine::Error::OtherEnvironment { .. }
                | engine::Error::Lock(LockError::Other { .. })
                | engine::Error::AuthTokenRefused { .. }
                | engine::Error::Operator(_)
                | engine::Error::Ring(_)
                | engine::Error::ReservedName,
            ) => exit::CONFIGURATION,
            Self::Engine(engine::Error::Blocked { .. }) => exit::BLOCKED,
            Self::Engine(engine::Error::Lock(
                LockError::Held { .. } | LockError::Lost { .. } | LockError::Moves { .. },
            )) => exit::LOCKED,
            Self::Engine(engine::Error::Cloud(error)) if error.kind == ErrorKind::Credentials => {
                exit::CONFIGURATION
            }
            Self::Local(local::Error::Python(error)) if error.is_missing_python() => {
                exit::TOOL_MISSING
            }
            Self::Local(local::Error::NoNode | local::Error::OldNode { .. })
            | Self::Package(package::Error::Tools(_) | package::Error::Toolchain(_)) => {
                exit::TOOL_MISSING
            }
            Self::Declined => exit::DECLINED,
            Self::Interrupted
            | Self::Untouched
            | Self::Left { .. }
            | Self::Engine(engine::Error::Interrupted(_)) => exit::INTERRUPTED,
            Self::Local(_)
            | Self::Demo(_)
            | Self::Package(_)
            | Self::Engine(_)
            | Self::Template(_)
            | Self::NoStack { .. }
            | Self::NothingToPull
            | Self::PutBack { .. }
            | Self::NotPutBack { .. }
            | Self::File { .. }
            | Self::Output(_) => exit::FAILURE,
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Usage(mistake) => mistake.hint(),
            Self::Project(error) => error.hint(),
            Self::Secrets(error) => error.hint(),
            Self::Local(error) => error.hint(),
            Self::Demo(error) => error.hint(),
            Self::NotLocal { .. } => Some("the demo plays on `--env local`".into()),
            Self::Package(error) => error.hint(),
            Self::Engine(error) => error.hint(),
            Self::Permissions(error) => error.hint(),
            Self::NobodyToAsk { flag, .. } => Some(format!("add `{flag}`")),
            Self::NoStack { environment, .. } => Some(format!(
                "make it with `qdn-infra apply --env {environment}`"
            )),
            Self::Plan { source, .. } => source.hint(),
            Self::NothingToPull => Some("`qdn-infra seed push`, or `apply`, makes it".into()),
            Self::PutBack { .. } => Some("mend the cause, then apply again".into()),
            Self::NotPutBack { error, .. } => error.hint(),
            Self::Interrupted => {
                Some("run the same command again; it continues where this one stopped".into())
            }
            Self::Left {
                lock, environment, ..
            } => Some(render::left_hint(lock, environment)),
            Self::Declare(error) => error.hint(),
            Self::Template(error) => error.hint(),
            Self::Unreadable { file, .. } => Some(format!(
                "see that {} exists and that you may read it: `ls -l`",
                file.display()
            )),
            Self::File { file, error } if error.kind() == io::ErrorKind::NotFound => {
                let folder = file.parent().unwrap_or(file).display();
                Some(format!("make its folder first: `mkdir -p {folder}`"))
            }
            Self::File { file, .. } => Some(format!(
                "see that {} belongs to you and can be written, and that its disk has room",
                file.display()
            )),
            Self::Output(_) => Some(
                "see that what stdout leads to can be written, and that its disk has room".into(),
            ),
            Self::Declined | Self::Untouched => None,
        }
    }
}
