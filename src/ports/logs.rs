//! What functions wrote into their log groups (CloudWatch Logs). Reads only.

use async_trait::async_trait;
use jiff::Timestamp;

use super::Result;

/// Log groups (CloudWatch Logs).
#[async_trait]
pub trait Logs: Send + Sync {
    /// Every event of a log group from this time on, all streams, all pages, in the order in which the service gives
    /// them; none when there is no such group.
    async fn events(&self, group: &str, from: Timestamp) -> Result<Option<Vec<LogEvent>>>;
    /// The fields of the lines that each delivery writes of what this resource of CloudFront logs (an ARN), of logs that are
    /// set up as deliveries; none named where it is left to the service.
    async fn delivered(&self, resource: &str) -> Result<Vec<Vec<String>>>;
}

/// One event of a log group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Tells it apart from the others of its group; the same at every reading.
    pub id: String,
    /// When it was written, in milliseconds.
    pub at: Timestamp,
    /// The text, without the line break at its end.
    pub text: String,
}
