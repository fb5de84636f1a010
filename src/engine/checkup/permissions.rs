//! The main actions of `plan` and `apply`, and what IAM says of them without trying any. The whole policy is not this
//! table's matter: it tells a person early that a role is the wrong one.

use std::collections::{BTreeMap, BTreeSet};

use super::{CloudToCheck, Item, Verdict};
use crate::config::{DistributionId, StackFile};
use crate::engine::names::Names;
use crate::ports::{Caller, CloudError, ErrorKind, Ports, Question};

const PLAN: &str = "permissions of plan";
const APPLY: &str = "permissions of apply";
const FIRST: &str = "permissions of a first apply";

/// What mends it that somebody may not plan or apply.
const DEPLOYERS: &str = "allow these actions to it, or sign in with the role that deploys; `qdn-infra permissions` with the same `--env` prints the policy";
/// What mends it that somebody may not begin.
const ADMINISTRATORS: &str = "let an administrator run `qdn-infra bootstrap` with the same `--env` once; whoever deploys needs no more then";

/// Actions on one kind of resource.
struct Group {
    resource: String,
    plan: &'static [&'static str],
    apply: &'static [&'static str],
    context: BTreeMap<&'static str, String>,
}

impl Group {
    fn new(
        resource: String,
        plan: &'static [&'static str],
        apply: &'static [&'static str],
    ) -> Self {
        Self {
            resource,
            plan,
            apply,
            context: BTreeMap::new(),
        }
    }
}

/// Where resources are, as their names say.
struct Place<'a> {
    region: &'a str,
    account: &'a str,
}

impl Place<'_> {
    fn regional(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region, self.account
        )
    }

    fn global(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}::{}:{resource}", self.account)
    }
}

/// What the two commands do to what. Resources are such as the policies of `permissions` name.
fn groups(cloud: &CloudToCheck<'_>, names: &Names, place: &Place<'_>) -> Vec<Group> {
    let name = &cloud.file.name;
    let distribution = cloud.distribution.map_or("*", DistributionId::as_str);
    let mut roles = Group::new(
        place.global("iam", &format!("role/{name}-ApiRole-doctor")),
        &[],
        &["iam:CreateRole", "iam:PassRole"],
    );
    roles.context = BTreeMap::from([
        (
            "iam:PermissionsBoundary",
            place.global("iam", &format!("policy/{name}-boundary")),
        ),
        ("iam:PassedToService", "lambda.amazonaws.com".to_owned()),
    ]);
    vec![
        Group::new(
            place.regional("cloudformation", &format!("stack/{name}/*")),
            &[
                "cloudformation:DescribeStacks",
                "cloudformation:GetTemplate",
                "cloudformation:CreateChangeSet",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DeleteChangeSet",
            ],
            &[
                "cloudformation:ExecuteChangeSet",
                "cloudformation:DescribeStackEvents",
            ],
        ),
        Group::new(
            format!("arn:aws:s3:::{}", names.artifacts_bucket),
            &["s3:ListBucket"],
            &[],
        ),
        Group::new(
            format!("arn:aws:s3:::{}/templates/*", names.artifacts_bucket),
            &["s3:GetObject", "s3:PutObject"],
            &[],
        ),
        Group::new(
            format!("arn:aws:s3:::{}/{}", names.artifacts_bucket, names.lock),
            &["s3:GetObject"],
            &["s3:PutObject", "s3:DeleteObject"],
        ),
        Group::new(
            format!("arn:aws:s3:::{}/track/*", names.site_bucket),
            &["s3:GetObject"],
            &["s3:PutObject", "s3:DeleteObject"],
        ),
        Group::new(
            place.regional("lambda", &format!("function:{name}-api")),
            &["lambda:GetFunctionConfiguration"],
            &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"],
        ),
        Group::new(
            place.regional(
                "secretsmanager",
                &format!("secret:{}-AbCdEf", names.secrets.carrier),
            ),
            &["secretsmanager:DescribeSecret"],
            &[
                "secretsmanager:CreateSecret",
                "secretsmanager:PutSecretValue",
            ],
        ),
        Group::new(
            place.global("cloudfront", &format!("distribution/{distribution}")),
            &["cloudfront:GetDistribution"],
            &["cloudfront:CreateInvalidation"],
        ),
        Group::new(
            place.global("cloudfront", "key-value-store/*"),
            &["cloudfront-keyvaluestore:ListKeys"],
            &["cloudfront-keyvaluestore:UpdateKeys"],
        ),
        Group::new(
            format!("arn:aws:apigateway:{}::/restapis/*", place.region),
            &["apigateway:GET"],
            &["apigateway:POST", "apigateway:PATCH"],
        ),
        Group::new(
            place.regional("dynamodb", &format!("table/{}", names.table)),
            &["dynamodb:DescribeTable"],
            &[],
        ),
        roles,
    ]
}

/// What makes the bootstrap stack, which the first apply does, and nobody has to be allowed later.
fn first(file: &StackFile, names: &Names, place: &Place<'_>) -> Vec<Question> {
    let stack = &names.bootstrap;
    let question = |action, resource| Question {
        actions: vec![action],
        resource,
        context: BTreeMap::new(),
    };
    vec![
        question(
            "cloudformation:ExecuteChangeSet",
            place.regional("cloudformation", &format!("stack/{stack}/*")),
        ),
        question(
            "s3:CreateBucket",
            format!("arn:aws:s3:::{}", names.artifacts_bucket),
        ),
        question(
            "iam:CreatePolicy",
            place.global("iam", &format!("policy/{}-boundary", file.name)),
        ),
    ]
}

/// Asks IAM about both commands, and about the first apply where none was yet.
pub(super) async fn check(
    ports: &Ports,
    caller: &Caller,
    cloud: &CloudToCheck<'_>,
    names: &Names,
) -> Vec<Item> {
    let file = cloud.file;
    let principal = match principal(ports, caller).await {
        Ok(principal) => principal,
        Err(verdict) => return all(&verdict),
    };
    let place = Place {
        region: file.region.as_str(),
        account: &caller.account,
    };
    let groups = groups(cloud, names, &place);
    let asks = |actions: fn(&Group) -> &'static [&'static str]| {
        let questions = groups
            .iter()
            .filter(move |group| !actions(group).is_empty())
            .map(move |group| Question {
                actions: actions(group).to_vec(),
                resource: group.resource.clone(),
                context: group.context.clone(),
            });
        ask(ports, &principal, questions.collect(), DEPLOYERS)
    };
    let begins = async {
        match ports.stacks.describe(&names.bootstrap).await {
            Ok(Some(_)) => Verdict::good(format!("not needed: {} is there", names.bootstrap)),
            Ok(None) => {
                let questions = first(file, names, &place);
                ask(ports, &principal, questions, ADMINISTRATORS).await
            }
            Err(error) => Verdict::of_cloud(&error),
        }
    };
    let (plan, apply, first) =
        futures::join!(asks(|group| group.plan), asks(|group| group.apply), begins);
    vec![
        Item::new(PLAN, plan),
        Item::new(APPLY, apply),
        Item::new(FIRST, first),
    ]
}

/// Nobody could ask.
pub(super) fn not_checked(why: &str) -> Vec<Item> {
    all(&Verdict::not_checked(why))
}

fn all(verdict: &Verdict) -> Vec<Item> {
    [PLAN, APPLY, FIRST]
        .map(|name| Item::new(name, verdict.clone()))
        .to_vec()
}

/// Whose policies are asked about: a user's, or those of the role that a session came from.
async fn principal(ports: &Ports, caller: &Caller) -> Result<String, Verdict> {
    let last = caller.arn.splitn(6, ':').nth(5).unwrap_or_default();
    let mut words = last.split('/');
    match (words.next(), words.next()) {
        (Some("user"), Some(_)) => Ok(caller.arn.clone()),
        (Some("assumed-role"), Some(role)) => match ports.permissions.role(role).await {
            Ok(Some(arn)) => Ok(arn),
            Ok(None) => Err(Verdict::not_checked(format!("there is no role {role}"))),
            Err(error) => Err(unasked(&error)),
        },
        (Some("root"), None) => Err(Verdict::not_checked(
            "the account's root may do everything; IAM does not simulate it",
        )),
        _ => Err(Verdict::not_checked(format!(
            "IAM does not simulate {}",
            caller.arn
        ))),
    }
}

async fn ask(ports: &Ports, principal: &str, questions: Vec<Question>, fix: &str) -> Verdict {
    let asked: BTreeSet<&str> = questions
        .iter()
        .flat_map(|question| question.actions.iter().copied())
        .collect();
    let answers = questions.iter().map(|question| async move {
        let refused = ports.permissions.refused(principal, question).await?;
        let on = |action: String| format!("{action} on {}", question.resource);
        Ok::<_, CloudError>(refused.into_iter().map(on).collect::<Vec<_>>())
    });
    let refused = match futures::future::try_join_all(answers).await {
        Ok(refused) => refused.concat(),
        Err(error) => return unasked(&error),
    };
    if refused.is_empty() {
        return Verdict::good(format!("{principal}: {} main actions", asked.len()));
    }
    Verdict::bad(format!("{principal} may not {}", refused.join(", ")), fix)
}

/// Who may not ask may still be allowed the rest.
fn unasked(error: &CloudError) -> Verdict {
    match error.kind {
        ErrorKind::Unsupported => Verdict::not_checked("not supported here"),
        ErrorKind::AccessDenied => Verdict::not_checked(format!(
            "the caller may not ask: allow it iam:{} to have this looked at",
            error.operation
        )),
        _ => Verdict::not_checked(error.to_string()),
    }
}
