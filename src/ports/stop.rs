//! The wish to stop, injected so that tests need no signal. Whoever works tells here what has to be finished before
//! it may end, and how its lock stands; whoever hears the signal reads it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

/// The wish of one command's person to stop. Clones share it.
#[derive(Debug, Clone)]
pub struct Stop(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    asked: watch::Sender<bool>,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    tasks: BTreeMap<u64, Task>,
    begun: u64,
    lock: LockState,
}

/// What has to be finished, or taken back, before a command may end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "task", rename_all = "kebab-case")]
pub enum Task {
    /// A lock that is held has to be freed.
    Lock,
    /// A change set that nobody executes has to go.
    ChangeSet {
        /// Stack name.
        stack: String,
    },
    /// A step that should not be left half done.
    Step {
        /// What it is called, e.g. a layer's name.
        name: String,
    },
    /// An operation on a stack. `CloudFormation` goes on with it whether or not it is followed.
    Stack {
        /// Stack name.
        stack: String,
    },
}

/// How the lock of a command stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LockState {
    /// It has none.
    #[default]
    None,
    /// It is being taken; nobody knows yet whether it is.
    Taking {
        /// Its id.
        id: String,
        /// When it ends by itself, if it was taken.
        until: Timestamp,
    },
    /// It is held.
    Held {
        /// Its id.
        id: String,
        /// When it ends by itself, at the latest.
        until: Timestamp,
    },
    /// It is being freed; nobody knows yet whether it is.
    Freeing {
        /// Its id.
        id: String,
        /// When it ends by itself, if it was not freed.
        until: Timestamp,
    },
    /// It was freed.
    Freed {
        /// Its id.
        id: String,
    },
}

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(Shared {
            asked: watch::Sender::new(false),
            told: Mutex::default(),
        }))
    }
}

impl Stop {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.asked.send_replace(true);
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        *self.0.asked.borrow()
    }

    /// Waits until it is asked.
    pub async fn asked(&self) {
        // The sender lives as long as this does.
        let _ = self.0.asked.subscribe().wait_for(|asked| *asked).await;
    }

    /// Tells that something has to be finished, until what is returned is dropped.
    #[must_use = "a task ends when this is dropped"]
    pub fn begin(&self, task: Task) -> Begun {
        let mut told = self.told();
        told.begun += 1;
        let number = told.begun;
        told.tasks.insert(number, task);
        drop(told);
        Begun {
            stop: self.clone(),
            number,
        }
    }

    /// What has to be finished, in the order in which it was begun.
    pub fn tasks(&self) -> Vec<Task> {
        self.told().tasks.values().cloned().collect()
    }

    /// Whether anything was ever begun.
    pub fn has_begun(&self) -> bool {
        self.told().begun > 0
    }

    /// Tells how the lock stands.
    pub fn tell_lock(&self, lock: LockState) {
        self.told().lock = lock;
    }

    /// How the lock stands.
    pub fn lock(&self) -> LockState {
        self.told().lock.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that has to be finished, as long as this lives.
#[derive(Debug)]
pub struct Begun {
    stop: Stop,
    number: u64,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.stop.told().tasks.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_told_until_it_ends() {
        let stop = Stop::default();
        assert!(!stop.has_begun());
        let lock = stop.begin(Task::Lock);
        let layer = stop.clone().begin(Task::Step {
            name: "site".to_owned(),
        });
        assert_eq!(stop.tasks().len(), 2);
        drop(lock);
        assert!(matches!(&stop.tasks()[..], [Task::Step { .. }]));
        drop(layer);
        assert!(stop.tasks().is_empty() && stop.has_begun());
    }

    #[tokio::test]
    async fn whoever_waits_is_told_and_so_is_whoever_comes_later() {
        let stop = Stop::default();
        tokio::join!(stop.asked(), async { stop.ask() });
        assert!(stop.is_asked());
        stop.asked().await;
    }
}
