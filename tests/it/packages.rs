//! The package for Lambda's Arm machines, built for real on whatever machine this is.

use std::path::PathBuf;

use qdn_infra::package::elf::Linkage;
use qdn_infra::package::{self, Architecture, Request, Silent, zip_limit};
use qdn_shared::package::FunctionName;

use crate::fixture::{BUILDS, project};

#[tokio::test]
async fn arm64_is_built_static_and_small() {
    let _builds = BUILDS.lock().await;
    let program = PathBuf::from(env!("CARGO_BIN_EXE_qdn-infra"));
    let target = program.ancestors().nth(2).unwrap().to_owned();
    let tools = std::env::var_os("QDN_TOOLS")
        .map_or_else(|| target.join("qdn").join("tools"), PathBuf::from);
    let request = Request {
        workspace: project(),
        target_dir: Some(target),
        tools,
        functions: vec![(FunctionName::Api, Architecture::Arm64)],
    };
    // Building passes the binary through the gate: machine, libraries, glibc.
    let packages = package::build(&request, &Silent).await.unwrap();
    let [package] = packages.as_slice() else {
        panic!("one package was asked for")
    };
    assert_eq!(
        (package.function, package.architecture),
        (FunctionName::Api, Architecture::Arm64)
    );
    assert_eq!(package.linkage, Linkage::Static);
    assert!(
        package.zip_bytes <= zip_limit(FunctionName::Api),
        "{} bytes",
        package.zip_bytes
    );
    let bytes = package.read().unwrap();
    assert_eq!(bytes.len() as u64, package.zip_bytes);
}
