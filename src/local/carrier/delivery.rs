//! The life of a message after it was accepted: its statuses, and the callbacks that tell them.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::form::encoded;
use super::magic::Effect;
use super::model::{Callback, Message, Status};
use super::world::Carrier;

/// Twilio tries a callback once more when it could not connect, and then never again.
const AGAIN: Duration = Duration::from_millis(500);

/// Goes on with every message that a stop interrupted.
pub(super) fn resume(carrier: &Arc<Carrier>) {
    let unfinished: Vec<String> = carrier.state(|state| {
        let unfinished = |message: &&Message| message.status.next(message.effect).is_some();
        state
            .messages()
            .iter()
            .filter(unfinished)
            .map(|message| message.sid.clone())
            .collect()
    });
    for sid in unfinished {
        begin(carrier, sid);
    }
}

/// Begins the delivery of a message.
pub(super) fn begin(carrier: &Arc<Carrier>, sid: String) {
    let (told, hears) = mpsc::unbounded_channel();
    tokio::spawn(tell(Arc::clone(carrier), hears));
    tokio::spawn(live(Arc::clone(carrier), sid, told));
}

/// Moves the message on until its end, or until it is gone. Callbacks do not hold it up.
async fn live(carrier: Arc<Carrier>, sid: String, told: mpsc::UnboundedSender<Message>) {
    loop {
        let step = carrier.behaviour(|behaviour| behaviour.step_ms);
        tokio::time::sleep(Duration::from_millis(step)).await;
        let changed = carrier.state(|state| {
            let message = state.message(&sid)?;
            let (status, error_code) = message.status.next(message.effect)?;
            state.change(&sid, |message| {
                let now = Timestamp::now();
                message.status = status;
                message.error_code = error_code;
                message.updated = now;
                if status == Status::Sent {
                    message.sent = Some(now);
                }
            })
        });
        let Some(message) = changed else {
            return;
        };
        carrier.say(&format!("{sid} {}", message.status.word()));
        // The other end is dropped only together with the runtime.
        let _ = told.send(message);
    }
}

/// Makes the callbacks of one message, one after the other, as its effect says.
async fn tell(carrier: Arc<Carrier>, mut changes: mpsc::UnboundedReceiver<Message>) {
    let mut kept = Vec::new();
    while let Some(message) = changes.recv().await {
        match message.effect {
            Effect::NoCallbacks => {}
            Effect::CallbacksReversed => kept.push(message),
            Effect::CallbacksTwice => {
                call(&carrier, &message).await;
                call(&carrier, &message).await;
            }
            _ => call(&carrier, &message).await,
        }
    }
    for message in kept.iter().rev() {
        call(&carrier, message).await;
    }
}

async fn call(carrier: &Carrier, message: &Message) {
    let Some(address) = &message.status_callback else {
        return;
    };
    let code = message.error_code.map(|code| code.to_string());
    let status = message.status.word();
    let mut parameters = vec![
        ("AccountSid", carrier.credentials.account.as_str()),
        ("ApiVersion", "2010-04-01"),
        ("From", &message.from),
        ("MessageSid", &message.sid),
        ("MessageStatus", status),
        ("SmsSid", &message.sid),
        ("SmsStatus", status),
        ("To", &message.to),
    ];
    if let Some(service) = &message.service {
        parameters.push(("MessagingServiceSid", service));
    }
    if let Some(code) = &code {
        parameters.push(("ErrorCode", code));
    }
    let body = encoded(parameters);
    let answer = post(carrier, "POST", address, &body).await;
    note(carrier, &message.sid, message.status, answer);
}

/// Calls an address with a form; the status of the answer, when there was one.
pub(super) async fn post(
    carrier: &Carrier,
    method: &str,
    address: &str,
    form: &str,
) -> Option<u16> {
    let request = || {
        if method == "GET" {
            let joint = if address.contains('?') { '&' } else { '?' };
            carrier.client.get(format!("{address}{joint}{form}"))
        } else {
            let kind = "application/x-www-form-urlencoded; charset=UTF-8";
            carrier
                .client
                .post(address)
                .header("content-type", kind)
                .body(form.to_owned())
        }
    };
    let mut sent = request().send().await;
    if sent.as_ref().is_err_and(reqwest::Error::is_connect) {
        tokio::time::sleep(AGAIN).await;
        sent = request().send().await;
    }
    sent.ok().map(|answer| answer.status().as_u16())
}

/// Keeps what a request about a message came to.
pub(super) fn note(carrier: &Carrier, sid: &str, status: Status, answer: Option<u16>) {
    let word = answer.map_or_else(|| "no answer".to_owned(), |answer| answer.to_string());
    carrier.say(&format!("{sid} told {}: {word}", status.word()));
    let callback = Callback {
        status,
        at: Timestamp::now(),
        answer,
    };
    carrier.state(|state| state.change(sid, |message| message.callbacks.push(callback)));
}
