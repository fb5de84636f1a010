//! `qdn-infra local demo`: plays a job on the local environment with an operator key of its own, which is kept in
//! the local state for the next time.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use qdn_shared::operator::OperatorScope;
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::args::DemoArgs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::session::local_settings;
use crate::engine::KeyChain;
use crate::engine::event::{Event, What, millis};
use crate::local::Settings;
use crate::local::demo::{self, Played, Scene};

/// A text may have to wait for `upkeep`, which looks every minute.
const PATIENCE: Duration = Duration::from_secs(150);

/// Plays a job and prints its texts, the inbox and the tracking link.
pub async fn run(context: &mut Context, args: DemoArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let (Some(front), Some(carrier)) = (&session.viewer, &session.carrier) else {
        return Err(Error::NotLocal {
            environment: context.environment.clone(),
        });
    };
    let keys = KeyChain::open(&environment, &session.ports, context.sink.as_ref()).await?;
    let key = a_key(&keys, &local_settings(&context.project)).await?;
    let scene = Scene {
        front,
        carrier,
        key: &key,
        patience: PATIENCE,
    };
    let began = Instant::now();
    let tell = |stage| {
        context.sink.emit(Event {
            at_ms: millis(began.elapsed()),
            what: What::LocalCloud { stage },
        });
    };
    let played = demo::play(scene, args.rate, &tell).await?;
    let text = told(&played, carrier);
    context.console.data(&text)?;
    Ok(exit::DONE)
}

/// The key of an earlier demo while it is valid, or a new one.
async fn a_key(keys: &KeyChain<'_>, settings: &Settings) -> Result<SecretString, Error> {
    if let Some(key) = demo::kept_key(settings) {
        let id = key.expose_secret().split('.').next().unwrap_or_default();
        let known = keys.operators().await?;
        if known.iter().any(|known| known.id == id && known.edge) {
            return Ok(key);
        }
    }
    let scopes = [OperatorScope::Jobs, OperatorScope::Messages];
    let (_, made) = keys.new_operator("demo", &scopes).await?;
    let key = made.reveal();
    demo::keep_key(settings, &key).map_err(Error::Local)?;
    keys.mirror().await?;
    Ok(key)
}

fn told(played: &Played, carrier: &str) -> String {
    let mut text = format!("job {}\n\n", played.job);
    for one in &played.texts {
        let time = one
            .created
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%H:%M:%S");
        writeln!(text, "{time}  {:11}  {}", one.status, one.body)
            .expect("writing to a string cannot fail");
    }
    write!(text, "\ninbox     {carrier}/\n").expect("writing to a string cannot fail");
    if let Some(track) = &played.track {
        writeln!(text, "tracking  {track}").expect("writing to a string cannot fail");
    }
    text
}
