//! One command at a time: a file lock that the system releases when its holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::Error;

const PATIENCE: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_millis(50);

/// Held until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting while another command has it; `waiting` is called once when that is so.
    pub(super) async fn take(path: &Path, waiting: impl FnOnce()) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::file("creating", folder))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(Error::file("opening", path))?;
        let began = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => {
                    return Err(Error::File {
                        action: "locking",
                        path: path.to_owned(),
                        source,
                    });
                }
                Err(TryLockError::WouldBlock) if began.elapsed() > PATIENCE => {
                    return Err(Error::Busy {
                        file: path.to_owned(),
                        minutes: PATIENCE.as_secs() / 60,
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
        let first = Lock::take(&path, || panic!("nobody else has it"))
            .await
            .unwrap();
        let waited = AtomicBool::new(false);
        let second = Lock::take(&path, || waited.store(true, Ordering::SeqCst));
        let release = async {
            tokio::time::sleep(PAUSE * 3).await;
            assert!(waited.load(Ordering::SeqCst));
            drop(first);
        };
        let (second, ()) = tokio::join!(second, release);
        second.unwrap();
    }
}
