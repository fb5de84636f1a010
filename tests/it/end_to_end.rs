//! The whole way on the local cloud, as a user goes it: a checkout of its own, the built program, a
//! real emulator, real packages. One test, because the steps build on each other.

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;

use qdn_infra::permissions::Purpose;
use serde_json::json;

use crate::application;
use crate::checkout::{Checkout, LOCK, MANIFEST, Ran, calls, fetch};
use crate::documents;
use crate::fixture::project;
use crate::leaks::ProcessList;
use crate::permissions;

mod changing;
mod documented;
mod faulty;
mod layers;
mod pictured;
mod torture;

#[test]
fn a_stack_lives_from_its_first_apply_to_its_last_destroy() {
    let mut checkout = Checkout::new();
    let processes = ProcessList::watch();
    let first = the_first_apply_prints_an_address_that_works(&checkout);
    let processes = processes.seen();
    the_same_sources_are_the_same_package(&checkout);
    with_nothing_to_do_nothing_is_done(&checkout);
    what_documents_say_to_look_with_looks(&checkout);
    what_somebody_changed_is_disproved(&checkout);
    pictured::the_session_shows_what_a_plan_says(&checkout);
    pictured::the_session_shows_what_the_proofs_see(&checkout);
    application::it_works(&checkout, &first, &processes);
    each_change_is_planned_exactly(&checkout);
    a_saved_plan_is_carried_out_once(&checkout);
    a_lock_keeps_others_out(&checkout);
    layers::they_are_put_right(&checkout);
    documented::what_changes_something_does(&checkout);
    torture::what_went_wrong_is_finished_by_the_next(&checkout);
    what_fails_half_way_is_put_back(&checkout);
    two_thousand_files_are_no_burden(&checkout);
    a_route_moves(&mut checkout);
    a_release_comes_back(&checkout);
    a_stop_loses_nothing(&checkout);
    destroy_leaves_nothing(&checkout);
}

fn the_first_apply_prints_an_address_that_works(checkout: &Checkout) -> Ran {
    let ran = checkout.run(&["apply", "--calls", "--progress", "jsonl"], 0);
    permissions::assert_calls_allowed(&ran, Purpose::Apply);
    let url = ran.out.lines().last().unwrap().to_owned();
    let front = checkout.address("front");
    assert_eq!(url, format!("{front}/api/health"));
    assert_eq!(fetch("GET", url).status, 200);
    let status = |path: &str| fetch("GET", format!("{front}{path}")).status;
    assert_eq!(status("/track"), 404);
    assert_eq!(status("/data/maintenance.json"), 401);
    assert_eq!(status("/api/nothing"), 403);
    ran
}

/// In another folder, byte for byte.
fn the_same_sources_are_the_same_package(checkout: &Checkout) {
    let here = checkout.run(&["package"], 0).out;
    let project = project();
    let there = checkout.run(&["package", "--project", project.to_str().unwrap()], 0);
    // A line a package, then the place of its zip.
    let packages =
        |out: &str| -> Vec<String> { out.lines().step_by(2).map(str::to_owned).collect() };
    assert_eq!(packages(&here), packages(&there.out));
    assert_eq!(packages(&here).len(), 3);
}

/// Each command of the guides that asks and changes nothing, as it stands there.
fn what_documents_say_to_look_with_looks(checkout: &Checkout) {
    let commands = documents::that_look();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let ran = checkout.run(&words, 0);
        // Nobody has made the job of the guides, so the logs have nothing of it.
        assert!(!ran.out.is_empty() || words[0] == "logs", "{command:?}");
    }
}

/// Few calls, few round trips, none that changes anything.
fn with_nothing_to_do_nothing_is_done(checkout: &Checkout) {
    let plan = checkout.run(&["plan", "--detailed-exitcode", "--calls"], 0);
    let (count, depth) = calls(&plan);
    assert!(count <= 28 && depth <= 4, "{}", plan.err);
    let again = checkout.run(&["apply", "--calls"], 0);
    assert!(again.out.starts_with("no changes"), "{}", again.out);
    let drift = checkout.run(&["drift", "--detailed-exitcode"], 0);
    let told = ["--calls", "--progress", "jsonl"];
    let without = ["--skip-layer", "secrets,edge"];
    for command in ["plan", "drift"] {
        let all = checkout.run(&[&[command], &told[..]].concat(), 0);
        permissions::assert_calls_allowed(&all, Purpose::Plan);
        let less = checkout.run(&[&[command], &told[..], &without].concat(), 0);
        permissions::assert_calls_allowed(&less, Purpose::Preview);
    }
    let left = "as the release left them";
    assert!(drift.out.contains(left), "{}", drift.out);
    for ran in [plan, again] {
        // The line is as wide as its terminal.
        let said: Vec<&str> = ran.err.split_whitespace().collect();
        let said = said.join(" ");
        assert!(said.contains("none that changes anything"), "{said}");
    }
}

/// An object of the page is overwritten by hand: `verify` names it, and `apply` puts it right.
fn what_somebody_changed_is_disproved(checkout: &Checkout) {
    let right = checkout.run(&["verify"], 0);
    assert!(
        right.out.contains("verify: 11 of 11 items right"),
        "{}",
        right.out
    );
    let bucket = checkout.output("SiteBucketName");
    checkout
        .objects()
        .write(&bucket, "track/index.html", "other");

    let report = checkout.folder.join("verify.xml");
    let report = report.to_str().unwrap();
    let wrong = checkout.run(&["verify", "--format", "junit", "--out", report], 1);
    let named = "✗ page: ";
    assert!(wrong.out.contains(named), "{}", wrong.out);
    assert!(wrong.out.contains("track/index.html"), "{}", wrong.out);
    let xml = fs::read_to_string(report).unwrap();
    assert!(xml.contains("failures=\"1\""), "{xml}");

    checkout.run(&["apply"], 0);
    checkout.run(&["verify"], 0);
    assert!(checkout.planned().is_empty());
}

fn each_change_is_planned_exactly(checkout: &Checkout) {
    // One page file.
    checkout.edit("assets/track/track.css", "}", "} ");
    let one_file = [
        "site update track/track.css",
        "site invalidate [\"/track/track.css\"]",
    ];
    assert_eq!(checkout.planned(), one_file);
    checkout.run(&["plan", "--detailed-exitcode"], 2);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    let served = fetch(
        "GET",
        format!("{}/track/track.css", checkout.address("front")),
    );
    let source = checkout.folder.join("assets/track/track.css");
    assert_eq!(served.body, fs::read(source).unwrap());

    // One header of an object: what the last version of this program left says another one.
    let objects = checkout.objects();
    let (bucket, key) = MANIFEST;
    let recorded = objects.read(bucket, key);
    let (others, page) = recorded.split_once("track/index.html").unwrap();
    let page = page.replacen("must-revalidate", "immutable", 1);
    objects.write(bucket, key, &format!("{others}track/index.html{page}"));
    let one_object = [
        "site update track/index.html",
        "site invalidate [\"/track\",\"/track/\",\"/track/index.html\"]",
    ];
    assert_eq!(checkout.planned(), one_object.map(str::to_owned));
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());

    // One header: the origin that API Gateway's own errors carry.
    let (before, after) = ("http://localhost:5173", "http://localhost:5174");
    checkout.edit("stacks/local.yaml", before, after);
    assert_eq!(checkout.planned(), ONE_HEADER);
    checkout.edit("stacks/local.yaml", after, before);

    // One line of Rust that compiles to the same program, and one that does not.
    checkout.edit(
        "functions/api/src/health.rs",
        "Health {",
        "Health /* a comment */ {",
    );
    assert!(checkout.planned().is_empty());
    checkout.edit(
        "functions/api/src/maintenance.rs",
        "is replaced unchecked",
        "is not checked and is replaced",
    );
    let one_line = ["package create api", "stack update ApiFunction"];
    assert_eq!(checkout.planned(), one_line);
}

/// What the step before left to do, and a page file: exactly that, as it was shown, and never again.
fn a_saved_plan_is_carried_out_once(checkout: &Checkout) {
    checkout.edit("assets/track/track.css", "} ", "}  ");
    let file = checkout.folder.join("saved.plan");
    let plan = file.to_str().unwrap();
    checkout.run(&["plan", "--out", plan], 0);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);

    // While something else is there to be done, nothing is.
    checkout.edit("assets/track/track.css", "}  ", "}   ");
    let stale = checkout.run(&["apply", plan], 4);
    let moved = "input: track/track.css is another";
    assert!(stale.err.contains(moved), "{}", stale.err);
    checkout.edit("assets/track/track.css", "}   ", "}  ");

    let applied = checkout.run(&["apply", plan], 0);
    for target in ["ApiFunction", "track/track.css"] {
        assert!(applied.out.contains(target), "{}", applied.out);
    }
    assert!(checkout.planned().is_empty());
    let again = checkout.run(&["apply", plan], 4);
    let stale = "the plan is out of date, and nothing was changed";
    assert!(again.err.contains(stale), "{}", again.err);
}

/// A run that was killed left it, and its time is not over.
fn a_lock_keeps_others_out(checkout: &Checkout) {
    let (bucket, key) = LOCK;
    let record = lock_of("run-of-ben");
    checkout.objects().write(bucket, key, &record);
    checkout.edit("assets/track/track.css", "}  ", "} ");
    let whose = "ben on ci-7 runs `apply`";
    let refused = checkout.run(&["apply"], 5);
    assert!(refused.err.contains(whose), "{}", refused.err);
    let other = checkout.run(&["unlock", "run-of-ana"], 3);
    assert!(other.err.contains(whose), "{}", other.err);
    assert_eq!(checkout.objects().read(bucket, key), record);

    checkout.run(&["unlock", "run-of-ben"], 0);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
}

/// A lock whose time is not over.
fn lock_of(id: &str) -> String {
    let record = json!({
        "id": id, "owner": "ben", "host": "ci-7", "command": "apply",
        "taken_at": "2026-01-01T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z"
    });
    record.to_string()
}

/// The page's files vanish while the stack is changed: the stack goes back to the newest release, which is proved.
fn what_fails_half_way_is_put_back(checkout: &Checkout) {
    let releases = checkout.run(&["releases"], 0).out;
    let folder = checkout.folder.join("assets/track/passing");
    fs::create_dir(&folder).unwrap();
    for number in 0..20 {
        fs::write(folder.join(format!("{number}.txt")), format!("{number}")).unwrap();
    }
    checkout.edit("stacks/local.yaml", "memory_mb: 256", "memory_mb: 257");
    let report = checkout.folder.join("times.svg");
    let flags = ["--auto-rollback", "--report", report.to_str().unwrap()];
    let ran = checkout.watch(&[&["apply"], &flags[..]].concat(), |event| {
        let begins = event["event"] == "layer-started" && event["layer"] == "stack";
        if begins && folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(ran.code, 1, "{}", ran.err);
    let back = "is put back and proved";
    assert!(ran.err.contains(back), "{}", ran.err);
    // What took how long is told of what failed, too.
    let times = fs::read_to_string(&report).unwrap();
    assert!(
        times.starts_with("<svg") && times.contains("stack"),
        "{times}"
    );
    checkout.edit("stacks/local.yaml", "memory_mb: 257", "memory_mb: 256");
    assert!(checkout.planned().is_empty());
    checkout.run(&["verify"], 0);
    assert_eq!(checkout.run(&["releases"], 0).out, releases);
}

/// No more calls and round trips than for a small page, and no more memory than a piece of the large one; and no run
/// removes so many objects unasked.
fn two_thousand_files_are_no_burden(checkout: &Checkout) {
    const FILM: u64 = 256 << 20;
    let folder = checkout.folder.join("assets/track/many");
    fs::create_dir(&folder).unwrap();
    for number in 1..2_000 {
        fs::write(folder.join(format!("{number}.txt")), format!("{number}")).unwrap();
    }
    let film = File::create(folder.join("film.mp4")).unwrap();
    film.set_len(FILM).unwrap();
    // Hashed, uploaded, and proved by its hash.
    let peak = checkout.peak_memory(&["apply"]);
    assert!(peak < FILM / 4 * 3, "{peak} bytes");
    // Calls that wait for each other never overlap, so no run counts fewer round trips than there are. A busy machine
    // counts more: it begins a call when another of the same round has ended.
    let counted = (0..5).any(|_| {
        let plan = checkout.run(&["plan", "--detailed-exitcode", "--calls"], 0);
        let (count, depth) = calls(&plan);
        assert!(count <= 28, "{}", plan.err);
        depth <= 4
    });
    assert!(counted, "no plan of five had four round trips");

    fs::remove_dir_all(&folder).unwrap();
    let held = checkout.run(&["apply"], 6);
    assert!(held.err.contains("--prune 2000"), "{}", held.err);
    checkout.run(&["apply", "--prune", "2000"], 0);
    assert!(checkout.planned().is_empty());
}

/// Its path changes in the only list of routes.
fn a_route_moves(checkout: &mut Checkout) {
    let table = "functions/shared/src/route/table.rs";
    checkout.edit(table, "\"/api/health\"", "\"/api/healthy\"");
    checkout.rebuild();
    insta::assert_snapshot!("plan-of-one-route", checkout.planned().join("\n"));
    let blocked = checkout.run(&["apply"], 6);
    let flag = ["--allow-route-removal", "GET /api/health"];
    assert!(blocked.err.contains(flag[0]), "{}", blocked.err);
    checkout.run(&["apply", flag[0], flag[1]], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
    let front = checkout.address("front");
    let status = |path: &str| fetch("GET", format!("{front}{path}")).status;
    assert_eq!(status("/api/healthy"), 200);
    assert_eq!(status("/api/health"), 403);
}

/// Back to where the route was, from what lies in the artifacts bucket alone, and forth again.
fn a_release_comes_back(checkout: &Checkout) {
    let before = documented::ids(checkout, &["releases"]);
    let front = checkout.address("front");
    let status = |path: &str| fetch("GET", format!("{front}{path}")).status;
    for (gone, there) in [
        ("/api/healthy", "/api/health"),
        ("/api/health", "/api/healthy"),
    ] {
        let route = format!("GET {gone}");
        checkout.run(&["rollback", "--allow-route-removal", &route], 0);
        assert_eq!((status(gone), status(there)), (403, 200));
    }
    let after = documented::listed(checkout, &["releases"]);
    let (back, older) = after.split_at(2);
    for release in back {
        assert!(release["restores"].is_string(), "{release:#}");
    }
    // Of many only the newest are listed.
    let older: Vec<String> = older.iter().map(documented::id).collect();
    assert!(!older.is_empty() && before.starts_with(&older), "{older:?}");
    checkout.run(&["plan", "--detailed-exitcode"], 0);
}

fn a_stop_loses_nothing(checkout: &Checkout) {
    checkout.run(&["local", "stop"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
}

fn destroy_leaves_nothing(checkout: &Checkout) {
    let everything = ["destroy", "--data", "--bootstrap"];
    let ran = checkout.run(
        &[&everything[..], &["--calls", "--progress", "jsonl"]].concat(),
        0,
    );
    permissions::assert_calls_allowed(&ran, Purpose::Administer);
    let endpoint = checkout.address("endpoint");
    let listing = String::from_utf8(fetch("GET", format!("{endpoint}/")).body).unwrap();
    assert!(listing.contains("ListAllMyBucketsResult"), "{listing}");
    assert!(!listing.contains("<Bucket>"), "{listing}");
    assert!(
        checkout
            .run(&everything, 0)
            .out
            .contains("nothing to destroy")
    );
    checkout.run(&["outputs"], 1);
}

/// What the dashboard's origin is written into. The emulator cannot say that the headers policy keeps its id, so the
/// plan names what stands on it as well.
const ONE_HEADER: [&str; 10] = [
    "stack update ApiFunction",
    "stack update ApiStage",
    "stack update ClientErrors",
    "stack update DataHeadersPolicy",
    "stack remove Deployment",
    "stack create Deployment",
    "stack update Distribution",
    "stack update EdgeFunction",
    "stack update ServerErrors",
    "stack update SiteBucketPolicy",
];
