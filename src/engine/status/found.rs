//! What is found of an environment, as people and programs are told it. No I/O.

use jiff::Timestamp;
use qdn_shared::package::FunctionName;
use serde::Serialize;

use crate::engine::lock::LockRecord;

/// Something that was looked at; what cannot be read hides nothing of the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Look<T> {
    /// What is there.
    Seen(T),
    /// Why it could not be read.
    Unread {
        /// The error's text.
        unread: String,
    },
}

impl<T> Look<T> {
    pub(super) fn of(looked: Result<T, impl std::fmt::Display>) -> Self {
        match looked {
            Ok(seen) => Self::Seen(seen),
            Err(error) => Self::Unread {
                unread: error.to_string(),
            },
        }
    }

    /// What was seen.
    pub fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(seen) => Some(seen),
            Self::Unread { .. } => None,
        }
    }
}

/// How an environment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its name.
    pub environment: String,
    /// Account id, 12 digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// When it was looked at.
    pub at: Timestamp,
    /// Name of the main stack.
    pub stack_name: String,
    /// The main stack; none when there is none.
    pub stack: Option<StackNow>,
    /// The newest release; none when there is none yet.
    pub release: Look<Option<ReleaseNow>>,
    /// Who holds the lock; none when nobody does.
    pub lock: Look<Option<LockNow>>,
    /// Every function, in the order in which people see them.
    pub functions: Vec<FunctionNow>,
    /// What the edge function is; none when nothing is LIVE.
    pub edge: Look<Option<EdgeNow>>,
    /// The distribution; none when there is none.
    pub distribution: Look<Option<DistributionNow>>,
    /// The page; none when its bucket is absent.
    pub page: Look<Option<PageNow>>,
    /// Where people reach what; none while there is no distribution.
    pub addresses: Option<Addresses>,
}

/// A stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StackNow {
    /// CloudFormation's status.
    pub status: String,
    /// Why, when it says so.
    pub reason: Option<String>,
    /// Whether it is at rest, and nothing is to be mended.
    pub settled: bool,
    /// Whether an operation is under way.
    pub operating: bool,
    /// Its newest operation; none when CloudFormation has no events of it any more.
    pub operation: Look<Option<Operation>>,
}

/// The newest operation on a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// When it began, RFC 3339.
    pub began: String,
    /// When its newest event came: since then the stack has its status, RFC 3339.
    pub newest: String,
    /// That event: logical id and status.
    pub event: String,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseNow {
    /// Its id.
    pub id: String,
    /// When it was proved.
    pub made_at: Timestamp,
    /// Git revision, with `-dirty` when the checkout held changes.
    pub revision: Option<String>,
    /// The earlier release that it puts back, when it is a rollback.
    pub restores: Option<String>,
}

/// A lock that is held, or was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockNow {
    /// What it says.
    #[serde(flatten)]
    pub record: LockRecord,
    /// Whether it ran out, so that the next command takes it over.
    pub over: bool,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionNow {
    /// Which.
    pub function: FunctionName,
    /// What runs; none when it does not exist.
    pub runs: Look<Option<Runs>>,
}

/// What a function runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Runs {
    /// SHA-256 of the deployed zip, hex.
    pub code_sha256: String,
    /// `ready`, `pending` or `failed`.
    pub state: &'static str,
    /// Lambda's reason when it failed.
    pub reason: Option<String>,
    /// Whether that is the newest release's code; none when there is no release to compare with.
    pub as_released: Option<bool>,
}

/// What is LIVE at the edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EdgeNow {
    /// Whether that is the newest release's code; none when there is no release to compare with.
    pub as_released: Option<bool>,
}

/// A distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DistributionNow {
    /// Its id.
    pub id: String,
    /// Its own domain name.
    pub domain: String,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether every edge location has its newest configuration.
    pub deployed: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageNow {
    /// How many objects lie below the page's folder.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// How many files of the newest release are missing, or have another size; none without a release.
    pub unlike_release: Option<usize>,
}

/// Where people reach what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// The tracking page.
    pub track: String,
    /// The API.
    pub api: String,
}
