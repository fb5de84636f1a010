//! The smaller services in memory, and what a viewer sees.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_infra::ports::{
    Caller, Clock, CloudError, Detection, DistributionState, Drifts, Edge, EdgeDraft, EdgeFunction,
    EdgeTrials, ErrorKind, FunctionState, Functions, Identity, Invocation, Readiness,
    ResourceDrift, Result, Service, TableState, Tables, Tried, Web, WebDigest, WebRequest,
    WebResponse,
};
use qdn_shared::package::FunctionName;
use qdn_shared::reach::Reach;
use qdn_shared::ring::{Key32, KeyRing, KeyState, RingKey};
use qdn_shared::token::{JobToken, TokenScope};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::maintenance::{header, headers};
use super::secrets::STORE;
use super::{ACCOUNT, Object, World};

#[async_trait]
impl Identity for World {
    async fn caller(&self) -> Result<Caller> {
        self.read(Service::Sts, "GetCallerIdentity", "caller")?;
        Ok(Caller {
            account: ACCOUNT.to_owned(),
            arn: self.signed_in_as(),
        })
    }
}

#[async_trait]
impl Drifts for World {
    async fn detect(&self, stack: &str) -> Result<String> {
        self.read(Service::CloudFormation, "DetectStackDrift", stack)?;
        if self.state.lock().unwrap().drifted.is_some() {
            return Ok("detection".to_owned());
        }
        Err(CloudError {
            service: Service::CloudFormation,
            operation: "DetectStackDrift",
            subject: stack.to_owned(),
            kind: ErrorKind::Unsupported,
            message: "unknown operation".to_owned(),
        })
    }

    async fn detection(&self, id: &str) -> Result<Detection> {
        self.read(
            Service::CloudFormation,
            "DescribeStackDriftDetectionStatus",
            id,
        )?;
        let reason = self.state.lock().unwrap().tampered.unreadable.clone();
        Ok(reason.map_or(Detection::Complete, |reason| Detection::Partial { reason }))
    }

    async fn drifted(&self, stack: &str) -> Result<Vec<ResourceDrift>> {
        self.read(
            Service::CloudFormation,
            "DescribeStackResourceDrifts",
            stack,
        )?;
        Ok(self
            .state
            .lock()
            .unwrap()
            .drifted
            .clone()
            .unwrap_or_default())
    }
}

#[async_trait]
impl Tables for World {
    async fn describe(&self, table: &str) -> Result<Option<TableState>> {
        self.read(Service::DynamoDb, "DescribeTable", table)?;
        Ok(self.state.lock().unwrap().tables.get(table).copied())
    }

    async fn unprotect(&self, table: &str) -> Result<()> {
        self.write(Service::DynamoDb, "UpdateTable", table)?;
        let mut state = self.state.lock().unwrap();
        let unprotected = TableState::AtRest {
            is_protected: false,
        };
        assert!(state.tables.insert(table.to_owned(), unprotected).is_some());
        Ok(())
    }

    async fn delete(&self, table: &str) -> Result<()> {
        self.write(Service::DynamoDb, "DeleteTable", table)?;
        let gone = self.state.lock().unwrap().tables.remove(table);
        let is_protected = TableState::AtRest { is_protected: true };
        assert_ne!(gone, Some(is_protected), "{table} is protected");
        Ok(())
    }
}

#[async_trait]
impl Functions for World {
    async fn configuration(&self, function: &str) -> Result<Option<FunctionState>> {
        self.read(Service::Lambda, "GetFunctionConfiguration", function)?;
        let function = self.function(function);
        let package = self.deployed_package(function);
        let other = self.state.lock().unwrap().other_code.contains(&function);
        Ok(package.map(|code_sha256| FunctionState {
            code_sha256: if other { "0".repeat(64) } else { code_sha256 },
            readiness: Readiness::Ready,
        }))
    }

    async fn invoke(&self, function: &str, payload: &[u8]) -> Result<Invocation> {
        // Each of these invocations changes nothing.
        self.read(Service::Lambda, "Invoke", function)?;
        self.in_conflict(function, "Invoke")?;
        let event: Value = serde_json::from_slice(payload).unwrap();
        let function = self.function(function);
        let answer = match function {
            FunctionName::Api => {
                assert_eq!(event["path"], "/api/health");
                json!({"statusCode": 200})
            }
            FunctionName::Relay => {
                assert_eq!(event, json!({"Records": [], "reach": true}));
                json!({"batchItemFailures": [], "reach": self.reach(function)})
            }
            FunctionName::Upkeep => {
                assert_eq!(event, json!({"probe": true, "reach": true}));
                json!({"probe": true, "reach": self.reach(function)})
            }
        };
        Ok(Invocation {
            error: None,
            payload: answer.to_string().into_bytes(),
        })
    }

    async fn update_code(&self, function: &str, bucket: &str, key: &str) -> Result<()> {
        self.write(Service::Lambda, "UpdateFunctionCode", function)?;
        self.in_conflict(function, "UpdateFunctionCode")?;
        let function = self.function(function);
        let deployed = self.deployed_package(function).expect("it is deployed");
        // Other code than the deployed one is not told apart here.
        assert!(key.contains(&deployed), "{key} is not what is deployed");
        let mut state = self.state.lock().unwrap();
        assert!(state.buckets[bucket].contains_key(key), "{bucket}/{key}");
        state.other_code.remove(&function);
        Ok(())
    }
}

#[async_trait]
impl Edge for World {
    async fn distribution(&self, id: &str) -> Result<Option<DistributionState>> {
        self.read(Service::CloudFront, "GetDistribution", id)?;
        Ok(Some(DistributionState {
            domain: "d0000000000000.cloudfront.net".to_owned(),
            deployed: self.look_at_deployment(),
            enabled: !self.state.lock().unwrap().tampered.switched_off,
        }))
    }

    async fn live_function(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.read(Service::CloudFront, "GetFunction", name)?;
        if let Some(code) = self.state.lock().unwrap().tampered.published.clone() {
            return Ok(Some(code.into_bytes()));
        }
        let template = self.main_template();
        Ok(template.and_then(|template| {
            qdn_infra::stack::edge_code(&template).map(|code| code.as_bytes().to_vec())
        }))
    }

    /// Of another store, or of none, it would let nobody in.
    async fn update_function(&self, function: &EdgeFunction) -> Result<EdgeDraft> {
        let name = function.name.clone();
        self.write(Service::CloudFront, "UpdateFunction", &name)?;
        assert_eq!(function.store.as_deref(), Some(STORE), "{function:?}");
        self.state.lock().unwrap().tampered.given = Some(function.code.clone());
        let version = "2".to_owned();
        Ok(EdgeDraft { name, version })
    }

    async fn publish_function(&self, draft: &EdgeDraft) -> Result<()> {
        self.write(Service::CloudFront, "PublishFunction", &draft.name)?;
        let tampered = &mut self.state.lock().unwrap().tampered;
        tampered.published.clone_from(&tampered.given);
        Ok(())
    }

    async fn invalidate(
        &self,
        distribution: &str,
        paths: &[String],
        reference: &str,
    ) -> Result<String> {
        self.write(Service::CloudFront, "CreateInvalidation", distribution)?;
        let mut state = self.state.lock().unwrap();
        if state.references.insert(reference.to_owned()) {
            state.invalidations.push(paths.to_vec());
        }
        Ok("I1".to_owned())
    }

    async fn invalidated(&self, distribution: &str, _invalidation: &str) -> Result<bool> {
        self.read(Service::CloudFront, "GetInvalidation", distribution)?;
        Ok(!self.state.lock().unwrap().tampered.slow_edge)
    }
}

#[async_trait]
impl Web for World {
    async fn digest(&self, request: &WebRequest) -> Result<WebDigest> {
        let answer = self.send(request).await?;
        Ok(WebDigest {
            status: answer.status,
            headers: answer.headers,
            sha256: format!("{:x}", Sha256::digest(&answer.body)),
        })
    }

    async fn send(&self, request: &WebRequest) -> Result<WebResponse> {
        // Whoever shows nothing changes nothing.
        let shows = header(request, "authorization").is_some();
        let mutating = request.method == "POST" && shows;
        self.call(Service::Web, request.method, &request.url, mutating)?;
        let path = self.path_of(&request.url)?;
        let path = path.as_str();
        if let Some(answer) = self.to_stranger(request, path) {
            return Ok(answer);
        }
        if path == "/api/maintenance" && self.reach(FunctionName::Api) != Reach::Everything {
            return Ok(WebResponse {
                status: 500,
                headers: BTreeMap::new(),
                body: Vec::new(),
            });
        }
        if path == "/api/maintenance" {
            let (status, etag, body) = self.maintenance(request);
            return Ok(WebResponse {
                status,
                headers: headers(etag),
                body,
            });
        }
        let mut headers = BTreeMap::new();
        let (status, body) = match (request.method, path) {
            ("GET", "/api/health") => {
                let package = self.deployed_package(FunctionName::Api);
                let package = package.unwrap_or_default();
                (
                    200,
                    json!({"status": "ok", "package": package})
                        .to_string()
                        .into_bytes(),
                )
            }
            ("GET", "/") => {
                let now = self.now_inside();
                let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
                headers.insert("date".to_owned(), date);
                (404, Vec::new())
            }
            ("GET", "/data/maintenance.json") => (401, Vec::new()),
            ("GET", "/api/track") => (404, Vec::new()),
            ("GET", path) if path.starts_with("/track/") => {
                let state = self.state.lock().unwrap();
                let objects = state.buckets.get(&self.names.site_bucket);
                let object = objects.and_then(|objects| objects.get(&path[1..]));
                headers.extend(object.into_iter().flat_map(served_headers));
                object.map_or((404, Vec::new()), |object| (200, object.bytes.clone()))
            }
            ("GET", page) if page.starts_with("/track") && !self.opens(page) => (404, Vec::new()),
            ("GET", page) if page.starts_with("/track") => {
                headers.extend(self.page_headers());
                let state = self.state.lock().unwrap();
                let page = state
                    .buckets
                    .get(&self.names.site_bucket)
                    .and_then(|objects| objects.get("track/index.html"));
                headers.extend(page.into_iter().flat_map(served_headers));
                page.map_or((404, Vec::new()), |page| (200, page.bytes.clone()))
            }
            other => panic!("nobody asks for {other:?}"),
        };
        if status >= 400 {
            headers.insert("cache-control".to_owned(), "no-store".to_owned());
        }
        Ok(WebResponse {
            status,
            headers,
            body,
        })
    }
}

/// What of an object viewers are told.
fn served_headers(object: &Object) -> BTreeMap<String, String> {
    let kept = object.cache_control.clone();
    let kept = kept.map(|value| ("cache-control".to_owned(), value));
    let kind = ("content-type".to_owned(), object.content_type.clone());
    kept.into_iter().chain([kind]).collect()
}

#[async_trait]
impl EdgeTrials for World {
    async fn create(&self, candidate: &EdgeFunction) -> Result<EdgeDraft> {
        self.write(Service::CloudFront, "CreateFunction", &candidate.name)?;
        let mut state = self.state.lock().unwrap();
        assert!(state.candidate.is_none(), "a candidate was left behind");
        state.candidate = Some(candidate.clone());
        Ok(EdgeDraft {
            name: candidate.name.clone(),
            version: "1".to_owned(),
        })
    }

    /// A function that holds a word of its own behaves so.
    async fn run(&self, function: &EdgeDraft, event: &[u8]) -> Result<Tried> {
        self.read(Service::CloudFront, "TestFunction", &function.name)?;
        assert!(serde_json::from_slice::<serde_json::Value>(event).unwrap()["request"].is_object());
        let state = self.state.lock().unwrap();
        let code = &state.candidate.as_ref().unwrap().code;
        Ok(Tried {
            utilization: if code.contains("dear") { 71 } else { 70 },
            error: code.contains("throws").then(|| "it threw".to_owned()),
        })
    }

    async fn delete(&self, name: &str) -> Result<()> {
        self.write(Service::CloudFront, "DeleteFunction", name)?;
        self.state.lock().unwrap().candidate = None;
        Ok(())
    }
}

#[async_trait]
impl Clock for World {
    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().slept
    }

    fn now(&self) -> Timestamp {
        self.now_inside()
    }

    fn fresh_id(&self) -> String {
        // Padded, so that runs sort by age, as real ids do.
        let id = self.fresh("run");
        let number = id.rsplit('-').next().unwrap_or_default();
        format!("run-{number:0>6}")
    }

    /// Others go on meanwhile, as far as a call or two.
    async fn sleep(&self, duration: Duration) {
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        self.state.lock().unwrap().slept += duration;
    }
}

impl World {
    /// Whether the edge, by the keys that it holds, opens for the token in this address.
    fn opens(&self, page: &str) -> bool {
        if self.state.lock().unwrap().tampered.open_door {
            return true;
        }
        let Some(token) = page.strip_prefix("/track?jobToken=") else {
            return false;
        };
        let entries = self.edge();
        let key = JobToken::key_id(token).and_then(|id| {
            let digits = entries.get(&format!("tk.{id}"))?;
            let byte = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
            Some(RingKey {
                id,
                key: Key32::from_bytes(std::array::from_fn(byte)),
                state: KeyState::Minting,
                since: 0,
            })
        });
        key.is_some_and(|key| {
            let ring = KeyRing::from_keys(vec![key]).unwrap();
            JobToken::verify(token, &ring, self.now_inside(), TokenScope::Track).is_ok()
        })
    }

    /// Lets so much time have passed.
    pub fn set_clock(&self, elapsed: Duration) {
        self.state.lock().unwrap().slept = elapsed;
    }

    /// The time of day: 2026-01-01 when nobody has slept yet.
    pub(super) fn now_inside(&self) -> Timestamp {
        let slept = SignedDuration::try_from(self.state.lock().unwrap().slept).unwrap();
        Timestamp::from_second(1_767_225_600).unwrap() + slept
    }
}
