//! The carrier in memory: one number and one messaging service, as a console shows them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use qdn_infra::ports::{
    Carrier, CarrierAccess, CloudError, ErrorKind, InboundSettings, Result, Service,
};
use qdn_shared::credentials::Sender;
use secrecy::ExposeSecret as _;

use super::World;

/// The carrier's account.
#[derive(Debug, Clone, Default)]
pub struct FakeCarrier {
    /// What is set for the sender of the secrets file.
    pub fields: BTreeMap<String, String>,
    /// Whether the account has another sender than the secrets file names.
    pub other_sender: bool,
    /// Whether another token opens the account by now.
    pub token_changed: bool,
    /// A field that is taken and not kept.
    pub stubborn: Option<&'static str>,
}

impl World {
    /// What is set for the sender.
    pub fn inbound(&self) -> BTreeMap<String, String> {
        self.state.lock().unwrap().carrier.fields.clone()
    }

    /// Changes something in the carrier's console.
    pub fn in_the_console(&self, change: impl FnOnce(&mut FakeCarrier)) {
        change(&mut self.state.lock().unwrap().carrier);
    }

    fn admitted(&self, operation: &'static str, access: &CarrierAccess) -> Result<()> {
        assert!(access.account.expose_secret().starts_with("AC"));
        if self.state.lock().unwrap().carrier.token_changed {
            return Err(CloudError {
                service: Service::Carrier,
                operation,
                subject: "the sender".to_owned(),
                kind: ErrorKind::Credentials,
                message: "status 401, error 20003".to_owned(),
            });
        }
        Ok(())
    }
}

#[async_trait]
impl Carrier for World {
    async fn inbound(
        &self,
        access: &CarrierAccess,
        sender: &Sender,
    ) -> Result<Option<InboundSettings>> {
        self.read(Service::Carrier, "FetchSender", "the sender")?;
        self.admitted("FetchSender", access)?;
        let carrier = self.state.lock().unwrap().carrier.clone();
        Ok((!carrier.other_sender).then(|| InboundSettings {
            sid: sender.as_str().to_owned(),
            fields: carrier.fields,
        }))
    }

    async fn set_inbound(
        &self,
        access: &CarrierAccess,
        sender: &Sender,
        sid: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<InboundSettings> {
        self.write(Service::Carrier, "UpdateSender", "the sender")?;
        self.admitted("UpdateSender", access)?;
        assert_eq!(sid, sender.as_str());
        let mut state = self.state.lock().unwrap();
        let stubborn = state.carrier.stubborn;
        let kept = fields
            .iter()
            .filter(|(name, _)| Some(name.as_str()) != stubborn);
        let kept: Vec<_> = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        state.carrier.fields.extend(kept);
        Ok(InboundSettings {
            sid: sid.to_owned(),
            fields: state.carrier.fields.clone(),
        })
    }
}
