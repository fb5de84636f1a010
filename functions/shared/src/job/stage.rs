//! What a job knows in each state. Each stage is made of the one before it and of what is new, and can be made
//! in no other way: a COMPLETE job without a technician, or a move that skips a state, does not compile.

use jiff::Timestamp;

use super::{State, Technician};
use crate::rating::Rating;
use crate::window::ArrivalWindow;

/// Who comes when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub technician: Technician,
    pub window: ArrivalWindow,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Created {
    at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assigned {
    before: Created,
    at: Timestamp,
    assignment: Assignment,
    /// The window before the last one that people see as another.
    previous: Option<ArrivalWindow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InProgress {
    before: Assigned,
    at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complete {
    before: InProgress,
    at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rated {
    before: Complete,
    at: Timestamp,
    rating: Rating,
}

impl Created {
    pub const fn new(at: Timestamp) -> Self {
        Created { at }
    }

    pub const fn assign(self, assignment: Assignment, at: Timestamp) -> Assigned {
        Assigned {
            before: self,
            at,
            assignment,
            previous: None,
        }
    }
}

impl Assigned {
    pub const fn assignment(&self) -> &Assignment {
        &self.assignment
    }

    pub const fn previous(&self) -> Option<&ArrivalWindow> {
        self.previous.as_ref()
    }

    /// As it was stored.
    pub fn with_previous(self, previous: Option<ArrivalWindow>) -> Self {
        Assigned { previous, ..self }
    }

    /// Another technician or window; the job was ASSIGNED before and stays so.
    pub fn reassign(self, assignment: Assignment) -> Self {
        let was = self.assignment.window;
        let previous = if was.describe() == assignment.window.describe() {
            self.previous
        } else {
            Some(was)
        };
        Assigned {
            assignment,
            previous,
            ..self
        }
    }

    pub const fn arrive(self, at: Timestamp) -> InProgress {
        InProgress { before: self, at }
    }
}

impl InProgress {
    pub const fn complete(self, at: Timestamp) -> Complete {
        Complete { before: self, at }
    }
}

impl Complete {
    pub const fn rate(self, rating: Rating, at: Timestamp) -> Rated {
        Rated {
            before: self,
            at,
            rating,
        }
    }
}

impl Rated {
    pub const fn rating(&self) -> &Rating {
        &self.rating
    }
}

/// The stage at which a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Created(Created),
    Assigned(Assigned),
    InProgress(InProgress),
    Complete(Complete),
    Rated(Rated),
}

impl Stage {
    pub const fn state(&self) -> State {
        match self {
            Stage::Created(_) => State::Created,
            Stage::Assigned(_) => State::Assigned,
            Stage::InProgress(_) => State::InProgress,
            Stage::Complete(_) => State::Complete,
            Stage::Rated(_) => State::Rated,
        }
    }

    /// When the job came to be in a state; none for one that it has not reached.
    pub fn entered(&self, state: State) -> Option<Timestamp> {
        match state {
            State::Created => Some(self.created().at),
            State::Assigned => self.assigned().map(|stage| stage.at),
            State::InProgress => self.in_progress().map(|stage| stage.at),
            State::Complete => self.complete().map(|stage| stage.at),
            State::Rated => self.rated().map(|stage| stage.at),
        }
    }

    fn created(&self) -> &Created {
        match self {
            Stage::Created(stage) => stage,
            Stage::Assigned(stage) => &stage.before,
            Stage::InProgress(stage) => &stage.before.before,
            Stage::Complete(stage) => &stage.before.before.before,
            Stage::Rated(stage) => &stage.before.before.before.before,
        }
    }

    pub fn assigned(&self) -> Option<&Assigned> {
        match self {
            Stage::Assigned(stage) => Some(stage),
            _ => self.in_progress().map(|stage| &stage.before),
        }
    }

    fn in_progress(&self) -> Option<&InProgress> {
        match self {
            Stage::InProgress(stage) => Some(stage),
            _ => self.complete().map(|stage| &stage.before),
        }
    }

    fn complete(&self) -> Option<&Complete> {
        match self {
            Stage::Complete(stage) => Some(stage),
            _ => self.rated().map(|stage| &stage.before),
        }
    }

    pub fn rated(&self) -> Option<&Rated> {
        match self {
            Stage::Rated(stage) => Some(stage),
            _ => None,
        }
    }
}
