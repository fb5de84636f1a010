//! What the carrier calls back: the signed path, `/api/carrier/…`, then after a line's end the form in the body. Only
//! key and signature that we made for a route are accepted, in one spelling. The corpus holds good ones.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use qdn_shared::form;
use qdn_shared::id::MessageId;
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::message::{CarrierStatus, Sid};
use qdn_shared::ring::KeyRing;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(bytes.len());
    let (path, body) = bytes.split_at(end);
    if let Ok(path) = std::str::from_utf8(path) {
        address(path);
    }
    let body = body.strip_prefix(b"\n").unwrap_or(body);
    let values =
        |name: &'static str| form_urlencoded::parse(body).filter(move |(field, _)| field == name);
    // The API's own reader takes what stands there once, and nothing else.
    if let Ok(sid) = form::field::<Sid>(body, "MessageSid") {
        let once: Vec<_> = values("MessageSid").collect();
        assert!(once.len() == 1 && sid.as_str() == once[0].1 && sid.to_string() == once[0].1);
    }
    for (_, value) in values("MessageStatus") {
        let known = CarrierStatus::read(&value);
        assert!(known.is_none_or(|status| CarrierStatus::read(status.as_str()) == Some(status)));
    }
});

fn ring() -> KeyRing {
    let key = std::array::from_fn(|index| u8::try_from(index).expect("32 bytes"));
    KeyRing::generate(key, Timestamp::UNIX_EPOCH)
}

fn address(path: &str) {
    let parts: Vec<&str> = path.split('/').collect();
    match *parts.as_slice() {
        ["", "api", "carrier", "inbound", key_id, mac] => {
            accepted_as_made(CallbackRoute::Inbound, key_id, mac);
        }
        ["", "api", "carrier", "status", message, key_id, mac] => {
            if let Ok(message) = message.parse::<MessageId>() {
                let again = message.to_string().parse::<MessageId>();
                assert!(again.is_ok_and(|again| again == message));
                accepted_as_made(CallbackRoute::Status(&message), key_id, mac);
            }
        }
        _ => {}
    }
}

fn accepted_as_made(route: CallbackRoute<'_>, key_id: &str, mac: &str) {
    let ring = ring();
    let (made_by, made) = mac::sign(&ring, route);
    let accepted = mac::verify(&ring, route, key_id, mac);
    assert_eq!(accepted, (key_id, mac) == (&*made_by.to_string(), &*made));
}
