//! Integration tests: one binary, one module an area.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it stands"
)]

mod adopt_refusals;
mod adopted_files;
mod application;
mod architecture;
mod bare;
mod canary;
mod carrier;
mod checkout;
mod command_line;
mod doctor;
mod documents;
mod drift;
mod edge_trial;
mod edge_verdicts;
mod end_to_end_adopt;
mod engine;
mod engine_adopt;
mod engine_destroy;
mod engine_failures;
mod engine_import;
mod engine_page;
mod engine_random;
mod estimate;
mod examples;
mod exit_codes;
mod first_word;
mod fixture;
mod fuzz_corpus;
mod graph;
mod hints;
mod interruption;
mod keys;
mod leaks;
mod lock;
mod logs;
mod packages;
mod permissions;
mod plan_schema;
mod process;
mod releases;
mod revision;
mod saved_plan;
mod scaling;
mod secrets;
mod secrets_file;
mod secrets_life;
mod seed;
mod seed_file;
mod shell;
mod signals;
mod stack_status;
mod status;
mod templates;
mod torture;
mod verify;
mod waits;
mod webhook;
mod wire;
mod workflows;
mod world;

mod end_to_end;
