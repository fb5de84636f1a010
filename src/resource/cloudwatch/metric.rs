//! What is counted or measured, and how values of five minutes become one.

use serde::Serialize;

/// What is counted or measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// For example `AWS/Lambda`.
    pub namespace: &'static str,
    /// For example `Errors`.
    pub name: &'static str,
    /// Of what: for example a function's name.
    pub dimensions: Vec<Dimension>,
    /// What is made of the values of five minutes.
    pub statistic: Statistic,
}

/// One property by which a metric is told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    /// For example `FunctionName`.
    pub name: &'static str,
    /// For example a function's name.
    pub value: String,
}

/// How values become one.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Statistic {
    Maximum,
    #[serde(rename = "p99")]
    P99,
    Sum,
}

/// Five minutes: long enough for one e-mail a burst, short enough to act on.
pub(super) const PERIOD_SECONDS: u32 = 300;
