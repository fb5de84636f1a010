//! One command at a time: a file lock that the system releases when its holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::hint::Hint;

const PAUSE: Duration = Duration::from_millis(50);

/// Why a lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another command holds it for too long.
    #[error("another command holds {} since more than {minutes} min", file.display())]
    Busy {
        /// The lock's file.
        file: PathBuf,
        /// How long this one waited.
        minutes: u64,
    },
    /// Its file could not be made or locked.
    #[error("{action} {} failed", path.display())]
    File {
        /// What was done, as `opening`.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { .. } => Some("wait for the other qdn-infra command, or end it".into()),
            Self::File { path, .. } => Some(format!(
                "see that {} belongs to you and can be written",
                path.display()
            )),
        }
    }
}

/// Held until dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting while another command has it, but no longer than `patience`;
    /// `waiting` is called once when that is so. Makes the file and its folder.
    pub async fn take(
        path: &Path,
        patience: Duration,
        waiting: impl FnOnce(),
    ) -> Result<Self, Error> {
        let failed = |action, path: &Path| {
            let path = path.to_owned();
            move |source| Error::File {
                action,
                path,
                source,
            }
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed("creating", folder))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(failed("opening", path))?;
        let began = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => return Err(failed("locking", path)(source)),
                Err(TryLockError::WouldBlock) if began.elapsed() > patience => {
                    return Err(Error::Busy {
                        file: path.to_owned(),
                        minutes: patience.as_secs() / 60,
                    });
                }
                Err(TryLockError::WouldBlock) => {
                    if let Some(tell) = waiting.take() {
                        tell();
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_second_holder_waits_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below").join("lock");
        let minute = Duration::from_mins(1);
        let first = Lock::take(&path, minute, || panic!("nobody else has it"))
            .await
            .unwrap();
        let waited = AtomicBool::new(false);
        let second = Lock::take(&path, minute, || waited.store(true, Ordering::SeqCst));
        let release = async {
            tokio::time::sleep(PAUSE * 3).await;
            assert!(waited.load(Ordering::SeqCst));
            drop(first);
        };
        let (second, ()) = tokio::join!(second, release);
        second.unwrap();
    }

    #[tokio::test]
    async fn patience_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let _first = Lock::take(&path, PAUSE, || ()).await.unwrap();
        let error = Lock::take(&path, PAUSE, || ()).await.unwrap_err();
        assert!(matches!(error, Error::Busy { .. }), "{error}");
    }
}
