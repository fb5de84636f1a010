//! The page: hashing its files, and comparing them with a bucket in which nothing changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput};
use qdn_infra::plan::site::{self as site_plan, Rules};
use qdn_infra::ports::ListedObject;
use qdn_infra::site::{self, Manifest, PREFIX, PageFile};

use super::content::program;

const FILES: [usize; 3] = [1, 100, 10_000];
/// Bytes of a file of the page; small, so that opening files is measured as much as hashing them.
const FILE_BYTES: usize = 2 * 1024;

pub(super) fn hashing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("asset_hashing");
    for count in FILES {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        write_page(folder.path(), count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                site::read(black_box(folder.path()), PREFIX, site::PHONE_IN_PAGE)
                    .expect("the page can be read")
            });
        });
    }
    group.finish();
}

/// `index.html` and style sheets, a hundred to a folder.
fn write_page(folder: &Path, count: usize) {
    let content = program(FILE_BYTES);
    fs::write(folder.join("index.html"), &content).expect("a file can be written");
    for number in 1..count {
        let below = folder.join(format!("part-{:03}", number / 100));
        fs::create_dir_all(&below).expect("a folder can be made");
        fs::write(below.join(format!("{number:05}.css")), &content).expect("a file can be written");
    }
}

const RULES: Rules<'static> = Rules {
    most_removals: 50,
    keep_seconds: 0,
    now: 0,
    force: false,
    strangers: &BTreeSet::new(),
};

pub(super) fn comparison(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("site_comparison");
    for count in FILES {
        let wanted: Vec<PageFile> = (0..count).map(page_file).collect();
        let listed: Vec<ListedObject> = wanted
            .iter()
            .map(|file| ListedObject {
                key: file.key.clone(),
                etag: file.sha256[32..].to_owned(),
                size: file.bytes,
                modified: 0,
            })
            .collect();
        let manifest = site_plan::next_manifest(
            &wanted,
            &listed,
            &Manifest::default(),
            &BTreeMap::new(),
            RULES,
        );
        let heads = BTreeMap::new();
        let compare = || site_plan::compare(black_box(&wanted), &listed, &manifest, &heads, RULES);
        assert!(compare().steps.is_empty(), "nothing changed");
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(compare);
        });
    }
    group.finish();
}

fn page_file(number: usize) -> PageFile {
    let key = format!("{PREFIX}part-{:03}/{number:05}.css", number / 100);
    PageFile {
        path: key.clone().into(),
        filled: None,
        sha256: format!("{number:064x}"),
        bytes: FILE_BYTES as u64,
        content_type: site::content_type(&key),
        cache_control: site::cache_control(&key).to_owned(),
        names: Vec::new(),
        key,
    }
}
