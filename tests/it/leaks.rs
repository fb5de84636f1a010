//! No secret gets out of a real run: the process list while it goes on, and afterwards everything that it wrote,
//! logged or handed to the cloud, but for the secrets themselves.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use aws_sdk_cloudformation::Client;
use tokio::runtime::Runtime;
use walkdir::WalkDir;

use crate::application::Town;
use crate::checkout::{Checkout, MANIFEST, Ran, SEED_RECORD};

/// Looks at the list of processes, again and again, until it is asked what it saw.
pub struct ProcessList {
    seen: Arc<Mutex<BTreeSet<String>>>,
    over: Arc<AtomicBool>,
    watcher: JoinHandle<()>,
}

impl ProcessList {
    pub fn watch() -> Self {
        let (seen, over) = (
            Arc::<Mutex<BTreeSet<String>>>::default(),
            Arc::new(AtomicBool::new(false)),
        );
        let (writes, ends) = (seen.clone(), over.clone());
        let watcher = std::thread::spawn(move || {
            while !ends.load(Ordering::SeqCst) {
                writes.lock().unwrap().extend(command_lines());
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        Self {
            seen,
            over,
            watcher,
        }
    }

    /// Every command line that was seen.
    pub fn seen(self) -> String {
        self.over.store(true, Ordering::SeqCst);
        self.watcher.join().unwrap();
        let seen = self.seen.lock().unwrap();
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        seen.join("\n")
    }
}

fn command_lines() -> impl Iterator<Item = String> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes.filter_map(|process| {
        let line = fs::read(process.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    })
}

/// Searches for every secret of the checkout's environment.
pub fn none_got_out(
    checkout: &Checkout,
    town: &Town,
    runtime: &Runtime,
    first_apply: &Ran,
    processes: &str,
) {
    let secrets = runtime.block_on(secrets(checkout, town));
    let plan = checkout.run(&["plan", "--format", "json", "--progress", "jsonl"], 0);
    let saved = checkout.folder.join("leaks.plan");
    checkout.run(&["plan", "--out", saved.to_str().unwrap()], 0);
    let mut places = vec![
        (
            "the saved plan".to_owned(),
            fs::read_to_string(saved).unwrap(),
        ),
        ("stdout of apply".to_owned(), first_apply.out.clone()),
        ("stderr of apply".to_owned(), first_apply.err.clone()),
        ("the process list".to_owned(), processes.to_owned()),
        ("the plan".to_owned(), plan.out),
        ("stderr of plan".to_owned(), plan.err),
        ("synth".to_owned(), checkout.run(&["synth"], 0).out),
        ("outputs".to_owned(), checkout.run(&["outputs"], 0).out),
        ("the manifest".to_owned(), record(checkout, MANIFEST)),
        (
            "the seed's record".to_owned(),
            record(checkout, SEED_RECORD),
        ),
        (
            "the seed".to_owned(),
            checkout.run(&["seed", "diff", "--format", "json"], 0).out,
        ),
    ];
    places.extend(logs(checkout));
    places.extend(runtime.block_on(cloud(town)));
    // What would be searched in vain is not searched at all.
    assert!(processes.contains("qdn-infra"), "{processes}");
    for kind in ["emulator.log", "carrier.log", "template", "events"] {
        let found = places.iter().find(|(place, _)| place.ends_with(kind));
        let (_, text) = found.unwrap_or_else(|| panic!("no {kind} was searched"));
        assert!(!text.is_empty(), "{kind} is empty");
    }
    for (place, text) in &places {
        for (name, secret) in &secrets {
            assert!(!text.contains(secret.as_str()), "{name} is in {place}");
        }
    }
}

/// Every value by a name that may be told.
async fn secrets(checkout: &Checkout, town: &Town) -> Vec<(String, String)> {
    let file = fs::read_to_string(checkout.folder.join(".qdn/local/repos.env")).unwrap();
    let mut secrets: Vec<(String, String)> = file
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.trim_matches(['\'', '"']).to_owned()))
        .collect();
    assert!(secrets.len() >= 7, "{} values", secrets.len());
    let keys = town.secret("qdn-local/keys").await;
    for ring in ["tokens", "carrier"] {
        for key in keys[ring]["keys"].as_array().unwrap() {
            let key = key["key"].as_str().unwrap().to_owned();
            secrets.push((format!("a key of the ring {ring}"), key));
        }
    }
    let deployer = town.secret("qdn-local/deployer-key").await;
    for key in [deployer["key"].as_str().unwrap(), town.key.as_str()] {
        let (_, secret) = key.split_once('.').unwrap();
        secrets.push(("an operator key".to_owned(), secret.to_owned()));
    }
    assert!(secrets.iter().all(|(_, secret)| secret.len() > 8));
    secrets
}

fn record(checkout: &Checkout, (bucket, key): (&str, &str)) -> String {
    checkout.objects().read(bucket, key)
}

/// What the emulator (with the functions in it) and the carrier logged.
fn logs(checkout: &Checkout) -> Vec<(String, String)> {
    WalkDir::new(checkout.folder.join(".qdn"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|kind| kind == "log"))
        .map(|entry| {
            let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
            (entry.path().display().to_string(), text)
        })
        .collect()
}

/// What CloudFormation and Lambda were given.
async fn cloud(town: &Town) -> Vec<(String, String)> {
    let client = Client::new(&town.sdk());
    let mut given = Vec::new();
    for stack in ["qdn-local-bootstrap", "qdn-local"] {
        let template = client.get_template().stack_name(stack).send().await;
        let template = template.unwrap().template_body.unwrap_or_default();
        given.push((format!("{stack}'s template"), template));
        let described = client.describe_stacks().stack_name(stack).send().await;
        given.push((stack.to_owned(), format!("{:?}", described.unwrap())));
        let events = client
            .describe_stack_events()
            .stack_name(stack)
            .send()
            .await;
        given.push((
            format!("{stack}'s events"),
            format!("{:?}", events.unwrap()),
        ));
    }
    let lambda = aws_sdk_lambda::Client::new(&town.sdk());
    let functions = lambda.list_functions().send().await.unwrap();
    let functions: Vec<String> = functions
        .functions()
        .iter()
        .map(|function| format!("{:?}", function.environment().unwrap().variables()))
        .collect();
    assert_eq!(functions.len(), 3);
    given.push(("the functions' environment".to_owned(), functions.concat()));
    given
}
