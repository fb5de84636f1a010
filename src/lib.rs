//! qdn-infra: one plan over every layer of QuickDumpNow's system.
//!
//! The map, top to bottom; a module may use those below it, never those above:
//!
//! | module | what lives there | knows of |
//! |---|---|---|
//! | `cli` | arguments, settings, exit codes | everything |
//! | `render` | events, plans and policies turned into text and pictures | `plan`, `engine::event`, `ports`, `seed`, `permissions`, `svg`, `cost` |
//! | `aws` | the ports, spoken with the AWS SDKs | `ports` |
//! | `twilio` | the carrier's port, spoken over HTTP | `ports` |
//! | `permissions` | what IAM has to allow whoever plans or applies; a pipeline's roles | `ports` (`Service`), `stack`, `resource`, `template`, `config`, `package` (architectures) |
//! | `engine` | observes all layers, runs a plan | `ports`, `plan`, `keys`, `secrets`, `stack`, `site`, `seed`, `package`, `template`, `config` |
//! | `plan` | what will change and why; pure comparison | `ports` (its types), `keys`, `site`, `seed` |
//! | `keys` | what the documents of keys should become, and the edge with them | `ports` (its types), `secrets` |
//! | `ports` | the cloud in our words | – |
//! | `local` | the local cloud: starts and stops the emulator and the stand-in for the carrier | `python` |
//! | `openapi` | the API's document, made of the functions' own tables and types | – |
//! | `site` | page files, headers, manifest | – |
//! | `seed` | maintenance data: read, checked, merged with the live document | – |
//! | `secrets` | the secrets file; documents that are stored | – |
//! | `diagram` | the declared system as a drawing | `template`, `svg` |
//! | `svg` | pictures and pages, written element by element | – |
//! | `cost` | what a declared stack costs a month: traffic times prices | `template`, `config`, `package` (architectures) |
//! | `stack` | the QDN stack, declared | `resource`, `template`, `config`, `package` (architectures) |
//! | `resource` | typed CloudFormation resources | `template` |
//! | `template` | intrinsics, typed references, ordered output | – |
//! | `package` | Lambda packages: build, gate, zip | `config`, `python` |
//! | `python` | private virtual environments with pinned packages | – |
//! | `config` | typed stack files | – |
//!
//! `plan`, `keys`, `seed`, `openapi`, `resource`, `template`, `stack`, `permissions`, `diagram`, `cost` and `config` import no
//! tokio, SDK or clap; a test holds this map against the code. Feature `deployer` (on unless it is switched off) is
//! everything that declares, walks the page's folder, or talks to a cloud, a terminal or a compiler.

#[cfg(feature = "deployer")]
pub mod aws;
#[cfg(feature = "deployer")]
pub mod cli;
pub mod config;
#[cfg(feature = "deployer")]
pub mod cost;
#[cfg(feature = "deployer")]
pub mod diagram;
#[cfg(feature = "deployer")]
pub mod engine;
pub mod hint;
pub mod keys;
#[cfg(feature = "deployer")]
pub mod local;
#[cfg(feature = "deployer")]
pub mod openapi;
#[cfg(feature = "deployer")]
pub mod package;
#[cfg(feature = "deployer")]
pub mod permissions;
pub mod plan;
pub mod ports;
#[cfg(feature = "deployer")]
pub mod python;
#[cfg(feature = "deployer")]
pub mod render;
#[cfg(feature = "deployer")]
pub mod resource;
pub mod secrets;
pub mod seed;
pub mod site;
#[cfg(feature = "deployer")]
pub mod stack;
#[cfg(feature = "deployer")]
pub mod svg;
#[cfg(feature = "deployer")]
pub mod template;
#[cfg(feature = "deployer")]
pub mod twilio;
