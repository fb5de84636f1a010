//! The smaller services in memory, and what a viewer sees.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use qdn_infra::ports::{
    Caller, Clock, DistributionState, Edge, FunctionState, Functions, GatewayStage, Gateways,
    Identity, Invocation, Readiness, Result, Service, Web, WebRequest, WebResponse,
};
use serde_json::json;

use super::{ACCOUNT, VIEWER, World};

#[async_trait]
impl Identity for World {
    async fn caller(&self) -> Result<Caller> {
        self.read(Service::Sts, "GetCallerIdentity", "caller")?;
        Ok(Caller {
            account: ACCOUNT.to_owned(),
            arn: "arn:aws:iam::000000000000:root".to_owned(),
        })
    }
}

#[async_trait]
impl Functions for World {
    async fn configuration(&self, function: &str) -> Result<Option<FunctionState>> {
        self.read(Service::Lambda, "GetFunctionConfiguration", function)?;
        let package = self.deployed_package();
        Ok(package.map(|code_sha256| FunctionState {
            code_sha256,
            readiness: Readiness::Ready,
        }))
    }

    async fn invoke(&self, function: &str, _payload: &[u8]) -> Result<Invocation> {
        // An invocation of `GET /api/health` changes nothing.
        self.read(Service::Lambda, "Invoke", function)?;
        Ok(Invocation {
            error: None,
            payload: json!({"statusCode": 200}).to_string().into_bytes(),
        })
    }
}

#[async_trait]
impl Gateways for World {
    async fn log_role(&self) -> Result<Option<String>> {
        self.read(Service::ApiGateway, "GetAccount", "account")?;
        Ok(self.state.lock().unwrap().log_role.clone())
    }

    async fn routes(&self, api: &str, _deployment: &str) -> Result<Option<BTreeSet<String>>> {
        self.read(Service::ApiGateway, "GetDeployment", api)?;
        Ok(self
            .main_template()
            .map(|_| self.state.lock().unwrap().served.clone()))
    }

    async fn redeploy(&self, api: &str, _stage: &str) -> Result<()> {
        self.write(Service::ApiGateway, "CreateDeployment", api)?;
        let routes = self
            .main_template()
            .map(|template| qdn_infra::stack::routes(&template));
        self.state.lock().unwrap().served = routes.unwrap_or_default();
        Ok(())
    }

    async fn stage(&self, api: &str, _stage: &str) -> Result<Option<GatewayStage>> {
        self.read(Service::ApiGateway, "GetStage", api)?;
        Ok(self.main_template().map(|_| GatewayStage {
            deployment: "d00000".to_owned(),
        }))
    }
}

#[async_trait]
impl Edge for World {
    async fn distribution(&self, id: &str) -> Result<Option<DistributionState>> {
        self.read(Service::CloudFront, "GetDistribution", id)?;
        Ok(Some(DistributionState {
            domain: "d0000000000000.cloudfront.net".to_owned(),
            deployed: true,
            enabled: true,
        }))
    }

    async fn live_function(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.read(Service::CloudFront, "GetFunction", name)?;
        let template = self.main_template();
        Ok(template.and_then(|template| {
            qdn_infra::stack::edge_code(&template).map(|code| code.as_bytes().to_vec())
        }))
    }

    async fn invalidate(
        &self,
        distribution: &str,
        paths: &[String],
        _reference: &str,
    ) -> Result<String> {
        self.write(Service::CloudFront, "CreateInvalidation", distribution)?;
        self.state
            .lock()
            .unwrap()
            .invalidations
            .push(paths.to_vec());
        Ok("I1".to_owned())
    }

    async fn invalidated(&self, distribution: &str, _invalidation: &str) -> Result<bool> {
        self.read(Service::CloudFront, "GetInvalidation", distribution)?;
        Ok(true)
    }
}

#[async_trait]
impl Web for World {
    async fn send(&self, request: &WebRequest) -> Result<WebResponse> {
        self.read(Service::Web, request.method, &request.url)?;
        let path = request
            .url
            .strip_prefix(VIEWER)
            .expect("only the viewer's address is asked");
        let mut headers = BTreeMap::new();
        let (status, body) = match (request.method, path) {
            ("GET", "/api/health") => {
                let package = self.deployed_package().unwrap_or_default();
                (
                    200,
                    json!({"status": "ok", "package": package})
                        .to_string()
                        .into_bytes(),
                )
            }
            ("OPTIONS", "/api/health") => {
                headers.insert(
                    "access-control-allow-origin".to_owned(),
                    self.dashboard.clone(),
                );
                (204, Vec::new())
            }
            ("GET", "/track") => {
                headers.insert(
                    "content-security-policy".to_owned(),
                    "default-src 'none'".to_owned(),
                );
                let state = self.state.lock().unwrap();
                let page = state
                    .buckets
                    .get(&self.names.site_bucket)
                    .and_then(|objects| objects.get("track/index.html"));
                page.map_or((404, Vec::new()), |page| (200, page.bytes.clone()))
            }
            other => panic!("nobody asks for {other:?}"),
        };
        Ok(WebResponse {
            status,
            headers,
            body,
        })
    }
}

#[async_trait]
impl Clock for World {
    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().slept
    }

    fn run_id(&self) -> String {
        self.fresh("run")
    }

    async fn sleep(&self, duration: Duration) {
        self.state.lock().unwrap().slept += duration;
    }
}
