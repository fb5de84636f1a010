//! The whole way on the local cloud, as a user goes it: a checkout of its own, the built program, a
//! real emulator, real packages. One test, because the steps build on each other.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use qdn_infra::aws::{Endpoint, HttpWeb, Proxies, Session, SystemClock, connect};
use qdn_infra::ports::{Body, Ports, PutObject, Web, WebRequest, WebResponse};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::fixture::{BUILDS, project};

/// What the checkout is made of; what is built or downloaded stays out.
const PARTS: [&str; 11] = [
    "Cargo.toml",
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

/// A checkout with a local cloud of its own, stopped when this is dropped.
struct Checkout {
    folder: PathBuf,
    target: PathBuf,
    program: PathBuf,
    /// Held while the folder is in use.
    _lock: File,
}

/// What a command did.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Checkout {
    fn new() -> Self {
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
            _lock: lock,
        };
        if checkout.folder.exists() {
            // A run that was killed may have left its local cloud running.
            if checkout.folder.join(".qdn").exists() {
                checkout.run(&["local", "stop"], 0);
            }
            fs::remove_dir_all(&checkout.folder).unwrap();
        }
        for part in PARTS {
            copy(&project().join(part), &checkout.folder.join(part));
        }
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
            .stdin(Stdio::null());
        command
    }

    /// Runs a command line that must end with this exit code.
    fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let output = self
            .command(&self.program)
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Ran {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert_eq!(ran.code, code, "{arguments:?}\n{}\n{}", ran.out, ran.err);
        ran
    }

    /// `plan --format json` as `layer action target` lines.
    fn planned(&self) -> Vec<String> {
        let plan: Value =
            serde_json::from_str(&self.run(&["plan", "--format", "json"], 0).out).unwrap();
        let mut lines = Vec::new();
        for layer in plan["layers"].as_array().unwrap() {
            assert!(layer.get("findings").is_none(), "{layer:#}");
            for step in layer["steps"].as_array().unwrap() {
                let target = &step["target"];
                let name = [
                    "logical_id",
                    "name",
                    "function",
                    "key",
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
        lines
    }

    /// Replaces a text that occurs in a file.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not contain {from}");
        fs::write(&path, text.replace(from, to)).unwrap();
    }

    /// Builds the program of this checkout and uses it from now on.
    fn rebuild(&mut self) {
        // A version of its own keeps its crates apart from the real checkout's in the shared target
        // folder: cargo names artifacts by version, not by folder.
        for file in ["Cargo.toml", "Cargo.lock"] {
            self.edit(
                file,
                "version = \"0.1.0\"\n",
                "version = \"0.1.0-end-to-end\"\n",
            );
        }
        let cargo = PathBuf::from(env!("CARGO"));
        let own = self.target.join("end-to-end");
        fs::copy(&self.program, own.join("original")).unwrap();
        let status = self
            .command(&cargo)
            .args(["build", "--quiet", "--locked", "--bin", "qdn-infra"])
            .status()
            .unwrap();
        assert!(status.success());
        // Moved away, and the real checkout's own program put back in its place.
        fs::rename(&self.program, own.join("qdn-infra")).unwrap();
        fs::rename(own.join("original"), &self.program).unwrap();
        let program = own.join("qdn-infra");
        self.program = program;
    }

    /// The buckets of its local cloud.
    fn objects(&self) -> Buckets {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let endpoint = Endpoint::Local(self.address("endpoint").parse().unwrap());
        let session = Session {
            region: "us-east-1".to_owned(),
            endpoint,
        };
        let ports = runtime.block_on(connect(&session, Box::new(SystemClock::start()), None));
        Buckets { runtime, ports }
    }

    fn address(&self, kind: &str) -> String {
        let status = self.run(&["local", "status"], 0).out;
        let line = status.lines().find(|line| line.starts_with(kind)).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .trim_end_matches('/')
            .to_owned()
    }
}

/// The buckets of a local cloud, as an SDK sees them.
struct Buckets {
    runtime: tokio::runtime::Runtime,
    ports: Ports,
}

impl Buckets {
    fn read(&self, bucket: &str, key: &str) -> String {
        let bytes = self
            .runtime
            .block_on(self.ports.objects.get(bucket, key))
            .unwrap();
        String::from_utf8(bytes.unwrap()).unwrap()
    }

    fn write(&self, bucket: &str, key: &str, text: &str) {
        let object = PutObject {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            body: Body::Bytes(text.as_bytes().to_vec()),
            content_type: "application/json".to_owned(),
            cache_control: None,
            sha256: format!("{:x}", Sha256::digest(text)),
        };
        self.runtime
            .block_on(self.ports.objects.put(&object))
            .unwrap();
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

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name() != "__pycache__" {
                copy(&entry.path(), &to.join(entry.file_name()));
            }
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

fn fetch(method: &'static str, url: String) -> WebResponse {
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
        }))
        .unwrap()
}

/// Calls and sequential round trips from a line like `14 API calls in 3 sequential round trips, …`.
fn calls(ran: &Ran) -> (usize, usize) {
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

#[test]
fn a_stack_lives_from_its_first_apply_to_its_last_destroy() {
    let _builds = BUILDS.blocking_lock();
    let mut checkout = Checkout::new();
    the_first_apply_prints_an_address_that_works(&checkout);
    the_same_sources_are_the_same_package(&checkout);
    with_nothing_to_do_nothing_is_done(&checkout);
    each_change_is_planned_exactly(&checkout);
    a_route_moves(&mut checkout);
    a_stop_loses_nothing(&checkout);
    destroy_leaves_nothing(&checkout);
}

fn the_first_apply_prints_an_address_that_works(checkout: &Checkout) {
    let ran = checkout.run(&["apply"], 0);
    let url = ran.out.lines().last().unwrap().to_owned();
    let front = checkout.address("front");
    assert_eq!(url, format!("{front}/track"));
    let page = fetch("GET", url);
    assert_eq!(page.status, 200);
    let source = checkout.folder.join("assets/track/index.html");
    assert_eq!(page.body, fs::read(source).unwrap());
    assert!(page.headers["content-security-policy"].contains("default-src 'none'"));
    let status = |path: &str| fetch("GET", format!("{front}{path}")).status;
    assert_eq!(status("/data/maintenance.json"), 404);
    assert_eq!(status("/api/nothing"), 403);
}

/// In another folder, byte for byte.
fn the_same_sources_are_the_same_package(checkout: &Checkout) {
    let here = checkout.run(&["package"], 0).out;
    let project = project();
    let there = checkout.run(&["package", "--project", project.to_str().unwrap()], 0);
    assert_eq!(
        here.lines().next().unwrap(),
        there.out.lines().next().unwrap()
    );
    assert_eq!(here.lines().count(), 2);
}

/// Few calls, few round trips, none that changes anything.
fn with_nothing_to_do_nothing_is_done(checkout: &Checkout) {
    let plan = checkout.run(&["plan", "--detailed-exitcode", "--calls"], 0);
    let (count, depth) = calls(&plan);
    assert!(count <= 14 && depth <= 4, "{}", plan.err);
    let again = checkout.run(&["apply", "--calls"], 0);
    assert!(again.out.starts_with("no changes"), "{}", again.out);
    for ran in [plan, again] {
        assert!(
            ran.err.contains("none that changes anything"),
            "{}",
            ran.err
        );
    }
}

fn each_change_is_planned_exactly(checkout: &Checkout) {
    // One page file.
    checkout.edit("assets/track/track.css", "}", "} ");
    let one_file = [
        "site update track/track.css",
        "site invalidate [\"/track/track.css\"]",
    ];
    assert_eq!(checkout.planned(), one_file);
    checkout.run(&["plan", "--detailed-exitcode"], 2);
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());
    let served = fetch(
        "GET",
        format!("{}/track/track.css", checkout.address("front")),
    );
    let source = checkout.folder.join("assets/track/track.css");
    assert_eq!(served.body, fs::read(source).unwrap());

    // One header of an object: what the last version of this program left says another one.
    let objects = checkout.objects();
    let (bucket, key) = (
        "qdn-local-artifacts-000000000000-us-east-1",
        "manifests/qdn-local/site.json",
    );
    let recorded = objects.read(bucket, key);
    objects.write(
        bucket,
        key,
        &recorded.replacen("must-revalidate", "immutable", 1),
    );
    let one_object = [
        "site update track/index.html",
        "site invalidate [\"/track\",\"/track/\",\"/track/index.html\"]",
    ];
    assert_eq!(checkout.planned(), one_object.map(str::to_owned));
    checkout.run(&["apply"], 0);
    assert!(checkout.planned().is_empty());

    // One header: the origin that API Gateway's own errors carry.
    let (before, after) = ("http://localhost:5173", "http://localhost:5174");
    checkout.edit("stacks/local.yaml", before, after);
    assert_eq!(checkout.planned(), ONE_HEADER);
    checkout.edit("stacks/local.yaml", after, before);

    // One line of Rust that compiles to the same program, and one that does not.
    checkout.edit(
        "functions/api/src/health.rs",
        "Health {",
        "Health /* a comment */ {",
    );
    assert!(checkout.planned().is_empty());
    checkout.edit(
        "functions/shared/src/health.rs",
        "\"unknown\"",
        "\"not told\"",
    );
    let one_line = ["package create api", "stack update ApiFunction"];
    assert_eq!(checkout.planned(), one_line);
}

/// Its path changes in the only list of routes.
fn a_route_moves(checkout: &mut Checkout) {
    let table = "functions/shared/src/route/table.rs";
    checkout.edit(table, "\"/api/health\"", "\"/api/healthy\"");
    checkout.rebuild();
    insta::assert_snapshot!("plan-of-one-route", checkout.planned().join("\n"));
    checkout.run(&["apply"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
    let front = checkout.address("front");
    let status = |path: &str| fetch("GET", format!("{front}{path}")).status;
    assert_eq!(status("/api/healthy"), 200);
    assert_eq!(status("/api/health"), 403);
}

fn a_stop_loses_nothing(checkout: &Checkout) {
    checkout.run(&["local", "stop"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
}

fn destroy_leaves_nothing(checkout: &Checkout) {
    let everything = ["destroy", "--data", "--bootstrap"];
    checkout.run(&everything, 0);
    let endpoint = checkout.address("endpoint");
    let listing = String::from_utf8(fetch("GET", format!("{endpoint}/")).body).unwrap();
    assert!(listing.contains("ListAllMyBucketsResult"), "{listing}");
    assert!(!listing.contains("<Bucket>"), "{listing}");
    assert!(
        checkout
            .run(&everything, 0)
            .out
            .contains("nothing to destroy")
    );
    checkout.run(&["outputs"], 1);
}

/// What the dashboard's origin is written into.
const ONE_HEADER: [&str; 6] = [
    "stack update ApiFunction",
    "stack update ApiStage",
    "stack update ClientErrors",
    "stack remove Deployment",
    "stack create Deployment",
    "stack update ServerErrors",
];
