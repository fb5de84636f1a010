//! A sample of what `torture` does with all calls, on the local cloud: an apply is killed, or one of its calls goes
//! wrong, at a moment that follows from the printed seed; the next apply ends where an undisturbed one ends.

use std::ops::ControlFlow;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::faulty::{Disturbance, Kind, Proxy};
use crate::checkout::{Checkout, LOCK};

/// A change that needs no package: the stack's and the page's.
const MEMORY: usize = 256;
/// So many calls that change something each apply of such a change makes at least.
const CALLS: u8 = 12;

/// First the killed ones.
#[expect(
    clippy::print_stderr,
    reason = "a failure is repeated with the seed that is printed"
)]
pub fn what_went_wrong_is_finished_by_the_next(checkout: &Checkout) {
    let seed = std::env::var("QDN_TORTURE_SEED").map_or_else(
        |_| u64::from(std::process::id()),
        |seed| seed.parse().unwrap(),
    );
    eprintln!("QDN_TORTURE_SEED={seed}");
    let mut rounds = 0..;
    let of = |memory: usize| format!("memory_mb: {memory}");
    let mut next = || {
        let round = rounds.next().unwrap();
        let (before, after) = (MEMORY + round, MEMORY + round + 1);
        checkout.edit("stacks/local.yaml", &of(before), &of(after));
        checkout.edit("assets/track/track.css", "}", "} ");
        let digest = Sha256::digest(format!("{seed} {round}"));
        (round, <[u8; 32]>::from(digest))
    };
    let finished = |round: usize| {
        assert!(checkout.planned().is_empty(), "seed {seed}, round {round}");
    };

    for is_waited_for in [false, true, false] {
        let (round, digest) = next();
        // So early that it leaves a lock.
        let events = if is_waited_for { 8 } else { 24 };
        let after = 1 + usize::from(digest[0] % events);
        eprintln!("round {round}: killed after {after} events under the lock");
        let left = checkout.kill_apply(after);
        if is_waited_for {
            its_lock_is_taken_over(checkout, &left.unwrap());
        } else {
            if let Some(lock) = left {
                checkout.run(&["unlock", &lock], 0);
            }
            checkout.run(&["apply"], 0);
        }
        finished(round);
    }

    let proxy = Proxy::before(&checkout.address("endpoint"));
    for kind in Kind::ALL {
        let (round, digest) = next();
        let disturbance = Disturbance {
            kind,
            call: 1 + usize::from(digest[0] % CALLS),
            // Gone when it is tried again, or there as long as that is done.
            attempts: 1 + 2 * usize::from(digest[1] % 2),
        };
        eprintln!("round {round}: {disturbance:?}");
        proxy.disturb(disturbance);
        checkout.ask_through(&proxy.address);
        let ran = checkout.watch(&["apply"], |_| ControlFlow::Continue(()));
        checkout.ask_through(&proxy.endpoint);
        let disturbed = proxy.disturbed();
        eprintln!(
            "  {disturbed:?} of {} calls, exit code {}",
            proxy.calls(),
            ran.code
        );
        assert!(!disturbed.is_empty(), "seed {seed}, round {round}");
        // It may end well, fail, or find that it holds the lock no more; it never ends in a panic.
        assert!([0, 1, 4, 5].contains(&ran.code), "{}", ran.err);
        if let Some(lock) = checkout.lock() {
            checkout.run(&["unlock", lock["id"].as_str().unwrap()], 0);
        }
        checkout.run(&["apply"], 0);
        finished(round);
    }
    let last = MEMORY + rounds.next().unwrap();
    checkout.edit("stacks/local.yaml", &of(last), &of(MEMORY));
    checkout.run(&["apply"], 0);
}

/// Nobody frees it, and its time is over.
fn its_lock_is_taken_over(checkout: &Checkout, id: &str) {
    let (bucket, key) = LOCK;
    let mut record = checkout.lock().unwrap();
    assert_eq!(record["id"], id);
    record["expires_at"] = json!("2026-01-01T00:00:00Z");
    checkout.objects().write(bucket, key, &record.to_string());
    let ran = checkout.run(&["apply", "--progress", "jsonl"], 0);
    let mut events = ran.events();
    let taken = events.find(|event| event["event"] == "locked").unwrap();
    assert_eq!(taken["taken_over"], id, "{}", ran.err);
    assert_eq!(checkout.lock(), None);
}
