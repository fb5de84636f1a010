//! The local carrier's process: the built program, started and stopped as the local environment does it.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use qdn_infra::local::carrier::{self, Running, Status};
use qdn_infra::local::{Error, Progress, Reset, Settings, Stage, Stopped};
use qdn_shared::phone::PhoneNumber;
use serde_json::{Value, json};
use tempfile::TempDir;

#[derive(Default)]
struct Heard(Mutex<Vec<Stage>>);

impl Progress for Heard {
    fn say(&self, stage: Stage) {
        self.0.lock().unwrap().push(stage);
    }
}

impl Heard {
    fn take(&self) -> Vec<Stage> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A carrier of its own on a free port; killed when a failing test leaves it running.
struct Local {
    settings: Settings,
    heard: Heard,
    _folder: TempDir,
}

impl Local {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let settings = Settings {
            carrier_port: 0,
            program: env!("CARGO_BIN_EXE_qdn-infra").into(),
            ..Settings::below(folder.path())
        };
        Self {
            settings,
            heard: Heard::default(),
            _folder: folder,
        }
    }

    async fn start(&self) -> Running {
        carrier::start(&self.settings, &self.heard).await.unwrap()
    }

    fn secrets(&self) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.settings.secrets_file()).unwrap();
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let file = self.settings.root.join("carrier/running.json");
        let Ok(text) = fs::read_to_string(file) else {
            return;
        };
        let about: Value = serde_json::from_str(&text).unwrap();
        kill(i32::try_from(about["pid"].as_i64().unwrap()).unwrap());
    }
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
}

async fn texts(running: &Running) -> usize {
    let address = running.url.join("/_local/messages").unwrap();
    let all: Value = client()
        .get(address)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    all["messages"].as_array().unwrap().len()
}

async fn receive_one(running: &Running) {
    let address = running.url.join("/_local/inbound").unwrap();
    let text = json!({"from": carrier::CUSTOMER, "body": "hello"});
    let answer = client().post(address).json(&text).send().await.unwrap();
    assert_eq!(answer.status(), 201);
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn it_lives_until_it_is_stopped_and_keeps_its_texts() {
    let local = Local::new();
    let settings = &local.settings;
    assert_eq!(carrier::status(settings).await.unwrap(), Status::Stopped);
    assert_eq!(carrier::stop(settings).await.unwrap(), Stopped::NotRunning);
    assert_eq!(carrier::reset(settings).await.unwrap(), Reset::Stopped);
    assert!(!settings.root.exists(), "asking leaves nothing behind");

    let first = local.start().await;
    let ready = Stage::CarrierReady {
        inbox: first.url.clone(),
    };
    assert_eq!(local.heard.take(), [ready]);
    assert_eq!(
        carrier::status(settings).await.unwrap(),
        Status::Running(first.clone())
    );
    receive_one(&first).await;
    assert_eq!(local.start().await, first);
    assert_eq!(local.heard.take(), []);

    let secrets = local.secrets();
    assert_eq!(carrier::stop(settings).await.unwrap(), Stopped::Cleanly);
    assert_eq!(carrier::stop(settings).await.unwrap(), Stopped::NotRunning);
    assert_eq!(carrier::status(settings).await.unwrap(), Status::Stopped);

    let second = local.start().await;
    assert_ne!(second.pid, first.pid);
    assert_eq!(local.secrets(), secrets);
    assert_eq!(texts(&second).await, 1);
    assert_eq!(carrier::reset(settings).await.unwrap(), Reset::Running);
    assert_eq!(texts(&second).await, 0);
    receive_one(&second).await;
    carrier::stop(settings).await.unwrap();
    assert_eq!(carrier::reset(settings).await.unwrap(), Reset::Stopped);
    assert_eq!(texts(&local.start().await).await, 0);
    assert_eq!(local.secrets(), secrets);
    carrier::stop(settings).await.unwrap();
}

#[tokio::test]
async fn a_crash_is_seen_and_mended_and_new_credentials_are_taken() {
    let local = Local::new();
    let first = local.start().await;
    receive_one(&first).await;
    kill(i32::try_from(first.pid).unwrap());
    let log = loop {
        if let Status::Crashed { log, tail } = carrier::status(&local.settings).await.unwrap() {
            assert!(tail.contains("listening at http://127.0.0.1"), "{tail}");
            break log;
        }
    };
    assert_eq!(log, first.log);
    let second = local.start().await;
    assert_eq!(texts(&second).await, 1);

    fs::remove_file(local.settings.secrets_file()).unwrap();
    let third = local.start().await;
    assert_ne!(third.pid, second.pid);
    let name = |wanted: &str| {
        let found = local.secrets().into_iter().find(|(name, _)| name == wanted);
        found.unwrap().1
    };
    let path = format!(
        "/2010-04-01/Accounts/{}/Messages.json",
        name("TWILIO_ACCOUNT_SID")
    );
    let request = client().get(third.url.join(&path).unwrap()).basic_auth(
        name("TWILIO_API_KEY_SID"),
        Some(name("TWILIO_API_KEY_SECRET")),
    );
    assert_eq!(request.send().await.unwrap().status(), 200);
    carrier::stop(&local.settings).await.unwrap();
}

#[tokio::test]
async fn no_secret_is_in_its_arguments_environment_or_log() {
    let local = Local::new();
    let running = local.start().await;
    receive_one(&running).await;
    let secrets = local.secrets();
    let mut shown = fs::read_to_string(&running.log).unwrap();
    for file in ["cmdline", "environ"] {
        let file = Path::new("/proc").join(running.pid.to_string()).join(file);
        // Linux only; elsewhere the arguments are the same.
        shown += &String::from_utf8_lossy(&fs::read(file).unwrap_or_default());
    }
    assert!(shown.contains("received"), "{shown}");
    for (name, value) in secrets {
        assert!(!shown.contains(&value), "{name} is shown");
    }
    assert!(!shown.contains(carrier::CUSTOMER), "{shown}");
    carrier::stop(&local.settings).await.unwrap();
}

#[tokio::test]
async fn its_credentials_are_a_secrets_file_and_its_numbers_are_numbers() {
    let local = Local::new();
    local.start().await;
    carrier::stop(&local.settings).await.unwrap();
    qdn_infra::secrets::read(&local.settings.secrets_file(), None).unwrap();
    for number in carrier::LINES
        .iter()
        .chain([&carrier::CUSTOMER, &carrier::SENDER])
    {
        PhoneNumber::parse(number).unwrap();
    }
}

#[tokio::test]
async fn a_taken_port_is_left_to_its_owner() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let wanted = taken.local_addr().unwrap().port();
    let mut local = Local::new();
    local.settings.carrier_port = wanted;
    let running = local.start().await;
    let used = running.url.port().unwrap();
    assert_ne!(used, wanted);
    assert!(
        local
            .heard
            .take()
            .contains(&Stage::OtherPort { wanted, used })
    );
    // Deployed functions know that port now, so it is taken again, though the wanted one is free.
    carrier::stop(&local.settings).await.unwrap();
    drop(taken);
    assert_eq!(local.start().await.url, running.url);
    carrier::stop(&local.settings).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_a_reset_mends_it() {
    let local = Local::new();
    local.start().await;
    carrier::stop(&local.settings).await.unwrap();
    let state = local.settings.root.join("carrier/state.jsonl");
    fs::write(&state, "nonsense\n").unwrap();
    let error = carrier::start(&local.settings, &local.heard)
        .await
        .unwrap_err();
    let Error::Ended { tail, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        tail.contains("state.jsonl:1 cannot be read") && tail.contains("qdn-infra local reset"),
        "{tail}"
    );
    carrier::reset(&local.settings).await.unwrap();
    local.start().await;
    carrier::stop(&local.settings).await.unwrap();
}
