//! Random buckets, pages, interruptions and hands: whatever happened, a completed run ends with
//! nothing left to do, nothing lost outside the prefix, and no cache holding an older version.

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::*;
use crate::site::INDEX_KEY;

/// What a bucket or a cache holds of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    content: u8,
    content_type: String,
    cache_control: String,
    /// Whether we wrote it, so that it carries its hash.
    ours: bool,
}

impl Version {
    fn by_hand(content: u8) -> Self {
        Self {
            content,
            content_type: "x".into(),
            cache_control: "x".into(),
            ours: false,
        }
    }
    fn etag(&self) -> String {
        format!("etag-{}", self.content)
    }
    fn sha256(&self) -> String {
        format!("sha-{}", self.content)
    }
}

static NOBODYS: BTreeSet<String> = BTreeSet::new();

/// Nothing that is not wanted is kept.
fn rules(most_removals: usize, force: bool) -> Rules<'static> {
    Rules {
        most_removals,
        keep_seconds: 0,
        now: 0,
        force,
        strangers: &NOBODYS,
    }
}

/// A cloud in small: the bucket, the stored manifest, and a cache that keeps what it saw until told
/// otherwise.
#[derive(Debug, Clone, Default)]
struct World {
    bucket: BTreeMap<String, Version>,
    manifest: Manifest,
    /// How many objects the last comparison would remove.
    limit: usize,
    cache: BTreeMap<String, Version>,
}

impl World {
    fn listed(&self) -> Vec<ListedObject> {
        let object = |(key, version): (&String, &Version)| ListedObject {
            key: key.clone(),
            etag: version.etag(),
            size: u64::from(version.content),
            modified: 0,
        };
        self.bucket.iter().map(object).collect()
    }

    fn compare(&mut self, wanted: &[PageFile], limit: usize, force: bool) -> SiteComparison {
        self.limit = limit;
        let listed = self.listed();
        let heads = unexplained(wanted, &listed, &self.manifest)
            .into_iter()
            .map(|key| {
                let version = &self.bucket[&key];
                let head = ObjectHead {
                    etag: version.etag(),
                    size: u64::from(version.content),
                    content_type: Some(version.content_type.clone()),
                    cache_control: Some(version.cache_control.clone()),
                    sha256: version.ours.then(|| version.sha256()),
                };
                (key, head)
            })
            .collect();
        compare(wanted, &listed, &self.manifest, &heads, rules(limit, force))
    }

    /// Runs the first `count` steps; only a run of all of them stores the manifest.
    fn apply(&mut self, wanted: &[PageFile], steps: &[Step], count: usize) {
        let listed = self.listed();
        let mut written = BTreeMap::new();
        if let Some(marked) = manifest_while_writing(&self.manifest, steps, &[]) {
            self.manifest = marked;
        }
        for step in steps.iter().take(count) {
            match &step.target {
                Target::Object { key, .. } if step.action == Action::Remove => {
                    assert!(key.starts_with(PREFIX), "removes {key}");
                    self.bucket.remove(key).expect("removes only what is there");
                }
                Target::Object { key, .. } => {
                    let file = wanted.iter().find(|file| file.key == *key).unwrap();
                    let version = version(file);
                    written.insert(key.clone(), version.etag());
                    self.bucket.insert(key.clone(), version);
                }
                Target::Paths { paths } => self.cache.retain(|address, _| {
                    !paths.iter().any(|path| {
                        path.strip_suffix('*')
                            .map_or(path == address, |start| address.starts_with(start))
                    })
                }),
                other => panic!("not a step of the page: {other:?}"),
            }
        }
        if count >= steps.len() {
            let rules = rules(self.limit, false);
            self.manifest = next_manifest(wanted, &listed, &self.manifest, &written, rules);
        }
    }

    /// Viewers look at everything of the page; the edge function leaves `track` and `track/` out of
    /// reach.
    fn visit(&mut self) {
        for (key, version) in self
            .bucket
            .iter()
            .filter(|(key, _)| key.starts_with(PREFIX) && *key != PREFIX)
        {
            let aliases: &[&str] = if key == INDEX_KEY {
                &["/track", "/track/"]
            } else {
                &[]
            };
            for address in aliases
                .iter()
                .map(|alias| (*alias).to_owned())
                .chain([format!("/{key}")])
            {
                self.cache.entry(address).or_insert_with(|| version.clone());
            }
        }
    }

    /// What lies outside the page's prefix.
    fn outside(&self) -> BTreeMap<String, Version> {
        let mut others = self.bucket.clone();
        others.retain(|key, _| !key.starts_with(PREFIX));
        others
    }

    fn outdated(&self) -> Vec<&str> {
        self.cache
            .iter()
            .filter(|(address, cached)| {
                let key = match address.as_str() {
                    "/track" | "/track/" => INDEX_KEY,
                    other => &other[1..],
                };
                let harmless = cache_control(key) == IMMUTABLE && !self.bucket.contains_key(key);
                !harmless && self.bucket.get(key) != Some(*cached)
            })
            .map(|(address, _)| address.as_str())
            .collect()
    }
}

fn version(file: &PageFile) -> Version {
    Version {
        content: u8::try_from(file.bytes).unwrap(),
        content_type: file.content_type.clone(),
        cache_control: file.cache_control.clone(),
        ours: true,
    }
}

const KEYS: &[&str] = &[
    "track/index.html",
    "track/a.css",
    "track/b.js",
    "track/c.3f2a9c01.js",
    "track/d/e.svg",
    "track/f.html",
];

fn page() -> impl Strategy<Value = Vec<PageFile>> {
    btree_map(
        prop::sample::select(KEYS),
        (1_u8..4, any::<bool>()),
        0..=KEYS.len(),
    )
    .prop_map(|files| {
        let file = |(key, (content, other_header)): (&str, (u8, bool))| {
            // A hash in a name is a promise that nothing under this name ever differs.
            let promised = cache_control(key) == IMMUTABLE;
            let content = if promised { 1 } else { content };
            PageFile {
                key: key.to_owned(),
                path: key.into(),
                filled: None,
                sha256: format!("sha-{content}"),
                bytes: u64::from(content),
                content_type: crate::site::content_type(key),
                cache_control: if other_header && !promised {
                    "no-cache"
                } else {
                    cache_control(key)
                }
                .to_owned(),
                names: Vec::new(),
            }
        };
        files.into_iter().map(file).collect()
    })
}

/// What somebody put into the bucket by hand.
fn by_hand() -> impl Strategy<Value = BTreeMap<String, Option<u8>>> {
    let key = prop_oneof![
        prop::sample::select(KEYS).prop_map(str::to_owned),
        prop::sample::select(
            &[
                "track/",
                "track",
                "data/maintenance.json",
                "tracker/x",
                "track/two words*"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    btree_map(key, prop::option::of(4_u8..6), 0..4)
}

proptest! {
    #[test]
    fn whatever_happened_before_a_completed_run_leaves_nothing_to_do(
        first in page(),
        second in page(),
        cut in 0_usize..8,
        hands in by_hand(),
        manifest_lost: bool,
        third in page(),
        limit in prop_oneof![Just(0_usize), Just(2), Just(50)],
        force: bool,
    ) {
        let mut world = World::default();
        let steps = world.compare(&first, 50, false).steps;
        world.apply(&first, &steps, usize::MAX);
        world.visit();
        let steps = world.compare(&second, 50, false).steps;
        world.apply(&second, &steps, cut);
        world.visit();
        // An object that a run cut short had just made, and that a hand then removed, leaves no
        // trace anywhere.
        let made = &world.manifest.objects;
        let untraceable = hands.iter().any(|(key, new)| new.is_none() && !made.contains_key(key));
        for (key, content) in hands {
            match content {
                Some(content) => {
                    world.bucket.insert(key, Version::by_hand(content));
                }
                None => drop(world.bucket.remove(&key)),
            }
        }
        world.visit();
        if manifest_lost {
            world.manifest = Manifest::default();
        }
        let before = world.outside();

        let comparison = world.compare(&third, limit, force);
        world.apply(&third, &comparison.steps, usize::MAX);

        // Whether every header came out right is asked of the bucket, not of the comparison.
        for file in &third {
            prop_assert_eq!(world.bucket.get(&file.key), Some(&version(file)));
        }
        let again = world.compare(&third, limit, false);
        prop_assert_eq!(&again.steps, &[]);
        prop_assert!(!again.manifest_stale);
        prop_assert!(unexplained(&third, &world.listed(), &world.manifest).is_empty());
        prop_assert_eq!(&again.findings, &comparison.findings);
        prop_assert_eq!(world.outside(), before);

        let removed = comparison.steps.iter().filter(|step| step.action == Action::Remove).count();
        prop_assert!(removed <= limit);
        let held = comparison.findings.len() == 1;
        let undeclared = world.bucket.keys().any(|key| {
            key.starts_with(PREFIX) && !third.iter().any(|file| file.key == *key)
        });
        prop_assert_eq!(undeclared, held, "removed unless held");
        if !manifest_lost && !held && !untraceable {
            prop_assert_eq!(world.outdated(), Vec::<&str>::new());
        }
    }

    #[test]
    fn steps_come_in_the_order_in_which_they_are_safe(
        first in page(),
        second in page(),
        force: bool,
    ) {
        let mut world = World::default();
        let steps = world.compare(&first, 50, false).steps;
        world.apply(&first, &steps, usize::MAX);
        let steps = world.compare(&second, 50, force).steps;
        let rank = |step: &Step| match (&step.target, step.action) {
            (Target::Paths { .. }, _) => 4,
            (_, Action::Remove) => 3,
            (Target::Object { key, .. }, _) => {
                let file = second.iter().find(|file| file.key == *key).unwrap();
                match UploadOrder::of(file) {
                    UploadOrder::Immutable => 0,
                    UploadOrder::Other => 1,
                    UploadOrder::Html => 2,
                }
            }
            _ => 5,
        };
        prop_assert!(steps.iter().map(rank).is_sorted());
        let again = world.compare(&second, 50, force).steps;
        prop_assert_eq!(&again, &steps, "the same question, the same answer");
    }
}
