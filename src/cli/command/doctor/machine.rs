//! What this machine has: tools and room on its disks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use qdn_shared::package::FunctionName;

use super::wrong;
use crate::cli::context::tools_folder;
use crate::cli::project::Project;
use crate::config::StackFile;
use crate::engine::checkup::{Item, Verdict};
use crate::package::{self, Architecture};
use crate::python::{self, Search};
use crate::{local, render};

/// A first build of every package, with its dependencies, takes about so much.
const ROOM_TO_BUILD: u64 = 3_000_000_000;
/// The cross compiler and the emulator, each in a folder of its own, take about so much.
const ROOM_FOR_TOOLS: u64 = 1_000_000_000;

/// Looks at all of it.
pub async fn check(project: &Project, file: Option<&StackFile>) -> Vec<Item> {
    let search = Search::of_this_process();
    let (mut items, python, node) = futures::join!(
        rust(project, file),
        python::find(&search),
        local::find_node(&search.path)
    );
    items.push(Item::new(
        "python",
        match &python {
            Ok(python) => Verdict::good(format!(
                "{} is Python {}",
                python.program.display(),
                python.version
            )),
            Err(error) => wrong(error),
        },
    ));
    items.push(Item::new(
        "node",
        match &node {
            Ok(node) => Verdict::good(format!("{} is new enough", node.display())),
            Err(error) => wrong(error),
        },
    ));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || project.root.join("target"),
        |folder| project.root.join(folder),
    );
    items.push(room("disk for builds", &target, ROOM_TO_BUILD));
    items.push(room(
        "disk for tools",
        &tools_folder(project),
        ROOM_FOR_TOOLS,
    ));
    items
}

/// The compiler that `rust-toolchain.toml` names, and the standard libraries for Lambda. A missing one is added by the
/// next build.
async fn rust(project: &Project, file: Option<&StackFile>) -> Vec<Item> {
    let host = Architecture::host();
    let architectures: BTreeSet<Architecture> = match file {
        Some(file) => FunctionName::ALL
            .iter()
            .map(|function| Architecture::chosen(file.functions.of(*function).architecture, host))
            .collect(),
        None => [host].into(),
    };
    let mut items = Vec::new();
    for architecture in architectures {
        let target = architecture.target();
        let verdict = match package::has_target(&project.root, architecture).await {
            Ok(true) => Verdict::good("installed"),
            Ok(false) => Verdict::warning(
                "not installed; the next build adds it with rustup",
                format!("run `rustup target add {target}` here"),
            ),
            Err(error) => wrong(&error),
        };
        items.push(Item::new(format!("rust {target}"), verdict));
    }
    items
}

/// Room below a folder, which need not exist yet.
fn room(item: &str, folder: &Path, needed: u64) -> Item {
    let there = folder.ancestors().find(|folder| folder.exists());
    let there = there.map_or_else(|| PathBuf::from("/"), Path::to_owned);
    let verdict = match rustix::fs::statvfs(&there) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            judged(free, folder, needed)
        }
        Err(error) => Verdict::not_checked(format!("{}: {error}", there.display())),
    };
    Item::new(item, verdict)
}

fn judged(free: u64, folder: &Path, needed: u64) -> Verdict {
    let found = format!("{} free for {}", render::bytes(free), folder.display());
    if free >= needed {
        return Verdict::good(found);
    }
    let fix = format!(
        "make room: {} may be needed there; `cargo clean` frees what builds left",
        render::bytes(needed)
    );
    // What is there already is not needed again.
    if free * 10 >= needed {
        Verdict::warning(found, fix)
    } else {
        Verdict::bad(found, fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_judged_by_what_a_build_takes() {
        let judge = |free| judged(free, Path::new("/data/target"), 3_000_000_000);
        assert_eq!(
            judge(3_000_000_000),
            Verdict::good("3.0 GB free for /data/target")
        );
        assert!(matches!(judge(400_000_000), Verdict::Warning { .. }));
        let Verdict::Bad { found, fix } = judge(299_999_999) else {
            panic!("that is too little");
        };
        assert_eq!(found, "300.0 MB free for /data/target");
        assert!(fix.contains("cargo clean"), "{fix}");
    }

    #[test]
    fn a_folder_that_is_not_there_yet_has_the_room_of_the_one_above() {
        let folder = tempfile::tempdir().unwrap();
        let item = room("disk", &folder.path().join("a/b"), 0);
        assert!(matches!(item.verdict, Verdict::Good { .. }), "{item:?}");
    }
}
