//! What a test asked of the stand-in beforehand, and how often a magic number was tried.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::magic::{self, Effect, RECIPIENTS, SENDERS};

/// Between two changes of a message's status, unless asked otherwise.
const STEP_MS: u64 = 150;

/// An effect for the messages to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Next {
    #[serde(flatten)]
    pub effect: Effect,
    /// For how many messages.
    #[serde(default = "once")]
    pub times: u32,
    /// For messages to this number only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

fn once() -> u32 {
    1
}

/// How the stand-in behaves at the moment.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Behaviour {
    /// Effects for messages to come; the first one that fits is used.
    pub next: VecDeque<Next>,
    /// Every request to the carrier's interface loses its connection.
    pub outage: bool,
    /// Milliseconds between two changes of a message's status.
    pub step_ms: u64,
    #[serde(skip)]
    tried: HashMap<&'static str, u32>,
}

/// What a test asks for; what it leaves out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Change {
    next: Option<VecDeque<Next>>,
    outage: Option<bool>,
    step_ms: Option<u64>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            next: VecDeque::new(),
            outage: false,
            step_ms: STEP_MS,
            tried: HashMap::new(),
        }
    }
}

impl Behaviour {
    pub fn change(&mut self, change: Change) {
        if let Some(next) = change.next {
            self.next = next;
        }
        self.outage = change.outage.unwrap_or(self.outage);
        self.step_ms = change.step_ms.unwrap_or(self.step_ms);
    }

    /// The effect on the message that is being created.
    pub fn effect(&mut self, from: &str, to: &str) -> Effect {
        let fits =
            |next: &Next| next.times > 0 && next.to.as_deref().is_none_or(|wanted| wanted == to);
        if let Some(place) = self.next.iter().position(fits) {
            let next = &mut self.next[place];
            let effect = next.effect;
            next.times -= 1;
            if next.times == 0 {
                self.next.remove(place);
            }
            return effect;
        }
        let sender = magic::find(SENDERS, from);
        let Some(magic) = sender.or_else(|| magic::find(RECIPIENTS, to)) else {
            return Effect::Ordinary;
        };
        let Some(most) = magic.tries else {
            return magic.effect;
        };
        let tried = self.tried.entry(magic.number).or_default();
        if *tried < most {
            *tried += 1;
            magic.effect
        } else {
            *tried = 0;
            Effect::Ordinary
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::carrier::magic::{CUSTOMER, SENDER};

    #[test]
    fn tries_begin_again_after_an_ordinary_one() {
        let mut behaviour = Behaviour::default();
        let effects: Vec<Effect> = (0..6)
            .map(|_| behaviour.effect(SENDER, "+15005550111"))
            .collect();
        let (refused, ordinary) = (Effect::TooManyRequests, Effect::Ordinary);
        assert_eq!(
            effects,
            [refused, refused, ordinary, refused, refused, ordinary]
        );
    }

    #[test]
    fn what_was_asked_for_comes_before_the_numbers_and_ends() {
        let mut behaviour = Behaviour::default();
        let change = r#"{"next": [
            {"effect": "slow", "ms": 5, "to": "+15005550100"},
            {"effect": "dropAfterStoring", "times": 2}
        ], "stepMs": 10}"#;
        behaviour.change(serde_json::from_str(change).unwrap());
        assert_eq!(
            behaviour.effect(SENDER, "+15005550004"),
            Effect::DropAfterStoring
        );
        assert_eq!(behaviour.effect(SENDER, CUSTOMER), Effect::Slow { ms: 5 });
        assert_eq!(behaviour.effect(SENDER, CUSTOMER), Effect::DropAfterStoring);
        assert_eq!(behaviour.effect(SENDER, CUSTOMER), Effect::Ordinary);
        assert_eq!((behaviour.step_ms, behaviour.outage), (10, false));
        assert!(serde_json::from_str::<Change>(r#"{"nonsense": 1}"#).is_err());
    }

    #[test]
    fn a_sender_with_an_effect_goes_before_its_recipient() {
        let mut behaviour = Behaviour::default();
        let effect = behaviour.effect("+15005550008", "+15005550004");
        assert_eq!(effect, Effect::Refused { code: 21611 });
    }
}
