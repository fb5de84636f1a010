//! The command line of `cost`.

use clap::{Args, ValueHint};

use super::ListFormat;
use crate::cost::Traffic;

/// `cost`.
#[derive(Debug, Clone, Copy, Args)]
pub struct CostArgs {
    /// Jobs that come in a day
    #[arg(long, value_name = "N", value_hint = ValueHint::Other, default_value_t = 100)]
    pub jobs_per_day: u32,
    /// Texts that a job sends
    #[arg(long, value_name = "N", value_hint = ValueHint::Other, default_value_t = Traffic::TEXTS)]
    pub texts_per_job: u32,
    /// Segments of all texts of a job together; without it 7 for each 5 texts, because two of five carry a link
    #[arg(long, value_name = "N", value_hint = ValueHint::Other)]
    pub segments_per_job: Option<u32>,
    /// How often an open tracking page asks for the state of its job
    #[arg(long, value_name = "N", value_hint = ValueHint::Other, default_value_t = Traffic::LOOKS)]
    pub looks_per_job: u32,
    /// For how many months jobs have come in at this rate: what the table holds
    #[arg(long, value_name = "N", value_hint = ValueHint::Other, default_value_t = Traffic::MONTHS)]
    pub months: u32,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub format: ListFormat,
}

impl CostArgs {
    /// What comes in.
    pub fn traffic(self) -> Traffic {
        let segments = Traffic::segments(self.texts_per_job);
        Traffic {
            jobs_per_day: self.jobs_per_day,
            texts_per_job: self.texts_per_job,
            segments_per_job: self.segments_per_job.unwrap_or(segments),
            looks_per_job: self.looks_per_job,
            months: self.months,
        }
    }
}
