//! The tables as policies: one statement for each set of resources that the same actions are allowed on, and as many
//! policies as IAM's limit asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::environment::{Declared, Error};
use super::handlers;
use super::operations::operations;
use super::purpose::Purpose;
use super::target::{Owner, Target};
use crate::resource::policy::{IdentityPolicy, Resources, Statement};
use crate::stack::names;
use crate::template::Pseudo;

/// How long IAM lets a managed policy be, in characters, white space not counted. A role can have ten of them.
pub const LIMIT: usize = 6_144;

/// What a document is made of beside its statements: `{"Statement":[…],"Version":"2012-10-17"}`.
const FRAME: usize = 40;

/// What one of them allows, by target.
type Allowed = BTreeMap<Target, BTreeSet<&'static str>>;

/// A managed policy, or a part of one that is longer than IAM's limit.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `<stack>-<purpose>-<number>`.
    pub name: String,
    /// What it allows.
    pub document: IdentityPolicy,
}

impl Policy {
    /// The document, for an account (12 digits) and a region.
    pub fn resolved(&self, account: &str, region: &str) -> Value {
        let document = self
            .document
            .resolved(|pseudo| value_of(pseudo, account, region));
        document.expect("names of resources that are to be hold no reference")
    }
}

/// The policies that together allow what a purpose needs, each within [`LIMIT`]. Attach all of them.
pub fn policies(declared: &Declared<'_>, purpose: Purpose) -> Result<Vec<Policy>, Error> {
    let mut parts: Vec<(usize, Vec<Statement>)> = Vec::new();
    for (sid, statement) in statements(declared, &allowed(declared, purpose)?)? {
        let length = length(&statement, declared) + 1;
        if FRAME + length > LIMIT {
            return Err(Error::TooLong { sid });
        }
        match parts
            .iter_mut()
            .find(|(so_far, _)| so_far + length <= LIMIT)
        {
            Some((so_far, part)) => {
                *so_far += length;
                part.push(statement);
            }
            None => parts.push((FRAME + length, vec![statement])),
        }
    }
    let of = |number| format!("{}-{number}", names::of(declared.file, purpose.name()));
    let parts = parts.into_iter().enumerate();
    parts
        .map(|(index, (_, part))| {
            Ok(Policy {
                name: of(index + 1),
                document: IdentityPolicy::new(part)?,
            })
        })
        .collect()
}

/// Everything that a purpose needs.
pub(super) fn allowed(declared: &Declared<'_>, purpose: Purpose) -> Result<Allowed, Error> {
    let mut allowed = Allowed::new();
    let mut allow = |owner: Owner, need: &super::Need| {
        for target in need.on {
            let actions = allowed.entry(target.of(owner)).or_default();
            actions.extend(need.actions.iter().copied());
        }
    };
    let needs = operations().flat_map(|row| row.needs);
    for (_, need) in needs.filter(|(since, _)| *since <= purpose) {
        allow(Owner::Main, need);
    }
    for (owner, reading, changing) in [
        (Owner::Main, Purpose::Preview, Purpose::Deploy),
        // Drift is looked for in the main stack alone.
        (Owner::Bootstrap, Purpose::Administer, Purpose::Administer),
    ] {
        for resource_type in declared.types(owner) {
            let handler = handlers::of(resource_type).ok_or_else(|| Error::UnknownType {
                resource_type: resource_type.to_owned(),
            })?;
            if reading <= purpose {
                handler.read.iter().for_each(|need| allow(owner, need));
            }
            if changing <= purpose {
                handler.changes().for_each(|need| allow(owner, need));
            }
        }
    }
    Ok(allowed)
}

/// One statement for all targets with the same actions, and one for each that stands alone.
fn statements(
    declared: &Declared<'_>,
    allowed: &Allowed,
) -> Result<Vec<(&'static str, Statement)>, Error> {
    let mut groups: Vec<(Vec<Target>, &BTreeSet<&'static str>)> = Vec::new();
    for (target, actions) in allowed {
        let like = |group: &&mut (Vec<Target>, &BTreeSet<&'static str>)| {
            let alone = |target: &Target| target.is_conditional();
            group.1 == actions && !group.0.iter().any(alone) && !alone(target)
        };
        match groups.iter_mut().find(like) {
            Some((targets, _)) => targets.push(*target),
            None => groups.push((vec![*target], actions)),
        }
    }
    let mut statements = Vec::new();
    for (targets, actions) in groups {
        let Some(resources) = resources(declared, &targets) else {
            continue;
        };
        let actions: Vec<&str> = actions.iter().copied().collect();
        let first = targets[0];
        let statement = Statement::allow(first.sid(), &actions, resources)?;
        statements.push((first.sid(), first.condition(statement, declared)));
    }
    Ok(statements)
}

/// None where the environment has nothing of the kind.
fn resources(declared: &Declared<'_>, targets: &[Target]) -> Option<Resources> {
    if let Some(reason) = targets.iter().find_map(|target| target.unnamed()) {
        return Some(Resources::everything(reason));
    }
    let arns = targets.iter().flat_map(|target| target.arns(declared));
    let arns: Vec<_> = arns.collect();
    (!arns.is_empty()).then(|| Resources::these(arns))
}

/// In characters, once account and region are put in.
fn length(statement: &Statement, declared: &Declared<'_>) -> usize {
    let region = declared.file.region.as_str();
    let resolved = statement.resolved(|pseudo| value_of(pseudo, "000000000000", region));
    resolved.unwrap_or_default().to_string().len()
}

fn value_of<'a>(pseudo: Pseudo, account: &'a str, region: &'a str) -> &'a str {
    match pseudo {
        Pseudo::AccountId => account,
        Pseudo::Region => region,
        Pseudo::Partition => "aws",
        Pseudo::UrlSuffix => "amazonaws.com",
    }
}
