//! The Lambda functions: each with a log group of its own and a role that may write there and do what the
//! function is for, nothing else.

use std::collections::BTreeMap;

use qdn_shared::{environment, package::FunctionName};

use super::permissions::{self, CARRIER, KEYS, OPERATORS, Targets};
use super::{Error, names};
use crate::config::{ArchitectureChoice, FunctionSettings, StackFile};
use crate::package;
use crate::resource::iam::{InlinePolicy, Role};
use crate::resource::lambda::{Architecture, Code, Function, Handler, LoggingConfig, Runtime};
use crate::resource::logs::LogGroup;
use crate::resource::policy::{IdentityPolicy, Service, Statement, TrustPolicy};
use crate::template::{
    Declaration, DeletionPolicy, Handle, Parameter, ParameterHandle, TemplateBuilder, Text,
    UpdateReplacePolicy,
};

/// The parameter that says where people and the carrier reach the system.
pub const PUBLIC_URL: &str = "PublicUrl";

/// The parameter that says where the carrier's interface is.
pub const CARRIER_URL: &str = "CarrierUrl";

/// What functions stand among, the same for all of them.
pub(super) struct Surroundings<'a> {
    pub(super) file: &'a StackFile,
    /// The building machine's instruction set.
    pub(super) host: package::Architecture,
    /// Name of the table.
    pub(super) table: Text,
    /// Name of the bucket that holds the page.
    pub(super) site_bucket: Text,
    /// What the functions' permissions are about.
    pub(super) targets: Targets,
    /// See [`PUBLIC_URL`].
    public_url: ParameterHandle,
    /// See [`CARRIER_URL`].
    carrier_url: ParameterHandle,
}

impl<'a> Surroundings<'a> {
    /// Declares the addresses that the functions are told.
    pub(super) fn new(
        stack: &mut TemplateBuilder,
        file: &'a StackFile,
        host: package::Architecture,
        table: Text,
        site_bucket: Text,
        targets: Targets,
    ) -> Result<Self, Error> {
        let mut address = |id, description| {
            let parameter = Parameter::string(description).matching(
                "https?://[^ ]*[^ /]",
                "an address without a slash at its end",
            );
            stack.parameter(id, parameter)
        };
        Ok(Self {
            public_url: address(PUBLIC_URL, "Where people and the carrier reach the system")?,
            carrier_url: address(CARRIER_URL, "Where the carrier's interface is")?,
            file,
            host,
            table,
            site_bucket,
            targets,
        })
    }

    /// What a function is told in its environment. The names of secrets are no secrets.
    fn variables(
        &self,
        function: FunctionName,
        package: &ParameterHandle,
    ) -> BTreeMap<&'static str, Text> {
        let file = self.file;
        let origins: Vec<&str> = file
            .api
            .allowed_origins
            .iter()
            .map(qdn_shared::cors::Origin::as_str)
            .collect();
        let secret = |purpose| names::secret(file, purpose).into();
        let shared = [
            // The key tells which package is running; it changes when, and only when, the package does.
            (environment::PACKAGE, package.into()),
            (environment::STACK, file.name.as_str().into()),
            (environment::TABLE, self.table.clone()),
            (environment::CARRIER_SECRET, secret(CARRIER)),
            (environment::KEYS_SECRET, secret(KEYS)),
            (environment::PUBLIC_URL, (&self.public_url).into()),
            (environment::CARRIER_URL, (&self.carrier_url).into()),
            (
                environment::SENDS_PER_SECOND,
                file.messages.sends_per_second.to_string().into(),
            ),
            (
                environment::CASCADE_SECONDS,
                file.messages.cascade_seconds.to_string().into(),
            ),
        ];
        let bucket = (environment::SITE_BUCKET, self.site_bucket.clone());
        let own = match function {
            FunctionName::Api => vec![
                bucket,
                (environment::ALLOWED_ORIGINS, origins.join(",").into()),
                (environment::OPERATORS_SECRET, secret(OPERATORS)),
                (
                    environment::SUPPORT_PHONE,
                    file.support_phone.as_str().into(),
                ),
            ],
            FunctionName::Relay => vec![],
            FunctionName::Upkeep => vec![bucket],
        };
        shared.into_iter().chain(own).collect()
    }
}

/// The words that tell one function's part of the template from another's.
struct Words {
    id: &'static str,
    code_parameter: &'static str,
    code_pattern: &'static str,
    code_expected: &'static str,
    description: &'static str,
}

const fn words(function: FunctionName) -> Words {
    match function {
        FunctionName::Api => Words {
            id: "Api",
            code_parameter: "ApiCodeKey",
            code_pattern: r"functions/api/[0-9a-f]{64}\.zip",
            code_expected: "functions/api/<64 hexadecimal digits>.zip",
            description: "Answers the REST API",
        },
        FunctionName::Relay => Words {
            id: "Relay",
            code_parameter: "RelayCodeKey",
            code_pattern: r"functions/relay/[0-9a-f]{64}\.zip",
            code_expected: "functions/relay/<64 hexadecimal digits>.zip",
            description: "Sends the messages that the table's stream tells of",
        },
        FunctionName::Upkeep => Words {
            id: "Upkeep",
            code_parameter: "UpkeepCodeKey",
            code_pattern: r"functions/upkeep/[0-9a-f]{64}\.zip",
            code_expected: "functions/upkeep/<64 hexadecimal digits>.zip",
            description: "Looks every minute for what was left undone",
        },
    }
}

/// What a function's logical ids begin with.
pub(super) const fn id(function: FunctionName) -> &'static str {
    words(function).id
}

/// The parameter that carries the key of a function's package, e.g. `ApiCodeKey`.
pub const fn code_parameter(function: FunctionName) -> &'static str {
    words(function).code_parameter
}

/// One function.
pub(super) fn declare(
    stack: &mut TemplateBuilder,
    surroundings: &Surroundings<'_>,
    function: FunctionName,
) -> Result<Handle<Function>, Error> {
    let file = surroundings.file;
    let FunctionSettings {
        memory_mb,
        timeout_seconds,
        architecture,
    } = file.functions.of(function);
    let words = words(function);

    let key = stack.parameter(
        words.code_parameter,
        Parameter::string(format!(
            "Key of the {function} function's package in the artifacts bucket"
        ))
        .matching(words.code_pattern, words.code_expected),
    )?;
    let log_group = log_group(
        stack,
        &format!("{}LogGroup", words.id),
        names::function_log_group(file, function.as_str()),
        file,
    )?;
    let purpose = permissions::of_function(function, file, &surroundings.targets)?;
    let role = Role::bounded(
        TrustPolicy::service(Service::Lambda),
        names::boundary_arn(file),
        [
            policy("logs", [permissions::write_logs(log_group.arn().into())?])?,
            policy("purpose", purpose)?,
        ],
    );
    let role = stack.add(format!("{}Role", words.id), role)?;

    let function = Function {
        function_name: names::function(file, function).into(),
        description: words.description.to_owned(),
        architectures: [instruction_set(architecture, surroundings.host)],
        code: Code {
            bucket: names::artifacts_bucket(file),
            key: (&key).into(),
        },
        environment: surroundings.variables(function, &key),
        handler: Handler::Bootstrap,
        logging_config: LoggingConfig::json(&log_group),
        memory_size: memory_mb.get(),
        role: role.arn(),
        runtime: Runtime::ProvidedAl2023,
        timeout: timeout_seconds.get(),
    };
    Ok(stack.add(format!("{}Function", words.id), function)?)
}

/// A log group. Logs are no data of the customer's: they go with the stack.
pub(super) fn log_group(
    stack: &mut TemplateBuilder,
    id: &str,
    name: String,
    file: &StackFile,
) -> Result<Handle<LogGroup>, Error> {
    let group = LogGroup {
        log_group_name: name.into(),
        retention_in_days: file.logs.retention_days.get(),
    };
    let declaration =
        Declaration::new(group).on_removal(DeletionPolicy::Delete, UpdateReplacePolicy::Delete);
    Ok(stack.add(id, declaration)?)
}

pub(super) fn policy(
    policy_name: &'static str,
    statements: impl IntoIterator<Item = Statement>,
) -> Result<InlinePolicy, Error> {
    Ok(InlinePolicy {
        policy_name,
        policy_document: IdentityPolicy::new(statements)?,
    })
}

fn instruction_set(choice: ArchitectureChoice, host: package::Architecture) -> Architecture {
    match (choice, host) {
        (ArchitectureChoice::X86_64, _)
        | (ArchitectureChoice::Host, package::Architecture::X86_64) => Architecture::X86_64,
        (ArchitectureChoice::Arm64, _)
        | (ArchitectureChoice::Host, package::Architecture::Arm64) => Architecture::Arm64,
    }
}
