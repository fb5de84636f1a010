//! A request to send a message: what Twilio checks before it takes one, in one place.

use jiff::Timestamp;

use super::fault::Fault;
use super::fields::is_address;
use super::form::Params;
use super::journal::Entry;
use super::magic::{self, Effect, SENDERS};
use super::model::{Direction, Message, OptOut, Status};
use super::sid;
use super::text::{LONGEST, is_e164, segments};
use super::world::Carrier;

/// A message that may be sent, as far as its parameters tell.
#[derive(Debug)]
pub(super) struct Order {
    pub to: String,
    pub from: String,
    service: Option<String>,
    body: String,
    status_callback: Option<String>,
}

impl Order {
    /// Checks the parameters; the first fault counts.
    pub fn read(carrier: &Carrier, parameters: &Params) -> Result<Self, Fault> {
        let (from, service) = (
            parameters.filled("From"),
            parameters.filled("MessagingServiceSid"),
        );
        let refused = |code| {
            Fault::refusal(
                code,
                parameters.get("To").unwrap_or_default(),
                from.unwrap_or_default(),
            )
        };
        let to = parameters.filled("To").ok_or_else(|| refused(21604))?;
        if from.is_none() && service.is_none() {
            return Err(refused(21603));
        }
        let body = parameters.filled("Body").ok_or_else(|| refused(21602))?;
        if !is_e164(to) {
            return Err(refused(21211));
        }
        let mut callback = parameters.filled("StatusCallback").map(str::to_owned);
        let from = carrier.state(|state| {
            if let Some(sid) = service {
                let found = state.services().iter().find(|service| service.sid == sid);
                let found = found
                    .ok_or_else(|| Fault::bad(21701, "The Messaging Service does not exist"))?;
                callback = callback
                    .take()
                    .or_else(|| found.text("status_callback").map(str::to_owned));
            }
            let Some(from) = from else {
                return Ok(carrier.credentials.number().to_owned());
            };
            if !is_e164(from) {
                return Err(refused(21212));
            }
            let ours = state
                .numbers()
                .iter()
                .any(|number| number.text("phone_number") == Some(from));
            if ours || magic::find(SENDERS, from).is_some() {
                return Ok(from.to_owned());
            }
            Err(refused(21606))
        })?;
        if from == to {
            return Err(Fault::bad(
                21266,
                "The 'To' and 'From' number cannot be the same",
            ));
        }
        if body.chars().count() > LONGEST {
            return Err(refused(21617));
        }
        if let Some(address) = callback.as_deref().filter(|address| !is_address(address)) {
            return Err(Fault::bad(
                21609,
                format!("The 'StatusCallback' URL {address} is not a valid URL."),
            ));
        }
        Ok(Self {
            to: to.to_owned(),
            from,
            service: service.map(str::to_owned),
            body: body.to_owned(),
            status_callback: callback,
        })
    }

    /// Refuses a person who texted STOP.
    pub fn expect_opted_in(&self, carrier: &Carrier) -> Result<(), Fault> {
        let opt_out = OptOut {
            sender: self.from.clone(),
            phone: self.to.clone(),
        };
        if carrier.state(|state| state.opted_out().contains(&opt_out)) {
            return Err(Fault::refusal(21610, &self.to, &self.from));
        }
        Ok(())
    }

    /// Stores the message.
    pub fn place(self, carrier: &Carrier, effect: Effect) -> Message {
        let now = Timestamp::now();
        let message = Message {
            sid: sid::random("SM"),
            direction: Direction::OutboundApi,
            segments: segments(&self.body),
            from: self.from,
            to: self.to,
            body: self.body,
            status: if self.service.is_some() {
                Status::Accepted
            } else {
                Status::Queued
            },
            service: self.service,
            error_code: None,
            created: now,
            updated: now,
            sent: None,
            status_callback: self.status_callback,
            effect,
            callbacks: Vec::new(),
            revision: 0,
        };
        carrier.state(|state| state.put(Entry::Message(message.clone())));
        carrier.say(&format!("{} {}", message.sid, message.status.word()));
        message
    }
}
