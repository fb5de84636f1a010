//! Files of the page in a bucket that is not ours: what lies there already is its owner's, and whatever we put there
//! goes again, also after a run that was cut short.

use qdn_infra::engine::{Error, Purpose, SiteError};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::{Layer, NotObserved};

use crate::engine::{apply, plan};
use crate::engine_adopt::{applied, open};
use crate::engine_destroy::{EVERYTHING, destroy};
use crate::fixture::Fixture;
use crate::world::World;

const BUCKET: &str = "www.quickdumpnow.com";

fn left(world: &World) -> Vec<String> {
    let contents = world.contents();
    let objects = contents["buckets"][BUCKET].as_object().unwrap();
    objects.keys().cloned().collect()
}

#[tokio::test]
async fn a_file_of_the_owner_under_our_name_stops_the_plan() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    world.put_in_site("track/index.html");
    world.fail_at(None);
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    insta::assert_snapshot!(format!("{refused}\n{}", refused.hint().unwrap()), @r"
    bucket www.quickdumpnow.com holds files that were not put there from here: track/index.html
    nothing of them was touched: let their owner move them, or give ours another name in assets/track
    ");
    assert!(world.changing().is_empty());
    assert_eq!(left(&world), ["track/index.html"]);
}

/// The first upload is done, then the connection is lost; the record was written before it.
#[tokio::test]
async fn what_a_cut_short_first_apply_left_goes_with_a_destroy() {
    let fixture = Fixture::adopting();
    let undisturbed = open(&fixture);
    undisturbed.fail_at(None);
    apply(&fixture, &undisturbed).await.unwrap();
    let mut tried = 0;
    for (index, call) in undisturbed.calls().iter().enumerate() {
        let world = open(&fixture);
        world.fail_at(Some(index));
        let _ = apply(&fixture, &world).await;
        if left(&world).is_empty() {
            continue;
        }
        tried += 1;
        world.fail_at(None);
        destroy(&fixture, &world, EVERYTHING).await.unwrap();
        assert_eq!(left(&world), [""; 0], "after call {index}, {}", call.name);
    }
    assert!(tried > 2, "{tried}");
}

#[tokio::test]
async fn a_retired_file_goes_and_one_that_was_written_over_stays() {
    let mut fixture = Fixture::adopting();
    fixture.write_page("a.0123456789abcdef.js", "1");
    let world = applied(&fixture).await;
    fixture.remove_page("a.0123456789abcdef.js");
    apply(&fixture, &world).await.unwrap();
    assert!(left(&world).contains(&"track/a.0123456789abcdef.js".to_owned()));
    world.put_in_site("track/track.css");
    destroy(&fixture, &world, EVERYTHING).await.unwrap();
    assert_eq!(left(&world), ["track/track.css"]);
}

/// Its owner copied everything in place, with other headers: contents stay, what ours said of itself is lost.
#[tokio::test]
async fn ours_that_its_owner_copied_in_place_is_put_right() {
    let fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    let before = world.contents();
    for key in ["track/index.html", "track/track.css"] {
        world.copy_in_place(BUCKET, key);
    }
    assert_ne!(world.contents(), before);
    apply(&fixture, &world).await.unwrap();
    assert_eq!(world.contents()["buckets"], before["buckets"]);
    assert!(
        plan(&fixture, &world, Purpose::Show)
            .await
            .unwrap()
            .plan
            .is_empty()
    );
}

/// What its owner wrote over ours comes back while ours is wanted; dropped from the page, it stays as it is.
#[tokio::test]
async fn a_file_that_was_written_over_is_mended_and_never_removed() {
    let mut fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    let before = world.contents();
    world.put_in_site("track/track.css");
    apply(&fixture, &world).await.unwrap();
    assert_eq!(
        world.contents()["buckets"][BUCKET],
        before["buckets"][BUCKET]
    );

    world.put_in_site("track/track.css");
    let theirs = world.contents()["buckets"][BUCKET]["track/track.css"].clone();
    fixture.write_page("index.html", "<!doctype html><title>alone</title>");
    fixture.remove_page("track.css");
    apply(&fixture, &world).await.unwrap();
    let there = world.contents()["buckets"][BUCKET]["track/track.css"].clone();
    assert_eq!(there, theirs);
}

#[tokio::test]
async fn a_stack_stays_with_its_bucket() {
    let mut fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    fixture.move_to_bucket("other.quickdumpnow.com");
    world.open_bucket("other.quickdumpnow.com");
    world.fail_at(None);
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Site(SiteError::AttachedElsewhere { place, .. }) if place.ends_with(BUCKET)),
        "{refused}"
    );
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn the_distribution_can_be_left_as_it_is() {
    let mut fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    world.edit_site(|xml| xml.replace("<PathPattern>/data/*<", "<PathPattern>/older/*<"));
    fixture.desired.skip.insert(Layer::Adopt);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    let layer = planned.layer(Layer::Adopt).unwrap();
    assert_eq!(layer.not_observed, Some(NotObserved::Skipped));
    assert!(layer.steps.is_empty() && planned.is_applicable());
}
