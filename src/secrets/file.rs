//! Opens a secrets file: a regular file of the user's own that nobody else may read or write, outside the
//! repository. All is asked of the opened file, so nobody can put another one in its place meanwhile.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use secrecy::zeroize::Zeroizing;

use super::error::Error;

/// A secrets file holds a few lines; what is larger is something else.
pub(super) const LARGEST: u64 = 1024 * 1024;
/// Read and write for the owner, nothing for anybody else.
const MODE: u32 = 0o600;

/// The bytes of the file at `path`, symbolic links followed. `outside` is a folder of the repository that it
/// must not lie in.
pub(super) fn open(path: &Path, outside: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let unreadable = |source| Error::Unreadable {
        file: path.to_owned(),
        source,
    };
    let resolved = path.canonicalize().map_err(unreadable)?;
    if let Some(folder) = outside {
        let repository = repository(folder).map_err(unreadable)?;
        if resolved.starts_with(&repository) {
            return Err(Error::InRepository {
                file: resolved,
                repository,
            });
        }
    }
    // Not following: what was resolved must still be what it was. Not blocking: a pipe would never open.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(&resolved)
        .map_err(unreadable)?;
    check(&file, &resolved, unreadable)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::TooLarge { file: resolved });
    }
    Ok(bytes)
}

fn check(
    file: &File,
    path: &Path,
    unreadable: impl FnOnce(std::io::Error) -> Error,
) -> Result<(), Error> {
    let found = file.metadata().map_err(unreadable)?;
    let path = path.to_owned();
    if !found.is_file() {
        return Err(Error::NotAFile { file: path });
    }
    let user = rustix::process::geteuid().as_raw();
    if found.uid() != user {
        return Err(Error::NotYours {
            file: path,
            owner: found.uid(),
            user,
        });
    }
    let mode = found.mode() & 0o7777;
    if mode != MODE {
        return Err(Error::Mode { file: path, mode });
    }
    Ok(())
}

/// The repository that a folder belongs to: the nearest folder upwards that git manages, or the folder itself.
fn repository(folder: &Path) -> std::io::Result<PathBuf> {
    let folder = folder.canonicalize()?;
    let managed = folder
        .ancestors()
        .find(|candidate| candidate.join(".git").exists());
    Ok(managed.unwrap_or(&folder).to_owned())
}
