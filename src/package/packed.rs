//! What lies beside a function's zip: which binary was packed into it, and how. The same binary need not be compressed
//! again.

use std::path::Path;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use super::build::{replace, sha256};
use super::error::Error;

/// Whatever an archive's bytes follow from but for its entries: how it is made, and with which crates.
static MAKER: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    digest.update(include_str!("archive.rs"));
    digest.update(include_str!("../../Cargo.lock"));
    digest.update(include_str!("../../Cargo.toml"));
    format!("{:x}", digest.finalize())
});

/// The archive at `zip`, if it is whole and was made of `binary` in the way in which it would be made now.
pub(super) fn archive_of(binary: &[u8], zip: &Path) -> Option<Vec<u8>> {
    let record = std::fs::read_to_string(zip.with_extension("packed")).ok()?;
    let archive = std::fs::read(zip).ok()?;
    (record == line(binary, &archive)).then_some(archive)
}

/// Writes the archive that was made of `binary` to `zip`, which is left alone if it has the same bytes, and remembers that.
pub(super) fn store(binary: &[u8], archive: &[u8], zip: &Path) -> Result<(), Error> {
    if std::fs::read(zip).ok().as_deref() != Some(archive) {
        replace(zip, archive)?;
    }
    let record = zip.with_extension("packed");
    replace(&record, line(binary, archive).as_bytes())
}

fn line(binary: &[u8], archive: &[u8]) -> String {
    format!("{} {} {}\n", *MAKER, sha256(binary), sha256(archive))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_taken_only_as_it_was_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let zip = folder.path().join("bootstrap.zip");
        assert_eq!(archive_of(b"binary", &zip), None);
        std::fs::write(&zip, b"archive").expect("written");
        assert_eq!(archive_of(b"binary", &zip), None);
        store(b"binary", b"archive", &zip).expect("written");
        assert_eq!(archive_of(b"binary", &zip), Some(b"archive".to_vec()));
        assert_eq!(archive_of(b"another", &zip), None);

        let record = zip.with_extension("packed");
        let right = std::fs::read_to_string(&record).expect("a record");
        let other_maker = right.replacen(&MAKER[..8], "00000000", 1);
        assert_ne!(other_maker, right);
        std::fs::write(&record, other_maker).expect("written");
        assert_eq!(archive_of(b"binary", &zip), None);
        std::fs::write(&record, right).expect("written");
        std::fs::write(&zip, b"changed").expect("written");
        assert_eq!(archive_of(b"binary", &zip), None);
    }
}
