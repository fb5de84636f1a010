//! What a caller has to show, by the route's credential. Every request passes here before its handler, and a
//! handler can only be called with what this module gave out: the fields of a proof are private.

use qdn_shared::id::MessageId;
use qdn_shared::job::Job;
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::operator::OperatorScope;
use qdn_shared::problem::ProblemKind;
use qdn_shared::route::{Credential, Route, RouteName};
use qdn_shared::token::{JobToken, TokenScope};

use crate::Api;
use crate::asked::Asked;
use crate::refusal::Refusal;

/// Who calls.
#[derive(Debug)]
pub enum Caller {
    /// Anybody.
    Anybody,
    /// Somebody with an operator key that has the route's scope.
    Operator(Operator),
    /// Somebody with the tracking link of a job.
    Customer(Customer),
    /// The carrier, at an address that we made.
    Carrier(Carrier),
}

/// Proof that the caller has an operator key with the route's scope.
#[derive(Debug)]
pub struct Operator(());

/// Proof that the caller has the tracking link of a job, with the job.
#[derive(Debug)]
pub struct Customer(Box<Job>);

impl Customer {
    /// The job as it was when the token was checked.
    pub fn job(self) -> Job {
        *self.0
    }
}

/// Proof that we made the called address, with the message that it is about.
#[derive(Debug)]
pub struct Carrier(Option<MessageId>);

impl Carrier {
    /// The message whose status changed.
    pub const fn message(&self) -> Option<&MessageId> {
        self.0.as_ref()
    }
}

impl Caller {
    /// The operator of a route for operators.
    pub fn operator(self) -> Result<Operator, Refusal> {
        match self {
            Caller::Operator(operator) => Ok(operator),
            _ => Err(Refusal::Broken(
                "a route of operators has another credential",
            )),
        }
    }

    /// The customer of a route for customers.
    pub fn customer(self) -> Result<Customer, Refusal> {
        match self {
            Caller::Customer(customer) => Ok(customer),
            _ => Err(Refusal::Broken(
                "a route of customers has another credential",
            )),
        }
    }

    /// The carrier of a route for the carrier.
    pub fn carrier(self) -> Result<Carrier, Refusal> {
        match self {
            Caller::Carrier(carrier) => Ok(carrier),
            _ => Err(Refusal::Broken(
                "a route of the carrier has another credential",
            )),
        }
    }
}

/// Checks what the route's caller has to show.
pub async fn check(api: &Api, route: &Route, asked: &Asked) -> Result<Caller, Refusal> {
    match route.credential {
        Credential::None => Ok(Caller::Anybody),
        Credential::OperatorKey(scope) => operator(api, asked, scope).await.map(Caller::Operator),
        Credential::JobToken(scope) => customer(api, asked, scope).await.map(Caller::Customer),
        Credential::CarrierMac => carrier(api, asked, route.name).await.map(Caller::Carrier),
    }
}

async fn operator(api: &Api, asked: &Asked, scope: OperatorScope) -> Result<Operator, Refusal> {
    let bearer = asked.bearer().ok_or(Refusal::Unauthorized)?;
    let known = api.operators.get(api.now()).await?;
    let may =
        |keys: &qdn_shared::operator::OperatorKeys| keys.verify(bearer).map(|key| key.may(scope));
    let allowed = match may(&known) {
        Some(allowed) => Some(allowed),
        // The key may have been made a moment ago.
        None => may(&*api.operators.fresh(api.now()).await?),
    };
    match allowed {
        Some(true) => Ok(Operator(())),
        Some(false) => Err(Refusal::Forbidden(scope)),
        None => Err(Refusal::Unauthorized),
    }
}

/// Whatever is wrong, the answer is the same: nobody learns whether a job exists.
async fn customer(api: &Api, asked: &Asked, scope: TokenScope) -> Result<Customer, Refusal> {
    let void = || Refusal::of(ProblemKind::NotFound);
    let text = asked.bearer().ok_or_else(void)?;
    let key_id = JobToken::key_id(text).ok_or_else(void)?;
    let now = api.now();
    let keys = &api.messaging.keys;
    let mut ring = keys.get(now).await?;
    if ring.tokens.get(key_id).is_none() {
        ring = keys.fresh(now).await?;
    }
    let token = JobToken::verify(text, &ring.tokens, now, scope).map_err(|_| void())?;
    let job = api.store().job_of_link(&token.link).await?;
    let job = api.store().job(&job.ok_or_else(void)?).await?;
    let job = job.ok_or_else(void)?;
    if job.link() != token.link || job.generation() != token.generation {
        return Err(void());
    }
    Ok(Customer(Box::new(job)))
}

/// An address that we did not make leads nowhere.
async fn carrier(api: &Api, asked: &Asked, name: RouteName) -> Result<Carrier, Refusal> {
    let nowhere = |_| Refusal::of(ProblemKind::NotFound);
    let message = match name {
        RouteName::CarrierStatus => Some(asked.path::<MessageId>("messageId").map_err(nowhere)?),
        _ => None,
    };
    let key_id: String = asked.path("keyId").map_err(nowhere)?;
    let mac: String = asked.path("mac").map_err(nowhere)?;
    let route = message
        .as_ref()
        .map_or(CallbackRoute::Inbound, CallbackRoute::Status);
    let keys = &api.messaging.keys;
    let mut ring = keys.get(api.now()).await?;
    let is_known = key_id
        .parse()
        .is_ok_and(|id| ring.carrier.get(id).is_some());
    if !is_known {
        ring = keys.fresh(api.now()).await?;
    }
    if mac::verify(&ring.carrier, route, &key_id, &mac) {
        Ok(Carrier(message))
    } else {
        Err(Refusal::of(ProblemKind::NotFound))
    }
}
