//! What the functions count for people: alarms and the dashboard name it, the functions write it.

/// The namespace of all our metrics.
pub const NAMESPACE: &str = "QDN";

/// The dimension that tells one deployment's metrics from another's: the stack's name.
pub const DIMENSION: &str = "Stack";

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Messages that the carrier took.
    MessagesSent,
    /// Messages that were handed to the phone network.
    MessagesReached,
    /// Messages that reached nobody.
    MessagesFailed,
    /// Attempts whose outcome became unknown.
    MessagesUnknown,
    /// Messages that cannot be told apart at the carrier and stay unknown.
    MessagesAmbiguous,
    /// The carrier refused our credentials.
    CarrierRefusedCredentials,
    /// For how many seconds a message has been due without being looked at, or waiting to be sent; the maximum counts.
    OldestDueSeconds,
    /// Maintenance alerts raised.
    AlertsRaised,
}

impl Metric {
    /// The metric's name.
    pub const fn name(self) -> &'static str {
        match self {
            Metric::MessagesSent => "MessagesSent",
            Metric::MessagesReached => "MessagesReached",
            Metric::MessagesFailed => "MessagesFailed",
            Metric::MessagesUnknown => "MessagesUnknown",
            Metric::MessagesAmbiguous => "MessagesAmbiguous",
            Metric::CarrierRefusedCredentials => "CarrierRefusedCredentials",
            Metric::OldestDueSeconds => "OldestDueSeconds",
            Metric::AlertsRaised => "AlertsRaised",
        }
    }

    /// Its unit, in `CloudWatch`'s words.
    pub const fn unit(self) -> &'static str {
        match self {
            Metric::OldestDueSeconds => "Seconds",
            Metric::MessagesSent
            | Metric::MessagesReached
            | Metric::MessagesFailed
            | Metric::MessagesUnknown
            | Metric::MessagesAmbiguous
            | Metric::CarrierRefusedCredentials
            | Metric::AlertsRaised => "Count",
        }
    }
}
