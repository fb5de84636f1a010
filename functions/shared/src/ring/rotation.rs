//! A ring of keys and the steps that put a new key in the place of the old one:
//! publish → wait → promote → wait → retire. The ring itself says how far a rotation has come, so one that was
//! cut short goes on from there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Key32, KeyState, RingKey};

/// How long a published key waits before it signs. A write reaches every edge within about 30 seconds.
pub const PUBLISH_WAIT_SECONDS: i64 = 120;

/// How long a function may go on with a ring that it has read. A key is dropped only after the last thing that
/// such a late reader can have signed with it. A reader that meets an unknown key id has to read again at once:
/// a new key signs before this time is over.
pub const READER_CACHE_SECONDS: i64 = 300;

/// A ring of keys. Invariants, checked when it is read: ids are 1 to 255 and differ, exactly one key is
/// minting, at most one is published. JSON: `{"keys":[…]}`, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RingDocument")]
pub struct KeyRing {
    keys: Vec<RingKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RingDocument {
    keys: Vec<RingKey>,
}

/// Why a step of a rotation was not taken. The ring is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RingError {
    /// A rotation is under way.
    #[error("key {id} is published already: finish that rotation first")]
    AlreadyPublished {
        /// The published key.
        id: u8,
    },
    /// There is no key to promote.
    #[error("no key is published: publish one first")]
    NothingPublished,
    /// The published key may be unknown to some reader still.
    #[error("the published key may sign in {seconds} seconds: wait until then")]
    NotYet {
        /// How long to wait.
        seconds: i64,
    },
    /// Whoever signs with the key would sign in vain.
    #[error("key {id} signs: put another in its place first")]
    Signs {
        /// The key's id.
        id: u8,
    },
    /// No key has the id.
    #[error("there is no key {id}")]
    Unknown {
        /// The id.
        id: u8,
    },
    /// Each of the 255 ids is taken.
    #[error("every key id is taken: wait until a retiring key is over")]
    Full,
}

/// Why a document is no key ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RingFault {
    /// 0 is no key id.
    #[error("a key ring has a key with id 0, expected 1 to 255")]
    Zero,
    /// Two keys with one id.
    #[error("a key ring has key {id} twice")]
    Repeated {
        /// The id.
        id: u8,
    },
    /// None or several keys would sign.
    #[error("a key ring has {count} minting keys, expected exactly one")]
    Minting {
        /// How many there are.
        count: usize,
    },
    /// Several rotations at once.
    #[error("a key ring has {count} published keys, expected at most one")]
    Published {
        /// How many there are.
        count: usize,
    },
}

impl TryFrom<RingDocument> for KeyRing {
    type Error = RingFault;

    fn try_from(document: RingDocument) -> Result<Self, Self::Error> {
        KeyRing::from_keys(document.keys)
    }
}

impl KeyRing {
    /// The first ring: one key, which signs at once because nobody knows an older one.
    pub fn generate(random: [u8; 32], now: Timestamp) -> Self {
        KeyRing {
            keys: vec![RingKey {
                id: 1,
                key: Key32::from_bytes(random),
                state: KeyState::Minting,
                since: now.as_second(),
            }],
        }
    }

    /// A ring of these keys, if they keep its invariants.
    pub fn from_keys(keys: Vec<RingKey>) -> Result<Self, RingFault> {
        for (index, key) in keys.iter().enumerate() {
            if key.id == 0 {
                return Err(RingFault::Zero);
            }
            if keys[..index].iter().any(|earlier| earlier.id == key.id) {
                return Err(RingFault::Repeated { id: key.id });
            }
        }
        let count = |state| keys.iter().filter(|key| key.state == state).count();
        match (count(KeyState::Minting), count(KeyState::Published)) {
            (1, 0 | 1) => Ok(KeyRing { keys }),
            (1, count) => Err(RingFault::Published { count }),
            (count, _) => Err(RingFault::Minting { count }),
        }
    }

    /// All keys, in the order in which they came.
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    /// The key of this id.
    pub fn get(&self, id: u8) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The key that signs.
    pub fn minting(&self) -> &RingKey {
        self.in_state(KeyState::Minting)
            .expect("a ring has a minting key, checked when it is made")
    }

    /// The key that waits to sign: while there is one, a rotation is under way.
    pub fn published(&self) -> Option<&RingKey> {
        self.in_state(KeyState::Published)
    }

    /// Begins a rotation: a new key that checks, under the next free id. Returns that id.
    pub fn publish(&mut self, random: [u8; 32], now: Timestamp) -> Result<u8, RingError> {
        if let Some(waiting) = self.published() {
            return Err(RingError::AlreadyPublished { id: waiting.id });
        }
        let newest = self.minting().id;
        // From the newest upwards, then from 1: an id comes back as late as possible.
        let id = (newest..=u8::MAX)
            .chain(1..newest)
            .find(|id| self.get(*id).is_none())
            .ok_or(RingError::Full)?;
        self.keys.push(RingKey {
            id,
            key: Key32::from_bytes(random),
            state: KeyState::Published,
            since: now.as_second(),
        });
        Ok(id)
    }

    /// Lets the published key sign once it has waited, usually [`PUBLISH_WAIT_SECONDS`]; the old one retires.
    /// Returns the id of the key that signs now.
    pub fn promote(&mut self, now: Timestamp, wait_seconds: i64) -> Result<u8, RingError> {
        let waiting = self.published().ok_or(RingError::NothingPublished)?;
        let (id, now) = (waiting.id, now.as_second());
        let seconds = waiting
            .since
            .saturating_add(wait_seconds)
            .saturating_sub(now);
        if seconds > 0 {
            return Err(RingError::NotYet { seconds });
        }
        for key in &mut self.keys {
            let next = match key.state {
                KeyState::Published => KeyState::Minting,
                KeyState::Minting => KeyState::Retiring,
                KeyState::Retiring => continue,
            };
            key.state = next;
            key.since = now;
        }
        Ok(id)
    }

    /// Drops the retiring keys of which nothing can be valid any more: a late reader has stopped signing with
    /// them ([`READER_CACHE_SECONDS`]), and the longest life has passed since. Returns their ids.
    pub fn retire(&mut self, now: Timestamp, longest_life_seconds: u32) -> Vec<u8> {
        let longest = i64::from(longest_life_seconds) + READER_CACHE_SECONDS;
        let over = |key: &RingKey| {
            key.state == KeyState::Retiring && key.since.saturating_add(longest) <= now.as_second()
        };
        let (dropped, kept) = std::mem::take(&mut self.keys).into_iter().partition(over);
        self.keys = kept;
        dropped.iter().map(|key: &RingKey| key.id).collect()
    }

    /// Drops a key at once, with whatever it signed. The one that signs stays: another has to be in its place first.
    pub fn revoke(&mut self, id: u8) -> Result<(), RingError> {
        match self.get(id) {
            None => Err(RingError::Unknown { id }),
            Some(key) if key.state == KeyState::Minting => Err(RingError::Signs { id }),
            Some(_) => {
                self.keys.retain(|key| key.id != id);
                Ok(())
            }
        }
    }

    fn in_state(&self, state: KeyState) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.state == state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIFE: u32 = 5000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn states(ring: &KeyRing) -> String {
        let line = |key: &RingKey| format!("{} {:?} {}", key.id, key.state, key.since);
        ring.keys().iter().map(line).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_rotation_step_by_step() {
        let mut ring = KeyRing::generate([1; 32], at(0));
        assert_eq!(states(&ring), "1 Minting 0");
        assert_eq!(ring.promote(at(9), 120), Err(RingError::NothingPublished));

        assert_eq!(ring.publish([2; 32], at(1000)), Ok(2));
        assert_eq!(states(&ring), "1 Minting 0, 2 Published 1000");
        assert_eq!(
            ring.publish([3; 32], at(1001)),
            Err(RingError::AlreadyPublished { id: 2 })
        );
        assert_eq!(
            ring.promote(at(1119), 120),
            Err(RingError::NotYet { seconds: 1 })
        );

        assert_eq!(ring.promote(at(1120), 120), Ok(2));
        assert_eq!(states(&ring), "1 Retiring 1120, 2 Minting 1120");

        let over = 1120 + i64::from(LIFE) + READER_CACHE_SECONDS;
        assert!(ring.retire(at(over - 1), LIFE).is_empty());
        assert_eq!(ring.retire(at(over), LIFE), [1]);
        assert_eq!(states(&ring), "2 Minting 1120");
        assert_eq!(ring.publish([3; 32], at(over)), Ok(3));
    }

    #[test]
    fn a_key_that_leaked_goes_at_once_and_never_the_one_that_signs() {
        let mut ring = KeyRing::generate([1; 32], at(0));
        assert_eq!(ring.revoke(1), Err(RingError::Signs { id: 1 }));
        assert_eq!(ring.revoke(2), Err(RingError::Unknown { id: 2 }));
        ring.publish([2; 32], at(1000)).unwrap();
        ring.promote(at(1120), 120).unwrap();
        assert_eq!(ring.revoke(1), Ok(()));
        assert_eq!(states(&ring), "2 Minting 1120");
        ring.publish([3; 32], at(2000)).unwrap();
        assert_eq!(ring.revoke(3), Ok(()));
        assert_eq!(states(&ring), "2 Minting 1120");
    }

    #[test]
    fn ids_wrap_and_run_out() {
        let mut ring = KeyRing::generate([1; 32], at(0));
        for round in 2..=255 {
            assert_eq!(ring.publish([2; 32], at(0)), Ok(round));
            ring.promote(at(0), 0).unwrap();
        }
        assert_eq!(ring.publish([2; 32], at(0)), Err(RingError::Full));
        assert_eq!(ring.retire(at(LIFE.into()), LIFE), [0_u8; 0]);
        let over = i64::from(LIFE) + READER_CACHE_SECONDS;
        assert_eq!(ring.retire(at(over), LIFE).len(), 254);
        assert_eq!(ring.publish([2; 32], at(over)), Ok(1));
    }

    #[test]
    fn documents_that_are_no_ring_are_refused() {
        let key = |id: u16, state: &str| {
            format!(
                r#"{{"id":{id},"key":"{}","state":"{state}","since":0}}"#,
                "A".repeat(43)
            )
        };
        let said = |keys: &[String]| {
            let json = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
            serde_json::from_str::<KeyRing>(&json)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(said(&[]), @"a key ring has 0 minting keys, expected exactly one");
        insta::assert_snapshot!(said(&[key(1, "minting"), key(2, "minting")]), @"a key ring has 2 minting keys, expected exactly one");
        insta::assert_snapshot!(said(&[key(1, "minting"), key(1, "retiring")]), @"a key ring has key 1 twice");
        insta::assert_snapshot!(said(&[key(0, "minting")]), @"a key ring has a key with id 0, expected 1 to 255");
        insta::assert_snapshot!(said(&[key(1, "minting"), key(2, "published"), key(3, "published")]), @"a key ring has 2 published keys, expected at most one");
        assert!(serde_json::from_str::<KeyRing>(r#"{"keys":[],"more":1}"#).is_err());
        assert!(said(&[key(256, "minting")]).contains("expected u8"));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Pass(i64),
        Publish([u8; 32]),
        Promote,
        Retire,
        Reread,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_i64..3000).prop_map(Step::Pass),
            any::<[u8; 32]>().prop_map(Step::Publish),
            Just(Step::Promote),
            Just(Step::Retire),
            Just(Step::Reread),
        ]
    }

    proptest! {
        /// Whatever the order of steps, and although a late reader signs with the ring that it has read: what
        /// was signed is checked against a known key for its whole life. The ring is stored after each step.
        #[test]
        fn what_was_signed_is_known_for_its_whole_life(steps in prop::collection::vec(step(), 0..60)) {
            let mut ring = KeyRing::generate([0; 32], at(0));
            let (mut now, mut read_at, mut late_reader) = (0, 0, ring.clone());
            let mut signed: Vec<(u8, [u8; TAG], i64)> = Vec::new();
            for step in steps {
                match step {
                    Step::Pass(seconds) => now += seconds,
                    Step::Publish(random) => {
                        let under_way = ring.published().is_some();
                        prop_assert_eq!(ring.publish(random, at(now)).is_err(), under_way);
                    }
                    Step::Promote => {
                        let waited = ring.published().is_some_and(|key| key.since + PUBLISH_WAIT_SECONDS <= now);
                        prop_assert_eq!(ring.promote(at(now), PUBLISH_WAIT_SECONDS).is_ok(), waited);
                    }
                    Step::Retire => {
                        for id in ring.retire(at(now), LIFE) {
                            prop_assert!(ring.get(id).is_none());
                        }
                    }
                    Step::Reread => read_at = i64::MIN,
                }
                if now >= read_at.saturating_add(READER_CACHE_SECONDS) {
                    (read_at, late_reader) = (now, ring.clone());
                }
                for signer in [&ring, &late_reader] {
                    let key = signer.minting();
                    signed.push((key.id, key.tag(&["x"]), now + i64::from(LIFE)));
                }
                signed.retain(|(_, _, until)| now < *until);
                for (id, tag, _) in &signed {
                    prop_assert!(ring.get(*id).is_some_and(|key| key.is_tag(&["x"], tag)), "key {} at {}", id, now);
                }
                let stored = serde_json::to_string(&ring).unwrap();
                prop_assert_eq!(&serde_json::from_str::<KeyRing>(&stored).unwrap(), &ring);
            }
        }
    }

    const TAG: usize = super::super::TAG_BYTES;
}
