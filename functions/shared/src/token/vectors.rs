//! Holds the token's code against `tests/vectors/job-token.json`, which the edge function's and the page's
//! tests read as well.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::{JobToken, TokenRefused, TokenScope};
use crate::ring::{Key32, KeyRing, KeyState, RingKey};
use secrecy::ExposeSecret as _;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct VectorFile {
    #[expect(dead_code, reason = "for people who open the file")]
    about: Vec<String>,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Vector {
    name: String,
    token: String,
    now: i64,
    need: Need,
    keys: BTreeMap<u8, String>,
    accepted: bool,
    fields: Option<Fields>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Need {
    Track,
    Rate,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fields {
    key_id: u8,
    scopes: u8,
    generation: u8,
    expires_at: u32,
    link: String,
}

fn vectors() -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/job-token.json");
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<VectorFile>(&text).unwrap().vectors
}

/// The keys of a vector as a ring; which of them is minting changes nothing when a token is checked.
fn ring(keys: &BTreeMap<u8, String>, minting: Option<u8>) -> KeyRing {
    let keys = keys.iter().enumerate().map(|(index, (id, digits))| {
        let byte = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
        let mints = minting.map_or(index == 0, |minting| minting == *id);
        RingKey {
            id: *id,
            key: Key32::from_bytes(std::array::from_fn(byte)),
            state: if mints {
                KeyState::Minting
            } else {
                KeyState::Retiring
            },
            since: 0,
        }
    });
    KeyRing::from_keys(keys.collect()).unwrap()
}

#[test]
fn every_vector_has_its_verdict() {
    let vectors = vectors();
    assert!(vectors.iter().any(|vector| vector.accepted));
    assert!(vectors.iter().any(|vector| !vector.accepted));
    for vector in vectors {
        let need = match vector.need {
            Need::Track => TokenScope::Track,
            Need::Rate => TokenScope::Rate,
        };
        let now = Timestamp::from_second(vector.now).unwrap();
        let verdict = JobToken::verify(&vector.token, &ring(&vector.keys, None), now, need);
        let found = verdict.map(|token| Fields {
            key_id: JobToken::key_id(&vector.token).unwrap(),
            scopes: token.scopes.bits(),
            generation: token.generation,
            expires_at: token.expires_at,
            link: token.link.to_string(),
        });
        assert_eq!(vector.accepted, vector.fields.is_some(), "{}", vector.name);
        assert_eq!(found, vector.fields.ok_or(TokenRefused), "{}", vector.name);
    }
}

#[test]
fn every_accepted_vector_is_minted_the_same_way() {
    for vector in vectors().into_iter().filter(|vector| vector.accepted) {
        let fields = vector.fields.unwrap();
        let token = JobToken {
            scopes: super::Scopes::from_bits(fields.scopes),
            generation: fields.generation,
            expires_at: fields.expires_at,
            link: fields.link.parse().unwrap(),
        };
        let minted = token.mint(&ring(&vector.keys, Some(fields.key_id)));
        assert_eq!(minted.expose_secret(), vector.token, "{}", vector.name);
    }
}
