//! What can be wrong with a secrets file: where, and how to mend it. No message holds a value, its length,
//! or a line of the file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::file::LARGEST;
use crate::hint::Hint;

/// Why a secrets file was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or may not be read.
    #[error("secrets file {} cannot be read", .file.display())]
    Unreadable {
        /// The file, as it was named.
        file: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("secrets file {} is not a regular file", .file.display())]
    NotAFile {
        /// The file, links resolved.
        file: PathBuf,
    },
    /// Somebody else could change it.
    #[error("secrets file {} belongs to user {owner}, and this is user {user}", .file.display())]
    NotYours {
        /// The file, links resolved.
        file: PathBuf,
        /// Its owner.
        owner: u32,
        /// Who runs this program.
        user: u32,
    },
    /// Others may read or write it.
    #[error("secrets file {} has mode {mode:03o}; only mode 600 keeps others out", .file.display())]
    Mode {
        /// The file, links resolved.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It could end up in a commit.
    #[error("secrets file {} lies inside the repository {}", .file.display(), .repository.display())]
    InRepository {
        /// The file, links resolved.
        file: PathBuf,
        /// The repository's folder.
        repository: PathBuf,
    },
    /// Too large for a secrets file.
    #[error("secrets file {} is larger than {} MiB", .file.display(), LARGEST >> 20)]
    TooLarge {
        /// The file, links resolved.
        file: PathBuf,
    },
    /// Its content cannot be used.
    #[error("secrets file {} cannot be used{}", .file.display(), list(.file, .faults))]
    Faults {
        /// The file, as it was named.
        file: PathBuf,
        /// At least one, in the order of their lines, missing names last.
        faults: Vec<Fault>,
    },
}

/// One thing that is wrong with the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1; none for what is missing.
    pub line: Option<usize>,
    /// The name that it is about, as written in the file.
    pub name: Option<&'static str>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// Nothing at all is assigned in the file.
    NoAssignment,
    /// Bytes that are no text.
    NotText,
    /// The name is not there.
    Missing,
    /// The name has no value.
    Empty,
    /// The value is masked: a copy from a screen.
    Masked,
    /// The name is set twice.
    Repeated {
        /// Line of the first time.
        first: usize,
    },
    /// Not `NAME=value`: quotes that do not match, blanks, an unknown escape.
    Unreadable,
    /// A value over several lines.
    Lines,
    /// A quote that is never closed.
    OpenQuote,
    /// The name stands inside a quoted value that begins further up.
    InsideQuotes {
        /// Line where the value begins.
        begins: usize,
    },
    /// A `$`, for which a shell would put something else in.
    Dollar,
    /// The value is not of the form that it has to be.
    Form {
        /// The form.
        expected: &'static str,
        /// The kind of SID that stands there, if it is one.
        found: Option<&'static str>,
    },
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAssignment => f.write_str("holds no NAME=value at all"),
            Self::NotText => f.write_str("expected UTF-8 text"),
            Self::Missing => f.write_str("is missing"),
            Self::Empty => f.write_str("has no value"),
            Self::Masked => f.write_str("is masked with *; the value itself is needed"),
            Self::Repeated { first } => write!(f, "is already set on line {first}"),
            Self::Unreadable => f.write_str("is not NAME=value; check its quotes and blanks"),
            Self::Lines => f.write_str("has a value of several lines; expected one"),
            Self::OpenQuote => f.write_str("a quote is opened here and never closed"),
            Self::InsideQuotes { begins } => {
                write!(
                    f,
                    "stands inside a quoted value that begins on line {begins}"
                )
            }
            Self::Dollar => f.write_str("holds a $; nothing is put in for it here"),
            Self::Form { expected, found } => {
                write!(f, "has another form, expected {expected}")?;
                match found {
                    Some(found) => write!(f, "; this is {found}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Each fault on a line of its own, with file and line.
fn list(file: &Path, faults: &[Fault]) -> String {
    let lines = faults.iter().map(|Fault { line, name, kind }| {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        let name = name.map(|name| format!("{name} ")).unwrap_or_default();
        format!("\n{}{line}: {name}{kind}", file.display())
    });
    lines.collect()
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("name another with `--secrets-file FILE` or QDN_SECRETS_FILE".to_owned())
            }
            Self::Unreadable { file, .. } => Some(format!(
                "see that you may read it: `ls -l {}`",
                quoted(file)
            )),
            Self::NotAFile { .. } => Some("name a file with `--secrets-file FILE`".to_owned()),
            Self::NotYours { file, .. } => Some(format!(
                "copy it to a file of your own: `install -m 600 {} ~/repos.env`",
                quoted(file)
            )),
            Self::Mode { file, .. } => Some(format!("`chmod 600 {}`", quoted(file))),
            Self::InRepository { .. } => Some(
                "move it out of the repository, then name it with `--secrets-file FILE`".to_owned(),
            ),
            Self::TooLarge { .. } => Some("name another with `--secrets-file FILE`".to_owned()),
            Self::Faults { faults, .. } => {
                let missing = faults.iter().any(|fault| fault.kind == FaultKind::Missing);
                let what = if missing {
                    "docs/credentials.md says what each name is"
                } else {
                    "mend these lines; docs/credentials.md says of what form each value is"
                };
                Some(what.to_owned())
            }
        }
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(&byte);
    if text.bytes().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
