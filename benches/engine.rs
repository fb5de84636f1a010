//! How long the parts of a plan that need no network take, and how they grow: what is measured together, and how
//! long. The benchmarks themselves are in `engine/`; what came out is written down in `docs/measurements.md`.

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

#[path = "engine/content.rs"]
mod content;
#[path = "engine/packages.rs"]
mod packages;
#[path = "engine/pages.rs"]
mod pages;
#[path = "engine/templates.rs"]
mod templates;

/// Few samples: what matters is the order of magnitude and how it grows.
fn settings() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .nresamples(10_000)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
}

criterion_group! {
    name = engine;
    config = settings();
    targets = templates::synthesis, templates::plan_diff, packages::zip, pages::hashing, pages::comparison
}
criterion_main!(engine);
