//! Releases in the artifacts bucket: what every proved apply left, and how an earlier one is wanted again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::desired::{Desired, Environment};
use super::error::{Error, ReleaseError};
use super::event::What;
use super::facts::{allowed_headers, health_path};
use super::names::Names;
use super::observe::own_stack;
use super::record;
use super::run::Run;
use super::upload::put_each;
use crate::package::{Architecture, Package, elf::Linkage};
use crate::plan::stack::{DeclaredStack, does_the_same};
use crate::plan::{Content, Layer, PAGES, Release, ReleasedFile, ReleasedPackage, page_key};
use crate::ports::{self, Ports, PutObject};
use crate::site::{Manifest, PageFile};
use crate::stack;

/// How many releases are listed.
const LISTED: usize = 20;
/// Small files; this many at a time keep the line busy.
const AT_ONCE: usize = 16;

/// What of an environment a release puts back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The release.
    pub id: String,
    /// The main stack's template, as it was sent.
    pub template: String,
    /// Every parameter's value.
    pub parameters: BTreeMap<String, String>,
    /// Path of its health route.
    pub health: String,
    /// Request headers that its API lets the dashboard send, where that was kept.
    pub headers: Option<String>,
    /// What a distribution that is not ours was given, if that was kept.
    pub given: Option<Value>,
    /// Layers that were left out on purpose, beside those that stay as they are now.
    pub left_out: BTreeSet<Layer>,
}

impl Restored {
    /// The main stack as it was.
    pub(super) fn stack(
        &self,
        name: String,
        tags: &BTreeMap<String, String>,
    ) -> Result<DeclaredStack, Error> {
        let template = serde_json::from_str(&self.template);
        let template = template.map_err(|error| Error::ForeignTemplate {
            stack: name.clone(),
            message: error.to_string(),
        })?;
        Ok(DeclaredStack {
            name,
            template,
            body: self.template.clone(),
            template_sha256: format!("{:x}", Sha256::digest(&self.template)),
            parameters: self.parameters.clone(),
            tags: tags.clone(),
        })
    }
}

/// Whether the newest release, under this key, says what is declared.
pub(super) fn is_recorded(
    newest: Option<&str>,
    desired: &Desired,
    stack: &DeclaredStack,
) -> Result<bool, Error> {
    let content = content(desired, stack)?;
    Ok(newest.is_some_and(|newest| Release::key_speaks_of(newest, &content)))
}

/// Writes down what is deployed and proved, unless the newest release says the same; for the only writer. Page files go
/// first: a release that is listed is whole.
pub(super) async fn record(
    run: &Run<'_>,
    desired: &Desired,
    stack: &DeclaredStack,
) -> Result<(), Error> {
    let names = desired.names();
    let objects = &run.ports.objects;
    let bucket = &names.artifacts_bucket;
    let content = content(desired, stack)?;
    let newest = keys(run.ports, &names).await?;
    if newest
        .last()
        .is_some_and(|newest| Release::key_speaks_of(newest, &content))
    {
        return Ok(());
    }
    let kept = objects.list(bucket, PAGES).await?.unwrap_or_default();
    let kept: BTreeSet<String> = kept.into_iter().map(|object| object.key).collect();
    let mut missing: BTreeMap<String, &PageFile> = BTreeMap::new();
    for page in &desired.pages {
        let key = page_key(&page.sha256);
        if !kept.contains(&key) {
            missing.insert(key, page);
        }
    }
    let pages: Vec<(PutObject, u64)> = missing
        .into_iter()
        .map(|(key, page)| (super::page::kept_object(bucket, key, page), page.bytes))
        .collect();
    put_each(run, pages, AT_ONCE, |_, _| ()).await?;
    let release = Release::of(
        run.ports.clock.fresh_id(),
        run.ports.clock.now(),
        desired.revision.clone(),
        desired
            .restored
            .as_ref()
            .map(|restored| restored.id.clone()),
        content,
    );
    let key = release.key(&names.releases);
    record::write(run, &names, &key, release.to_bytes()).await?;
    run.emit(What::Released { id: release.id });
    Ok(())
}

fn content(desired: &Desired, stack: &DeclaredStack) -> Result<Content, Error> {
    let package = |package: &Package| {
        let released = ReleasedPackage {
            sha256: package.sha256.clone(),
            bytes: package.zip_bytes,
        };
        (package.function, released)
    };
    let page = |page: &PageFile| (page.key.clone(), ReleasedFile::from(page));
    Ok(Content {
        template: stack.body.clone(),
        parameters: stack.parameters.clone(),
        packages: desired.packages.iter().map(package).collect(),
        health: health_path(desired).to_owned(),
        headers: allowed_headers(desired).map(str::to_owned),
        page: desired.pages.iter().map(page).collect(),
        given: desired.given()?,
    })
}

/// Keys of all releases, the oldest first.
pub(super) async fn keys(ports: &Ports, names: &Names) -> ports::Result<Vec<String>> {
    let listed = ports.objects.list(&names.artifacts_bucket, &names.releases);
    let listed = listed.await?.unwrap_or_default();
    Ok(listed.into_iter().map(|object| object.key).collect())
}

async fn read(ports: &Ports, environment: &Environment, key: &str) -> Result<Release, Error> {
    let bucket = environment.names().artifacts_bucket;
    let foreign = |source| ReleaseError::Foreign {
        place: format!("s3://{bucket}/{key}"),
        source,
    };
    let bytes = ports.objects.get(&bucket, key).await?;
    Ok(Release::parse(&bytes.unwrap_or_default()).map_err(foreign)?)
}

/// The newest releases, the newest first. Refuses credentials of another account.
pub async fn releases(environment: &Environment, ports: &Ports) -> Result<Vec<Release>, Error> {
    own_stack(environment, ports).await?;
    let keys = keys(ports, &environment.names()).await?;
    let newest = keys.into_iter().rev().take(LISTED);
    let reads = newest.map(|key| async move { read(ports, environment, &key).await });
    stream::iter(reads).buffered(AT_ONCE).try_collect().await
}

/// The newest release. Refuses credentials of another account, and an environment that has none yet.
pub async fn newest(environment: &Environment, ports: &Ports) -> Result<Release, Error> {
    own_stack(environment, ports).await?;
    let newest = newest_recorded(environment, ports).await?;
    let absent = || ReleaseError::Absent {
        environment: environment.name.clone(),
        id: None,
    };
    Ok(newest.ok_or_else(absent)?)
}

/// The newest release, for who has made sure of the account; none when there is none yet.
pub(super) async fn newest_recorded(
    environment: &Environment,
    ports: &Ports,
) -> Result<Option<Release>, Error> {
    match keys(ports, &environment.names()).await?.last() {
        Some(key) => Ok(Some(read(ports, environment, key).await?)),
        None => Ok(None),
    }
}

/// Lets the routes and the page files of what is deployed go unasked: it failed, and nobody relies on what only it
/// brought. What holds data still goes only by name.
pub async fn give_up_deployed(desired: &mut Desired, ports: &Ports) -> Result<(), Error> {
    let template = ports.stacks.template(&desired.names().stack).await?;
    let template = template.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let served = template.as_ref().map(stack::routes).unwrap_or_default();
    desired.allowed.route_removal.extend(served);
    desired.most_removals = usize::MAX;
    Ok(())
}

/// The release to go back to: the one with this id, or the newest that is not what is deployed now.
pub async fn earlier(
    environment: &Environment,
    ports: &Ports,
    id: Option<&str>,
) -> Result<Release, Error> {
    let state = own_stack(environment, ports).await?;
    let none = || ReleaseError::Absent {
        environment: environment.name.clone(),
        id: id.map(str::to_owned),
    };
    let names = environment.names();
    if let Some(id) = id {
        let keys = keys(ports, &environment.names()).await?;
        let mut keys = keys.iter();
        let key = keys.find(|key| Release::key_has_id(key, &names.releases, id));
        return read(ports, environment, key.ok_or_else(none)?).await;
    }
    let (template, manifest, keys) = futures::try_join!(
        async { Ok(ports.stacks.template(&names.stack).await?) },
        async {
            let manifest = ports
                .objects
                .get(&names.artifacts_bucket, &names.site_manifest);
            Ok::<_, Error>(manifest.await?)
        },
        async { Ok(keys(ports, &names).await?) },
    )?;
    let (manifest, _) = Manifest::from_stored(manifest.as_deref());
    let template = template.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let deployed = Deployed {
        template: template.unwrap_or_default(),
        parameters: state.map(|state| state.parameters).unwrap_or_default(),
        manifest,
    };
    let mut given = None;
    for key in keys.iter().rev().take(LISTED) {
        let release = read(ports, environment, key).await?;
        // What a distribution that is not ours was given last the newest release says.
        let given = given.get_or_insert_with(|| release.content.given.clone());
        if release.content.given != *given || !deployed.is(&release.content) {
            return Ok(release);
        }
    }
    Err(none().into())
}

/// What is there now of what a release holds.
struct Deployed {
    template: Value,
    parameters: BTreeMap<String, String>,
    manifest: Manifest,
}

impl Deployed {
    fn is(&self, content: &Content) -> bool {
        let page = content.page.iter();
        let page =
            page.map(|(key, file)| (key, &file.sha256, &file.content_type, &file.cache_control));
        let there = self.manifest.objects.iter();
        let there = there.map(|(key, entry)| {
            (
                key,
                &entry.sha256,
                &entry.content_type,
                &entry.cache_control,
            )
        });
        let template = serde_json::from_str(&content.template).unwrap_or_default();
        page.eq(there)
            && does_the_same(
                (&self.template, &self.parameters),
                (&template, &content.parameters),
            )
    }
}

/// Brings the page of a release into a folder that is empty. Refuses a release of which a package or a page file is gone.
pub async fn fetch_page(
    environment: &Environment,
    release: &Release,
    folder: &std::path::Path,
    ports: &Ports,
) -> Result<(), Error> {
    let bucket = environment.names().artifacts_bucket;
    let gone = |key: String| ReleaseError::Incomplete {
        id: release.id.clone(),
        place: format!("s3://{bucket}/{key}"),
    };
    for (function, package) in &release.content.packages {
        let key = package_of(environment, *function, package).key();
        if ports.objects.head(&bucket, &key).await?.is_none() {
            return Err(gone(key).into());
        }
    }
    let (bucket, gone) = (&bucket, &gone);
    let files = release.content.page.iter().map(|(key, file)| async move {
        let from = page_key(&file.sha256);
        let path = folder.join(key);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| Error::Unwritable {
                path: folder.to_owned(),
                source,
            })?;
        }
        if ports.objects.save(bucket, &from, &path).await? {
            Ok(())
        } else {
            Err(Error::from(gone(from)))
        }
    });
    stream::iter(files)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The environment as a release left it, without these layers, to be compared with. Nothing is uploaded from it, so no
/// bytes of the page are needed.
pub(super) fn as_left(
    desired: Desired,
    release: &Release,
    skip: BTreeSet<Layer>,
) -> Result<Desired, Error> {
    let restored = restored(desired, release, page_files(release))?;
    Ok(Desired { skip, ..restored })
}

/// The page of a release, without its bytes and without what its files name.
fn page_files(release: &Release) -> Vec<PageFile> {
    let file = |(key, file): (&String, &ReleasedFile)| PageFile {
        key: key.clone(),
        path: PathBuf::new(),
        filled: None,
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        content_type: file.content_type.clone(),
        cache_control: file.cache_control.clone(),
        names: Vec::new(),
    };
    release.content.page.iter().map(file).collect()
}

/// The environment as it was at a release: its packages, its stack and its page, with the headers of then. Secrets, keys, seed and the carrier stay
/// as they are now, as does what only the local cloud's addresses decide.
pub fn restored(
    desired: Desired,
    release: &Release,
    mut pages: Vec<PageFile>,
) -> Result<Desired, Error> {
    for file in &mut pages {
        if let Some(then) = release.content.page.get(&file.key) {
            file.content_type.clone_from(&then.content_type);
            file.cache_control.clone_from(&then.cache_control);
        }
    }
    let now = desired.main_stack()?.parameters;
    let environment = &desired.environment;
    let mut parameters = release.content.parameters.clone();
    if environment.viewer.is_some() {
        for address in [crate::stack::PUBLIC_URL, crate::stack::CARRIER_URL] {
            if let (Some(then), Some(now)) = (parameters.get_mut(address), now.get(address)) {
                then.clone_from(now);
            }
        }
    }
    let packages = release.content.packages.iter();
    let packages = packages.map(|(function, package)| package_of(environment, *function, package));
    let packages = packages.collect();
    let stays = [Layer::Secrets, Layer::Edge, Layer::Seed, Layer::Carrier];
    Ok(Desired {
        packages,
        pages,
        restored: Some(Restored {
            id: release.id.clone(),
            template: release.content.template.clone(),
            parameters,
            health: release.content.health.clone(),
            headers: release.content.headers.clone(),
            given: release.content.given.clone(),
            left_out: desired.skip.clone(),
        }),
        revision: release.revision.clone(),
        skip: desired.skip.iter().copied().chain(stays).collect(),
        ..desired
    })
}

/// A package that lies in the artifacts bucket; nothing of it is on this machine.
fn package_of(
    environment: &Environment,
    function: qdn_shared::package::FunctionName,
    package: &ReleasedPackage,
) -> Package {
    let choice = environment.file.functions.of(function).architecture;
    Package {
        function,
        architecture: Architecture::chosen(choice, Architecture::host()),
        zip: PathBuf::new(),
        sha256: package.sha256.clone(),
        zip_bytes: package.bytes,
        binary_bytes: 0,
        linkage: Linkage::Static,
    }
}
