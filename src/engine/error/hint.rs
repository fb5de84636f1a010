//! What fixes each error of the engine.

use qdn_shared::operator::OperatorError;
use qdn_shared::ring::RingError;

use super::Error;
use crate::hint::Hint;
use crate::plan::{Layer, Risk, Standing, standing};
use crate::ports::StackStatus;

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Cloud(error) => error.hint(),
            Self::Package(error) => error.hint(),
            Self::Lock(error) => error.hint(),
            Self::Site(error) => error.hint(),
            Self::Release(error) => error.hint(),
            Self::Uploads { first, .. } => first.hint().or_else(|| Some("run the same command again; it uploads only what is missing".into())),
            Self::WrongAccount { .. } => {
                Some("set AWS_PROFILE to the right account, or choose another environment with `--env`".into())
            }
            Self::NotReady { stack, standing, .. } => not_ready(stack, *standing),
            Self::DataInWreck { .. } => Some(
                "nothing was changed: save what is in it; then `destroy` (with `--data` it takes the data, too), `import` of what that kept, and `apply`, all with the same `--env`".into(),
            ),
            Self::RollbackStuck { stack, failed, .. } => {
                let skipped: Vec<&str> = failed.iter().map(|one| one.logical_id.as_str()).collect();
                Some(format!(
                    "mend the cause, then run the same command again; nothing is skipped by itself. To leave them as they are: `aws cloudformation continue-update-rollback --stack-name {stack} --resources-to-skip {}`",
                    skipped.join(" ")
                ))
            }
            Self::ForeignTemplate { .. } => Some("give this environment another `name` in its stack file".into()),
            Self::DeployFailed { status, .. } => Some(
                match standing(Some(&StackStatus::from_name(status))) {
                    Standing::Wreck => {
                        "mend the cause, then run the same command again; what is left of the stack is taken away, unless it holds data"
                    }
                    _ => "mend the cause, then run the same command again",
                }
                .into(),
            ),
            Self::TooLong { .. } | Self::Interrupted(_) => Some("run the same command again; it continues where this one stopped".into()),
            Self::Unproved { .. } => Some("the deploy itself is done; once the cause is mended, the same command proves it again".into()),
            Self::EdgeTrial { event, .. } => Some(format!(
                "nothing was published; cloudfront-fn/events/{event}.json is the event, `node --test cloudfront-fn/*.test.js` runs it"
            )),
            Self::EdgeTooDear { .. } => Some(
                "nothing was published; `node cloudfront-fn/gate/bench.js` shows what each path takes".into(),
            ),
            Self::NoPublicUrl { environment } => Some(format!(
                "give its site a domain name: `site.domains` in stacks/{environment}.yaml"
            )),
            Self::PlanMismatch { .. } | Self::Moved { .. } | Self::Stale { .. } | Self::TooOld { .. } => Some("plan again".into()),
            Self::OtherEnvironment { made_for, .. } => Some(format!("apply it with `--env {made_for}`")),
            Self::NoBootstrap { environment, .. } => {
                Some(format!("make it first: `qdn-infra bootstrap --env {environment}`"))
            }
            Self::SeedConflict { conflicts } | Self::SeedOvertaken { conflicts } => {
                Some(crate::seed::choices(conflicts))
            }
            Self::SeedRaces { .. } => Some("run the same command again".into()),
            Self::Maintenance { status: 401 | 403, .. } => Some(
                "`qdn-infra apply` with the same `--env` and the secrets layer gives the deployer its key".into(),
            ),
            Self::Maintenance { .. } => Some(
                "`qdn-infra seed diff` shows what was to be put there; `--skip-layer seed` leaves it as it is".into(),
            ),
            Self::Blocked { risks } => {
                let flags: Vec<String> = risks.iter().filter_map(Risk::flag).collect();
                Some(format!("when all of this is meant, add to the same command: `{}`", flags.join(" ")))
            }
            Self::Unwritable { .. } => Some("make room there, or let this user write there".into()),
            Self::NotObserved { layers } => {
                let names: Vec<&str> = layers.iter().map(|layer| layer.name()).collect();
                let file = if layers.contains(&Layer::Secrets) {
                    "name the secrets file with `--secrets-file FILE` or QDN_SECRETS_FILE, or "
                } else if layers.contains(&Layer::Carrier) {
                    "put TWILIO_AUTH_TOKEN into the secrets file, or "
                } else {
                    ""
                };
                Some(format!("{file}leave out what is to stay as it is: `--skip-layer {}`", names.join(",")))
            }
            Self::PageNames { .. } => Some(
                "add the file to assets/track, or mend the name; in index.html it begins with /track/".into(),
            ),
            Self::NoSender { .. } => Some(
                "see that TWILIO_ACCOUNT_SID and TWILIO_FROM belong together, or leave the layer out: `--skip-layer carrier`".into(),
            ),
            Self::AuthTokenRefused { .. } => Some(
                "take both from the same account's console (a token that was made anew ends the old one), or `--skip-layer carrier`".into(),
            ),
            Self::WebhookNotSet { .. } => Some("look at the sender in Twilio's console, then run the same command again".into()),
            Self::NoSecret { .. } => Some("`qdn-infra apply` with the same `--env` makes it".into()),
            Self::ForeignSecret { secret, .. } => Some(format!(
                "put its last good version back: `aws secretsmanager list-secret-version-ids --secret-id {secret}` shows them"
            )),
            Self::StoreGone { .. } => Some(
                "one that was just made is known within a minute: run the same command again; one that somebody deleted is made anew by `qdn-infra apply --revert-drift` with the same `--env`".into(),
            ),
            Self::StoreFailed { .. } => Some("look at the stack's resource EdgeKeys".into()),
            Self::ReservedName => Some("choose another `--name`".into()),
            Self::Refused(refusal) => refusal.hint(),
            Self::Retained { environment, .. } => Some(format!(
                "take in what was kept: `qdn-infra import --env {environment}`, then apply"
            )),
            Self::NotImportable { candidates, .. } if candidates.is_empty() => Some(
                "there is nothing to take in: all that could be is in the stack, or does not exist".into(),
            ),
            Self::NotImportable { candidates, .. } => {
                Some(format!("these could be: {}", candidates.join(", ")))
            }
            Self::NameUnknown { logical_id, .. } => {
                Some(format!("name it: `--id {logical_id}=…`"))
            }
            Self::DanglingImport { .. } => Some("take both in, or apply first".into()),
            Self::DataKept { .. } => Some("add `--data` to throw its data away, too".into()),
            Self::MissingOutput { .. } => Some("deploy it first: `qdn-infra apply` with the same `--env`".into()),
            Self::Declare(error) => error.hint(),
            Self::OtherTemplate { .. } => Some(
                "somebody wrote over that object in the same moment, and the change set was taken away: find out who (CloudTrail, or the pull requests whose pipelines ran), then run the same command again"
                    .into(),
            ),
            Self::ChangeSetRefused { .. } => Some(
                "mend what CloudFormation names; `qdn-infra synth` with the same `--env` prints the template that it was given".into(),
            ),
            Self::Ring(error) => Some(ring(*error).into()),
            Self::Operator(error) => Some(operator(*error).into()),
        }
    }
}

/// What helps a rotation that cannot go on.
fn ring(error: RingError) -> &'static str {
    match error {
        RingError::AlreadyPublished { .. } | RingError::NothingPublished => {
            "`qdn-infra keys token rotate` with the same `--env` takes the next step of a rotation, whichever it is"
        }
        RingError::NotYet { .. } => {
            "run `qdn-infra keys token rotate` with the same `--env` then; without `--no-wait` it waits by itself"
        }
        RingError::Signs { .. } => {
            "`qdn-infra keys token rotate` with the same `--env` lets another sign, then revoke it"
        }
        RingError::Unknown { .. } => {
            "`qdn-infra keys token list` with the same `--env` shows the ids"
        }
        RingError::Full => {
            "`qdn-infra keys token list` with the same `--env` shows how long the retiring keys are needed"
        }
    }
}

/// What helps when an operator key cannot be made or found.
fn operator(error: OperatorError) -> &'static str {
    match error {
        OperatorError::Name => "give it another `--name`, like `dashboard`",
        OperatorError::NoScope | OperatorError::Scope => {
            "name what it is for, like `--scope jobs,messages`"
        }
        OperatorError::Id | OperatorError::Unknown => {
            "`qdn-infra keys operator list` with the same `--env` shows the ids"
        }
        OperatorError::Hash => {
            "put the last good version of the secret of operator keys back: `aws secretsmanager list-secret-version-ids` shows them"
        }
        OperatorError::Repeated => "run the same command again; the next key has another id",
    }
}

/// What helps a stack that cannot be changed as it is.
fn not_ready(stack: &str, standing: Standing) -> Option<String> {
    match standing {
        Standing::Busy => Some(
            "wait for that operation, then run the same command again; `apply` follows it by itself".into(),
        ),
        Standing::Wreck => Some(
            "`apply` with the same `--env` makes it anew, unless it holds data; `destroy` takes it away".into(),
        ),
        Standing::Stuck => {
            Some("`apply` with the same `--env` continues its rollback first".into())
        }
        Standing::NotRolledBack => Some(format!(
            "somebody updated it without a rollback: finish that, or undo it with `aws cloudformation rollback-stack --stack-name {stack}`, then run the same command again"
        )),
        Standing::ImportStuck => Some(format!(
            "its events tell what failed: `aws cloudformation describe-stack-events --stack-name {stack}`; nothing continues an import, so `destroy`, then `import` of what that kept"
        )),
        Standing::Unknown => Some(
            "this version does not know that status and leaves it alone: wait until the stack is at rest, or take a newer version".into(),
        ),
        Standing::Absent | Standing::Leftover | Standing::Settled => None,
    }
}
