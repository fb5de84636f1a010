//! Amazon `CloudWatch` Logs: log groups. Metrics and alarms are in `cloudwatch`.

use serde::Serialize;

use crate::template::{HasArn, Pseudo, Text, resource, text};

/// `AWS::Logs::LogGroup`. It always has a retention, so that logs never pile up.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    /// Taken once in an account and region.
    pub log_group_name: Text,
    /// One of the steps that AWS offers.
    pub retention_in_days: u32,
}

resource!(LogGroup, "AWS::Logs::LogGroup", LogGroupAttribute { Arn => "Arn" });

impl HasArn for LogGroup {
    /// It ends in `:*`, which IAM wants: with it, the name covers the group's streams.
    const ARN: LogGroupAttribute = LogGroupAttribute::Arn;
}

/// The Amazon Resource Name of the log groups whose name matches `name`, without the `:*` at the end
/// (which API Gateway refuses).
pub fn log_group_arn(name: impl Into<Text>) -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":logs:",
        Pseudo::Region,
        ":",
        Pseudo::AccountId,
        ":log-group:",
        name.into()
    ]
}
