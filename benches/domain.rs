//! How long the rules of the domain take: what a request or a message costs beside its I/O. What came out is written
//! down in `docs/measurements.md`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use qdn_shared::api::{CreateJob, read, samples};
use qdn_shared::id::{JobId, LinkId};
use qdn_shared::job::{Job, Transition};
use qdn_shared::maintenance::MaintenanceDocument;
use qdn_shared::message::{Message, Policy};
use qdn_shared::ring::KeyRing;
use qdn_shared::route::RouteName;
use qdn_shared::segments::segments;
use qdn_shared::token::{JobToken, Scopes, TokenScope};
use secrecy::ExposeSecret as _;
use serde_json::Value;

const SEED: &[u8] = include_bytes!("../assets/seed/maintenance.json");

fn now() -> Timestamp {
    Timestamp::from_second(1_767_225_600).expect("a time of our days")
}

fn sample(route: RouteName) -> Value {
    samples::requests(route).remove(0).1
}

fn job() -> (Job, Message) {
    let request: CreateJob = read(&sample(RouteName::CreateJob)).expect("an example");
    let id = JobId::from_random([1, 2, 3, 4, 5]);
    let (job, notice) = Job::create(request.into(), id, LinkId::from_bytes([7; 16]), now());
    let message = Message::to_customer(notice.id, notice.kind.into(), notice.text, &job, now());
    (job, message)
}

fn tokens(criterion: &mut Criterion) {
    let ring = KeyRing::generate([7; 32], now());
    let token = JobToken {
        scopes: Scopes::TRACK_AND_RATE,
        generation: 0,
        expires_at: JobToken::expiry(now(), 3600),
        link: LinkId::from_bytes([7; 16]),
    };
    let text = token.mint(&ring);
    let mut forged = text.expose_secret().to_owned();
    forged.replace_range(55.., if forged.ends_with('A') { "B" } else { "A" });
    criterion.bench_function("token, minted", |bencher| {
        bencher.iter(|| token.mint(&ring));
    });
    let verify = |text: &str| JobToken::verify(black_box(text), &ring, now(), TokenScope::Track);
    criterion.bench_function("token, good", |bencher| {
        bencher.iter(|| verify(text.expose_secret()));
    });
    criterion.bench_function("token, forged", |bencher| bencher.iter(|| verify(&forged)));
}

fn jobs(criterion: &mut Criterion) {
    let body = sample(RouteName::CreateJob).to_string();
    criterion.bench_function("new job, read from text", |bencher| {
        bencher.iter(|| {
            let value: Value = serde_json::from_str(black_box(&body)).expect("JSON");
            read::<CreateJob>(&value)
        });
    });
    let (job, _) = job();
    let assign: Transition = read(&sample(RouteName::MoveJob)).expect("an example");
    criterion.bench_function("job, assigned with its text", |bencher| {
        bencher.iter(|| job.clone().transition(assign.clone(), now()));
    });
    let stored = serde_json::to_string(&job).expect("a stored form");
    criterion.bench_function("job, stored form read", |bencher| {
        bencher.iter(|| serde_json::from_str::<Job>(black_box(&stored)));
    });
}

fn messages(criterion: &mut Criterion) {
    let (_, message) = job();
    let policy = Policy::with_cascade(300);
    criterion.bench_function("message, claimed", |bencher| {
        bencher.iter(|| message.claimed(now(), &policy));
    });
    let plain = "Your tech Sam is on the way. ETA: 1-3 pm. ".repeat(30);
    let emoji = "Your tech Sam is on the way 🚚 ".repeat(30);
    for (name, text) in [("GSM-7", plain), ("UCS-2", emoji)] {
        criterion.bench_function(&format!("segments of 1 kB, {name}"), |bencher| {
            bencher.iter(|| segments(black_box(&text)));
        });
    }
}

fn maintenance(criterion: &mut Criterion) {
    criterion.bench_function("maintenance seed, read", |bencher| {
        bencher.iter(|| serde_json::from_slice::<MaintenanceDocument>(black_box(SEED)));
    });
    let document: MaintenanceDocument = serde_json::from_slice(SEED).expect("the seed");
    let later = now() + SignedDuration::from_hours(24 * 365);
    criterion.bench_function("maintenance seed, what is due", |bencher| {
        bencher.iter(|| document.due(black_box(later)));
    });
}

criterion_group! {
    name = domain;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = tokens, jobs, messages, maintenance
}
criterion_main!(domain);
