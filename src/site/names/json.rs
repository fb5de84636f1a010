//! What a web app manifest and an import map name.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{Broken, Found, Part};

/// A text somewhere in a document.
struct Text {
    /// Names of the members that lead to it, outermost first.
    path: Vec<String>,
    value: String,
    line: usize,
}

impl Found {
    /// Its pictures, and where its icon and its shortcuts lead.
    pub(super) fn manifest(&mut self, part: &Part<'_>) -> Result<(), Broken> {
        for Text { path, value, line } in texts(part)? {
            match path.last().map(String::as_str) {
                Some("src") => self.add(&value, line)?,
                Some("start_url" | "url" | "action") => self.link(&value, line)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The addresses that it gives names. One that ends with a slash is the beginning of others.
    pub(super) fn import_map(&mut self, part: &Part<'_>) -> Result<(), Broken> {
        for Text { path, value, line } in texts(part)? {
            let of_modules = matches!(path.first().map(String::as_str), Some("imports" | "scopes"));
            if of_modules && !value.ends_with('/') {
                self.add(&value, line)?;
            }
        }
        Ok(())
    }
}

fn texts(part: &Part<'_>) -> Result<Vec<Text>, Broken> {
    // Read as a whole first: that is refused when it is nested so deeply that walking it could not end well.
    let parsed = serde_json::from_str::<Value>(part.text)
        .and_then(|_| serde_json::from_str::<&RawValue>(part.text));
    let document = parsed.map_err(|error| {
        let message = error.to_string();
        // It counts lines from the part's own beginning.
        let message = message.split(" at line ").next().unwrap_or_default();
        Broken {
            line: part.first + error.line().saturating_sub(1),
            message: message.to_owned(),
        }
    })?;
    let mut found = Vec::new();
    collect(document, part, &mut Vec::new(), &mut found);
    Ok(found)
}

fn collect(value: &RawValue, part: &Part<'_>, path: &mut Vec<String>, found: &mut Vec<Text>) {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> =
                serde_json::from_str(raw).unwrap_or_default();
            for (name, member) in members {
                path.push(name);
                collect(member, part, path, found);
                path.pop();
            }
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
            for item in items {
                collect(item, part, path, found);
            }
        }
        Some(b'"') => {
            // Every value is a part of the text itself.
            let offset = raw.as_ptr().addr() - part.text.as_ptr().addr();
            found.push(Text {
                path: path.clone(),
                value: serde_json::from_str(raw).unwrap_or_default(),
                line: part.line(offset),
            });
        }
        _ => {}
    }
}
