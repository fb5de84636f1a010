//! What fixes each error of the engine.

use super::Error;
use crate::hint::Hint;
use crate::plan::{Layer, Standing, standing};
use crate::ports::StackStatus;

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Cloud(error) => error.hint(),
            Self::Package(error) => error.hint(),
            Self::Uploads { first, .. } => first.hint().or_else(|| Some("run the same command again; it uploads only what is missing".into())),
            Self::WrongAccount { .. } => {
                Some("set AWS_PROFILE to the right account, or choose another environment with `--env`".into())
            }
            Self::NotReady { stack, standing, .. } => match standing {
                Standing::Busy => Some("another operation is under way; wait for it, then run the same command again".into()),
                Standing::Wreck => Some(
                    "its creation or deletion failed: look at its events, then `destroy` and `apply` with the same `--env`".into(),
                ),
                Standing::Stuck => Some(format!("continue its rollback first: `aws cloudformation continue-update-rollback --stack-name {stack}`")),
                Standing::Absent | Standing::Settled | Standing::Unknown => None,
            },
            Self::ForeignTemplate { .. } => Some("give this environment another `name` in its stack file".into()),
            Self::DeployFailed { status, .. } => Some(
                match standing(Some(&StackStatus::from_name(status))) {
                    Standing::Wreck => {
                        "mend the cause; a stack whose creation failed goes first: `destroy`, then `apply`, with the same `--env`"
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
            Self::Locked { held } | Self::OtherLock { held, .. } => Some(format!(
                "wait for it; if that run is certainly dead, free it with `qdn-infra unlock {}` and the same `--env`, or let it expire",
                held.id
            )),
            Self::NoBootstrap { environment, .. } => {
                Some(format!("make it first: `qdn-infra bootstrap --env {environment}`"))
            }
            Self::LockLost { .. } => Some("see what the other run does, then plan again".into()),
            Self::LockMoves { .. } => Some("that run is alive; look again before you free its lock".into()),
            Self::ForeignLock { place, .. } => Some(format!(
                "look at it, and remove it when nobody works: `aws s3 rm {place}`"
            )),
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
            Self::StoreFailed { .. } => Some("look at the stack's resource EdgeKeys".into()),
            Self::ReservedName => Some("choose another `--name`".into()),
            Self::NoDistribution { .. } => Some(
                "check the id in the variable that `site.distribution` of the stack file names, and the account".into(),
            ),
            Self::DistributionDenied { source, .. } => Some(format!(
                "it may belong to another account; if it is this one's, allow the action `cloudfront:{}` to the role that runs qdn-infra",
                source.operation
            )),
            Self::NoSiteBucket { .. } => Some("check `site.bucket` in the stack file".into()),
            Self::Refused(refusal) => refusal.hint(),
            Self::AttachedElsewhere { place, .. } => Some(format!(
                "name {place} again, or detach from it: `qdn-infra destroy`, then `apply`, with the same `--env`"
            )),
            Self::OwnersFiles { .. } => Some(
                "nothing of them was touched: let their owner move them, or give ours another name in assets/track".into(),
            ),
            Self::Retained { environment, .. } => Some(format!(
                "take in what was kept: `qdn-infra import --env {environment}`, then apply"
            )),
            Self::NotImportable { candidates, .. } => {
                Some(format!("these could be: {}", candidates.join(", ")))
            }
            Self::NameUnknown { logical_id, .. } => {
                Some(format!("name it: `--id {logical_id}=…`"))
            }
            Self::DanglingImport { .. } => Some("take both in, or apply first".into()),
            Self::DataKept { .. } => Some("add `--data` to throw its data away, too".into()),
            Self::MissingOutput { .. } => Some("deploy it first: `qdn-infra apply` with the same `--env`".into()),
            Self::Declare(_) | Self::ChangeSetRefused { .. } | Self::Ring(_) | Self::Operator(_) => None,
        }
    }
}
