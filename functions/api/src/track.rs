//! What a customer sees and says: `GET /api/track`, `POST /api/track/rating`.

use axum::response::Response;
use http::StatusCode;
use qdn_runtime::store::{CommitError, Write};
use qdn_shared::api::TrackAnswer;
use qdn_shared::id::ThreadId;
use qdn_shared::job::Job;
use qdn_shared::message::Entry;
use qdn_shared::rating::Rating;

use crate::Api;
use crate::answers;
use crate::asked::Asked;
use crate::auth::Customer;
use crate::idempotency::pause;
use crate::jobs::{load, notice_message};
use crate::refusal::Refusal;

/// How often a rating is tried because somebody else changed the job.
const TRIES: u32 = 6;
/// Entries of one page of a thread.
const PAGE: u16 = 100;
/// Pages that are shown at most: far more than a job has, and an end for a thread that somebody fills.
const PAGES: usize = 5;

/// The customer's view of the job.
pub async fn track(api: &Api, customer: Customer, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    reader.query(&[]);
    reader.done(Some(()))?;
    answer(api, &customer.job()).await
}

/// The customer's rating: COMPLETE becomes RATED, once. A rating is about the work and not about what else happens
/// to the job at that moment, so it is tried again on what others wrote.
pub async fn rate(api: &Api, customer: Customer, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    reader.query(&[]);
    let rating = reader.json::<Rating>()?;
    let rating = reader.done(rating)?;
    let mut job = customer.job();
    for attempt in 0..TRIES {
        let now = api.now();
        let id = job.id();
        let moved = job.rate(rating.clone(), now)?;
        if !moved.changed {
            return answer(api, &moved.job).await;
        }
        let message = moved
            .notice
            .map(|notice| notice_message(notice, &moved.job, now));
        let writes: Vec<Write> = [Write::UpdateJob(moved.job.clone())]
            .into_iter()
            .chain(message.map(Write::CreateMessage))
            .collect();
        match api.store().commit(&writes).await {
            Ok(()) => return answer(api, &moved.job).await,
            Err(CommitError::Conflict(_)) => pause(api, attempt).await,
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        job = load(api, &id).await?;
    }
    Err(Refusal::contended())
}

async fn answer(api: &Api, job: &Job) -> Result<Response, Refusal> {
    let entries = entries(api, ThreadId::Job(job.id())).await?;
    let answer = TrackAnswer::new(job, &entries, api.support_phone.clone());
    Ok(answers::json(StatusCode::OK, &answer))
}

async fn entries(api: &Api, thread: ThreadId) -> Result<Vec<Entry>, Refusal> {
    let mut entries = Vec::new();
    let mut after = None;
    for _ in 0..PAGES {
        let page = api.store().entries(&thread, PAGE, after.as_ref()).await?;
        entries.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(entries)
}
