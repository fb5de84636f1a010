//! Our statements in the policy of a bucket that is not ours. Other people's statements stay as they are written,
//! character by character.

use indexmap::IndexMap;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::{ReadGrant, Refusal, STATEMENT_PREFIX};
use crate::plan::PropertyChange;

/// Version of the policy language, for a policy that is made here.
const VERSION: &str = "2012-10-17";

/// A policy as it should be, and how it differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The policy; exactly what was given where nothing differs, none when there should be no policy.
    pub document: Option<String>,
    /// What of ours differs.
    pub changes: Vec<PropertyChange>,
}

/// Puts what we need into a policy, or mends it there; `policy` is none when the bucket has none.
pub fn merge(policy: Option<&str>, grant: &ReadGrant) -> Result<Policy, Refusal> {
    let merged = revise(policy, &statements(grant), &grant.distribution_arn)?;
    match merged.anothers {
        None => Ok(merged.policy),
        Some(distribution) => Err(Refusal::AnothersStatement { distribution }),
    }
}

/// Takes our statements for this distribution out of a policy. One that holds nothing else goes.
pub fn unmerge(policy: Option<&str>, distribution_arn: &str) -> Result<Policy, Refusal> {
    Ok(revise(policy, &[], distribution_arn)?.policy)
}

/// The distribution that a statement is for.
fn distribution_of(statement: &Value) -> Option<&str> {
    let conditions = statement["Condition"]["StringEquals"].as_object()?;
    let is_source = |name: &String| name.eq_ignore_ascii_case("AWS:SourceArn");
    let (_, arn) = conditions.iter().find(|(name, _)| is_source(name))?;
    arn.as_str().or_else(|| arn.as_array()?.first()?.as_str())
}

/// A revised policy, and whose statement is in our way.
struct Merged {
    policy: Policy,
    anothers: Option<String>,
}

/// What the distribution has to be allowed: to read the page and the maintenance data. Not to list the bucket: its
/// owner's own behaviors could hand that out, so a missing object is answered 403 here.
fn statements(grant: &ReadGrant) -> Vec<(String, Box<RawValue>)> {
    let ReadGrant {
        bucket_arn,
        distribution_arn,
    } = grant;
    let id = format!("{STATEMENT_PREFIX}ReadTrack");
    let statement = Statement {
        sid: id.clone(),
        effect: "Allow",
        principal: One("Service", "cloudfront.amazonaws.com"),
        action: "s3:GetObject",
        resource: ["track", "data"].map(|folder| format!("{bucket_arn}/{folder}/*")),
        condition: One("StringEquals", One("AWS:SourceArn", distribution_arn)),
    };
    vec![(id, written(&statement))]
}

/// A statement in the order in which people write it, whatever else is in the build.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    sid: String,
    effect: &'a str,
    principal: One<'a, &'a str>,
    action: &'a str,
    resource: [String; 2],
    condition: One<'a, One<'a, &'a String>>,
}

/// A mapping with a single entry.
struct One<'a, V>(&'a str, V);

impl<V: Serialize> Serialize for One<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, &self.1)])
    }
}

type Document = IndexMap<String, Box<RawValue>>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Statements {
    Several(Vec<Value>),
    One(Value),
}

fn revise(
    policy: Option<&str>,
    wanted: &[(String, Box<RawValue>)],
    distribution_arn: &str,
) -> Result<Merged, Refusal> {
    let mut anothers = None;
    let mut document = policy.map(parse).transpose()?.unwrap_or_default();
    let found = read(&document)?;
    let mut changes = Vec::new();
    let mut missing: Vec<&(String, Box<RawValue>)> = wanted.iter().collect();
    let mut kept = Vec::new();
    for (raw, statement) in found {
        let id = statement["Sid"].as_str().unwrap_or_default().to_owned();
        if !id.starts_with(STATEMENT_PREFIX) {
            kept.push(raw);
            continue;
        }
        let theirs = distribution_of(&statement).filter(|arn| *arn != distribution_arn);
        if let Some(theirs) = theirs {
            anothers = Some(theirs.to_owned());
            kept.push(raw);
            continue;
        }
        let at = missing.iter().position(|(wanted, _)| *wanted == id);
        match at.map(|at| missing.remove(at)) {
            Some((_, wanted)) if same(&statement, &meant(wanted)) => kept.push(raw),
            wanted => {
                let wanted = wanted.map(|(_, wanted)| wanted);
                kept.extend(wanted.cloned());
                changes.push(change(
                    &id,
                    Some(statement),
                    wanted.map(|wanted| meant(wanted)),
                ));
            }
        }
    }
    for (id, statement) in missing {
        kept.push(statement.clone());
        changes.push(change(id, None, Some(meant(statement))));
    }
    if changes.is_empty() {
        let document = policy.map(str::to_owned);
        let policy = Policy { document, changes };
        return Ok(Merged { policy, anothers });
    }
    let document = (!kept.is_empty()).then(|| {
        document
            .entry("Version".to_owned())
            .or_insert_with(|| written(&VERSION));
        document.insert("Statement".to_owned(), written(&kept));
        written(&document).get().to_owned()
    });
    let policy = Policy { document, changes };
    Ok(Merged { policy, anothers })
}

/// What a statement of ours means.
fn meant(statement: &RawValue) -> Value {
    serde_json::from_str(statement.get()).expect("what was written as JSON is JSON")
}

fn parse(policy: &str) -> Result<Document, Refusal> {
    serde_json::from_str(policy).map_err(|error| not_a_policy(&error))
}

/// The statements, each as it is written and as it is meant. A policy may have a single one without a list.
fn read(document: &Document) -> Result<Vec<(Box<RawValue>, Value)>, Refusal> {
    let Some(raw) = document.get("Statement") else {
        return Ok(Vec::new());
    };
    let statements: Statements =
        serde_json::from_str(raw.get()).map_err(|error| not_a_policy(&error))?;
    match statements {
        Statements::One(statement) => Ok(vec![(raw.clone(), statement)]),
        Statements::Several(statements) => {
            let raws: Vec<Box<RawValue>> =
                serde_json::from_str(raw.get()).map_err(|error| not_a_policy(&error))?;
            Ok(raws.into_iter().zip(statements).collect())
        }
    }
}

fn not_a_policy(error: &serde_json::Error) -> Refusal {
    Refusal::NotAPolicy {
        message: error.to_string(),
    }
}

/// Whether two statements mean the same. A list of one is as good as the one, the order of a list means nothing, and
/// neither does the case of a condition's key.
fn same(one: &Value, other: &Value) -> bool {
    plain(one) == plain(other)
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.len() == 1 => plain(&items[0]),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(plain).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let name = if name.contains(':') {
                    name.to_ascii_lowercase()
                } else {
                    name.clone()
                };
                (name, plain(value))
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn change(id: &str, before: Option<Value>, after: Option<Value>) -> PropertyChange {
    PropertyChange {
        path: format!("Statement[{id}]"),
        before,
        after,
    }
}

fn written<T: Serialize>(value: &T) -> Box<RawValue> {
    to_raw_value(value).expect("JSON can be written")
}
