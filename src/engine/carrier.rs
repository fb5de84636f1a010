//! The carrier layer: where the carrier sends what customers write.

use qdn_shared::credentials::Sender;
use qdn_shared::ring::SigningKeys;

use super::desired::Desired;
use super::error::Error;
use super::event::What;
use super::facts::Seen;
use super::observe::Observed;
use super::run::Run;
use super::secrets::document;
use crate::plan::carrier::{address, compare, differing, subject, wanted};
use crate::plan::{Layer, LayerPlan, NotObserved};
use crate::ports::{CarrierAccess, ErrorKind, InboundSettings, Ports};

/// Who sends, and what opens the sender's account.
struct Account<'a> {
    sender: &'a Sender,
    access: CarrierAccess,
}

/// The account, or why nobody may look into it.
fn account(desired: &Desired) -> Result<Account<'_>, NotObserved> {
    // Both layers read the same file: who leaves it out leaves out both.
    if [Layer::Carrier, Layer::Secrets]
        .iter()
        .any(|layer| desired.skip.contains(layer))
    {
        return Err(NotObserved::Skipped);
    }
    let file = desired.secrets.as_ref().ok_or(NotObserved::NoSecretsFile)?;
    let token = file.auth_token.clone().ok_or(NotObserved::NoAuthToken)?;
    Ok(Account {
        sender: file.carrier.from(),
        access: CarrierAccess {
            account: file.carrier.account_sid().into(),
            token,
            base: desired.environment.carrier.clone(),
        },
    })
}

/// Why nobody may look at the carrier's settings; none: they can be looked at.
pub(super) fn unseen(desired: &Desired) -> Option<NotObserved> {
    account(desired).err()
}

/// Whether the carrier sends what customers write to us.
pub(super) async fn proved(run: &Run<'_>, desired: &Desired) -> Result<Seen, Error> {
    let Ok(account) = account(desired) else {
        return Ok(Seen::Wrong(
            "nothing opens the carrier's account".to_owned(),
        ));
    };
    let secret = desired.names().secrets.keys;
    let keys = document::<SigningKeys>(run.ports, &secret).await?;
    let keys = keys.ok_or(Error::NoSecret { secret })?;
    let public = desired.environment.public_url()?;
    let wanted = wanted(account.sender, &address(&public, &keys.carrier));
    let found = look(&account, run.ports).await?;
    let left: Vec<String> = differing(&wanted, &found.fields).into_keys().collect();
    let subject = subject(account.sender);
    // What is set instead is not shown: it may open something.
    Ok(if left.is_empty() {
        Seen::Right(format!("{subject} sends what customers write to {public}"))
    } else {
        Seen::Wrong(format!("{subject} has another {}", left.join(", ")))
    })
}

/// What is set for the sender; none when nobody may look.
pub async fn observe(desired: &Desired, ports: &Ports) -> Result<Option<InboundSettings>, Error> {
    match account(desired) {
        Ok(account) => look(&account, ports).await.map(Some),
        Err(_) => Ok(None),
    }
}

async fn look(account: &Account<'_>, ports: &Ports) -> Result<InboundSettings, Error> {
    let found = ports.carrier.inbound(&account.access, account.sender).await;
    match found {
        Ok(found) => found.ok_or_else(|| Error::NoSender {
            sender: subject(account.sender),
        }),
        Err(error) if matches!(error.kind, ErrorKind::Credentials | ErrorKind::AccessDenied) => {
            Err(Error::AuthTokenRefused {
                message: error.message,
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// The layer's part of a plan.
pub fn layer(desired: &Desired, observed: &Observed) -> Result<LayerPlan, Error> {
    let account = match account(desired) {
        Ok(account) => account,
        Err(why) => return Ok(LayerPlan::unseen(Layer::Carrier, why)),
    };
    let fields = observed.inbound.as_ref().map(|found| &found.fields);
    let ring = observed.secrets.signing_keys.as_ref();
    Ok(compare(
        &desired.environment.public_url()?,
        ring.map(|keys| &keys.carrier),
        account.sender,
        fields.unwrap_or(&std::collections::BTreeMap::new()),
    ))
}

/// Sets what differs, and sees that it is set.
pub async fn carry_out(run: &Run<'_>, desired: &Desired, observed: &Observed) -> Result<(), Error> {
    let Ok(account) = account(desired) else {
        return Ok(());
    };
    let secret = desired.names().secrets.keys;
    let keys = document::<SigningKeys>(run.ports, &secret).await?;
    let keys = keys.ok_or(Error::NoSecret { secret })?;
    let wanted = wanted(
        account.sender,
        &address(&desired.environment.public_url()?, &keys.carrier),
    );
    let found = look(&account, run.ports).await?;
    let fields = differing(&wanted, &found.fields);
    if fields.is_empty() {
        return Ok(());
    }
    // Somebody at the carrier's console was quicker; what is there now nobody was shown.
    if observed.inbound.as_ref() != Some(&found) {
        return Err(Error::Moved {
            subject: subject(account.sender),
        });
    }
    let Account { sender, access } = &account;
    let set = run
        .ports
        .carrier
        .set_inbound(access, sender, &found.sid, &fields)
        .await?;
    let left = differing(&wanted, &set.fields);
    if !left.is_empty() {
        return Err(Error::WebhookNotSet {
            sender: subject(sender),
            fields: left.into_keys().collect(),
        });
    }
    run.emit(What::WebhookSet {
        sender: subject(sender),
        fields: fields.into_keys().collect(),
    });
    Ok(())
}
