//! A stack file read from text, and the errors of its mistakes: file, line, column, key path and
//! what was expected.

use std::fmt;
use std::path::{Path, PathBuf};

use super::check;
use super::locate::{End, Position, locate};
use super::path::KeyPath;
use super::surface::{self, PlainMappings};
use super::types::StackFile;
use crate::hint::Hint;

impl StackFile {
    /// Reads and checks the file at `path`; errors name it as given.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self::parse(&bytes, &path.display().to_string())?)
    }

    /// Reads and checks the bytes of a stack file; `file_name` is what errors call it.
    pub fn parse(bytes: &[u8], file_name: &str) -> Result<Self, Mistake> {
        let found = match std::str::from_utf8(bytes) {
            Ok(text) => read(text.strip_prefix('\u{feff}').unwrap_or(text)),
            Err(error) => {
                let (good, _) = bytes.split_at(error.valid_up_to());
                let good = String::from_utf8_lossy(good);
                let good = good.strip_prefix('\u{feff}').unwrap_or(&good);
                Err(Found::outside_keys(
                    Position::of_offset(good, good.len()),
                    MistakeKind::NotUtf8,
                ))
            }
        };
        found.map_err(
            |Found {
                 position,
                 key,
                 kind,
             }| Mistake {
                file: file_name.to_owned(),
                line: position.line,
                column: position.column,
                key,
                kind,
            },
        )
    }
}

/// Why a stack file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("stack file {} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file was read and is wrong.
    #[error(transparent)]
    Mistake(#[from] Mistake),
}

/// One mistake in a stack file, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the key, e.g. `functions.api.memory_mb`; none for mistakes outside any key.
    pub key: Option<String>,
    /// What is wrong.
    pub kind: MistakeKind,
}

/// What is wrong with a stack file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MistakeKind {
    /// No key at all.
    Empty,
    /// Not UTF-8 text.
    NotUtf8,
    /// Not YAML; the parser's words.
    Syntax(String),
    /// YAML that stack files do without; says which and what to do instead.
    Refused(&'static str),
    /// The key's mapping lacks this key.
    Missing(String),
    /// The key is not one of those known here.
    Unknown {
        /// What could have been written, in the order of declaration.
        known: Vec<String>,
    },
    /// The key stands twice in its mapping.
    Duplicate,
    /// The key's value is wrong; says what was expected and found.
    Unfit(String),
}

impl fmt::Display for MistakeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("the stack file is empty"),
            Self::NotUtf8 => formatter.write_str("expected UTF-8 text"),
            Self::Syntax(problem) => write!(formatter, "not valid YAML: {problem}"),
            Self::Refused(what) => formatter.write_str(what),
            Self::Missing(key) => write!(formatter, "missing key {key}"),
            Self::Unknown { known } => {
                write!(formatter, "unknown key; known here: {}", known.join(", "))
            }
            Self::Duplicate => formatter.write_str("the key is already set above"),
            Self::Unfit(what) => formatter.write_str(what),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            key,
            kind,
        } = self;
        write!(formatter, "{file}:{line}:{column}: ")?;
        if let Some(key) = key {
            write!(formatter, "{key}: ")?;
        }
        write!(formatter, "{kind}")
    }
}

impl std::error::Error for Mistake {}

impl Hint for Mistake {
    fn hint(&self) -> Option<String> {
        match &self.kind {
            MistakeKind::Empty => {
                Some("stacks/local.yaml shows every key that a stack file needs".to_owned())
            }
            MistakeKind::Missing(key) => Some(format!(
                "add `{key}` to {}; stacks/local.yaml shows its form",
                self.file
            )),
            MistakeKind::NotUtf8 => Some(format!("save {} as UTF-8", self.file)),
            MistakeKind::Syntax(_) | MistakeKind::Refused(_) => Some(format!(
                "mend line {} of {}; stacks/local.yaml shows the form",
                self.line, self.file
            )),
            MistakeKind::Unknown { .. } => {
                Some("take the key out, or write one of those that are known".to_owned())
            }
            MistakeKind::Duplicate => Some("take one of the two out".to_owned()),
            MistakeKind::Unfit(_) => Some(format!(
                "write what is expected on line {} of {}",
                self.line, self.file
            )),
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some(
                    "`--env NAME` reads stacks/NAME.yaml of the folder the command runs in"
                        .to_owned(),
                )
            }
            Self::Unreadable { path, .. } => Some(format!(
                "see that you may read it: `ls -l {}`",
                path.display()
            )),
            Self::Mistake(mistake) => mistake.hint(),
        }
    }
}

/// A [`Mistake`] before it knows its file.
struct Found {
    position: Position,
    key: Option<String>,
    kind: MistakeKind,
}

impl Found {
    fn outside_keys(position: Position, kind: MistakeKind) -> Self {
        Self {
            position,
            key: None,
            kind,
        }
    }

    fn at(text: &str, path: &KeyPath, end: End, kind: MistakeKind) -> Self {
        let key = (!path.is_top()).then(|| path.to_string());
        Self {
            position: locate(text, path, end),
            key,
            kind,
        }
    }
}

fn read(text: &str) -> Result<StackFile, Found> {
    if let Some(surface::Refused { offset, what }) = surface::first_refused(text) {
        return Err(Found::outside_keys(
            Position::of_offset(text, offset),
            MistakeKind::Refused(what),
        ));
    }
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Err(Found::outside_keys(Position::START, MistakeKind::Empty));
    }
    serde_path_to_error::deserialize::<_, PlainMappings>(serde_yaml::Deserializer::from_str(text))
        .map_err(|error| explain(text, &error))?;
    let file: StackFile =
        serde_path_to_error::deserialize(serde_yaml::Deserializer::from_str(text))
            .map_err(|error| explain(text, &error))?;
    match check::first_violation(&file) {
        None => Ok(file),
        Some(check::Violation { path, message }) => Err(Found::at(
            text,
            &path,
            End::Value,
            MistakeKind::Unfit(message),
        )),
    }
}

/// Turns an error of serde or of the YAML parser into one of ours. serde hands over sentences,
/// not data, so its few fixed sentences are taken apart here, and nowhere else.
fn explain(text: &str, error: &serde_path_to_error::Error<serde_yaml::Error>) -> Found {
    let path = KeyPath::from(error.path());
    let at_parser = error
        .inner()
        .location()
        .map_or(Position::START, |location| {
            Position::of_location(text, &location)
        });
    let message = bare_message(error.inner(), &path);

    if let Some(key) = between_ticks(&message, "missing field ") {
        return Found::at(text, &path, End::Key, MistakeKind::Missing(key.to_owned()));
    }
    if let Some(key) = between_ticks(&message, "unknown field ") {
        let known = ticked(
            message
                .split_once(", expected ")
                .map_or("", |(_, known)| known),
        );
        let path = if path.ends_with_key(key) {
            path
        } else {
            path.key(key)
        };
        return Found::at(text, &path, End::Key, MistakeKind::Unknown { known });
    }
    if let Some(key) = between_ticks(&message, "duplicate field ") {
        let path = if path.ends_with_key(key) {
            path
        } else {
            path.key(key)
        };
        return Found {
            position: at_parser,
            key: Some(path.to_string()),
            kind: MistakeKind::Duplicate,
        };
    }
    if let Some(found) = between_ticks(&message, "unknown variant ") {
        let known = ticked(
            message
                .split_once(", expected ")
                .map_or("", |(_, known)| known),
        );
        let what = format!("expected {}, found {found:?}", known.join(" or "));
        return Found::at(text, &path, End::Value, MistakeKind::Unfit(what));
    }
    for prefix in ["invalid type: ", "invalid value: "] {
        let parts = message
            .strip_prefix(prefix)
            .and_then(|rest| rest.split_once(", expected "));
        if let Some((found, expected)) = parts {
            let what = format!(
                "expected {}, found {}",
                in_our_words(expected),
                in_our_words(found)
            );
            return Found::at(text, &path, End::Value, MistakeKind::Unfit(what));
        }
    }
    if is_from_the_parser(error.inner(), &message) {
        return Found::outside_keys(at_parser, MistakeKind::Syntax(message));
    }
    Found::at(text, &path, End::Value, MistakeKind::Unfit(message))
}

/// The parser's message without the path and the position that it wraps around it.
fn bare_message(error: &serde_yaml::Error, path: &KeyPath) -> String {
    let mut message = error.to_string();
    if let Some(location) = error.location() {
        let suffix = format!(" at line {} column {}", location.line(), location.column());
        message = message.replacen(&suffix, "", 1);
    }
    path.and_parents()
        .find_map(|path| {
            message
                .strip_prefix(&format!("{}: ", path.unquoted()))
                .map(str::to_owned)
        })
        .unwrap_or(message)
}

/// Whether the text is no YAML. Only then is the error's debug form a structure with a `kind`.
fn is_from_the_parser(error: &serde_yaml::Error, message: &str) -> bool {
    let limits = [
        "recursion limit exceeded",
        "repetition limit exceeded",
        "EOF while parsing a value",
    ];
    !format!("{error:?}").starts_with("Error(") || limits.contains(&message)
}

/// `x` of "prefix`x`…".
fn between_ticks<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message
        .strip_prefix(prefix)?
        .strip_prefix('`')?
        .split_once('`')
        .map(|(inside, _)| inside)
}

/// Every word that stands between backticks.
fn ticked(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// serde's words for values and types, for people who write YAML and not Rust.
fn in_our_words(words: &str) -> String {
    match words {
        "map" | "a map" => "a mapping".to_owned(),
        "sequence" | "a sequence" => "a list".to_owned(),
        "unit value" | "Option value" => "nothing".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "text".to_owned(),
        "u32" => "a whole number".to_owned(),
        _ if words.starts_with("struct ") => "a mapping".to_owned(),
        _ => ["string ", "integer ", "boolean ", "floating point "]
            .into_iter()
            .find_map(|kind| words.strip_prefix(kind))
            .map_or(words, |value| value.trim_matches('`'))
            .to_owned(),
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
