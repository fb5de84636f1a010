//! What the traffic asks for at its peak, held against what is declared, and against what a sender can do.

use super::{Shape, traffic};

/// A declared limit that the traffic exceeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The setting, as it is written in a stack file.
    pub setting: &'static str,
    /// What it lets through in a second.
    pub declared: u32,
    /// What the traffic needs in a second at its peak.
    pub needed: f64,
}

/// Whether the sender that is priced carries the peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// It does.
    Enough,
    /// It does not, but a faster one would: toll-free, a registered campaign, a short code.
    Faster,
    /// No single one does, and several are not supported.
    Several,
}

impl Sender {
    /// Lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enough => "enough",
            Self::Faster => "faster",
            Self::Several => "several",
        }
    }

    /// What carries so many segments a second.
    pub(super) fn of(segments: f64) -> Self {
        if segments <= f64::from(traffic::NUMBER_SEGMENTS) {
            Self::Enough
        } else if segments <= f64::from(traffic::SHORT_CODE_SEGMENTS) {
            Self::Faster
        } else {
            Self::Several
        }
    }
}

/// The limits that so many texts and calls a second exceed.
pub(super) fn exceeded(shape: &Shape, texts: f64, calls: f64) -> Vec<Limit> {
    let limits = [
        ("messages.sends_per_second", shape.sends_per_second, texts),
        ("api.throttle.rate", shape.throttle_rate, calls),
    ];
    let limits = limits.map(|(setting, declared, needed)| Limit {
        setting,
        declared,
        needed,
    });
    let above = |limit: &Limit| limit.needed > f64::from(limit.declared);
    limits.into_iter().filter(above).collect()
}
