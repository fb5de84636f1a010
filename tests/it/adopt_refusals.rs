//! What stands in the way of attaching to a site that exists: somebody who writes at the same time, and what cannot be
//! attached to.

use qdn_infra::engine::{Error, Purpose, SiteError};
use qdn_infra::hint::Hint;
use qdn_infra::ports::ErrorKind;

use crate::engine::{apply, plan};
use crate::engine_adopt::{THEIRS, applied, carry_out, open};
use crate::fixture::Fixture;
use crate::world::{Edit, World};

#[tokio::test]
async fn what_moves_between_reading_and_writing_is_read_again_or_refused() {
    let fixture = Fixture::adopting();
    // Somebody else's own matter: written after all, and theirs kept.
    let world = open(&fixture);
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    world.edit_site_meanwhile(&[
        |xml| xml.replace("only site", "best site"),
        |xml| xml.replace("best site", "last site"),
    ]);
    let done = carry_out(&fixture, &planned, &world).await;
    done.unwrap();
    assert!(world.site().contains("last site") && world.site().contains("qdn-infra-api"));

    // What is ours to change: nobody was shown that.
    let world = open(&fixture);
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    world
        .edit_site_meanwhile(&[|xml| xml.replace("<PathPattern>/images/*", "<PathPattern>/api/*")]);
    let done = carry_out(&fixture, &planned, &world).await;
    let refused = done.unwrap_err();
    insta::assert_snapshot!(refused, @"E0000000000000 was changed by somebody else since the plan was made");
    assert!(!world.site().contains("qdn-infra"));

    // Without end: given up.
    let world = open(&fixture);
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    let restless: Edit = |xml| xml.replace("site</Comment>", "site!</Comment>");
    world.edit_site_meanwhile(&[restless; 9]);
    let done = carry_out(&fixture, &planned, &world).await;
    assert!(matches!(done.unwrap_err(), Error::Cloud(_)));
}

#[tokio::test]
async fn a_policy_written_at_the_same_time_is_kept() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    world.set_site_policy(r#"{"Statement":[]}"#);
    world.edit_policy_afterwards(&[|_| THEIRS.to_owned()], 2);
    apply(&fixture, &world).await.unwrap();
    let policy = world.site_policy().unwrap();
    assert!(
        policy.contains("Theirs") && policy.contains("QdnInfraReadTrack"),
        "{policy}"
    );
}

/// Each time with one more statement of theirs in the place of ours.
#[tokio::test]
async fn a_policy_that_somebody_writes_again_and_again_is_given_up() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    let restless: Edit = |policy| policy.replace("QdnInfraReadTrack", "Theirs");
    world.edit_policy_afterwards(&[restless; 9], 0);
    let Error::Cloud(error) = apply(&fixture, &world).await.unwrap_err() else {
        panic!("it is the cloud that somebody else writes to")
    };
    assert_eq!(
        (error.kind, error.operation),
        (ErrorKind::Conflict, "PutBucketPolicy")
    );
}

async fn refused(prepare: impl FnOnce(&World)) -> Error {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    prepare(&world);
    let before = world.contents();
    let error = apply(&fixture, &world).await.unwrap_err();
    assert_eq!(world.contents(), before);
    assert!(world.changing().is_empty());
    error
}

#[tokio::test]
async fn what_cannot_be_attached_to_is_refused_before_anything_is_changed() {
    let absent = refused(World::close_site).await;
    insta::assert_snapshot!(absent, @"distribution E0000000000000 does not exist in this account");
    let denied = refused(World::give_site_away).await;
    insta::assert_snapshot!(denied, @"distribution E0000000000000 cannot be read: CloudFront GetDistributionConfig of E0000000000000: refused");
    assert!(
        denied
            .hint()
            .unwrap()
            .starts_with("it may belong to another account")
    );
    let taken = refused(|world| {
        world.edit_site(|xml| {
            xml.replace(
                "<FunctionAssociations><Quantity>0</Quantity>",
                "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>arn:theirs\
                 </FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items>",
            )
        });
    });
    insta::assert_snapshot!(taken.await, @"the default behavior of the distribution has another function that sees what viewers send or get: arn:theirs");
}

#[tokio::test]
async fn a_stack_stays_with_its_distribution() {
    let mut fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    let managed = Fixture::new();
    fixture.desired.environment.file = managed.desired.environment.file.clone();
    fixture.desired.environment.values = managed.desired.environment.values.clone();
    world.fail_at(None);
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(
        matches!(refused, Error::Site(SiteError::AttachedElsewhere { .. })),
        "{refused}"
    );
    assert!(world.changing().is_empty());
}
