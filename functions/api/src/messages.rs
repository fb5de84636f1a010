//! A job's thread for operators: `POST` and `GET /api/jobs/{jobId}/messages`.

use async_trait::async_trait;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use qdn_runtime::store::{Cursor, Write};
use qdn_shared::api::{EntryAnswer, MessageAnswer, MessagePage, SendMessage};
use qdn_shared::id::{JobId, ThreadId};
use qdn_shared::message::{Entry, Message, MessageKind};
use qdn_shared::segments::SmsText;

use crate::Api;
use crate::answers;
use crate::asked::Asked;
use crate::auth::Operator;
use crate::idempotency::{self, Created, Creation};
use crate::jobs::{Limit, load};
use crate::refusal::Refusal;

/// Sends a text of the operator's to the customer.
pub async fn send(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let id = asked.path("jobId")?;
    let mut reader = asked.reader();
    reader.query(&[]);
    let key = reader.idempotency_key();
    let request = reader.json::<SendMessage>()?;
    let text = reader.done(request)?.text;
    idempotency::create(api, "send-message", asked, key, &Sending { id, text }).await
}

struct Sending {
    id: JobId,
    text: SmsText,
}

#[async_trait]
impl Creation for Sending {
    async fn decide(&self, api: &Api, now: Timestamp) -> Result<(Vec<Write>, Created), Refusal> {
        let (job, [id]) = load(api, &self.id).await?.add_messages(now)?;
        let message = Message::to_customer(id, MessageKind::Operator, self.text.clone(), &job, now);
        let created = Created {
            location: String::new(),
            body: serde_json::to_string(&MessageAnswer::from(&message))
                .map_err(|_| Refusal::Broken("a message has no JSON form"))?,
            version: None,
        };
        let writes = vec![Write::CreateMessage(message), Write::UpdateJob(job)];
        Ok((writes, created))
    }
}

/// A job's messages and replies, oldest first, a page at a time.
pub async fn list(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let id: JobId = asked.path("jobId")?;
    let mut reader = asked.reader();
    let query = reader.query(&["limit", "cursor"]);
    let Limit(limit) = reader.parameter(&query, "limit").unwrap_or_default();
    let after: Option<Cursor<Entry>> = reader.parameter(&query, "cursor");
    reader.done(Some(()))?;
    let thread = ThreadId::Job(load(api, &id).await?.id());
    let page = api.store().entries(&thread, limit, after.as_ref()).await?;
    let answer = MessagePage {
        items: page.items.iter().map(EntryAnswer::from).collect(),
        next: page.next.map(|next| next.to_string()),
    };
    Ok(answers::json(StatusCode::OK, &answer))
}
