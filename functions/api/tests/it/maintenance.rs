//! Maintenance data: replaced only by who has seen what is replaced.

use qdn_runtime::maintenance::DocumentStore;
use qdn_shared::api::samples;
use qdn_shared::route::RouteName;
use serde_json::{Value, json};

use crate::scene::{Answered, Scene};

fn document() -> Value {
    samples::requests(RouteName::PutMaintenance).remove(0).1
}

async fn put(scene: &Scene, header: (&str, &str), body: &Value) -> Answered {
    let ask = scene.ask(RouteName::PutMaintenance, &[]).json(body);
    ask.header(header.0, header.1).send().await
}

/// A scene with the document of the samples, and its `ETag`.
async fn with_document() -> (Scene, String) {
    let scene = Scene::default();
    let first = put(&scene, ("if-none-match", "*"), &document()).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let etag = first.header("etag").to_owned();
    (scene, etag)
}

#[tokio::test]
async fn the_first_document_is_written_by_who_knows_that_there_is_none() {
    let scene = Scene::default();
    let get = || scene.ask(RouteName::GetMaintenance, &[]).send();
    assert_eq!(get().await.status, 404);
    assert_eq!(
        put(&scene, ("if-match", "\"x\""), &document()).await.status,
        412
    );
    let first = put(&scene, ("if-none-match", "*"), &document()).await;
    assert_eq!((first.status.as_u16(), first.json()), (201, document()));
    let read = get().await;
    assert_eq!(read.status, 200);
    assert_eq!(read.header("content-type"), "application/json");
    assert_eq!(
        (read.header("etag"), &read.body),
        (first.header("etag"), &first.body)
    );
    assert_eq!(
        put(&scene, ("if-none-match", "*"), &document())
            .await
            .status,
        412
    );
}

#[tokio::test]
async fn who_comes_second_is_told() {
    let (scene, etag) = with_document().await;
    let mut next = document();
    next["trucks"][0]["odometer"]["reading"]["value"] = json!(53_000);
    let second = put(&scene, ("if-match", &etag), &next).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.header("etag"), etag);
    insta::assert_snapshot!(put(&scene, ("if-match", &etag), &next).await.told(), @"412 Changed since that version: the document is not the named version: read it again and decide again");
    // The same document again is no fault.
    assert_eq!(
        put(&scene, ("if-match", second.header("etag")), &next)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_version_has_to_be_named() {
    let (scene, etag) = with_document().await;
    let ask = || scene.ask(RouteName::PutMaintenance, &[]).json(&document());
    insta::assert_snapshot!(ask().send().await.told(), @"428 Version required: name the version that is replaced: `If-Match` with the `ETag` of GET, or `If-None-Match: *` for the first document");
    let both = ask().header("if-match", &etag).header("if-none-match", "*");
    insta::assert_snapshot!(both.send().await.told(), @r#"
    400 Invalid request
      {"header":"If-None-Match","detail":"cannot stand beside `If-Match`"}
    "#);
    insta::assert_snapshot!(ask().header("if-none-match", &etag).send().await.told(), @r#"
    400 Invalid request
      {"header":"If-None-Match","detail":"expected `*`"}
    "#);
    insta::assert_snapshot!(ask().header("if-match", "*").send().await.told(), @r#"
    400 Invalid request
      {"header":"If-Match","detail":"expected one entity tag as an `ETag` header gave it, like `\"3\"`"}
    "#);
}

#[tokio::test]
async fn every_fault_is_told_and_nothing_is_written() {
    let (scene, etag) = with_document().await;
    let mut wrong = document();
    wrong["timeZone"] = json!("Mars");
    wrong["trucks"][0]["id"] = json!("Truck 1");
    wrong["trucks"][0]["schedules"][0]["lastService"]["odometer"] = json!(90_000);
    insta::assert_snapshot!(put(&scene, ("if-match", &etag), &wrong).await.told(), @r##"
    400 Invalid request
      {"pointer":"#/timeZone","detail":"is not a time zone of the IANA database, like `America/New_York`"}
      {"pointer":"#/trucks/0/id","detail":"is not an id, expected 1 to 40 of a-z, 0-9 and `-`"}
      {"pointer":"#/trucks/0/schedules/0/lastService/odometer","detail":"is more than the meter shows: read the meter again, or correct the service"}
    "##);

    let mut backwards = document();
    backwards["trucks"][0]["odometer"]["reading"]["value"] = json!(52_000);
    insta::assert_snapshot!(put(&scene, ("if-match", &etag), &backwards).await.told(), @r##"
    400 Invalid request
      {"pointer":"#/trucks/0/odometer/reading/value","detail":"is less than the reading until now, 52500: add a `correction` if that was wrong"}
    "##);
    backwards["trucks"][0]["odometer"]["reading"]["correction"] =
        json!({ "previous": 52_500, "reason": "misread" });
    assert_eq!(scene.document.0.read().await.unwrap().unwrap().etag, etag);
    assert_eq!(
        put(&scene, ("if-match", &etag), &backwards).await.status,
        200
    );
}

#[tokio::test]
async fn what_lies_there_and_is_no_document_can_be_read_and_replaced() {
    let scene = Scene::default();
    let lying = qdn_runtime::maintenance::Expected::Absent;
    let etag = scene
        .document
        .0
        .write(b"oops".to_vec(), &lying)
        .await
        .unwrap();
    let read = scene.ask(RouteName::GetMaintenance, &[]).send().await;
    assert_eq!((read.status.as_u16(), read.text().as_str()), (200, "oops"));
    assert_eq!(
        put(&scene, ("if-match", &etag), &document()).await.status,
        200
    );
}
