//! What the functions logged: merged, in order, of one job, and followed.

use std::time::Duration;

use jiff::SignedDuration;
use qdn_infra::engine::{self, LogLine, LogReader, LogsWanted};
use qdn_infra::ports::Ports;
use qdn_shared::package::FunctionName;

use crate::fixture::Fixture;
use crate::world::World;

const API: &str = "/aws/lambda/qdn-local-api";
const RELAY: &str = "/aws/lambda/qdn-local-relay";
const UPKEEP: &str = "/aws/lambda/qdn-local-upkeep";

/// All functions, as far back as a minute.
fn wanted(job: Option<&str>) -> LogsWanted {
    LogsWanted {
        functions: FunctionName::ALL.iter().copied().collect(),
        since: SignedDuration::from_mins(1),
        job: job.map(|id| id.parse().unwrap()),
    }
}

/// A cloud in which a minute has passed.
fn cloud(fixture: &Fixture) -> World {
    let world = fixture.world();
    world.set_clock(Duration::from_mins(1));
    world
}

async fn open<'a>(fixture: &Fixture, ports: &'a Ports, wanted: &LogsWanted) -> LogReader<'a> {
    let environment = &fixture.desired.environment;
    LogReader::open(environment, ports, wanted).await.unwrap()
}

fn texts(lines: &[LogLine]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[tokio::test]
async fn lines_of_all_functions_stand_in_one_order() {
    let fixture = Fixture::new();
    let world = cloud(&fixture);
    world.log(RELAY, 2_000, "relay 2");
    world.log(API, 3_000, "api 3");
    world.log(API, 1_000, "api 1");
    world.log(RELAY, 3_000, "relay 3");
    world.log(API, -1, "too old");
    let ports = world.ports();
    let mut reader = open(&fixture, &ports, &wanted(None)).await;
    let found = reader.read().await.unwrap();
    assert_eq!(
        texts(&found.lines),
        ["api 1", "relay 2", "api 3", "relay 3"]
    );
    assert_eq!(found.absent, [UPKEEP]);
    assert!(world.calls().iter().all(|call| !call.mutating));
    let one = LogsWanted {
        functions: [FunctionName::Relay].into(),
        ..wanted(None)
    };
    let found = open(&fixture, &ports, &one).await.read().await.unwrap();
    assert_eq!(texts(&found.lines), ["relay 2", "relay 3"]);
    assert!(found.absent.is_empty());
}

#[tokio::test]
async fn who_follows_sees_every_line_once_and_late_ones_as_well() {
    let fixture = Fixture::new();
    let world = cloud(&fixture);
    world.log(API, 59_000, "first");
    let ports = world.ports();
    let mut reader = open(&fixture, &ports, &wanted(None)).await;
    assert_eq!(texts(&reader.read().await.unwrap().lines), ["first"]);
    assert!(reader.read().await.unwrap().lines.is_empty());
    world.log(API, 61_000, "second");
    // Written before the first, and told only now.
    world.log(RELAY, 45_000, "late");
    world.set_clock(Duration::from_secs(62));
    assert_eq!(
        texts(&reader.read().await.unwrap().lines),
        ["late", "second"]
    );
    world.set_clock(Duration::from_mins(3));
    assert!(reader.read().await.unwrap().lines.is_empty());
    world.log(API, 179_000, "third");
    assert_eq!(texts(&reader.read().await.unwrap().lines), ["third"]);
}

#[tokio::test]
async fn of_a_job_are_its_lines_and_those_of_the_same_invocations() {
    let fixture = Fixture::new();
    let world = cloud(&fixture);
    let said = |message: &str, request: &str| {
        format!(r#"{{"messageId":"{message}","span":{{"requestId":"{request}"}}}}"#)
    };
    let (ours, beside, others, elsewhere) = (
        said("7K3M9QX2-1", "r-1"),
        r#"{"message":"the carrier refuses our credentials","span":{"requestId":"r-1"}}"#,
        said("00000000-1", "r-1"),
        r#"{"message":"ran","span":{"requestId":"r-2"}}"#,
    );
    for (at, line) in [beside, &ours, &others, elsewhere].into_iter().enumerate() {
        world.log(RELAY, 1_000 + i64::try_from(at).unwrap(), line);
    }
    let ports = world.ports();
    let mut reader = open(&fixture, &ports, &wanted(Some("7K3M9QX2"))).await;
    let found = reader.read().await.unwrap();
    assert_eq!(texts(&found.lines), [beside, ours.as_str()]);
}

#[tokio::test]
async fn no_secret_is_shown_whoever_wrote_it() {
    let fixture = Fixture::new();
    let world = cloud(&fixture);
    let token = "AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs";
    let line =
        format!(r#"{{"message":"failed","error":"GET /track?jobToken={token} +12025550143"}}"#);
    world.log(API, 1_000, &line);
    let ports = world.ports();
    let mut reader = open(&fixture, &ports, &wanted(None)).await;
    let found = reader.read().await.unwrap();
    let line = &found.lines[0];
    let shown = qdn_infra::render::log_json(line)
        + &qdn_infra::render::LogPrinter::new(qdn_infra::render::Style::default()).human(line);
    assert!(shown.contains("[left out] [left out]"), "{shown}");
    assert!(
        !shown.contains(&token[..12]) && !shown.contains("2025550"),
        "{shown}"
    );
}

#[tokio::test]
async fn another_account_is_refused_before_a_line_is_read() {
    let mut fixture = Fixture::new();
    let world = cloud(&fixture);
    let account = qdn_infra::config::AccountId::new("999999999999").unwrap();
    fixture.desired.environment.values.account = account;
    let ports = world.ports();
    let environment = &fixture.desired.environment;
    let refused = LogReader::open(environment, &ports, &wanted(None)).await;
    assert!(matches!(
        refused.err(),
        Some(engine::Error::WrongAccount { .. })
    ));
    assert!(
        !world
            .calls()
            .iter()
            .any(|call| call.name == "FilterLogEvents")
    );
}
