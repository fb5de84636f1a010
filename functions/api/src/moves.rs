//! What operators change about a job: `POST /api/jobs/{jobId}/transitions`, `/charge` and `/link`. A decision that
//! met another one is never taken anew here: the operator decides again on what the other one made of the job.

use axum::response::Response;
use http::StatusCode;
use qdn_runtime::secrets::ExposeSecret;
use qdn_runtime::store::{CommitError, Write};
use qdn_shared::api::{JobAnswer, LinkAnswer};
use qdn_shared::charge::Charge;
use qdn_shared::id::LinkId;
use qdn_shared::job::{Job, Transition};
use qdn_shared::message::{Message, MessageKind};
use qdn_shared::problem::{Problem, ProblemKind};
use qdn_shared::text;
use qdn_shared::token::{JobToken, Scopes, TOKEN_LIFE_SECONDS, tracking_url};

use crate::Api;
use crate::answers;
use crate::asked::Asked;
use crate::auth::Operator;
use crate::jobs::{self, load, notice_message};
use crate::refusal::Refusal;

/// Moves a job on, or changes its assignment, and tells the customer.
pub async fn transition(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let id = asked.path("jobId")?;
    let mut reader = asked.reader();
    reader.query(&[]);
    let seen = reader.if_match();
    let transition = reader.json::<Transition>()?;
    let transition = reader.done(transition)?;
    let job = load(api, &id).await?;
    let stale = stale(seen, &job);
    let now = api.now();
    let moved = match job.transition(transition, now) {
        // Somebody who did not get the answer asks again.
        Ok(moved) if !moved.changed => return Ok(jobs::answer(&moved.job)),
        _ if stale => return Err(changed_since()),
        moved => moved?,
    };
    let message = moved
        .notice
        .map(|notice| notice_message(notice, &moved.job, now));
    let writes = [Write::UpdateJob(moved.job.clone())]
        .into_iter()
        .chain(message.map(Write::CreateMessage));
    commit(api, writes.collect()).await?;
    Ok(jobs::answer(&moved.job))
}

/// Says what a job costs, and that it is paid. The customer is not told.
pub async fn charge(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let id = asked.path("jobId")?;
    let mut reader = asked.reader();
    reader.query(&[]);
    let seen = reader.if_match();
    let charge = reader.json::<Charge>()?;
    let charge = reader.done(charge)?;
    let job = load(api, &id).await?;
    let stale = stale(seen, &job);
    let moved = job.set_charge(charge, api.now());
    if moved.changed {
        if stale {
            return Err(changed_since());
        }
        commit(api, vec![Write::UpdateJob(moved.job.clone())]).await?;
    }
    Ok(jobs::answer(&moved.job))
}

/// Voids the tracking links of a job, sends the customer a new one, and tells it to the operator this once.
pub async fn renew_link(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let id = asked.path("jobId")?;
    let mut reader = asked.reader();
    reader.query(&[]);
    let seen = reader.if_match();
    reader.nothing()?;
    reader.done(Some(()))?;
    let job = load(api, &id).await?;
    if stale(seen, &job) {
        return Err(changed_since());
    }
    let now = api.now();
    // Asked before anything is written: without keys there is no link to tell.
    let keys = api.messaging.keys.get(now).await?;
    let before = job.link();
    let (job, message) = job.renew_link(LinkId::from_bytes(api.random()), now)?;
    let mut writes = vec![
        Write::CreateMessage(Message::to_customer(
            message,
            MessageKind::Link,
            text::new_link(),
            &job,
            now,
        )),
        Write::UpdateJob(job.clone()),
    ];
    if job.link() != before {
        writes.push(Write::RemoveLink(before));
        writes.push(Write::CreateLink(job.link(), job.id()));
    }
    commit(api, writes).await?;
    let token = JobToken {
        scopes: Scopes::TRACK_AND_RATE,
        generation: job.generation(),
        expires_at: JobToken::expiry(now, TOKEN_LIFE_SECONDS),
        link: job.link(),
    };
    let url = tracking_url(&api.messaging.public_url, &token.mint(&keys.tokens));
    let answer = LinkAnswer {
        job: JobAnswer::from(&job),
        track_url: url.expose_secret().to_owned(),
    };
    let response = answers::json(StatusCode::OK, &answer);
    Ok(answers::versioned(response, job.version()))
}

/// Whether the caller names another version of the job than this one.
fn stale(seen: Option<&str>, job: &Job) -> bool {
    seen.is_some_and(|seen| seen != format!("\"{}\"", job.version()))
}

fn changed_since() -> Refusal {
    let detail =
        "the job was changed since the version in `If-Match`: read it again and decide again";
    Refusal::Problem(Problem::new(ProblemKind::PreconditionFailed).with_detail(detail))
}

async fn commit(api: &Api, writes: Vec<Write>) -> Result<(), Refusal> {
    match api.store().commit(&writes).await {
        Ok(()) => Ok(()),
        Err(CommitError::Conflict(_)) => Err(Refusal::conflict()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
