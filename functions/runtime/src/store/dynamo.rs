//! The store in `DynamoDB`.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use qdn_shared::id::{JobId, LinkId, MessageId, ThreadId};
use qdn_shared::job::{Job, State};
use qdn_shared::message::{Entry, Sid};
use qdn_shared::phone::PhoneNumber;
use serde::de::DeserializeOwned;

use super::items::{self, Item, Key, n, s};
use super::{
    CommitError, Cursor, JobQuery, Page, PhoneStatus, Remembered, Store, StoreError, Write,
};

/// The table of one deployment.
#[derive(Clone, Debug)]
pub struct DynamoStore {
    client: Client,
    table: String,
}

impl DynamoStore {
    /// The table of this name.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        DynamoStore {
            client,
            table: table.into(),
        }
    }

    async fn get<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .consistent_read(true)
            .send()
            .await
            .map_err(failed("GetItem"))?;
        answer.item.map(read).transpose()
    }

    /// From when a sender's next turn is free, in milliseconds since 1970; none when it never had one.
    async fn free(&self, sender: &str) -> Result<Option<i64>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(Key::pace(sender).item()))
            .consistent_read(true)
            .send()
            .await
            .map_err(failed("GetItem"))?;
        Ok(answer.item.as_ref().and_then(|item| number(item, "free")))
    }

    /// The newest jobs of one state: one more than asked for tells whether there is a next page.
    async fn jobs_in(&self, state: State, query: &JobQuery) -> Result<Vec<Item>, StoreError> {
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(items::BY_STATE)
            .expression_attribute_values(":state", s(state.as_str()))
            .scan_index_forward(false)
            .limit(i32::from(query.limit) + 1);
        request = match &query.after {
            None => request.key_condition_expression("listState = :state"),
            Some(after) => request
                .key_condition_expression("listState = :state AND listOrder < :after")
                .expression_attribute_values(":after", s(after.sort_key())),
        };
        all_of(request, usize::from(query.limit) + 1).await
    }
}

/// So many items of a query, fewer when there are no more. A single answer ends at 1 MB of items.
async fn all_of(request: QueryFluentBuilder, wanted: usize) -> Result<Vec<Item>, StoreError> {
    let mut found = Vec::new();
    let mut start = None;
    loop {
        let request = request.clone().set_exclusive_start_key(start);
        let answer = request.send().await.map_err(failed("Query"))?;
        found.extend(answer.items.unwrap_or_default());
        start = answer.last_evaluated_key;
        if start.is_none() || found.len() >= wanted {
            return Ok(found);
        }
    }
}

#[async_trait]
impl Store for DynamoStore {
    async fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError> {
        self.get(Key::job(*id)).await
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Page<Job>, StoreError> {
        let states = match query.state {
            Some(state) => vec![state],
            None => State::ALL.to_vec(),
        };
        let lists = states.into_iter().map(|state| self.jobs_in(state, query));
        let mut found: Vec<Item> = try_join_all(lists).await?.into_iter().flatten().collect();
        found.sort_by(|one, other| text(other, "listOrder").cmp(text(one, "listOrder")));
        page(found, query.limit, "listOrder")
    }

    async fn job_of_link(&self, link: &LinkId) -> Result<Option<JobId>, StoreError> {
        #[derive(serde::Deserialize)]
        struct Link {
            job: JobId,
        }
        let link: Option<Link> = self.get(Key::link(link)).await?;
        Ok(link.map(|link| link.job))
    }

    async fn entry(&self, id: &MessageId) -> Result<Option<Entry>, StoreError> {
        self.get(Key::entry(id)).await
    }

    async fn entries(
        &self,
        thread: &ThreadId,
        limit: u16,
        after: Option<&Cursor<Entry>>,
    ) -> Result<Page<Entry>, StoreError> {
        let (first, last) = items::ENTRIES;
        // `!` sorts before every digit: the bound lies just behind the item that ended the page before.
        let from = after.map_or_else(
            || first.to_owned(),
            |after| format!("{}!", after.sort_key()),
        );
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", s(items::partition(thread)))
            .expression_attribute_values(":from", s(from))
            .expression_attribute_values(":to", s(last))
            .limit(i32::from(limit) + 1);
        let found = all_of(request, usize::from(limit) + 1).await?;
        page(found, limit, "sk")
    }

    async fn due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<(MessageId, Timestamp)>, StoreError> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(items::BY_DUE)
            .key_condition_expression("duePartition = :due AND dueAt <= :now")
            .expression_attribute_values(":due", s(items::DUE))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .limit(i32::from(limit));
        let found = all_of(request, usize::from(limit)).await?;
        Ok(found.iter().filter_map(due_item).collect())
    }

    async fn owner(&self, sid: &Sid) -> Result<Option<MessageId>, StoreError> {
        #[derive(serde::Deserialize)]
        struct Owned {
            owner: MessageId,
        }
        let owned: Option<Owned> = self.get(Key::sid(sid)).await?;
        Ok(owned.map(|owned| owned.owner))
    }

    async fn phone(&self, number: &PhoneNumber) -> Result<PhoneStatus, StoreError> {
        Ok(self.get(Key::phone(number)).await?.unwrap_or_default())
    }

    async fn remembered(
        &self,
        operation: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError> {
        let answer: Option<Remembered> = self.get(Key::remembered(operation, key)).await?;
        // DynamoDB takes up to two days to remove what has expired.
        Ok(answer.filter(|answer| answer.expires_at > now.as_second()))
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), CommitError> {
        if writes.is_empty() {
            return Ok(());
        }
        let requests = writes
            .iter()
            .map(|write| Ok(on_table(items::request(write)?, &self.table)))
            .collect::<Result<_, StoreError>>()?;
        let transaction = self
            .client
            .transact_write_items()
            .set_transact_items(Some(requests));
        let mut waits = BUSY_WAITS.into_iter();
        loop {
            match transaction.clone().send().await {
                Ok(_) => return Ok(()),
                // Nothing was done, and the SDK does not try such a transaction again.
                Err(error) if is_busy(&error) => match waits.next() {
                    Some(wait) => tokio::time::sleep(Duration::from_millis(wait)).await,
                    None => return Err(refused(error)),
                },
                Err(error) => return Err(refused(error)),
            }
        }
    }

    async fn turn(
        &self,
        sender: &str,
        now: Timestamp,
        interval: SignedDuration,
        within: SignedDuration,
    ) -> Result<Option<Timestamp>, StoreError> {
        let millis =
            |duration: SignedDuration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let now = now.as_millisecond();
        let latest = now.saturating_add(millis(within));
        // What was read may have changed when it is written; then it is read again.
        for _ in 0..16 {
            let free = self.free(sender).await?;
            let update = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(Key::pace(sender).item()))
                .expression_attribute_names("#free", "free")
                .expression_attribute_values(":now", n(now));
            let update = match free {
                Some(free) if free > latest => return Ok(None),
                // Others are queued up: take the place behind them.
                Some(free) if free >= now => update
                    .update_expression("SET #free = #free + :step")
                    .condition_expression("#free BETWEEN :now AND :latest")
                    .expression_attribute_values(":step", n(millis(interval)))
                    .expression_attribute_values(":latest", n(latest)),
                // Nobody is: begin a new queue.
                Some(_) | None => update
                    .update_expression("SET #free = :next")
                    .condition_expression("attribute_not_exists(#free) OR #free < :now")
                    .expression_attribute_values(":next", n(now.saturating_add(millis(interval)))),
            };
            match update.return_values(ReturnValue::UpdatedOld).send().await {
                Ok(answer) => {
                    let before = answer.attributes.as_ref();
                    let before = before.and_then(|old| number(old, "free"));
                    let at = before.map_or(now, |before| before.max(now));
                    return Ok(Some(
                        Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX),
                    ));
                }
                Err(error) if code(&error) == CONDITION => {}
                Err(error) => return Err(failed("UpdateItem")(error)),
            }
        }
        Err(StoreError {
            operation: "UpdateItem",
            reason: "the sender's pace changed at every try".to_owned(),
        })
    }
}

/// How long a transaction is held back that the table was too busy for, in milliseconds, try for try.
const BUSY_WAITS: [u64; 4] = [50, 100, 200, 400];

/// Whether a transaction was canceled for no other reason than that the table was too busy.
fn is_busy<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) =
        error.as_service_error()
    else {
        return false;
    };
    let mut reasons = canceled
        .cancellation_reasons()
        .iter()
        .filter_map(|reason| reason.code())
        .filter(|code| *code != "None")
        .peekable();
    reasons.peek().is_some()
        && reasons.all(|code| matches!(code, "ThrottlingError" | "ProvisionedThroughputExceeded"))
}

const CONDITION: &str = "ConditionalCheckFailedException";

/// What went wrong, by the service's code: its message may quote an item.
fn failed<E: ProvideErrorMetadata, R>(
    operation: &'static str,
) -> impl Fn(SdkError<E, R>) -> StoreError {
    move |error| StoreError {
        operation,
        reason: code(&error).to_owned(),
    }
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    match error {
        SdkError::ServiceError(context) => context.err().code().unwrap_or("an unknown error"),
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(_) => "no connection",
        SdkError::ResponseError(_) => "an unreadable answer",
        _ => "an unusable request",
    }
}

/// Which writes lost, when that is why the transaction was canceled.
fn refused<R>(error: SdkError<TransactWriteItemsError, R>) -> CommitError {
    if let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) =
        error.as_service_error()
    {
        let lost: Vec<usize> = canceled
            .cancellation_reasons()
            .iter()
            .enumerate()
            .filter(|(_, reason)| {
                matches!(
                    reason.code(),
                    Some("ConditionalCheckFailed" | "TransactionConflict")
                )
            })
            .map(|(position, _)| position)
            .collect();
        if !lost.is_empty() {
            return CommitError::Conflict(lost);
        }
    }
    CommitError::Store(failed("TransactWriteItems")(error))
}

fn on_table(mut request: TransactWriteItem, table: &str) -> TransactWriteItem {
    table.clone_into(match &mut request {
        TransactWriteItem { put: Some(put), .. } => &mut put.table_name,
        TransactWriteItem {
            update: Some(update),
            ..
        } => &mut update.table_name,
        TransactWriteItem {
            delete: Some(delete),
            ..
        } => &mut delete.table_name,
        _ => return request,
    });
    request
}

/// Why an item cannot be read is not told: the reader's words may quote what is in it.
fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|_| StoreError {
        operation: "reading",
        reason: format!("an item is not a {}", std::any::type_name::<T>()),
    })
}

/// The first `limit` items, and where the next page begins if there is one more.
fn page<T: DeserializeOwned>(
    mut items: Vec<Item>,
    limit: u16,
    order: &str,
) -> Result<Page<T>, StoreError> {
    let limit = usize::from(limit);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| Cursor::after(text(last, order)));
    let items = items.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(Page { items, next })
}

/// One that cannot be read is told of and passed over: the others shall not wait for it.
fn due_item(item: &Item) -> Option<(MessageId, Timestamp)> {
    let id = items::message_id(text(item, "pk"), text(item, "sk"));
    let since = number(item, "dueAt").and_then(|at| Timestamp::from_millisecond(at).ok());
    let due = id.zip(since);
    if due.is_none() {
        tracing::error!("an item of the index `due` has an unexpected form");
    }
    due
}

fn text<'a>(item: &'a HashMap<String, AttributeValue>, name: &str) -> &'a str {
    item.get(name)
        .and_then(|value| value.as_s().ok())
        .map_or("", String::as_str)
}

fn number(item: &HashMap<String, AttributeValue>, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}
