//! The packages for Lambda's Arm machines, built for real on whatever machine this is.

use std::path::{Path, PathBuf};

use qdn_infra::package::elf::Linkage;
use qdn_infra::package::{self, Architecture, Request, Silent, ZIP_LIMIT};
use qdn_shared::package::FunctionName;

use crate::fixture::project;

#[tokio::test]
async fn arm64_is_built_static_and_small() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_qdn-infra"));
    let common = program.ancestors().nth(2).unwrap();
    let tools = std::env::var_os("QDN_TOOLS")
        .map_or_else(|| common.join("qdn").join("tools"), PathBuf::from);
    // A function's zip has one place, whatever it is built for, and the end-to-end tests build for this machine.
    let target = common.join("arm64");
    let functions = FunctionName::ALL
        .iter()
        .map(|function| (*function, Architecture::Arm64))
        .collect();
    let request = Request {
        workspace: project(),
        target_dir: Some(target.clone()),
        tools,
        functions,
    };
    // Building passes the binaries through the gate: machine, libraries, glibc.
    let packages = package::build(&request, &Silent).await.unwrap();
    let built: Vec<FunctionName> = packages.iter().map(|package| package.function).collect();
    assert_eq!(built, FunctionName::ALL);
    for package in packages {
        let function = package.function;
        assert_eq!(package.architecture, Architecture::Arm64);
        assert_eq!(package.linkage, Linkage::Static);
        let bytes = package.zip_bytes;
        assert!(bytes <= ZIP_LIMIT, "{function}: {bytes} bytes");
        assert_eq!(package.read().unwrap().len() as u64, bytes);
        let profile = target.join(Architecture::Arm64.target()).join("lambda");
        says_nothing_of_this_machine(&profile.join(function.as_str()));
        is_made_of_its_crates_alone(&profile.join(format!("{function}.d")));
    }
}

/// Else another checkout, or another machine, would build other bytes.
fn says_nothing_of_this_machine(binary: &Path) {
    let bytes = std::fs::read(binary).unwrap();
    let home = std::env::var("HOME").unwrap();
    for place in [project().display().to_string(), format!("{home}/.cargo")] {
        let found = bytes
            .windows(place.len())
            .any(|window| window == place.as_bytes());
        assert!(!found, "{} names {place}", binary.display());
    }
}

/// A build looks at these folders to see whether it may go on from what another checkout built.
fn is_made_of_its_crates_alone(dependencies: &Path) {
    let text = std::fs::read_to_string(dependencies).unwrap();
    let (_, sources) = text.split_once(": ").unwrap();
    let crates = project().join("functions");
    let mut count = 0;
    for source in sources.split_whitespace().map(Path::new) {
        assert!(source.starts_with(&crates), "{}", source.display());
        count += 1;
    }
    assert!(count > 0);
}
