//! The local cloud for real: started from nothing, reused, stopped, started again with its state.
//!
//! The first run installs the emulator into a folder of the user's cache that later runs share.

use std::path::Path;
use std::sync::Mutex;

mod emulation;

use super::*;

/// Keeps what a start tells.
#[derive(Default)]
pub(super) struct Heard(Mutex<Vec<Stage>>);

impl Progress for Heard {
    fn say(&self, stage: Stage) {
        self.0.lock().unwrap().push(stage);
    }
}

impl Heard {
    pub(super) fn take(&self) -> Vec<Stage> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Settings on free ports, below a folder of their own.
fn settings(folder: &Path) -> Settings {
    let below = Settings::below(folder);
    let environment = below.environment.clone().or_else(shared_environment);
    Settings {
        endpoint_port: 0,
        front_port: 0,
        environment,
        ..below
    }
}

/// Ends what a failing test leaves running.
struct Leftover<'a>(&'a Settings);

impl Drop for Leftover<'_> {
    fn drop(&mut self) {
        let Some(running) = health::written_down(self.0) else {
            return;
        };
        if process::lives(running.pid)
            && process::runs(running.pid, &self.0.launcher_file())
            && let Some(pid) = i32::try_from(running.pid)
                .ok()
                .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

/// Puts or gets one object of the emulated S3, the plainest state there is.
async fn object(running: &Running, path: &str, body: Option<&'static str>) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = running.endpoint.join(path).unwrap();
    let request = match body {
        Some(body) => client.put(address).body(body),
        None => client.get(address),
    };
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn what_is_put_into_it_survives_a_stop_and_ends_with_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let _leftover = Leftover(&settings);
    let heard = Heard::default();
    assert_eq!(status(&settings).await.unwrap(), Status::Stopped);
    assert_eq!(stop(&settings).await.unwrap(), Stopped::NotRunning);
    assert_eq!(reset(&settings).await.unwrap(), Reset::Stopped);
    assert!(!settings.root.exists(), "asking leaves nothing behind");

    let first = start(&settings, &heard).await.unwrap();
    let told = heard.take();
    assert!(
        matches!(told.last(), Some(Stage::Ready { front }) if *front == first.front),
        "{told:?}"
    );
    assert_eq!(first.endpoint.host_str(), Some("127.0.0.1"));
    assert_eq!(
        status(&settings).await.unwrap(),
        Status::Running(first.clone())
    );
    assert_eq!(object(&first, "/a-bucket", Some("")).await.0, 200);
    assert_eq!(object(&first, "/a-bucket/key", Some("kept")).await.0, 200);

    // People see a page that says what to do, and web pages are kept from the API.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let front = client.get(first.front.clone()).send().await.unwrap();
    assert_eq!(front.status(), 503);
    assert!(front.text().await.unwrap().contains("qdn-infra apply"));
    let foreign = client
        .put(first.endpoint.join("/b-bucket").unwrap())
        .header("Origin", "https://example.com");
    assert_eq!(foreign.send().await.unwrap().status(), 403);

    let again = start(&settings, &heard).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(
        heard.take(),
        [Stage::Reusing {
            front: first.front.clone()
        }]
    );

    assert_eq!(stop(&settings).await.unwrap(), Stopped::Cleanly);
    assert_eq!(stop(&settings).await.unwrap(), Stopped::NotRunning);
    assert_eq!(status(&settings).await.unwrap(), Status::Stopped);

    let second = start(&settings, &heard).await.unwrap();
    assert_ne!(second.pid, first.pid);
    assert_eq!(
        (&second.endpoint, &second.front),
        (&first.endpoint, &first.front),
        "what is deployed in it was told these addresses"
    );
    assert_eq!(
        object(&second, "/a-bucket/key", None).await,
        (200, "kept".into())
    );
    assert_eq!(reset(&settings).await.unwrap(), Reset::Running);
    assert_eq!(object(&second, "/a-bucket/key", None).await.0, 404);
    stop(&settings).await.unwrap();
    assert_eq!(reset(&settings).await.unwrap(), Reset::Stopped);
    assert!(!settings.state_folder().exists());
    assert!(!settings.ports_file().exists());
}

#[tokio::test]
async fn a_crash_is_seen_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let _leftover = Leftover(&settings);
    let heard = Heard::default();
    let first = start(&settings, &heard).await.unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(first.pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while process::lives(first.pid) {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let Status::Crashed { log, tail } = status(&settings).await.unwrap() else {
        panic!("it has crashed")
    };
    assert_eq!(log, first.log);
    assert!(tail.contains("Running on http://127.0.0.1"), "{tail}");
    let second = start(&settings, &heard).await.unwrap();
    assert_eq!(
        status(&settings).await.unwrap(),
        Status::Running(second.clone())
    );

    // Another version of this program left it running.
    let text = std::fs::read_to_string(settings.running_file()).unwrap();
    std::fs::write(
        settings.running_file(),
        text.replace(&second.identity, "another"),
    )
    .unwrap();
    heard.take();
    let third = start(&settings, &heard).await.unwrap();
    assert_ne!(third.pid, second.pid);
    assert_eq!(
        (&third.endpoint, &third.front),
        (&first.endpoint, &first.front)
    );
    assert!(!process::lives(second.pid));
    stop(&settings).await.unwrap();
}

#[tokio::test]
async fn commands_at_the_same_time_share_one_on_ports_that_are_free() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let settings = Settings {
        front_port: port,
        ..settings(folder.path())
    };
    let _leftover = Leftover(&settings);
    let (one, other) = (Heard::default(), Heard::default());
    let (first, second) = tokio::join!(start(&settings, &one), start(&settings, &other));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first, second);
    assert_ne!(first.front.port(), Some(port));
    let told = [one.take(), other.take()].concat();
    assert_eq!(
        told.iter()
            .filter(|stage| matches!(stage, Stage::Ready { .. }))
            .count(),
        1,
        "{told:?}"
    );
    assert_eq!(
        told.iter()
            .filter(|stage| matches!(stage, Stage::Reusing { .. }))
            .count(),
        1,
        "{told:?}"
    );
    assert!(
        told.contains(&Stage::OtherPort {
            wanted: port,
            used: first.front.port().unwrap()
        }),
        "{told:?}"
    );
    stop(&settings).await.unwrap();
}

#[tokio::test]
async fn an_emulator_that_ends_at_once_shows_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    // Nothing can be written where its state should be.
    std::fs::create_dir_all(&settings.root).unwrap();
    std::fs::write(settings.state_folder(), "in the way").unwrap();
    let error = start(&settings, &Heard::default()).await.unwrap_err();
    let Error::Ended { ended, tail, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(ended, "exit code 1");
    assert!(tail.contains("NotADirectoryError"), "{tail}");
    assert_eq!(status(&settings).await.unwrap(), Status::Stopped);
}
