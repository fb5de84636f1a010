//! Integration tests: one binary, one module an area.

mod architecture;
mod command_line;
mod engine;
mod engine_random;
mod fixture;
mod process;
mod templates;
mod world;

mod end_to_end;
