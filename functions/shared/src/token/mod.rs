//! The job token: what a tracking link carries, minted and checked. 42 bytes, 56 base64url characters:
//!
//! | bytes | field |
//! |---|---|
//! | 0 | version, 1 |
//! | 1 | id of the key that signed |
//! | 2 | scopes |
//! | 3 | generation |
//! | 4–7 | expiry, seconds since 1970, big-endian |
//! | 8–23 | link id |
//! | 24–41 | first 18 bytes of HMAC-SHA256(key, `"qdn.track.v1\n"` ‖ first 32 characters) |
//!
//! The edge function checks the same format, held to the same vectors (`tests/vectors/job-token.json`). Whether
//! a link id leads to a job, and to which generation, the table knows.

#[cfg(test)]
mod vectors;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use crate::id::LinkId;
use crate::ring::{KeyRing, TAG_BYTES};

/// How long a token is good for: 60 days, counted anew in each text. Long enough for a receipt to be found
/// again when the card's statement comes, and to print it for a month's books; short enough that a link in an
/// old phone opens nothing, and that a rotated key is gone within a season. Also the longest life that
/// [`KeyRing::retire`] waits for.
pub const TOKEN_LIFE_SECONDS: u32 = 60 * 24 * 60 * 60;

/// Characters of a token.
pub const TOKEN_CHARACTERS: usize = 56;

const VERSION: u8 = 1;
const PURPOSE: &str = "qdn.track.v1\n";
const TOKEN_BYTES: usize = 42;
const SIGNED_BYTES: usize = TOKEN_BYTES - TAG_BYTES;
const SIGNED_CHARACTERS: usize = 32;

/// What a request needs its token for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenScope {
    /// To see the job.
    Track,
    /// To rate it.
    Rate,
}

/// What a token is good for. Bits that have no meaning yet are kept and grant nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scopes(u8);

impl Scopes {
    /// Seeing alone.
    pub const TRACK: Scopes = Scopes(1);
    /// Seeing and rating: what the customer's texts carry.
    pub const TRACK_AND_RATE: Scopes = Scopes(3);

    /// The scopes of a token's scope byte.
    pub const fn from_bits(bits: u8) -> Self {
        Scopes(bits)
    }

    /// The scope byte: bit 0 track, bit 1 rate.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the scope is among these.
    pub const fn include(self, scope: TokenScope) -> bool {
        let bit = match scope {
            TokenScope::Track => 1,
            TokenScope::Rate => 2,
        };
        self.0 & bit != 0
    }
}

/// What a token says. Which key signs is the ring's business, not the token's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobToken {
    /// What it is good for.
    pub scopes: Scopes,
    /// The link's generation when the token was minted; an older one than the job's is void.
    pub generation: u8,
    /// From this second since 1970 on it is good for nothing.
    pub expires_at: u32,
    /// The tracking link.
    pub link: LinkId,
}

/// The token is refused. Why is not said, to nobody: every refusal looks the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job token is not valid")]
pub struct TokenRefused;

impl JobToken {
    /// When a token minted now is over, after this many seconds (usually [`TOKEN_LIFE_SECONDS`]).
    pub fn expiry(now: Timestamp, life_seconds: u32) -> u32 {
        let end = now.as_second().saturating_add(life_seconds.into());
        u32::try_from(end.max(0)).unwrap_or(u32::MAX)
    }

    /// The token's text, signed with the ring's minting key: 56 characters, to be shown to its owner alone.
    pub fn mint(&self, ring: &KeyRing) -> SecretString {
        let key = ring.minting();
        let mut bytes = [0; SIGNED_BYTES];
        bytes[..4].copy_from_slice(&[VERSION, key.id, self.scopes.bits(), self.generation]);
        bytes[4..8].copy_from_slice(&self.expires_at.to_be_bytes());
        bytes[8..].copy_from_slice(self.link.as_bytes());
        let mut text = String::with_capacity(TOKEN_CHARACTERS);
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        let tag = key.tag(&[PURPOSE, &text]);
        URL_SAFE_NO_PAD.encode_string(tag, &mut text);
        SecretString::from(text)
    }

    /// Reads a token that is good for `need` now. The text has to be the only spelling of its bytes; the
    /// signature is compared in constant time before anything that it signs is looked at.
    pub fn verify(
        text: &str,
        ring: &KeyRing,
        now: Timestamp,
        need: TokenScope,
    ) -> Result<JobToken, TokenRefused> {
        let bytes = decoded(text).ok_or(TokenRefused)?;
        let [version, key_id, scopes, generation, ..] = bytes;
        if version != VERSION {
            return Err(TokenRefused);
        }
        let key = ring.get(key_id).ok_or(TokenRefused)?;
        if !key.is_tag(
            &[PURPOSE, &text[..SIGNED_CHARACTERS]],
            &bytes[SIGNED_BYTES..],
        ) {
            return Err(TokenRefused);
        }
        let mut expires_at = [0; 4];
        expires_at.copy_from_slice(&bytes[4..8]);
        let mut link = [0; 16];
        link.copy_from_slice(&bytes[8..SIGNED_BYTES]);
        let token = JobToken {
            scopes: Scopes::from_bits(scopes),
            generation,
            expires_at: u32::from_be_bytes(expires_at),
            link: LinkId::from_bytes(link),
        };
        let good = now.as_second() < i64::from(token.expires_at) && token.scopes.include(need);
        good.then_some(token).ok_or(TokenRefused)
    }

    /// The id of the key that a text of a token's form names. When the ring does not know it, the ring may be
    /// an old copy: whoever keeps one reads it again (not more often than it can bear) before refusing.
    pub fn key_id(text: &str) -> Option<u8> {
        decoded(text).map(|bytes| bytes[1])
    }
}

/// Exactly 56 base64url characters hold 42 bytes with no bit to spare, so no token has a second spelling.
fn decoded(text: &str) -> Option<[u8; TOKEN_BYTES]> {
    let plain =
        |character: u8| character.is_ascii_alphanumeric() || matches!(character, b'-' | b'_');
    if text.len() != TOKEN_CHARACTERS || !text.bytes().all(plain) {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The address that a customer taps: `<public>/track?jobToken=<token>`, with `public` as in
/// [`crate::environment::PUBLIC_URL`].
pub fn tracking_url(public: &str, token: &SecretString) -> SecretString {
    SecretString::from(format!("{public}/track?jobToken={}", token.expose_secret()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::{Key32, KeyState, RingKey};
    use proptest::prelude::*;

    const DESIGN: &str = "AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs";

    fn ring(id: u8, key: [u8; 32]) -> KeyRing {
        KeyRing::from_keys(vec![RingKey {
            id,
            key: Key32::from_bytes(key),
            state: KeyState::Minting,
            since: 0,
        }])
        .unwrap()
    }

    fn counting_key() -> [u8; 32] {
        std::array::from_fn(|index| u8::try_from(index).unwrap())
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn design_token() -> JobToken {
        JobToken {
            scopes: Scopes::TRACK,
            generation: 0,
            expires_at: 1_893_456_000,
            link: "00112233445566778899aabbccddeeff".parse().unwrap(),
        }
    }

    #[test]
    fn the_vector_of_the_design() {
        let ring = ring(7, counting_key());
        assert_eq!(design_token().mint(&ring).expose_secret(), DESIGN);
        let verify = |now| JobToken::verify(DESIGN, &ring, second(now), TokenScope::Track);
        assert_eq!(verify(1_893_455_999), Ok(design_token()));
        assert_eq!(verify(1_893_456_000), Err(TokenRefused));
        assert_eq!(verify(-1), Ok(design_token()));
        assert_eq!(
            JobToken::verify(DESIGN, &ring, second(0), TokenScope::Rate),
            Err(TokenRefused)
        );
        assert_eq!(JobToken::key_id(DESIGN), Some(7));
    }

    #[test]
    fn a_minted_token_and_its_address_cannot_be_printed() {
        let token = design_token().mint(&ring(7, counting_key()));
        insta::assert_snapshot!(format!("{token:?}"), @"SecretBox<str>([REDACTED])");
        let address = tracking_url("https://example.com", &token);
        assert_eq!(
            address.expose_secret(),
            format!("https://example.com/track?jobToken={DESIGN}")
        );
    }

    #[test]
    fn expiry_stays_within_what_a_token_can_say() {
        assert_eq!(JobToken::expiry(second(100), 60), 160);
        assert_eq!(JobToken::expiry(second(-100), 60), 0);
        assert_eq!(JobToken::expiry(Timestamp::MAX, 60), u32::MAX);
    }

    #[test]
    fn texts_of_another_form_are_refused() {
        let ring = ring(7, counting_key());
        for text in [
            String::new(),
            DESIGN[1..].to_owned(),
            format!("{DESIGN}="),
            format!("{DESIGN}A"),
            format!(" {}", &DESIGN[1..]),
            format!("{}\n", &DESIGN[1..]),
            DESIGN.replace('_', "/"),
            DESIGN.replace('_', "%5F"),
            DESIGN.replacen("AQ", "é", 1),
        ] {
            let verdict = JobToken::verify(&text, &ring, second(0), TokenScope::Track);
            assert_eq!(verdict, Err(TokenRefused), "{text}");
            assert_eq!(JobToken::key_id(&text), None, "{text}");
        }
    }

    fn tokens() -> impl Strategy<Value = JobToken> {
        (any::<u8>(), any::<u8>(), any::<u32>(), any::<[u8; 16]>()).prop_map(
            |(scopes, generation, expires_at, link)| JobToken {
                scopes: Scopes::from_bits(scopes),
                generation,
                expires_at,
                link: LinkId::from_bytes(link),
            },
        )
    }

    proptest! {
        /// A token is good exactly before its end, for the scopes that it has, with the key that signed it.
        #[test]
        fn minted_tokens_verify(token in tokens(), key: [u8; 32], id in 1_u8.., now in 0..i64::from(u32::MAX)) {
            let ring = ring(id, key);
            let text = token.mint(&ring);
            let text = text.expose_secret();
            prop_assert_eq!(text.len(), TOKEN_CHARACTERS);
            prop_assert_eq!(JobToken::key_id(text), Some(id));
            for (need, bit) in [(TokenScope::Track, 1), (TokenScope::Rate, 2)] {
                let good = now < i64::from(token.expires_at) && token.scopes.bits() & bit != 0;
                let verdict = JobToken::verify(text, &ring, second(now), need);
                prop_assert_eq!(verdict, if good { Ok(token) } else { Err(TokenRefused) });
            }
        }

        /// No other text passes: not one with another character, one more or one less.
        #[test]
        fn mutations_are_refused(token in tokens(), key: [u8; 32], place in 0..TOKEN_CHARACTERS, other in "[ -~é]") {
            let token = JobToken { scopes: Scopes::TRACK_AND_RATE, expires_at: u32::MAX, ..token };
            let ring = ring(7, key);
            let text = token.mint(&ring);
            let (before, after) = text.expose_secret().split_at(place);
            let changed = [
                format!("{before}{other}{}", &after[1..]),
                format!("{before}{other}{after}"),
                format!("{before}{}", &after[1..]),
                before.to_owned(),
            ];
            for changed in changed.iter().filter(|changed| *changed != text.expose_secret()) {
                let verdict = JobToken::verify(changed, &ring, second(0), TokenScope::Track);
                prop_assert_eq!(verdict, Err(TokenRefused), "{}", changed);
            }
        }

        #[test]
        fn another_key_refuses(token in tokens(), key: [u8; 32], other: [u8; 32], id in 1_u8.., other_id in 1_u8..) {
            prop_assume!((key, id) != (other, other_id));
            let token = JobToken { scopes: Scopes::TRACK, expires_at: u32::MAX, ..token };
            let text = token.mint(&ring(id, key));
            let verdict = JobToken::verify(text.expose_secret(), &ring(other_id, other), second(0), TokenScope::Track);
            prop_assert_eq!(verdict, Err(TokenRefused));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,60}|[A-Za-z0-9_-]{55,57}") {
            let verdict = JobToken::verify(&text, &ring(7, counting_key()), second(0), TokenScope::Track);
            prop_assert_eq!(verdict, Err(TokenRefused));
        }
    }
}
