//! The ports of last time, which a start prefers: deployed functions were told these addresses, so other
//! ones would be changes that nobody made.

use std::path::Path;

use url::Url;

use super::error::Error;
use super::stage::{Progress, Stage};

/// The ports that were remembered; `wanted` the first time, and when the file cannot be understood.
pub(super) fn last_or<const COUNT: usize>(file: &Path, wanted: [u16; COUNT]) -> [u16; COUNT] {
    let remembered = || {
        let text = std::fs::read(file).ok()?;
        let ports: Vec<u16> = serde_json::from_slice(&text).ok()?;
        ports.try_into().ok()
    };
    remembered().unwrap_or(wanted)
}

/// Writes down the ports that are used, and tells those that are not the `wanted` ones; 0 is any.
pub(super) fn remember<const COUNT: usize>(
    file: &Path,
    wanted: [u16; COUNT],
    addresses: [&Url; COUNT],
    progress: &dyn Progress,
) -> Result<(), Error> {
    let used = addresses.map(|address| address.port_or_known_default().unwrap_or_default());
    let text = serde_json::json!(used.as_slice()).to_string();
    std::fs::write(file, text).map_err(Error::file("writing", file))?;
    for (wanted, used) in wanted.into_iter().zip(used) {
        if used != wanted && wanted != 0 {
            progress.say(Stage::OtherPort { wanted, used });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::tests::Heard;

    #[test]
    fn only_whole_files_are_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ports.json");
        assert_eq!(last_or(&file, [1, 2]), [1, 2]);
        let addresses = ["http://127.0.0.1:3/", "http://127.0.0.1:4/"];
        let addresses = addresses.map(|address| Url::parse(address).unwrap());
        let told = Heard::default();
        remember(&file, [3, 2], addresses.each_ref(), &told).unwrap();
        assert_eq!(told.take(), [Stage::OtherPort { wanted: 2, used: 4 }]);
        assert_eq!(last_or(&file, [1, 2]), [3, 4]);
        assert_eq!(last_or(&file, [1]), [1], "another number of ports");
        std::fs::write(&file, "[3, 70000]").unwrap();
        assert_eq!(last_or(&file, [1, 2]), [1, 2]);
    }
}
