//! The moves that can be asked for.

use serde::{Deserialize, Serialize};

use super::{State, Technician};
use crate::charge::Charge;
use crate::rating::Rating;
use crate::window::ArrivalWindow;

/// A move of a job, with what belongs to the state that it leads to. JSON:
/// `{"to":"ASSIGNED","technician":{…},"window":{…}}`; fields that do not belong to the move are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "to",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Transition {
    /// No move leads here; naming the state of a job that is in it is a repetition like any other.
    Created {},
    /// A technician comes in a window; once more with another of them while ASSIGNED.
    Assigned {
        /// Who.
        technician: Technician,
        /// When.
        window: ArrivalWindow,
    },
    /// The technician is there.
    InProgress {},
    /// Done, perhaps with the charge; a charge that was set before stays otherwise.
    Complete {
        /// What the job costs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charge: Option<Charge>,
    },
    /// The customer rated.
    Rated {
        /// How.
        rating: Rating,
    },
}

impl Transition {
    /// The state that it leads to.
    pub const fn to(&self) -> State {
        match self {
            Transition::Created {} => State::Created,
            Transition::Assigned { .. } => State::Assigned,
            Transition::InProgress {} => State::InProgress,
            Transition::Complete { .. } => State::Complete,
            Transition::Rated { .. } => State::Rated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_as_clients_write_it() {
        for json in [
            r#"{"to":"CREATED"}"#,
            r#"{"to":"ASSIGNED","technician":{"name":"Sam Lee","phone":"+12025550143"},"window":{"start":"2026-11-22T18:00:00Z","end":"2026-11-22T20:00:00Z","zone":"America/New_York"}}"#,
            r#"{"to":"IN_PROGRESS"}"#,
            r#"{"to":"COMPLETE"}"#,
            r#"{"to":"COMPLETE","charge":{"amount":12500,"currency":"USD"}}"#,
            r#"{"to":"RATED","rating":{"stars":5,"comment":"quick"}}"#,
        ] {
            let transition: Transition = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&transition).unwrap(), json);
            assert!(json.contains(transition.to().as_str()));
        }
    }

    #[test]
    fn what_does_not_belong_is_refused() {
        let refused = |json: &str| {
            serde_json::from_str::<Transition>(json)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(refused(r#"{"to":"IN_PROGRESS","charge":null}"#), @"unknown field `charge`, there are no fields");
        insta::assert_snapshot!(refused(r#"{"to":"COMPLETE","rating":{"stars":5}}"#), @"unknown field `rating`, expected `charge`");
        insta::assert_snapshot!(refused(r#"{"to":"RATED"}"#), @"missing field `rating`");
        insta::assert_snapshot!(refused(r#"{"to":"CANCELED"}"#), @"unknown variant `CANCELED`, expected one of `CREATED`, `ASSIGNED`, `IN_PROGRESS`, `COMPLETE`, `RATED` at line 1 column 16");
        insta::assert_snapshot!(refused(r#"{"to":"ASSIGNED","technician":{"name":"Sam","age":30}}"#), @"unknown field `age`, expected `name` or `phone`");
        insta::assert_snapshot!(refused(r#"{"to":"ASSIGNED","technician":{"name":"Sam","phone":"+15550100"}}"#), @"has too few or too many digits for its country");
    }
}
