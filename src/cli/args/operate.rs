//! The command line of what an operator looks at: `status`, `logs`, `doctor`.

use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};
use jiff::{SignedDuration, Span, SpanRelativeTo};
use qdn_shared::id::JobId;
use qdn_shared::package::FunctionName;

use super::ListFormat;

/// `status`.
#[derive(Debug, Clone, Copy, Args)]
pub struct StatusArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub format: ListFormat,
}

/// `logs`.
#[derive(Debug, Clone, Args)]
pub struct LogsArgs {
    /// Go on with new lines until Ctrl-C
    #[arg(long)]
    pub follow: bool,
    /// How far back: 90s, 15m, 2h, 3d
    #[arg(long, default_value = "1h", value_name = "DURATION", value_hint = ValueHint::Other)]
    pub since: Since,
    /// Only of this function (may be repeated): api, relay, upkeep
    #[arg(long = "function", value_name = "NAME", value_hint = ValueHint::Other)]
    pub functions: Vec<FunctionName>,
    /// Only what was said of this job: lines that name it, and those of the same invocations
    #[arg(long, value_name = "ID", value_hint = ValueHint::Other)]
    pub job: Option<JobId>,
    /// How to print them; jsonl has every line, Lambda's own and metrics included
    #[arg(long, value_enum, default_value_t = LogsFormat::Human, value_name = "FORMAT")]
    pub format: LogsFormat,
}

/// `doctor`.
#[derive(Debug, Clone, Copy, Args)]
pub struct DoctorArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub format: ListFormat,
}

/// Formats of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogsFormat {
    /// For people
    Human,
    /// One JSON object a line
    Jsonl,
}

/// How far back, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// What was typed.
    pub text: String,
    /// The time; more than nothing.
    pub duration: SignedDuration,
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected a time such as 90s, 15m, 2h or 3d".to_owned();
        let span: Span = text.parse().map_err(|_| expected())?;
        let duration = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| expected())?;
        if duration <= SignedDuration::ZERO {
            return Err(expected());
        }
        Ok(Self {
            text: text.to_owned(),
            duration,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_back_is_read_as_people_write_it() {
        let since = |text: &str| text.parse::<Since>().map(|since| since.duration.as_secs());
        assert_eq!(since("90s"), Ok(90));
        assert_eq!(since("15m"), Ok(900));
        assert_eq!(since("1h 30m"), Ok(5400));
        assert_eq!(since("3d"), Ok(259_200));
        assert_eq!(since("PT2H"), Ok(7200));
        for wrong in ["", "0s", "-1h", "1h ago", "soon", "3", "1mo"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
