//! Typed stack files, the only place that knows YAML, and the values that only the customer knows.

mod check;
mod found;
mod locate;
mod names;
mod parse;
mod path;
mod shapes;
mod surface;
mod types;
mod values;

pub use found::Unfit;
pub use parse::{Error, Mistake, MistakeKind};
pub use types::{
    Account, Alarms, Api, ArchitectureChoice, BucketName, Cache, Cloud, DataPolicy, DomainName,
    Domains, Edge, FromEnv, FunctionSettings, Functions, Logs, MemoryMb, Messages, PhoneNumber,
    Region, RetentionDays, SecretsPath, Site, StackFile, StackName, StageName, Throttle,
    TimeoutSeconds, VariableName,
};
pub use values::{
    AccountId, CertificateArn, CustomerValues, DistributionId, EmailAddress, Error as ValuesError,
    Problem, ProblemKind,
};
