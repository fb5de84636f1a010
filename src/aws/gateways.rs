//! The `Gateways` port on API Gateway (REST APIs).

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::config::Builder;

use super::failure::{code, failure, incomplete};
use super::recorder::Recorder;
use crate::ports::{GatewaySnapshot, GatewayStage, Gateways, Result, Service};

const SERVICE: Service = Service::ApiGateway;
const ABSENT: &str = "NotFoundException";

/// API Gateway.
#[derive(Debug)]
pub(super) struct ApiGateway {
    client: Client,
}

impl ApiGateway {
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

/// How a snapshot is known that was made beside CloudFormation.
const REDEPLOYED: &str = "qdn-infra: without the routes that are no longer declared";

#[async_trait]
impl Gateways for ApiGateway {
    async fn log_role(&self) -> Result<Option<String>> {
        let answer = self
            .client
            .get_account()
            .send()
            .await
            .map_err(|error| failure(SERVICE, "GetAccount", "the account settings", &error))?;
        Ok(answer.cloudwatch_role_arn.filter(|arn| !arn.is_empty()))
    }

    async fn snapshot(&self, api: &str, deployment: &str) -> Result<Option<GatewaySnapshot>> {
        let call = self
            .client
            .get_deployment()
            .rest_api_id(api)
            .deployment_id(deployment);
        match call.embed("apisummary").send().await {
            Ok(answer) => {
                let paths = answer.api_summary.unwrap_or_default();
                let methods = paths.iter().flat_map(|(path, methods)| {
                    methods.keys().map(move |method| format!("{method} {path}"))
                });
                Ok(Some(GatewaySnapshot {
                    routes: methods.collect(),
                    is_redeployed: answer.description.as_deref() == Some(REDEPLOYED),
                }))
            }
            Err(error) if code(&error) == Some(ABSENT) => Ok(None),
            Err(error) => Err(failure(
                SERVICE,
                "GetDeployment",
                format!("{api}/{deployment}"),
                &error,
            )),
        }
    }

    async fn redeploy(&self, api: &str, stage: &str) -> Result<()> {
        let call = self
            .client
            .create_deployment()
            .rest_api_id(api)
            .stage_name(stage)
            .description(REDEPLOYED);
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                let subject = format!("{api}/{stage}");
                Err(failure(SERVICE, "CreateDeployment", subject, &error))
            }
        }
    }

    async fn stage(&self, api: &str, stage: &str) -> Result<Option<GatewayStage>> {
        let subject = format!("{api}/{stage}");
        match self
            .client
            .get_stage()
            .rest_api_id(api)
            .stage_name(stage)
            .send()
            .await
        {
            Ok(answer) => {
                let deployment = answer
                    .deployment_id
                    .ok_or_else(|| incomplete(SERVICE, "GetStage", subject, "deploymentId"))?;
                Ok(Some(GatewayStage { deployment }))
            }
            Err(error) if code(&error) == Some(ABSENT) => Ok(None),
            Err(error) => Err(failure(SERVICE, "GetStage", subject, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};
    use crate::ports::ErrorKind;

    fn gateway(replay: &Replay) -> ApiGateway {
        ApiGateway::new(&replay.config(), None)
    }

    fn refusal(status: u16, code: &'static str) -> Answer {
        Answer::json(status, r#"{"message":"no"}"#).header("x-amzn-errortype", code)
    }

    #[tokio::test]
    async fn tells_the_log_role_of_the_account() {
        let replay = Replay::of([
            Answer::json(
                200,
                r#"{"cloudwatchRoleArn":"arn:aws:iam::123456789012:role/logs"}"#,
            ),
            Answer::json(200, r#"{"throttleSettings":{"rateLimit":10000.0}}"#),
            Answer::json(200, r#"{"cloudwatchRoleArn":""}"#),
        ]);
        let gateway = gateway(&replay);
        assert_eq!(
            gateway.log_role().await,
            Ok(Some("arn:aws:iam::123456789012:role/logs".into()))
        );
        assert_eq!(gateway.log_role().await, Ok(None));
        assert_eq!(gateway.log_role().await, Ok(None));
        let sent = &replay.requests().await[0];
        assert_eq!(
            (sent.method.as_str(), sent.path.as_str()),
            ("GET", "/account")
        );
    }

    #[tokio::test]
    async fn reads_the_routes_that_a_deployment_serves() {
        let replay = Replay::of([Answer::json(
            200,
            r#"{"id":"d1","createdDate":1763834000,
               "description":"qdn-infra: without the routes that are no longer declared","apiSummary":{
               "/api/health":{"GET":{"authorizationType":"NONE","apiKeyRequired":false},"OPTIONS":{}},
               "/api/{proxy+}":{"ANY":{}}}}"#,
        )]);
        let snapshot = gateway(&replay)
            .snapshot("abc", "d1")
            .await
            .expect("an answer")
            .expect("a deployment");
        assert!(snapshot.is_redeployed);
        let routes: Vec<_> = snapshot.routes.iter().map(String::as_str).collect();
        assert_eq!(
            routes,
            [
                "ANY /api/{proxy+}",
                "GET /api/health",
                "OPTIONS /api/health"
            ]
        );
        let sent = replay.only_request().await;
        assert_eq!(
            (sent.method.as_str(), sent.path.as_str()),
            ("GET", "/restapis/abc/deployments/d1")
        );
        assert_eq!(sent.query["embed"], "apisummary");
    }

    #[tokio::test]
    async fn tells_what_a_stage_serves() {
        let replay = Replay::of([Answer::json(
            200,
            r#"{"stageName":"v1","deploymentId":"d1"}"#,
        )]);
        let stage = gateway(&replay).stage("abc", "v1").await;
        assert_eq!(
            stage,
            Ok(Some(GatewayStage {
                deployment: "d1".into()
            }))
        );
        assert_eq!(replay.only_request().await.path, "/restapis/abc/stages/v1");
    }

    #[tokio::test]
    async fn redeploys_to_the_stage_by_name() {
        let replay = Replay::of([Answer::json(201, r#"{"id":"d2"}"#)]);
        assert_eq!(gateway(&replay).redeploy("abc", "v1").await, Ok(()));
        let request = replay.only_request().await;
        assert_eq!(request.path, "/restapis/abc/deployments");
        assert!(
            request.body.contains(r#""stageName":"v1""#),
            "{}",
            request.body
        );
    }

    #[tokio::test]
    async fn absent_apis_and_stages_are_none() {
        let replay = Replay::of([refusal(404, ABSENT), refusal(404, ABSENT)]);
        let gateway = gateway(&replay);
        assert_eq!(gateway.snapshot("abc", "d1").await, Ok(None));
        assert_eq!(gateway.stage("abc", "v1").await, Ok(None));
        replay.requests().await;
    }

    #[tokio::test]
    async fn too_many_requests_are_tried_again_and_a_refusal_is_not() {
        let replay = Replay::of([
            refusal(429, "TooManyRequestsException"),
            Answer::json(200, r#"{"id":"d1"}"#),
            refusal(403, "AccessDeniedException"),
        ]);
        let gateway = gateway(&replay);
        assert_eq!(
            gateway.snapshot("abc", "d1").await,
            Ok(Some(GatewaySnapshot::default()))
        );
        let error = gateway
            .snapshot("abc", "d1")
            .await
            .expect_err("not allowed");
        assert_eq!(error.kind, ErrorKind::AccessDenied);
        assert_eq!(
            error.to_string(),
            "API Gateway GetDeployment of abc/d1: AccessDeniedException: no"
        );
        replay.requests().await;
    }
}
