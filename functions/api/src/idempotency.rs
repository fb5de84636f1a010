//! Creating something once, however often the request is sent: the answer is kept with the caller's
//! `Idempotency-Key`, in the same transaction as what was created.

use std::time::Duration;

use async_trait::async_trait;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use qdn_runtime::store::{CommitError, REMEMBER_SECONDS, Remembered, Write};
use qdn_shared::problem::{Problem, ProblemKind};
use sha2::{Digest, Sha256};

use crate::Api;
use crate::answers;
use crate::asked::Asked;
use crate::refusal::Refusal;

/// How often a creation is tried because somebody else wrote first. Nothing was written before, and what is created
/// does not depend on what they wrote.
const TRIES: u32 = 6;

/// Something that is created.
#[async_trait]
pub trait Creation: Sync {
    /// What creates it at this time, and the answer.
    async fn decide(&self, api: &Api, now: Timestamp) -> Result<(Vec<Write>, Created), Refusal>;
}

/// The answer to a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Where it is found; empty when it has no address of its own.
    pub location: String,
    /// The body, JSON.
    pub body: String,
    /// Its first version, for things that have versions.
    pub version: Option<u64>,
}

/// Creates something, unless this key created it before.
pub async fn create(
    api: &Api,
    operation: &str,
    asked: &Asked,
    key: Option<&str>,
    creation: &dyn Creation,
) -> Result<Response, Refusal> {
    let key = key.map(|key| sha256(&[key.as_bytes()]));
    for attempt in 0..TRIES {
        let now = api.now();
        if let Some(key) = &key
            && let Some(kept) = api.store().remembered(operation, key, now).await?
        {
            return again(kept, asked);
        }
        let (mut writes, created) = creation.decide(api, now).await?;
        if let Some(key) = &key {
            let answer = Remembered {
                operation: operation.to_owned(),
                key: key.clone(),
                fingerprint: fingerprint(asked),
                status: StatusCode::CREATED.as_u16(),
                location: created.location.clone(),
                body: created.body.clone(),
                expires_at: now.as_second().saturating_add(REMEMBER_SECONDS),
            };
            writes.push(Write::Remember(answer, now));
        }
        match api.store().commit(&writes).await {
            Ok(()) => return Ok(respond(StatusCode::CREATED, created)),
            Err(CommitError::Conflict(_)) => pause(api, attempt).await,
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Refusal::contended())
}

/// Waits a little longer at each try, some longer than others, so that those who met do not meet again.
pub async fn pause(api: &Api, attempt: u32) {
    let [random] = api.random();
    let longest = 10_u64 << attempt.min(6);
    let wait = longest * u64::from(random) / 255;
    api.messaging.world.sleep(Duration::from_millis(wait)).await;
}

fn again(kept: Remembered, asked: &Asked) -> Result<Response, Refusal> {
    if kept.fingerprint != fingerprint(asked) {
        let detail = "this `Idempotency-Key` came with another request in the last 24 hours";
        let problem = Problem::new(ProblemKind::KeyReused).with_detail(detail);
        return Err(Refusal::Problem(problem));
    }
    let status = StatusCode::from_u16(kept.status)
        .map_err(|_| Refusal::Broken("a kept answer has no status"))?;
    let created = Created {
        // What was created has changed since, maybe: its version is not repeated.
        version: None,
        location: kept.location,
        body: kept.body,
    };
    Ok(respond(status, created))
}

fn respond(status: StatusCode, created: Created) -> Response {
    let response = answers::json_text(status, created.body.into());
    let response = answers::located(response, &created.location);
    match created.version {
        Some(version) => answers::versioned(response, version),
        None => response,
    }
}

/// What makes two requests the same: where they go and what they say.
fn fingerprint(asked: &Asked) -> String {
    let path = asked.path.iter().map(|(_, value)| value.as_bytes());
    let parts: Vec<&[u8]> = path.chain([asked.body.as_ref()]).collect();
    sha256(&parts)
}

/// In hexadecimal digits, over the parts with their lengths.
fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}
