//! How much of everything a job takes. The one place of these assumptions; docs/scaling.md explains them.

/// Changes of a job: it is made, and moves four times.
pub(super) const CHANGES: u32 = 5;
/// What the carrier reports of a text: sent, delivered, and one between.
pub(super) const CALLBACKS_PER_TEXT: u32 = 3;
/// Runs of `relay` for a text: it is new, claimed, recorded, and reported of three times.
pub(super) const RELAYS_PER_TEXT: u32 = 6;
/// Files of the tracking page, fetched once a job.
pub(super) const PAGE_FILES: u32 = 7;
/// Their bytes, nothing compressed.
pub(super) const PAGE_BYTES: u32 = 36_000;
/// Bytes of an answer of the API.
pub(super) const ANSWER_BYTES: u32 = 1_000;

/// Milliseconds that `api` takes to answer.
pub(super) const API_MS: u32 = 20;
/// Milliseconds of a run of `relay`; most only look, one in six waits for the carrier.
pub(super) const RELAY_MS: u32 = 100;
/// Milliseconds of a run of `upkeep` that finds nothing to do.
pub(super) const UPKEEP_MS: u32 = 100;
/// How many times the mean the peak is. Jobs are ordered by day.
pub(super) const PEAK: u32 = 4;
/// Segments a second that the carrier takes from a local number, and from a short code, the fastest sender there is.
pub(super) const NUMBER_SEGMENTS: u32 = 1;
pub(super) const SHORT_CODE_SEGMENTS: u32 = 100;

/// Write units: to make a job, to move it, and for a text from its making to its last report, indexes included.
pub(super) const WRITES_TO_MAKE: u32 = 10;
pub(super) const WRITES_TO_MOVE: u32 = 7;
pub(super) const WRITES_PER_TEXT: u32 = 22;
/// Read units of a look at the tracking page, of a report of the carrier's, and of a run of `upkeep`.
pub(super) const READS_PER_LOOK: u32 = 7;
pub(super) const READS_PER_CALLBACK: u32 = 2;
pub(super) const READS_PER_UPKEEP: u32 = 2;
/// Bytes that a job and its messages take in the table for good.
pub(super) const JOB_BYTES: u32 = 7_000;

/// Bytes of log for a job, of all functions, and for a run of `upkeep`.
pub(super) const LOG_BYTES: u32 = 22_000;
pub(super) const UPKEEP_LOG_BYTES: u32 = 1_000;
/// Metrics that our functions write.
pub(super) const METRICS: u32 = 8;
/// Secrets that the deployer makes: the carrier's, the keys, the operators, its own key.
pub(super) const SECRETS: u32 = 4;
/// Secrets that a function reads, and every how many seconds each of its instances does.
pub(super) const SECRETS_PER_FUNCTION: u32 = 3;
pub(super) const SECRETS_SECONDS: u32 = 300;
/// Gigabytes of the buckets: packages, templates, releases, the page.
pub(super) const OBJECT_GB: u32 = 1;

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Jobs a day.
    pub jobs_per_day: u32,
    /// Texts of a job.
    pub texts_per_job: u32,
    /// Segments of all texts of a job together.
    pub segments_per_job: u32,
    /// How often the open tracking page asks for a job's state.
    pub looks_per_job: u32,
    /// For how many months jobs have come in at this rate: what the table holds.
    pub months: u32,
}

impl Traffic {
    /// Texts of a job: each state has its own.
    pub const TEXTS: u32 = 5;
    /// Looks of a customer.
    pub const LOOKS: u32 = 10;
    /// A year of jobs.
    pub const MONTHS: u32 = 12;

    /// Segments of so many texts: a tracking link makes two of one, and two of five have one.
    pub const fn segments(texts: u32) -> u32 {
        texts.saturating_mul(7).div_ceil(5)
    }

    /// The traffic that docs/scaling.md calculates with.
    pub const fn of(jobs_per_day: u32) -> Self {
        Self {
            jobs_per_day,
            texts_per_job: Self::TEXTS,
            segments_per_job: Self::segments(Self::TEXTS),
            looks_per_job: Self::LOOKS,
            months: Self::MONTHS,
        }
    }
}
