//! The carrier in our words: where it sends what customers write. Who opens the account is told with every call,
//! because the secrets file says so and not the machine.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use qdn_shared::credentials::Sender;
use secrecy::SecretString;

use super::Result;

/// Opens the carrier's account: only its own token may change settings.
#[derive(Debug, Clone)]
pub struct CarrierAccess {
    /// The account's SID, `AC…`.
    pub account: SecretString,
    /// Its token.
    pub token: SecretString,
    /// Where the carrier's interface is, without a slash at the end; none at the carrier itself.
    pub base: Option<String>,
}

/// Where texts to a sender go. Cannot be printed: addresses may hold credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct InboundSettings {
    /// The carrier's own identifier of the number or service.
    pub sid: String,
    /// Values by the carrier's parameter, e.g. `SmsUrl`; what is not set is empty.
    pub fields: BTreeMap<String, String>,
}

impl fmt::Debug for InboundSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InboundSettings(redacted)")
    }
}

/// Settings of the account's senders (Twilio).
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Where texts to this sender go; none when the account has no such sender.
    async fn inbound(
        &self,
        access: &CarrierAccess,
        sender: &Sender,
    ) -> Result<Option<InboundSettings>>;
    /// Changes these fields of the sender with this SID and no other; returns what is set afterwards.
    async fn set_inbound(
        &self,
        access: &CarrierAccess,
        sender: &Sender,
        sid: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<InboundSettings>;
}
