//! The maintenance document behind the API: as strict about keys and versions as the function is.

use std::collections::BTreeMap;

use qdn_infra::ports::WebRequest;
use qdn_infra::seed;
use qdn_shared::maintenance::MaintenanceDocument;
use qdn_shared::operator::{OperatorKeys, OperatorScope};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Object, World};

/// How the API behaves.
#[derive(Debug, Default, Clone)]
pub struct FakeApi {
    /// How often it still does not know the key.
    pub unknown: usize,
    /// What somebody else makes of the document just before it is written, the last one first.
    pub races: Vec<String>,
    /// A path whose routes let everybody in.
    pub lets_in: Option<&'static str>,
}

/// Status, entity tag, body.
type Answer = (u16, Option<String>, Vec<u8>);

impl World {
    /// Answers like the API's function.
    pub(super) fn maintenance(&self, request: &WebRequest) -> Answer {
        if self.main_template().is_none() {
            return (403, None, Vec::new());
        }
        if !self.may_maintain(request) {
            return problem(401, &json!({"title": "Unauthorized"}));
        }
        if request.method == "GET" {
            return match self.live() {
                Some(text) => (200, Some(tag(&text)), text.into_bytes()),
                None => (404, None, Vec::new()),
            };
        }
        let race = self.state.lock().unwrap().api.races.pop();
        if let Some(text) = race {
            self.edit_live(&text);
        }
        let stored = self.live();
        let expected = match (
            header(request, "if-match"),
            header(request, "if-none-match"),
        ) {
            (Some(tag), None) => Some(tag.to_owned()),
            (None, Some("*")) => None,
            other => panic!("{other:?} names no version"),
        };
        if stored.as_deref().map(tag) != expected {
            return problem(412, &json!({"title": "Precondition Failed"}));
        }
        assert_eq!(header(request, "content-type"), Some("application/json"));
        let body = request.body.as_deref().unwrap();
        let next: MaintenanceDocument = serde_json::from_slice(body).unwrap();
        let mut faults = next.validate();
        let before = stored.and_then(|text| serde_json::from_str(&text).ok());
        if let Some(before) = before {
            faults.extend(MaintenanceDocument::check_succession(&before, &next));
        }
        if !faults.is_empty() {
            let errors: Vec<_> = faults
                .iter()
                .map(|fault| json!({"pointer": format!("#{}", fault.pointer), "detail": fault.message}))
                .collect();
            return problem(422, &json!({"title": "Invalid request", "errors": errors}));
        }
        let text = serde_json::to_string_pretty(&next).unwrap();
        let status = if expected.is_some() { 200 } else { 201 };
        self.edit_live(&text);
        (status, Some(tag(&text)), text.into_bytes())
    }

    fn may_maintain(&self, request: &WebRequest) -> bool {
        let mut state = self.state.lock().unwrap();
        if state.api.unknown > 0 {
            state.api.unknown -= 1;
            return false;
        }
        drop(state);
        let bearer =
            header(request, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        let operators = self.secret(&self.names.secrets.operators);
        let operators =
            operators.map(|value| serde_json::from_value::<OperatorKeys>(value).unwrap());
        operators.zip(bearer).is_some_and(|(operators, bearer)| {
            let key = operators.verify(bearer);
            key.is_some_and(|key| key.may(OperatorScope::Maintenance))
        })
    }

    /// The live document's text.
    pub fn live(&self) -> Option<String> {
        self.object(&self.names.site_bucket, seed::KEY)
    }

    /// The record of the seed that was pushed last.
    pub fn seed_record(&self) -> Option<String> {
        self.object(&self.names.artifacts_bucket, &self.names.seed_manifest)
    }

    /// Lets somebody write the live document.
    pub fn edit_live(&self, text: &str) {
        self.write_object(&self.names.site_bucket, seed::KEY, text);
    }

    /// Lets somebody write the record.
    pub fn edit_seed_record(&self, text: &str) {
        self.write_object(
            &self.names.artifacts_bucket,
            &self.names.seed_manifest,
            text,
        );
    }

    /// Changes how the API behaves.
    pub fn api(&self, change: impl FnOnce(&mut FakeApi)) {
        change(&mut self.state.lock().unwrap().api);
    }

    fn object(&self, bucket: &str, key: &str) -> Option<String> {
        let state = self.state.lock().unwrap();
        let object = state.buckets.get(bucket)?.get(key)?;
        Some(String::from_utf8(object.bytes.clone()).unwrap())
    }

    fn write_object(&self, bucket: &str, key: &str, text: &str) {
        let object = Object {
            modified: 0,
            bytes: text.as_bytes().to_vec(),
            content_type: "application/json".to_owned(),
            cache_control: None,
            sha256: format!("{:x}", Sha256::digest(text)),
        };
        let mut state = self.state.lock().unwrap();
        let bucket = state.buckets.get_mut(bucket).expect("the bucket exists");
        bucket.insert(key.to_owned(), object);
    }
}

/// The headers of an answer.
pub(super) fn headers(etag: Option<String>) -> BTreeMap<String, String> {
    etag.map(|etag| ("etag".to_owned(), etag))
        .into_iter()
        .collect()
}

pub(super) fn header<'a>(request: &'a WebRequest, wanted: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value.as_str())
}

fn tag(text: &str) -> String {
    format!("\"{}\"", &format!("{:x}", Sha256::digest(text))[..32])
}

fn problem(status: u16, document: &serde_json::Value) -> Answer {
    (status, None, document.to_string().into_bytes())
}
