//! The proofs at the edge's door: who shows a good token sees the page, strangers see nothing.

use qdn_shared::id::LinkId;
use qdn_shared::ring::SigningKeys;
use qdn_shared::route::{RouteName, route};
use qdn_shared::token::{JobToken, Scopes, tracking_url};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest, Sha256};

use super::error::Error;
use super::prove::Seen;
use super::run::Run;
use super::secrets::document;
use crate::ports::{WebRequest, WebResponse};
use crate::site::INDEX_KEY;

/// How long the token is good that a proof shows, in seconds.
const TOKEN_SECONDS: u32 = 60;
const PAGE: &str = "/track";
const DATA: &str = "/data/maintenance.json";

/// A file as viewers have to get it.
#[derive(Debug, Clone)]
pub(super) struct Served {
    /// Its object key.
    pub(super) key: String,
    /// SHA-256 of its bytes, hex.
    pub(super) sha256: String,
    /// Its `Cache-Control`.
    pub(super) cache_control: String,
}

/// What the door is asked with.
pub(super) struct Door<'a> {
    /// The address at which viewers reach the system, without a slash at the end.
    pub(super) viewer: &'a str,
    /// The secret with the signing keys.
    pub(super) keys: &'a str,
    /// The page and the files that it names, as they are to be served.
    pub(super) files: &'a [Served],
}

impl Door<'_> {
    /// A token of a random link, good for a minute: the edge has to serve the page, and the API to say that there is
    /// no such job.
    pub(super) async fn opens(&self, run: &Run<'_>) -> Result<Seen, Error> {
        let Some(keys) = document::<SigningKeys>(run.ports, self.keys).await? else {
            return Ok(Seen::Wrong(format!(
                "no token can be made: there is no secret {}",
                self.keys
            )));
        };
        let token = token(run, &keys);
        let url = tracking_url(self.viewer, &token);
        let served = self.get(run, url.expose_secret().to_owned(), None).await?;
        if let Seen::Wrong(seen) = self.page(&served) {
            return Ok(Seen::Wrong(seen));
        }
        let parts = self.files.iter().filter(|file| file.key != INDEX_KEY);
        let looks = parts.map(|file| self.part(run, file));
        for seen in futures::future::try_join_all(looks).await? {
            if let Seen::Wrong(seen) = seen {
                return Ok(Seen::Wrong(seen));
            }
        }
        let track = route(RouteName::Track).template();
        let bearer = format!("Bearer {}", token.expose_secret());
        let asked = self.get(run, format!("{}{track}", self.viewer), Some(bearer));
        let status = asked.await?.status;
        Ok(if status == 404 {
            Seen::Right(format!(
                "{}{PAGE} serves the page and its {} to a good token, and {track} knows no such job",
                self.viewer,
                files(self.files.len().saturating_sub(1))
            ))
        } else {
            Seen::Wrong(format!(
                "{}{track} answered {status} to the token of a link that does not exist, expected 404",
                self.viewer
            ))
        })
    }

    /// Without a token, with a forged one, and without an operator key.
    pub(super) async fn stays_shut(&self, run: &Run<'_>) -> Result<Seen, Error> {
        let forged = format!("{PAGE}?jobToken={}", "A".repeat(56));
        for (path, expected) in [(PAGE, 404), (forged.as_str(), 404), (DATA, 401)] {
            let answer = self
                .get(run, format!("{}{path}", self.viewer), None)
                .await?;
            let kept = answer.headers.get("cache-control");
            if answer.status != expected || kept.is_none_or(|kept| kept != "no-store") {
                return Ok(Seen::Wrong(format!(
                    "{}{path} answered {} to a stranger, expected {expected} and `no-store`",
                    self.viewer, answer.status
                )));
            }
        }
        Ok(Seen::Right(format!(
            "{PAGE} and {DATA} are closed to strangers"
        )))
    }

    fn page(&self, answer: &WebResponse) -> Seen {
        let url = format!("{}{PAGE}", self.viewer);
        if answer.status != 200 {
            return Seen::Wrong(format!("{url} answered {} to a good token", answer.status));
        }
        let served = format!("{:x}", Sha256::digest(&answer.body));
        let page = self.files.iter().find(|file| file.key == INDEX_KEY);
        if page.is_none_or(|page| page.sha256 != served) {
            return Seen::Wrong(format!("{url} serves other bytes than {INDEX_KEY}"));
        }
        match answer.headers.get("content-security-policy") {
            Some(_) => Seen::Right(url),
            None => Seen::Wrong(format!(
                "{url} serves the page without Content-Security-Policy"
            )),
        }
    }

    /// A file that the page names: its own bytes, with its own lifetime.
    async fn part(&self, run: &Run<'_>, file: &Served) -> Result<Seen, Error> {
        let url = format!("{}/{}", self.viewer, file.key);
        let answer = self.get(run, url.clone(), None).await?;
        let served = format!("{:x}", Sha256::digest(&answer.body));
        let kept = answer.headers.get("cache-control");
        Ok(if answer.status != 200 {
            Seen::Wrong(format!("{url} answered {}", answer.status))
        } else if served != file.sha256 {
            Seen::Wrong(format!("{url} serves other bytes than {}", file.key))
        } else if kept != Some(&file.cache_control) {
            Seen::Wrong(format!(
                "{url} says `Cache-Control: {}`, expected `{}`",
                kept.map_or("", String::as_str),
                file.cache_control
            ))
        } else {
            Seen::Right(url)
        })
    }

    async fn get(
        &self,
        run: &Run<'_>,
        url: String,
        authorization: Option<String>,
    ) -> Result<WebResponse, Error> {
        let headers = authorization.map(|value| ("Authorization".to_owned(), value));
        let request = WebRequest {
            method: "GET",
            url,
            headers: headers.into_iter().collect(),
            body: None,
        };
        Ok(run.ports.web.send(&request).await?)
    }
}

/// `1 file`, `5 files`.
fn files(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

/// A token of a random link, to see with.
fn token(run: &Run<'_>, keys: &SigningKeys) -> SecretString {
    let random: [u8; 32] = run.ports.entropy.random();
    let token = JobToken {
        scopes: Scopes::TRACK,
        generation: 0,
        expires_at: JobToken::expiry(run.ports.clock.now(), TOKEN_SECONDS),
        link: LinkId::from_bytes(std::array::from_fn(|index| random[index])),
    };
    token.mint(&keys.tokens)
}
