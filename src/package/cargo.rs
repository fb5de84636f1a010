//! What cargo is asked: to build functions with flags that name nothing of this machine, or to take crates away.

use std::collections::BTreeSet;
use std::ffi::OsString;

use qdn_shared::package::FunctionName;

use super::build::{Builder, PROFILE};
use super::environment::{Remap, cflags, ordered, rustflags};
use super::error::Error;
use super::process::Tool;
use super::toolchain::Toolchain;

/// Builds the binaries of `functions`, all in one go.
pub(super) fn build(
    builder: &Builder<'_>,
    toolchain: Toolchain,
    target: &str,
    functions: &BTreeSet<FunctionName>,
) -> Result<Tool, Error> {
    let Builder {
        tools, metadata, ..
    } = builder;
    let mut remaps = metadata.remaps();
    remaps.push(Remap {
        from: toolchain.library_source,
        to: toolchain.library_name,
    });
    let remaps = ordered(remaps);
    let mut environment = builder.environment.clone();
    environment.extend([
        ("CARGO_ENCODED_RUSTFLAGS".into(), rustflags(&remaps)),
        ("CFLAGS".into(), cflags(&remaps)),
        ("CXXFLAGS".into(), cflags(&remaps)),
        ("CARGO_ZIGBUILD_ZIG_PATH".into(), tools.zig.clone().into()),
        // It would ask Python first, which is slow where that is a shim.
        ("CARGO_ZIGBUILD_PYTHON_PATH".into(), "false".into()),
        (
            "CARGO_ZIGBUILD_CACHE_DIR".into(),
            tools.cache.join("cargo-zigbuild").into(),
        ),
        (
            "ZIG_GLOBAL_CACHE_DIR".into(),
            tools.cache.join("zig").into(),
        ),
        ("ZIG_LOCAL_CACHE_DIR".into(), tools.cache.join("zig").into()),
    ]);
    let mut arguments = arguments(builder, "zigbuild", target);
    for function in functions {
        let name = metadata
            .crate_of_binary(function.as_str())
            .ok_or(Error::NoCrate {
                function: *function,
            })?;
        arguments.extend(["--package".into(), name.into()]);
        arguments.extend(["--bin".into(), function.as_str().into()]);
    }
    Ok(Tool {
        program: tools.cargo_zigbuild.clone(),
        arguments,
        folder: metadata.workspace_root.clone(),
        environment,
    })
}

/// Takes the crates of the workspace away, their dependencies left alone.
pub(super) fn clean(builder: &Builder<'_>, target: &str) -> Tool {
    let mut arguments = arguments(builder, "clean", target);
    for name in builder.metadata.member_names() {
        arguments.extend(["--package".into(), name.into()]);
    }
    Tool {
        program: "cargo".into(),
        arguments,
        folder: builder.metadata.workspace_root.clone(),
        environment: builder.environment.clone(),
    }
}

fn arguments(builder: &Builder<'_>, command: &str, target: &str) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [command, "--locked", "--profile", PROFILE]
        .into_iter()
        .chain(["--target", target, "--target-dir"])
        .map(Into::into)
        .collect();
    arguments.push(builder.metadata.target_directory.clone().into());
    arguments
}
