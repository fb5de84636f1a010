//! Environments made by a stand-in for Python that notes what it is asked. Nothing is fetched here.

use std::sync::Mutex;

use super::super::program;
use super::*;

/// Answers as Python 3.12; makes `bin/python` a copy of itself; "installs" a program and a file. What
/// pip is asked is appended to `asked` beside it, and `pip` beside it is run first if it is there.
const STAND_IN: &str = r#"
home=HOME
case "$*" in
  "-c "*) printf '3.12\nvenv\n' ;;
  "-I -m venv "*) mkdir -p "$4/bin" && cp "$home/python3" "$4/bin/python" ;;
  "-I -m pip install "*)
    echo "$*" >> "$home/asked"
    if [ -e "$home/pip" ]; then sh "$home/pip" || exit 1; fi
    venv=${0%/bin/python}
    touch "$venv/bin/tool"
    mkdir -p "$venv/lib/python3.12/site-packages/package"
    touch "$venv/lib/python3.12/site-packages/package/file" ;;
  *) echo "not expected: $*" >&2; exit 2 ;;
esac"#;

struct Machine {
    folder: tempfile::TempDir,
    search: Search,
    wanted: Wanted,
    told: Mutex<Vec<Stage>>,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        program(
            folder.path(),
            "python3",
            &STAND_IN.replace("HOME", &folder.path().to_string_lossy()),
        );
        Self {
            search: Search {
                python: None,
                path: folder.path().into(),
            },
            wanted: Wanted {
                name: "a tool 1.0".into(),
                folder: folder.path().join("below").join("venv"),
                requirements: "tool==1.0 --hash=sha256:00",
                programs: &["tool"],
                files: &["package/file"],
            },
            told: Mutex::default(),
            folder,
        }
    }

    async fn prepare(&self) -> Result<Environment, Error> {
        prepare(&self.wanted, &self.search, &|stage| {
            self.told.lock().unwrap().push(stage);
        })
        .await
    }

    /// What pip does before it installs.
    fn pip(&self, script: &str) {
        std::fs::write(self.folder.path().join("pip"), script).unwrap();
    }

    /// Every command line of pip so far.
    fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    fn told(&self) -> Vec<Stage> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    fn created(&self) -> Stage {
        Stage::Creating {
            folder: self.wanted.folder.clone(),
            python: "3.12".into(),
        }
    }
}

#[tokio::test]
async fn an_environment_is_made_once_and_again_for_other_pins() {
    let mut machine = Machine::new();
    let made = machine.prepare().await.unwrap();
    assert_eq!(machine.told(), [machine.created(), Stage::Installing]);
    let venv = machine.wanted.folder.clone();
    assert_eq!(made.python(), venv.join("bin/python"));
    assert_eq!(made.program("tool"), venv.join("bin/tool"));
    assert_eq!(
        made.file("package/file"),
        Some(venv.join("lib/python3.12/site-packages/package/file"))
    );
    insta::assert_snapshot!(
        machine.asked().concat().replace(&*venv.to_string_lossy(), "VENV"),
        @"-I -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: --requirement VENV/requirements.txt"
    );

    assert_eq!(machine.prepare().await.unwrap(), made);
    assert_eq!(machine.told(), []);
    assert_eq!(machine.asked().len(), 1);

    std::fs::write(venv.join("left over"), "").unwrap();
    machine.wanted.requirements = "tool==1.1 --hash=sha256:11";
    machine.prepare().await.unwrap();
    assert_eq!(machine.asked().len(), 2);
    assert!(!venv.join("left over").exists());
    assert_eq!(
        std::fs::read_to_string(venv.join("requirements.txt")).unwrap(),
        machine.wanted.requirements
    );
}

#[tokio::test]
async fn commands_at_the_same_time_install_once() {
    let machine = Machine::new();
    machine.pip("sleep 0.3");
    let (one, other) = tokio::join!(machine.prepare(), machine.prepare());
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(machine.asked().len(), 1);
    assert_eq!(
        machine
            .told()
            .iter()
            .filter(|stage| **stage == Stage::Waiting)
            .count(),
        1
    );
}

#[tokio::test]
async fn a_failing_pip_shows_its_last_lines_and_is_asked_again() {
    let machine = Machine::new();
    machine.pip("for n in $(seq 1 40); do echo line $n; done; echo no route to host >&2; exit 1");
    let error = machine.prepare().await.unwrap_err().to_string();
    assert!(
        error.starts_with("installing a tool 1.0 failed:\nline 12\n"),
        "{error}"
    );
    assert!(error.ends_with("\nline 40\nno route to host"), "{error}");
    machine.pip("");
    machine.prepare().await.unwrap();
    assert_eq!(machine.asked().len(), 2);
}

#[tokio::test]
async fn an_interrupted_installation_is_done_again() {
    let machine = Machine::new();
    machine.pip("sleep 5");
    let begun = async {
        while machine.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        _ = machine.prepare() => panic!("it is interrupted while pip works"),
        () = begun => {}
    }
    assert!(machine.wanted.folder.join("requirements.txt").exists());
    machine.told();
    machine.pip("");
    machine.prepare().await.unwrap();
    // Between its fork and its exec, a process that another test starts holds the lock as well, so
    // this one may be told to wait for a moment.
    let mut told = machine.told();
    told.retain(|stage| *stage != Stage::Waiting);
    assert_eq!(told, [machine.created(), Stage::Installing]);
}

#[tokio::test]
async fn packages_without_what_is_needed_are_refused() {
    let mut machine = Machine::new();
    machine.wanted.files = &["package/file", "package/other"];
    let error = machine.prepare().await.unwrap_err();
    assert!(
        matches!(&error, Error::Incomplete { missing, .. } if missing == "package/other"),
        "{error}"
    );
    machine.wanted.files = &["package/file"];
    assert!(machine.prepare().await.is_ok());
}

#[test]
fn an_environment_counts_only_with_stamp_python_and_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment {
        folder: folder.path().to_owned(),
    };
    let wanted = Wanted {
        name: "a tool".into(),
        folder: folder.path().to_owned(),
        requirements: "tool==1.0",
        programs: &["tool"],
        files: &[],
    };
    let is_complete = || environment.is_complete(&wanted);
    let program = environment.python();
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    std::fs::write(environment.program("tool"), "").unwrap();
    assert!(!is_complete(), "no stamp, no python");
    std::fs::write(folder.path().join(STAMP), requirements_hash("tool==1.0")).unwrap();
    assert!(!is_complete(), "no python");
    std::os::unix::fs::symlink("/nowhere/at/all", &program).unwrap();
    assert!(!is_complete(), "its python is gone");
    std::fs::remove_file(&program).unwrap();
    std::fs::write(&program, "").unwrap();
    assert!(is_complete());
    std::fs::remove_file(environment.program("tool")).unwrap();
    assert!(!is_complete(), "the stamp is there and the program is not");
    std::fs::write(environment.program("tool"), "").unwrap();
    std::fs::write(folder.path().join(STAMP), "of another version").unwrap();
    assert!(!is_complete(), "other requirements");
}
