//! The `Permissions` port on IAM.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::Builder;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};

use super::failure::{code, failure};
use super::recorder::Recorder;
use crate::ports::{Permissions, Question, Result, Service};

const SERVICE: Service = Service::Iam;

/// IAM.
#[derive(Debug)]
pub(super) struct Iam {
    client: Client,
}

impl Iam {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let mut config = Builder::from(config);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

#[async_trait]
impl Permissions for Iam {
    async fn role(&self, name: &str) -> Result<Option<String>> {
        match self.client.get_role().role_name(name).send().await {
            Ok(answer) => Ok(answer.role.map(|role| role.arn)),
            Err(error) if code(&error) == Some("NoSuchEntity") => Ok(None),
            Err(error) => Err(failure(SERVICE, "GetRole", name, &error)),
        }
    }

    async fn refused(&self, principal: &str, question: &Question) -> Result<Vec<String>> {
        let context = question.context.iter().map(|(key, value)| {
            ContextEntry::builder()
                .context_key_name(*key)
                .context_key_values(value)
                .context_key_type(ContextKeyTypeEnum::String)
                .build()
        });
        let context: Vec<ContextEntry> = context.collect();
        let actions = question.actions.iter().map(|action| (*action).to_owned());
        let actions: Vec<String> = actions.collect();
        let mut refused = Vec::new();
        let mut page = None;
        loop {
            let asked = self
                .client
                .simulate_principal_policy()
                .policy_source_arn(principal)
                .set_action_names(Some(actions.clone()))
                .resource_arns(&question.resource)
                .set_context_entries(Some(context.clone()).filter(|entries| !entries.is_empty()))
                .set_marker(page.take());
            let answer = asked
                .send()
                .await
                .map_err(|error| failure(SERVICE, "SimulatePrincipalPolicy", principal, &error))?;
            let results = answer.evaluation_results().iter();
            let results = results
                .filter(|result| result.eval_decision() != &PolicyEvaluationDecisionType::Allowed);
            refused.extend(results.map(|result| result.eval_action_name().to_owned()));
            match answer.marker {
                Some(next) if answer.is_truncated => page = Some(next),
                _ => break,
            }
        }
        refused.sort();
        Ok(refused)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::replay::{Answer, Replay};
    use crate::ports::ErrorKind;

    const ROLE: &str = "arn:aws:iam::123456789012:role/ci/deploy";

    fn iam(replay: &Replay) -> Iam {
        Iam::new(&replay.config(), None)
    }

    fn results(members: &[(&str, &str)], more: &str) -> Answer {
        let members = members.iter().map(|(action, decision)| {
            format!(
                "<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision></member>"
            )
        });
        let members: String = members.collect();
        Answer::xml(
            200,
            &format!(
                "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>{members}\
                 </EvaluationResults>{more}</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
            ),
        )
    }

    #[tokio::test]
    async fn whatever_is_not_allowed_is_refused_on_every_page() {
        let replay = Replay::of([
            results(
                &[
                    ("s3:PutObject", "implicitDeny"),
                    ("s3:GetObject", "allowed"),
                ],
                "<IsTruncated>true</IsTruncated><Marker>m</Marker>",
            ),
            results(
                &[("s3:DeleteObject", "explicitDeny")],
                "<IsTruncated>false</IsTruncated>",
            ),
        ]);
        let question = Question {
            actions: vec!["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
            resource: "arn:aws:s3:::b/*".to_owned(),
            context: BTreeMap::from([("iam:PassedToService", "lambda.amazonaws.com".to_owned())]),
        };
        let refused = iam(&replay).refused(ROLE, &question).await;
        assert_eq!(
            refused.expect("an answer"),
            ["s3:DeleteObject", "s3:PutObject"]
        );
        let sent = replay.requests().await;
        let form = sent[0].form();
        assert_eq!(form["Action"], "SimulatePrincipalPolicy");
        assert_eq!(form["PolicySourceArn"], ROLE);
        assert_eq!(form["ActionNames.member.2"], "s3:GetObject");
        assert_eq!(form["ResourceArns.member.1"], "arn:aws:s3:::b/*");
        assert_eq!(
            form["ContextEntries.member.1.ContextKeyValues.member.1"],
            "lambda.amazonaws.com"
        );
        assert_eq!(sent[1].form()["Marker"], "m");
    }

    #[tokio::test]
    async fn a_role_has_its_path_in_its_arn() {
        let refusal = |code: &str| {
            let body = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>\
                 </ErrorResponse>"
            );
            Answer::xml(403, &body)
        };
        let replay = Replay::of([
            Answer::xml(
                200,
                "<GetRoleResponse><GetRoleResult><Role><Path>/ci/</Path><RoleName>deploy</RoleName>\
                 <RoleId>AROA</RoleId><Arn>arn:aws:iam::123456789012:role/ci/deploy</Arn>\
                 <CreateDate>2026-01-01T00:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>",
            ),
            refusal("NoSuchEntity"),
            refusal("AccessDenied"),
        ]);
        let iam = iam(&replay);
        assert_eq!(iam.role("deploy").await, Ok(Some(ROLE.to_owned())));
        assert_eq!(iam.role("gone").await, Ok(None));
        let refused = iam.role("deploy").await.expect_err("refused");
        assert_eq!(refused.kind, ErrorKind::AccessDenied);
    }
}
