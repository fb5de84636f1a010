//! How many steps of each kind, in words.

use std::collections::BTreeMap;

use super::fit::wrap;
use super::numbers::{count, whole};
use super::step_text::sign;
use crate::plan::{Action, Step, Target};

/// Number of steps by action; an invalidation counts its paths.
pub(super) struct Tally(BTreeMap<Action, usize>);

impl Tally {
    pub(super) fn of<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Self {
        let mut tally = BTreeMap::new();
        for step in steps {
            let number = match &step.target {
                Target::Paths { paths } => paths.len(),
                Target::Resource { .. }
                | Target::Output { .. }
                | Target::StackTags { .. }
                | Target::Routes { .. }
                | Target::FunctionCode { .. }
                | Target::EdgeCode { .. }
                | Target::Secret { .. }
                | Target::EdgeKey { .. }
                | Target::Package { .. }
                | Target::Object { .. }
                | Target::Manifest { .. }
                | Target::Distribution { .. }
                | Target::BucketPolicy { .. }
                | Target::Document { .. }
                | Target::Webhook { .. }
                | Target::Check { .. } => 1,
            };
            *tally.entry(step.action).or_default() += number;
        }
        Self(tally)
    }

    /// `+ 2 to create, ~ 1 to change` between `before` and `after`, wrapped: each number beside the
    /// sign that its steps carry.
    pub(super) fn lines(&self, before: &str, after: &str, width: usize) -> Vec<String> {
        let part = |(action, number): (&Action, &usize)| {
            // A line never ends between a sign and its words.
            format!("{} {}", sign(*action), said(*action, *number)).replace(' ', "\u{a0}")
        };
        let words = self.0.iter().map(part).collect::<Vec<_>>().join(", ");
        wrap(&format!("{before}{words}{after}"), width)
            .iter()
            .map(|line| line.replace('\u{a0}', " "))
            .collect()
    }

    /// `2 to create, 1 to change`, without signs.
    pub(super) fn words(&self) -> String {
        let parts = self.0.iter().map(|(action, number)| said(*action, *number));
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn said(action: Action, number: usize) -> String {
    match action {
        Action::Create => format!("{} to create", whole(number)),
        Action::Update => format!("{} to change", whole(number)),
        Action::Replace => format!("{} to replace", whole(number)),
        Action::Remove => format!("{} to remove", whole(number)),
        Action::Invalidate => format!("{} to invalidate", count(number, "path")),
        Action::Check => count(number, "check"),
    }
}
