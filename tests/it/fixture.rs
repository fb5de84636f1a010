//! A declared environment on small real files, for tests of the engine.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use qdn_infra::config::{
    BucketName, CustomerValues, DomainName, Domains, FromEnv, Site, StackFile, VariableName,
};
use qdn_infra::engine::event::{Event, Sink, What};
use qdn_infra::engine::{Claim, Desired, Environment, Refresh};
use qdn_infra::package::elf::Linkage;
use qdn_infra::package::{Architecture, Package};
use qdn_infra::plan::Allowed;
use qdn_infra::seed::MaintenanceData;
use qdn_infra::{secrets, site};
use qdn_shared::package::FunctionName;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::world::{DISTRIBUTION, VIEWER, World};

/// The checkout.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The files with such an extension below a folder, in order.
pub fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let paths = entries.map(|entry| entry.unwrap().into_path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}

/// A declared environment and the folder that its files lie in.
pub struct Fixture {
    folder: TempDir,
    /// What is declared.
    pub desired: Desired,
}

impl Fixture {
    /// `stacks/local.yaml` with a page of two files and packages of a few bytes.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let file = StackFile::load(&project().join("stacks/local.yaml")).unwrap();
        let values = CustomerValues::resolve(&file, |_| None).unwrap();
        let mut fixture = Self {
            desired: Desired {
                environment: Environment {
                    name: "local".to_owned(),
                    file,
                    values,
                    viewer: Some(VIEWER.to_owned()),
                    carrier: None,
                    claim: Claim {
                        owner: "ana".to_owned(),
                        host: "laptop".to_owned(),
                        run: None,
                        command: "apply",
                    },
                },
                host: Architecture::X86_64,
                edge_source:
                    "const SETTINGS = {};\nfunction handler(event) { return event.request; }\n"
                        .to_owned(),
                edge_events: ["main-site", "track"]
                    .map(|name| (name.to_owned(), b"{\"request\":{}}".to_vec()))
                    .to_vec(),
                packages: Vec::new(),
                pages: Vec::new(),
                force_upload: false,
                most_removals: 50,
                allowed: Allowed::default(),
                secrets: None,
                seed: Some(seed()),
                revision: None,
                restored: None,
                skip: BTreeSet::new(),
                refresh: Refresh::default(),
            },
            folder,
        };
        fixture.write_secrets(&secrets_file(SECRET));
        fixture.write_page("index.html", "<!doctype html><title>track</title>");
        fixture.write_page("track.css", "body {}");
        for function in FunctionName::ALL {
            fixture.build_package(*function, b"first");
        }
        fixture
    }

    /// The same for a site that exists already.
    pub fn adopting() -> Self {
        let mut fixture = Self::new();
        let environment = &mut fixture.desired.environment;
        environment.file = existing_site();
        environment.values = CustomerValues::resolve(&environment.file, |name| {
            (name == "QDN_DISTRIBUTION_ID").then(|| DISTRIBUTION.to_owned())
        })
        .unwrap();
        fixture
    }

    /// Gives the site names of its own, at which people reach it.
    pub fn name_site(&mut self, names: &[&str]) {
        let environment = &mut self.desired.environment;
        environment.viewer = None;
        let names = names.iter().map(|name| DomainName::new(*name).unwrap());
        environment.file.site = Site::Managed {
            domains: Some(Domains {
                names: names.collect(),
                certificate: FromEnv {
                    env: VariableName::new("QDN_CERTIFICATE_ARN").unwrap(),
                },
            }),
        };
    }

    /// Names another bucket for a site that exists already.
    pub fn move_to_bucket(&mut self, name: &str) {
        match &mut self.desired.environment.file.site {
            Site::Existing { bucket, .. } => *bucket = BucketName::new(name).unwrap(),
            Site::Managed { .. } => panic!("the site is the stack's own"),
        }
    }

    /// An empty cloud for this environment.
    pub fn world(&self) -> World {
        World::empty(
            self.desired.names(),
            &self
                .desired
                .environment
                .file
                .api
                .dashboard_origin
                .to_string(),
        )
    }

    /// Writes a page file and reads the page again.
    pub fn write_page(&mut self, name: &str, text: &str) {
        let page = self.folder.path().join("track");
        fs::create_dir_all(&page).unwrap();
        fs::write(page.join(name), text).unwrap();
        self.read_pages();
    }

    /// Writes a secrets file of mode 600 and reads it.
    pub fn write_secrets(&mut self, text: &str) {
        let path = self.folder.path().join("repos.env");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        self.desired.secrets = Some(secrets::read(&path, None).unwrap());
    }

    /// Replaces a text in the seed.
    pub fn edit_seed(&mut self, from: &str, to: &str) {
        let text = self.desired.seed.as_ref().unwrap().text();
        assert!(text.contains(from), "the seed does not hold {from}");
        let text = text.replacen(from, to, 1);
        let seed = MaintenanceData::parse(text.as_bytes(), "seed").unwrap();
        self.desired.seed = Some(seed);
    }

    /// Removes a page file and reads the page again.
    pub fn remove_page(&mut self, name: &str) {
        fs::remove_file(self.folder.path().join("track").join(name)).unwrap();
        self.read_pages();
    }

    /// Replaces the package of a function by one with this content.
    pub fn build_package(&mut self, function: FunctionName, content: &[u8]) {
        let zip = self.folder.path().join(format!("{function}.zip"));
        fs::write(&zip, content).unwrap();
        let packages = &mut self.desired.packages;
        packages.retain(|package| package.function != function);
        packages.push(Package {
            function,
            architecture: Architecture::X86_64,
            zip,
            sha256: format!("{:x}", Sha256::digest(content)),
            zip_bytes: content.len() as u64,
            binary_bytes: content.len() as u64,
            linkage: Linkage::Static,
        });
    }

    fn read_pages(&mut self) {
        let folder = self.folder.path().join("track");
        self.desired.pages = site::read(&folder, site::PREFIX, site::PHONE_IN_PAGE).unwrap();
    }
}

/// The checkout's own seed.
fn seed() -> MaintenanceData {
    let file = project().join(qdn_infra::seed::FILE);
    MaintenanceData::parse(&fs::read(file).unwrap(), qdn_infra::seed::FILE).unwrap()
}

/// How a stack file names a site that exists already.
pub const EXISTING_SITE: &str = "site:\n  mode: existing\n  bucket: www.quickdumpnow.com\n  \
    distribution:\n    env: QDN_DISTRIBUTION_ID\n  domain: www.quickdumpnow.com\n";

/// `stacks/local.yaml` with a site that exists already.
fn existing_site() -> StackFile {
    let yaml = fs::read_to_string(project().join("stacks/local.yaml")).unwrap();
    let from = yaml.find("site:\n").unwrap();
    let to = from + yaml[from..].find("\n\n").unwrap() + 1;
    let yaml = format!("{}{EXISTING_SITE}{}", &yaml[..from], &yaml[to..]);
    StackFile::parse(yaml.as_bytes(), "local.yaml").unwrap()
}

/// The API key's secret in [`secrets_file`].
pub const SECRET: &str = "canaryabcdefghijklmnopqrstuvwxyz";

/// A good secrets file with this API key secret.
pub fn secrets_file(api_key_secret: &str) -> String {
    format!(
        "TWILIO_ACCOUNT_SID=AC0a1b2c3d4e5f60718293a4b5c6d7e8f9\n\
         TWILIO_API_KEY_SID=SK1a1b2c3d4e5f60718293a4b5c6d7e8f9\n\
         TWILIO_API_KEY_SECRET={api_key_secret}\n\
         TWILIO_FROM=MG2a1b2c3d4e5f60718293a4b5c6d7e8f9\n\
         TWILIO_AUTH_TOKEN=3a1b2c3d4e5f60718293a4b5c6d7e8f9\n\
         QDN_CONTACT_PRIMARY=+14155550101\n\
         QDN_CONTACT_MAIN=+14155550102\n\
         QDN_CONTACT_BACKUP=+14155550103\n"
    )
}

/// Remembers every event.
#[derive(Default)]
pub struct Heard(Mutex<Vec<Event>>);

impl Heard {
    /// What happened, in order.
    pub fn what(&self) -> Vec<What> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|event| event.what.clone())
            .collect()
    }
}

impl Sink for Heard {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}
