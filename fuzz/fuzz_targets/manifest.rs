//! The record of the page's objects: what was read is written and read again as the same, and anything else is an
//! empty record with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qdn_infra::site::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let (manifest, absence) = Manifest::from_stored(Some(bytes));
    match absence {
        Some(why) => {
            assert_eq!(manifest, Manifest::default());
            assert!(!why.to_string().is_empty());
        }
        None => {
            let written = manifest.to_bytes();
            assert_eq!(Manifest::parse(&written), Ok(manifest.clone()));
            assert_eq!(manifest.to_bytes(), written);
        }
    }
});
