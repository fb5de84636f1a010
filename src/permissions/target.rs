//! What an action is done to. A target is what carries one of the stack's names, wherever AWS lets a policy say so.

use qdn_shared::package::FunctionName;

use super::environment::{Declared, RoleOf};
use crate::resource::logs::log_group_arn;
use crate::resource::policy::{ConditionKey, Operator, Statement};
use crate::stack::names;
use crate::template::{Pseudo, Text, text};

/// A resource, or several of one kind.
#[expect(
    missing_docs,
    reason = "each is named as what it is; `arns` shows which"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    MainStack,
    BootstrapStack,
    ArtifactsBucket,
    Templates,
    Packages,
    /// The bytes of page files that releases hold.
    KeptPages,
    Records,
    Artifacts,
    /// The bucket that holds the page, whoever owns it.
    SiteBucket,
    Page,
    Pages,
    SeedObject,
    /// The bucket of a site that is not ours.
    AdoptedBucket,
    /// A distribution that is not ours.
    AdoptedDistribution,
    /// The distribution that viewers reach, whoever owns it.
    Distribution,
    OriginAccessControls,
    CachePolicies,
    HeadersPolicies,
    KeyValueStores,
    EdgeFunction,
    EdgeCandidate,
    Table,
    Queue,
    Topic,
    /// To the topic.
    Subscriptions,
    Alarms,
    Dashboard,
    LogGroups,
    Functions,
    EventSources,
    Schedule,
    RestApis,
    GatewayAccount,
    GatewayTags,
    Secrets,
    /// Those whose value is read.
    SecretValues,
    Boundary,
    Roles,
    /// The same, as long as they have the permissions boundary.
    BoundedRoles,
    /// The same, handed to Lambda.
    RolesOfFunctions,
    /// The same, handed to the scheduler.
    RolesOfSchedules,
    LogRole,
    LogRoleOfGateway,
    LogRolePolicy,
    /// Every role of the account: which of them the caller has, no stack file says.
    AnyRole,
    /// AWS lets no policy say which.
    Unnamed,
    /// Of handlers: the bucket of the stack that is being declared.
    Bucket,
    /// Of handlers: the roles of the stack that is being declared.
    OwnRoles,
    /// Of handlers: the same, where a boundary is wanted.
    NewRoles,
}

/// Which stack a handler works for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Main,
    Bootstrap,
}

impl Target {
    /// The target itself, of one that depends on the stack.
    pub(super) fn of(self, owner: Owner) -> Self {
        match (self, owner) {
            (Self::Bucket, Owner::Main) => Self::SiteBucket,
            (Self::Bucket, Owner::Bootstrap) => Self::ArtifactsBucket,
            (Self::OwnRoles, Owner::Main) => Self::Roles,
            (Self::NewRoles, Owner::Main) => Self::BoundedRoles,
            (Self::OwnRoles | Self::NewRoles, Owner::Bootstrap) => Self::LogRole,
            (other, _) => other,
        }
    }

    /// Why it cannot be named, if it cannot.
    pub(super) const fn unnamed(self) -> Option<&'static str> {
        match self {
            Self::Unnamed => Some("AWS lets no policy say on which resource these act"),
            _ => None,
        }
    }

    /// The statement's id.
    pub(super) fn sid(self) -> &'static str {
        match self {
            Self::MainStack => "MainStack",
            Self::BootstrapStack => "BootstrapStack",
            Self::ArtifactsBucket => "ArtifactsBucket",
            Self::Templates => "Templates",
            Self::Packages => "Packages",
            Self::KeptPages => "KeptPages",
            Self::Records => "Records",
            Self::Artifacts => "Artifacts",
            Self::SiteBucket => "SiteBucket",
            Self::Page => "Page",
            Self::Pages => "Pages",
            Self::SeedObject => "SeedObject",
            Self::AdoptedBucket => "AdoptedBucket",
            Self::AdoptedDistribution => "AdoptedDistribution",
            Self::Distribution => "Distribution",
            Self::OriginAccessControls => "OriginAccessControls",
            Self::CachePolicies => "CachePolicies",
            Self::HeadersPolicies => "HeadersPolicies",
            Self::KeyValueStores => "KeyValueStores",
            Self::EdgeFunction => "EdgeFunction",
            Self::EdgeCandidate => "EdgeCandidate",
            Self::Table => "Table",
            Self::Queue => "Queue",
            Self::Topic => "Topic",
            Self::Subscriptions => "Subscriptions",
            Self::Alarms => "Alarms",
            Self::Dashboard => "Dashboard",
            Self::LogGroups => "LogGroups",
            Self::Functions => "Functions",
            Self::EventSources => "EventSources",
            Self::Schedule => "Schedule",
            Self::RestApis => "RestApis",
            Self::GatewayAccount => "GatewayAccount",
            Self::GatewayTags => "GatewayTags",
            Self::Secrets => "Secrets",
            Self::SecretValues => "SecretValues",
            Self::Boundary => "Boundary",
            Self::Roles | Self::OwnRoles => "Roles",
            Self::BoundedRoles | Self::NewRoles => "BoundedRoles",
            Self::RolesOfFunctions => "RolesOfFunctions",
            Self::RolesOfSchedules => "RolesOfSchedules",
            Self::LogRole => "LogRole",
            Self::LogRoleOfGateway => "LogRoleOfGateway",
            Self::LogRolePolicy => "LogRolePolicy",
            Self::AnyRole => "AnyRole",
            Self::Unnamed => "Unnamed",
            Self::Bucket => "Bucket",
        }
    }

    /// Whether statements about it hold only under a condition: such a target stands alone.
    pub(super) fn is_conditional(self) -> bool {
        matches!(
            self,
            Self::BoundedRoles
                | Self::RolesOfFunctions
                | Self::RolesOfSchedules
                | Self::LogRoleOfGateway
                | Self::LogRolePolicy
                | Self::Unnamed
        )
    }

    /// The statement, under the target's condition.
    pub(super) fn condition(self, statement: Statement, declared: &Declared<'_>) -> Statement {
        let (key, value): (_, Text) = match self {
            Self::BoundedRoles => (
                ConditionKey::PermissionsBoundary,
                names::boundary_arn(declared.file),
            ),
            Self::RolesOfFunctions => (
                ConditionKey::PassedToService,
                RoleOf::Lambda.principal().into(),
            ),
            Self::RolesOfSchedules => (
                ConditionKey::PassedToService,
                RoleOf::Scheduler.principal().into(),
            ),
            Self::LogRoleOfGateway => (
                ConditionKey::PassedToService,
                RoleOf::ApiGateway.principal().into(),
            ),
            Self::LogRolePolicy => (ConditionKey::PolicyArn, names::log_role_policy_arn()),
            _ => return statement,
        };
        statement.when(Operator::StringEquals, key, value)
    }

    /// The Amazon Resource Names; none where the environment has no such thing.
    pub(super) fn arns(self, declared: &Declared<'_>) -> Vec<Text> {
        let file = declared.file;
        let stack = file.name.as_str();
        let of = |purpose| names::of(file, purpose);
        let regional = names::regional_arn;
        let artifacts = |keys: &str| {
            let bucket = names::artifacts_bucket(file);
            text!["arn:", Pseudo::Partition, ":s3:::", bucket, keys]
        };
        let site = |keys| text![names::site_bucket_arn(file), keys];
        let adopted = |arn: Text| if declared.adopts() { vec![arn] } else { vec![] };
        let roles = |service| declared.role_arns(service);
        match self {
            Self::MainStack => vec![regional("cloudformation", format!("stack/{stack}/*"))],
            Self::BootstrapStack => {
                let name = of("bootstrap");
                vec![regional("cloudformation", format!("stack/{name}/*"))]
            }
            Self::ArtifactsBucket => vec![artifacts("")],
            Self::Templates => vec![artifacts("/templates/*")],
            Self::Packages => vec![artifacts("/functions/*")],
            Self::KeptPages => vec![artifacts("/pages/*")],
            Self::Records => ["manifests", "releases"]
                .map(|folder| artifacts(&format!("/{folder}/{stack}/*")))
                .into_iter()
                .chain([artifacts(&format!("/locks/{stack}.json"))])
                .collect(),
            Self::Artifacts => vec![artifacts("/*")],
            Self::SiteBucket => vec![names::site_bucket_arn(file)],
            Self::Page => vec![site("/track/*")],
            Self::Pages => declared
                .owns_site()
                .then(|| site("/*"))
                .into_iter()
                .collect(),
            Self::SeedObject => vec![site("/data/maintenance.json")],
            Self::AdoptedBucket => adopted(names::site_bucket_arn(file)),
            Self::AdoptedDistribution => adopted(declared.distribution_arn()),
            Self::Distribution => vec![declared.distribution_arn()],
            Self::OriginAccessControls => vec![global("cloudfront", "origin-access-control/*")],
            Self::CachePolicies => vec![global("cloudfront", "cache-policy/*")],
            Self::HeadersPolicies => vec![global("cloudfront", "response-headers-policy/*")],
            Self::KeyValueStores => vec![global("cloudfront", "key-value-store/*")],
            Self::EdgeFunction => vec![global("cloudfront", &format!("function/{}", of("edge")))],
            Self::EdgeCandidate => {
                let name = of("edge-candidate");
                vec![global("cloudfront", &format!("function/{name}"))]
            }
            Self::Table => vec![regional(
                "dynamodb",
                format!("table/{}", names::table(file)),
            )],
            Self::Queue => vec![regional("sqs", names::dead_letters(file))],
            Self::Topic => vec![regional("sns", of("alarms"))],
            // AWS compares with the topic; a subscription's own name begins with it.
            Self::Subscriptions => {
                let topic = of("alarms");
                vec![
                    regional("sns", topic.clone()),
                    regional("sns", format!("{topic}:*")),
                ]
            }
            Self::Alarms => vec![regional("cloudwatch", format!("alarm:{stack}-*"))],
            Self::Dashboard => {
                let name = of("overview");
                vec![global("cloudwatch", &format!("dashboard/{name}"))]
            }
            Self::LogGroups => [
                names::function_log_group(file, "*"),
                names::access_log_group(file),
            ]
            .into_iter()
            .flat_map(|name| {
                let group = log_group_arn(name);
                [group.clone(), text![group, ":*"]]
            })
            .collect(),
            // A version or alias is named behind the function.
            Self::Functions => FunctionName::ALL
                .iter()
                .map(|function| format!("function:{}", names::function(file, *function)))
                .flat_map(|name| [name.clone(), format!("{name}:*")])
                .map(|name| regional("lambda", name))
                .collect(),
            Self::EventSources => vec![regional("lambda", "event-source-mapping:*".to_owned())],
            Self::Schedule => {
                let name = of("upkeep");
                vec![regional("scheduler", format!("schedule/default/{name}"))]
            }
            Self::RestApis => vec![gateway("/restapis"), gateway("/restapis/*")],
            Self::GatewayAccount => vec![gateway("/account")],
            Self::GatewayTags => vec![gateway("/tags/*")],
            Self::Secrets => secrets(declared, &["carrier", "keys", "deployer-key", "operators"]),
            Self::SecretValues => secrets(declared, &["keys", "deployer-key", "operators"]),
            Self::Boundary => vec![names::boundary_arn(file)],
            Self::Roles | Self::BoundedRoles | Self::OwnRoles | Self::NewRoles => {
                [RoleOf::Lambda, RoleOf::Scheduler]
                    .into_iter()
                    .flat_map(roles)
                    .collect()
            }
            Self::RolesOfFunctions => roles(RoleOf::Lambda),
            Self::RolesOfSchedules => roles(RoleOf::Scheduler),
            Self::LogRole | Self::LogRoleOfGateway | Self::LogRolePolicy => {
                roles(RoleOf::ApiGateway)
            }
            Self::AnyRole => vec![global("iam", "role/*")],
            Self::Bucket | Self::Unnamed => vec![],
        }
    }
}

/// Secrets Manager ends the name of every secret with a hyphen and six characters of its own. One that is asked for by its
/// name and does not exist has none yet.
fn secrets(declared: &Declared<'_>, purposes: &[&str]) -> Vec<Text> {
    let names = purposes
        .iter()
        .map(|purpose| names::secret(declared.file, purpose));
    names
        .flat_map(|name| [format!("secret:{name}-??????"), format!("secret:{name}")])
        .map(|resource| names::regional_arn("secretsmanager", resource))
        .collect()
}

/// What API Gateway's own settings are called: they belong to no account in their names.
fn gateway(path: &str) -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":apigateway:",
        Pseudo::Region,
        "::",
        path
    ]
}

/// The Amazon Resource Name of something that no region has.
pub(super) fn global(service: &str, resource: &str) -> Text {
    let account = Pseudo::AccountId;
    text![
        "arn:",
        Pseudo::Partition,
        ":",
        service,
        "::",
        account,
        ":",
        resource
    ]
}
