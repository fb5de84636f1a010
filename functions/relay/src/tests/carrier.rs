//! A carrier in memory that misbehaves as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use jiff::Timestamp;
use qdn_runtime::carrier::{Answer, Carrier, CarrierError, Fetched, Outgoing};
use qdn_shared::credentials::CarrierCredentials;
use qdn_shared::message::{CarrierStatus, Posted, Sid};
use qdn_shared::phone::PhoneNumber;

use super::world::HandClock;

/// How the next post goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PostFault {
    TooMany,
    NoConnection,
    Refused,
    OptedOut,
    CredentialsRefused,
    /// Taken, and the answer is lost.
    AnswerLost,
    /// Not taken, and nobody can tell.
    Unclear,
    /// The sender dies before the carrier hears of it.
    DeathBefore,
    /// The sender dies after the carrier took it.
    DeathAfter,
}

impl PostFault {
    pub(super) const ALL: [PostFault; 9] = [
        PostFault::TooMany,
        PostFault::NoConnection,
        PostFault::Refused,
        PostFault::OptedOut,
        PostFault::CredentialsRefused,
        PostFault::AnswerLost,
        PostFault::Unclear,
        PostFault::DeathBefore,
        PostFault::DeathAfter,
    ];
}

/// A message that the carrier took.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) sid: Sid,
    pub(super) to: PhoneNumber,
    pub(super) body: String,
    pub(super) callback: String,
    pub(super) status: CarrierStatus,
    pub(super) code: Option<u32>,
    created_at: Timestamp,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    faults: VecDeque<PostFault>,
    posts: usize,
    silent: bool,
}

/// The carrier.
pub(super) struct FakeCarrier {
    state: Mutex<State>,
    clock: Arc<HandClock>,
}

impl FakeCarrier {
    pub(super) fn new(clock: Arc<HandClock>) -> Self {
        FakeCarrier {
            state: Mutex::default(),
            clock,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn fail_next(&self, fault: PostFault) {
        self.state().faults.push_back(fault);
    }

    pub(super) fn heal(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.silent = false;
    }

    /// Whether questions about messages get an answer.
    pub(super) fn answer_questions(&self, answers: bool) {
        self.state().silent = !answers;
    }

    fn asked(&self) -> Result<MutexGuard<'_, State>, CarrierError> {
        let state = self.state();
        if state.silent {
            return Err(CarrierError::Failed("status 503".to_owned()));
        }
        Ok(state)
    }

    pub(super) fn taken(&self) -> Vec<Taken> {
        self.state().taken.clone()
    }

    /// How many posts reached the carrier.
    pub(super) fn posts(&self) -> usize {
        self.state().posts
    }

    /// Lets a message's status become this one, if it rises.
    pub(super) fn raise(&self, index: usize, status: CarrierStatus, code: Option<u32>) {
        let mut state = self.state();
        let count = state.taken.len();
        if count > 0 {
            let taken = &mut state.taken[index % count];
            if !taken.status.is_final() && taken.status < status {
                (taken.status, taken.code) = (status, code);
            }
        }
    }

    /// A copy of what the carrier took before, as if somebody else had sent the same text.
    pub(super) fn twin(&self, number: u32) {
        let mut state = self.state();
        if let Some(last) = state.taken.last().cloned() {
            let sid = format!("SM{:032x}", u128::from(number) + (1 << 64))
                .parse()
                .unwrap();
            state.taken.push(Taken { sid, ..last });
        }
    }

    pub(super) fn fetched(&self, sid: &Sid) -> Option<Fetched> {
        self.state()
            .taken
            .iter()
            .find(|taken| taken.sid == *sid)
            .map(shown)
    }

    fn take(&self, message: &Outgoing) -> Sid {
        let created_at = self.clock.time();
        let mut state = self.state();
        let sid: Sid = format!("SM{:032x}", state.taken.len() + 1).parse().unwrap();
        state.taken.push(Taken {
            sid: sid.clone(),
            to: message.to.clone(),
            body: message.body.clone(),
            callback: message.status_callback.clone(),
            status: CarrierStatus::Queued,
            code: None,
            created_at,
        });
        sid
    }
}

fn shown(taken: &Taken) -> Fetched {
    Fetched {
        sid: taken.sid.clone(),
        to: taken.to.as_str().to_owned(),
        from: "+15005550006".to_owned(),
        body: taken.body.clone(),
        status: Some(taken.status),
        code: taken.code,
        created_at: taken.created_at,
    }
}

#[async_trait]
impl Carrier for FakeCarrier {
    async fn post(&self, _: &CarrierCredentials, message: &Outgoing) -> Answer {
        let fault = {
            let mut state = self.state();
            state.posts += 1;
            state.faults.pop_front()
        };
        let not_processed = |code| Posted::NotProcessed {
            code,
            retry_after: None,
        };
        Answer::Posted(match fault {
            None => Posted::Accepted {
                sid: self.take(message),
                status: CarrierStatus::Queued,
            },
            Some(PostFault::TooMany) => not_processed(Some(20429)),
            Some(PostFault::NoConnection) => not_processed(None),
            Some(PostFault::Refused) => Posted::Refused { code: Some(21211) },
            Some(PostFault::OptedOut) => Posted::OptedOut,
            Some(PostFault::CredentialsRefused) => return Answer::CredentialsRefused,
            Some(PostFault::AnswerLost) => {
                self.take(message);
                Posted::Unclear
            }
            Some(PostFault::Unclear) => Posted::Unclear,
            Some(PostFault::DeathBefore) => std::future::pending().await,
            Some(PostFault::DeathAfter) => {
                self.take(message);
                std::future::pending().await
            }
        })
    }

    async fn fetch(
        &self,
        _: &CarrierCredentials,
        sid: &Sid,
    ) -> Result<Option<Fetched>, CarrierError> {
        drop(self.asked()?);
        Ok(self.fetched(sid))
    }

    async fn list(
        &self,
        _: &CarrierCredentials,
        to: &PhoneNumber,
        _: Timestamp,
    ) -> Result<Vec<Fetched>, CarrierError> {
        let state = self.asked()?;
        let newest_first = state.taken.iter().rev().filter(|taken| taken.to == *to);
        Ok(newest_first.map(shown).collect())
    }
}
