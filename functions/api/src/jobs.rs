//! Jobs for operators: `POST /api/jobs`, `GET /api/jobs`, `GET /api/jobs/{jobId}`.

use std::str::FromStr;

use async_trait::async_trait;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use qdn_runtime::store::{Cursor, JobQuery, Write};
use qdn_shared::api::{CreateJob, JobAnswer, JobPage};
use qdn_shared::id::{JobId, LinkId};
use qdn_shared::job::{Job, NewJob, Notice, State};
use qdn_shared::message::Message;
use qdn_shared::problem::ProblemKind;

use crate::Api;
use crate::answers;
use crate::asked::Asked;
use crate::auth::Operator;
use crate::idempotency::{self, Created, Creation};
use crate::refusal::Refusal;

/// Takes a job in, with its confirmation and its tracking link.
pub async fn create(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    reader.query(&[]);
    let key = reader.idempotency_key();
    let request = reader.json::<CreateJob>()?;
    let new = Taking(reader.done(request)?.into());
    idempotency::create(api, "create-job", asked, key, &new).await
}

struct Taking(NewJob);

#[async_trait]
impl Creation for Taking {
    async fn decide(&self, api: &Api, now: Timestamp) -> Result<(Vec<Write>, Created), Refusal> {
        let id = JobId::from_random(api.random());
        let link = LinkId::from_bytes(api.random());
        let (job, notice) = Job::create(self.0.clone(), id, link, now);
        let created = Created {
            location: format!("/api/jobs/{id}"),
            body: serde_json::to_string(&JobAnswer::from(&job))
                .map_err(|_| Refusal::Broken("a job has no JSON form"))?,
            version: Some(job.version()),
        };
        let message = notice_message(notice, &job, now);
        let phones = job.customer().phones().to_vec();
        let pointers = phones.into_iter().map(|phone| Write::PointPhone(phone, id));
        let writes = [
            Write::CreateMessage(message),
            Write::CreateLink(link, id),
            Write::CreateJob(job),
        ];
        Ok((writes.into_iter().chain(pointers).collect(), created))
    }
}

/// Jobs, newest first, a page at a time.
pub async fn list(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    let query = reader.query(&["state", "limit", "cursor"]);
    let state: Option<State> = reader.parameter(&query, "state");
    let Limit(limit) = reader.parameter(&query, "limit").unwrap_or_default();
    let after: Option<Cursor<Job>> = reader.parameter(&query, "cursor");
    let query = reader.done(Some(JobQuery {
        state,
        limit,
        after,
    }))?;
    let page = api.store().jobs(&query).await?;
    let answer = JobPage {
        items: page.items.iter().map(JobAnswer::from).collect(),
        next: page.next.map(|next| next.to_string()),
    };
    Ok(answers::json(StatusCode::OK, &answer))
}

/// One job.
pub async fn get(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let id = asked.path("jobId")?;
    let mut reader = asked.reader();
    reader.query(&[]);
    reader.done(Some(()))?;
    Ok(answer(&load(api, &id).await?))
}

/// A job as operators get it, with its version.
pub fn answer(job: &Job) -> Response {
    let response = answers::json(StatusCode::OK, &JobAnswer::from(job));
    answers::versioned(response, job.version())
}

/// A job that has to be there.
pub async fn load(api: &Api, id: &JobId) -> Result<Job, Refusal> {
    let job = api.store().job(id).await?;
    job.ok_or(Refusal::of(ProblemKind::NotFound))
}

/// The message that a notice becomes.
pub fn notice_message(notice: Notice, job: &Job, now: Timestamp) -> Message {
    Message::to_customer(notice.id, notice.kind.into(), notice.text, job, now)
}

/// How many items a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub u16);

impl Default for Limit {
    fn default() -> Self {
        Limit(25)
    }
}

/// Not a length of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number from 1 to 100")]
pub struct LimitError;

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(limit @ 1..=100) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Limit(limit))
            }
            _ => Err(LimitError),
        }
    }
}
