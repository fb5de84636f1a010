//! How a job changes. Each change raises the version by one; times never go back, whatever the clocks say.

use jiff::Timestamp;

use super::stage::{Assignment, Stage};
use super::{Job, Notice, NoticeKind, State, Transition};
use crate::charge::Charge;
use crate::id::{LinkId, MessageId};
use crate::rating::Rating;
use crate::segments::SmsText;
use crate::text;

/// A job after a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The job as it is now.
    pub job: Job,
    /// What the customer is told, if anything.
    pub notice: Option<Notice>,
    /// Whether there is something to write; no for a repetition.
    pub changed: bool,
}

/// Why a job does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalMove {
    /// The order of the states does not allow it.
    #[error("the job is {from} and cannot become {to}; {}", possibilities(*.from))]
    Order {
        /// Where the job stands.
        from: State,
        /// What was asked for.
        to: State,
    },
    /// A repetition of COMPLETE that names another charge.
    #[error("the job is COMPLETE already, with another charge; a charge is changed by itself")]
    OtherCharge,
    /// A repetition of RATED with another rating.
    #[error("the job is RATED already, with another rating")]
    OtherRating,
    /// The thread has no number left for another message.
    #[error(
        "the job has {} messages, and no more can be added",
        MessageId::MAX_NUMBER
    )]
    ThreadFull,
}

impl IllegalMove {
    /// The states that a move out of this state may name. While ASSIGNED, that state may be named again with
    /// another technician or window.
    pub const fn possible(from: State) -> &'static [State] {
        match from {
            State::Created => &[State::Assigned],
            State::Assigned => &[State::Assigned, State::InProgress],
            State::InProgress => &[State::Complete],
            State::Complete => &[State::Rated],
            State::Rated => &[],
        }
    }
}

fn possibilities(from: State) -> String {
    let names: Vec<_> = IllegalMove::possible(from)
        .iter()
        .map(|state| state.as_str())
        .collect();
    match names.as_slice() {
        [] => "it is at its end".to_owned(),
        names => format!("possible: {}", names.join(", ")),
    }
}

impl Job {
    /// Moves the job on, or changes its assignment. Naming the current state with the same data changes nothing
    /// and tells nobody.
    pub fn transition(self, transition: Transition, now: Timestamp) -> Result<Moved, IllegalMove> {
        if self.repeats(&transition)? {
            return Ok(self.unchanged());
        }
        let from = self.state();
        let at = now.max(self.updated_at);
        let mut charge = self.charge;
        let (stage, notice) = match (self.stage, transition) {
            (Stage::Created(stage), Transition::Assigned { technician, window }) => {
                let text = text::assigned(technician.name.first(), &window);
                let stage = stage.assign(Assignment { technician, window }, at);
                let notice = Some((NoticeKind::Assigned, text));
                (Stage::Assigned(stage), notice)
            }
            (Stage::Assigned(stage), Transition::Assigned { technician, window }) => {
                let next = Assignment { technician, window };
                let notice =
                    change(stage.assignment(), &next).map(|text| (NoticeKind::Changed, text));
                (Stage::Assigned(stage.reassign(next)), notice)
            }
            (Stage::Assigned(stage), Transition::InProgress {}) => {
                let notice = Some((NoticeKind::InProgress, text::in_progress()));
                (Stage::InProgress(stage.arrive(at)), notice)
            }
            (Stage::InProgress(stage), Transition::Complete { charge: given }) => {
                charge = given.or(charge);
                let notice = Some((NoticeKind::Complete, text::complete()));
                (Stage::Complete(stage.complete(at)), notice)
            }
            (Stage::Complete(stage), Transition::Rated { rating }) => {
                let notice = Some((NoticeKind::Rated, text::rated()));
                (Stage::Rated(stage.rate(rating, at)), notice)
            }
            (_, transition) => {
                let to = transition.to();
                return Err(IllegalMove::Order { from, to });
            }
        };
        let mut job = Job {
            charge,
            stage,
            ..self
        };
        let notice = match notice {
            Some((kind, text)) => {
                let id = job.next_message()?;
                Some(Notice { id, kind, text })
            }
            None => None,
        };
        Ok(job.changed(now, notice))
    }

    /// Records the customer's rating: COMPLETE becomes RATED, once. The same rating again changes nothing.
    pub fn rate(self, rating: Rating, now: Timestamp) -> Result<Moved, IllegalMove> {
        self.transition(Transition::Rated { rating }, now)
    }

    /// Sets what the job costs, in any state: the operator may quote a price, correct it, and note its payment.
    /// Nobody is told. The same charge again changes nothing.
    pub fn set_charge(self, charge: Charge, now: Timestamp) -> Moved {
        if self.charge == Some(charge) {
            return self.unchanged();
        }
        let job = Job {
            charge: Some(charge),
            ..self
        };
        job.changed(now, None)
    }

    /// Voids the tokens of the tracking link by a new generation; after the last generation the link gets a new
    /// id and starts over. Takes a number of the thread for the message that tells the customer.
    pub fn renew_link(
        self,
        fresh: LinkId,
        now: Timestamp,
    ) -> Result<(Job, MessageId), IllegalMove> {
        let (link, generation) = match self.generation.checked_add(1) {
            Some(generation) => (self.link, generation),
            None => (fresh, 0),
        };
        let job = Job {
            link,
            generation,
            ..self
        };
        let (job, [message]) = job.add_messages(now)?;
        Ok((job, message))
    }

    /// Takes the next numbers of the thread, all by one change, for messages that are no notices of a move: an
    /// operator's own, a customer's reply, its copy to the operator's lines.
    pub fn add_messages<const COUNT: usize>(
        mut self,
        now: Timestamp,
    ) -> Result<(Job, [MessageId; COUNT]), IllegalMove> {
        let last = u32::try_from(COUNT)
            .ok()
            .and_then(|count| self.messages.checked_add(count))
            .ok_or(IllegalMove::ThreadFull)?;
        MessageId::of(self.id, last).map_err(|_| IllegalMove::ThreadFull)?;
        let ids = std::array::from_fn(|_| {
            self.next_message()
                .expect("the last of the numbers is one of the thread's")
        });
        Ok((self.changed(now, None).job, ids))
    }

    /// Whether the job is already as the transition would make it. An error when it is in that state with data
    /// that no move changes.
    fn repeats(&self, transition: &Transition) -> Result<bool, IllegalMove> {
        match (&self.stage, transition) {
            (Stage::Created(_), Transition::Created {})
            | (Stage::InProgress(_), Transition::InProgress {})
            | (Stage::Complete(_), Transition::Complete { charge: None }) => Ok(true),
            (Stage::Assigned(stage), Transition::Assigned { technician, window }) => {
                let assignment = stage.assignment();
                Ok(assignment.technician == *technician && assignment.window == *window)
            }
            (
                Stage::Complete(_),
                Transition::Complete {
                    charge: Some(charge),
                },
            ) => {
                let same = self.charge.is_some_and(|own| own.covers(charge));
                same.then_some(true).ok_or(IllegalMove::OtherCharge)
            }
            (Stage::Rated(stage), Transition::Rated { rating }) => {
                let same = stage.rating() == rating;
                same.then_some(true).ok_or(IllegalMove::OtherRating)
            }
            _ => Ok(false),
        }
    }

    fn next_message(&mut self) -> Result<MessageId, IllegalMove> {
        let number = self.messages + 1;
        let id = MessageId::of(self.id, number).map_err(|_| IllegalMove::ThreadFull)?;
        self.messages = number;
        Ok(id)
    }

    fn unchanged(self) -> Moved {
        Moved {
            job: self,
            notice: None,
            changed: false,
        }
    }

    fn changed(mut self, now: Timestamp, notice: Option<Notice>) -> Moved {
        self.version += 1;
        self.updated_at = now.max(self.updated_at);
        Moved {
            job: self,
            notice,
            changed: true,
        }
    }
}

/// What the customer is told about another assignment; nothing about what they do not see, like the
/// technician's phone.
fn change(was: &Assignment, now: &Assignment) -> Option<SmsText> {
    let technician = was.technician.name != now.technician.name;
    let window = was.window.describe() != now.window.describe();
    let name = now.technician.name.first();
    match (technician, window) {
        (true, true) => Some(text::both_changed(name, &was.window, &now.window)),
        (true, false) => Some(text::technician_changed(name, &now.window)),
        (false, true) => Some(text::window_changed(&was.window, &now.window)),
        (false, false) => None,
    }
}
