//! The proofs at the edge's door: who shows a good token sees the page, strangers see nothing.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use qdn_shared::id::{JobId, LinkId, MessageId};
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::operator::{OperatorKey, OperatorScope};
use qdn_shared::problem::ProblemKind;
use qdn_shared::ring::SigningKeys;
use qdn_shared::route::{RouteName, route};
use qdn_shared::token::{JobToken, Scopes, TOKEN_CHARACTERS, tracking_url};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest, Sha256};

use super::error::Error;
use super::facts::Seen;
use super::looks::DATA;
use super::run::Run;
use super::secrets::document;
use crate::ports::{WebRequest, WebResponse};
use crate::site::INDEX_KEY;

/// How long the token is good that a proof shows, in seconds.
const TOKEN_SECONDS: u32 = 60;
/// This many at a time keep the line busy with small files.
const AT_ONCE: usize = 16;
/// What browsers are told beside the policy, by header.
const HEADERS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-robots-tag", "noindex"),
];
const PAGE: &str = "/track";

/// A file as viewers have to get it.
#[derive(Debug, Clone)]
pub(super) struct Served {
    /// Its object key.
    pub(super) key: String,
    /// SHA-256 of its bytes, hex.
    pub(super) sha256: String,
    /// Its `Content-Type`.
    pub(super) content_type: String,
    /// Its `Cache-Control`.
    pub(super) cache_control: String,
}

/// What the door is asked with.
pub(super) struct Door<'a> {
    /// The address at which viewers reach the system, without a slash at the end.
    pub(super) viewer: &'a str,
    /// The secret with the signing keys.
    pub(super) keys: &'a str,
    /// Whether those keys are ours to sign with.
    pub(super) may_sign: bool,
    /// The Content-Security-Policy that the page is declared to have, if one is.
    pub(super) policy: Option<&'a str>,
    /// The page and the files that it names, as they are to be served.
    pub(super) files: &'a [Served],
    /// Every `METHOD /path` that is declared.
    pub(super) routes: &'a BTreeSet<String>,
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
        let token = token(run, &keys, Life::Good);
        let url = tracking_url(self.viewer, &token);
        let served = self.get(run, url.expose_secret().to_owned(), None).await?;
        if let Seen::Wrong(seen) = self.page(&served) {
            return Ok(Seen::Wrong(seen));
        }
        let parts = self.files.iter().filter(|file| file.key != INDEX_KEY);
        let looks = parts.map(|file| self.part(run, file));
        let looks: Vec<Seen> = stream::iter(looks).buffered(AT_ONCE).try_collect().await?;
        for seen in looks {
            if let Seen::Wrong(seen) = seen {
                return Ok(Seen::Wrong(seen));
            }
        }
        let track = route(RouteName::Track).template();
        let bearer = format!("Bearer {}", token.expose_secret());
        let asked = self.get(run, format!("{}{track}", self.viewer), Some(bearer));
        let status = asked.await?.status;
        if status != 404 {
            return Ok(Seen::Wrong(format!(
                "{}{track} answered {status} to the token of a link that does not exist, expected 404",
                self.viewer
            )));
        }
        if let Some(seen) = self.other_keys(run, &keys).await {
            return Ok(Seen::Wrong(seen));
        }
        Ok(Seen::Right(format!(
            "{}{PAGE} serves the page and its {} to a good token, and {track} knows no such job",
            self.viewer,
            files(self.files.len().saturating_sub(1))
        )))
    }

    /// The API says to every bad token what it says to a good one without a job. So that nobody takes the one for the
    /// other, it is asked at an address that the carrier might call: only who reads the same keys finds the address good,
    /// and that the call says nothing. Nothing is changed by it.
    async fn other_keys(&self, run: &Run<'_>, keys: &SigningKeys) -> Option<String> {
        let status = route(RouteName::CarrierStatus).template();
        if !self.routes.contains(&format!("POST {status}")) {
            return None;
        }
        let random: [u8; 32] = run.ports.entropy.random();
        let job = JobId::from_random(std::array::from_fn(|index| random[index]));
        let message = MessageId::of(job, 1).expect("messages are numbered from 1");
        let path = mac::path(&keys.carrier, CallbackRoute::Status(&message));
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        let request = WebRequest {
            method: "POST",
            url: format!("{}{path}", self.viewer),
            headers: vec![(form.0.to_owned(), form.1.to_owned())],
            body: Some(Vec::new()),
        };
        let asked = format!("{}{status}", self.viewer);
        // The path is not shown: it is signed.
        let Ok(answer) = run.ports.web.send(&request).await else {
            return Some(format!("{asked} did not answer"));
        };
        let expected = ProblemKind::InvalidRequest.status();
        (answer.status != expected).then(|| {
            format!(
                "{asked} answered {} at an address that was signed with {}, expected {expected}",
                answer.status, self.keys
            )
        })
    }

    /// Without a token, with one that nobody signed, one that is over and one that was changed; and without an operator
    /// key, or with one that nobody made.
    pub(super) async fn stays_shut(&self, run: &Run<'_>) -> Result<Seen, Error> {
        let forged = SecretString::from("A".repeat(TOKEN_CHARACTERS));
        let mut shown = vec![("a forged token", forged)];
        if self.may_sign
            && let Some(keys) = document::<SigningKeys>(run.ports, self.keys).await?
        {
            let good = token(run, &keys, Life::Good);
            shown.push(("a token that is over", token(run, &keys, Life::Over)));
            shown.push(("a token that was changed", changed(&good)));
        }
        let kinds = shown.iter().map(|(kind, _)| *kind);
        let kinds: Vec<&str> = kinds.chain(["a forged operator key"]).collect();
        let told = format!(
            "{PAGE} and {DATA} are closed to strangers; {} opens nothing",
            kinds.join(", ")
        );
        let page = format!("{}{PAGE}", self.viewer);
        let data = format!("{}{DATA}", self.viewer);
        let bare = [("nothing", PAGE, page, 404), ("nothing", DATA, data, 401)];
        let shown = shown.into_iter().map(|(kind, token)| {
            let url = tracking_url(self.viewer, &token);
            (kind, PAGE, url.expose_secret().to_owned(), 404)
        });
        for (kind, path, url, expected) in bare.into_iter().chain(shown) {
            let answer = self.get(run, url, None).await?;
            let kept = answer.headers.get("cache-control");
            if answer.status != expected || kept.is_none_or(|kept| kept != "no-store") {
                return Ok(Seen::Wrong(format!(
                    "{}{path} answered {} to a stranger who shows {kind}, expected {expected} and `no-store`",
                    self.viewer, answer.status
                )));
            }
        }
        Ok(match self.forged_operator_key(run).await? {
            Some(wrong) => Seen::Wrong(wrong),
            None => Seen::Right(told),
        })
    }

    /// A key of the right form that nobody made. To refuse it the API has to read the keys that there are.
    async fn forged_operator_key(&self, run: &Run<'_>) -> Result<Option<String>, Error> {
        let entropy = &run.ports.entropy;
        let (id, secret): ([u8; 32], [u8; 32]) = (entropy.random(), entropy.random());
        let scopes = [OperatorScope::Maintenance];
        let id = std::array::from_fn(|index| id[index]);
        let key = OperatorKey::new(id, secret, "nobody", scopes, run.ports.clock.now());
        let (_, key) = key.expect("a key of a name and a scope");
        let key = format!("Bearer {}", key.reveal().expose_secret());
        let maintenance = route(RouteName::GetMaintenance).template();
        let is_declared = self.routes.contains(&format!("GET {maintenance}"));
        let api = is_declared.then_some(maintenance);
        for path in api.into_iter().chain([DATA]) {
            let url = format!("{}{path}", self.viewer);
            let status = self.get(run, url, Some(key.clone())).await?.status;
            if status != 401 {
                return Ok(Some(format!(
                    "{}{path} answered {status} to an operator key that nobody made, expected 401",
                    self.viewer
                )));
            }
        }
        Ok(None)
    }

    fn page(&self, answer: &WebResponse) -> Seen {
        let url = format!("{}{PAGE}", self.viewer);
        if answer.status != 200 {
            return Seen::Wrong(format!("{url} answered {} to a good token", answer.status));
        }
        let served = format!("{:x}", Sha256::digest(&answer.body));
        let page = self.files.iter().find(|file| file.key == INDEX_KEY);
        let Some(page) = page.filter(|page| page.sha256 == served) else {
            return Seen::Wrong(format!("{url} serves other bytes than {INDEX_KEY}"));
        };
        if let Some(wrong) = other_header(&url, &answer.headers, page) {
            return Seen::Wrong(wrong);
        }
        let found = answer.headers.get("content-security-policy");
        match (found.map(String::as_str), self.policy) {
            (None, _) => Seen::Wrong(format!(
                "{url} serves the page without Content-Security-Policy"
            )),
            (Some(found), Some(declared)) if found != declared => Seen::Wrong(format!(
                "{url} serves the page with another Content-Security-Policy than declared"
            )),
            (Some(_), _) => match HEADERS.iter().find(|(name, value)| {
                let found = answer.headers.get(*name);
                found.is_none_or(|found| !found.eq_ignore_ascii_case(value))
            }) {
                Some((name, value)) => {
                    Seen::Wrong(format!("{url} serves the page without `{name}: {value}`"))
                }
                None => Seen::Right(url),
            },
        }
    }

    /// A file that the page names: its own bytes, with its own lifetime.
    async fn part(&self, run: &Run<'_>, file: &Served) -> Result<Seen, Error> {
        let url = format!("{}/{}", self.viewer, file.key);
        let answer = run.ports.web.digest(&getting(url.clone(), None)).await?;
        Ok(if answer.status != 200 {
            Seen::Wrong(format!("{url} answered {}", answer.status))
        } else if answer.sha256 != file.sha256 {
            Seen::Wrong(format!("{url} serves other bytes than {}", file.key))
        } else {
            let wrong = other_header(&url, &answer.headers, file);
            wrong.map_or(Seen::Right(url), Seen::Wrong)
        })
    }

    async fn get(
        &self,
        run: &Run<'_>,
        url: String,
        authorization: Option<String>,
    ) -> Result<WebResponse, Error> {
        Ok(run.ports.web.send(&getting(url, authorization)).await?)
    }
}

/// What is wrong with how a file is served: browsers heed no style sheet of another type, and keep what they may.
fn other_header(url: &str, headers: &BTreeMap<String, String>, file: &Served) -> Option<String> {
    let declared = [
        ("Content-Type", &file.content_type),
        ("Cache-Control", &file.cache_control),
    ];
    declared.into_iter().find_map(|(name, value)| {
        let found = headers.get(&name.to_ascii_lowercase());
        let found = found.map_or("", String::as_str);
        (found != value).then(|| format!("{url} says `{name}: {found}`, expected `{value}`"))
    })
}

fn getting(url: String, authorization: Option<String>) -> WebRequest {
    let headers = authorization.map(|value| ("Authorization".to_owned(), value));
    WebRequest {
        method: "GET",
        url,
        headers: headers.into_iter().collect(),
        body: None,
    }
}

/// `1 file`, `5 files`.
fn files(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

/// How a token's time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// It is good for a minute.
    Good,
    /// It has been over for a minute.
    Over,
}

/// A token of a random link, to see with.
fn token(run: &Run<'_>, keys: &SigningKeys, life: Life) -> SecretString {
    let random: [u8; 32] = run.ports.entropy.random();
    let now = JobToken::expiry(run.ports.clock.now(), 0);
    let token = JobToken {
        scopes: Scopes::TRACK,
        generation: 0,
        expires_at: match life {
            Life::Good => now.saturating_add(TOKEN_SECONDS),
            Life::Over => now.saturating_sub(TOKEN_SECONDS),
        },
        link: LinkId::from_bytes(std::array::from_fn(|index| random[index])),
    };
    token.mint(&keys.tokens)
}

/// The same token with another last character: another signature.
fn changed(token: &SecretString) -> SecretString {
    let mut text = token.expose_secret().to_owned();
    let last = if text.ends_with('A') { 'B' } else { 'A' };
    text.pop();
    text.push(last);
    SecretString::from(text)
}
