//! What the last completed run left in the site bucket, kept as one object in the artifacts bucket.
//! It saves a request for each object and can always be rebuilt; it is never the truth, the listing
//! is.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Version of the manifest's JSON form; any other is treated as no manifest.
pub const MANIFEST_VERSION: u32 = 1;

/// The objects as the last completed run left them, invalidation included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`MANIFEST_VERSION`].
    pub version: u32,
    /// By object key.
    pub objects: BTreeMap<String, ManifestEntry>,
    /// Immutable objects that nothing names any more, kept for pages that are still open: since when, in seconds
    /// since 1970.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub retired: BTreeMap<String, i64>,
    /// How many invalidations were asked for: tells one from an earlier one of the same content.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub invalidations: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One object as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// SHA-256 of its content, lower-case hex.
    pub sha256: String,
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: String,
    /// `ETag` without quotes; the entry speaks of the object only while the listing shows the same
    /// one. Empty when it has to be looked at.
    pub etag: String,
    /// Whether it was noted before it was written, and perhaps never was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noted: bool,
}

/// Why there is no manifest to go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// There is none.
    Missing,
    /// It is not what this program writes; what the parser said.
    Unreadable(String),
    /// Written by a program with another form.
    OtherVersion(u32),
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no manifest yet"),
            Self::Unreadable(why) => write!(f, "the manifest is not readable: {why}"),
            Self::OtherVersion(found) => {
                write!(
                    f,
                    "the manifest has version {found}, expected {MANIFEST_VERSION}"
                )
            }
        }
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            version: MANIFEST_VERSION,
            objects: BTreeMap::new(),
            retired: BTreeMap::new(),
            invalidations: 0,
        }
    }
}

impl Manifest {
    /// The stored manifest, or an empty one and why: without it every object is asked for its
    /// headers once.
    pub fn from_stored(bytes: Option<&[u8]>) -> (Self, Option<Absence>) {
        match bytes.ok_or(Absence::Missing).and_then(Self::parse) {
            Ok(manifest) => (manifest, None),
            Err(absence) => (Self::default(), Some(absence)),
        }
    }

    /// Reads one that [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// An [`Absence`] that says what it is instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, Absence> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let unreadable = |error: serde_json::Error| Absence::Unreadable(error.to_string());
        // The version first: another form need not have our fields.
        let Version { version } = serde_json::from_slice(bytes).map_err(unreadable)?;
        if version != MANIFEST_VERSION {
            return Err(Absence::OtherVersion(version));
        }
        serde_json::from_slice(bytes).map_err(unreadable)
    }

    /// JSON with sorted keys: the same manifest always gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes =
            serde_json::to_vec(self).expect("string keys and string values always serialise");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let entry = |etag: &str| ManifestEntry {
            sha256: "ab".into(),
            content_type: "text/html; charset=utf-8".into(),
            cache_control: "no-cache".into(),
            etag: etag.into(),
            noted: false,
        };
        let objects = [
            ("track/z.css".into(), entry("1")),
            ("track/a.css".into(), entry("2")),
        ]
        .into();
        Manifest {
            objects,
            ..Manifest::default()
        }
    }

    #[test]
    fn written_and_read_again_it_is_the_same() {
        let bytes = manifest().to_bytes();
        assert_eq!(Manifest::from_stored(Some(&bytes)), (manifest(), None));
        assert_eq!(bytes, manifest().to_bytes());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.find("track/a.css") < text.find("track/z.css"));
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn what_cannot_be_used_is_absent_and_says_why() {
        let absence = |bytes: Option<&[u8]>| {
            let (manifest, absence) = Manifest::from_stored(bytes);
            assert_eq!(manifest, Manifest::default());
            absence.unwrap()
        };
        assert_eq!(absence(None), Absence::Missing);
        assert_eq!(
            absence(Some(br#"{"version":2,"files":[]}"#)),
            Absence::OtherVersion(2)
        );
        assert!(matches!(absence(Some(b"")), Absence::Unreadable(_)));
        assert!(matches!(absence(Some(b"\xff\xfe")), Absence::Unreadable(_)));
        assert!(matches!(
            absence(Some(br#"{"version":"1"}"#)),
            Absence::Unreadable(_)
        ));
        assert!(matches!(
            absence(Some(br#"{"version":1,"objects":{"a":{}}}"#)),
            Absence::Unreadable(_)
        ));
        assert_eq!(
            absence(Some(br#"{"version":2}"#)).to_string(),
            "the manifest has version 2, expected 1"
        );
    }
}
