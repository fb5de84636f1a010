//! Lambda packages: built for either architecture, checked, zipped reproducibly. Uploading them
//! is the engine's.

pub mod archive;
pub mod elf;

mod architecture;
mod build;
mod cargo;
mod checkout;
mod environment;
mod error;
mod metadata;
mod packed;
mod process;
mod progress;
mod toolchain;
mod tools;

pub use architecture::Architecture;
pub use build::{Package, Request, ZIP_LIMIT, build};
pub use error::Error;
pub use metadata::Error as MetadataError;
pub use process::Failure;
pub use progress::{Progress, Silent, Stage};
pub use toolchain::{Error as ToolchainError, has_target};
pub use tools::Error as ToolsError;
