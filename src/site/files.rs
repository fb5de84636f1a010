//! Reads the page's files from disk: key, content hash, size, headers. Which header a name asks for
//! is decided in `headers`; what to do with the files, in `plan::site`.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use super::file::PageFile;
use super::headers::{cache_control, content_type};
use super::names::{Broken, named, names_others};
use crate::hint::Hint;

/// The document without which `/track` answers nothing.
const INDEX: &str = "index.html";

/// Why the page's files cannot be taken as they are.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A name that would need escaping somewhere between the bucket and a browser.
    #[error(
        "the file name {path:?} has {found}, expected ASCII letters, digits, `.`, `_` and `-` only"
    )]
    Name {
        /// Path of the file or folder.
        path: PathBuf,
        /// What is wrong with it, e.g. `the character ' '`.
        found: String,
    },
    /// A symbolic link that leaves the page's folder.
    #[error(
        "{} is a link to {}, outside the page's folder {}",
        path.display(), target.display(), root.display()
    )]
    Outside {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
        /// The page's folder.
        root: PathBuf,
    },
    /// A symbolic link to a folder that holds it.
    #[error("{} is a link to a folder that holds it", path.display())]
    Loop {
        /// The link.
        path: PathBuf,
    },
    /// A socket, a pipe, a device.
    #[error("{} is neither a file nor a folder", path.display())]
    Special {
        /// Which.
        path: PathBuf,
    },
    /// A file that no browser could read as it is meant, so that nobody can tell what it names.
    #[error("{}:{line}: {message}", path.display())]
    Broken {
        /// Which.
        path: PathBuf,
        /// Where it ends to make sense.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// No page.
    #[error("{} is missing, and `/track` is served from it", path.display())]
    NoIndex {
        /// Where it was expected.
        path: PathBuf,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { path, .. } => {
                format!(
                    "check that {} exists and that you may read it: `ls -l`",
                    path.display()
                )
            }
            Self::Name { .. } => "rename the file, and the links to it in the page".to_owned(),
            Self::Outside { path, .. } | Self::Loop { path } => {
                format!("replace {} by a copy of what it leads to", path.display())
            }
            Self::Broken { path, .. } => {
                format!("mend {}: no browser could read it", path.display())
            }
            Self::Special { path } => format!("move {} out of the page's folder", path.display()),
            Self::NoIndex { .. } => {
                "restore it, e.g. `git checkout -- assets/track/index.html`".to_owned()
            }
        })
    }
}

/// The number in documents that the deployment's own support number takes the place of: a person without script sees
/// it there.
pub const PHONE_IN_PAGE: &str = "+15125550100";

/// Reads every file below `folder` into a page below `prefix` (`track/`), sorted by key, with `phone` (E.164) in the
/// place of [`PHONE_IN_PAGE`] in documents. Files that cannot name others are streamed through the hash, so memory does
/// not grow with their size; of the others one at a time is held. This blocks.
///
/// Left out: what begins with a dot (`.DS_Store`, `.git`, editors' swap files), ends with `~`, is
/// wrapped in `#`, and `Thumbs.db` and `desktop.ini`; nobody wants those in public.
///
/// A link inside the folder is followed; one that leads out is refused, so that a stray link cannot
/// publish a file from elsewhere.
///
/// # Errors
/// Names the file: unreadable, badly named, a link outward or in a circle, not a regular file, or of a kind that names
/// others and not to be parsed; or no `index.html`.
pub fn read(folder: &Path, prefix: &str, phone: &str) -> Result<Vec<PageFile>, Error> {
    let root = folder.canonicalize().map_err(|source| Error::Unreadable {
        path: folder.to_owned(),
        source,
    })?;
    let mut files = Vec::new();
    let walk = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_clutter(entry.file_name())) {
        let entry = match entry {
            Ok(entry) => entry,
            // Emacs locks a file by a dangling link `.#name`, which the filter above never gets to
            // see.
            Err(error)
                if error.depth() > 0
                    && error
                        .path()
                        .and_then(Path::file_name)
                        .is_some_and(is_clutter) =>
            {
                continue;
            }
            Err(error) => return Err(from_walk(error, folder)),
        };
        stays_inside(&entry, &root)?;
        let kind = entry.file_type();
        if entry.depth() > 0 {
            check_name(&entry)?;
        }
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            return Err(Error::Special {
                path: entry.into_path(),
            });
        }
        files.push(page_file(entry.into_path(), folder, prefix, phone)?);
    }
    files.sort_by(|left, right| left.key.cmp(&right.key));
    if files.iter().any(|file| file.path == folder.join(INDEX)) {
        Ok(files)
    } else {
        Err(Error::NoIndex {
            path: folder.join(INDEX),
        })
    }
}

/// Names that editors and desktops leave behind.
fn is_clutter(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || matches!(&*name, "Thumbs.db" | "desktop.ini")
}

/// Refuses names that S3, CloudFront and a browser would not all spell alike (`+` is a space to S3,
/// `%` and non-ASCII letters are escaped differently in invalidation paths).
fn check_name(entry: &DirEntry) -> Result<(), Error> {
    let refuse = |found: String| {
        Err(Error::Name {
            path: entry.path().to_owned(),
            found,
        })
    };
    let Some(name) = entry.file_name().to_str() else {
        return refuse("bytes that are not UTF-8".to_owned());
    };
    match name
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
    {
        Some(found) => refuse(format!("the character {found:?}")),
        None => Ok(()),
    }
}

fn stays_inside(entry: &DirEntry, root: &Path) -> Result<(), Error> {
    if !entry.path_is_symlink() || entry.depth() == 0 {
        return Ok(());
    }
    let path = entry.path();
    let target = path.canonicalize().map_err(|source| Error::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    if target.starts_with(root) {
        Ok(())
    } else {
        Err(Error::Outside {
            path: path.to_owned(),
            target,
            root: root.to_owned(),
        })
    }
}

fn from_walk(error: walkdir::Error, folder: &Path) -> Error {
    let path = error.path().unwrap_or(folder).to_owned();
    match error.into_io_error() {
        Some(source) => Error::Unreadable { path, source },
        None => Error::Loop { path },
    }
}

fn page_file(path: PathBuf, folder: &Path, prefix: &str, phone: &str) -> Result<PageFile, Error> {
    let below = path.strip_prefix(folder).unwrap_or(&path);
    let names: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let key = format!("{prefix}{}", names.join("/"));
    let (content_type, cache_control) = (content_type(&key), cache_control(&key).to_owned());
    let unreadable = |source| Error::Unreadable {
        path: path.clone(),
        source,
    };
    let filled = if content_type.starts_with("text/html") {
        filled(&path, phone).map_err(unreadable)?
    } else {
        None
    };
    // What is searched for names is hashed as it was searched: one read.
    let text: Option<Cow<'_, [u8]>> = match &filled {
        Some(filled) => Some(Cow::Borrowed(filled)),
        None if names_others(&content_type) => Some(fs::read(&path).map_err(unreadable)?.into()),
        None => None,
    };
    let (sha256, bytes) = match &text {
        Some(text) => digest(&**text),
        None => File::open(&path).and_then(digest),
    }
    .map_err(unreadable)?;
    let names = named(&key, &content_type, &text.unwrap_or_default());
    let names = names.map_err(|Broken { line, message }| Error::Broken {
        path: path.clone(),
        line,
        message,
    })?;
    Ok(PageFile {
        key,
        path,
        filled,
        sha256,
        bytes,
        content_type,
        cache_control,
        names,
    })
}

/// A document with the number filled in; none when it does not name one, or names this one.
fn filled(path: &Path, phone: &str) -> std::io::Result<Option<Vec<u8>>> {
    if phone == PHONE_IN_PAGE {
        return Ok(None);
    }
    let bytes = fs::read(path)?;
    let text = String::from_utf8(bytes).ok();
    let text = text.filter(|text| text.contains(PHONE_IN_PAGE));
    Ok(text.map(|text| text.replace(PHONE_IN_PAGE, phone).into_bytes()))
}

/// Hash and size of the same bytes: the size is counted while hashing, not asked of the file
/// system.
fn digest(mut file: impl Read) -> std::io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&chunk[..read]);
        bytes += read as u64;
    }
    Ok((format!("{:x}", hash.finalize()), bytes))
}

#[cfg(test)]
mod tests;
