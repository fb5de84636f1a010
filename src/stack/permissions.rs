//! What the functions may do: each what it is for, and all of it together the most that the permissions boundary
//! lets any role do. Both are made of the same statements here, so that neither can forget what the other needs.

use qdn_shared::package::FunctionName;

use super::{Error, names};
use crate::config::StackFile;
use crate::resource::logs::log_group_arn;
use crate::resource::policy::{ConditionKey, DeniedService, Operator, Resources, Statement};
use crate::template::{Pseudo, Text, text};

/// The carrier's credentials and the internal lines.
pub(super) const CARRIER: &str = "carrier";
/// The signing keys.
pub(super) const KEYS: &str = "keys";
/// What operator keys are checked against.
pub(super) const OPERATORS: &str = "operators";

/// The one object that the functions read and write.
const DOCUMENT: &str = "data/maintenance.json";

/// The Amazon Resource Names of what permissions are about.
pub(super) struct Targets {
    pub(super) table: Text,
    pub(super) dead_letters: Text,
    pub(super) site_bucket: Text,
}

impl Targets {
    /// By their names, before any of them exists.
    fn to_be(file: &StackFile) -> Self {
        Self {
            table: names::regional_arn("dynamodb", format!("table/{}", names::table(file))),
            dead_letters: names::regional_arn("sqs", names::dead_letters(file)),
            site_bucket: names::site_bucket_arn(file),
        }
    }
}

/// What a function may do beside writing its logs.
pub(super) fn of_function(
    function: FunctionName,
    file: &StackFile,
    targets: &Targets,
) -> Result<Vec<Statement>, Error> {
    Ok(match function {
        FunctionName::Api => vec![
            use_table(targets)?,
            use_document(targets, &["s3:GetObject", "s3:PutObject"])?,
            tell_missing(targets)?,
            read_secrets(file, &[CARRIER, KEYS, OPERATORS])?,
        ],
        FunctionName::Relay => vec![
            use_table(targets)?,
            read_stream(targets)?,
            give_up(targets)?,
            read_secrets(file, &[CARRIER, KEYS])?,
        ],
        FunctionName::Upkeep => vec![
            use_table(targets)?,
            use_document(targets, &["s3:GetObject"])?,
            tell_missing(targets)?,
            read_secrets(file, &[CARRIER, KEYS])?,
        ],
    })
}

/// What the clock may do.
pub(super) fn of_schedule(function: Text, targets: &Targets) -> Result<Vec<Statement>, Error> {
    Ok(vec![invoke(function)?, give_up(targets)?])
}

/// The most that a role of the main stack can ever do, whatever its own policies say: what its functions are for,
/// on what carries the stack's name.
pub(super) fn boundary(file: &StackFile) -> Result<Vec<Statement>, Error> {
    let targets = Targets::to_be(file);
    let any_log_group = log_group_arn(names::function_log_group(file, "*"));
    let upkeep = names::function(file, FunctionName::Upkeep);
    Ok(vec![
        write_logs(text![any_log_group, ":*"])?,
        use_table(&targets)?,
        read_stream(&targets)?,
        give_up(&targets)?,
        use_document(&targets, &["s3:GetObject", "s3:PutObject"])?,
        tell_missing(&targets)?,
        read_secrets(file, &[CARRIER, KEYS, OPERATORS])?,
        decrypt_secrets()?,
        invoke(names::regional_arn("lambda", format!("function:{upkeep}")))?,
        Statement::deny_service(
            "NoIdentities",
            DeniedService::Iam,
            Resources::everything("a denial that names resources would leave the others open"),
        )?,
    ])
}

/// Not `logs:CreateLogGroup`: a group made by a function itself would have no retention.
pub(super) fn write_logs(log_streams: Text) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "WriteLogs",
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        Resources::these([log_streams]),
    )?)
}

/// A transaction needs no action of its own, but those of its parts.
fn use_table(Targets { table, .. }: &Targets) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "UseTable",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ],
        Resources::these([table.clone(), text![table, "/index/*"]]),
    )?)
}

fn read_stream(Targets { table, .. }: &Targets) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "ReadStream",
        &[
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        Resources::these([text![table, "/stream/*"]]),
    )?)
}

fn give_up(Targets { dead_letters, .. }: &Targets) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "GiveUp",
        &["sqs:SendMessage"],
        Resources::these([dead_letters.clone()]),
    )?)
}

fn use_document(
    Targets { site_bucket, .. }: &Targets,
    actions: &[&str],
) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "UseMaintenanceData",
        actions,
        Resources::these([text![site_bucket, "/", DOCUMENT]]),
    )?)
}

/// Without this S3 answers 403 for a document that is not there yet, as if it were not ours to read.
fn tell_missing(Targets { site_bucket, .. }: &Targets) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "TellMissing",
        &["s3:ListBucket"],
        Resources::these([site_bucket.clone()]),
    )?)
}

/// Secrets Manager ends the name of every secret with a hyphen and six characters of its own.
fn read_secrets(file: &StackFile, purposes: &[&str]) -> Result<Statement, Error> {
    let secrets = purposes.iter().map(|purpose| {
        let name = names::secret(file, purpose);
        names::regional_arn("secretsmanager", format!("secret:{name}-??????"))
    });
    Ok(Statement::allow(
        "ReadSecrets",
        &["secretsmanager:GetSecretValue"],
        Resources::these(secrets),
    )?)
}

/// Secrets are encrypted with the account's own key for Secrets Manager, whose policy lets everybody in the account
/// decrypt what that service hands out. No role asks for it, but a boundary that is silent would take it away.
fn decrypt_secrets() -> Result<Statement, Error> {
    let service = text!["secretsmanager.", Pseudo::Region, ".", Pseudo::UrlSuffix];
    Ok(Statement::allow(
        "DecryptSecrets",
        &["kms:Decrypt"],
        Resources::these([names::regional_arn("kms", "key/*")]),
    )?
    .when(Operator::StringEquals, ConditionKey::ViaService, service))
}

fn invoke(function: Text) -> Result<Statement, Error> {
    Ok(Statement::allow(
        "Invoke",
        &["lambda:InvokeFunction"],
        Resources::these([function]),
    )?)
}
