//! Amazon `CloudWatch`: metrics, alarms on them, and a board that shows them. Log groups are in `logs`.

mod alarm;
mod dashboard;
mod metric;

pub use alarm::{Alarm, AlarmAttribute};
pub use dashboard::{Dashboard, Widget};
pub use metric::{Dimension, Metric, Statistic};
