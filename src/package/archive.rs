//! The zip that Lambda takes: the same bytes for the same contents, whenever, wherever and in
//! whatever order it is made. What goes in, and where it is stored, is decided elsewhere.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// One file of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Name inside the archive, `/` between folders.
    pub name: &'a str,
    /// Contents.
    pub bytes: &'a [u8],
}

/// Why no archive could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Two entries share a name, so that their order would matter.
    #[error("the archive would hold {name} twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// The zip writer refused, e.g. a name that is too long.
    #[error("the zip could not be written")]
    Zip(#[from] zip::result::ZipError),
    /// Writing to memory failed.
    #[error("the zip could not be written")]
    Io(#[from] std::io::Error),
}

/// Level of the compressor, the highest of zlib's. Zopfli, from 10 on, makes `api` 2 % smaller and
/// takes twenty times as long.
const LEVEL: i64 = 9;

/// Every file may be read and run, as Lambda needs it.
const MODE: u32 = 0o755;

/// Packs `entries`, sorted by name, each with the time 1980-01-01 00:00 and mode 0755.
pub fn pack(entries: &[Entry<'_>]) -> Result<Vec<u8>, Error> {
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|entry| entry.name);
    let twice = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .find(|(one, next)| one.name == next.name);
    if let Some((entry, _)) = twice {
        return Err(Error::Duplicate {
            name: entry.name.to_owned(),
        });
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(MODE);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { name, bytes } in sorted {
        writer.start_file(name, options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;

    fn unpack(zip: &[u8]) -> Vec<(String, Vec<u8>, Option<u32>, String)> {
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
        (0..archive.len())
            .map(|index| {
                let mut file = archive.by_index(index).expect("an entry");
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).expect("contents");
                let time = file.last_modified().expect("a time").to_string();
                (
                    file.name().expect("a name").into_owned(),
                    bytes,
                    file.unix_mode(),
                    time,
                )
            })
            .collect()
    }

    #[test]
    fn an_executable_of_1980_comes_out() {
        let zip = pack(&[Entry {
            name: "bootstrap",
            bytes: b"program",
        }])
        .expect("packed");
        assert_eq!(
            unpack(&zip),
            [(
                "bootstrap".to_owned(),
                b"program".to_vec(),
                Some(0o100_755),
                "1980-01-01 00:00:00".to_owned()
            )]
        );
    }

    /// Written down so that a new compressor or zip crate, which would give every unchanged
    /// function a new key once, is noticed here and not in production.
    #[test]
    fn the_bytes_are_those_of_every_other_machine() {
        use sha2::{Digest, Sha256};
        let text = "reproducible ".repeat(1000);
        let zip = pack(&[Entry {
            name: "bootstrap",
            bytes: text.as_bytes(),
        }])
        .expect("packed");
        let digest: [u8; 32] = Sha256::digest(&zip).into();
        insta::assert_snapshot!(qdn_shared::package::PackageDigest::from_bytes(digest), @"c0517875902032e9cf3ee8764bd71e5174f9281affb28589158c284c4bf31ed6");
    }

    #[test]
    fn a_name_fits_once() {
        let entry = Entry {
            name: "bootstrap",
            bytes: b"",
        };
        let error = pack(&[entry, entry]).expect_err("refused");
        assert_eq!(error.to_string(), "the archive would hold bootstrap twice");
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out_and_order_does_not_matter(
            files in btree_map("[a-z]{1,8}(/[a-z]{1,8})?", vec(any::<u8>(), 0..200), 0..6),
            seed in any::<usize>(),
        ) {
            let sorted: Vec<Entry<'_>> =
                files.iter().map(|(name, bytes)| Entry { name, bytes }).collect();
            let mut turned = sorted.clone();
            if !turned.is_empty() {
                let middle = seed % turned.len();
                turned.rotate_left(middle);
                turned.reverse();
            }
            let zip = pack(&sorted).expect("packed");
            prop_assert_eq!(&zip, &pack(&turned).expect("packed"));
            let out: Vec<(String, Vec<u8>)> =
                unpack(&zip).into_iter().map(|(name, bytes, ..)| (name, bytes)).collect();
            prop_assert_eq!(out, files.into_iter().collect::<Vec<_>>());
        }
    }
}
