//! A checkout with a local cloud of its own, in which the built program runs as a user runs it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use qdn_infra::aws::{Endpoint, HttpWeb, Proxies, Session, SystemClock, connect};
use qdn_infra::ports::{Ports, Web, WebRequest, WebResponse};
use qdn_infra::twilio::Twilio;
use serde_json::{Value, json};

use crate::fixture::project;

mod buckets;
mod commands;

pub use buckets::Buckets;
pub use commands::Ran;
use commands::told;

/// What the checkout is made of; what is built or downloaded stays out.
const PARTS: [&str; 13] = [
    "Cargo.toml",
    "build.rs",
    "build",
    "Cargo.lock",
    "rust-toolchain.toml",
    "src",
    "stacks",
    "functions",
    "cloudfront-fn",
    "assets",
    "benches",
    "tests/it",
    "clippy.toml",
];

/// Where the record of the page's objects lies: bucket and key.
pub const MANIFEST: (&str, &str) = (
    "qdn-local-artifacts-000000000000-us-east-1",
    "manifests/qdn-local/site.json",
);

/// The same for the seed that was pushed last.
pub const SEED_RECORD: (&str, &str) = (MANIFEST.0, "manifests/qdn-local/seed.json");

/// Where the lock lies.
pub const LOCK: (&str, &str) = (MANIFEST.0, "locks/qdn-local.json");

/// A checkout with a local cloud of its own, stopped when this is dropped.
pub struct Checkout {
    /// Where it lies.
    pub folder: PathBuf,
    target: PathBuf,
    program: PathBuf,
    /// Variables that a stack file asks for.
    variables: Vec<(&'static str, String)>,
    /// Held while the folder is in use, and the one place of each function's zip.
    _lock: File,
}

impl Checkout {
    pub fn new() -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_qdn-infra"));
        // <target>/<profile>/qdn-infra: packages are built where this test was built.
        let target = program.ancestors().nth(2).unwrap().to_owned();
        // Always the same folder, so that what was compiled for it serves the next run.
        let home = target.join("end-to-end");
        let folder = home.join("checkout");
        fs::create_dir_all(&home).unwrap();
        let lock = File::create(home.join("lock")).unwrap();
        lock.lock().unwrap();
        let checkout = Self {
            folder,
            target,
            program,
            variables: Vec::new(),
            _lock: lock,
        };
        if checkout.folder.exists() {
            // A run that was killed may have left its local cloud running.
            if checkout.folder.join(".qdn").exists() {
                checkout.run(&["local", "stop"], 0);
            }
        }
        let previous = home.join("previous");
        let _ = fs::remove_dir_all(&previous);
        let _ = fs::rename(&checkout.folder, &previous);
        for part in PARTS {
            let to = checkout.folder.join(part);
            copy(&project().join(part), &to, &previous.join(part));
        }
        let _ = fs::remove_dir_all(&previous);
        checkout
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let shared = |name: &str| self.target.join("qdn").join(name);
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env(
                "QDN_TOOLS",
                std::env::var_os("QDN_TOOLS").unwrap_or_else(|| shared("tools").into()),
            )
            .env(
                "QDN_LOCAL_VENV",
                std::env::var_os("QDN_LOCAL_VENV").unwrap_or_else(|| shared("venv").into()),
            )
            .env_remove("QDN_ENV")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Sets a variable for every command from now on.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.variables.push((name, value.to_owned()));
    }

    /// `plan --format json` as `layer action target` lines.
    pub fn planned(&self) -> Vec<String> {
        let plan: Value =
            serde_json::from_str(&self.run(&["plan", "--format", "json"], 0).out).unwrap();
        let mut lines = Vec::new();
        for layer in plan["layers"].as_array().unwrap() {
            // What every plan here says that changes the edge function; nothing else is found.
            let untried = json!([{ "kind": "edge-untried", "function": "qdn-local-edge" }]);
            let as_expected = layer.get("findings").is_none_or(|found| *found == untried);
            assert!(as_expected, "{layer:#}");
            for step in layer["steps"].as_array().unwrap() {
                let target = &step["target"];
                let name = [
                    "logical_id",
                    "name",
                    "function",
                    "key",
                    "subject",
                    "paths",
                    "routes",
                    "check",
                ]
                .iter()
                .find_map(|field| target.get(field))
                .unwrap();
                let name = name
                    .as_str()
                    .map_or_else(|| name.to_string(), str::to_owned);
                // Its logical id ends in a hash of the API.
                let name = if name.starts_with("Deployment") {
                    "Deployment".to_owned()
                } else {
                    name
                };
                if layer["layer"] != "verify" {
                    lines.push(format!(
                        "{} {} {name}",
                        layer["layer"].as_str().unwrap(),
                        step["action"].as_str().unwrap()
                    ));
                }
            }
        }
        // Steps are ordered by logical id, so which deployment comes first is the hash's whim.
        let whim = ["stack create Deployment", "stack remove Deployment"];
        if let Some(at) = lines.windows(2).position(|pair| pair == whim) {
            lines.swap(at, at + 1);
        }
        lines
    }

    /// Replaces a text that occurs in a file.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not contain {from}");
        fs::write(&path, text.replace(from, to)).unwrap();
    }

    /// Builds the program of this checkout and uses it from now on.
    pub fn rebuild(&mut self) {
        // A version of its own keeps its crates apart from the real checkout's in the shared target
        // folder: cargo names artifacts by version, not by folder. For this build alone, because the
        // packages' bytes follow the version, too.
        let (ours, theirs) = ("version = \"0.1.0-end-to-end\"\n", "version = \"0.1.0\"\n");
        let manifests = ["Cargo.toml", "Cargo.lock"];
        for file in manifests {
            self.edit(file, theirs, ours);
        }
        let begun = Instant::now();
        let cargo = PathBuf::from(env!("CARGO"));
        let own = self.target.join("end-to-end");
        fs::copy(&self.program, own.join("original")).unwrap();
        // Beside a bench, which wants what tests want of the SDKs: without one they would all be compiled again, with
        // fewer features.
        let with_features_of_tests = ["--workspace", "--bench", "domain"];
        let status = self
            .command(&cargo)
            .args(["build", "--quiet", "--locked", "--bin", "qdn-infra"])
            .args(with_features_of_tests)
            .status()
            .unwrap();
        assert!(status.success());
        told(begun, &["(the program is built)"]);
        for file in manifests {
            self.edit(file, ours, theirs);
        }
        // Moved away, and the real checkout's own program put back in its place.
        fs::rename(&self.program, own.join("qdn-infra")).unwrap();
        fs::rename(own.join("original"), &self.program).unwrap();
        let program = own.join("qdn-infra");
        self.program = program;
    }

    /// The buckets of its local cloud.
    pub fn objects(&self) -> Buckets {
        let (runtime, ports) = self.ports();
        Buckets { runtime, ports }
    }

    /// Its local cloud, as the program itself sees it.
    pub fn ports(&self) -> (tokio::runtime::Runtime, Ports) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let endpoint = Endpoint::Local(self.address("endpoint").parse().unwrap());
        let session = Session {
            region: "us-east-1".to_owned(),
            endpoint,
        };
        let ports = runtime.block_on(connect(
            &session,
            Box::new(SystemClock::start()),
            Box::new(Twilio::new(false)),
            None,
        ));
        (runtime, ports)
    }

    /// An output of its stack.
    pub fn output(&self, name: &str) -> String {
        let outputs = self.run(&["outputs", "--format", "json"], 0).out;
        let outputs: Value = serde_json::from_str(&outputs).unwrap();
        outputs[name].as_str().unwrap().to_owned()
    }

    /// What the lock says; none when nobody holds it.
    pub fn lock(&self) -> Option<Value> {
        let (bucket, key) = LOCK;
        let record = self.objects().find(bucket, key)?;
        Some(serde_json::from_str(&record).unwrap())
    }

    /// Lets every command from now on ask the local cloud at this address, which says the same of itself.
    pub fn ask_through(&self, endpoint: &str) {
        let file = self.folder.join(".qdn/local/running.json");
        let mut running: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        running["endpoint"] = json!(format!("{endpoint}/"));
        fs::write(&file, running.to_string()).unwrap();
        assert_eq!(self.address("endpoint"), endpoint);
    }

    pub fn address(&self, kind: &str) -> String {
        let status = self.run(&["local", "status"], 0).out;
        let line = status.lines().find(|line| line.starts_with(kind)).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .trim_end_matches('/')
            .to_owned()
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let stopped = self.command(&self.program).args(["local", "stop"]).output();
        if let Err(error) = stopped {
            assert!(
                std::thread::panicking(),
                "the local cloud was not stopped: {error}"
            );
        }
    }
}

/// With their time, so that cargo need not build again what it knows; but a file that the `previous` checkout had
/// otherwise is new to it.
fn copy(from: &Path, to: &Path, previous: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name() != "__pycache__" {
                let name = entry.file_name();
                copy(&entry.path(), &to.join(&name), &previous.join(&name));
            }
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
        if fs::read(previous).is_ok_and(|known| known != fs::read(from).unwrap()) {
            return;
        }
        let modified = fs::metadata(from).unwrap().modified().unwrap();
        let copied = fs::File::options().write(true).open(to).unwrap();
        copied.set_modified(modified).unwrap();
    }
}

pub fn fetch(method: &'static str, url: String) -> WebResponse {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let web = HttpWeb::new(Proxies::Never);
    runtime
        .block_on(web.send(&WebRequest {
            method,
            url,
            headers: Vec::new(),
            body: None,
        }))
        .unwrap()
}

/// Calls and sequential round trips from a line like `14 API calls in 3 sequential round trips, …`.
pub fn calls(ran: &Ran) -> (usize, usize) {
    let line = ran
        .err
        .lines()
        .find(|line| line.contains("API call"))
        .unwrap();
    let numbers: Vec<usize> = line
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    (numbers[0], numbers[1])
}
