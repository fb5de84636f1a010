//! What was seen, as digests: enough to tell what moved, and nothing of what it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Layer;

/// Hexadecimal digits of a digest: 128 bits.
const DIGITS: usize = 32;

/// Digests of everything that a layer was compared with, by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Fingerprints(BTreeMap<Layer, BTreeMap<String, String>>);

impl Fingerprints {
    /// Notes what a subject is. What is not there is not noted.
    pub fn note(&mut self, layer: Layer, subject: impl Into<String>, content: impl AsRef<[u8]>) {
        let subjects = self.0.entry(layer).or_default();
        subjects.insert(subject.into(), digest(content));
    }

    /// What is otherwise in `now`, by layer and name.
    pub fn moved(&self, now: &Self) -> Vec<Moved> {
        let none = BTreeMap::new();
        let layers: BTreeSet<&Layer> = self.0.keys().chain(now.0.keys()).collect();
        let moved = layers.into_iter().flat_map(|layer| {
            let [before, now] = [self, now].map(|all| all.0.get(layer).unwrap_or(&none));
            differences(Some(*layer), before, now)
        });
        moved.collect()
    }

    /// The same without a layer.
    #[must_use]
    pub fn without(&self, layer: Layer) -> Self {
        let mut others = self.clone();
        others.0.remove(&layer);
        others
    }
}

/// Digests of the inputs of a plan, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Inputs(BTreeMap<String, String>);

impl Inputs {
    /// Notes what an input is.
    pub fn note(&mut self, name: impl Into<String>, content: impl AsRef<[u8]>) {
        self.0.insert(name.into(), digest(content));
    }

    /// What is otherwise in `now`, by name.
    pub fn moved(&self, now: &Self) -> Vec<Moved> {
        differences(None, &self.0, &now.0)
    }
}

/// Something that is not as a plan saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The layer that it was seen in; none for an input of this checkout.
    pub layer: Option<Layer>,
    /// Its name.
    pub subject: String,
    /// What became of it.
    pub how: Movement,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// It was not there.
    Appeared,
    /// It is another.
    Changed,
    /// It is not there any more.
    Disappeared,
}

impl fmt::Display for Moved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            layer,
            subject,
            how,
        } = self;
        let place = layer.map_or("input", Layer::name);
        let how = match how {
            Movement::Appeared => "is new",
            Movement::Changed => "is another",
            Movement::Disappeared => "is gone",
        };
        write!(formatter, "{place}: {subject} {how}")
    }
}

fn digest(content: impl AsRef<[u8]>) -> String {
    let mut digits = format!("{:x}", Sha256::digest(content));
    digits.truncate(DIGITS);
    digits
}

/// What is otherwise, by name.
fn differences(
    layer: Option<Layer>,
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<Moved> {
    let subjects: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let moved = subjects.into_iter().filter_map(|subject| {
        let how = match (before.get(subject), now.get(subject)) {
            (None, _) => Movement::Appeared,
            (_, None) => Movement::Disappeared,
            (before, now) if before != now => Movement::Changed,
            (Some(_), Some(_)) => return None,
        };
        Some(Moved {
            layer,
            subject: subject.clone(),
            how,
        })
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_appeared_changed_or_went_is_named() {
        let mut before = Fingerprints::default();
        before.note(Layer::Stack, "stack qdn", "one");
        before.note(Layer::Site, "track/a.css", "a");
        before.note(Layer::Site, "track/b.css", "b");
        let mut now = Fingerprints::default();
        now.note(Layer::Stack, "stack qdn", "two");
        now.note(Layer::Site, "track/b.css", "b");
        now.note(Layer::Site, "track/c.css", "c");
        let told: Vec<String> = before.moved(&now).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "stack: stack qdn is another",
                "site: track/a.css is gone",
                "site: track/c.css is new",
            ]
        );
        assert!(now.moved(&now).is_empty());
        assert!(
            before
                .without(Layer::Site)
                .moved(&now.without(Layer::Site))
                .len()
                == 1
        );
    }
}
