//! What becomes of a binary once cargo has built it. cargo itself is run by the end-to-end tests.

use super::*;
use crate::hint::Hint;
use crate::package::Silent;

/// A static binary for x86-64: an ELF header and one segment over the whole file.
fn static_binary(contents: &[u8]) -> Vec<u8> {
    let size = 120 + contents.len() as u64;
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    for value in [0_u64, 64, 0] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 64, 0, 0, 0, 0, 0]);
    bytes.extend([1, 0, 0, 0, 5, 0, 0, 0]);
    for value in [0, 0, 0, size, size, 4096] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(contents);
    bytes
}

#[test]
fn a_binary_becomes_a_zip_with_its_hash_for_a_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("lambda/api");
    let binary = static_binary(b"program");
    let package = pack(FunctionName::Api, Architecture::X86_64, &binary, &place).expect("packed");
    assert_eq!(package.zip, place.join("bootstrap.zip"));
    assert_eq!(package.binary_bytes, binary.len() as u64);
    assert_eq!(package.linkage, elf::Linkage::Static);
    let bytes = package.read().expect("unchanged");
    assert_eq!(package.zip_bytes, bytes.len() as u64);
    assert_eq!(
        package.key(),
        format!("functions/api/{}.zip", sha256(&bytes))
    );
    assert!(package.key().parse::<CodeKey>().is_ok());

    let written = std::fs::metadata(&package.zip)
        .and_then(|file| file.modified())
        .expect("a time");
    let again = pack(FunctionName::Api, Architecture::X86_64, &binary, &place).expect("packed");
    assert_eq!(again, package);
    let now = std::fs::metadata(&package.zip)
        .and_then(|file| file.modified())
        .expect("a time");
    assert_eq!(now, written, "an unchanged zip is left alone");
}

#[test]
fn a_zip_that_another_build_replaced_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = pack(
        FunctionName::Api,
        Architecture::X86_64,
        &static_binary(b"1"),
        folder.path(),
    )
    .expect("packed");
    pack(
        FunctionName::Api,
        Architecture::X86_64,
        &static_binary(b"2"),
        folder.path(),
    )
    .expect("packed");
    assert!(matches!(
        one.read(),
        Err(Error::Replaced {
            function: FunctionName::Api,
            ..
        })
    ));
}

#[test]
fn a_binary_for_the_other_machine_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = static_binary(b"");
    let error = pack(
        FunctionName::Api,
        Architecture::Arm64,
        &binary,
        folder.path(),
    )
    .expect_err("refused");
    insta::assert_snapshot!(error, @"function api for arm64 is refused: expected a binary for arm64, found one for x86_64");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

#[test]
fn a_zip_above_its_limit_is_refused() {
    assert!(weigh(FunctionName::Api, 4_000_000).is_ok());
    let error = weigh(FunctionName::Api, 4_000_001).expect_err("too large");
    insta::assert_snapshot!(error, @"the zip of function api has 4000001 bytes, more than its limit of 4000000");
    insta::assert_snapshot!(error.hint().expect("hint"), @"`cargo tree -e normal --package qdn-api` shows what it brings along");
}

#[tokio::test]
async fn a_function_is_asked_for_once() {
    let request = Request {
        workspace: PathBuf::from("."),
        target_dir: None,
        tools: PathBuf::from("not-touched"),
        functions: Architecture::ALL
            .map(|architecture| (FunctionName::Api, architecture))
            .to_vec(),
    };
    let error = build(&request, &Silent).await.expect_err("refused");
    insta::assert_snapshot!(error, @"function api is asked for twice");
    assert!(!Path::new("not-touched").exists());
}
