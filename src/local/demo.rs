//! The demo: a whole job played through the public interface, as operator and customer, with every text waited
//! for at the local carrier. Knows addresses and a key, and nothing of how they came to be.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp, Unit};
use qdn_shared::id::JobId;
use qdn_shared::text::{self, LINK_PLACEHOLDER};
use qdn_shared::window::ArrivalWindow;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::carrier::CUSTOMER;
use super::lifecycle::forget;
use super::private;
use super::settings::Settings;
use crate::hint::Hint;

const TECHNICIAN: &str = "Sam";
/// How long the local cloud may take to answer: functions start slowly, one at a time.
const ANSWER: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(150);

/// Why the demo stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer.
    #[error("{asked} was not answered")]
    NoAnswer {
        /// Method and path.
        asked: String,
        /// Why not.
        source: reqwest::Error,
    },
    /// An answer that says no.
    #[error("{asked} was answered with {status}: {said}")]
    Refused {
        /// Method and path.
        asked: String,
        /// The status.
        status: u16,
        /// What the problem document says.
        said: String,
    },
    /// An answer of another form.
    #[error("{asked} was not answered as documented")]
    Undocumented {
        /// Method and path.
        asked: String,
    },
    /// A text did not come.
    #[error("the text `{text}` did not come within {seconds} s")]
    NoText {
        /// Its beginning.
        text: String,
        /// How long it was waited for.
        seconds: u64,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self::NoAnswer { .. } | Self::Undocumented { .. } => {
                    "see that `qdn-infra apply` went well, and what .qdn/local/emulator.log says"
                }
                Self::Refused { .. } => "bring the local environment up to date with `qdn-infra apply`",
                Self::NoText { .. } => {
                    "look at the inbox (`qdn-infra local status`); a phone that texted STOP gets no texts until it \
                     texts START"
                }
            }
            .to_owned(),
        )
    }
}

/// The key that an earlier demo left. Whether it still opens anything is not known here.
pub fn kept_key(settings: &Settings) -> Option<SecretString> {
    let text = std::fs::read_to_string(settings.demo_key_file()).ok()?;
    Some(text.into())
}

/// Leaves a key for the next demo, for the owner of the local environment alone.
pub fn keep_key(settings: &Settings, key: &SecretString) -> Result<(), super::Error> {
    let file = settings.demo_key_file();
    forget(&file)?;
    private::create(&file, key.expose_secret()).map_err(super::Error::file("creating", file))
}

/// Within this time the API knows a key that was just made.
const KEY_KNOWN: Duration = Duration::from_secs(15);

/// Where the demo is played.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Where people reach the site, no slash at the end.
    pub front: &'a str,
    /// The local carrier, no slash at the end.
    pub carrier: &'a str,
    /// An operator key that may use jobs.
    pub key: &'a SecretString,
    /// How long a text may take.
    pub patience: Duration,
}

/// A text that came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Text {
    sid: String,
    /// What it says.
    pub body: String,
    /// The carrier's status of it.
    pub status: String,
    /// When the carrier took it.
    pub created: Timestamp,
}

/// What was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// The job's id.
    pub job: String,
    /// The customer's texts, in order.
    pub texts: Vec<Text>,
    /// The private tracking link of the last text.
    pub track: Option<Url>,
}

/// Plays a job from its creation to its end; with a rating to its receipt. `tell` hears each step.
pub async fn play(
    scene: Scene<'_>,
    stars: Option<u8>,
    tell: &dyn Fn(String),
) -> Result<Played, Error> {
    let mut play = Play {
        client: client(),
        scene,
        seen: BTreeSet::new(),
        texts: Vec::new(),
    };
    play.seen = play
        .news()
        .await?
        .into_iter()
        .map(|text| text.sid)
        .collect();

    let created = play.create().await?;
    let undocumented = || Error::Undocumented {
        asked: "POST /api/jobs".to_owned(),
    };
    let id = created["id"].as_str().ok_or_else(undocumented)?.to_owned();
    let job: JobId = id.parse().map_err(|_| undocumented())?;
    tell(format!("job {id} is created"));
    play.text(text::created(job).as_str()).await?;

    let transitions = format!("/api/jobs/{id}/transitions");
    let window = the_window(Timestamp::now());
    let assigned = json!({"to": "ASSIGNED", "technician": {"name": TECHNICIAN}, "window": window});
    play.operator(&transitions, &assigned).await?;
    tell(format!("{TECHNICIAN} is assigned"));
    play.text(text::assigned(TECHNICIAN, &window).as_str())
        .await?;

    play.operator(&transitions, &json!({"to": "IN_PROGRESS"}))
        .await?;
    tell(format!("{TECHNICIAN} has arrived"));
    play.text(text::in_progress().as_str()).await?;

    let charge = json!({"amount": 14_900, "currency": "USD"});
    play.operator(&transitions, &json!({"to": "COMPLETE", "charge": charge}))
        .await?;
    tell("the work is done".to_owned());
    let done = play.text(text::complete().as_str()).await?;

    let mut track = link(&done.body);
    if let (Some(stars), Some(link)) = (stars, &track) {
        play.rate(link, stars).await?;
        tell(format!("the customer gives {stars} of 5"));
        track = self::link(&play.text(text::rated().as_str()).await?.body);
    }
    Ok(Played {
        job: id,
        texts: play.texts,
        track,
    })
}

fn the_job() -> Value {
    json!({
        "customer": {"name": "Ana Ruiz", "phones": [CUSTOMER]},
        "address": "12 Elm St, Springfield",
        "notes": "An old sofa and eight bags, beside the garage",
    })
}

/// Two hours, from the next but one full hour on.
fn the_window(now: Timestamp) -> ArrivalWindow {
    let hours = |hours| now + SignedDuration::from_hours(hours);
    let full = |time: Timestamp| {
        let rounding = jiff::TimestampRound::new()
            .smallest(Unit::Hour)
            .mode(jiff::RoundMode::Floor);
        time.round(rounding).expect("hours divide a day")
    };
    ArrivalWindow::new(full(hours(2)), full(hours(4)), "America/New_York")
        .expect("two hours of a known zone")
}

/// The link in a text.
fn link(body: &str) -> Option<Url> {
    body.split_whitespace()
        .find(|word| word.contains("://"))?
        .parse()
        .ok()
}

fn client() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER)
        .build();
    // Building fails only when TLS cannot be set up; plain HTTP needs none.
    client.unwrap_or_default()
}

struct Play<'a> {
    client: reqwest::Client,
    scene: Scene<'a>,
    seen: BTreeSet<String>,
    texts: Vec<Text>,
}

impl Play<'_> {
    async fn operator(&self, path: &str, body: &Value) -> Result<Value, Error> {
        self.post(path, self.scene.key.expose_secret(), body).await
    }

    async fn rate(&self, track: &Url, stars: u8) -> Result<(), Error> {
        let mut query = track.query_pairs();
        let token = query
            .find(|(name, _)| name == "jobToken")
            .map(|(_, token)| token.into_owned());
        self.post(
            "/api/track/rating",
            &token.unwrap_or_default(),
            &json!({"stars": stars}),
        )
        .await?;
        Ok(())
    }

    /// Creates the job. The key is a new one, and the API looks for keys that it does not know once in a few seconds.
    async fn create(&self) -> Result<Value, Error> {
        let until = Instant::now() + self.scene.patience.min(KEY_KNOWN);
        loop {
            match self.operator("/api/jobs", &the_job()).await {
                Err(Error::Refused { status: 401, .. }) if Instant::now() < until => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                created => return created,
            }
        }
    }

    async fn post(&self, path: &str, bearer: &str, body: &Value) -> Result<Value, Error> {
        let asked = format!("POST {path}");
        let address = format!("{}{path}", self.scene.front);
        self.ask(
            asked,
            self.client.post(address).bearer_auth(bearer).json(body),
        )
        .await
    }

    async fn ask(&self, asked: String, request: reqwest::RequestBuilder) -> Result<Value, Error> {
        let read = async || {
            let answer = request.send().await?;
            Ok((answer.status(), answer.bytes().await?))
        };
        let (status, body) = match read().await {
            Ok(answer) => answer,
            Err(source) => return Err(Error::NoAnswer { asked, source }),
        };
        let document = serde_json::from_slice::<Value>(&body).ok();
        if status.is_success() {
            return document.ok_or(Error::Undocumented { asked });
        }
        let said = |name| document.as_ref()?[name].as_str().map(str::to_owned);
        Err(Error::Refused {
            asked,
            status: status.as_u16(),
            said: said("detail")
                .or_else(|| said("title"))
                .unwrap_or_else(|| "no problem document".to_owned()),
        })
    }

    /// The customer's texts that were not waited for yet.
    async fn news(&self) -> Result<Vec<Text>, Error> {
        #[derive(Deserialize)]
        struct Inbox {
            messages: Vec<Text>,
        }
        let asked = "GET /_local/messages".to_owned();
        let request = self
            .client
            .get(format!("{}/_local/messages", self.scene.carrier));
        let inbox = self
            .ask(asked.clone(), request.query(&[("to", CUSTOMER)]))
            .await?;
        let Inbox { mut messages } =
            serde_json::from_value(inbox).map_err(|_| Error::Undocumented { asked })?;
        messages.retain(|text| !self.seen.contains(&text.sid));
        Ok(messages)
    }

    /// Waits until a text that begins so has come to its end.
    async fn text(&mut self, expected: &str) -> Result<Text, Error> {
        let beginning = expected.split(LINK_PLACEHOLDER).next().unwrap_or(expected);
        let began = Instant::now();
        loop {
            let found = self.news().await?.into_iter().find(|text| {
                text.body.starts_with(beginning)
                    && matches!(text.status.as_str(), "delivered" | "undelivered" | "failed")
            });
            if let Some(text) = found {
                self.seen.insert(text.sid.clone());
                self.texts.push(text.clone());
                return Ok(text);
            }
            if began.elapsed() > self.scene.patience {
                return Err(Error::NoText {
                    text: beginning.trim().to_owned(),
                    seconds: self.scene.patience.as_secs(),
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests;
