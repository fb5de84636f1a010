//! Gives the program the commit that it is built from. Cargo runs it again only when that is another one.

#[path = "build/revision.rs"]
mod revision;

use std::io::{self, Write as _};
use std::path::Path;

fn main() -> io::Result<()> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let found = revision::of(Path::new(&root));
    let mut cargo = io::stdout().lock();
    // Without a file of git's there is nothing that could change but this script.
    writeln!(cargo, "cargo::rerun-if-changed=build.rs")?;
    writeln!(cargo, "cargo::rerun-if-changed=build/revision.rs")?;
    for file in &found.moves_with {
        writeln!(cargo, "cargo::rerun-if-changed={}", file.display())?;
    }
    writeln!(cargo, "cargo::rustc-env=QDN_REVISION={}", found.revision)
}
