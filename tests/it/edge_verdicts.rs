//! Rust mints, the edge judges: thousands of tokens and operator keys, good ones and bad ones of every kind, have to
//! get the same verdict from `functions/shared` and from the edge function, on node and on njs.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use jiff::Timestamp;
use qdn_shared::id::LinkId;
use qdn_shared::operator::{OperatorKey, OperatorKeys, OperatorScope};
use qdn_shared::ring::{Key32, KeyRing, KeyState, RingKey};
use qdn_shared::token::{JobToken, Scopes, TokenScope};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use crate::fixture::project;

const NOW: u32 = 1_767_225_600;
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn bytes<const COUNT: usize>(&mut self) -> [u8; COUNT] {
        std::array::from_fn(|_| self.next().to_le_bytes()[0])
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// The text with one thing changed, or as it is.
    fn changed(&mut self, text: &str) -> String {
        let place = self.below(text.len());
        let (before, after) = text.split_at(place);
        let rest = &after[1..];
        match self.below(30) {
            // Most changes are small enough to be overlooked.
            0..=3 => {
                let other = char::from(ALPHABET[self.below(ALPHABET.len())]);
                format!("{before}{other}{rest}")
            }
            4 => format!("{before}{rest}"),
            5 => format!("{before}{}{after}", char::from(ALPHABET[self.below(64)])),
            6 => format!(
                "{before}{}{rest}",
                self.of(&["=", "+", "/", "%", ".", " ", "é", "\u{0}"])
            ),
            7 => format!("{text}{}", self.of(&["A", "=", "AAAA", "%20", " ", "."])),
            8 => format!("{}{text}", self.of(&["A", " ", "%41", "."])),
            9 => text.to_ascii_lowercase(),
            10 => {
                let mut letters: Vec<char> = text.chars().collect();
                letters.swap(place, text.len() - 1 - place);
                letters.into_iter().collect()
            }
            11 => text.chars().rev().collect(),
            _ => text.to_owned(),
        }
    }
}

/// What is shown to both, and what Rust says.
struct Case {
    line: Value,
    accepted: bool,
}

fn ring(numbers: &mut Numbers) -> KeyRing {
    let minting = u8::try_from(1 + numbers.below(255)).unwrap();
    let key = |id, state, numbers: &mut Numbers| RingKey {
        id,
        key: Key32::from_bytes(numbers.bytes()),
        state,
        since: i64::from(NOW) - 1_000,
    };
    let mut keys = vec![key(minting, KeyState::Minting, numbers)];
    if numbers.below(2) == 0 {
        keys.insert(0, key(minting % 255 + 1, KeyState::Retiring, numbers));
    }
    KeyRing::from_keys(keys).unwrap()
}

fn entries(ring: &KeyRing) -> Map<String, Value> {
    ring.keys()
        .iter()
        .map(|key| {
            let (name, value) = key.edge_entry();
            (name, value.expose_secret().into())
        })
        .collect()
}

fn token(numbers: &mut Numbers) -> Case {
    let ring = ring(numbers);
    // A stranger's ring signs as well as ours does.
    let foreign = ring_like(&ring, numbers);
    let edges = [0, 1, NOW - 1, NOW, NOW + 1, NOW + 3600, u32::MAX];
    let token = JobToken {
        scopes: Scopes::from_bits(numbers.bytes::<1>()[0] & 7),
        generation: numbers.bytes::<1>()[0],
        expires_at: edges[numbers.below(edges.len())],
        link: LinkId::from_bytes(numbers.bytes()),
    };
    let minted = match numbers.below(8) {
        0 => token.mint(&foreign),
        _ => token.mint(&ring),
    };
    let text = numbers.changed(minted.expose_secret());
    let now = Timestamp::from_second(NOW.into()).unwrap();
    Case {
        accepted: JobToken::verify(&text, &ring, now, TokenScope::Track).is_ok(),
        line: json!({ "keys": entries(&ring), "now": NOW, "token": text }),
    }
}

/// Another ring whose minting key has the same number.
fn ring_like(ring: &KeyRing, numbers: &mut Numbers) -> KeyRing {
    KeyRing::from_keys(vec![RingKey {
        id: ring.minting().id,
        key: Key32::from_bytes(numbers.bytes()),
        state: KeyState::Minting,
        since: 0,
    }])
    .unwrap()
}

fn operator(numbers: &mut Numbers) -> Case {
    let scopes: Vec<OperatorScope> = OperatorScope::ALL
        .iter()
        .copied()
        .filter(|_| numbers.below(2) == 0)
        .collect();
    let scopes = if scopes.is_empty() {
        vec![OperatorScope::Maintenance]
    } else {
        scopes
    };
    let now = Timestamp::from_second(NOW.into()).unwrap();
    let (key, text) =
        OperatorKey::new(numbers.bytes(), numbers.bytes(), "somebody", scopes, now).unwrap();
    let (name, value) = key.edge_entry();
    let mut keys = OperatorKeys::default();
    keys.add(key).unwrap();
    let shown = numbers.changed(text.reveal().expose_secret());
    Case {
        // Space around a header's value is nothing of it.
        accepted: keys
            .verify(shown.trim_matches(' '))
            .is_some_and(|key| key.may(OperatorScope::Maintenance)),
        line: json!({ "keys": { name: value }, "now": NOW, "authorization": format!("Bearer {shown}") }),
    }
}

fn cases() -> Vec<Case> {
    let mut numbers = Numbers(2026);
    let tokens: Vec<Case> = (0..3_000).map(|_| token(&mut numbers)).collect();
    let keys = (0..1_000).map(|_| operator(&mut numbers));
    let keys: Vec<Case> = keys.collect();
    for (kind, cases) in [("tokens", &tokens), ("keys", &keys)] {
        let good = cases.iter().filter(|case| case.accepted).count();
        // Neither side of the comparison may be nearly empty.
        assert!(good > 100 && cases.len() - good > 100, "{good} good {kind}");
    }
    tokens.into_iter().chain(keys).collect()
}

fn verdicts(engine: &str, file: &std::path::Path) -> Vec<String> {
    let script = project().join("cloudfront-fn/gate/verdicts.js");
    let output = Command::new("node")
        .args([script.as_path(), engine.as_ref(), file])
        .output()
        .expect("node on PATH: install Node.js 20 or newer");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{engine}: {said}");
    let words = String::from_utf8(output.stdout).unwrap();
    words.lines().map(str::to_owned).collect()
}

#[test]
fn rust_and_the_edge_accept_the_same_on_both_engines() {
    let cases = cases();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.jsonl");
    let mut lines = String::new();
    for case in &cases {
        writeln!(lines, "{}", case.line).unwrap();
    }
    fs::write(&file, lines).unwrap();
    for engine in ["node", "njs"] {
        let verdicts = verdicts(engine, &file);
        assert_eq!(verdicts.len(), cases.len(), "{engine}");
        for (case, verdict) in cases.iter().zip(&verdicts) {
            let expected = if case.accepted { "accepted" } else { "refused" };
            assert_eq!(verdict, expected, "{engine}: {}", case.line);
        }
    }
}
