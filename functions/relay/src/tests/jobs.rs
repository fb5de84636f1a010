//! Jobs in the model: what `api` writes about them, each change and its message in one commit that may fail, and
//! what has to hold of them at the end.

use jiff::{SignedDuration, Timestamp};
use qdn_runtime::store::{JobQuery, Store, Write};
use qdn_shared::id::LinkId;
use qdn_shared::job::{Job, State, Technician, Transition};
use qdn_shared::message::{Entry, Message, MessageKind};
use qdn_shared::rating::Rating;
use qdn_shared::ring::KeyRing;
use qdn_shared::text::{self, LINK_PLACEHOLDER};
use qdn_shared::token::{JobToken, TokenScope};
use qdn_shared::window::ArrivalWindow;
use qdn_shared::words::PersonName;

use super::model::run;
use super::world::Scene;

/// The request may never be answered: who made it reads the job and decides again.
fn commit(scene: &Scene, writes: &[Write]) {
    let _ = run(scene.store.commit(writes));
}

fn jobs(scene: &Scene) -> Vec<Job> {
    let all = JobQuery {
        limit: 1000,
        ..JobQuery::default()
    };
    run(scene.memory.jobs(&all)).unwrap().unwrap().items
}

fn entries(scene: &Scene, job: &Job) -> Vec<Entry> {
    let thread = job.id().into();
    run(scene.memory.entries(&thread, 1000, None))
        .unwrap()
        .unwrap()
        .items
}

/// Takes a job in, of a customer whose numbers are nobody else's.
pub(super) fn take(scene: &Scene, number: u8, phones: usize) {
    let phones: Vec<String> = (0..phones)
        .map(|which| format!("+1202555{:04}", usize::from(number) * 10 + which))
        .collect();
    let phones: Vec<&str> = phones.iter().map(String::as_str).collect();
    let (job, message) = scene.job(number, &phones);
    let link = Write::CreateLink(job.link(), job.id());
    commit(
        scene,
        &[Write::CreateJob(job), Write::CreateMessage(message), link],
    );
}

/// Moves a job to its next state.
pub(super) fn advance(scene: &Scene, index: usize) {
    let jobs = jobs(scene);
    let Some(job) = jobs.get(index % jobs.len().max(1)).cloned() else {
        return;
    };
    let now = scene.clock.time();
    let transition = match job.state() {
        State::Created => Transition::Assigned {
            technician: Technician {
                name: PersonName::new("Sam").unwrap(),
                phone: None,
            },
            window: window(now),
        },
        State::Assigned => Transition::InProgress {},
        State::InProgress => Transition::Complete { charge: None },
        State::Complete => Transition::Rated {
            rating: Rating::new(5, None).unwrap(),
        },
        State::Rated => return,
    };
    let moved = job.transition(transition, now).unwrap();
    let message = scene.notice(moved.notice.unwrap(), &moved.job);
    commit(
        scene,
        &[Write::UpdateJob(moved.job), Write::CreateMessage(message)],
    );
}

fn window(now: Timestamp) -> ArrivalWindow {
    let end = now + SignedDuration::from_hours(2);
    ArrivalWindow::new(now, end, "America/Chicago").unwrap()
}

/// Voids the link that a job began with. Once: two texts with the same words to one number cannot be told apart.
pub(super) fn renew(scene: &Scene, index: usize) {
    let jobs = jobs(scene);
    let fresh = |job: &&Job| job.generation() == 0;
    let jobs: Vec<&Job> = jobs.iter().filter(fresh).collect();
    let Some(job) = jobs.get(index % jobs.len().max(1)).copied() else {
        return;
    };
    let now = scene.clock.time();
    let (job, id) = job
        .clone()
        .renew_link(LinkId::from_bytes([0; 16]), now)
        .unwrap();
    let message = Message::to_customer(id, MessageKind::Link, text::new_link(), &job, now);
    commit(
        scene,
        &[Write::UpdateJob(job), Write::CreateMessage(message)],
    );
}

fn kind(state: State) -> MessageKind {
    match state {
        State::Created => MessageKind::Created,
        State::Assigned => MessageKind::Assigned,
        State::InProgress => MessageKind::InProgress,
        State::Complete => MessageKind::Complete,
        State::Rated => MessageKind::Rated,
    }
}

/// Every state that a job reached was told once, its thread has no gaps, and every link that a customer got leads to
/// their job.
pub(super) fn check(scene: &Scene) {
    let key = "A".repeat(43);
    let ring: KeyRing = serde_json::from_value(serde_json::json!({ "keys": [
        { "id": 1, "key": key, "state": "minting", "since": 0 },
    ]}))
    .unwrap();
    for job in jobs(scene) {
        let entries = entries(scene, &job);
        let numbers: Vec<u32> = entries.iter().map(|entry| entry.id().number()).collect();
        assert_eq!(numbers, (1..=job.messages()).collect::<Vec<_>>(), "{job:?}");
        for state in State::ALL {
            let tells = |entry: &&Entry| match entry {
                Entry::Outbound(message) => message.kind == kind(*state),
                Entry::Inbound(_) => false,
            };
            let told = entries.iter().filter(tells).count();
            assert_eq!(told, usize::from(*state <= job.state()), "{job:?} {state}");
        }
        let bodies = scene.carrier.taken().into_iter().filter(|taken| {
            let mut phones = job.customer().phones().iter();
            phones.any(|phone| *phone == taken.to)
        });
        for taken in bodies {
            assert!(!taken.body.contains(LINK_PLACEHOLDER), "{}", taken.body);
            if let Some((_, rest)) = taken.body.split_once("jobToken=") {
                // Even a link that was renewed since was the job's when it was sent.
                let now = scene
                    .clock
                    .time()
                    .min(Timestamp::from_second(1_767_300_000).unwrap());
                let token = JobToken::verify(&rest[..56], &ring, now, TokenScope::Rate).unwrap();
                assert_eq!(token.link, job.link());
                assert!(token.generation <= job.generation());
            }
        }
    }
}
