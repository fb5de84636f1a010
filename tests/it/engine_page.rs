//! What becomes of the page's files: what is planned of them, and what of it viewers are told anew.

use qdn_infra::engine::event::What;
use qdn_infra::engine::{self, Purpose, Refresh, Scope};
use qdn_infra::plan::{Action, Layer, Reason, Target};
use tokio::time::Instant;

use crate::engine::{applied, apply, nothing_is_left, objects, plan};
use crate::fixture::{Fixture, Heard};
use crate::wire::Wire;
use crate::world::World;

#[tokio::test]
async fn a_changed_page_is_one_upload_and_its_viewer_paths() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.write_page("index.html", "<!doctype html><title>other</title>");
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert_eq!(
        objects(&planned.plan),
        [("track/index.html", Action::Update, Reason::Content)]
    );
    apply(&fixture, &world).await.unwrap();
    let paths = world.invalidations();
    assert_eq!(paths.len(), 1);
    assert!(paths[0].iter().any(|path| path == "/track"), "{paths:?}");
}

#[tokio::test]
async fn a_page_that_changes_back_and_forth_is_invalidated_each_time() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    for text in ["one", "two", "one", "two"] {
        fixture.write_page(
            "index.html",
            &format!("<!doctype html><title>{text}</title>"),
        );
        apply(&fixture, &world).await.unwrap();
    }
    assert_eq!(world.invalidations().len(), 4);
}

#[tokio::test]
async fn a_removed_page_file_is_removed_and_a_lost_one_is_put_back() {
    let mut fixture = Fixture::new();
    fixture.write_page("old.css", "body {}");
    let world = applied(&fixture).await;
    fixture.remove_page("old.css");
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert_eq!(
        objects(&planned.plan),
        [("track/old.css", Action::Remove, Reason::Undeclared)]
    );
    apply(&fixture, &world).await.unwrap();

    world.lose(&fixture.desired.names().site_bucket, "track/index.html");
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert_eq!(
        objects(&planned.plan),
        [("track/index.html", Action::Create, Reason::New)]
    );
}

#[tokio::test]
async fn a_lost_manifest_is_rebuilt_from_the_objects() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names();
    world.lose(&names.artifacts_bucket, &names.site_manifest);
    its_record_is_written_anew(&fixture, &world).await;
}

async fn its_record_is_written_anew(fixture: &Fixture, world: &World) {
    let planned = plan(fixture, world, Purpose::Show).await.unwrap();
    let site = planned.plan.layer(Layer::Site).unwrap();
    assert!(
        matches!(site.steps.as_slice(), [step] if matches!(step.target, Target::Manifest { .. })),
        "{site:?}"
    );
    apply(fixture, world).await.unwrap();
    nothing_is_left(fixture, world).await;
}

#[tokio::test]
async fn forcing_uploads_everything_again() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.force_upload = true;
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert!(
        objects(&planned.plan)
            .iter()
            .all(|(_, action, reason)| { (*action, *reason) == (Action::Update, Reason::Forced) })
    );
    assert_eq!(objects(&planned.plan).len(), 2);
}

/// Each look is a connection, and a machine has few.
#[tokio::test(start_paused = true)]
async fn with_a_lost_manifest_objects_are_looked_at_a_few_at_once() {
    let mut fixture = Fixture::new();
    for number in 0..100 {
        fixture.write_page(&format!("{number}.css"), "p {}");
    }
    let world = applied(&fixture).await;
    let names = fixture.desired.names();
    world.lose(&names.artifacts_bucket, &names.site_manifest);
    let wire = Wire::new(&world, Instant::now());
    let (ports, purpose, scope) = (wire.ports(), Purpose::Show, Scope::Everything);
    let planned = engine::plan(&fixture.desired, &ports, &wire, purpose, scope);
    planned.await.unwrap();
    let heads = wire
        .calls()
        .iter()
        .filter(|name| **name == "Objects.head")
        .count();
    assert_eq!(heads, 102);
    assert_eq!(wire.most_under_way(), 32);
}

/// A listing tells no headers, but that the object was written after the record of them.
#[tokio::test]
async fn headers_that_somebody_changed_are_put_right() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names();
    world.change_headers(&names.site_bucket, "track/track.css");
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert_eq!(
        objects(&planned.plan),
        [("track/track.css", Action::Update, Reason::Headers)]
    );
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;

    // One that was only written again may be kept by viewers as it was between.
    world.write_again(&names.site_bucket, "track/track.css");
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    let site = planned.plan.layer(Layer::Site).unwrap();
    assert!(
        matches!(site.steps.as_slice(), [step] if step.action == Action::Invalidate),
        "{site:?}"
    );
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}

/// The page that viewers have goes on to name what is there.
#[tokio::test]
async fn without_what_it_names_no_new_page_is_uploaded() {
    let mut fixture = Fixture::new();
    fixture.write_page("app.0123456789abcdef.js", "1");
    let world = applied(&fixture).await;
    fixture.write_page("app.fedcba9876543210.js", "2");
    let page = r#"<!doctype html><script src="/track/app.fedcba9876543210.js"></script>"#;
    fixture.write_page("index.html", page);
    let undisturbed = world.copy();
    undisturbed.fail_at(None);
    apply(&fixture, &undisturbed).await.unwrap();
    let uploads = |world: &World| -> Vec<String> {
        let calls = world.calls().into_iter();
        let uploads =
            calls.filter(|call| call.name == "PutObject" && call.subject.starts_with("track/"));
        uploads.map(|call| call.subject).collect()
    };
    let named = "track/app.fedcba9876543210.js".to_owned();
    assert_eq!(
        uploads(&undisturbed),
        [named.clone(), "track/index.html".to_owned()]
    );
    let calls = undisturbed.calls();
    let first = calls
        .iter()
        .position(|call| call.subject == named && call.name == "PutObject");
    world.fail_at(first);
    apply(&fixture, &world).await.unwrap_err();
    assert_eq!(uploads(&world), [named]);
}

/// It completes by itself, and is told as far as it has come.
#[tokio::test]
async fn nobody_waits_for_an_invalidation() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.write_page("index.html", "<!doctype html><title>other</title>");
    world.never_complete_invalidations();
    world.fail_at(None);
    let (ports, heard) = (world.ports(), Heard::default());
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    engine::apply(&fixture.desired, &planned, &ports, &heard)
        .await
        .unwrap();
    let told = heard.what().into_iter().find_map(|what| match what {
        What::Invalidated { complete, .. } => Some(complete),
        _ => None,
    });
    assert_eq!(told, Some(false));
    let looks = world
        .calls()
        .into_iter()
        .filter(|call| call.name == "GetInvalidation");
    assert_eq!(looks.count(), 1);
}

/// In the second in which the record was written, only who looks closely sees it; then it is put right.
#[tokio::test]
async fn headers_that_were_changed_at_once_are_seen_by_who_looks_closely() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names();
    world.change_headers_at_once(&names.site_bucket, "track/track.css");
    nothing_is_left(&fixture, &world).await;
    let (ports, heard) = (world.ports(), Heard::default());
    let drift = engine::drift(fixture.desired.clone(), &ports, &heard);
    let drift = drift.await.unwrap();
    assert!(!drift.is_as_left());
    fixture.desired.refresh = Refresh::Revert;
    let shown = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    let site = shown.layer(Layer::Site).unwrap();
    assert!(
        matches!(&site.steps[..], [step, _] if step.reason == Reason::Headers && matches!(&step.target, Target::Object { key, .. } if key == "track/track.css")),
        "{site:?}"
    );
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}
