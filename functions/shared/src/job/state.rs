//! The states of a job.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a job stands. The states follow each other in this order, and none is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum State {
    /// Taken in.
    Created,
    /// A technician comes in a window.
    Assigned,
    /// The technician is there.
    InProgress,
    /// Done.
    Complete,
    /// The customer rated it.
    Rated,
}

impl State {
    /// Every state, in order.
    pub const ALL: &[State] = &[
        State::Created,
        State::Assigned,
        State::InProgress,
        State::Complete,
        State::Rated,
    ];

    /// The name in JSON, keys and queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Created => "CREATED",
            State::Assigned => "ASSIGNED",
            State::InProgress => "IN_PROGRESS",
            State::Complete => "COMPLETE",
            State::Rated => "RATED",
        }
    }

    /// The only state that may follow.
    pub const fn next(self) -> Option<State> {
        match self {
            State::Created => Some(State::Assigned),
            State::Assigned => Some(State::InProgress),
            State::InProgress => Some(State::Complete),
            State::Complete => Some(State::Rated),
            State::Rated => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |state: &State| state.as_str() == text;
        State::ALL.iter().copied().find(named).ok_or(UnknownState)
    }
}

/// Not the name of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state, expected CREATED, ASSIGNED, IN_PROGRESS, COMPLETE or RATED")]
pub struct UnknownState;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_read_back_and_follow_each_other() {
        for (index, state) in State::ALL.iter().enumerate() {
            assert_eq!(state.as_str().parse(), Ok(*state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
            assert_eq!(state.next().as_ref(), State::ALL.get(index + 1));
            assert!(UnknownState.to_string().contains(state.as_str()));
        }
        assert_eq!("created".parse::<State>(), Err(UnknownState));
    }
}
