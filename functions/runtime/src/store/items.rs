//! The form of the items in `DynamoDB`: keys, index attributes, conditions. Written down for people in
//! `docs/application.md`. Talking to the service is `dynamo`'s business.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use jiff::Timestamp;
use qdn_shared::id::{JobId, LinkId, MessageId, ThreadId};
use qdn_shared::job::Job;
use qdn_shared::message::{Entry, Message, Sid};
use qdn_shared::phone::PhoneNumber;
use serde::Serialize;

use super::{SID_SECONDS, StoreError, Write};

/// An item as the SDK has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The partition of every message that is due some time.
pub(super) const DUE: &str = "DUE";
/// Index of jobs by state.
pub(super) const BY_STATE: &str = "by-state";
/// Index of messages by the time at which they are due.
pub(super) const BY_DUE: &str = "due";
/// What the sort keys of a thread's entries lie between.
pub(super) const ENTRIES: (&str, &str) = ("MSG#", "MSG#~");

/// Partition and sort key of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Key { pk, sk: sk.into() }
    }

    pub(super) fn job(id: JobId) -> Self {
        Key::new(partition(&ThreadId::Job(id)), "JOB")
    }

    pub(super) fn entry(id: &MessageId) -> Self {
        Key::new(partition(&id.thread()), entry_order(id.number()))
    }

    pub(super) fn link(link: &LinkId) -> Self {
        Key::new(format!("LINK#{link}"), "LINK")
    }

    pub(super) fn phone(number: &PhoneNumber) -> Self {
        Key::new(format!("PHONE#{}", number.as_str()), "STATUS")
    }

    pub(super) fn remembered(operation: &str, key: &str) -> Self {
        Key::new(format!("IDEM#{operation}#{key}"), "IDEM")
    }

    pub(super) fn sid(sid: &Sid) -> Self {
        Key::new(format!("SID#{sid}"), "SID")
    }

    pub(super) fn pace(sender: &str) -> Self {
        Key::new(format!("PACE#{sender}"), "PACE")
    }

    pub(super) fn item(self) -> Item {
        HashMap::from([("pk".to_owned(), s(self.pk)), ("sk".to_owned(), s(self.sk))])
    }
}

/// The partition of a thread.
pub(super) fn partition(thread: &ThreadId) -> String {
    format!("T#{thread}")
}

/// The sort key of a thread's entry.
pub(super) fn entry_order(number: u32) -> String {
    format!("MSG#{number:06}")
}

/// The number of a thread's entry, read from its sort key; none when the text is no such key.
pub(super) fn entry_number(sort_key: &str) -> Option<u32> {
    let number = sort_key.strip_prefix("MSG#")?.parse().ok()?;
    (entry_order(number) == sort_key).then_some(number)
}

/// The place of a job among the jobs of its state: by creation, then id.
pub(super) fn list_order(created_at: Timestamp, id: JobId) -> String {
    format!("{}#{id}", created_at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
}

/// A message's id, read from the keys of its item.
pub(super) fn message_id(pk: &str, sk: &str) -> Option<MessageId> {
    let thread: ThreadId = pk.strip_prefix("T#")?.parse().ok()?;
    MessageId::of(thread, entry_number(sk)?).ok()
}

pub(super) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn n(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// What a write is in `DynamoDB`'s words, but for the table's name.
pub(super) fn request(write: &Write) -> Result<TransactWriteItem, StoreError> {
    match write {
        Write::CreateJob(job) => put_new(job_item(job)?),
        Write::UpdateJob(job) => put_over(job_item(job)?, job.version()),
        Write::CreateMessage(message) => put_new(message_item(message)?),
        Write::UpdateMessage(message) => put_over(message_item(message)?, message.version),
        Write::CreateInbound(inbound) => {
            let entry = Entry::Inbound(inbound.clone());
            put_new(keyed(Key::entry(&inbound.id), &entry)?)
        }
        Write::OwnSid(sid, owner, now) => {
            let mut item = Key::sid(sid).item();
            item.insert("owner".to_owned(), s(owner.to_string()));
            item.insert("expiresAt".to_owned(), n(now.as_second() + SID_SECONDS));
            let put = Put::builder()
                .set_item(Some(item))
                .table_name("")
                .condition_expression("attribute_not_exists(pk) OR #owner = :owner")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_values(":owner", s(owner.to_string()))
                .build()
                .map_err(|error| incomplete(&error))?;
            Ok(TransactWriteItem::builder().put(put).build())
        }
        Write::CreateLink(link, job) => {
            let mut item = Key::link(link).item();
            item.insert("job".to_owned(), s(job.to_string()));
            put_new(item)
        }
        Write::RemoveLink(link) => {
            let delete = Delete::builder()
                .set_key(Some(Key::link(link).item()))
                .table_name("")
                .build()
                .map_err(|error| incomplete(&error))?;
            Ok(TransactWriteItem::builder().delete(delete).build())
        }
        Write::Remember(answer, now) => {
            let item = keyed(Key::remembered(&answer.operation, &answer.key), answer)?;
            let put = Put::builder()
                .set_item(Some(item))
                .table_name("")
                .condition_expression("attribute_not_exists(pk) OR expiresAt <= :now")
                .expression_attribute_values(":now", n(now.as_second()))
                .build()
                .map_err(|error| incomplete(&error))?;
            Ok(TransactWriteItem::builder().put(put).build())
        }
        Write::PointPhone(number, job) => {
            let job = s(job.to_string());
            update(Key::phone(number), "SET #f = :v", "job", Some(job))
        }
        Write::OptOut(number, Some(since)) => {
            let since = s(since.to_string());
            update(Key::phone(number), "SET #f = :v", "optedOutAt", Some(since))
        }
        Write::OptOut(number, None) => update(Key::phone(number), "REMOVE #f", "optedOutAt", None),
    }
}

fn job_item(job: &Job) -> Result<Item, StoreError> {
    let mut item = keyed(Key::job(job.id()), job)?;
    item.insert("listState".to_owned(), s(job.state().as_str()));
    let order = list_order(job.created_at(), job.id());
    item.insert("listOrder".to_owned(), s(order));
    Ok(item)
}

fn message_item(message: &Message) -> Result<Item, StoreError> {
    let entry = Entry::Outbound(message.clone());
    let mut item = keyed(Key::entry(&message.id), &entry)?;
    if let Some(due) = message.due_at() {
        item.insert("duePartition".to_owned(), s(DUE));
        item.insert("dueAt".to_owned(), n(due.as_millisecond()));
    }
    Ok(item)
}

/// A value under its key. The item's own attributes never have a key's name.
fn keyed(key: Key, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(|error| StoreError {
        operation: "writing",
        reason: error.to_string(),
    })?;
    item.extend(key.item());
    Ok(item)
}

fn put_new(item: Item) -> Result<TransactWriteItem, StoreError> {
    let put = Put::builder()
        .set_item(Some(item))
        .table_name("")
        .condition_expression("attribute_not_exists(pk)")
        .build()
        .map_err(|error| incomplete(&error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

/// Written over the version before.
fn put_over(item: Item, version: u64) -> Result<TransactWriteItem, StoreError> {
    let put = Put::builder()
        .set_item(Some(item))
        .table_name("")
        .condition_expression("version = :before")
        .expression_attribute_values(":before", AttributeValue::N((version - 1).to_string()))
        .build()
        .map_err(|error| incomplete(&error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn update(
    key: Key,
    expression: &str,
    field: &str,
    value: Option<AttributeValue>,
) -> Result<TransactWriteItem, StoreError> {
    let update = Update::builder()
        .set_key(Some(key.item()))
        .table_name("")
        .update_expression(expression)
        .expression_attribute_names("#f", field)
        .set_expression_attribute_values(
            value.map(|value| HashMap::from([(":v".to_owned(), value)])),
        )
        .build()
        .map_err(|error| incomplete(&error))?;
    Ok(TransactWriteItem::builder().update(update).build())
}

fn incomplete(error: &BuildError) -> StoreError {
    StoreError {
        operation: "writing",
        reason: error.to_string(),
    }
}
