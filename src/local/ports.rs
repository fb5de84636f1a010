//! The ports of last time, which a start prefers: deployed functions were told these addresses, so other
//! ones would be changes that nobody made.

use std::path::Path;

use super::error::Error;

/// The ports that were remembered; `wanted` the first time, and when the file cannot be understood.
pub(super) fn last_or<const COUNT: usize>(file: &Path, wanted: [u16; COUNT]) -> [u16; COUNT] {
    let remembered = || {
        let text = std::fs::read(file).ok()?;
        let ports: Vec<u16> = serde_json::from_slice(&text).ok()?;
        ports.try_into().ok()
    };
    remembered().unwrap_or(wanted)
}

/// Writes down the ports that are used.
pub(super) fn remember<const COUNT: usize>(file: &Path, used: [u16; COUNT]) -> Result<(), Error> {
    let text = serde_json::json!(used.as_slice()).to_string();
    std::fs::write(file, text).map_err(Error::file("writing", file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_files_are_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ports.json");
        assert_eq!(last_or(&file, [1, 2]), [1, 2]);
        remember(&file, [3, 4]).unwrap();
        assert_eq!(last_or(&file, [1, 2]), [3, 4]);
        assert_eq!(last_or(&file, [1]), [1], "another number of ports");
        std::fs::write(&file, "[3, 70000]").unwrap();
        assert_eq!(last_or(&file, [1, 2]), [1, 2]);
    }
}
