//! Every port, through the line.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_infra::ports::{
    BucketPolicies, Caller, Carrier, CarrierAccess, ChangeSet, ChangeSetIds, ChangeSetRequest,
    ChangeSetSummary, Clock, DatedObject, Deletion, Detection, DistributionDocument,
    DistributionState, Distributions, Drifts, Edge, EdgeDraft, EdgeFunction, EdgeTrials, Entropy,
    FunctionState, Functions, GatewaySnapshot, GatewayStage, Gateways, GuardedObject,
    GuardedObjects, Identity, InboundSettings, Invocation, KeyValues, ListedObject, LogEvent, Logs,
    NewSecret, ObjectHead, ObjectVersion, Objects, Permissions, Ports, PutObject, Question,
    ResourceDrift, Result, SecretState, Secrets, StackEvent, StackResource, StackState,
    StackStatus, Stacks, StoreState, StoreUpdate, TableState, Tables, Tried, Web, WebDigest,
    WebRequest, WebResponse,
};
use qdn_shared::credentials::Sender;
use secrecy::SecretString;

use super::Wire;

/// Lets every method of a port go through the line.
macro_rules! through {
    ($port:ident: $($name:ident($($argument:ident: $type:ty),*) -> $out:ty;)* $({ $($more:tt)* })?) => {
        #[async_trait]
        impl $port for Wire {
            $($($more)*)?
            $(
                async fn $name(&self $(, $argument: $type)*) -> Result<$out> {
                    let call = $port::$name(&self.world $(, $argument)*);
                    self.send(concat!(stringify!($port), ".", stringify!($name)), call).await
                }
            )*
        }
    };
}

through! { Identity:
    caller() -> Caller;
}
through! { Stacks:
    template(stack: &str) -> Option<String>;
    create_change_set(request: &ChangeSetRequest) -> ChangeSetIds;
    change_set(change_set: &str) -> ChangeSet;
    change_set_template(change_set: &str) -> Option<String>;
    delete_change_set(change_set: &str) -> ();
    earlier(stack: &str, token: &str) -> Vec<StackEvent>;
    failures(stack: &str) -> Vec<StackEvent>;
    delete(stack: &str, token: &str) -> ();
    continue_rollback(stack: &str, token: &str) -> ();
    resources(stack: &str) -> Vec<StackResource>;
    change_sets(stack: &str) -> Vec<ChangeSetSummary>;
    {
        async fn describe(&self, stack: &str) -> Result<Option<StackState>> {
            let call = Stacks::describe(&self.world, stack);
            let found = self.send("Stacks.describe", call).await?;
            Ok(found.map(|state| self.as_it_looks(state)))
        }

        async fn execute_change_set(&self, change_set: &str, token: &str) -> Result<()> {
            let executing = async {
                Stacks::execute_change_set(&self.world, change_set, token).await?;
                self.operation_begins();
                Ok(())
            };
            self.send("Stacks.execute_change_set", executing).await
        }

        async fn events(
            &self,
            stack: &str,
            token: Option<&str>,
            after: Option<&str>,
        ) -> Result<Vec<StackEvent>> {
            let call = Stacks::events(&self.world, stack, token, after);
            let mut events = self.send("Stacks.events", call).await?;
            if self.is_operating() {
                events.retain(|event| event.status.ends_with("IN_PROGRESS"));
            }
            Ok(events)
        }
    }
}
through! { Objects:
    head(bucket: &str, key: &str) -> Option<ObjectHead>;
    get(bucket: &str, key: &str) -> Option<Vec<u8>>;
    dated(bucket: &str, key: &str) -> Option<DatedObject>;
    save(bucket: &str, key: &str, file: &Path) -> bool;
    put(object: &PutObject) -> String;
    list(bucket: &str, prefix: &str) -> Option<Vec<ListedObject>>;
    delete(bucket: &str, keys: &[String]) -> ();
    versions(bucket: &str) -> Vec<ObjectVersion>;
    remove_bucket(bucket: &str) -> ();
    delete_versions(bucket: &str, versions: &[ObjectVersion]) -> ();
}
through! { GuardedObjects:
    read(bucket: &str, key: &str) -> Option<GuardedObject>;
    create(bucket: &str, key: &str, bytes: Vec<u8>) -> String;
    replace(bucket: &str, key: &str, version: &str, bytes: Vec<u8>) -> String;
    remove(bucket: &str, key: &str, version: &str) -> ();
}
through! { Drifts:
    detect(stack: &str) -> String;
    detection(id: &str) -> Detection;
    drifted(stack: &str) -> Vec<ResourceDrift>;
}
through! { Tables:
    describe(table: &str) -> Option<TableState>;
    unprotect(table: &str) -> ();
    delete(table: &str) -> ();
}
through! { Functions:
    configuration(function: &str) -> Option<FunctionState>;
    invoke(function: &str, payload: &[u8]) -> Invocation;
    update_code(function: &str, bucket: &str, key: &str) -> ();
}
through! { Gateways:
    log_role() -> Option<String>;
    snapshot(api: &str, deployment: &str) -> Option<GatewaySnapshot>;
    redeploy(api: &str, stage: &str) -> ();
    stage(api: &str, stage: &str) -> Option<GatewayStage>;
}
through! { Edge:
    distribution(id: &str) -> Option<DistributionState>;
    live_function(name: &str) -> Option<Vec<u8>>;
    update_function(function: &EdgeFunction) -> EdgeDraft;
    publish_function(draft: &EdgeDraft) -> ();
    invalidate(distribution: &str, paths: &[String], reference: &str) -> String;
    invalidated(distribution: &str, invalidation: &str) -> bool;
}
through! { Distributions:
    configuration(id: &str) -> Option<DistributionDocument>;
    replace(id: &str, document: &DistributionDocument) -> ();
}
through! { BucketPolicies:
    policy(bucket: &str) -> Option<String>;
    set_policy(bucket: &str, policy: Option<&str>) -> ();
}
through! { EdgeTrials:
    create(candidate: &EdgeFunction) -> EdgeDraft;
    run(function: &EdgeDraft, event: &[u8]) -> Tried;
    delete(name: &str) -> ();
}
through! { Secrets:
    describe(secret: &str) -> Option<SecretState>;
    value(secret: &str) -> Option<SecretString>;
    create(secret: &NewSecret) -> ();
    put(secret: &str, token: &str, text: &SecretString) -> ();
    tag(secret: &str, tags: &BTreeMap<String, String>) -> ();
    restore(secret: &str) -> ();
    delete(secret: &str, when: Deletion) -> ();
}
through! { KeyValues:
    describe(store: &str) -> Option<StoreState>;
    entries(store: &str) -> Option<BTreeMap<String, SecretString>>;
    update(store: &str, version: &str, update: &StoreUpdate) -> String;
}
through! { Carrier:
    inbound(access: &CarrierAccess, sender: &Sender) -> Option<InboundSettings>;
    set_inbound(
        access: &CarrierAccess,
        sender: &Sender,
        sid: &str,
        fields: &BTreeMap<String, String>
    ) -> InboundSettings;
}
through! { Logs:
    events(group: &str, from: Timestamp) -> Option<Vec<LogEvent>>;
    delivered(resource: &str) -> Vec<Vec<String>>;
}
through! { Permissions:
    role(name: &str) -> Option<String>;
    refused(principal: &str, question: &Question) -> Vec<String>;
}
/// A request to the API that shows nothing, as a proof sends some forty of them: they change nothing.
const STRANGER: &str = "Web.send (stranger)";

#[async_trait]
impl Web for Wire {
    async fn send(&self, request: &WebRequest) -> Result<WebResponse> {
        let mut headers = request.headers.iter();
        let shows = headers.any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let is_stranger = request.url.contains("/api/") && !shows;
        let name = if is_stranger { STRANGER } else { "Web.send" };
        Wire::send(self, name, Web::send(&self.world, request)).await
    }

    async fn digest(&self, request: &WebRequest) -> Result<WebDigest> {
        Wire::send(self, "Web.digest", Web::digest(&self.world, request)).await
    }
}

impl Entropy for Wire {
    fn random(&self) -> [u8; 32] {
        self.world.random()
    }
}

#[async_trait]
impl Clock for Wire {
    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// 2026-01-01 when the test began.
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.began.elapsed()).unwrap();
        Timestamp::from_second(1_767_225_600).unwrap() + elapsed
    }

    fn fresh_id(&self) -> String {
        self.world.fresh_id()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl Wire {
    /// A stack at work says so.
    fn as_it_looks(&self, state: StackState) -> StackState {
        if !self.is_operating() {
            return state;
        }
        let status = match state.status {
            StackStatus::CreateComplete => StackStatus::CreateInProgress,
            StackStatus::UpdateComplete => StackStatus::UpdateInProgress,
            other => other,
        };
        StackState { status, ..state }
    }

    /// The ports of this command.
    pub fn ports(&self) -> Ports {
        Ports {
            identity: Box::new(self.clone()),
            stacks: Box::new(self.clone()),
            objects: Box::new(self.clone()),
            guarded: Box::new(self.clone()),
            drifts: Box::new(self.clone()),
            tables: Box::new(self.clone()),
            functions: Box::new(self.clone()),
            gateways: Box::new(self.clone()),
            edge: Box::new(self.clone()),
            edge_trials: Box::new(self.clone()),
            distributions: Box::new(self.clone()),
            bucket_policies: Box::new(self.clone()),
            web: Box::new(self.clone()),
            carrier: Box::new(self.clone()),
            secrets: Box::new(self.clone()),
            key_values: Box::new(self.clone()),
            logs: Box::new(self.clone()),
            permissions: Box::new(self.clone()),
            clock: Box::new(self.clone()),
            entropy: Box::new(self.clone()),
            stop: self.stop.clone(),
        }
    }
}
