//! Which files of the page a file names, by its kind: how each kind is read is in the files below. Pure; whether what
//! is named exists is decided in `plan::site`.

mod json;
mod markup;
mod script;
mod style;
mod svg;

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use url::{Origin, Url};

use super::{INDEX_KEY, Named, PREFIX};

/// Stands for whatever host the page is served from.
const HOST: &str = "https://page.invalid";
/// Where the page itself is; the edge function serves [`INDEX_KEY`] there.
const PAGE: &str = "track";

/// Why a file cannot be read as a browser would read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The line at which it ends to make sense, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// Whether files of this type name others.
pub fn names_others(content_type: &str) -> bool {
    Kind::of(content_type).is_some()
}

/// What the file with this key names. Each key once, by its first line. What belongs to other sites, or to the main
/// site, is not among them.
///
/// # Errors
/// The file, or a part of it, cannot be parsed.
pub fn named(key: &str, content_type: &str, bytes: &[u8]) -> Result<Vec<Named>, Broken> {
    let Some(kind) = Kind::of(content_type) else {
        return Ok(Vec::new());
    };
    let text = utf8(bytes)?;
    let file = Part::new(text.strip_prefix('\u{feff}').unwrap_or(text), 1);
    let base = base(key);
    let mut found = Found {
        origin: base.origin(),
        base,
        named: Vec::new(),
    };
    match kind {
        Kind::Document => found.document(&file)?,
        Kind::Style => found.style(&file)?,
        Kind::Script => found.script(&file)?,
        Kind::Drawing => found.drawing(&file)?,
        Kind::Manifest => found.manifest(&file)?,
    }
    found.named.sort();
    let mut seen = BTreeSet::new();
    found.named.retain(|named| seen.insert(named.key.clone()));
    Ok(found.named)
}

enum Kind {
    Document,
    Style,
    Script,
    /// An SVG file.
    Drawing,
    /// What a browser needs to know to install the page.
    Manifest,
}

impl Kind {
    fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next()? {
            "text/html" => Some(Self::Document),
            "text/css" => Some(Self::Style),
            "text/javascript" => Some(Self::Script),
            "image/svg+xml" => Some(Self::Drawing),
            "application/manifest+json" => Some(Self::Manifest),
            _ => None,
        }
    }
}

/// What relative addresses in a file are relative to. The page is known as `/track`, which is no folder.
fn base(key: &str) -> Url {
    let path = if key == INDEX_KEY { PAGE } else { key };
    format!("{HOST}/{path}")
        .parse()
        .expect("a key holds nothing that an address could not")
}

/// All of these kinds are served as UTF-8.
fn utf8(bytes: &[u8]) -> Result<&str, Broken> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        Broken {
            line: before.matches('\n').count() + 1,
            message: "it is not UTF-8, as which it is served".to_owned(),
        }
    })
}

/// A text of one kind within a file.
struct Part<'a> {
    text: &'a str,
    /// The line of the file at which it begins, from 1.
    first: usize,
    /// Where its lines end.
    breaks: Vec<usize>,
}

impl<'a> Part<'a> {
    fn new(text: &'a str, first: usize) -> Self {
        let breaks = text.match_indices('\n').map(|(offset, _)| offset).collect();
        Self {
            text,
            first,
            breaks,
        }
    }

    /// The line of the file that this byte is on.
    fn line(&self, offset: usize) -> usize {
        self.first + self.breaks.partition_point(|end| *end < offset)
    }

    fn broken(&self, offset: usize, message: impl Into<String>) -> Broken {
        Broken {
            line: self.line(offset),
            message: message.into(),
        }
    }
}

/// What was found so far.
struct Found {
    /// Where the page is served from.
    origin: Origin,
    /// What relative addresses are relative to.
    base: Url,
    named: Vec<Named>,
}

impl Found {
    /// Notes what is loaded from an address, if it is one of the page's files.
    fn add(&mut self, address: &str, line: usize) -> Result<(), Broken> {
        let address = address.trim();
        // An address of the main site begins with a slash. A relative one was meant for a file of the page.
        if let Some(key) = self.key(address, line)?
            && (key.starts_with(PREFIX) || !address.starts_with('/'))
        {
            self.named.push(Named { line, key });
        }
        Ok(())
    }

    /// Notes where somebody may go from here, if that is one of the page's files: what has no ending is none.
    fn link(&mut self, address: &str, line: usize) -> Result<(), Broken> {
        if let Some(key) = self.key(address.trim(), line)?
            && key.starts_with(PREFIX)
            && has_ending(&key)
        {
            self.named.push(Named { line, key });
        }
        Ok(())
    }

    /// The object key behind an address, if it is on our own host.
    fn key(&self, address: &str, line: usize) -> Result<Option<String>, Broken> {
        if address.is_empty() || address.starts_with('#') {
            return Ok(None);
        }
        let url = self.base.join(address).map_err(|error| Broken {
            line,
            message: format!("{address:?} is no address: {error}"),
        })?;
        if url.origin() != self.origin {
            return Ok(None);
        }
        let path = url.path().strip_prefix('/');
        Ok(path.map(|path| {
            if path.trim_end_matches('/') == PAGE {
                INDEX_KEY.to_owned()
            } else {
                // As S3 reads it.
                percent_decode_str(path).decode_utf8_lossy().into_owned()
            }
        }))
    }
}

fn has_ending(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|file| file.contains('.'))
}

#[cfg(test)]
mod tests;
