//! A document of maintenance data, read: in the one form in which equal documents are equal.

use qdn_shared::maintenance::MaintenanceDocument;
use serde_json::Value;

use super::difference::same;
use super::layout::laid_out;
use super::locate::locate;
use super::mistake::{Mistake, Mistakes};
use super::place;

/// Where the seed lies in a checkout.
pub const FILE: &str = "assets/seed/maintenance.json";
/// Where the live document lies in the site bucket; CloudFront serves it under the same path.
pub const KEY: &str = "data/maintenance.json";

/// A document of maintenance data, with its JSON form: numbers, times and absent fields are written in one way only.
#[derive(Debug, Clone)]
pub struct MaintenanceData {
    document: MaintenanceDocument,
    value: Value,
}

/// Bytes are not a document of maintenance data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message} (line {line}, column {column})", path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default())]
pub struct NotRead {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What could not be read, like `trucks[0].odometer.unit`; none where it is not even JSON.
    pub path: Option<String>,
    /// What was expected.
    pub message: String,
}

impl MaintenanceData {
    /// Reads a seed file and checks it against every rule of the document. `file` is what errors call it.
    pub fn parse(bytes: &[u8], file: &str) -> Result<Self, Mistakes> {
        let mistakes = |mistakes| Mistakes {
            file: file.to_owned(),
            mistakes,
        };
        let data = Self::read(bytes).map_err(|error| mistakes(vec![error.into()]))?;
        let faults = data.document.validate();
        if faults.is_empty() {
            return Ok(data);
        }
        // Only text is read.
        let text = String::from_utf8_lossy(bytes);
        let located = faults.into_iter().map(|fault| {
            let (line, column) = locate(&text, &fault.pointer);
            let path = place::of_pointer(&data.value, &fault.pointer);
            Mistake {
                line,
                column,
                message: format!("{path} ({}) {}", fault.pointer, fault.message),
            }
        });
        Err(mistakes(located.collect()))
    }

    /// Reads a document of the form, whatever its rules say of it.
    pub fn read(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            (Some(path), error.into_inner())
        });
        let whole = read.and_then(|document| {
            let ended = reader.end().map_err(|error| (None, error));
            ended.map(|()| document)
        });
        whole.map(Self::of).map_err(|(path, error)| NotRead {
            line: error.line(),
            column: error.column(),
            path: path.filter(|path| error.is_data() && path != "."),
            message: without_place(&error),
        })
    }

    /// A document.
    pub fn of(document: MaintenanceDocument) -> Self {
        let value = serde_json::to_value(&document);
        Self {
            value: value.expect("a document is texts, numbers and dates"),
            document,
        }
    }

    /// The document.
    pub fn document(&self) -> &MaintenanceDocument {
        &self.document
    }

    /// Its JSON form.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Its text: the same document is always the same text. Ends with a newline.
    pub fn text(&self) -> String {
        laid_out(&self.document)
    }

    /// Whether it says the same. The order of trucks, schedules, equipment and supplies says nothing.
    pub fn is_same(&self, other: &Self) -> bool {
        same(&self.value, &other.value)
    }
}

impl From<NotRead> for Mistake {
    fn from(error: NotRead) -> Self {
        let NotRead {
            line,
            column,
            path,
            message,
        } = error;
        Self {
            line,
            column,
            message: path.map_or_else(|| message.clone(), |path| format!("{path}: {message}")),
        }
    }
}

/// The parser's words, without the place that it puts behind them.
fn without_place(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    said.strip_suffix(&place).unwrap_or(&said).to_owned()
}
