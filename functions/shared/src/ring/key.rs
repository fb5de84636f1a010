//! One signing key: its bytes, its state and the tag that it makes of a text.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use secrecy::SecretString;
use secrecy::zeroize::{Zeroize, Zeroizing};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Bytes of a tag: the beginning of the HMAC. 144 bits, exactly [`TAG_TEXT`] base64url characters.
pub(crate) const TAG_BYTES: usize = 18;
/// Characters of a tag in base64url.
pub(crate) const TAG_TEXT: usize = 24;

/// A key of 256 bits. Cannot be printed, is wiped when dropped, and compares in constant time.
/// JSON: 43 base64url characters.
#[derive(Clone)]
pub struct Key32([u8; 32]);

impl Key32 {
    /// The key of 32 random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Key32(bytes)
    }

    /// The bytes, for signing and for the edge.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for Key32 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl PartialEq for Key32 {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Key32 {}

impl fmt::Debug for Key32 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key32(redacted)")
    }
}

impl Serialize for Key32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0)))
    }
}

impl<'de> Deserialize<'de> for Key32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is never repeated in an error.
        let refused = || serde::de::Error::custom("not a key, expected 43 base64url characters");
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = URL_SAFE_NO_PAD
            .decode(text.as_str())
            .map(Zeroizing::new)
            .map_err(|_| refused())?;
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| refused())?;
        Ok(Key32(bytes))
    }
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Checks, but signs nothing yet: not every reader knows it.
    Published,
    /// Signs, and checks. A ring has exactly one.
    Minting,
    /// Checks what it signed, until the last of that is over.
    Retiring,
}

/// A key in a ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RingKey {
    /// 1 to 255; stands in what the key signs.
    pub id: u8,
    /// The key itself.
    pub key: Key32,
    /// Where it is in its life.
    pub state: KeyState,
    /// When it came into this state, in seconds since 1970.
    pub since: i64,
}

impl RingKey {
    /// The entry of this key in the edge's key value store: `tk.<id>` and 64 hexadecimal digits.
    pub fn edge_entry(&self) -> (String, SecretString) {
        // Sized at once: growing would leave copies of the digits behind.
        let mut digits = Zeroizing::new(String::with_capacity(64));
        for byte in self.key.as_bytes() {
            write!(digits, "{byte:02x}").expect("writing to a String cannot fail");
        }
        (
            format!("tk.{}", self.id),
            SecretString::from(digits.as_str()),
        )
    }

    /// The first 18 bytes of HMAC-SHA256 over the parts, one after another.
    pub(crate) fn tag(&self, parts: &[&str]) -> [u8; TAG_BYTES] {
        let mut hmac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(self.key.as_bytes())
            .expect("HMAC takes a key of any length");
        for part in parts {
            hmac.update(part.as_bytes());
        }
        let whole = hmac.finalize().into_bytes();
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&whole[..TAG_BYTES]);
        tag
    }

    /// Whether this is the tag of the parts; takes the same time wherever they differ.
    pub(crate) fn is_tag(&self, parts: &[&str], tag: &[u8]) -> bool {
        self.tag(parts).as_slice().ct_eq(tag).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    fn ring_key(bytes: [u8; 32]) -> RingKey {
        RingKey {
            id: 7,
            key: Key32::from_bytes(bytes),
            state: KeyState::Minting,
            since: 1_767_225_600,
        }
    }

    #[test]
    fn json_and_edge_entry_are_as_agreed() {
        let key = ring_key(std::array::from_fn(|index| u8::try_from(index).unwrap()));
        insta::assert_snapshot!(serde_json::to_string(&key).unwrap(), @r#"{"id":7,"key":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","state":"minting","since":1767225600}"#);
        let (name, value) = key.edge_entry();
        assert_eq!(name, "tk.7");
        insta::assert_snapshot!(value.expose_secret(), @"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    }

    #[test]
    fn nothing_prints_a_key() {
        let key = ring_key([0xab; 32]);
        insta::assert_snapshot!(format!("{key:?}"), @"RingKey { id: 7, key: Key32(redacted), state: Minting, since: 1767225600 }");
        insta::assert_snapshot!(format!("{:?}", key.edge_entry()), @r#"("tk.7", SecretBox<str>([REDACTED]))"#);
    }

    /// RFC 4231, test case 1, with the key filled up with zeros (as HMAC itself does).
    #[test]
    fn the_tag_is_the_beginning_of_hmac_sha256() {
        let mut bytes = [0; 32];
        bytes[..20].fill(0x0b);
        let tag = ring_key(bytes).tag(&["Hi ", "There"]);
        assert_eq!(tag[..6], [0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb]);
        assert_eq!(tag[16..], [0x88, 0x1d]);
    }

    #[test]
    fn other_texts_are_refused_without_being_repeated() {
        let good = serde_json::to_value(Key32::from_bytes([0xab; 32])).unwrap();
        let good = good.as_str().unwrap();
        for text in [
            String::new(),
            good[1..].to_owned(),
            format!("{good}="),
            format!("{good}A"),
            format!("{}9", &good[..42]),
            good.replace('r', "+"),
        ] {
            let said = serde_json::from_value::<Key32>(text.into()).unwrap_err();
            assert_eq!(
                said.to_string(),
                "not a key, expected 43 base64url characters"
            );
        }
    }

    proptest! {
        #[test]
        fn a_key_survives_json(bytes: [u8; 32], other: [u8; 32]) {
            let key = Key32::from_bytes(bytes);
            let json = serde_json::to_value(&key).unwrap();
            prop_assert_eq!(json.as_str().unwrap().len(), 43);
            prop_assert_eq!(&serde_json::from_value::<Key32>(json).unwrap(), &key);
            prop_assert_eq!(key == Key32::from_bytes(other), bytes == other);
        }
    }
}
