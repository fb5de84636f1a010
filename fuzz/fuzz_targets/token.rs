//! Job tokens: only what the ring's key minted is accepted, in one spelling. The corpus holds a good one.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use qdn_shared::id::LinkId;
use qdn_shared::ring::{Key32, KeyRing, KeyState, RingKey};
use qdn_shared::token::{JobToken, Scopes, TokenScope};
use secrecy::ExposeSecret as _;

fuzz_target!(|bytes: &[u8]| {
    let ring = ring();
    if let Ok(text) = std::str::from_utf8(bytes) {
        given(text, &ring);
    }
    if let Some((claims, rest)) = bytes.split_first_chunk() {
        minted(*claims, rest, &ring);
    }
});

/// The ring of the design's example.
fn ring() -> KeyRing {
    let key = std::array::from_fn(|index| u8::try_from(index).expect("32 bytes"));
    let minting = RingKey {
        id: 7,
        key: Key32::from_bytes(key),
        state: KeyState::Minting,
        since: 0,
    };
    KeyRing::from_keys(vec![minting]).expect("one minting key")
}

/// Whatever is accepted is what would be minted.
fn given(text: &str, ring: &KeyRing) {
    for need in [TokenScope::Track, TokenScope::Rate] {
        if let Ok(token) = JobToken::verify(text, ring, Timestamp::UNIX_EPOCH, need) {
            assert!(token.scopes.include(need) && token.expires_at > 0);
            assert!(
                token.mint(ring).expose_secret() == text,
                "a second spelling"
            );
            assert_eq!(JobToken::key_id(text), Some(7));
        }
    }
}

/// Whatever is minted is accepted, and nothing that differs from it.
fn minted(claims: [u8; 22], rest: &[u8], ring: &KeyRing) {
    let [scopes, generation, a, b, c, d, link @ ..] = claims;
    let token = JobToken {
        scopes: Scopes::from_bits(scopes),
        generation,
        expires_at: u32::from_be_bytes([a, b, c, d]),
        link: LinkId::from_bytes(link),
    };
    let text = token.mint(ring);
    let text = text.expose_secret();
    let good = token.expires_at > 0 && token.scopes.include(TokenScope::Track);
    let read =
        |text: &str| JobToken::verify(text, ring, Timestamp::UNIX_EPOCH, TokenScope::Track).ok();
    assert_eq!(read(text), good.then_some(token));
    let [place, other, ..] = *rest else { return };
    let mut changed = text.as_bytes().to_vec();
    let place = usize::from(place) % changed.len();
    changed[place] = other;
    if let Ok(changed) = String::from_utf8(changed) {
        assert!(
            changed == text || read(&changed).is_none(),
            "a changed token is accepted"
        );
    }
}
