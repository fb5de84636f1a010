//! A cloud in memory behind the engine's ports: strict about order (code before the stack that
//! names it), counts calls, and fails at any call one asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use qdn_infra::engine::Names;
use qdn_infra::ports::{
    Body, Caller, ChangeSet, ChangeSetIds, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, Clock,
    CloudError, DistributionState, Edge, ErrorKind, FunctionState, Functions, GatewayStage,
    Gateways, Identity, Invocation, ListedObject, ObjectHead, ObjectVersion, Objects, Ports,
    PutObject, Readiness, Replacement, ReportedAction, ReportedChange, Result, Service, StackEvent,
    StackState, StackStatus, Stacks, TemplateSource, Web, WebRequest, WebResponse,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The account that every fake lives in.
pub const ACCOUNT: &str = "000000000000";
/// The distribution's id.
pub const DISTRIBUTION: &str = "E0000000000000";
/// The dashboard that preflights are answered for.
pub const VIEWER: &str = "http://viewer.test";

/// One call that a port received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Operation.
    pub name: &'static str,
    /// Whether it changes anything.
    pub mutating: bool,
}

#[derive(Debug, Clone)]
struct Object {
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
}

/// What is in the cloud, and what was asked of it.
#[derive(Debug, Default)]
struct State {
    calls: Vec<Call>,
    fail_at: Option<usize>,
    made: usize,
    stacks: BTreeMap<String, FakeStack>,
    change_sets: BTreeMap<String, FakeChangeSet>,
    events: BTreeMap<String, Vec<(String, StackEvent)>>,
    buckets: BTreeMap<String, BTreeMap<String, Object>>,
    invalidations: Vec<Vec<String>>,
    log_role: Option<String>,
    served: BTreeSet<String>,
    slept: Duration,
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

    /// The ports into it.
    pub fn ports(&self) -> Ports {
        Ports {
            identity: Box::new(self.clone()),
            stacks: Box::new(self.clone()),
            objects: Box::new(self.clone()),
            functions: Box::new(self.clone()),
            gateways: Box::new(self.clone()),
            edge: Box::new(self.clone()),
            web: Box::new(self.clone()),
            clock: Box::new(self.clone()),
        }
    }

    /// Lets the call with this index (from now, counted from 0) fail; none: no call fails.
    pub fn fail_at(&self, index: Option<usize>) {
        let mut state = self.state.lock().unwrap();
        state.calls.clear();
        state.fail_at = index;
    }

    /// Every call since the last [`World::fail_at`].
    pub fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// What is left in the cloud, without what no user sees: stacks with their templates and
    /// parameters, objects with their bytes and headers.
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
        let buckets: BTreeMap<&String, BTreeMap<&String, Value>> = state
            .buckets
            .iter()
            .map(|(bucket, objects)| {
                let objects = objects.iter().map(|(key, object)| {
                    (
                        key,
                        json!([object.sha256, object.content_type, object.cache_control]),
                    )
                });
                (bucket, objects.collect())
            })
            .collect();
        json!({"stacks": stacks, "buckets": buckets})
    }

    /// Invalidation paths asked for, in order.
    pub fn invalidations(&self) -> Vec<Vec<String>> {
        self.state.lock().unwrap().invalidations.clone()
    }

    /// Lets the API serve a route that nobody declares.
    pub fn serve(&self, route: &str) {
        self.state.lock().unwrap().served.insert(route.to_owned());
    }

    /// Removes an object behind everybody's back.
    pub fn lose(&self, bucket: &str, key: &str) {
        let mut state = self.state.lock().unwrap();
        let lost = state
            .buckets
            .get_mut(bucket)
            .and_then(|objects| objects.remove(key));
        assert!(lost.is_some(), "there was no {bucket}/{key} to lose");
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
        state.calls.push(Call { name, mutating });
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
            "ApiFunctionName" => self.names.api_function.clone(),
            "EdgeFunctionName" => self.names.edge_function.clone(),
            "ArtifactsBucketName" => self.names.artifacts_bucket.clone(),
            other => format!("value-of-{other}"),
        }
    }

    fn main_template(&self) -> Option<Value> {
        let state = self.state.lock().unwrap();
        let text = state.stacks.get(&self.names.stack)?.template.clone()?;
        serde_json::from_str(&text).ok()
    }

    fn deployed_package(&self) -> Option<String> {
        let state = self.state.lock().unwrap();
        let key = state
            .stacks
            .get(&self.names.stack)?
            .state
            .parameters
            .get("ApiCodeKey")?
            .clone();
        state
            .buckets
            .get(&self.names.artifacts_bucket)?
            .get(&key)
            .map(|object| object.sha256.clone())
    }
}

/// The physical name of a bucket as `Fn::Sub`, plain text or `Fn::Join` declares it.
fn bucket_name(declared: &Value) -> String {
    let text = match declared {
        Value::String(text) => text.clone(),
        Value::Object(map) => map
            .get("Fn::Sub")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    };
    text.replace("${AWS::AccountId}", ACCOUNT)
        .replace("${AWS::Region}", "us-east-1")
}

#[async_trait]
impl Identity for World {
    async fn caller(&self) -> Result<Caller> {
        self.read(Service::Sts, "GetCallerIdentity", "caller")?;
        Ok(Caller {
            account: ACCOUNT.to_owned(),
            arn: "arn:aws:iam::000000000000:root".to_owned(),
        })
    }
}

#[async_trait]
impl Stacks for World {
    async fn describe(&self, stack: &str) -> Result<Option<StackState>> {
        self.read(Service::CloudFormation, "DescribeStacks", stack)?;
        let state = self.state.lock().unwrap();
        Ok(state
            .stacks
            .iter()
            .find(|(name, candidate)| *name == stack || candidate.state.id == stack)
            .map(|(_, found)| found.state.clone()))
    }

    async fn template(&self, stack: &str) -> Result<Option<String>> {
        self.read(Service::CloudFormation, "GetTemplate", stack)?;
        let state = self.state.lock().unwrap();
        Ok(state
            .stacks
            .get(stack)
            .and_then(|found| found.template.clone()))
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetIds> {
        self.write(Service::CloudFormation, "CreateChangeSet", &request.stack)?;
        let id = self.fresh("change-set");
        let stack_id = self.fresh("stack");
        let mut state = self.state.lock().unwrap();
        let body = match &request.template {
            TemplateSource::Body(body) => body.clone(),
            TemplateSource::Object { bucket, key } => {
                let object = state
                    .buckets
                    .get(bucket)
                    .and_then(|objects| objects.get(key));
                String::from_utf8(object.expect("the template object exists").bytes.clone())
                    .unwrap()
            }
        };
        let deployed = state.stacks.get(&request.stack);
        match (request.kind, deployed.map(|stack| &stack.state.status)) {
            (ChangeSetKind::Create, None | Some(StackStatus::ReviewInProgress)) => {}
            (ChangeSetKind::Update, Some(status)) if *status != StackStatus::ReviewInProgress => {}
            (kind, status) => panic!("a {kind:?} change set for a stack that is {status:?}"),
        }
        let empty = deployed.is_some_and(|stack| {
            stack.template.as_ref() == Some(&body)
                && stack.state.parameters == request.parameters
                && stack.state.tags == request.tags
        });
        let stack = state
            .stacks
            .entry(request.stack.clone())
            .or_insert_with(|| FakeStack {
                state: StackState {
                    id: stack_id,
                    status: StackStatus::ReviewInProgress,
                    status_reason: None,
                    parameters: BTreeMap::new(),
                    outputs: BTreeMap::new(),
                    tags: BTreeMap::new(),
                },
                template: None,
            });
        let stack = stack.state.id.clone();
        state.change_sets.insert(
            id.clone(),
            FakeChangeSet {
                request: request.clone(),
                body,
                empty,
            },
        );
        Ok(ChangeSetIds {
            change_set: id,
            stack,
        })
    }

    async fn change_set(&self, change_set: &str) -> Result<ChangeSet> {
        self.read(Service::CloudFormation, "DescribeChangeSet", change_set)?;
        let state = self.state.lock().unwrap();
        let found = &state.change_sets[change_set];
        if found.empty {
            return Ok(ChangeSet {
                status: ChangeSetStatus::Empty,
                changes: Vec::new(),
            });
        }
        let template: Value = serde_json::from_str(&found.body).unwrap();
        let deployed = state.stacks[&found.request.stack]
            .template
            .as_deref()
            .unwrap_or("{}");
        let deployed: Value = serde_json::from_str(deployed).unwrap();
        let changes = template["Resources"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(id, resource)| deployed["Resources"].get(*id) != Some(resource))
            .map(|(id, resource)| ReportedChange {
                logical_id: id.clone(),
                resource_type: resource["Type"].as_str().unwrap().to_owned(),
                action: if deployed["Resources"].get(id).is_some() {
                    ReportedAction::Modify
                } else {
                    ReportedAction::Add
                },
                replacement: Replacement::Never,
            })
            .collect();
        Ok(ChangeSet {
            status: ChangeSetStatus::Ready,
            changes,
        })
    }

    async fn delete_change_set(&self, change_set: &str) -> Result<()> {
        self.write(Service::CloudFormation, "DeleteChangeSet", change_set)?;
        self.state.lock().unwrap().change_sets.remove(change_set);
        Ok(())
    }

    async fn execute_change_set(&self, change_set: &str, token: &str) -> Result<()> {
        self.write(Service::CloudFormation, "ExecuteChangeSet", change_set)?;

        let event_ids: Vec<String> = (0..2).map(|_| self.fresh("event")).collect();
        let found = self
            .state
            .lock()
            .unwrap()
            .change_sets
            .remove(change_set)
            .expect("the change set exists");
        let template: Value = serde_json::from_str(&found.body).unwrap();
        let outputs: BTreeMap<String, String> = template["Outputs"]
            .as_object()
            .map(|outputs| {
                outputs
                    .keys()
                    .map(|name| (name.clone(), self.output(name)))
                    .collect()
            })
            .unwrap_or_default();
        let mut state = self.state.lock().unwrap();
        if let Some(key) = found.request.parameters.get("ApiCodeKey") {
            let bucket = &state.buckets[&self.names.artifacts_bucket];
            assert!(
                bucket.contains_key(key),
                "the stack names code that is not there: {key}"
            );
        }
        for resource in template["Resources"].as_object().unwrap().values() {
            match resource["Type"].as_str().unwrap() {
                "AWS::S3::Bucket" => {
                    let name = bucket_name(&resource["Properties"]["BucketName"]);
                    assert!(
                        !name.is_empty(),
                        "the bucket's name is not one that this fake reads: {resource}"
                    );
                    state.buckets.entry(name).or_default();
                }
                "AWS::ApiGateway::Account" => {
                    state.log_role = Some("arn:aws:iam::000000000000:role/logs".into());
                }
                _ => {}
            }
        }
        // A snapshot is made before methods that are gone are taken away.
        state.served.extend(qdn_infra::stack::routes(&template));
        let name = found.request.stack.clone();
        let stack = state.stacks.get_mut(&name).unwrap();
        stack.state.status = match found.request.kind {
            ChangeSetKind::Create => StackStatus::CreateComplete,
            ChangeSetKind::Update => StackStatus::UpdateComplete,
        };
        stack.state.parameters = found.request.parameters;
        stack.state.tags = found.request.tags;
        stack.state.outputs = outputs;
        stack.template = Some(found.body);
        let status = stack.state.status.name().to_owned();
        let events = ["UPDATE_IN_PROGRESS".to_owned(), status]
            .into_iter()
            .zip(event_ids)
            .map(|(status, id)| {
                let event = StackEvent {
                    id,
                    logical_id: name.clone(),
                    resource_type: "AWS::CloudFormation::Stack".to_owned(),
                    status,
                    reason: None,
                    at: "2026-01-01T00:00:00Z".to_owned(),
                };
                (token.to_owned(), event)
            });
        state.events.entry(name.clone()).or_default().extend(events);
        Ok(())
    }

    async fn events(
        &self,
        stack: &str,
        token: &str,
        after: Option<&str>,
    ) -> Result<Vec<StackEvent>> {
        self.read(Service::CloudFormation, "DescribeStackEvents", stack)?;
        let state = self.state.lock().unwrap();
        let ours: Vec<StackEvent> = state
            .events
            .get(stack)
            .map(|events| {
                events
                    .iter()
                    .filter(|(of, _)| of == token)
                    .map(|(_, event)| event.clone())
                    .collect()
            })
            .unwrap_or_default();
        let from = after
            .and_then(|id| ours.iter().position(|event| event.id == id))
            .map_or(0, |at| at + 1);
        Ok(ours[from..].to_vec())
    }

    async fn failures(&self, stack: &str) -> Result<Vec<StackEvent>> {
        self.read(Service::CloudFormation, "DescribeEvents", stack)?;
        Ok(Vec::new())
    }

    async fn delete(&self, stack: &str, _token: &str) -> Result<()> {
        self.write(Service::CloudFormation, "DeleteStack", stack)?;
        let mut state = self.state.lock().unwrap();
        let name = state
            .stacks
            .iter()
            .find(|(name, found)| *name == stack || found.state.id == stack);
        let name = name.map(|(name, _)| name.clone());
        if let Some(removed) = name.and_then(|name| state.stacks.remove(&name)) {
            let template: Value =
                serde_json::from_str(removed.template.as_deref().unwrap_or("{}")).unwrap();
            for resource in template["Resources"]
                .as_object()
                .into_iter()
                .flat_map(|map| map.values())
            {
                if resource["Type"] == "AWS::S3::Bucket" && resource["DeletionPolicy"] != "Retain" {
                    let name = bucket_name(&resource["Properties"]["BucketName"]);
                    let objects = state.buckets.remove(&name).unwrap_or_default();
                    assert!(
                        objects.is_empty(),
                        "bucket {name} was deleted with {} objects in it",
                        objects.len()
                    );
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Objects for World {
    async fn head(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>> {
        self.read(Service::S3, "HeadObject", key)?;
        let state = self.state.lock().unwrap();
        Ok(state
            .buckets
            .get(bucket)
            .and_then(|objects| objects.get(key))
            .map(|object| ObjectHead {
                etag: etag(object),
                size: object.bytes.len() as u64,
                content_type: Some(object.content_type.clone()),
                cache_control: object.cache_control.clone(),
                sha256: Some(object.sha256.clone()),
            }))
    }

    async fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>> {
        self.read(Service::S3, "GetObject", key)?;
        let state = self.state.lock().unwrap();
        Ok(state
            .buckets
            .get(bucket)
            .and_then(|objects| objects.get(key))
            .map(|object| object.bytes.clone()))
    }

    async fn put(&self, object: &PutObject) -> Result<String> {
        self.write(Service::S3, "PutObject", &object.key)?;
        let bytes = match &object.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::File(path) => std::fs::read(path).unwrap(),
        };
        assert_eq!(
            format!("{:x}", Sha256::digest(&bytes)),
            object.sha256,
            "checksum of {}",
            object.key
        );
        let stored = Object {
            bytes,
            content_type: object.content_type.clone(),
            cache_control: object.cache_control.clone(),
            sha256: object.sha256.clone(),
        };
        let etag = etag(&stored);
        let mut state = self.state.lock().unwrap();
        let bucket = state
            .buckets
            .get_mut(&object.bucket)
            .expect("the bucket exists");
        bucket.insert(object.key.clone(), stored);
        Ok(etag)
    }

    async fn list(&self, bucket: &str, prefix: &str) -> Result<Option<Vec<ListedObject>>> {
        self.read(Service::S3, "ListObjectsV2", bucket)?;
        let state = self.state.lock().unwrap();
        Ok(state.buckets.get(bucket).map(|objects| {
            objects
                .iter()
                .filter(|(key, _)| key.starts_with(prefix))
                .map(|(key, object)| ListedObject {
                    key: key.clone(),
                    etag: etag(object),
                    size: object.bytes.len() as u64,
                })
                .collect()
        }))
    }

    async fn delete(&self, bucket: &str, keys: &[String]) -> Result<()> {
        self.write(Service::S3, "DeleteObjects", bucket)?;
        let mut state = self.state.lock().unwrap();
        let objects = state.buckets.get_mut(bucket).expect("the bucket exists");
        for key in keys {
            objects.remove(key);
        }
        Ok(())
    }

    async fn versions(&self, bucket: &str) -> Result<Vec<ObjectVersion>> {
        self.read(Service::S3, "ListObjectVersions", bucket)?;
        let state = self.state.lock().unwrap();
        let keys = state
            .buckets
            .get(bucket)
            .map(|objects| objects.keys().cloned().collect::<Vec<_>>());
        Ok(keys
            .unwrap_or_default()
            .into_iter()
            .map(|key| ObjectVersion {
                key,
                version: "1".to_owned(),
            })
            .collect())
    }

    async fn remove_bucket(&self, bucket: &str) -> Result<()> {
        self.write(Service::S3, "DeleteBucket", bucket)?;
        let removed = self.state.lock().unwrap().buckets.remove(bucket);
        assert!(
            removed.is_none_or(|objects| objects.is_empty()),
            "bucket {bucket} was not empty"
        );
        Ok(())
    }

    async fn delete_versions(&self, bucket: &str, versions: &[ObjectVersion]) -> Result<()> {
        let keys: Vec<String> = versions.iter().map(|version| version.key.clone()).collect();
        Objects::delete(self, bucket, &keys).await
    }
}

fn etag(object: &Object) -> String {
    object.sha256[..32].to_owned()
}

#[async_trait]
impl Functions for World {
    async fn configuration(&self, function: &str) -> Result<Option<FunctionState>> {
        self.read(Service::Lambda, "GetFunctionConfiguration", function)?;
        let package = self.deployed_package();
        Ok(package.map(|code_sha256| FunctionState {
            code_sha256,
            readiness: Readiness::Ready,
        }))
    }

    async fn invoke(&self, function: &str, _payload: &[u8]) -> Result<Invocation> {
        // An invocation of `GET /api/health` changes nothing.
        self.read(Service::Lambda, "Invoke", function)?;
        Ok(Invocation {
            error: None,
            payload: json!({"statusCode": 200}).to_string().into_bytes(),
        })
    }
}

#[async_trait]
impl Gateways for World {
    async fn log_role(&self) -> Result<Option<String>> {
        self.read(Service::ApiGateway, "GetAccount", "account")?;
        Ok(self.state.lock().unwrap().log_role.clone())
    }

    async fn routes(&self, api: &str, _deployment: &str) -> Result<Option<BTreeSet<String>>> {
        self.read(Service::ApiGateway, "GetDeployment", api)?;
        Ok(self
            .main_template()
            .map(|_| self.state.lock().unwrap().served.clone()))
    }

    async fn redeploy(&self, api: &str, _stage: &str) -> Result<()> {
        self.write(Service::ApiGateway, "CreateDeployment", api)?;
        let routes = self
            .main_template()
            .map(|template| qdn_infra::stack::routes(&template));
        self.state.lock().unwrap().served = routes.unwrap_or_default();
        Ok(())
    }

    async fn stage(&self, api: &str, _stage: &str) -> Result<Option<GatewayStage>> {
        self.read(Service::ApiGateway, "GetStage", api)?;
        Ok(self.main_template().map(|_| GatewayStage {
            deployment: "d00000".to_owned(),
        }))
    }
}

#[async_trait]
impl Edge for World {
    async fn distribution(&self, id: &str) -> Result<Option<DistributionState>> {
        self.read(Service::CloudFront, "GetDistribution", id)?;
        Ok(Some(DistributionState {
            domain: "d0000000000000.cloudfront.net".to_owned(),
            deployed: true,
            enabled: true,
        }))
    }

    async fn live_function(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.read(Service::CloudFront, "GetFunction", name)?;
        let template = self.main_template();
        Ok(template.and_then(|template| {
            qdn_infra::stack::edge_code(&template).map(|code| code.as_bytes().to_vec())
        }))
    }

    async fn invalidate(
        &self,
        distribution: &str,
        paths: &[String],
        _reference: &str,
    ) -> Result<String> {
        self.write(Service::CloudFront, "CreateInvalidation", distribution)?;
        self.state
            .lock()
            .unwrap()
            .invalidations
            .push(paths.to_vec());
        Ok("I1".to_owned())
    }

    async fn invalidated(&self, distribution: &str, _invalidation: &str) -> Result<bool> {
        self.read(Service::CloudFront, "GetInvalidation", distribution)?;
        Ok(true)
    }
}

#[async_trait]
impl Web for World {
    async fn send(&self, request: &WebRequest) -> Result<WebResponse> {
        self.read(Service::Web, request.method, &request.url)?;
        let path = request
            .url
            .strip_prefix(VIEWER)
            .expect("only the viewer's address is asked");
        let mut headers = BTreeMap::new();
        let (status, body) = match (request.method, path) {
            ("GET", "/api/health") => {
                let package = self.deployed_package().unwrap_or_default();
                (
                    200,
                    json!({"status": "ok", "package": package})
                        .to_string()
                        .into_bytes(),
                )
            }
            ("OPTIONS", "/api/health") => {
                headers.insert(
                    "access-control-allow-origin".to_owned(),
                    self.dashboard.clone(),
                );
                (204, Vec::new())
            }
            ("GET", "/track") => {
                headers.insert(
                    "content-security-policy".to_owned(),
                    "default-src 'none'".to_owned(),
                );
                let state = self.state.lock().unwrap();
                let page = state
                    .buckets
                    .get(&self.names.site_bucket)
                    .and_then(|objects| objects.get("track/index.html"));
                page.map_or((404, Vec::new()), |page| (200, page.bytes.clone()))
            }
            other => panic!("nobody asks for {other:?}"),
        };
        Ok(WebResponse {
            status,
            headers,
            body,
        })
    }
}

#[async_trait]
impl Clock for World {
    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().slept
    }

    fn run_id(&self) -> String {
        self.fresh("run")
    }

    async fn sleep(&self, duration: Duration) {
        self.state.lock().unwrap().slept += duration;
    }
}
