//! Who runs this program: what a lock tells others.

use crate::engine::Claim;

/// A claim of this user on this machine, or of this CI run.
pub fn claim(command: &'static str) -> Claim {
    claim_of(command, |name| std::env::var(name).ok())
}

fn claim_of(command: &'static str, variable: impl Fn(&str) -> Option<String>) -> Claim {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let github = || {
        let [server, repository, run] =
            ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"].map(set);
        Some(format!("{}/{}/actions/runs/{}", server?, repository?, run?))
    };
    let owner = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME"]
        .into_iter()
        .find_map(set);
    Claim {
        owner: owner.unwrap_or_else(|| "somebody".to_owned()),
        host: rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
        run: github().or_else(|| set("CI_JOB_URL")),
        command,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ci_run_is_named_by_its_address() {
        let claim = claim_of("apply", |name| {
            let value = match name {
                "GITHUB_SERVER_URL" => "https://github.com",
                "GITHUB_REPOSITORY" => "quickdumpnow/infra",
                "GITHUB_RUN_ID" => "4711",
                "USER" => "ana",
                "GITHUB_ACTOR" => "",
                _ => return None,
            };
            Some(value.to_owned())
        });
        assert_eq!(claim.owner, "ana");
        let run = "https://github.com/quickdumpnow/infra/actions/runs/4711";
        assert_eq!(claim.run.as_deref(), Some(run));
        assert!(!claim.host.is_empty());
    }

    #[test]
    fn without_any_variable_somebody_runs_it_by_hand() {
        let claim = claim_of("apply", |_| None);
        assert_eq!((claim.owner.as_str(), claim.run), ("somebody", None));
    }
}
