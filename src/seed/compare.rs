//! What a seed comes to, against what lies live.

use super::conflict::{Conflict, Take};
use super::data::{MaintenanceData, NotRead};
use super::difference::Change;
use super::merge::{Merge, merge};

/// What lies live.
#[derive(Debug, Clone, Default)]
pub enum Live {
    /// Nothing.
    #[default]
    Absent,
    /// A document.
    Data(MaintenanceData),
    /// Something that is no document of maintenance data.
    Foreign(NotRead),
}

impl Live {
    /// What these bytes are; nothing when there are none.
    pub fn of(bytes: Option<&[u8]>) -> Self {
        match bytes.map(MaintenanceData::read) {
            None => Self::Absent,
            Some(Ok(data)) => Self::Data(data),
            Some(Err(error)) => Self::Foreign(error),
        }
    }
}

/// What a seed comes to.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What the live document should be. Where nobody decided, it has what is live.
    pub merged: MaintenanceData,
    /// Whether it has to be written for that, unless there are conflicts.
    pub put: Put,
    /// What of ours is put into the live document, in its order.
    pub ours: Vec<Change>,
    /// What people changed in the live document, and keep.
    pub theirs: Vec<Change>,
    /// What needs a decision first; nothing is written before.
    pub conflicts: Vec<Conflict>,
    /// Whether the record of the seed that was pushed last has to be written: it says something else than the seed.
    pub record: bool,
}

/// How the live document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is as it should be.
    Nothing,
    /// There is none yet.
    Create,
    /// It is replaced.
    Replace,
}

impl Comparison {
    /// Whether nothing is to be done, by us or by a person.
    pub fn is_empty(&self) -> bool {
        self.put == Put::Nothing && self.conflicts.is_empty()
    }
}

/// Compares a seed with what lies live, by way of the seed that was pushed last (`base`, none when nobody knows).
/// `take` decides every conflict between the two.
pub fn compare(
    base: Option<&MaintenanceData>,
    seed: &MaintenanceData,
    live: &Live,
    take: Option<Take>,
) -> Comparison {
    let record = !base.is_some_and(|base| base.is_same(seed));
    let whole = |put, conflicts| Comparison {
        merged: seed.clone(),
        put,
        ours: Vec::new(),
        theirs: Vec::new(),
        conflicts,
        record,
    };
    match live {
        // What people had put into it would be lost for good.
        Live::Absent if base.is_some() && take != Some(Take::Ours) => {
            whole(Put::Nothing, vec![Conflict::Gone])
        }
        Live::Absent => whole(Put::Create, Vec::new()),
        Live::Foreign(_) if take == Some(Take::Ours) => whole(Put::Replace, Vec::new()),
        Live::Foreign(error) => {
            let message = error.to_string();
            whole(Put::Nothing, vec![Conflict::Foreign { message }])
        }
        Live::Data(theirs) => {
            let Merge {
                merged,
                ours,
                theirs,
                conflicts,
            } = merge(base, seed, theirs, take);
            let put = if ours.is_empty() {
                Put::Nothing
            } else {
                Put::Replace
            };
            Comparison {
                merged,
                put,
                ours,
                theirs,
                conflicts,
                record,
            }
        }
    }
}
