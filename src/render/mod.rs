//! Plans, events and errors turned into text. Owns no terminal: callers say whether colour is
//! wanted, how wide a line may be, and where to write.

mod conflicts;
mod cost;
mod doctor;
mod drift;
mod error;
mod event_text;
mod findings;
mod fit;
mod groups;
mod hanging;
mod interruption;
mod jsonl;
mod logs;
mod numbers;
mod object_key;
mod permissions;
mod plan_human;
mod plan_json;
mod plan_markdown;
mod progress;
mod releases;
mod repairs;
mod resource_text;
mod risks;
#[cfg(test)]
mod samples;
mod seed_human;
mod standing;
mod status;
mod step_text;
mod style;
mod tally;
mod timeline;
mod uploads;
mod values;
mod verify;
#[cfg(test)]
mod widths;

pub use cost::{cost_human, cost_json};
pub use doctor::doctor_human;
pub use drift::drift_human;
pub use error::error_text;
pub use hanging::fitted;
pub use interruption::{left_hint, left_text};
pub use jsonl::JsonLines;
pub use logs::{LogPrinter, log_json};
pub use numbers::{bytes, count, duration, whole};
pub use permissions::{permissions_human, permissions_json};
pub use plan_human::{Extent, plan_human};
pub use plan_json::plan_json;
pub use plan_markdown::{MARKDOWN_LIMIT, markdown_marker, plan_markdown};
pub use progress::Progress;
pub use releases::releases_human;
pub use seed_human::seed_human;
pub use status::status_human;
pub use style::Style;
pub use timeline::{report_html, report_svg, timeline_text};
pub use verify::{verify_human, verify_json, verify_junit};
