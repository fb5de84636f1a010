//! The engine: observes every layer through ports and runs a plan. Owns no terminal.

mod adopt;
mod apply;
mod carrier;
mod cause;
pub mod checkup;
mod code;
mod deploy;
mod desired;
mod destroy;
mod detach;
mod door;
mod drift;
mod edge_keys;
mod error;
mod estimate;
pub mod event;
mod facts;
mod findings;
mod fingerprint;
mod generated;
mod import;
mod interrupt;
mod invocation;
mod keeper;
mod keys;
mod live_edge;
mod lock;
mod logs;
mod looks;
mod maintenance;
mod mend;
mod names;
mod observe;
mod ours;
mod page;
mod planner;
mod prove;
mod record;
mod refresh;
mod refusals;
mod release;
mod resolve;
mod run;
mod saved;
mod secrets;
mod seed;
mod seed_desk;
mod stack_times;
mod status;
mod trial;
mod upload;
mod verify;

pub use adopt::AdoptedSite;
pub use apply::{Outcome, applicable, apply};
pub use checkup::{CloudToCheck, check_cloud, endpoints};
pub use desired::{Desired, Environment};
pub use destroy::{Consent, Kept, Present, Removal, Step, destroy, present, removal};
pub use detach::Attached;
pub use drift::{Drift, StackDrift, drift};
pub use error::{Error, LockError, ReleaseError, Remains, RootCause, SiteError};
pub use facts::{health_path, viewer};
pub use import::{Import, find as find_imports, give_up, kept as kept_import, take_in};
pub use interrupt::{Ended, Interrupted, interruptible};
pub use keys::{KeyChain, OperatorEntry, Revoked, Rotated, TokenKey};
pub use lock::{Claim, LockRecord, locked, unlock};
pub use logs::{LogLine, LogReader, LogsFound, LogsWanted, Origin, log_retention_days};
pub use mend::{mend, settle};
pub use names::{Names, template_key};
pub use observe::{Observed, ObservedStack, own_stacks};
pub use planner::{Planned, Purpose, Scope, discard, kept, plan};
pub use prove::still_works;
pub use refresh::Refresh;
pub use release::{
    Restored, earlier, fetch_page, give_up_deployed, newest, record_release, releases, restored,
};
pub use saved::{reopen, save};
pub use secrets::ObservedSecrets;
pub use seed::ObservedSeed;
pub use seed_desk::SeedDesk;
pub use status::{
    Addresses, DistributionNow, EdgeNow, FunctionNow, LockNow, Look, Operation, PageNow,
    ReleaseNow, Runs, StackNow, Status, status,
};
pub use verify::{Item, LOOK_LIMIT, REPORT_VERSION, Report, Verdict, as_newest_release, verify};
