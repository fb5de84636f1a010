//! The maintenance data, which the first apply put there: people change it through the API, commits through the seed.

use qdn_infra::seed::{FILE, MaintenanceData};
use reqwest::Method;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::town::Town;
use crate::checkout::Checkout;

const ADDRESS: &str = "/api/maintenance";

/// The seed lies there from the first apply on, and nobody replaces what they have not seen.
pub async fn it_is_not_overwritten(town: &Town) {
    let seed: Value =
        serde_json::from_str(include_str!("../../../assets/seed/maintenance.json")).unwrap();
    let (tag, read) = read(town).await;
    assert_eq!(read, seed);
    let put = |name: &'static str, tag: &str| {
        let request = town.api(Method::POST, ADDRESS).json(&seed);
        request.header(name, tag)
    };
    Town::ask(put("if-none-match", "*"), 412).await;
    Town::ask(put("if-match", "\"0123456789abcdef0123456789abcdef\""), 412).await;
    Town::ask(put("if-match", &tag), 200).await;
}

/// A live edit outlives a change of the seed; where both changed the same, a person decides; what people changed comes
/// into the checkout. Ends with seed and live document alike, and nothing to plan.
pub fn seed_and_people_change_it(checkout: &Checkout, town: &Town, runtime: &Runtime) {
    let [first, second, third] = ["Truck 1, Isuzu NPR-HD dump", "Isabel", "Isidor"];
    checkout.run(&["seed", "diff", "--detailed-exitcode"], 0);
    runtime.block_on(edit(town, "/trucks/1/name", "Bertha".into()));
    checkout.edit(FILE, first, second);
    let diff = checkout
        .run(&["seed", "diff", "--detailed-exitcode"], 2)
        .out;
    assert!(
        diff.contains("ours, to be put live: 1 change") && diff.contains("theirs, kept: 1 change"),
        "{diff}"
    );
    checkout.run(&["plan", "--detailed-exitcode"], 2);
    checkout.run(&["apply"], 0);
    let (_, live) = runtime.block_on(read(town));
    assert_eq!(live["trucks"][1]["name"], "Bertha");
    assert_eq!(live["trucks"][0]["name"], second);
    // A live edit is told, and is nothing to do.
    let plan = checkout.run(&["plan", "--detailed-exitcode"], 0).out;
    assert!(
        plan.contains("1 live edit of the maintenance data is kept"),
        "{plan}"
    );

    // The same place, in two ways.
    checkout.edit(FILE, second, third);
    runtime.block_on(edit(town, "/trucks/0/name", "Isolde".into()));
    for command in [&["apply"][..], &["seed", "push"], &["seed", "pull"]] {
        let ran = checkout.run(command, 3);
        assert!(
            ran.err
                .contains("ours \"Isidor\", theirs \"Isolde\", last pushed \"Isabel\""),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("seed push --take ours"), "{}", ran.err);
    }
    let (_, live) = runtime.block_on(read(town));
    assert_eq!(live["trucks"][0]["name"], "Isolde");
    checkout.run(&["apply", "--skip-layer", "seed"], 0);
    checkout.run(&["seed", "push", "--take", "ours"], 0);
    let (_, live) = runtime.block_on(read(town));
    assert_eq!(live["trucks"][0]["name"], third);
    assert_eq!(live["trucks"][1]["name"], "Bertha");

    // What people changed comes into the checkout, and from there nothing is left to do.
    checkout.run(&["seed", "pull"], 0);
    let text = std::fs::read(checkout.folder.join(FILE)).unwrap();
    let seed = MaintenanceData::parse(&text, FILE).unwrap();
    assert_eq!(serde_json::to_value(seed.document()).unwrap(), live);
    assert_eq!(checkout.planned(), ["seed update record of the last seed"]);
    checkout.run(&["seed", "push"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);

    // Lost, it is made again when that is said.
    let bucket = "qdn-local-site-000000000000-us-east-1";
    checkout.objects().remove(bucket, qdn_infra::seed::KEY);
    checkout.run(&["apply"], 3);
    checkout.run(&["seed", "push", "--take", "ours"], 0);
    assert_eq!(runtime.block_on(read(town)).1, live);
    assert!(checkout.planned().is_empty());
}

/// The document and its entity tag.
async fn read(town: &Town) -> (String, Value) {
    let answer = town.api(Method::GET, ADDRESS).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    (tag, answer.json().await.unwrap())
}

/// Changes one value, as the dashboard does.
async fn edit(town: &Town, pointer: &str, value: Value) {
    let (tag, mut document) = read(town).await;
    *document.pointer_mut(pointer).unwrap() = value;
    let request = town.api(Method::POST, ADDRESS).json(&document);
    Town::ask(request.header("if-match", tag), 200).await;
}
