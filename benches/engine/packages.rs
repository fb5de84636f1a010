//! The reproducible zip of a Lambda package.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use qdn_infra::package::archive::{self, Entry};

use super::content::program;

pub(super) fn zip(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zip");
    for megabytes in [1, 4] {
        let bytes = program(megabytes << 20);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(
            BenchmarkId::from_parameter(format!("{megabytes} MiB")),
            |bencher| {
                bencher.iter(|| {
                    archive::pack(&[Entry {
                        name: "bootstrap",
                        bytes: black_box(&bytes),
                    }])
                });
            },
        );
    }
    group.finish();
}
