//! The two roles of a pipeline on GitHub Actions, declared: one that plans, for pull requests and the main branch, and one
//! that applies, for jobs that an environment's approval let through. Neither has a key; each run's own token is exchanged
//! for credentials that last two hours at most.

use std::fmt;
use std::str::FromStr;

use super::environment::{Declared, Error};
use super::policy::policies;
use super::purpose::Purpose;
use crate::resource::iam::{ManagedPolicy, OidcProvider, Role};
use crate::resource::policy::{AUDIENCE, TrustPolicy};
use crate::stack::names;
use crate::template::{
    Declaration, DeletionPolicy, Output, Template, TemplateBuilder, Text, UpdateReplacePolicy,
};

use super::target::global;

/// Who signs the tokens of GitHub Actions.
const ISSUER: &str = "token.actions.githubusercontent.com";

/// A job lasts up to 90 minutes, and what it waits for 75: its credentials have to last longer than both.
const SESSION_SECONDS: u32 = 7200;

/// A pipeline.
#[derive(Debug, Clone)]
pub struct Ci {
    /// Where it lives.
    pub repository: Repository,
    /// The branch whose runs may plan.
    pub branch: String,
    /// Whether runs of pull requests may plan as well: whoever can push a branch may then do what a plan may.
    pub pull_requests: bool,
    /// The environment whose approval lets a job apply.
    pub environment: String,
    /// Whether the account knows GitHub's tokens already: it can be told once.
    pub provider_exists: bool,
}

/// A repository as tokens name it: `owner/name`, or `owner@id/name@id` where its tokens carry the numbers that never
/// change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository(String);

/// Why a text names no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected OWNER/NAME, or OWNER@ID/NAME@ID where tokens carry the numbers; \
     `gh api repos/OWNER/NAME/actions/oidc/customization/sub` tells"
)]
pub struct UnknownRepository;

impl FromStr for Repository {
    type Err = UnknownRepository;

    fn from_str(text: &str) -> Result<Self, UnknownRepository> {
        let parts: Vec<_> = text.split('/').map(part).collect();
        match parts.as_slice() {
            // Both with their numbers, or none: no token mixes them.
            [Some(owner), Some(name)] if owner.is_numbered == name.is_numbered => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(UnknownRepository),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One half of a repository's name.
struct Part {
    is_numbered: bool,
}

fn part(text: &str) -> Option<Part> {
    let (name, number) = match text.split_once('@') {
        Some((name, number)) => (name, Some(number)),
        None => (text, None),
    };
    let is_named = !name.is_empty() && name.bytes().all(is_of_a_name);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_named && number.is_none_or(is_number)).then_some(Part {
        is_numbered: number.is_some(),
    })
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether a branch or an environment has a name that a policy can hold literally: no wildcard, nothing that a token
/// would escape.
pub fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| is_of_a_name(byte) || byte == b'/')
}

impl Ci {
    fn subject(&self, of: &str) -> Text {
        format!("repo:{}:{of}", self.repository).into()
    }
}

/// Declares the roles, their policies, and GitHub's provider where the account has none yet. The template belongs into the
/// environment's region.
pub fn declare(declared: &Declared<'_>, ci: &Ci) -> Result<Template, Error> {
    let file = declared.file;
    let mut stack =
        TemplateBuilder::new(format!("QuickDumpNow: who deploys {} from CI", file.name));
    let provider = provider(&mut stack, ci)?;
    let branch = ci.subject(&format!("ref:refs/heads/{}", ci.branch));
    let pull_requests = ci.pull_requests.then(|| ci.subject("pull_request"));
    let plan: Vec<Text> = pull_requests.into_iter().chain([branch]).collect();
    let apply = [ci.subject(&format!("environment:{}", ci.environment))];
    for (id, name, purpose, subjects) in [
        ("Plan", "ci-plan", Purpose::Preview, plan),
        ("Apply", "ci-apply", Purpose::Deploy, apply.to_vec()),
    ] {
        let description = match purpose {
            Purpose::Preview => "Plans: reads no secret and changes nothing that runs",
            _ => {
                "Applies, secrets left out: makes and passes roles only with the permissions boundary"
            }
        };
        let mut arns = Vec::new();
        for (index, policy) in policies(declared, purpose)?.into_iter().enumerate() {
            let number = index + 1;
            let policy = ManagedPolicy {
                managed_policy_name: format!("{}-{number}", names::of(file, name)),
                description: format!("What {} needs, part {number}", names::of(file, name)),
                policy_document: policy.document,
            };
            let policy = stack.add(format!("{id}Policy{number}"), policy)?;
            arns.push((&policy).into());
        }
        let trust = TrustPolicy::github(provider.clone(), subjects);
        let role = Role::unbounded(trust, description, arns)
            .named(names::of(file, name))
            .for_sessions_of(SESSION_SECONDS);
        let role = stack.add(format!("{id}Role"), role)?;
        let output = Output::new(
            format!("Role of the jobs that {}", id.to_lowercase()),
            role.arn(),
        );
        stack.output(format!("{id}RoleArn"), &output)?;
    }
    Ok(stack.build()?)
}

/// The provider's Amazon Resource Name. It stays when this stack goes: an account has one, and others may use it.
fn provider(stack: &mut TemplateBuilder, ci: &Ci) -> Result<Text, Error> {
    if ci.provider_exists {
        return Ok(global("iam", &format!("oidc-provider/{ISSUER}")));
    }
    let provider = OidcProvider {
        url: format!("https://{ISSUER}"),
        client_id_list: [AUDIENCE],
    };
    let provider =
        Declaration::new(provider).on_removal(DeletionPolicy::Retain, UpdateReplacePolicy::Retain);
    Ok(stack.add("GitHubTokens", provider)?.arn().into())
}
