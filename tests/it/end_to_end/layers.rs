//! What becomes of a layer out of band is planned exactly and put right: of those that the other steps change in nothing, and
//! of code and packages. The page is `end_to_end`'s own; the carrier's number is the application's.

use std::collections::BTreeMap;
use std::fs;

use qdn_infra::ports::{EdgeFunction, StoreUpdate};
use qdn_infra::seed;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::checkout::{Checkout, MANIFEST};

/// One after the other.
pub fn they_are_put_right(checkout: &Checkout) {
    what_the_edge_lost_comes_back(checkout);
    an_operators_key_comes_and_goes(checkout);
    a_line_of_the_secrets_file_is_another(checkout);
    an_entry_leaves_the_seed(checkout);
    code_and_package_come_back(checkout);
}

/// A function is given another one's code by hand, and the edge a stranger's; and a package is lost from the artifacts bucket.
fn code_and_package_come_back(checkout: &Checkout) {
    let (runtime, ports) = checkout.ports();
    let (bucket, _) = MANIFEST;
    let packages = runtime.block_on(ports.objects.list(bucket, "functions/"));
    let packages = packages.unwrap().unwrap();
    let of = |function: &str| {
        let folder = format!("functions/{function}/");
        let mut found = packages.iter();
        let found = found.find(|object| object.key.starts_with(&folder));
        found.unwrap().key.clone()
    };
    let (relay, upkeep) = (of("relay"), of("upkeep"));
    let functions = &ports.functions;
    let update = functions.update_code("qdn-local-upkeep", bucket, &relay);
    runtime.block_on(update).unwrap();
    let stranger = "function handler(event) { return event.request; }";
    let edge = &ports.edge;
    // Nor with the keys that ours reads.
    let stranger = EdgeFunction {
        name: "qdn-local-edge".to_owned(),
        comment: String::new(),
        code: stranger.to_owned(),
        store: None,
    };
    let publish = async {
        edge.publish_function(&edge.update_function(&stranger).await?)
            .await
    };
    runtime.block_on(publish).unwrap();
    let told = checkout.run(&["plan"], 0).out;
    let told: Vec<&str> = told.split_whitespace().collect();
    let told = told.join(" ");
    for function in ["function qdn-local-upkeep", "edge function qdn-local-edge"] {
        let said = format!("{function} runs other code");
        assert!(told.contains(&said), "{told}");
    }
    let planned = checkout
        .run(&["plan", "--revert-drift", "--format", "json"], 0)
        .out;
    for step in ["function-code", "edge-code"] {
        assert!(planned.contains(step), "{planned}");
    }
    checkout.run(&["apply", "--revert-drift"], 0);
    checkout.run(&["verify"], 0);
    assert!(checkout.planned().is_empty());

    let lost = [upkeep];
    let lost = ports.objects.delete(bucket, &lost);
    runtime.block_on(lost).unwrap();
    assert_eq!(checkout.planned(), ["package create upkeep"]);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
}

/// One key is gone from the store, and one is there that nobody issued.
fn what_the_edge_lost_comes_back(checkout: &Checkout) {
    let before = edge(checkout);
    let (runtime, ports) = checkout.ports();
    let store = checkout.output("KeyValueStoreArn");
    let state = runtime.block_on(ports.key_values.describe(&store));
    let version = state.unwrap().unwrap().version;
    let update = StoreUpdate {
        puts: [("tk.9".to_owned(), "of a stranger".into())].into(),
        removals: ["tk.1".to_owned()].into(),
    };
    let written = ports.key_values.update(&store, &version, &update);
    runtime.block_on(written).unwrap();

    let planned = ["edge create tk.1", "edge remove tk.9"];
    assert_eq!(checkout.planned(), planned);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    assert_eq!(edge(checkout), before);
}

/// By hand, and an apply has nothing to add to it.
fn an_operators_key_comes_and_goes(checkout: &Checkout) {
    let before = edge(checkout);
    let words = ["new", "--name", "layers", "--scope", "jobs"];
    let key = checkout.run(&[&["keys", "operator"], &words[..]].concat(), 0);
    let (id, _) = key.out.split_once('.').unwrap();
    let entry = format!("op.{id}");
    let made = edge(checkout);
    assert!(made[&entry].ends_with(" jobs"), "{}", made[&entry]);
    assert_eq!(made.len(), before.len() + 1);
    assert!(checkout.planned().is_empty());

    checkout.run(&["keys", "operator", "revoke", id], 0);
    assert_eq!(edge(checkout), before);
    assert!(checkout.planned().is_empty());
}

/// In the file, and then in the cloud, where the file has the last word.
fn a_line_of_the_secrets_file_is_another(checkout: &Checkout) {
    const SECRET: &str = "qdn-local/carrier";
    const LINE: &str = "QDN_CONTACT_BACKUP";
    let planned = [format!("secrets update {SECRET}")];
    let (runtime, ports) = checkout.ports();
    let stored = || {
        let value = runtime.block_on(ports.secrets.value(SECRET));
        value.unwrap().unwrap()
    };
    let line = || -> Value { serde_json::from_str(stored().expose_secret()).unwrap() };
    let old = line()[LINE].as_str().unwrap().to_owned();
    let new = "+15005550160";
    let file = ".qdn/local/repos.env";
    checkout.edit(file, &format!("{LINE}={old}"), &format!("{LINE}={new}"));
    assert_eq!(checkout.planned(), planned);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    assert_eq!(line()[LINE], new);

    let elsewhere = stored().expose_secret().replace(new, &old).into();
    let token = "0f0e0d0c-0b0a-4908-8706-050403020100";
    let put = ports.secrets.put(SECRET, token, &elsewhere);
    runtime.block_on(put).unwrap();
    assert_eq!(line()[LINE], old);
    assert_eq!(checkout.planned(), planned);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    assert_eq!(line()[LINE], new);
}

/// It leaves the live document, and comes back as what it was.
fn an_entry_leaves_the_seed(checkout: &Checkout) {
    let file = checkout.folder.join(seed::FILE);
    let whole = fs::read(&file).unwrap();
    let before: Value = serde_json::from_slice(&whole).unwrap();
    let mut without = before.clone();
    let gone = without["supplies"].as_array_mut().unwrap().pop().unwrap();
    fs::write(&file, without.to_string()).unwrap();

    let diff = ["seed", "diff", "--detailed-exitcode", "--format", "json"];
    let told: Value = serde_json::from_str(&checkout.run(&diff, 2).out).unwrap();
    let [change] = &told["ours"].as_array().unwrap()[..] else {
        panic!("{told:#}")
    };
    assert_eq!(change["before"], gone);
    assert_eq!(change.get("after").unwrap_or(&Value::Null), &Value::Null);
    assert_eq!((&told["theirs"], &told["conflicts"]), (&NONE, &NONE));
    assert_eq!(checkout.planned(), ["seed update maintenance data"]);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    let bucket = checkout.output("SiteBucketName");
    let live =
        || -> Value { serde_json::from_str(&checkout.objects().read(&bucket, seed::KEY)).unwrap() };
    assert_eq!(live(), without);

    fs::write(&file, whole).unwrap();
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    assert_eq!(live(), before);
}

const NONE: Value = Value::Array(Vec::new());

/// The keys that the edge knows, each with what it is checked against.
fn edge(checkout: &Checkout) -> BTreeMap<String, String> {
    let (runtime, ports) = checkout.ports();
    let store = checkout.output("KeyValueStoreArn");
    let found = runtime.block_on(ports.key_values.entries(&store));
    let found = found.unwrap().unwrap().into_iter();
    found
        .map(|(name, value)| (name, value.expose_secret().to_owned()))
        .collect()
}
