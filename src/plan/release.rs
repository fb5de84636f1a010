//! A release: what one apply left deployed and proved, written down so that it can be put back.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use jiff::Timestamp;
use qdn_shared::package::FunctionName;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::hint::Hint;
use crate::site::PageFile;

/// Version of a release's JSON form; another version is another document.
pub const RELEASE_VERSION: u32 = 1;
const FORMAT: &str = "qdn-infra release";

/// What was deployed: packages, stack, edge function (it is part of the template) and page. Secrets, keys, seed and data
/// are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Always `qdn-infra release`.
    pub format: String,
    /// Always [`RELEASE_VERSION`].
    pub version: u32,
    /// Id of the run that made it.
    pub id: String,
    /// Version of the program.
    pub program: String,
    /// When it was proved.
    pub made_at: Timestamp,
    /// Git revision of the checkout, with `-dirty` when it held changes; none without git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The earlier release that it puts back, when it is a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<String>,
    /// What was deployed.
    pub content: Content,
}

/// What makes two releases the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The main stack's template, as it was sent.
    pub template: String,
    /// Every parameter's value.
    pub parameters: BTreeMap<String, String>,
    /// The packages.
    pub packages: BTreeMap<FunctionName, ReleasedPackage>,
    /// Path of the health route, by which the release is proved.
    pub health: String,
    /// Request headers that its API lets the dashboard send, as CORS lists them; none in releases that were made before this
    /// was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<String>,
    /// The page, by object key.
    pub page: BTreeMap<String, ReleasedFile>,
    /// What a distribution that is not ours was given; none where the site is the stack's own, and in releases that were
    /// made before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Value>,
}

/// A package in the artifacts bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasedPackage {
    /// SHA-256 of the zip, lower-case hex.
    pub sha256: String,
    /// Size of the zip in bytes.
    pub bytes: u64,
}

/// A file of the page; its bytes lie in the artifacts bucket under [`page_key`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasedFile {
    /// SHA-256 of the bytes served, lower-case hex.
    pub sha256: String,
    /// Their number.
    pub bytes: u64,
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: String,
}

impl From<&PageFile> for ReleasedFile {
    fn from(file: &PageFile) -> Self {
        Self {
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            content_type: file.content_type.clone(),
            cache_control: file.cache_control.clone(),
        }
    }
}

/// Folder of page files by their content, in the artifacts bucket.
pub const PAGES: &str = "pages/";

/// Object key of a page file's bytes.
pub fn page_key(sha256: &str) -> String {
    format!("{PAGES}{sha256}")
}

impl Content {
    /// Tells two contents apart, 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        let canonical = json!(self).to_string();
        format!("{:x}", Sha256::digest(canonical))
    }
}

/// Digits of the digest in a release's key: enough to tell neighbours apart without reading them.
const SHORT: usize = 16;

impl Release {
    /// A release that is made now.
    pub fn of(
        id: String,
        made_at: Timestamp,
        revision: Option<String>,
        restores: Option<String>,
        content: Content,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: RELEASE_VERSION,
            id,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            revision,
            restores,
            content,
        }
    }

    /// Its key below `folder`: sorted by key, releases are sorted by age.
    pub fn key(&self, folder: &str) -> String {
        let digest = self.content.digest();
        format!("{folder}{}.{}.json", self.id, &digest[..SHORT])
    }

    /// Whether the release under this key holds this content.
    pub fn key_speaks_of(key: &str, content: &Content) -> bool {
        key.ends_with(&format!(".{}.json", &content.digest()[..SHORT]))
    }

    /// Whether this is the key of the release with this id.
    pub fn key_has_id(key: &str, folder: &str, id: &str) -> bool {
        let rest = key.strip_prefix(folder);
        let rest = rest.and_then(|rest| rest.strip_prefix(id));
        rest.is_some_and(|rest| rest.starts_with('.'))
    }

    /// As it is written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a release is JSON");
        bytes.push(b'\n');
        bytes
    }

    /// From an object's bytes. A document of another version is refused before it is read.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotARelease> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let head: Head = serde_json::from_slice(bytes)?;
        if head.format != FORMAT {
            return Err(NotARelease::Another);
        }
        if head.version != RELEASE_VERSION {
            return Err(NotARelease::Version {
                found: head.version,
            });
        }
        let release: Self = serde_json::from_slice(bytes)?;
        let mut keys = release.content.page.keys();
        // They become files below a folder, and must not lead out of it.
        if let Some(key) = keys.find(|key| !stays_below(key)) {
            return Err(NotARelease::Astray { key: key.clone() });
        }
        Ok(release)
    }
}

/// Whether an object key names a file below the folder that it is joined to.
fn stays_below(key: &str) -> bool {
    let mut parts = Path::new(key).components();
    !key.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Why bytes are no release that can be put back.
#[derive(Debug, thiserror::Error)]
pub enum NotARelease {
    /// It cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// It is some other document.
    #[error("it is another document")]
    Another,
    /// Another version of this program wrote it.
    #[error("it has version {found}, and this program puts back version {RELEASE_VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
    /// It would be written outside of its folder.
    #[error("it names a page file {key:?}, which leads out of the page's folder")]
    Astray {
        /// The key.
        key: String,
    },
}

impl Hint for NotARelease {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Version { .. } => Some("use the program that wrote it".into()),
            Self::Unreadable(_) | Self::Another | Self::Astray { .. } => {
                Some("choose another: `qdn-infra releases` lists them".into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(template: &str) -> Content {
        Content {
            template: template.to_owned(),
            parameters: BTreeMap::from([("ApiCode".to_owned(), "functions/api/1.zip".to_owned())]),
            packages: BTreeMap::new(),
            health: "/api/health".to_owned(),
            headers: None,
            page: BTreeMap::new(),
            given: None,
        }
    }

    fn release(id: &str, template: &str) -> Release {
        Release::of(
            id.to_owned(),
            Timestamp::UNIX_EPOCH,
            None,
            None,
            content(template),
        )
    }

    #[test]
    fn read_again_it_is_the_same() {
        let release = release("20261126-010203-000004-5", "{}");
        assert_eq!(Release::parse(&release.to_bytes()).unwrap(), release);
    }

    #[test]
    fn a_key_tells_age_id_and_content() {
        let (older, newer) = (
            release("20261126-1-5", "{}"),
            release("20261126-2-5", "{ }"),
        );
        let folder = "releases/qdn-local/";
        let key = newer.key(folder);
        assert!(older.key(folder) < key);
        assert!(Release::key_speaks_of(&key, &newer.content));
        assert!(!Release::key_speaks_of(&key, &older.content));
        assert!(Release::key_has_id(&key, folder, "20261126-2-5"));
        assert!(!Release::key_has_id(&key, folder, "20261126-2"));
        assert!(!Release::key_has_id(&key, folder, ""));
    }

    #[test]
    fn another_version_is_refused_by_its_number() {
        let mut other = release("1", "{}");
        other.version = 2;
        let refused = Release::parse(&other.to_bytes()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "it has version 2, and this program puts back version 1"
        );
        assert!(matches!(
            Release::parse(b"{}"),
            Err(NotARelease::Unreadable(_))
        ));
    }
    #[test]
    fn a_page_file_stays_in_its_folder() {
        let with = |key: &str| {
            let mut release = release("1", "{}");
            let file = ReleasedFile {
                sha256: "0".repeat(64),
                bytes: 1,
                content_type: "text/css".to_owned(),
                cache_control: "no-cache".to_owned(),
            };
            release.content.page.insert(key.to_owned(), file);
            Release::parse(&release.to_bytes())
        };
        assert!(with("track/track.css").is_ok());
        for key in ["../track.css", "track/../../x", "/etc/x", ""] {
            let refused = with(key).unwrap_err();
            assert!(matches!(refused, NotARelease::Astray { .. }), "{key}");
        }
    }
}
