//! The commands of the guides that change something, as they stand there. Only an id that another environment would
//! have is replaced, and no other environment is named.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::changing;
use crate::checkout::{Checkout, LOCK};

/// Each has something to do when it is run.
pub fn what_changes_something_does(checkout: &Checkout) {
    let commands = changing::that_change();
    assert!(commands.len() > 10, "{commands:?}");
    let mut operators = Vec::new();
    for (path, mut words) in commands {
        match path {
            "apply" => apply(checkout, &words),
            "keys operator new" => {
                let key = run(checkout, &words);
                let (id, _) = key.split_once('.').unwrap();
                operators.push(id.to_owned());
            }
            "keys operator revoke" => {
                let id = operators.pop().expect("one was made");
                words[3].clone_from(&id);
                run(checkout, &words);
                assert!(!ids(checkout, &["keys", "operator", "list"]).contains(&id));
            }
            "keys token rotate" => {
                let before = signing(checkout);
                run(checkout, &words);
                assert_ne!(signing(checkout), before);
            }
            "keys token revoke" => {
                let list = ["keys", "token", "list"];
                let signing = signing(checkout);
                let mut keys = ids(checkout, &list).into_iter();
                let other = keys.find(|id| *id != signing).expect("one was rotated");
                words[3].clone_from(&other);
                run(checkout, &words);
                assert!(!ids(checkout, &list).contains(&other));
            }
            "rollback" => {
                let releases = ids(checkout, &["releases"]);
                // The one before the newest: what the command without an id left behind.
                if let Some(id) = words.get_mut(1) {
                    id.clone_from(&releases[1]);
                }
                run(checkout, &words);
                let now = ids(checkout, &["releases"]);
                // Of many only the newest are listed.
                let older = &now[1..];
                assert!(!older.is_empty() && releases.starts_with(older), "{now:?}");
            }
            "unlock" => {
                let (bucket, key) = LOCK;
                let record = super::lock_of(&words[1]);
                checkout.objects().write(bucket, key, &record);
                run(checkout, &words);
                assert_eq!(checkout.lock(), None);
            }
            other => panic!("it is not said what {other} needs here"),
        }
    }
    assert!(checkout.planned().is_empty());
}

fn run(checkout: &Checkout, words: &[String]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    checkout.run(&words, 0).out
}

/// A page file is another one; a plan that is named was saved by the line before.
fn apply(checkout: &Checkout, words: &[String]) {
    let file = "assets/track/track.css";
    checkout.edit(file, "}", "} ");
    if let Some(plan) = words.iter().find(|word| {
        Path::new(word)
            .extension()
            .is_some_and(|ending| ending == "plan")
    }) {
        checkout.run(&["plan", "--out", plan], 0);
    }
    run(checkout, words);
    assert!(checkout.planned().is_empty(), "{words:?}");
    let bucket = checkout.output("SiteBucketName");
    let there = checkout.objects().read(&bucket, "track/track.css");
    assert_eq!(
        there,
        fs::read_to_string(checkout.folder.join(file)).unwrap()
    );
}

/// What a command lists for programs.
pub fn listed(checkout: &Checkout, command: &[&str]) -> Vec<Value> {
    let out = checkout.run(&[command, &["--format", "json"]].concat(), 0);
    serde_json::from_str(&out.out).unwrap()
}

pub fn ids(checkout: &Checkout, command: &[&str]) -> Vec<String> {
    listed(checkout, command).iter().map(id).collect()
}

pub fn id(entry: &Value) -> String {
    let id = &entry["id"];
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// The key that signs tokens.
fn signing(checkout: &Checkout) -> String {
    let keys = listed(checkout, &["keys", "token", "list"]);
    let mut signing = keys.iter().filter(|key| key["state"] == "minting");
    id(signing.next().unwrap())
}
