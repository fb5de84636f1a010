//! The signature in the addresses that the carrier calls back: proof that we made the address. What the call
//! then says is only a hint, whoever sends it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::id::MessageId;
use crate::ring::{KeyRing, RingKey, TAG_BYTES, TAG_TEXT};

const PURPOSE: &str = "qdn.carrier.v1\n";

/// What an address is called back for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackRoute<'a> {
    /// The status of this message.
    Status(&'a MessageId),
    /// A text that came in.
    Inbound,
}

impl CallbackRoute<'_> {
    /// What is signed, behind [`PURPOSE`].
    fn signed(self) -> String {
        match self {
            CallbackRoute::Status(message) => format!("status\n{message}"),
            CallbackRoute::Inbound => "inbound\n".to_owned(),
        }
    }

    fn mac(self, key: &RingKey) -> String {
        URL_SAFE_NO_PAD.encode(key.tag(&[PURPOSE, &self.signed()]))
    }
}

/// The id of the ring's minting key, and its signature of the route: 24 base64url characters.
pub fn sign(ring: &KeyRing, route: CallbackRoute<'_>) -> (u8, String) {
    let key = ring.minting();
    (key.id, route.mac(key))
}

/// Whether a called address is one of ours. Both parameters come as they stand in the path; each has exactly
/// one spelling, and signatures are compared in constant time.
pub fn verify(ring: &KeyRing, route: CallbackRoute<'_>, key_id: &str, mac: &str) -> bool {
    let Some(key) = key_id.parse().ok().and_then(|id| ring.get(id)) else {
        return false;
    };
    if key.id.to_string() != key_id || mac.len() != TAG_TEXT {
        return false;
    }
    // 24 characters hold 18 bytes with no bit to spare.
    let mut tag = [0; TAG_BYTES];
    let decoded = URL_SAFE_NO_PAD.decode_slice(mac, &mut tag);
    decoded == Ok(TAG_BYTES) && key.is_tag(&[PURPOSE, &route.signed()], &tag)
}

/// The path to call back, signed: `/api/carrier/status/<message>/<key id>/<mac>` or
/// `/api/carrier/inbound/<key id>/<mac>`.
pub fn path(ring: &KeyRing, route: CallbackRoute<'_>) -> String {
    let (key_id, mac) = sign(ring, route);
    match route {
        CallbackRoute::Status(message) => {
            format!("/api/carrier/status/{message}/{key_id}/{mac}")
        }
        CallbackRoute::Inbound => format!("/api/carrier/inbound/{key_id}/{mac}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{JobId, ThreadId};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn ring(random: [u8; 32]) -> KeyRing {
        KeyRing::generate(random, Timestamp::UNIX_EPOCH)
    }

    fn counting() -> [u8; 32] {
        std::array::from_fn(|index| u8::try_from(index).unwrap())
    }

    /// Made with Python's `hmac`.
    #[test]
    fn addresses_are_as_agreed() {
        let message: MessageId = "7K3M9QX2-1".parse().unwrap();
        let ring = ring(counting());
        insta::assert_snapshot!(path(&ring, CallbackRoute::Status(&message)), @"/api/carrier/status/7K3M9QX2-1/1/VFBH8MntioGHAjEN8UwuPU93");
        insta::assert_snapshot!(path(&ring, CallbackRoute::Inbound), @"/api/carrier/inbound/1/X9Qjc5QWMEZpYtLHd0pBzyo6");
    }

    #[test]
    fn both_keys_are_good_while_rotating() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let message: MessageId = "7K3M9QX2-1".parse().unwrap();
        let route = CallbackRoute::Status(&message);
        let mut ring = ring(counting());
        let (old_id, old) = sign(&ring, route);
        ring.publish([9; 32], at(0)).unwrap();
        ring.promote(at(120), 120).unwrap();
        let (new_id, new) = sign(&ring, route);
        assert_eq!((old_id, new_id), (1, 2));
        assert!(verify(&ring, route, "1", &old));
        assert!(verify(&ring, route, "2", &new));
        assert!(!verify(&ring, route, "2", &old));
        ring.retire(at(1_000_000), 0);
        assert!(!verify(&ring, route, "1", &old));
    }

    #[test]
    fn other_spellings_are_refused() {
        let ring = ring(counting());
        let (id, mac) = sign(&ring, CallbackRoute::Inbound);
        assert!(verify(&ring, CallbackRoute::Inbound, &id.to_string(), &mac));
        for key_id in ["", "01", "+1", " 1", "1 ", "257", "-255", "2", "0", "١"] {
            assert!(
                !verify(&ring, CallbackRoute::Inbound, key_id, &mac),
                "{key_id}"
            );
        }
        for mac in [
            String::new(),
            format!("{mac}="),
            format!("{mac}AAAA"),
            mac[4..].to_owned(),
            "é".repeat(12),
            "+".repeat(24),
        ] {
            assert!(!verify(&ring, CallbackRoute::Inbound, "1", &mac), "{mac}");
        }
    }

    proptest! {
        /// An address is good for its own route under its own key alone.
        #[test]
        fn a_signature_is_for_one_route(
            key: [u8; 32], other_key: [u8; 32], job: [u8; 5], number in 1_u32..99, other in 1_u32..99, place in 0_usize..24,
        ) {
            let thread = ThreadId::from(JobId::from_random(job));
            let (message, other) = (MessageId::of(thread, number).unwrap(), MessageId::of(thread, other).unwrap());
            let route = CallbackRoute::Status(&message);
            let (ring, other_ring) = (ring(key), ring(other_key));
            let (_, mac) = sign(&ring, route);
            prop_assert!(verify(&ring, route, "1", &mac));
            prop_assert_eq!(verify(&ring, CallbackRoute::Status(&other), "1", &mac), message == other);
            prop_assert_eq!(verify(&other_ring, route, "1", &mac), key == other_key);
            prop_assert!(!verify(&ring, CallbackRoute::Inbound, "1", &mac));
            let swapped = if mac.as_bytes()[place] == b'A' { "B" } else { "A" };
            let changed = format!("{}{swapped}{}", &mac[..place], &mac[place + 1..]);
            prop_assert!(!verify(&ring, route, "1", &changed));
        }
    }
}
