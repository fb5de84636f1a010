//! The store in memory, with the same conditions as the table. For tests and benchmarks.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_shared::id::{JobId, LinkId, MessageId, ThreadId};
use qdn_shared::job::Job;
use qdn_shared::message::{Entry, Message, Sid};
use qdn_shared::phone::PhoneNumber;

use super::items::{Key, entry_order, list_order};
use super::{
    CommitError, Cursor, JobQuery, Page, PhoneStatus, Remembered, Store, StoreError, Write,
};

/// Jobs and messages in maps.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Clone, Debug, Default)]
struct Tables {
    jobs: BTreeMap<JobId, Job>,
    entries: BTreeMap<Key, Entry>,
    links: BTreeMap<LinkId, JobId>,
    phones: BTreeMap<PhoneNumber, PhoneStatus>,
    remembered: BTreeMap<(String, String), Expiring>,
    sids: BTreeMap<Sid, MessageId>,
    paces: BTreeMap<String, Timestamp>,
    /// Messages in the order in which they were first written, as the stream has them.
    stream: Vec<MessageId>,
}

/// Kept apart from the type that holds a customer's answer, which cannot be printed.
#[derive(Clone)]
struct Expiring(Remembered);

impl std::fmt::Debug for Expiring {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Remembered")
    }
}

impl MemoryStore {
    /// The messages written so far, in the order of their first writing: what the table's stream tells.
    pub fn stream(&self) -> Vec<MessageId> {
        self.tables().stream.clone()
    }

    /// Every message, by thread and number.
    pub fn messages(&self) -> Vec<Message> {
        let outbound = |entry: &Entry| match entry {
            Entry::Outbound(message) => Some(message.clone()),
            Entry::Inbound(_) => None,
        };
        self.tables()
            .entries
            .values()
            .filter_map(outbound)
            .collect()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// Does one write; false when its condition does not hold.
    fn write(&mut self, write: &Write) -> bool {
        match write {
            Write::CreateJob(job) => insert(&mut self.jobs, job.id(), job.clone()),
            Write::UpdateJob(job) => match self.jobs.get_mut(&job.id()) {
                Some(stored) if stored.version() + 1 == job.version() => {
                    *stored = job.clone();
                    true
                }
                _ => false,
            },
            Write::CreateMessage(message) => {
                let entry = Entry::Outbound(message.clone());
                self.stream.push(message.id);
                insert(&mut self.entries, Key::entry(&message.id), entry)
            }
            Write::UpdateMessage(message) => match self.entries.get_mut(&Key::entry(&message.id)) {
                Some(Entry::Outbound(stored)) if stored.version + 1 == message.version => {
                    *stored = message.clone();
                    true
                }
                _ => false,
            },
            Write::CreateInbound(inbound) => {
                let entry = Entry::Inbound(inbound.clone());
                insert(&mut self.entries, Key::entry(&inbound.id), entry)
            }
            Write::OwnSid(sid, owner, _) => self.sids.entry(sid.clone()).or_insert(*owner) == owner,
            Write::CreateLink(link, job) => insert(&mut self.links, *link, *job),
            Write::RemoveLink(link) => {
                self.links.remove(link);
                true
            }
            Write::Remember(answer, now) => {
                let key = (answer.operation.clone(), answer.key.clone());
                let kept = self.remembered.get(&key);
                let free = kept.is_none_or(|kept| kept.0.expires_at <= now.as_second());
                if free {
                    self.remembered.insert(key, Expiring(answer.clone()));
                }
                free
            }
            Write::PointPhone(number, job) => {
                self.phones.entry(number.clone()).or_default().job = Some(*job);
                true
            }
            Write::OptOut(number, since) => {
                self.phones.entry(number.clone()).or_default().opted_out_at = *since;
                true
            }
        }
    }
}

/// Inserts what is not there; false when it is.
fn insert<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V) -> bool {
    match map.entry(key) {
        std::collections::btree_map::Entry::Vacant(vacant) => {
            vacant.insert(value);
            true
        }
        std::collections::btree_map::Entry::Occupied(_) => false,
    }
}

/// A page of what comes after a cursor, given in the order of the list with sort keys.
fn page<T>(all: impl Iterator<Item = (String, T)>, limit: u16) -> Page<T> {
    let mut items: Vec<(String, T)> = all.take(usize::from(limit) + 1).collect();
    let more = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next = items
        .last()
        .filter(|_| more)
        .map(|(order, _)| Cursor::after(order.as_str()));
    Page {
        items: items.into_iter().map(|(_, item)| item).collect(),
        next,
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError> {
        Ok(self.tables().jobs.get(id).cloned())
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Page<Job>, StoreError> {
        let wanted = |job: &&Job| query.state.is_none_or(|state| job.state() == state);
        let tables = self.tables();
        let mut jobs: Vec<(String, Job)> = tables
            .jobs
            .values()
            .filter(wanted)
            .map(|job| (list_order(job.created_at(), job.id()), job.clone()))
            .collect();
        jobs.sort_by(|one, other| other.0.cmp(&one.0));
        let after = |(order, _): &(String, Job)| match &query.after {
            Some(after) => order.as_str() < after.sort_key(),
            None => true,
        };
        Ok(page(jobs.into_iter().filter(after), query.limit))
    }

    async fn job_of_link(&self, link: &LinkId) -> Result<Option<JobId>, StoreError> {
        Ok(self.tables().links.get(link).copied())
    }

    async fn entry(&self, id: &MessageId) -> Result<Option<Entry>, StoreError> {
        Ok(self.tables().entries.get(&Key::entry(id)).cloned())
    }

    async fn entries(
        &self,
        thread: &ThreadId,
        limit: u16,
        after: Option<&Cursor<Entry>>,
    ) -> Result<Page<Entry>, StoreError> {
        let tables = self.tables();
        let entries = tables
            .entries
            .values()
            .filter(|entry| entry.id().thread() == *thread)
            .map(|entry| (entry_order(entry.id().number()), entry.clone()))
            .filter(|(order, _)| after.is_none_or(|after| order.as_str() > after.sort_key()));
        Ok(page(entries, limit))
    }

    async fn due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<(MessageId, Timestamp)>, StoreError> {
        let mut due: Vec<(MessageId, Timestamp)> = self
            .messages()
            .into_iter()
            .filter_map(|message| Some((message.id, message.due_at()?)))
            .filter(|(_, at)| *at <= now)
            .collect();
        due.sort_by_key(|(_, at)| *at);
        due.truncate(usize::from(limit));
        Ok(due)
    }

    async fn owner(&self, sid: &Sid) -> Result<Option<MessageId>, StoreError> {
        Ok(self.tables().sids.get(sid).copied())
    }

    async fn phone(&self, number: &PhoneNumber) -> Result<PhoneStatus, StoreError> {
        let tables = self.tables();
        Ok(tables.phones.get(number).cloned().unwrap_or_default())
    }

    async fn remembered(
        &self,
        operation: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError> {
        let tables = self.tables();
        let kept = tables
            .remembered
            .get(&(operation.to_owned(), key.to_owned()));
        Ok(kept
            .filter(|kept| kept.0.expires_at > now.as_second())
            .map(|kept| kept.0.clone()))
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), CommitError> {
        let mut tables = self.tables();
        let mut after = tables.clone();
        let lost: Vec<usize> = writes
            .iter()
            .enumerate()
            .filter(|(_, write)| !after.write(write))
            .map(|(position, _)| position)
            .collect();
        if lost.is_empty() {
            *tables = after;
            Ok(())
        } else {
            Err(CommitError::Conflict(lost))
        }
    }

    async fn turn(
        &self,
        sender: &str,
        now: Timestamp,
        interval: SignedDuration,
        within: SignedDuration,
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut tables = self.tables();
        let free = tables.paces.entry(sender.to_owned()).or_insert(now);
        let at = (*free).max(now);
        if at.duration_since(now) > within {
            return Ok(None);
        }
        *free = at.saturating_add(interval).unwrap_or(Timestamp::MAX);
        Ok(Some(at))
    }
}
