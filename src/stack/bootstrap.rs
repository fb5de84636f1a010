//! The bootstrap stack: what has to be there before the main stack can be. It is small, and stays when the main
//! stack goes.

use super::data::holding_data;
use super::{Error, names, permissions};
use crate::config::StackFile;
use crate::resource::apigateway::Account;
use crate::resource::iam::{ManagedPolicy, Role};
use crate::resource::policy::{IdentityPolicy, Service, TrustPolicy};
use crate::resource::s3::{Bucket, BucketPolicy};
use crate::template::{
    Declaration, DeletionPolicy, Output, Resource, Template, TemplateBuilder, UpdateReplacePolicy,
};

/// Whether the bootstrap stack brings the role with which API Gateway writes logs. There is one such role in an
/// account and region, so a foreign one is used as it is and never replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogRole {
    /// The region has none, or the one it has is this stack's own.
    Declare,
    /// Somebody else's is in place.
    AlreadyThere,
}

/// Days that an overwritten manifest or a released lock can be looked at.
const NONCURRENT_DAYS: u32 = 30;

/// Declares the bootstrap stack of an environment.
pub fn declare_bootstrap(file: &StackFile, log_role: LogRole) -> Result<Template, Error> {
    let mut stack = TemplateBuilder::new(format!("QuickDumpNow: what {} stands on", file.name));
    artifacts_bucket(&mut stack, file)?;
    boundary(&mut stack, file)?;
    match log_role {
        LogRole::Declare => api_gateway_log_role(&mut stack)?,
        LogRole::AlreadyThere => {}
    }
    Ok(stack.build()?)
}

/// Holds packages, templates and manifests; only the deployer reads and writes there.
fn artifacts_bucket(stack: &mut TemplateBuilder, file: &StackFile) -> Result<(), Error> {
    let bucket = Bucket::private(names::artifacts_bucket(file), NONCURRENT_DAYS);
    let bucket = stack.add("ArtifactsBucket", holding_data(bucket, file.data))?;
    stack.add(
        "ArtifactsBucketPolicy",
        BucketPolicy::tls_only(&bucket, [])?,
    )?;
    let output = Output::new("Packages, templates, records and the lock", &bucket);
    stack.output("ArtifactsBucketName", &output)?;
    Ok(())
}

/// The most that a role of the main stack can ever do.
fn boundary(stack: &mut TemplateBuilder, file: &StackFile) -> Result<(), Error> {
    let policy = ManagedPolicy {
        managed_policy_name: names::boundary(file),
        description: format!("The most that a role of {} can do", file.name),
        policy_document: IdentityPolicy::new(permissions::boundary(file)?)?,
    };
    let policy = stack.add("Boundary", policy)?;
    let output = Output::new("The most that a role of the main stack can do", &policy);
    stack.output("BoundaryArn", &output)?;
    Ok(())
}

/// Both stay for good: other APIs of the region write their logs with the same role.
fn api_gateway_log_role(stack: &mut TemplateBuilder) -> Result<(), Error> {
    let role = Role::unbounded(
        TrustPolicy::service(Service::ApiGateway),
        "Writes the logs of every API in this region; no boundary, because it belongs to no single stack",
        [names::log_role_policy_arn()],
    );
    let role = stack.add("ApiGatewayLogRole", staying(role))?;
    stack.add(
        "ApiGatewayAccount",
        staying(Account {
            cloud_watch_role_arn: role.arn(),
        }),
    )?;
    Ok(())
}

fn staying<R: Resource>(resource: R) -> Declaration<R> {
    Declaration::new(resource).on_removal(DeletionPolicy::Retain, UpdateReplacePolicy::Retain)
}
