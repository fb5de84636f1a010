//! Documents that several tests share. Test code only.

use jiff::Timestamp;
use qdn_shared::operator::{OperatorKey, OperatorKeys, OperatorScope};
use qdn_shared::ring::{KeyRing, SigningKeys};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

/// One token key (bytes 01…), one key for the carrier's addresses (bytes 02…).
pub(crate) fn signing_keys() -> SigningKeys {
    SigningKeys {
        tokens: KeyRing::generate([1; 32], at(0)),
        carrier: KeyRing::generate([2; 32], at(0)),
    }
}

/// One key, `bbbbbbbb`, for jobs.
pub(crate) fn operators() -> OperatorKeys {
    let key = OperatorKey::new([1; 8], [1; 32], "dashboard", [OperatorScope::Jobs], at(0));
    let mut operators = OperatorKeys::default();
    let (key, _) = key.expect("a key");
    operators.add(key).expect("the first one");
    operators
}
