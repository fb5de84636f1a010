//! Verify: each item of the list going wrong by itself, and that nothing is changed.

use qdn_infra::engine::{self, Desired, Item, Report, Verdict};
use qdn_infra::secrets::{self, SecretsFile};
use qdn_shared::package::{CodeKey, FunctionName};

use crate::engine::applied;
use crate::fixture::{Fixture, Heard, SECRET, secrets_file};
use crate::world::World;

fn credentials() -> Item {
    Item {
        item: "credentials-file",
        verdict: Verdict::Right,
        seen: "mode 600".to_owned(),
        hint: None,
    }
}

/// What is found with this secrets file, compared with the newest release.
async fn with_file(fixture: &Fixture, world: &World, file: Option<SecretsFile>) -> Report {
    world.fail_at(None);
    let (ports, heard) = (world.ports(), Heard::default());
    let desired = Desired {
        packages: Vec::new(),
        pages: Vec::new(),
        secrets: file,
        seed: None,
        ..fixture.desired.clone()
    };
    let desired = engine::as_newest_release(desired, &ports).await.unwrap();
    let stack = desired.names().stack;
    let state = ports.stacks.describe(&stack).await.unwrap();
    let found = engine::verify(
        &desired,
        state.as_ref(),
        credentials(),
        engine::Looking {
            limit: engine::LOOK_LIMIT,
            domain: true,
        },
        &ports,
        &heard,
    )
    .await;
    assert!(world.changing().is_empty(), "{:?}", world.changing());
    found.unwrap()
}

pub async fn verify(fixture: &Fixture, world: &World) -> Report {
    with_file(fixture, world, fixture.desired.secrets.clone()).await
}

fn so(report: &Report, verdict: Verdict) -> Vec<&'static str> {
    let items = report.items.iter();
    let items = items.filter(|item| item.verdict == verdict);
    items.map(|item| item.item).collect()
}

/// That exactly these items are wrong, each with what was seen and with what puts it right.
fn wrong(report: &Report, expected: &[(&str, &str)]) {
    let items: Vec<_> = report
        .items
        .iter()
        .filter(|item| item.verdict == Verdict::Wrong)
        .collect();
    let names: Vec<&str> = items.iter().map(|item| item.item).collect();
    let wanted: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, wanted, "{report:#?}");
    for (item, (_, seen)) in items.iter().zip(expected) {
        assert!(item.seen.contains(seen), "{item:?}");
        let hint = item.hint.as_deref().unwrap_or_default();
        assert!(hint.contains("`qdn-infra "), "{item:?}");
    }
    assert!(!report.is_right());
}

#[tokio::test]
async fn after_an_apply_everything_is_right_whatever_the_checkout_holds() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.build_package(FunctionName::Api, b"second");
    fixture.write_page("track.css", "body { margin: 0 }");
    let report = verify(&fixture, &world).await;
    assert!(report.is_right(), "{report:#?}");
    assert_eq!(report.count(Verdict::Right), 11);
    assert!(report.release.is_some());
}

#[tokio::test]
async fn without_a_file_or_its_token_the_carrier_is_not_looked_at_and_that_is_said() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let report = with_file(&fixture, &world, None).await;
    assert!(report.is_right());
    assert_eq!(so(&report, Verdict::NotLookedAt), ["webhooks"]);
    let seen = |report: &Report, item: &str| {
        let mut items = report.items.iter();
        items.find(|one| one.item == item).unwrap().seen.clone()
    };
    insta::assert_snapshot!(seen(&report, "webhooks"), @"no secrets file was given");
    insta::assert_snapshot!(seen(&report, "secrets"), @"4 secrets in place; the carrier's was not compared, because no secrets file was given");

    let text = secrets_file(SECRET);
    let lines = text.lines().filter(|line| !line.contains("AUTH_TOKEN"));
    let file = secrets::parse(lines.collect::<Vec<_>>().join("\n").as_bytes()).unwrap();
    let report = with_file(&fixture, &world, Some(file)).await;
    insta::assert_snapshot!(seen(&report, "webhooks"), @"the secrets file has no TWILIO_AUTH_TOKEN");
}

#[tokio::test]
async fn secrets_that_are_gone_or_others_are_named() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;

    let lost = world.copy();
    lost.lose_secret(&names.deployer_key);
    let report = verify(&fixture, &lost).await;
    wrong(&report, &[("secrets", "missing: ")]);

    let other = secrets_file(&SECRET.replace("canary", "canarx"));
    let file = secrets::parse(other.as_bytes()).unwrap();
    let report = with_file(&fixture, &world, Some(file)).await;
    wrong(&report, &[("secrets", &names.carrier)]);
}

#[tokio::test]
async fn other_code_is_told_wherever_it_runs() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;

    let code = world.copy();
    code.run_other_code(FunctionName::Relay);
    wrong(
        &verify(&fixture, &code).await,
        &[("function", "qdn-local-relay runs")],
    );

    let gone = world.copy();
    let names = fixture.desired.names();
    let packages = fixture.desired.packages.iter();
    let api = packages
        .clone()
        .find(|one| one.function == FunctionName::Api);
    let key = api.unwrap().key();
    assert!(key.starts_with(&CodeKey::folder(FunctionName::Api)));
    gone.lose(&names.artifacts_bucket, &key);
    let expected = [
        ("function", "does not exist"),
        ("health", "/api/health runs"),
    ];
    wrong(&verify(&fixture, &gone).await, &expected);

    let edge = world.copy();
    edge.publish_at_edge("function handler(event) { return event.request; }");
    wrong(&verify(&fixture, &edge).await, &[("edge", "runs")]);

    let detached = world.copy();
    detached.detach_edge();
    wrong(
        &verify(&fixture, &detached).await,
        &[("edge", "no function is in front")],
    );
}

#[tokio::test]
async fn a_function_that_does_not_reach_its_secrets_is_told() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;

    let upkeep = world.copy();
    upkeep.cut_off(FunctionName::Upkeep);
    let told = "qdn-local-upkeep does not reach everything: secret `keys` could not be read";
    wrong(&verify(&fixture, &upkeep).await, &[("function", told)]);

    let api = world.copy();
    api.cut_off(FunctionName::Api);
    let told = [
        ("page", "answered 404 at an address that was signed with"),
        (
            "strangers",
            "/api/maintenance answered 500 to an operator key that nobody made",
        ),
    ];
    wrong(&verify(&fixture, &api).await, &told);
}

#[tokio::test]
async fn routes_that_nobody_declares_or_that_let_strangers_in_are_told() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;

    let more = world.copy();
    more.serve("GET /api/secret");
    wrong(
        &verify(&fixture, &more).await,
        &[("routes", "unknown: [GET /api/secret]")],
    );

    let open = world.copy();
    open.api(|api| api.lets_in = Some("/api/jobs/{jobId}/charge"));
    let told = "POST /api/jobs/0/charge answered 200 (no problem document) to a stranger";
    wrong(&verify(&fixture, &open).await, &[("refusals", told)]);

    let undeclared = world.copy();
    undeclared.serve("GET /api/jobs/{jobId}/nothing");
    let expected = [
        ("routes", "unknown: [GET /api/jobs/{jobId}/nothing]"),
        (
            "refusals",
            "GET /api/jobs/0/nothing answered 404 though nobody declares it",
        ),
    ];
    wrong(&verify(&fixture, &undeclared).await, &expected);

    let dashboard = world.copy().with_dashboard("http://elsewhere.test");
    let expected = [
        ("refusals", "; and "),
        (
            "preflight",
            "lets nobody call, expected http://localhost:5173",
        ),
    ];
    wrong(&verify(&fixture, &dashboard).await, &expected);

    let anybody = world.copy();
    anybody.let_any_origin_call();
    let told =
        "OPTIONS /api/health lets https://nobody.invalid call when https://nobody.invalid asks";
    wrong(&verify(&fixture, &anybody).await, &[("preflight", told)]);
}

/// A certificate is given and DNS is somebody else's: everything works at the distribution's own address.
#[tokio::test]
async fn a_name_that_does_not_lead_here_is_told_with_what_it_has_to_be_pointed_at() {
    const DISTRIBUTION: &str = "d0000000000000.cloudfront.net";
    const NAMES: [&str; 2] = ["staging.quickdumpnow.com", "track.quickdumpnow.com"];
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.name_site(&NAMES);
    world.point(DISTRIBUTION);
    world.point(NAMES[0]);
    let told = [("domain", "GET of https://track.quickdumpnow.com/api/health")];
    // Where the carrier sends what customers write follows from the names, and is another item.
    let report = with_file(&fixture, &world, None).await;
    wrong(&report, &told);
    let item = report.items.last().unwrap();
    let hint = item.hint.as_deref().unwrap();
    insta::assert_snapshot!(hint, @"point staging.quickdumpnow.com, track.quickdumpnow.com at d0000000000000.cloudfront.net, with a CNAME or, at a zone's apex, an ALIAS; `qdn-infra verify --env local` looks again");

    world.point(NAMES[1]);
    let report = with_file(&fixture, &world, None).await;
    assert!(report.is_right(), "{report:#?}");
    assert_eq!(report.items.last().unwrap().item, "domain");
}

#[tokio::test]
async fn the_page_and_who_may_see_it_are_told() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let site = fixture.desired.names().site_bucket;

    let lost = world.copy();
    lost.lose(&site, "track/track.css");
    wrong(
        &verify(&fixture, &lost).await,
        &[("page", "track/track.css answered 404")],
    );

    for key in ["track/index.html", "track/track.css"] {
        let plain = world.copy();
        plain.change_type(&site, key, "text/plain");
        let told = "says `Content-Type: text/plain`, expected `text/";
        wrong(&verify(&fixture, &plain).await, &[("page", told)]);
        let kept = world.copy();
        kept.change_headers_at_once(&site, key);
        let told = "says `Cache-Control: no-store`, expected `public, max-age=0, must-revalidate`";
        wrong(&verify(&fixture, &kept).await, &[("page", told)]);
    }

    let key = world.copy();
    key.lose_at_edge("tk.1");
    wrong(
        &verify(&fixture, &key).await,
        &[("page", "answered 404 to a good token")],
    );

    let open = world.copy();
    open.open_door();
    let told = "answered 200 to a stranger who shows nothing";
    wrong(&verify(&fixture, &open).await, &[("strangers", told)]);
}

#[tokio::test]
async fn a_carrier_that_sends_elsewhere_is_told_without_saying_where() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.in_the_console(|carrier| {
        let elsewhere = "https://elsewhere.test/canary".to_owned();
        carrier
            .fields
            .insert("InboundRequestUrl".to_owned(), elsewhere);
    });
    let report = verify(&fixture, &world).await;
    wrong(&report, &[("webhooks", "has another InboundRequestUrl")]);
    assert!(!format!("{report:?}").contains("canary"), "{report:?}");
}
