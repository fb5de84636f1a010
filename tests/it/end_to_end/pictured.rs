//! The recorded session of README.md: what it types still does what it shows. `docs/images/record.py` records it anew.

use std::fs;

use quick_xml::escape::unescape;
use serde_json::Value;

use crate::checkout::Checkout;
use crate::fixture::project;

const PICTURE: &str = "docs/images/session.svg";
const AGAIN: &str =
    "docs/images/session.svg shows another; docs/images/record.py records the session anew";

/// Its edits are made, its first plan is asked for, and the edits are taken back.
pub fn the_session_shows_what_a_plan_says(checkout: &Checkout) {
    let session = session();
    let edits: Vec<Edit> = session
        .iter()
        .filter_map(|(typed, _)| edit(typed))
        .collect();
    assert_eq!(edits.len(), 2, "{PICTURE}");
    for one in &edits {
        checkout.edit(&one.file, &one.before, &one.after);
    }
    let planned = checkout.run(&["plan"], 0).out;
    for one in &edits {
        checkout.edit(&one.file, &one.after, &one.before);
    }
    // A terminal holds both; what is told while it works comes before and after it.
    let shown = shown(&session, "qdn-infra plan");
    assert!(shown.contains(&in_words(&planned)), "{AGAIN}\n{planned}");
}

/// What the proofs see today is what the apply of the session saw, but for names, addresses and numbers.
pub fn the_session_shows_what_the_proofs_see(checkout: &Checkout) {
    let session = session();
    let shown = masked(shown(&session, "qdn-infra apply"));
    let report = checkout.run(&["verify", "--format", "json"], 0).out;
    let report: Value = serde_json::from_str(&report).unwrap();
    // An apply has read the secrets file before.
    let items = report["items"].as_array().unwrap().iter().skip(1);
    for item in items {
        let seen = item["seen"].as_str().unwrap();
        let line = masked(&format!("ok {}: {seen}", item["item"].as_str().unwrap()));
        assert!(shown.contains(&line), "{AGAIN}\n{line}\n{shown}");
    }
}

/// Every word that is another one each time.
fn masked(text: &str) -> String {
    let is_id = |word: &str| {
        let end = word.trim_end_matches("'s");
        end.len() > 11
            && end
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let mask = |word| {
        let changes = is_id(word) || word.contains(|c: char| c.is_ascii_digit());
        if changes { "#" } else { word }
    };
    let words: Vec<&str> = text.split_whitespace().map(mask).collect();
    words.join(" ")
}

fn shown<'a>(session: &'a [(String, String)], command: &str) -> &'a str {
    let mut commands = session.iter();
    let (_, shown) = commands.find(|(typed, _)| typed == command).unwrap();
    shown
}

struct Edit {
    file: String,
    before: String,
    after: String,
}

/// Each command that is typed, and the words of what follows it.
fn session() -> Vec<(String, String)> {
    let picture = fs::read_to_string(project().join(PICTURE)).unwrap();
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in picture.lines().filter(|line| line.starts_with("<text ")) {
        let mut text = String::new();
        for part in line.split('<') {
            text += part.split_once('>').map_or("", |(_, after)| after);
        }
        let text = unescape(&text).unwrap();
        match (text.strip_prefix("$ "), commands.last_mut()) {
            (Some(typed), _) => commands.push((typed.to_owned(), String::new())),
            (None, Some((_, shown))) => {
                shown.push_str(&text);
                shown.push('\n');
            }
            (None, None) => panic!("{PICTURE} begins with no command: {text}"),
        }
    }
    let read = commands.into_iter();
    read.map(|(typed, shown)| (typed, in_words(&shown)))
        .collect()
}

/// `sed -i 's/BEFORE/AFTER/' FILE`.
fn edit(typed: &str) -> Option<Edit> {
    let (script, file) = typed.strip_prefix("sed -i 's/")?.split_once("/' ")?;
    let (before, after) = script.split_once('/')?;
    Some(Edit {
        file: file.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    })
}

/// However wide a line may be; without the sizes of files.
fn in_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let sizes = words.windows(2).enumerate();
    let sizes = sizes.filter(|(_, pair)| pair[0].parse::<f64>().is_ok() && pair[1] == "kB");
    let sizes: Vec<usize> = sizes.map(|(at, _)| at).collect();
    let kept = words.iter().enumerate();
    let kept = kept
        .filter(|(at, _)| !sizes.contains(at))
        .map(|(_, word)| *word);
    kept.collect::<Vec<_>>().join(" ")
}
