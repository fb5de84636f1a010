//! Torture: every call of an apply is disturbed in every way, and each time a plain second apply must end where an
//! undisturbed one does, with nothing doubled. `./dev torture` prints what this counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use qdn_infra::config::{Cloud, MemoryMb};
use qdn_infra::engine::{self, Purpose, Scope};
use qdn_infra::site;
use qdn_shared::package::FunctionName;
use serde_json::Value;
use tokio::time::Instant;

use crate::engine_adopt;
use crate::fixture::{Fixture, secrets_file};
use crate::secrets::assert_consistent;
use crate::wire::{Fault, Wire, apply};
use crate::world::World;

/// After a disturbed run: a lock that it left has expired, and `CloudFormation` has ended what it was doing.
const LATER: Duration = Duration::from_mins(10);

/// An environment to be applied, and the cloud before that.
struct Scenario {
    name: &'static str,
    fixture: Fixture,
    before: World,
}

/// Where an apply ends.
#[derive(PartialEq)]
struct End {
    contents: Value,
    /// How often each secret was written.
    versions: Vec<usize>,
    /// Invalidations, in order, each with its paths; one that is asked for again under its reference is one.
    invalidations: Vec<Vec<String>>,
    live: Option<String>,
    /// What is set at the carrier; the values follow from keys that are random, and the third plan compares them.
    inbound: Vec<String>,
    /// The distribution and the bucket's policy of a site that is not the stack's own.
    of_others: (Option<String>, Option<String>),
}

impl End {
    fn of(fixture: &Fixture, world: &World) -> Self {
        let names = fixture.desired.names().secrets;
        Self {
            contents: world.contents(),
            versions: names.all().map(|name| world.versions(name)).to_vec(),
            invalidations: world.invalidations(),
            live: world.live(),
            inbound: world.inbound().into_keys().collect(),
            of_others: world.of_others(),
        }
    }

    /// Viewer paths of page files that were there `before`, are another or gone now, and were not invalidated. A run that
    /// mends another may choose other paths than an undisturbed one, and ask for some of them once more.
    fn viewers_keep(&self, before: &Value) -> Vec<String> {
        let is_asked = |path: &String| {
            let mut asked = self.invalidations.iter().flatten();
            asked.any(|asked| match asked.strip_suffix('*') {
                Some(prefix) => path.starts_with(prefix),
                None => asked == path,
            })
        };
        let buckets = before["buckets"].as_object().into_iter().flatten();
        let stale = buckets.flat_map(|(bucket, objects)| {
            let objects = objects.as_object().unwrap().iter();
            objects.filter(move |(key, object)| {
                key.starts_with(site::PREFIX)
                    && self.contents["buckets"][bucket].get(key.as_str()) != Some(object)
            })
        });
        let paths = stale.flat_map(|(key, _)| {
            let short = (key == "track/index.html").then_some(["/track", "/track/"]);
            let short = short.into_iter().flatten().map(str::to_owned);
            short.chain([format!("/{key}")])
        });
        paths.filter(|path| !is_asked(path)).collect()
    }

    /// What is not as it is `wanted`, or as it has to be after what was `before`.
    fn differs(&self, wanted: &Self, before: &Value) -> Vec<String> {
        let mut differs = Vec::new();
        let parts = self.contents.as_object().unwrap();
        for (part, found) in parts {
            if *found != wanted.contents[part] {
                differs.push(part.clone());
            }
        }
        let others = [
            (self.contents != wanted.contents, "contents"),
            (self.versions != wanted.versions, "versions of secrets"),
            (!self.viewers_keep(before).is_empty(), "invalidations"),
            (self.live != wanted.live, "maintenance data"),
            (self.inbound != wanted.inbound, "webhook"),
            (self.of_others != wanted.of_others, "the site of others"),
        ];
        let others = others.iter().filter(|(differs, _)| *differs);
        differs.extend(others.map(|(_, name)| (*name).to_owned()));
        differs
    }
}

/// A page that names a file, which is proved at the edge beside it.
const PAGE: &str =
    r#"<!doctype html><link rel="stylesheet" href="/track/track.css"><title>track</title>"#;

/// The first apply of an environment.
fn first() -> Scenario {
    let mut fixture = Fixture::new();
    fixture.write_page("index.html", PAGE);
    Scenario {
        name: "first",
        before: fixture.world(),
        fixture,
    }
}

/// The first apply of an environment whose site is there already.
fn adoption() -> Scenario {
    let mut fixture = Fixture::adopting();
    fixture.write_page("index.html", PAGE);
    let before = engine_adopt::open(&fixture);
    before.set_site_policy(engine_adopt::THEIRS);
    Scenario {
        name: "adoption",
        fixture,
        before,
    }
}

/// An apply that has something to do in every layer.
fn update() -> Scenario {
    let mut fixture = Fixture::new();
    fixture.write_page("index.html", PAGE);
    // Only there the edge function is tried before it is published.
    fixture.desired.environment.file.cloud = Cloud::Aws;
    let before = fixture.world();
    in_stopped_time(async || {
        let wire = Wire::new(&before, Instant::now());
        apply(&fixture, &wire).await.unwrap();
    });
    let file = &mut fixture.desired.environment.file;
    file.functions.api.memory_mb = MemoryMb::new(512).unwrap();
    file.tags.insert("owner".to_owned(), "ana".to_owned());
    fixture.write_secrets(&secrets_file("anotherabcdefghijklmnopqrstuvwxyz"));
    fixture.build_package(FunctionName::Api, b"second");
    fixture.write_page("style.css", "body {}");
    fixture.write_page("index.html", &PAGE.replace("track.css", "style.css"));
    fixture.remove_page("track.css");
    let seed = fixture.desired.seed.as_ref().unwrap();
    let mut document = seed.document().clone();
    "another".clone_into(&mut document.trucks[0].name);
    fixture.desired.seed = Some(qdn_infra::seed::MaintenanceData::of(document));
    fixture.desired.edge_source.push_str("// another\n");
    before.lose_at_edge("tk.1");
    let old = "POST /api/old";
    before.serve(old);
    fixture.desired.allowed.route_removal.insert(old.to_owned());
    before.in_the_console(|carrier| carrier.fields.clear());
    Scenario {
        name: "update",
        fixture,
        before,
    }
}

/// Runs something in a runtime of its own, whose time passes only where everybody waits.
fn in_stopped_time<T>(work: impl AsyncFnOnce() -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(work())
}

/// Whether a lock keeps others out. One that has expired may lie there when nothing was left to be done.
async fn is_locked(fixture: &Fixture, wire: &Wire) -> bool {
    let (names, ports) = (fixture.desired.names(), wire.ports());
    let lock = ports.guarded.read(&names.artifacts_bucket, &names.lock);
    let lock = lock.await.unwrap();
    lock.is_some_and(|lock| {
        let record = engine::LockRecord::parse(&lock.bytes).unwrap();
        !record.is_over(ports.clock.now())
    })
}

/// Disturbs one call, applies again, and says what is wrong then.
async fn disturb(scenario: &Scenario, wanted: &End, call: usize, fault: Fault) -> Vec<String> {
    let fixture = &scenario.fixture;
    let (world, began) = (scenario.before.copy(), Instant::now());
    let wire = Wire::new(&world, began);
    wire.disturb(call, fault);
    tokio::select! {
        _ = apply(fixture, &wire) => {}
        // Nothing else runs any more, and whatever was held stays.
        () = wire.killed() => {}
    }
    tokio::time::sleep(LATER).await;
    let again = Wire::new(&world, began);
    if let Err(error) = apply(fixture, &again).await {
        return vec![format!("the second apply failed: {error}")];
    }
    let wrong = End::of(fixture, &world).differs(wanted, &scenario.before.contents());
    if !wrong.is_empty() {
        return wrong;
    }
    if is_locked(fixture, &again).await {
        return vec!["it is locked".to_owned()];
    }
    assert_consistent(fixture, &world);
    let last = Wire::new(&world, began);
    let (desired, ports) = (&fixture.desired, last.ports());
    let planned = engine::plan(desired, &ports, &last, Purpose::Show, Scope::Everything);
    match planned.await {
        Ok(planned) if planned.plan.is_empty() => Vec::new(),
        Ok(_) => vec!["the third plan is not empty".to_owned()],
        Err(error) => vec![format!("the third plan failed: {error}")],
    }
}

/// Calls by port and method: per kind, how many converged, out of how many.
type Report = BTreeMap<&'static str, BTreeMap<Fault, (usize, usize)>>;

/// Disturbs the calls of a scenario in every way, or one of so many of them in one.
fn torture(scenario: &Scenario, one_of: usize) -> (Report, Vec<String>) {
    let (calls, wanted) = in_stopped_time(async || {
        let world = scenario.before.copy();
        let wire = Wire::new(&world, Instant::now());
        apply(&scenario.fixture, &wire).await.unwrap();
        (wire.calls(), End::of(&scenario.fixture, &world))
    });
    let cases: Vec<(usize, Fault)> = (0..calls.len())
        .flat_map(|call| Fault::ALL.map(|fault| (call, fault)))
        .step_by(one_of)
        .collect();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let before = scenario.before.contents();
    assert_eq!(wanted.differs(&wanted, &before), Vec::<String>::new());
    let (cases, wanted) = (&cases, &wanted);
    let ended: Vec<(usize, Fault, Vec<String>)> = thread::scope(|scope| {
        let work = |worker: usize| {
            let cases = cases.iter().skip(worker).step_by(workers);
            let run = |&(call, fault): &(usize, Fault)| {
                let wrong = in_stopped_time(async || disturb(scenario, wanted, call, fault).await);
                (call, fault, wrong)
            };
            cases.map(run).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let mut report = Report::new();
    let mut failures = Vec::new();
    for (call, fault, wrong) in ended {
        let name = calls[call];
        let counted = report.entry(name).or_default().entry(fault).or_default();
        counted.0 += usize::from(wrong.is_empty());
        counted.1 += 1;
        if !wrong.is_empty() {
            let (scenario, wrong) = (scenario.name, wrong.join(", "));
            failures.push(format!(
                "{scenario}, call {call}, {name}, {fault:?}: {wrong}"
            ));
        }
    }
    (report, failures)
}

/// The report as a table, with its sum.
fn table(name: &str, report: &Report) -> String {
    let mut text = format!("\n{name:<27}");
    for fault in Fault::ALL {
        let _ = write!(text, " {:>6}", fault.short());
    }
    let (mut converged, mut total) = (0, 0);
    for (call, kinds) in report {
        let _ = write!(text, "\n{call:<27}");
        for fault in Fault::ALL {
            let (good, all) = kinds.get(&fault).copied().unwrap_or_default();
            let _ = write!(text, " {:>6}", format!("{good}/{all}"));
            converged += good;
            total += all;
        }
    }
    let _ = writeln!(text, "\n{name}: converged {converged} of {total}");
    text
}

fn assert_converges(scenario: &Scenario, one_of: usize) -> Report {
    let (report, failures) = torture(scenario, one_of);
    #[expect(clippy::print_stdout, reason = "the report is what this is run for")]
    {
        println!("{}", table(scenario.name, &report));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    report
}

#[test]
fn every_call_of_a_first_apply_in_every_way() {
    let report = assert_converges(&first(), 1);
    let calls: usize = report.values().map(|kinds| kinds[&Fault::NotSent].1).sum();
    assert!(calls > 60, "only {calls} calls were disturbed");
}

/// Most of it is as in a first apply: all of it is for `./dev torture`. Five and eight kinds have no factor in common, so
/// that a sample has each kind of each call that is made often.
#[test]
fn calls_of_an_adoption_in_every_way() {
    let one_of = match std::env::var("QDN_TORTURE").as_deref() {
        Ok("every") => 1,
        Ok(other) => panic!("QDN_TORTURE is {other}: only `every` is known"),
        Err(_) => 5,
    };
    let report = assert_converges(&adoption(), one_of);
    for call in ["Distributions.replace", "BucketPolicies.set_policy"] {
        assert!(report.contains_key(call), "{call} was not disturbed");
    }
}

#[test]
fn every_call_of_an_update_in_every_way() {
    let scenario = update();
    let planned = in_stopped_time(async || {
        let wire = Wire::new(&scenario.before.copy(), Instant::now());
        let (desired, ports) = (&scenario.fixture.desired, wire.ports());
        let planned = engine::plan(desired, &ports, &wire, Purpose::Show, Scope::Everything);
        planned.await.unwrap().plan
    });
    for layer in &planned.layers {
        let name = layer.layer.name();
        assert!(!layer.steps.is_empty(), "nothing to do in {name}");
    }
    let report = assert_converges(&scenario, 1);
    for call in ["EdgeTrials.create", "EdgeTrials.run", "Gateways.redeploy"] {
        assert!(report.contains_key(call), "{call} was not disturbed");
    }
}

#[test]
fn the_report_counts_what_did_not_converge() {
    let report = BTreeMap::from([(
        "Objects.put",
        Fault::ALL
            .map(|fault| (fault, (usize::from(fault != Fault::Stalled), 1)))
            .into(),
    )]);
    assert!(table("sample", &report).ends_with("sample: converged 7 of 8\n"));
}
