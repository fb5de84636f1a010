//! An example of each body: what the document of the API shows, and what tests begin with. People and numbers are
//! made up (555-01xx is set aside for that); answers are made by the domain itself.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    CreateJob, EntryAnswer, JobAnswer, JobPage, LinkAnswer, MessageAnswer, MessagePage, Readable,
    ReplyAnswer, TrackAnswer, read,
};
use crate::health::{Health, HealthStatus, RunningPackage};
use crate::id::{JobId, LinkId, MessageId};
use crate::job::{Job, Transition};
use crate::message::{Contact, Entry, Inbound, Message, MessageKind, Policy, Posted};
use crate::phone::PhoneNumber;
use crate::route::RouteName;

/// What the carrier calls one of its messages, here and in the answers.
const SID: &str = "SM00112233445566778899aabbccddeeff";

/// Bodies that a route takes, each with a word on it. Forms are given as objects; a route that takes no body has none.
pub fn requests(name: RouteName) -> Vec<(&'static str, Value)> {
    match name {
        RouteName::CreateJob => vec![("a new job", create_job())],
        RouteName::MoveJob => transitions(),
        RouteName::SendMessage => vec![(
            "a text",
            json!({ "text": "We are running late. Where you can see us: [link]" }),
        )],
        RouteName::SetCharge => vec![
            ("a price", json!({ "amount": 12_500, "currency": "USD" })),
            (
                "paid",
                json!({ "amount": 12_500, "currency": "USD", "paidAt": "2026-11-22T21:00:00Z" }),
            ),
        ],
        RouteName::Rate => vec![(
            "a rating",
            json!({ "stars": 5, "comment": "Quick and friendly." }),
        )],
        RouteName::PutMaintenance => vec![("one truck", maintenance())],
        RouteName::CarrierStatus => vec![(
            "a status",
            json!({ "MessageSid": SID, "MessageStatus": "delivered" }),
        )],
        RouteName::CarrierInbound => vec![(
            "a reply",
            json!({ "MessageSid": SID, "From": "+12025550143", "To": "+12025550100", "Body": "Thank you!" }),
        )],
        RouteName::ListJobs
        | RouteName::GetJob
        | RouteName::ListMessages
        | RouteName::RenewLink
        | RouteName::Track
        | RouteName::GetMaintenance
        | RouteName::Health => Vec::new(),
    }
}

/// The good answer of a route, where it is JSON.
pub fn answer(name: RouteName) -> Option<Value> {
    let job = completed_job();
    match name {
        RouteName::CreateJob => Some(value(&JobAnswer::from(&new_job()))),
        RouteName::GetJob | RouteName::MoveJob | RouteName::SetCharge => {
            Some(value(&JobAnswer::from(&job)))
        }
        RouteName::ListJobs => Some(value(&JobPage {
            items: vec![JobAnswer::from(&job)],
            next: Some("MjAyNi0xMS0yMlQxMzowMDowMC4wMDBaIzdLM005UVgy".to_owned()),
        })),
        RouteName::SendMessage => Some(value(&MessageAnswer::from(&message()))),
        RouteName::ListMessages => Some(value(&MessagePage {
            items: vec![
                EntryAnswer::Outbound(MessageAnswer::from(&sent_message())),
                EntryAnswer::Inbound(ReplyAnswer::from(&reply())),
            ],
            next: None,
        })),
        RouteName::RenewLink => Some(value(&LinkAnswer {
            job: JobAnswer::from(&job),
            track_url: "https://www.quickdumpnow.com/track?jobToken=AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs".to_owned(),
        })),
        RouteName::Track => Some(value(&track(&job))),
        RouteName::Rate => {
            let rating = requests(RouteName::Rate).remove(0).1;
            let moved = job.rate(given(&rating), at(4));
            Some(value(&track(&moved.expect("a COMPLETE job can be rated").job)))
        }
        RouteName::GetMaintenance | RouteName::PutMaintenance => Some(maintenance()),
        RouteName::Health => Some(value(&Health {
            status: HealthStatus::Ok,
            version: "0.1.0".to_owned(),
            package: RunningPackage::Unknown,
        })),
        RouteName::CarrierStatus | RouteName::CarrierInbound => None,
    }
}

/// The job of [`requests`] as it is taken in, version 1.
pub fn new_job() -> Job {
    let request: CreateJob = given(&create_job());
    let id: JobId = "7K3M9QX2".parse().expect("a job's id");
    Job::create(request.into(), id, LinkId::from_bytes([7; 16]), at(0)).0
}

fn completed_job() -> Job {
    let steps = transitions();
    steps[..3]
        .iter()
        .zip(1..)
        .fold(new_job(), |job, ((_, step), hour)| {
            let moved = job.transition(given::<Transition>(step), at(hour));
            moved.expect("one state after another").job
        })
}

fn create_job() -> Value {
    json!({
        "customer": { "name": "Ana Ruiz", "phones": ["+12025550143"] },
        "address": "12 Elm St, Springfield",
        "notes": "Gate code 4711",
    })
}

fn transitions() -> Vec<(&'static str, Value)> {
    vec![
        (
            "a technician comes",
            json!({
                "to": "ASSIGNED",
                "technician": { "name": "Sam Lee", "phone": "+12025550177" },
                "window": {
                    "start": "2026-11-22T18:00:00Z",
                    "end": "2026-11-22T20:00:00Z",
                    "zone": "America/New_York",
                },
            }),
        ),
        ("the technician is there", json!({ "to": "IN_PROGRESS" })),
        (
            "done",
            json!({ "to": "COMPLETE", "charge": { "amount": 12_500, "currency": "USD" } }),
        ),
        (
            "rated on the phone",
            json!({ "to": "RATED", "rating": { "stars": 4 } }),
        ),
    ]
}

fn maintenance() -> Value {
    json!({
        "timeZone": "America/New_York",
        "trucks": [{
            "id": "truck-1",
            "name": "Truck 1",
            "odometer": {
                "unit": "mi",
                "reading": { "value": 52_500, "readAt": "2026-11-20T12:00:00Z" },
            },
            "schedules": [{
                "id": "oil",
                "name": "oil and filter",
                "intervals": {
                    "distance": { "every": 5000, "dueSoonThreshold": 500, "reminderOffsets": [500, 0] },
                    "time": {
                        "every": { "value": 6, "unit": "months" },
                        "dueSoonThresholdDays": 14,
                        "reminderOffsetsDays": [7, 0],
                    },
                },
                "lastService": { "date": "2026-08-01", "odometer": 49_000 },
            }],
        }],
        "equipment": [],
        "supplies": [],
    })
}

fn message() -> Message {
    let number = PhoneNumber::parse("+12025550143").expect("a number");
    let text = requests(RouteName::SendMessage).remove(0).1;
    Message::new(
        MessageId::of(new_job().id(), 2).expect("a message's number"),
        MessageKind::Operator,
        given::<super::SendMessage>(&text).text,
        vec![Contact::Phone(number)],
        at(1),
    )
}

fn sent_message() -> Message {
    let policy = Policy::with_cascade(120);
    let posted = Posted::Accepted {
        sid: SID.parse().expect("a SID"),
        status: crate::message::CarrierStatus::Delivered,
    };
    let claimed = message().claimed(at(1), &policy).expect("it is due");
    claimed
        .recorded(0, posted, at(1), &policy, 0)
        .expect("it was claimed")
}

fn reply() -> Inbound {
    Inbound {
        id: MessageId::of(new_job().id(), 3).expect("a message's number"),
        sid: SID.replace('f', "0").parse().expect("a SID"),
        from: PhoneNumber::parse("+12025550143").expect("a number"),
        text: "Thank you!".to_owned(),
        stop: false,
        received_at: at(2),
    }
}

fn track(job: &Job) -> TrackAnswer {
    let support = PhoneNumber::parse("+12025550100").expect("a number");
    TrackAnswer::new(job, &[Entry::Outbound(sent_message())], support)
}

fn given<T: Readable>(value: &Value) -> T {
    read(value).unwrap_or_else(|faults| panic!("a sample is refused: {faults:?}"))
}

fn value(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).expect("answers have a JSON form")
}

/// So many hours into the day of the samples.
fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T17:00:00Z".parse().expect("a time");
    start + SignedDuration::from_hours(hours)
}
