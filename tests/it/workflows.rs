//! The workflows of .github against this program: every command in them is one that it understands, they take on the
//! roles that `ci-role` declares, and each job may do no more than it says. What makes a workflow unsafe in general is
//! zizmor's business (tests/zizmor).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use qdn_infra::config::StackFile;
use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::project;
use crate::process::{run, run_in};

/// Workflows that jobs call.
const CALLED: [&str; 1] = ["$/.github/workflows/test.yml"];

/// Every workflow by its name, as data.
fn workflows() -> BTreeMap<String, Value> {
    let folder = fs::read_dir(project().join(".github/workflows")).unwrap();
    folder
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            (name, serde_yaml::from_str(&text).unwrap())
        })
        .collect()
}

/// Every job, named `workflow/job`.
fn jobs() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (workflow, document) in workflows() {
        for (job, value) in document["jobs"].as_object().unwrap() {
            found.push((format!("{workflow}/{job}"), value.clone()));
        }
    }
    found
}

/// Every step, with the job that it is of.
fn steps() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (job, value) in jobs() {
        // A job that calls a workflow has none of its own.
        let steps = value["steps"].as_array().into_iter().flatten();
        assert!(value["steps"].is_array() || CALLED.contains(&value["uses"].as_str().unwrap()));
        found.extend(steps.map(|step| (job.clone(), step.clone())));
    }
    found
}

/// The words of every `./dev …` of a script, up to what belongs to the shell.
fn commands(script: &str) -> Vec<Vec<String>> {
    let joined = script.replace("\\\n", " ");
    let mut found = Vec::new();
    for line in joined.lines() {
        let mut words = line.split_whitespace().skip_while(|word| *word != "./dev");
        if words.next().is_some() {
            let ours = words.take_while(|word| !word.starts_with(['>', '<', '|', '&', ';']));
            found.push(ours.map(str::to_owned).collect());
        }
    }
    found
}

/// Outside a checkout a command line that is understood ends where the checkout is looked for, before anything is done.
#[test]
fn every_command_is_one_that_the_program_understands() {
    let folder = TempDir::new().unwrap();
    let mut understood = BTreeSet::new();
    for (job, step) in steps() {
        for words in commands(step["run"].as_str().unwrap_or_default()) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            // What `./dev` does itself.
            if words == ["release"] {
                continue;
            }
            let ran = run_in(folder.path(), &words);
            assert!(
                ran.code == 0 || ran.err.contains("hold no stacks/"),
                "{job}: {words:?}: {}",
                ran.err
            );
            understood.insert(words[0].to_owned());
        }
    }
    for command in ["apply", "drift", "package", "plan", "rollback", "verify"] {
        assert!(understood.contains(command), "no workflow runs {command}");
    }
}

#[test]
fn a_wrong_command_would_be_seen() {
    let script =
        "code=0\n./dev plan --skip-layer secrets,edge \\\n  --nonsense > plan.md || code=$?\n";
    let found = commands(script);
    assert_eq!(
        found,
        [["plan", "--skip-layer", "secrets,edge", "--nonsense"]]
    );
    let folder = TempDir::new().unwrap();
    let words: Vec<&str> = found[0].iter().map(String::as_str).collect();
    let ran = run_in(folder.path(), &words);
    assert!(ran.code != 0 && !ran.err.contains("hold no stacks/"));
}

/// What each job may do with the repository's own token; every workflow starts from nothing.
#[test]
fn every_job_may_do_what_it_says_and_no_more() {
    for (name, document) in workflows() {
        assert_eq!(document["permissions"], serde_json::json!({}), "{name}");
        assert!(document["concurrency"]["group"].is_string(), "{name}");
        // Only a shell that is named ends at a command that fails within a pipe.
        assert_eq!(document["defaults"]["run"]["shell"], "bash", "{name}");
        assert!(document["on"].get("pull_request_target").is_none());
    }
    let may: BTreeMap<String, String> = jobs()
        .into_iter()
        .map(|(name, job)| {
            // A workflow that is called has limits of its own.
            let limit = job["timeout-minutes"].as_u64();
            assert!(
                limit.map_or(job["uses"].is_string(), |limit| limit <= 150),
                "{name}"
            );
            let permissions = job["permissions"].as_object().into_iter().flatten();
            let words =
                permissions.map(|(scope, access)| format!("{scope}: {}", access.as_str().unwrap()));
            (name, words.collect::<Vec<_>>().join(", "))
        })
        .collect();
    let wanted = [
        ("deploy/apply", "contents: read, id-token: write"),
        ("deploy/plan", "contents: read, id-token: write"),
        ("deploy/test", "contents: read"),
        ("drift/drift", "contents: read, id-token: write"),
        ("plan/comment", "pull-requests: write"),
        ("plan/plan", "contents: read, id-token: write"),
        ("release/build", "contents: read"),
        ("release/compare", ""),
        ("release/publish", "contents: write"),
        ("test/test", "contents: read"),
    ];
    let wanted = wanted.map(|(job, may)| (job.to_owned(), may.to_owned()));
    assert_eq!(may, wanted.into());
}

#[test]
fn no_secret_is_used_and_every_action_is_pinned_by_its_commit() {
    for (name, document) in workflows() {
        let text = document.to_string();
        assert!(!text.contains("secrets."), "{name}");
    }
    let mut pinned = 0;
    for (job, step) in steps() {
        let Some(uses) = step["uses"].as_str() else {
            continue;
        };
        let (_, commit) = uses.split_once('@').unwrap();
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_commit, "{job}: {uses}");
        pinned += 1;
    }
    assert!(pinned > 10);
}

/// Only the job that an environment's approval lets through may take on the role that applies.
#[test]
fn roles_are_the_declared_ones_and_only_an_approved_job_applies() {
    let mut roles = BTreeMap::new();
    for (job, step) in steps() {
        if let Some(role) = step["with"]["role-to-assume"].as_str() {
            let (_, name) = role.rsplit_once(":role/").unwrap();
            let name = name
                .replace("${{ inputs.environment || 'staging' }}", "staging")
                .replace("${{ matrix.environment }}", "staging");
            roles.insert(job, name);
        }
    }
    for (job, value) in jobs() {
        let applies = roles.get(&job).is_some_and(|role| role.ends_with("apply"));
        assert_eq!(value.get("environment").is_some(), applies, "{job}");
    }
    let wanted = [
        ("deploy/apply", "qdn-staging-ci-apply"),
        ("deploy/plan", "qdn-staging-ci-plan"),
        ("drift/drift", "qdn-staging-ci-plan"),
        ("plan/plan", "qdn-staging-ci-plan"),
    ];
    let wanted = wanted.map(|(job, role)| (job.to_owned(), role.to_owned()));
    assert_eq!(roles, wanted.into());
    let declared = run(&[
        "ci-role",
        "--repository",
        "quickdumpnow/infra",
        "--environment",
        "local",
        "--format",
        "json",
    ]);
    assert_eq!(declared.code, 0, "{}", declared.err);
    for role in ["qdn-local-ci-plan", "qdn-local-ci-apply"] {
        assert!(
            declared.out.contains(&format!("\"RoleName\": \"{role}\"")),
            "{role}"
        );
    }
}

/// A stack file's values come from variables; a job that lacks one would stop before it begins.
#[test]
fn every_job_that_speaks_with_aws_has_the_variables_of_its_stack_file() {
    let variables = |name: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(project().join(format!("stacks/{name}.yaml"))).unwrap();
        StackFile::parse(text.as_bytes(), name).unwrap();
        let document: Value = serde_yaml::from_str(&text).unwrap();
        let mut found = BTreeSet::new();
        named_variables(&document, &mut found);
        found
    };
    let (staging, prod) = (variables("staging"), variables("prod"));
    assert!(staging.len() == 3 && prod.len() == 3);
    let given = |value: &Value| -> BTreeSet<String> {
        let names = value["env"].as_object().into_iter().flatten();
        let names = names.filter(|(name, value)| {
            let text = value.as_str().unwrap();
            text == format!("${{{{ vars.{name} }}}}")
        });
        names.map(|(name, _)| name.clone()).collect()
    };
    let all = workflows();
    assert_eq!(given(&all["deploy"]), &staging | &prod);
    assert_eq!(given(&all["plan"]["jobs"]["plan"]), staging);
    assert_eq!(given(&all["drift"]["jobs"]["drift"]), &staging | &prod);
}

/// The values of every key `env`.
fn named_variables(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(name) if key == "env" => {
                        found.insert(name.to_owned());
                    }
                    _ => named_variables(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named_variables(item, found)),
        _ => {}
    }
}

/// The step of a job that has this name, or this id.
fn step_of(job: &str, name: &str) -> Value {
    let is_meant = |step: &Value| step["name"] == name || step["id"] == name;
    let mut steps = steps().into_iter();
    let found = steps.find(|(of, step)| of == job && is_meant(step));
    found
        .unwrap_or_else(|| panic!("{job} has no step {name}"))
        .1
}

/// What is applied is what this run planned, one run at a time; what fails is put back.
#[test]
fn a_deploy_applies_its_own_plan_and_puts_back_what_fails() {
    let deploy = &workflows()["deploy"];
    assert_eq!(deploy["concurrency"]["cancel-in-progress"], false);
    let script = |name| step_of("deploy/apply", name)["run"].to_string();
    let check = script("Is it the plan of this run?");
    assert!(
        check.contains("deploy.plan") && check.contains("sha256sum --check --strict"),
        "{check}"
    );
    let apply = script("Apply");
    assert!(
        apply.contains("./dev apply --yes --auto-rollback deploy.plan"),
        "{apply}"
    );
    let verify = script("verify");
    assert!(verify.contains("./dev verify --wait 300"), "{verify}");
    let back = step_of("deploy/apply", "Roll back");
    // A deploy of the seed alone makes no release, and nothing older than what ran before may come.
    assert_eq!(
        back["if"],
        "failure() && steps.verify.outcome == 'failure' && steps.before.outputs.release != ''"
    );
    assert_eq!(back["run"], "./dev rollback --failed --yes \"$RELEASE\"");
    assert_eq!(
        back["env"]["RELEASE"],
        "${{ steps.before.outputs.release }}"
    );
    let before = step_of("deploy/apply", "Which release runs?");
    assert_eq!(before["id"], "before");
    let jobs: BTreeMap<String, Value> = jobs().into_iter().collect();
    // Of a commit that passes the tests, on a pull request or not.
    assert_eq!(
        jobs["deploy/apply"]["needs"],
        serde_json::json!(["plan", "test"])
    );
    assert_eq!(jobs["deploy/test"]["uses"], CALLED[0]);
    assert!(workflows()["test"]["on"].get("workflow_call").is_some());
}

/// A fork's code gets neither credentials nor a comment.
#[test]
fn pull_requests_of_forks_are_not_planned() {
    let jobs: BTreeMap<String, Value> = jobs().into_iter().collect();
    let ours = "github.event.pull_request.head.repo.full_name == github.repository && ";
    let asked = jobs["plan/plan"]["if"].as_str().unwrap();
    assert_eq!(asked, format!("{ours}vars.QDN_STAGING_ACCOUNT != ''"));
    let comment = &jobs["plan/comment"];
    assert_eq!(comment["needs"], "plan");
    let condition = comment["if"].as_str().unwrap();
    assert!(
        condition.contains("needs.plan.result != 'skipped'"),
        "{condition}"
    );
}

/// Runs the script that comments with a `gh` that finds these comments of ours. Returns what it was asked to write, and
/// the comment's text.
fn commented(there: &str, plan: Option<&str>) -> (String, String) {
    let step = step_of("plan/comment", "Write the comment, or write it anew");
    let folder = TempDir::new().unwrap();
    let gh = folder.path().join("gh");
    let stub = "#!/bin/sh\ncase \"$*\" in *--paginate*) printf \"$THERE\" ;; *) echo \"$*\" >>asked ;; esac\n";
    fs::write(&gh, stub).unwrap();
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
    if let Some(plan) = plan {
        fs::write(folder.path().join("plan.md"), plan).unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    let ran = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c"])
        .arg(step["run"].as_str().unwrap())
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .env("THERE", there)
        .env("GITHUB_REPOSITORY", "quickdumpnow/infra")
        .env("NUMBER", "7")
        .env("COMMIT", "0123abc")
        .env("MARK", step["env"]["MARK"].as_str().unwrap())
        .env("RUN", "https://github.example/run")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    (read("asked"), read("body.md"))
}

#[test]
fn a_plan_is_one_comment_that_is_written_anew() {
    let plan = Some("<!-- qdn-infra plan staging -->\n## Plan\n");
    let (asked, body) = commented("", plan);
    insta::assert_snapshot!(asked, @"api --silent --method POST repos/quickdumpnow/infra/issues/7/comments --field body=@body.md");
    assert!(
        body.starts_with("<!-- qdn-infra plan staging -->") && body.contains("0123abc"),
        "{body}"
    );
    let (asked, _) = commented("4711\\n4712\\n", plan);
    insta::assert_snapshot!(asked, @"api --silent --method PATCH repos/quickdumpnow/infra/issues/comments/4711 --field body=@body.md");
    // An older plan would speak of another commit.
    let (_, body) = commented("4711\\n", None);
    assert!(body.contains("There is no plan for 0123abc"), "{body}");
}
