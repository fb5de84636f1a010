//! No secret gets out: known values go through every command, undisturbed and with each call failing in turn, and
//! whatever anybody could read afterwards is searched for them.

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};

use qdn_infra::engine::event::{Event, Sink};
use qdn_infra::engine::{self, Consent, Error, KeyChain, Purpose, Scope, SeedDesk};
use qdn_infra::hint::Hint as _;
use qdn_infra::render::{self, JsonLines, Progress, Style};
use qdn_infra::seed::{MaintenanceData, Take};
use qdn_shared::operator::OperatorScope;
use qdn_shared::ring::KeyRing;
use secrecy::ExposeSecret as _;

use crate::engine_adopt::open;
use crate::engine_destroy::keeping;
use crate::engine_import::kept;
use crate::fixture::{Fixture, SECRET, secrets_file};
use crate::secrets::documents;
use crate::world::World;

const STYLE: Style = Style {
    color: false,
    width: 80,
};

/// Everything that can be read: events as lines for programs and for people, and what else is added.
#[derive(Clone, Default)]
struct Readable(Arc<Mutex<Vec<u8>>>);

impl io::Write for Readable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Both(JsonLines, Progress);

impl Sink for Both {
    fn emit(&self, event: Event) {
        self.0.emit(event.clone());
        self.1.emit(event);
    }
}

impl Readable {
    fn sink(&self) -> Both {
        let writer = || Box::new(self.clone());
        Both(JsonLines::new(writer()), Progress::lines(STYLE, writer()))
    }

    fn add(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    /// An error as people meet it, and as a log would hold it.
    fn error(&self, error: &Error) {
        self.add(&render::error_text(error, error.hint().as_deref(), STYLE));
        self.add(&format!("{error:?}"));
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Every secret there is: what the file holds, and what was generated.
fn canaries(fixture: &Fixture, world: &World) -> Vec<String> {
    let file = secrets_file(SECRET);
    let mut canaries: Vec<String> = file
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(_, value)| value.to_owned())
        .collect();
    assert_eq!(canaries.len(), 8);
    let names = fixture.desired.names().secrets;
    if world.secret(&names.keys).is_none() || world.secret(&names.operators).is_none() {
        return canaries;
    }
    let (keys, operators) = documents(&names, world);
    let ring = |ring: &KeyRing| -> Vec<String> {
        let of_key = |key: &qdn_shared::ring::RingKey| {
            let stored = serde_json::to_value(&key.key).unwrap();
            let edge = key.edge_entry().1;
            [
                stored.as_str().unwrap().to_owned(),
                edge.expose_secret().to_owned(),
            ]
        };
        ring.keys().iter().flat_map(of_key).collect()
    };
    canaries.extend([ring(&keys.tokens), ring(&keys.carrier)].concat());
    canaries.extend(operators.keys().iter().map(|key| {
        let (hash, _) = key
            .edge_entry()
            .1
            .split_once(' ')
            .map(|(hash, rest)| (hash.to_owned(), rest.to_owned()))
            .unwrap();
        hash
    }));
    if let Some(deployer) = world.secret(&names.deployer_key) {
        let (_, secret) = deployer["key"].as_str().unwrap().split_once('.').unwrap();
        canaries.push(secret.to_owned());
    }
    canaries
}

fn search(readable: &Readable, canaries: &[String]) {
    let text = readable.text();
    for canary in canaries {
        if let Some(at) = text.find(canary.as_str()) {
            let around: String = text[at.saturating_sub(200)..].chars().take(400).collect();
            panic!("{canary} can be read: …{around}…");
        }
    }
}

/// Plan, apply, keys and destroy, one after the other, as far as they get. Returns every secret that there was.
async fn whole_life(fixture: &Fixture, world: &World, readable: &Readable) -> Vec<String> {
    let mut found = Vec::new();
    if let Err(error) = planned_and_applied(fixture, world, readable).await {
        readable.error(&error);
    }
    found.extend(canaries(fixture, world));
    match handled(fixture, world, readable).await {
        Ok(new) => found.push(new),
        Err(error) => readable.error(&error),
    }
    if let Err(error) = seeded(fixture, world, readable).await {
        readable.error(&error);
    }
    found.extend(canaries(fixture, world));
    if let Err(error) = destroyed(fixture, world, readable).await {
        readable.error(&error);
    }
    readable.add(&world.seen());
    found
}

async fn planned_and_applied(
    fixture: &Fixture,
    world: &World,
    readable: &Readable,
) -> Result<(), Error> {
    let (ports, sink) = (world.ports(), readable.sink());
    for purpose in [Purpose::Show, Purpose::Apply] {
        let planned =
            engine::plan(&fixture.desired, &ports, &sink, purpose, Scope::Everything).await?;
        readable.add(&render::plan_human(
            &planned.plan,
            STYLE,
            render::Extent::Summed,
        ));
        readable.add(&render::plan_json(&planned.plan));
        readable.add(&format!("{planned:?} {:?}", fixture.desired));
        if purpose == Purpose::Apply {
            let outcome = engine::apply(&fixture.desired, &planned, &ports, &sink).await?;
            readable.add(&format!("{outcome:?}"));
        }
    }
    Ok(())
}

/// Rotates the token key, makes an operator key and revokes it; gives the one secret that is shown on purpose.
async fn handled(fixture: &Fixture, world: &World, readable: &Readable) -> Result<String, Error> {
    let (ports, sink) = (world.ports(), readable.sink());
    let keys = KeyChain::open(&fixture.desired.environment, &ports, &sink).await?;
    let wait = std::time::Duration::from_mins(2);
    readable.add(&format!("{:?}", keys.rotate(wait, true).await?));
    let (entry, text) = keys
        .new_operator("dashboard", &[OperatorScope::Jobs])
        .await?;
    readable.add(&format!("{entry:?} {text:?}"));
    keys.mirror().await?;
    let lists = (keys.tokens().await?, keys.operators().await?);
    readable.add(&format!(
        "{lists:?} {}",
        serde_json::to_string(&lists).unwrap()
    ));
    keys.revoke_operator(&entry.id).await?;
    let text = text.reveal();
    let (_, secret) = text.expose_secret().split_once('.').unwrap();
    Ok(secret.to_owned())
}

/// Meets a conflict in the maintenance data and decides it, with the deployer's key at the API.
async fn seeded(fixture: &Fixture, world: &World, readable: &Readable) -> Result<(), Error> {
    if let Some(live) = world.live() {
        world.edit_live(&live.replacen("Truck 2, Ford F-550 dump", "Bertha", 1));
    }
    let (ports, sink) = (world.ports(), readable.sink());
    let mut document = fixture.desired.seed.as_ref().unwrap().document().clone();
    "ours".clone_into(&mut document.trucks[1].name);
    let seed = MaintenanceData::of(document);
    let desk = SeedDesk::open(&fixture.desired.environment, &seed, &ports, &sink).await?;
    for take in [None, Some(Take::Ours)] {
        let compared = desk.compare(take);
        readable.add(&render::seed_human(&compared, "local", STYLE));
        readable.add(&format!("{compared:?}"));
        if let Err(error) = desk.push(take).await {
            readable.error(&error);
        }
    }
    Ok(())
}

async fn destroyed(fixture: &Fixture, world: &World, readable: &Readable) -> Result<(), Error> {
    let (ports, sink) = (world.ports(), readable.sink());
    let environment = &fixture.desired.environment;
    let present = engine::present(environment, &ports).await?;
    let consent = Consent {
        data: true,
        bootstrap: true,
    };
    readable.add(&format!(
        "{present:?} {:?}",
        engine::removal(environment, &present, consent)?
    ));
    engine::destroy(environment, &present, consent, &ports, &sink).await
}

#[tokio::test]
async fn nobody_can_read_a_secret_whatever_fails() {
    nobody_can_read_one(&Fixture::new(), &[]).await;
}

#[tokio::test]
async fn nobody_can_read_a_secret_where_a_site_is_adopted() {
    nobody_can_read_one(
        &Fixture::adopting(),
        &["UpdateDistribution", "PutBucketPolicy"],
    )
    .await;
}

/// `also` are calls that this fixture makes and others do not.
async fn nobody_can_read_one(fixture: &Fixture, also: &[&str]) {
    let world = open(fixture);
    world.fail_at(None);
    let readable = Readable::default();
    let canaries = whole_life(fixture, &world, &readable).await;
    assert!(
        canaries.len() > 30,
        "only {} secrets were searched for",
        canaries.len()
    );
    search(&readable, &canaries);

    let calls = world.calls();
    let mut said = String::new();
    for (index, call) in calls.iter().enumerate() {
        let world = open(fixture);
        world.fail_at(Some(index));
        let readable = Readable::default();
        let canaries = whole_life(fixture, &world, &readable).await;
        search(&readable, &canaries);
        let _ = writeln!(said, "{}", call.name);
    }
    let always = [
        "CreateSecret",
        "PutSecretValue",
        "UpdateKeys",
        "GetSecretValue",
        "ListKeys",
        "GET",
        "POST",
    ];
    for name in always.iter().chain(also) {
        assert!(said.contains(name), "no {name} was made to fail");
    }
}

/// What was kept of a stack with its secrets is taken in again.
#[tokio::test]
async fn nobody_can_read_a_secret_where_something_is_imported() {
    let fixture = keeping();
    let kept = kept(&fixture).await;
    let canaries = canaries(&fixture, &kept);
    let life = async |world: &World| {
        let readable = Readable::default();
        let (ports, sink) = (world.ports(), readable.sink());
        let every = [].into();
        let done = async {
            let mut import = engine::find_imports(&fixture.desired, &ports, &sink, &every).await?;
            readable.add(&format!("{import:?}"));
            engine::take_in(&mut import, &ports, &sink).await
        };
        if let Err(error) = done.await {
            readable.error(&error);
        }
        readable.add(&world.seen());
        readable
    };
    let smooth = kept.copy();
    search(&life(&smooth).await, &canaries);
    let calls = smooth.calls();
    assert!(calls.iter().any(|call| call.name == "ExecuteChangeSet"));
    for index in 0..calls.len() {
        let world = kept.copy();
        world.fail_at(Some(index));
        search(&life(&world).await, &canaries);
    }
}

/// The search itself can fail.
#[tokio::test]
#[should_panic(expected = "can be read")]
async fn a_secret_that_can_be_read_is_found() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let readable = Readable::default();
    readable.add(&format!("an error about {SECRET}"));
    search(&readable, &canaries(&fixture, &world));
}
