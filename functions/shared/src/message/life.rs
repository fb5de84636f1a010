//! The transitions of a message. Each takes the message as read and gives it as it is to be written, one version
//! on; none when there is nothing to write. Who writes loses against whoever wrote first, reads again and decides
//! again.

use jiff::{SignedDuration, Timestamp};

use super::carrier::is_transient;
use super::{
    Attempt, AttemptOutcome, CarrierStatus, Delivery, Message, Outcome, Phase, Policy, Posted, Sid,
};

/// What a message that is due needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// To be claimed and sent.
    Send,
    /// Its claim is over: [`Message::expired`].
    Overtake,
    /// The carrier's list is to be searched for it: [`Message::looked_for`].
    Search,
    /// The carrier is to be asked how it stands with [`Message::awaited`]: [`Message::observed`], then
    /// [`Message::asked`].
    Ask,
}

/// What a search at the carrier found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Exactly one message that can only be this one.
    Found {
        /// Its id.
        sid: Sid,
        /// Its status.
        status: CarrierStatus,
        /// The error code for that status.
        code: Option<u32>,
    },
    /// No such message.
    Nothing,
    /// More than one that could be it.
    Several,
}

impl Message {
    /// What is to be done now; none when nothing is due.
    pub fn due(&self, now: Timestamp) -> Option<Due> {
        if self.due_at()? > now {
            return None;
        }
        Some(match self.phase {
            Phase::Waiting { .. } => Due::Send,
            Phase::Claimed { .. } => Due::Overtake,
            Phase::Unknown { .. } => Due::Search,
            Phase::Accepted { .. } | Phase::Done { .. } => Due::Ask,
        })
    }

    /// Claims the message for one attempt: written before anything is posted. None when it is not to be sent now.
    pub fn claimed(&self, now: Timestamp, policy: &Policy) -> Option<Message> {
        let Phase::Waiting { contact, .. } = self.phase else {
            return None;
        };
        self.due(now)?;
        let mut next = self.next();
        next.attempts.push(Attempt {
            contact,
            claimed_at: now,
            possible_duplicate: self.attempts.iter().any(|attempt| {
                attempt.contact == contact && attempt.outcome == AttemptOutcome::NotFound
            }),
            outcome: AttemptOutcome::Open,
        });
        next.phase = Phase::Claimed {
            lease_until: after(now, policy.lease),
        };
        Some(next)
    }

    /// Since when the message waits to be sent to its current contact; none when it does not wait. Attempts that
    /// were not processed do not count: they brought it no further.
    pub fn waiting_since(&self, policy: &Policy) -> Option<Timestamp> {
        let Phase::Waiting { contact, .. } = self.phase else {
            return None;
        };
        let turned = self
            .attempts
            .iter()
            .filter(|attempt| attempt.contact < contact)
            .map(|attempt| after(attempt.claimed_at, policy.cascade))
            .max();
        Some(turned.map_or(self.created_at, |turned| turned.max(self.created_at)))
    }

    /// Records what posting attempt `number` (from 0) came to. Works also when the claim was overtaken meanwhile:
    /// an answer that comes late is still the truth about its attempt.
    pub fn recorded(
        &self,
        number: usize,
        posted: Posted,
        now: Timestamp,
        policy: &Policy,
        jitter: u16,
    ) -> Option<Message> {
        let attempt = self.attempts.get(number)?;
        if !attempt.may_be_at_carrier() {
            return None;
        }
        let contact = attempt.contact;
        let current = self.is_current(number);
        let mut next = self.next();
        match posted {
            Posted::Accepted { sid, status } => {
                next.set(number, sid, status, None, now);
                next.settle(number, current, now, policy);
            }
            Posted::Unclear if current => {
                next.attempts[number].outcome = AttemptOutcome::Unknown;
                next.phase = Phase::Unknown {
                    next_look: after(now, policy.look),
                    looked: 0,
                };
            }
            Posted::Unclear => return None,
            Posted::NotProcessed { code, retry_after } => {
                next.attempts[number].outcome = AttemptOutcome::Postponed { code };
                if current {
                    let retries = self.retries(contact);
                    let wait = policy.wait(retries, jitter).max(retry_after.unwrap_or(0));
                    next.retry_or_end(contact, retries + 1, wait, now, policy);
                }
            }
            Posted::Refused { code } => {
                next.attempts[number].outcome = AttemptOutcome::Refused { code };
                if current {
                    next.turn(now, policy);
                }
            }
            Posted::OptedOut => {
                next.attempts[number].outcome = AttemptOutcome::OptedOut;
                if current {
                    next.turn(now, policy);
                }
            }
        }
        Some(next)
    }

    /// The claim is over and nobody recorded an outcome: from now on it is unknown.
    pub fn expired(&self, now: Timestamp, policy: &Policy) -> Option<Message> {
        let Phase::Claimed { lease_until } = self.phase else {
            return None;
        };
        if lease_until > now {
            return None;
        }
        let mut next = self.next();
        if let Some(attempt) = next.attempts.last_mut() {
            attempt.outcome = AttemptOutcome::Unknown;
        }
        next.phase = Phase::Unknown {
            next_look: after(now, policy.look),
            looked: 0,
        };
        Some(next)
    }

    /// Takes in what the carrier says about one of its messages. An id that no attempt has belongs to the last
    /// attempt whose id we never learnt: the caller has checked that recipient and text are this message's.
    pub fn observed(
        &self,
        sid: &Sid,
        status: CarrierStatus,
        code: Option<u32>,
        now: Timestamp,
        policy: &Policy,
    ) -> Option<Message> {
        let number = self.number_for(sid)?;
        if self.attempts[number].sid() == Some(sid)
            && self.attempts[number].status() >= Some(status)
        {
            return None;
        }
        let current = self.is_current(number);
        let mut next = self.next();
        next.set(number, sid.clone(), status, code, now);
        next.settle(number, current, now, policy);
        Some(next)
    }

    /// Takes in what a search at the carrier found for a message whose outcome is unknown.
    pub fn looked_for(&self, found: Looked, now: Timestamp, policy: &Policy) -> Option<Message> {
        let Phase::Unknown { looked, .. } = self.phase else {
            return None;
        };
        let number = self.attempts.len().checked_sub(1)?;
        let contact = self.attempts[number].contact;
        let looked = looked.saturating_add(1);
        let later = Phase::Unknown {
            next_look: after(now, policy.next_look(looked)),
            looked,
        };
        let mut next = self.next();
        match found {
            Looked::Found { sid, status, code } => {
                next.set(number, sid, status, code, now);
                next.settle(number, true, now, policy);
            }
            Looked::Nothing if looked >= policy.looks => {
                next.attempts[number].outcome = AttemptOutcome::NotFound;
                next.retry_or_end(contact, self.retries(contact), 0, now, policy);
            }
            Looked::Nothing | Looked::Several => next.phase = later,
        }
        Some(next)
    }

    /// The carrier could not be asked about a message whose outcome is unknown: it is asked later, and nothing is
    /// concluded.
    pub fn not_looked_for(&self, now: Timestamp, policy: &Policy) -> Option<Message> {
        let Phase::Unknown { looked, .. } = self.phase else {
            return None;
        };
        self.due(now)?;
        let mut next = self.next();
        next.phase = Phase::Unknown {
            next_look: after(now, policy.look),
            looked,
        };
        Some(next)
    }

    /// The carrier was asked and had nothing new: waits on, or, when the time
    /// is over, turns to the next contact or ends.
    pub fn asked(&self, now: Timestamp, policy: &Policy) -> Option<Message> {
        let Phase::Accepted {
            deadline, looked, ..
        } = self.phase
        else {
            return None;
        };
        self.due(now)?;
        let mut next = self.next();
        if now >= deadline {
            next.turn(now, policy);
        } else {
            let looked = looked.saturating_add(1);
            next.phase = Phase::Accepted {
                next_look: after(now, policy.next_look(looked)),
                looked,
                deadline,
            };
        }
        Some(next)
    }

    /// The attempt that a message at the carrier belongs to: the one with its id, or else the last one whose id was
    /// never learnt.
    pub fn attempt_for(&self, sid: &Sid) -> Option<&Attempt> {
        self.number_for(sid).map(|number| &self.attempts[number])
    }

    /// The attempts that the carrier has under way.
    pub fn awaited(&self) -> impl Iterator<Item = &Attempt> {
        let under_way =
            |attempt: &&Attempt| attempt.status().is_some_and(|status| !status.is_final());
        self.attempts.iter().filter(under_way)
    }

    /// Whether the outcome of the last attempt is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self.phase, Phase::Unknown { .. })
    }

    fn number_for(&self, sid: &Sid) -> Option<usize> {
        let is_it = |attempt: &Attempt| attempt.sid() == Some(sid);
        let known = self.attempts.iter().position(is_it);
        known.or_else(|| self.attempts.iter().rposition(Attempt::may_be_at_carrier))
    }

    fn next(&self) -> Message {
        let mut next = self.clone();
        next.version += 1;
        next
    }

    /// Whether what becomes of this attempt decides how the message goes on. It does even when the attempt was
    /// thought not to be at the carrier and the message waits to be sent to the same contact again.
    fn is_current(&self, number: usize) -> bool {
        number + 1 == self.attempts.len()
            && match self.phase {
                Phase::Claimed { .. } | Phase::Unknown { .. } | Phase::Accepted { .. } => true,
                Phase::Waiting { contact, .. } => contact == self.attempts[number].contact,
                Phase::Done { .. } => false,
            }
    }

    /// How many attempts to a contact were not processed.
    fn retries(&self, contact: usize) -> u32 {
        let postponed = |attempt: &&Attempt| {
            attempt.contact == contact
                && matches!(attempt.outcome, AttemptOutcome::Postponed { .. })
        };
        u32::try_from(self.attempts.iter().filter(postponed).count()).unwrap_or(u32::MAX)
    }

    /// Notes the carrier's word on an attempt; a status only ever rises.
    fn set(
        &mut self,
        number: usize,
        sid: Sid,
        status: CarrierStatus,
        code: Option<u32>,
        now: Timestamp,
    ) {
        let attempt = &mut self.attempts[number];
        if attempt.status() < Some(status) {
            attempt.outcome = AttemptOutcome::Accepted {
                sid,
                status,
                code,
                updated_at: now,
            };
        }
    }

    /// What follows from the carrier's word on an attempt.
    fn settle(&mut self, number: usize, current: bool, now: Timestamp, policy: &Policy) {
        let attempt = &self.attempts[number];
        let (contact, claimed_at) = (attempt.contact, attempt.claimed_at);
        let Some(status) = attempt.status() else {
            return;
        };
        if status.arrived() {
            self.phase = Phase::Done {
                outcome: Outcome::Sent,
            };
        } else if !current {
            // The message has moved on. Only one that has nobody left to turn to still waits for this attempt.
            if matches!(self.phase, Phase::Accepted { .. }) && self.awaited().next().is_none() {
                self.turn(now, policy);
            }
        } else if status.delivery() == Delivery::Failed {
            let tried = |other: &&Attempt| other.contact == contact;
            let count = self.attempts.iter().filter(tried).count();
            let last = contact + 1 >= self.contacts.len();
            if last && count < policy.tries && is_transient(attempt.code()) {
                let wait = policy.backoff_most / 3;
                self.retry_or_end(contact, 0, wait, now, policy);
            } else {
                self.turn(now, policy);
            }
        } else {
            let last = contact + 1 >= self.contacts.len();
            let patience = if last { policy.give_up } else { policy.cascade };
            self.phase = Phase::Accepted {
                next_look: after(now, policy.next_look(1)),
                looked: 0,
                deadline: after(claimed_at, patience),
            };
        }
    }

    /// The same contact again after a wait, unless the message has grown too old.
    fn retry_or_end(
        &mut self,
        contact: usize,
        retries: u32,
        wait: u32,
        now: Timestamp,
        policy: &Policy,
    ) {
        let not_before = after(now, wait);
        if not_before > after(self.created_at, policy.give_up) {
            self.turn(now, policy);
        } else {
            self.phase = Phase::Waiting {
                contact,
                not_before,
                retries,
            };
        }
    }

    /// The next contact's turn. With none left, what the carrier still has under way is waited for; then the message
    /// ends as its attempts say.
    fn turn(&mut self, now: Timestamp, policy: &Policy) {
        let next = self
            .attempts
            .last()
            .map_or(0, |attempt| attempt.contact + 1);
        let patience = self
            .awaited()
            .map(|attempt| after(attempt.claimed_at, policy.give_up))
            .max();
        self.phase = if next < self.contacts.len() {
            Phase::Waiting {
                contact: next,
                not_before: now,
                retries: 0,
            }
        } else if let Some(deadline) = patience.filter(|deadline| *deadline > now) {
            Phase::Accepted {
                next_look: after(now, policy.next_look(1)),
                looked: 0,
                deadline,
            }
        } else {
            Phase::Done {
                outcome: self.outcome(),
            }
        };
    }

    fn outcome(&self) -> Outcome {
        let any = |delivery| {
            let is = |attempt: &Attempt| attempt.delivery() == delivery;
            self.attempts.iter().any(is)
        };
        if any(Delivery::Sent) {
            Outcome::Sent
        } else if any(Delivery::Pending) {
            Outcome::GivenUp
        } else {
            Outcome::Failed
        }
    }
}

/// A time so many seconds later. The end of the calendar is thousands of years away.
fn after(time: Timestamp, seconds: u32) -> Timestamp {
    time.saturating_add(SignedDuration::from_secs(i64::from(seconds)))
        .unwrap_or(Timestamp::MAX)
}
