//! A cloud in memory behind the engine's ports: strict about order (code before the stack that
//! names it), counts calls, and fails at any call one asks for.

mod adopted;
mod carrier;
mod gateways;
mod guarded;
mod imports;
mod maintenance;
mod objects;
mod operating;
mod secrets;
mod services;
mod stack_life;
mod stacks;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qdn_infra::engine::{LockRecord, Names};
use qdn_infra::ports::{
    ChangeSetRequest, CloudError, EdgeFunction, ErrorKind, Ports, Replacement, ResourceDrift,
    Result, Service, StackEvent, StackResource, StackState, StackStatus, Stop, TableState,
};
use qdn_infra::site::Manifest;
use qdn_shared::package::FunctionName;
use serde_json::{Value, json};

pub use adopted::Edit;
use adopted::FakeSite;
use carrier::FakeCarrier;
pub use guarded::{LOCK, UNLOCK};
use maintenance::FakeApi;
pub use objects::VERSION;
use operating::FakeOperations;
pub use secrets::STORE;
use secrets::{FakeSecret, FakeStore};
use strangers::Tampered;

/// The account that every fake lives in.
pub const ACCOUNT: &str = "000000000000";
/// The distribution's id.
pub const DISTRIBUTION: &str = "E0000000000000";
/// The dashboard that preflights are answered for.
pub const VIEWER: &str = "http://viewer.test";

/// One call that a port received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Of which service.
    pub service: Service,
    /// Operation.
    pub name: &'static str,
    /// What it was made on, e.g. an object's key.
    pub subject: String,
    /// Whether it changes anything.
    pub mutating: bool,
    /// The objects that it is about, each as `bucket/key`.
    pub objects: Vec<String>,
}

/// What a manifest says of objects. A run that mends another may ask for one invalidation more.
fn manifest(bytes: &[u8]) -> Manifest {
    Manifest {
        invalidations: 0,
        ..Manifest::from_stored(Some(bytes)).0
    }
}

#[derive(Debug, Clone, Default)]
struct Object {
    /// As `written` was then.
    modified: i64,
    bytes: Vec<u8>,
    content_type: String,
    cache_control: Option<String>,
    sha256: String,
}

#[derive(Debug, Clone)]
struct FakeStack {
    state: StackState,
    template: Option<String>,
}

#[derive(Debug, Clone)]
struct FakeChangeSet {
    request: ChangeSetRequest,
    body: String,
    empty: bool,
    /// Why it is refused.
    absent: Option<String>,
    /// Whether nobody can execute it any more.
    dead: bool,
    /// What it puts back.
    drifted: Vec<ResourceDrift>,
}

/// What is in the cloud, and what was asked of it.
#[derive(Debug, Default, Clone)]
struct State {
    calls: Vec<Call>,
    asked: Vec<String>,
    fail_at: Option<usize>,
    /// A call at which the machine sleeps, and for how long.
    asleep_at: Option<(usize, Duration)>,
    made: usize,
    stacks: BTreeMap<String, FakeStack>,
    change_sets: BTreeMap<String, FakeChangeSet>,
    events: BTreeMap<String, Vec<(String, StackEvent)>>,
    buckets: BTreeMap<String, BTreeMap<String, Object>>,
    tables: BTreeMap<String, TableState>,
    silent_imports: bool,
    /// Types and identifiers of what else exists that no stack made.
    existing: BTreeSet<(String, String)>,
    /// What change sets say of resources beside that they are changed in place.
    verdicts: BTreeMap<String, Replacement>,
    other_template: Option<String>,
    /// The main stack's template as it was read last: its text and what that says.
    read: Option<(String, Arc<Value>)>,
    invalidations: Vec<Vec<String>>,
    references: BTreeSet<String>,
    log_role: Option<String>,
    served: BTreeSet<String>,
    other_code: BTreeSet<FunctionName>,
    /// How many objects were written.
    written: i64,
    secrets: BTreeMap<String, FakeSecret>,
    store: FakeStore,
    carrier: FakeCarrier,
    candidate: Option<EdgeFunction>,
    site: FakeSite,
    api: FakeApi,
    slept: Duration,
    swapped: Option<LockRecord>,
    drifted: Option<Vec<ResourceDrift>>,
    resources: BTreeMap<String, Vec<StackResource>>,
    running: BTreeMap<String, (usize, StackStatus)>,
    rollback_ends: Option<StackStatus>,
    conflicts: usize,
    operations: FakeOperations,
    tampered: Tampered,
}

/// The cloud. Clones share it.
#[derive(Debug, Clone)]
pub struct World {
    state: Arc<Mutex<State>>,
    names: Names,
    dashboard: String,
}

impl World {
    /// An empty cloud for an environment with these names.
    pub fn empty(names: Names, dashboard: &str) -> Self {
        Self {
            state: Arc::default(),
            names,
            dashboard: dashboard.to_owned(),
        }
    }

    /// Another cloud that is as this one is now.
    pub fn copy(&self) -> Self {
        let state = self.state.lock().unwrap().clone();
        Self {
            state: Arc::new(Mutex::new(state)),
            ..self.clone()
        }
    }

    /// The ports into it.
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
            stop: Stop::default(),
        }
    }

    /// Lets the call with this index (from now, counted from 0) fail; none: no call fails.
    pub fn fail_at(&self, index: Option<usize>) {
        let mut state = self.state.lock().unwrap();
        state.calls.clear();
        state.fail_at = index;
    }

    /// Lets the machine sleep during the call with this index: time passes, and nothing is done meanwhile.
    pub fn sleep_at(&self, index: usize, duration: Duration) {
        self.state.lock().unwrap().asleep_at = Some((index, duration));
    }

    /// Every call since the last [`World::fail_at`].
    pub fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// The changing calls among them, by name, without those that take the lock and free it.
    pub fn changing(&self) -> Vec<&'static str> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.mutating && ![LOCK, UNLOCK].contains(&call.name))
            .map(|call| call.name)
            .collect()
    }

    /// What is left in the cloud, without what no user sees: stacks with their templates and
    /// parameters, objects but for the lock with their bytes and headers.
    pub fn contents(&self) -> Value {
        let state = self.state.lock().unwrap();
        let stacks: BTreeMap<&String, Value> = state
            .stacks
            .iter()
            .map(|(name, stack)| {
                let template: Value = serde_json::from_str(stack.template.as_deref().unwrap_or("null")).unwrap();
                (name, json!({"template": template, "parameters": stack.state.parameters, "tags": stack.state.tags}))
            })
            .collect();
        let buckets: BTreeMap<&String, BTreeMap<String, Value>> = state
            .buckets
            .iter()
            .map(|(bucket, objects)| {
                // A release tells which run made it, and when; two are the same when their contents are.
                let releases = |key: &str| key.starts_with("releases/");
                let mut seen: BTreeMap<String, Value> = BTreeMap::new();
                for (number, key) in objects.keys().filter(|key| releases(key)).enumerate() {
                    let content = key.split('.').nth(1).unwrap();
                    seen.insert(format!("release {number}"), json!(content));
                }
                for (key, object) in objects.iter().filter(|(key, _)| !releases(key)) {
                    if *key == self.names.lock {
                        continue;
                    }
                    let content = if *key == self.names.site_manifest {
                        json!(manifest(&object.bytes))
                    } else {
                        json!(object.sha256)
                    };
                    let value = json!([content, object.content_type, object.cache_control]);
                    seen.insert(key.clone(), value);
                }
                (bucket, seen)
            })
            .collect();
        let tables: Vec<&String> = state.tables.keys().collect();
        let mut contents = json!({"stacks": stacks, "buckets": buckets, "tables": tables});
        drop(state);
        let secrets = self.secrets_without_values();
        if !secrets.is_empty() {
            contents["secrets"] = json!(secrets);
        }
        if let Some(site) = self.site_contents() {
            contents["site"] = site;
        }
        contents
    }

    /// Everything that was sent or is left, but for the values of secrets and of entries at the edge.
    pub fn seen(&self) -> String {
        let state = self.state.lock().unwrap();
        let objects = state.buckets.values().flat_map(BTreeMap::values);
        let objects: Vec<_> = objects
            .map(|object| String::from_utf8_lossy(&object.bytes))
            .collect();
        let edge: Vec<_> = state.store.keys().collect();
        format!(
            "{:?} {:?} {:?} {:?} {:?} {objects:?} {edge:?}",
            state.asked, state.stacks, state.change_sets, state.events, state.secrets
        )
    }

    /// Invalidation paths asked for, in order.
    pub fn invalidations(&self) -> Vec<Vec<String>> {
        self.state.lock().unwrap().invalidations.clone()
    }

    /// Lets CloudFormation find these resources changed; before that this cloud has no drift detection.
    pub fn drift(&self, resources: Vec<ResourceDrift>) {
        self.state.lock().unwrap().drifted = Some(resources);
    }

    /// Lets a function run code that no stack names.
    pub fn run_other_code(&self, function: FunctionName) {
        self.state.lock().unwrap().other_code.insert(function);
    }

    /// Gives a stack another tag, as an update by somebody else does.
    pub fn retag(&self, stack: &str) {
        let mut state = self.state.lock().unwrap();
        let found = state.stacks.get_mut(stack).expect("the stack exists");
        let tag = ("by".to_owned(), "somebody".to_owned());
        found.state.tags.extend([tag]);
    }

    /// Removes a bucket with all that is in it behind everybody's back.
    pub fn lose_bucket(&self, bucket: &str) {
        let lost = self.state.lock().unwrap().buckets.remove(bucket);
        assert!(lost.is_some(), "there was no {bucket} to lose");
    }

    /// Lets somebody write another template over each one that is put, before CloudFormation reads it.
    pub fn write_over_templates(&self, other: &str) {
        self.state.lock().unwrap().other_template = Some(other.to_owned());
    }

    /// Lets change sets that take something in say nothing at all.
    pub fn silence_imports(&self) {
        self.state.lock().unwrap().silent_imports = true;
    }

    fn call(
        &self,
        service: Service,
        name: &'static str,
        subject: &str,
        mutating: bool,
    ) -> Result<()> {
        let mut state = self.state.lock().unwrap();
        let index = state.calls.len();
        state.asked.push(format!("{name} {subject}"));
        state.calls.push(Call {
            service,
            name,
            subject: subject.to_owned(),
            mutating,
            objects: Vec::new(),
        });
        if let Some((at, duration)) = state.asleep_at
            && at == index
        {
            state.slept += duration;
        }
        if state.fail_at == Some(index) {
            return Err(CloudError {
                service,
                operation: name,
                subject: subject.to_owned(),
                kind: ErrorKind::Server,
                message: "made to fail".to_owned(),
            });
        }
        Ok(())
    }

    fn read(&self, service: Service, name: &'static str, subject: &str) -> Result<()> {
        self.call(service, name, subject, false)
    }

    fn write(&self, service: Service, name: &'static str, subject: &str) -> Result<()> {
        self.call(service, name, subject, true)
    }

    fn fresh(&self, prefix: &str) -> String {
        let mut state = self.state.lock().unwrap();
        state.made += 1;
        format!("{prefix}-{}", state.made)
    }

    fn output(&self, name: &str) -> String {
        match name {
            "SiteBucketName" => self.names.site_bucket.clone(),
            "DistributionId" => DISTRIBUTION.to_owned(),
            "DistributionDomain" => "d0000000000000.cloudfront.net".to_owned(),
            "ApiId" => "a000000000".to_owned(),
            "ApiStage" => "v1".to_owned(),
            "ApiFunctionName" => self.names.function(FunctionName::Api).to_owned(),
            "RelayFunctionName" => self.names.function(FunctionName::Relay).to_owned(),
            "UpkeepFunctionName" => self.names.function(FunctionName::Upkeep).to_owned(),
            "KeyValueStoreArn" => STORE.to_owned(),
            "EdgeFunctionName" => self.names.edge_function.clone(),
            "ArtifactsBucketName" => self.names.artifacts_bucket.clone(),
            other => format!("value-of-{other}"),
        }
    }

    fn main_template(&self) -> Option<Arc<Value>> {
        let state = &mut *self.state.lock().unwrap();
        let text = state.stacks.get(&self.names.stack)?.template.as_ref()?;
        if let Some((known, value)) = &state.read
            && known == text
        {
            return Some(Arc::clone(value));
        }
        let value: Arc<Value> = Arc::new(serde_json::from_str(text).ok()?);
        state.read = Some((text.clone(), Arc::clone(&value)));
        Some(value)
    }

    /// The function of this name on AWS.
    fn function(&self, name: &str) -> FunctionName {
        let mut all = FunctionName::ALL.iter().copied();
        all.find(|function| self.names.function(*function) == name)
            .expect("only declared functions are asked for")
    }

    fn deployed_package(&self, function: FunctionName) -> Option<String> {
        let state = self.state.lock().unwrap();
        let key = state
            .stacks
            .get(&self.names.stack)?
            .state
            .parameters
            .get(qdn_infra::stack::code_parameter(function))?
            .clone();
        state
            .buckets
            .get(&self.names.artifacts_bucket)?
            .get(&key)
            .map(|object| object.sha256.clone())
    }
}
