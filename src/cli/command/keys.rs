//! `qdn-infra keys …`: token keys and operator keys by hand. A new operator key goes to stdout, once; everything
//! else that is said about it goes to stderr.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use qdn_shared::operator::{NewOperatorKey, OperatorScope};
use qdn_shared::ring::{KeyState, PUBLISH_WAIT_SECONDS};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use crate::cli::args::{
    KeysArgs, KeysKind, ListArgs, ListFormat, NewOperatorArgs, OperatorAction, RotateArgs,
    TokenAction,
};
use crate::cli::console::Console;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::config::Cloud;
use crate::engine::{Environment, KeyChain, OperatorEntry, Revoked, Rotated, TokenKey};
use crate::render::Style;

/// Lists and changes keys.
pub async fn run(context: &mut Context, args: &KeysArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let keys = KeyChain::open(&environment, &session.ports, context.sink.as_ref()).await?;
    let console = &mut context.console;
    match &args.kind {
        KeysKind::Token(TokenAction::List(args)) => show(console, *args, &keys.tokens().await?)?,
        KeysKind::Token(TokenAction::Rotate(args)) => {
            rotate(console, &environment, &keys, args).await?;
        }
        KeysKind::Token(TokenAction::Revoke(args)) => {
            keys.revoke_token(args.id).await?;
            console.say(&format!(
                "token key {} is revoked: the edge forgets it within a minute, the API within five",
                args.id
            ));
        }
        KeysKind::Operator(OperatorAction::List(args)) => {
            show(console, *args, &keys.operators().await?)?;
        }
        KeysKind::Operator(OperatorAction::New(args)) => new(console, &keys, args).await?,
        KeysKind::Operator(OperatorAction::Revoke(args)) => {
            let said = match keys.revoke_operator(&args.id).await? {
                Revoked::Gone => format!("operator key {} is revoked", args.id),
                Revoked::Renewed => format!(
                    "operator key {} is revoked; it was the deployer's own, which has another one now",
                    args.id
                ),
            };
            console.say(&format!("{said}; the edge forgets it within a minute"));
        }
    }
    Ok(exit::DONE)
}

async fn rotate(
    console: &mut Console,
    environment: &Environment,
    keys: &KeyChain<'_>,
    args: &RotateArgs,
) -> Result<(), Error> {
    let wait = match environment.file.cloud {
        Cloud::Aws => Duration::from_secs(PUBLISH_WAIT_SECONDS.unsigned_abs()),
        // One edge, which knows at once.
        Cloud::Local => Duration::ZERO,
    };
    let said = match keys.rotate(wait, !args.no_wait).await? {
        Rotated::Signs { id } => format!("key {id} signs from now on"),
        Rotated::Published { id, from } => format!(
            "key {id} is published; the same command lets it sign from {} on",
            time(from)
        ),
    };
    console.say(&said);
    show(console, args.list, &keys.tokens().await?)
}

async fn new(
    console: &mut Console,
    keys: &KeyChain<'_>,
    args: &NewOperatorArgs,
) -> Result<(), Error> {
    let (entry, text) = keys.new_operator(&args.name, &args.scope).await?;
    // Before the edge is told: should that fail, the key is known all the same, and `apply` tells the edge.
    reveal(console, &entry, text)?;
    Ok(keys.mirror().await?)
}

/// Shows a key's text, the only time that anybody can.
fn reveal(console: &mut Console, entry: &OperatorEntry, text: NewOperatorKey) -> Result<(), Error> {
    console.data(&format!("{}\n", text.reveal().expose_secret()))?;
    console.say(&format!(
        "operator key {} for {} ({}): shown this once, nobody can show it again",
        entry.id,
        entry.name,
        scopes(&entry.scopes)
    ));
    Ok(())
}

/// What can be listed.
trait Listed: Serialize {
    /// Heads of the columns.
    const HEADS: &'static [&'static str];
    /// One line's cells.
    fn cells(&self) -> Vec<String>;
}

impl Listed for TokenKey {
    const HEADS: &'static [&'static str] = &["id", "state", "since", "valid until", "edge"];

    fn cells(&self) -> Vec<String> {
        let state = match self.state {
            KeyState::Published => "published",
            KeyState::Minting => "minting",
            KeyState::Retiring => "retiring",
        };
        vec![
            self.id.to_string(),
            state.to_owned(),
            time(self.since),
            self.until.map(time).unwrap_or_default(),
            yes_or_no(self.edge),
        ]
    }
}

impl Listed for OperatorEntry {
    const HEADS: &'static [&'static str] = &["id", "name", "made", "edge", "scopes"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.name.clone(),
            self.created.strftime("%Y-%m-%d").to_string(),
            yes_or_no(self.edge),
            scopes(&self.scopes),
        ]
    }
}

fn show<T: Listed>(console: &mut Console, args: ListArgs, list: &[T]) -> Result<(), Error> {
    let text = written(args.format, list, console.out_style);
    Ok(console.data(&text)?)
}

fn written<T: Listed>(format: ListFormat, list: &[T], style: Style) -> String {
    match format {
        ListFormat::Json => {
            let text = serde_json::to_string_pretty(list);
            text.expect("keys are plain values") + "\n"
        }
        ListFormat::Human => {
            let heads = T::HEADS.iter().map(|head| (*head).to_owned()).collect();
            let mut rows = vec![heads];
            rows.extend(list.iter().map(Listed::cells));
            table(&rows, style)
        }
    }
}

/// Cells below each other, two blanks between columns. The last column is broken at its commas where a line would
/// be too wide.
fn table(rows: &[Vec<String>], style: Style) -> String {
    let most = style.width;
    let columns = rows.first().map_or(0, Vec::len).saturating_sub(1);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let lengths = cells.map(|cell| cell.chars().count());
        lengths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let margin: usize = widths.iter().map(|width| width + 2).sum();
    let parts = |row: &[String]| -> Vec<String> {
        let last = row.last().map(String::as_str).unwrap_or_default();
        last.split_inclusive(',').map(str::to_owned).collect()
    };
    let longest = rows
        .iter()
        .flat_map(|row| parts(row))
        .map(|part| part.len());
    let fits = margin + longest.max().unwrap_or_default() <= most;
    let indent = if fits { margin } else { 4 };
    let mut table = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        for part in parts(row) {
            if line.chars().count() + part.len() > most {
                let _ = writeln!(table, "{}", line.trim_end());
                line = " ".repeat(indent);
            }
            line.push_str(&part);
        }
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table
}

fn scopes(scopes: &[OperatorScope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    names.join(",")
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use qdn_shared::operator::OperatorKey;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn tokens() -> [TokenKey; 2] {
        [
            TokenKey {
                id: 254,
                state: KeyState::Retiring,
                since: at(1_767_225_600),
                until: Some(at(1_772_409_900)),
                edge: true,
            },
            TokenKey {
                id: 255,
                state: KeyState::Minting,
                since: at(1_767_225_600),
                until: None,
                edge: false,
            },
        ]
    }

    fn operators() -> [OperatorEntry; 2] {
        let entry = |id: &str, name: &str, scopes: &[OperatorScope]| OperatorEntry {
            id: id.to_owned(),
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            created: at(1_767_225_600),
            edge: true,
        };
        [
            entry("k3x9q2ab", "deployer", &[OperatorScope::Maintenance]),
            entry(
                "aaaaaaaa",
                &"x".repeat(40),
                &[OperatorScope::Jobs, OperatorScope::Messages],
            ),
        ]
    }

    #[derive(Clone, Default)]
    struct Stream(Arc<Mutex<Vec<u8>>>);

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Stream {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn a_new_key_is_all_of_stdout_and_nothing_of_stderr() {
        let scopes = [OperatorScope::Jobs];
        let (key, text) = OperatorKey::new([0; 8], [0; 32], "dashboard", scopes, at(0)).unwrap();
        let entry = OperatorEntry {
            id: key.id().to_owned(),
            ..operators()[0].clone()
        };
        let (out, err) = (Stream::default(), Stream::default());
        let mut console = Console::captured(Box::new(out.clone()), Box::new(err.clone()));
        reveal(&mut console, &entry, text).unwrap();
        let secret = "A".repeat(43);
        assert_eq!(out.text(), format!("aaaaaaaa.{secret}\n"));
        assert!(err.text().starts_with("operator key aaaaaaaa for deployer"));
        assert!(!err.text().contains(&secret));
    }

    #[test]
    fn keys_are_listed_within_the_width() {
        let human = |width| {
            let style = Style {
                width,
                ..Style::default()
            };
            written(ListFormat::Human, &tokens(), style)
                + &written(ListFormat::Human, &operators(), style)
        };
        for width in [60, 80, 200] {
            let listed = human(width);
            let most = listed.lines().map(|line| line.chars().count()).max();
            assert!(most.unwrap() <= width.max(68), "{listed}");
        }
        let listed = human(80);
        insta::assert_snapshot!(listed, @r"
        id   state     since                 valid until           edge
        254  retiring  2026-01-01 00:00:00Z  2026-03-02 00:05:00Z  yes
        255  minting   2026-01-01 00:00:00Z                        no
        id        name                                      made        edge  scopes
        k3x9q2ab  deployer                                  2026-01-01  yes
            maintenance
        aaaaaaaa  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  2026-01-01  yes   jobs,
            messages
        ");
    }

    #[test]
    fn programs_get_the_same_as_json() {
        insta::assert_snapshot!(written(ListFormat::Json, &tokens()[..1], Style::default()), @r#"
        [
          {
            "id": 254,
            "state": "retiring",
            "since": "2026-01-01T00:00:00Z",
            "until": "2026-03-02T00:05:00Z",
            "edge": true
          }
        ]
        "#);
        insta::assert_snapshot!(written(ListFormat::Json, &operators()[..1], Style::default()), @r#"
        [
          {
            "id": "k3x9q2ab",
            "name": "deployer",
            "scopes": [
              "maintenance"
            ],
            "created": "2026-01-01T00:00:00Z",
            "edge": true
          }
        ]
        "#);
    }
}
