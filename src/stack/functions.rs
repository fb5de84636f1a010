//! The Lambda functions: each with a log group of its own and a role that may write there and do what the
//! function is for, nothing else.

use std::collections::BTreeMap;

use qdn_shared::{environment, package::FunctionName};

use super::{Error, names};
use crate::config::{ArchitectureChoice, FunctionSettings, StackFile};
use crate::package;
use crate::resource::iam::{InlinePolicy, Role};
use crate::resource::lambda::{Architecture, Code, Function, Handler, LoggingConfig, Runtime};
use crate::resource::logs::LogGroup;
use crate::resource::policy::{IdentityPolicy, Resources, Service, Statement, TrustPolicy};
use crate::template::{
    Arn, Declaration, DeletionPolicy, Handle, Parameter, TemplateBuilder, UpdateReplacePolicy,
};

/// The function that answers the REST API.
pub(super) fn api(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    host: package::Architecture,
) -> Result<Handle<Function>, Error> {
    let FunctionSettings {
        memory_mb,
        timeout_seconds,
        architecture,
    } = file.functions.api;
    let name = FunctionName::Api.as_str();

    let key = stack.parameter(
        "ApiCodeKey",
        Parameter::string("Key of the api function's package in the artifacts bucket").matching(
            r"functions/api/[0-9a-f]{64}\.zip",
            "functions/api/<64 hexadecimal digits>.zip",
        ),
    )?;
    let log_group = log_group(
        stack,
        "ApiLogGroup",
        names::function_log_group(file, name),
        file,
    )?;
    let role = stack.add("ApiRole", role(file, &log_group.arn())?)?;

    let origins: Vec<&str> = file
        .api
        .allowed_origins
        .iter()
        .map(qdn_shared::cors::Origin::as_str)
        .collect();
    let function = Function {
        function_name: names::of(file, name).into(),
        description: "Answers the REST API".to_owned(),
        architectures: [instruction_set(architecture, host)],
        code: Code {
            bucket: names::artifacts_bucket(file),
            key: (&key).into(),
        },
        environment: BTreeMap::from([
            // The key tells which package is running; it changes when, and only when, the package does.
            (environment::PACKAGE, (&key).into()),
            (environment::ALLOWED_ORIGINS, origins.join(",").into()),
        ]),
        handler: Handler::Bootstrap,
        logging_config: LoggingConfig::json(&log_group),
        memory_size: memory_mb.get(),
        role: role.arn(),
        runtime: Runtime::ProvidedAl2023,
        timeout: timeout_seconds.get(),
    };
    Ok(stack.add("ApiFunction", function)?)
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

fn role(file: &StackFile, log_group: &Arn<LogGroup>) -> Result<Role, Error> {
    // Not `logs:CreateLogGroup`: a group made by the function itself would have no retention.
    let write_logs = Statement::allow(
        "WriteLogs",
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        Resources::these([log_group.clone().into()]),
    )?;
    let logs = InlinePolicy {
        policy_name: "logs",
        policy_document: IdentityPolicy::new([write_logs])?,
    };
    Ok(Role::bounded(
        TrustPolicy::service(Service::Lambda),
        names::boundary_arn(file),
        [logs],
    ))
}

fn instruction_set(choice: ArchitectureChoice, host: package::Architecture) -> Architecture {
    match (choice, host) {
        (ArchitectureChoice::X86_64, _)
        | (ArchitectureChoice::Host, package::Architecture::X86_64) => Architecture::X86_64,
        (ArchitectureChoice::Arm64, _)
        | (ArchitectureChoice::Host, package::Architecture::Arm64) => Architecture::Arm64,
    }
}
