//! Which steps of a layer stand on a line of their own: of many page files with which the same is done for the same
//! reason the first few, and one line for the rest.

use std::collections::BTreeMap;

use super::Extent;
use crate::plan::{Action, Reason, Step, Target};

/// More than this are summed up.
const MANY: usize = 20;
/// So many of them are shown.
const FIRST: usize = 5;

/// What stands on a line.
pub(super) enum Line<'a> {
    Step(&'a Step),
    Rest(Rest),
}

/// Page files that are counted only.
pub(super) struct Rest {
    pub(super) action: Action,
    pub(super) reason: Reason,
    pub(super) count: usize,
    /// Their sizes together.
    pub(super) bytes: u64,
}

/// The lines of these steps, in their order; a sum stands where the first of its files would.
pub(super) fn lines(steps: &[Step], extent: Extent) -> Vec<Line<'_>> {
    let mut left: BTreeMap<(Action, Reason), Rest> = BTreeMap::new();
    for step in steps {
        let Some(size) = page_file(step) else {
            continue;
        };
        let Step { action, reason, .. } = *step;
        let group = left.entry((action, reason)).or_insert(Rest {
            action,
            reason,
            count: 0,
            bytes: 0,
        });
        group.count += 1;
        group.bytes += size;
    }
    left.retain(|_, group| extent == Extent::Summed && group.count > MANY);
    let mut shown: BTreeMap<(Action, Reason), usize> =
        left.keys().map(|group| (*group, 0)).collect();
    let mut lines = Vec::new();
    for step in steps {
        let group = (step.action, step.reason);
        let (Some(size), Some(shown)) = (page_file(step), shown.get_mut(&group)) else {
            lines.push(Line::Step(step));
            continue;
        };
        if *shown == FIRST {
            // Once: the others are in it.
            lines.extend(left.remove(&group).map(Line::Rest));
        } else if let Some(rest) = left.get_mut(&group) {
            lines.push(Line::Step(step));
            *shown += 1;
            rest.count -= 1;
            rest.bytes -= size;
        }
    }
    lines
}

/// The size of the page file that a step concerns, if it does one.
fn page_file(step: &Step) -> Option<u64> {
    match step.target {
        Target::Object { bytes, .. } => Some(bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn what_is_shown_and_what_is_summed_up_is_all_of_it() {
        for number in [0, 1, MANY, MANY + 1, 2_000] {
            let steps = samples::many_page_files(number).layers[5].steps.clone();
            for extent in [Extent::Summed, Extent::Full] {
                let mut bytes = 0;
                let mut count = 0;
                let lines = lines(&steps, extent);
                for line in &lines {
                    match line {
                        Line::Step(step) => {
                            count += 1;
                            bytes += page_file(step).unwrap_or(0);
                        }
                        Line::Rest(rest) => {
                            count += rest.count;
                            bytes += rest.bytes;
                        }
                    }
                }
                let all: u64 = steps.iter().filter_map(page_file).sum();
                assert_eq!((count, bytes), (steps.len(), all), "{number}");
                let is_summed = extent == Extent::Summed && number > MANY;
                assert_eq!(lines.len() < steps.len(), is_summed, "{number}");
            }
        }
    }
}
