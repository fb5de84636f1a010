//! The recorded session of README.md: what it types still does what it shows. `docs/images/record.py` records it anew.

use std::fs;

use quick_xml::escape::unescape;

use crate::checkout::Checkout;
use crate::fixture::project;

const PICTURE: &str = "docs/images/session.svg";

/// Its edits are made, its first plan is asked for, and the edits are taken back.
pub fn the_session_shows_what_a_plan_says(checkout: &Checkout) {
    let session = session();
    let edits: Vec<Edit> = session
        .iter()
        .filter_map(|(typed, _)| edit(typed))
        .collect();
    assert_eq!(edits.len(), 2, "{PICTURE}");
    for Edit {
        file,
        before,
        after,
    } in &edits
    {
        checkout.edit(file, before, after);
    }
    let planned = checkout.run(&["plan"], 0).out;
    for Edit {
        file,
        before,
        after,
    } in &edits
    {
        checkout.edit(file, after, before);
    }
    let mut shown = session.iter();
    let (_, shown) = shown.find(|(typed, _)| typed == "qdn-infra plan").unwrap();
    // A terminal holds both; what is told while it works comes before and after it.
    assert!(
        shown.contains(&in_words(&planned)),
        "{PICTURE} shows another plan than this one; docs/images/record.py records the session anew\n{planned}"
    );
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
            (None, Some((_, shown))) => *shown += &format!("{text}\n"),
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
