//! The function resource.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::resource::iam::Role;
use crate::resource::logs::LogGroup;
use crate::template::{Arn, Handle, HasArn, Text, resource};

/// `AWS::Lambda::Function` on the runtime without a language, which starts an executable called `bootstrap`.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    pub function_name: Text,
    pub description: String,
    pub architectures: [Architecture; 1],
    pub code: Code,
    #[serde(serialize_with = "environment")]
    pub environment: BTreeMap<&'static str, Text>,
    pub handler: Handler,
    pub logging_config: LoggingConfig,
    /// MB, 128 to 10,240.
    pub memory_size: u32,
    pub role: Arn<Role>,
    pub runtime: Runtime,
    /// Seconds.
    pub timeout: u32,
}

fn environment<S: serde::Serializer>(
    variables: &BTreeMap<&'static str, Text>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    BTreeMap::from([("Variables", variables)]).serialize(serializer)
}

/// Instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Architecture {
    /// 64-bit x86.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm (Graviton).
    #[serde(rename = "arm64")]
    Arm64,
}

/// Where the package lies.
#[derive(Debug, Clone, Serialize)]
pub struct Code {
    /// Name of the bucket.
    #[serde(rename = "S3Bucket")]
    pub bucket: Text,
    /// Key of the zip.
    #[serde(rename = "S3Key")]
    pub key: Text,
}

/// The runtime; every function of ours brings its own executable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Runtime {
    /// Amazon Linux 2023 and nothing on it.
    #[serde(rename = "provided.al2023")]
    ProvidedAl2023,
}

/// The name of the executable in the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Handler {
    /// The only name that the runtime starts.
    #[serde(rename = "bootstrap")]
    Bootstrap,
}

/// Where a function's log events go, and in which form.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfig {
    log_format: &'static str,
    log_group: Handle<LogGroup>,
}

impl LoggingConfig {
    /// JSON into a log group of our own: Lambda's would be kept for ever.
    pub fn json(log_group: &Handle<LogGroup>) -> Self {
        Self {
            log_format: "JSON",
            log_group: log_group.clone(),
        }
    }
}

resource!(Function, "AWS::Lambda::Function", FunctionAttribute { Arn => "Arn" });

impl HasArn for Function {
    const ARN: FunctionAttribute = FunctionAttribute::Arn;
}
