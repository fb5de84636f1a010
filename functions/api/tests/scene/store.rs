//! The table in memory, watched, and what makes things fail.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
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
use tokio::sync::Barrier;

/// Something that can be broken for a while.
#[derive(Debug, Default)]
pub struct Switch(AtomicBool);

impl Switch {
    /// Breaks or mends it.
    pub fn set(&self, broken: bool) {
        self.0.store(broken, Ordering::SeqCst);
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The table in memory, watched: whether anything was written, when to fail, whom to wait for.
#[derive(Default)]
pub struct WatchedStore {
    /// The table.
    pub memory: MemoryStore,
    /// Fails every call while it is on.
    pub broken: Switch,
    /// Whom everybody who has read a job waits for.
    pub meeting: Mutex<Option<Arc<Barrier>>>,
    /// Lets so many commits meet somebody else's.
    pub lose: AtomicU32,
    written: AtomicU64,
}

impl WatchedStore {
    /// How many transactions were done.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::SeqCst)
    }

    /// A job as it is, without waiting.
    pub fn job_now(&self, id: &str) -> Job {
        let id: JobId = id.parse().expect("a job's id");
        let job = futures_now(self.memory.job(&id)).expect("a table in memory");
        job.expect("the job")
    }

    fn check(&self, operation: &'static str) -> Result<(), StoreError> {
        if self.broken.is_on() {
            return Err(StoreError {
                operation,
                reason: "InternalServerError".to_owned(),
            });
        }
        Ok(())
    }
}

/// The outcome of a future that waits for nothing.
fn futures_now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!("a table in memory answers at once"),
    }
}

#[async_trait]
impl Store for WatchedStore {
    async fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError> {
        self.check("GetItem")?;
        let job = self.memory.job(id).await;
        let meeting = self.meeting.lock().expect("unpoisoned").clone();
        if let Some(meeting) = meeting {
            meeting.wait().await;
        }
        job
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Page<Job>, StoreError> {
        self.check("Query")?;
        self.memory.jobs(query).await
    }

    async fn job_of_link(&self, link: &LinkId) -> Result<Option<JobId>, StoreError> {
        self.check("GetItem")?;
        self.memory.job_of_link(link).await
    }

    async fn entry(&self, id: &MessageId) -> Result<Option<Entry>, StoreError> {
        self.check("GetItem")?;
        self.memory.entry(id).await
    }

    async fn entries(
        &self,
        thread: &ThreadId,
        limit: u16,
        after: Option<&Cursor<Entry>>,
    ) -> Result<Page<Entry>, StoreError> {
        self.check("Query")?;
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
        self.check("GetItem")?;
        self.memory.owner(sid).await
    }

    async fn phone(&self, number: &PhoneNumber) -> Result<PhoneStatus, StoreError> {
        self.check("GetItem")?;
        self.memory.phone(number).await
    }

    async fn remembered(
        &self,
        operation: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError> {
        self.check("GetItem")?;
        self.memory.remembered(operation, key, now).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), CommitError> {
        self.check("TransactWriteItems")?;
        let lose = self.lose.load(Ordering::SeqCst);
        if lose > 0 {
            self.lose.store(lose - 1, Ordering::SeqCst);
            return Err(CommitError::Conflict(vec![0]));
        }
        self.memory.commit(writes).await?;
        self.written.fetch_add(1, Ordering::SeqCst);
        Ok(())
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
