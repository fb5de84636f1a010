//! The names of the routes, and what their callers must show.

use crate::operator::OperatorScope;
use crate::token::TokenScope;

/// Names each operation once: what a handler is matched by, and the operation id for people and machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteName {
    /// Takes a job in.
    CreateJob,
    /// Jobs, newest first.
    ListJobs,
    /// One job.
    GetJob,
    /// Moves a job to its next state.
    MoveJob,
    /// Sends a text of the operator's to a job's customer.
    SendMessage,
    /// A job's messages and replies.
    ListMessages,
    /// Gives a job a new tracking link and voids the old ones.
    RenewLink,
    /// Says what a job costs, and that it is paid.
    SetCharge,
    /// The customer's view of their job.
    Track,
    /// The customer's rating.
    Rate,
    /// Maintenance data.
    GetMaintenance,
    /// Replaces maintenance data.
    PutMaintenance,
    /// The carrier tells that a message's status changed.
    CarrierStatus,
    /// The carrier tells that a text came in.
    CarrierInbound,
    /// Says that the function runs, and which package.
    Health,
}

impl RouteName {
    /// The operation id, the same for people and machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            RouteName::CreateJob => "createJob",
            RouteName::ListJobs => "listJobs",
            RouteName::GetJob => "getJob",
            RouteName::MoveJob => "moveJob",
            RouteName::SendMessage => "sendMessage",
            RouteName::ListMessages => "listMessages",
            RouteName::RenewLink => "renewLink",
            RouteName::SetCharge => "setCharge",
            RouteName::Track => "track",
            RouteName::Rate => "rate",
            RouteName::GetMaintenance => "getMaintenance",
            RouteName::PutMaintenance => "putMaintenance",
            RouteName::CarrierStatus => "carrierStatus",
            RouteName::CarrierInbound => "carrierInbound",
            RouteName::Health => "health",
        }
    }
}

/// What a caller must show. The function checks it; API Gateway lets everything through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// Nothing: anybody may call.
    None,
    /// `Authorization: Bearer <keyId>.<secret>` of an operator, with this scope (or `admin`).
    OperatorKey(OperatorScope),
    /// `Authorization: Bearer <job token>` of a customer's tracking link, good for this.
    JobToken(TokenScope),
    /// An HMAC in the path, over the route and its id, as given to the carrier.
    CarrierMac,
}
