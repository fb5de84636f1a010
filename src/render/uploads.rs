//! Many uploads told as one: a layer's first few each on a line, then how many there are.

use super::event_text::Said;
use super::numbers::{bytes, count};
use super::style::Tone;
use crate::engine::event::What;

/// So many are told one by one.
const FIRST: usize = 5;
/// A log hears of every so many more.
const EVERY: usize = 100;

/// The uploads of the layer at work.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    files: usize,
    bytes: u64,
}

/// How an event is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// As it is.
    Itself,
    /// As it is, behind the sum of what is over now.
    After(Said),
    /// By the sum so far; a log leaves it out.
    Passing(Said),
    /// By the sum so far, in a log as well.
    Sum(Said),
}

impl Uploads {
    pub(super) fn tell(&mut self, what: &What) -> Told {
        if let What::Uploaded { bytes, .. } = what {
            return self.add(*bytes);
        }
        if matches!(
            what,
            What::LayerFinished { .. } | What::LayerFailed { .. } | What::LayerStopped { .. }
        ) {
            let all = std::mem::take(self);
            if all.files > FIRST {
                return Told::After(all.sum(""));
            }
        }
        Told::Itself
    }

    fn add(&mut self, bytes: u64) -> Told {
        // A sum is told when the next file comes, so that the last one is not told twice.
        let told = self.files > FIRST && self.files.is_multiple_of(EVERY);
        let before = told.then(|| self.sum(" so far"));
        self.files += 1;
        self.bytes += bytes;
        match before {
            _ if self.files <= FIRST => Told::Itself,
            Some(before) => Told::Sum(before),
            None => Told::Passing(self.sum("")),
        }
    }

    fn sum(&self, so_far: &str) -> Said {
        let (files, size) = (count(self.files, "file"), bytes(self.bytes));
        Said {
            lines: vec![format!("  + uploaded          {files}, {size}{so_far}")],
            tone: Tone::Added,
            passing: false,
        }
    }
}
