//! Files that a command writes.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::error::Error;

/// Gives a file this content at once or not at all. `mode` is that of the new file, less what the process masks.
pub fn replace(file: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut new = tempfile::Builder::new();
    let new = new.permissions(Permissions::from_mode(mode));
    let written = new.tempfile_in(folder).and_then(|mut beside| {
        beside.write_all(content)?;
        beside.as_file().sync_all()?;
        Ok(beside.persist(file)?)
    });
    written.map(|_| ()).map_err(|error| Error::File {
        file: file.to_owned(),
        // Its kind alone: the words name the file beside, which nobody knows.
        error: error.kind().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::Hint as _;

    #[test]
    fn a_file_for_its_owner_alone_is_that_also_where_another_was() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("plan");
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        replace(&file, b"new", 0o600).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_with_the_command_that_makes_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("plans/one");
        let error = replace(&file, b"new", 0o600).unwrap_err();
        let said = error.to_string();
        assert!(said.ends_with("plans/one: entity not found"), "{said}");
        let hint = error.hint().unwrap();
        assert!(
            hint.ends_with("/plans`") && hint.contains("`mkdir -p /"),
            "{hint}"
        );
    }
}
