//! A store that fails at the next write as told: before it or after it, with an error or by the death of the
//! process (an answer that never comes, so that the test drops the call).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_runtime::store::memory::MemoryStore;
use qdn_runtime::store::{
    CommitError, Cursor, JobQuery, Page, PhoneStatus, Remembered, Store, StoreError, Write,
};
use qdn_shared::id::{JobId, LinkId, MessageId, ThreadId};
use qdn_shared::job::Job;
use qdn_shared::message::{Entry, Sid};
use qdn_shared::phone::PhoneNumber;

/// What happens at the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteFault {
    ErrorBefore,
    ErrorAfter,
    DeathBefore,
    DeathAfter,
}

/// The table in memory, with a fault in front of it.
pub(super) struct FaultyStore {
    memory: Arc<MemoryStore>,
    next: Mutex<Option<(u8, WriteFault)>>,
    poison: Mutex<Option<MessageId>>,
    links_away: AtomicBool,
}

impl FaultyStore {
    pub(super) fn over(memory: Arc<MemoryStore>) -> Self {
        FaultyStore {
            memory,
            next: Mutex::new(None),
            poison: Mutex::new(None),
            links_away: AtomicBool::new(false),
        }
    }

    /// Lets so many writes pass and strikes at the one after.
    pub(super) fn strike(&self, after: u8, fault: WriteFault) {
        *self.next.lock().unwrap() = Some((after, fault));
    }

    /// A message that cannot be read, whoever tries.
    pub(super) fn poison(&self, id: Option<MessageId>) {
        *self.poison.lock().unwrap() = id;
    }

    /// Links cannot be read any more.
    pub(super) fn lose_links(&self) {
        self.links_away.store(true, Ordering::SeqCst);
    }

    pub(super) fn heal(&self) {
        *self.next.lock().unwrap() = None;
    }

    fn fault(&self) -> Option<WriteFault> {
        let mut next = self.next.lock().unwrap();
        match next.as_mut() {
            Some((0, fault)) => {
                let fault = *fault;
                *next = None;
                Some(fault)
            }
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        }
    }
}

fn down() -> StoreError {
    StoreError {
        operation: "TransactWriteItems",
        reason: "InternalServerError".to_owned(),
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError> {
        self.memory.job(id).await
    }
    async fn jobs(&self, query: &JobQuery) -> Result<Page<Job>, StoreError> {
        self.memory.jobs(query).await
    }
    async fn job_of_link(&self, link: &LinkId) -> Result<Option<JobId>, StoreError> {
        if self.links_away.load(Ordering::SeqCst) {
            return Err(down());
        }
        self.memory.job_of_link(link).await
    }
    async fn entry(&self, id: &MessageId) -> Result<Option<Entry>, StoreError> {
        if *self.poison.lock().unwrap() == Some(*id) {
            return Err(down());
        }
        self.memory.entry(id).await
    }
    async fn entries(
        &self,
        thread: &ThreadId,
        limit: u16,
        after: Option<&Cursor<Entry>>,
    ) -> Result<Page<Entry>, StoreError> {
        self.memory.entries(thread, limit, after).await
    }
    async fn due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<(MessageId, Timestamp)>, StoreError> {
        self.memory.due(now, limit).await
    }
    async fn owner(&self, sid: &Sid) -> Result<Option<MessageId>, StoreError> {
        self.memory.owner(sid).await
    }
    async fn phone(&self, number: &PhoneNumber) -> Result<PhoneStatus, StoreError> {
        self.memory.phone(number).await
    }
    async fn remembered(
        &self,
        operation: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError> {
        self.memory.remembered(operation, key, now).await
    }
    async fn commit(&self, writes: &[Write]) -> Result<(), CommitError> {
        match self.fault() {
            None => self.memory.commit(writes).await,
            Some(WriteFault::ErrorBefore) => Err(down().into()),
            Some(WriteFault::ErrorAfter) => {
                self.memory.commit(writes).await?;
                Err(down().into())
            }
            Some(WriteFault::DeathBefore) => std::future::pending().await,
            Some(WriteFault::DeathAfter) => {
                self.memory.commit(writes).await?;
                std::future::pending().await
            }
        }
    }
    async fn turn(
        &self,
        sender: &str,
        now: Timestamp,
        interval: SignedDuration,
        within: SignedDuration,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.memory.turn(sender, now, interval, within).await
    }
}
