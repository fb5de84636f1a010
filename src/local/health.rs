//! What a running local cloud says of itself: in its file, and when asked.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::settings::{Running, Settings};

/// What the launcher writes into `running.json`, and answers at `/_qdn/health` of the front.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct About {
    pid: u32,
    identity: String,
    ministack: String,
    endpoint: String,
    front: String,
}

impl About {
    fn running(self, log: &Path) -> Option<Running> {
        Some(Running {
            pid: self.pid,
            endpoint: Url::parse(&self.endpoint).ok()?,
            front: Url::parse(&self.front).ok()?,
            log: log.to_owned(),
            identity: self.identity,
            emulator: self.ministack,
        })
    }
}

/// The one that was written down last, whether it still runs or not. The file is removed at a clean
/// stop; what cannot be read counts as not there.
pub(super) fn written_down(settings: &Settings) -> Option<Running> {
    let text = std::fs::read(settings.running_file()).ok()?;
    serde_json::from_slice::<About>(&text)
        .ok()?
        .running(&settings.log_file())
}

/// Asks running local clouds over HTTP, never through a proxy.
pub(super) struct Client(reqwest::Client);

impl Client {
    /// A client that waits `patience` for an answer.
    pub(super) fn new(patience: Duration) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(patience)
            .build();
        // Building fails only when TLS cannot be set up; plain HTTP needs none.
        Self(client.unwrap_or_default())
    }

    /// Whether this very process answers: another one may have the port by now.
    pub(super) async fn answers(&self, running: &Running) -> bool {
        let Ok(address) = running.front.join("/_qdn/health") else {
            return false;
        };
        let Ok(response) = self.0.get(address).send().await else {
            return false;
        };
        response
            .json::<About>()
            .await
            .is_ok_and(|about| about.pid == running.pid && about.identity == running.identity)
    }

    /// Empties the emulator; the error holds what went wrong.
    pub(super) async fn reset(&self, running: &Running) -> Result<(), String> {
        let address = running
            .endpoint
            .join("/_ministack/reset")
            .map_err(|error| error.to_string())?;
        let sent = self.0.post(address).send().await;
        sent.and_then(reqwest::Response::error_for_status)
            .map(drop)
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_complete_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            root: folder.path().to_owned(),
            ..Settings::below(Path::new(""))
        };
        assert_eq!(written_down(&settings), None);
        std::fs::write(settings.running_file(), "{\"pid\": 1").unwrap();
        assert_eq!(written_down(&settings), None);
        let text = r#"{"pid": 7, "identity": "i", "ministack": "1.5.33", "python": "3.11.7",
                       "endpoint": "http://127.0.0.1:4566/", "front": "http://127.0.0.1:8080/"}"#;
        std::fs::write(settings.running_file(), text).unwrap();
        let running = written_down(&settings).unwrap();
        assert_eq!(
            (running.pid, running.front.as_str()),
            (7, "http://127.0.0.1:8080/")
        );
        assert_eq!(running.log, settings.log_file());
    }
}
