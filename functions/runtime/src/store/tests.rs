//! The store in memory keeps the contract; the items have the form that `docs/application.md` tells.

use jiff::Timestamp;
use qdn_shared::credentials::Line;
use qdn_shared::id::{MessageId, ThreadId};
use qdn_shared::message::{Contact, Entry, Message, MessageKind};
use qdn_shared::segments::SmsText;

use super::items::{self, request};
use super::memory::MemoryStore;
use super::{Write, contract};

fn now() -> Timestamp {
    Timestamp::from_second(1_767_225_600).unwrap()
}

fn message() -> Message {
    let thread = ThreadId::alert("oil", "7d", "2026-01-01");
    Message::new(
        MessageId::of(thread, 1).unwrap(),
        MessageKind::Alert,
        SmsText::new("Oil change due.").unwrap(),
        vec![Contact::Line(Line::Primary)],
        now(),
    )
}

#[tokio::test]
async fn the_store_in_memory_keeps_the_contract() {
    contract::check(&MemoryStore::default(), 1, now()).await;
}

#[test]
fn a_message_that_is_due_stands_in_the_index_and_one_that_is_done_does_not() {
    let put = request(&Write::CreateMessage(message()))
        .unwrap()
        .put
        .unwrap();
    assert_eq!(put.condition_expression(), Some("attribute_not_exists(pk)"));
    let mut names: Vec<&str> = put.item().keys().map(String::as_str).collect();
    names.sort_unstable();
    insta::assert_snapshot!(names.join(" "), @"attempts contacts createdAt direction dueAt duePartition id kind phase pk sk text version");
    assert_eq!(put.item()["dueAt"].as_n().unwrap(), "1767225600000");
    let pk = put.item()["pk"].as_s().unwrap();
    let sk = put.item()["sk"].as_s().unwrap();
    assert_eq!(items::message_id(pk, sk), Some(message().id));
    let read: Entry = serde_dynamo::from_item(put.item().clone()).unwrap();
    assert_eq!(read, Entry::Outbound(message()));

    let mut done = message();
    done.version = 2;
    done.phase = qdn_shared::message::Phase::Done {
        outcome: qdn_shared::message::Outcome::Sent,
    };
    let put = request(&Write::UpdateMessage(done)).unwrap().put.unwrap();
    assert_eq!(put.condition_expression(), Some("version = :before"));
    assert!(!put.item().contains_key("dueAt"));
}
