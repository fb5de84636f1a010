//! API Gateway: what the stage serves, from which snapshot.

use async_trait::async_trait;
use qdn_infra::ports::{GatewaySnapshot, GatewayStage, Gateways, Result, Service};

use super::World;

/// The snapshot that was made beside the stack.
const REDEPLOYED: &str = "d00001";

impl World {
    /// Lets the API serve a route that nobody declares.
    pub fn serve(&self, route: &str) {
        self.state.lock().unwrap().served.insert(route.to_owned());
    }

    /// Takes a route from what API Gateway serves.
    pub fn stop_serving(&self, route: &str) {
        assert!(self.state.lock().unwrap().served.remove(route));
    }
}

#[async_trait]
impl Gateways for World {
    async fn log_role(&self) -> Result<Option<String>> {
        self.read(Service::ApiGateway, "GetAccount", "account")?;
        Ok(self.state.lock().unwrap().log_role.clone())
    }

    async fn snapshot(&self, api: &str, deployment: &str) -> Result<Option<GatewaySnapshot>> {
        self.read(Service::ApiGateway, "GetDeployment", api)?;
        Ok(self.main_template().map(|_| GatewaySnapshot {
            routes: self.state.lock().unwrap().served.clone(),
            is_redeployed: deployment == REDEPLOYED,
        }))
    }

    async fn redeploy(&self, api: &str, _stage: &str) -> Result<()> {
        self.write(Service::ApiGateway, "CreateDeployment", api)?;
        let routes = self
            .main_template()
            .map(|template| qdn_infra::stack::routes(&template));
        let mut state = self.state.lock().unwrap();
        state.served = routes.unwrap_or_default();
        state.tampered.redeployed = true;
        Ok(())
    }

    async fn stage(&self, api: &str, _stage: &str) -> Result<Option<GatewayStage>> {
        self.read(Service::ApiGateway, "GetStage", api)?;
        let redeployed = self.state.lock().unwrap().tampered.redeployed;
        let deployment = if redeployed { REDEPLOYED } else { "d00000" };
        Ok(self.main_template().map(|_| GatewayStage {
            deployment: deployment.to_owned(),
        }))
    }
}
