//! The seeds of the fuzz targets (`fuzz/corpus`): small, and the good ones good, or the targets would never get past
//! their parsers' first lines.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use qdn_infra::config::StackFile;
use qdn_infra::plan::SavedPlan;
use qdn_infra::secrets;
use qdn_infra::site::Manifest;
use qdn_shared::mac::{CallbackRoute, path};
use qdn_shared::ring::KeyRing;
use walkdir::WalkDir;

use crate::fixture::project;

fn corpus() -> PathBuf {
    project().join("fuzz/corpus")
}

#[test]
fn good_seeds_are_read() {
    let good = |target: &str| fs::read(corpus().join(target).join("good")).unwrap();
    let plan = SavedPlan::parse(&good("plan_file")).unwrap();
    assert!(plan.plan.changes().count() > 1 && plan.plan.conflicts().count() > 1);
    let manifest = Manifest::parse(&good("manifest")).unwrap();
    assert!(!manifest.objects.is_empty());
    let secrets = secrets::parse(&good("secrets_file")).unwrap();
    assert!(secrets.auth_token.is_some());
    // Those of the stack file are the environments' own.
    for environment in ["local", "staging", "prod"] {
        let file = project().join(format!("stacks/{environment}.yaml"));
        StackFile::load(&file).unwrap();
    }
}

#[test]
fn the_good_token_and_callbacks_are_those_of_the_vectors() {
    let text = |name: &str| fs::read_to_string(corpus().join(name)).unwrap();
    let vectors = fs::read_to_string(project().join("tests/vectors/job-token.json")).unwrap();
    assert!(vectors.contains(&text("token/good")));
    let key = std::array::from_fn(|index| u8::try_from(index).unwrap());
    let ring = KeyRing::generate(key, Timestamp::UNIX_EPOCH);
    let message = "7K3M9QX2-1".parse().unwrap();
    for (name, route) in [
        ("status", CallbackRoute::Status(&message)),
        ("inbound", CallbackRoute::Inbound),
    ] {
        let seed = text(&format!("callback/good-{name}"));
        assert_eq!(seed.lines().next(), Some(&*path(&ring, route)));
    }
}

#[test]
fn the_corpus_is_small() {
    let files = WalkDir::new(corpus()).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    let sizes: Vec<u64> = files.map(|file| file.metadata().unwrap().len()).collect();
    assert!(sizes.len() < 100 && sizes.iter().sum::<u64>() < 100_000);
}
