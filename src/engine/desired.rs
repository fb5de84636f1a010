//! What a run is to bring about: the resolved inputs of one environment. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::error::Error;
use super::lock::Claim;
use super::names::Names;
use super::refresh::Refresh;
use super::release::Restored;
use crate::config::{CustomerValues, DomainName, Site, StackFile};
use crate::package::{Architecture, Package};
use crate::plan::stack::DeclaredStack;
use crate::plan::{Allowed, Layer};
use crate::secrets::SecretsFile;
use crate::seed::MaintenanceData;
use crate::site::PageFile;
use crate::stack::{self, LogRole};
use crate::template::Template;

/// One environment, resolved: its file, its values, its address.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Name, e.g. `staging`.
    pub name: String,
    /// Its stack file.
    pub file: StackFile,
    /// What only the customer knows.
    pub values: CustomerValues,
    /// Where viewers reach the distribution, when not under its own domain (no slash at the end).
    pub viewer: Option<String>,
    /// Where the carrier's interface is, when not at the carrier itself (no slash at the end).
    pub carrier: Option<String>,
    /// Who works on it.
    pub claim: Claim,
}

/// Where the carrier's interface is.
const CARRIER: &str = "https://api.twilio.com";

impl Environment {
    /// The names that follow.
    pub fn names(&self) -> Names {
        Names::of(&self.file, self.account())
    }

    /// The domain name that people know the site by, when it has one of its own.
    pub fn domain(&self) -> Option<&str> {
        match &self.file.site {
            Site::Managed { domains } => domains.as_ref()?.names.first().map(DomainName::as_str),
            Site::Existing { domain, .. } => Some(domain.as_str()),
        }
    }

    /// What tracking links and callback addresses begin with, without a slash at the end. It has to be known before
    /// there is a stack, so a name that CloudFront makes up cannot be it.
    pub fn public_url(&self) -> Result<String, Error> {
        match (&self.viewer, self.domain()) {
            (Some(viewer), _) => Ok(viewer.trim_end_matches('/').to_owned()),
            (None, Some(domain)) => Ok(format!("https://{domain}")),
            (None, None) => Err(Error::NoPublicUrl {
                environment: self.name.clone(),
            }),
        }
    }

    /// Where the carrier's interface is, without a slash at the end.
    pub fn carrier_url(&self) -> &str {
        self.carrier.as_deref().unwrap_or(CARRIER)
    }

    /// The account that the environment is declared for, 12 digits.
    pub fn account(&self) -> &str {
        self.values.account.as_str()
    }

    /// Refuses credentials of another account.
    pub fn expect_account(&self, found: &str) -> Result<(), Error> {
        if found == self.account() {
            return Ok(());
        }
        Err(Error::WrongAccount {
            environment: self.name.clone(),
            expected: self.account().to_owned(),
            found: found.to_owned(),
        })
    }
}

/// Everything that is declared, built and read for one environment.
#[derive(Debug, Clone)]
pub struct Desired {
    /// The environment.
    pub environment: Environment,
    /// The building machine's architecture.
    pub host: Architecture,
    /// Source of the edge function.
    pub edge_source: String,
    /// Events that it is tried on before it is published: the file's name and its bytes.
    pub edge_events: Vec<(String, Vec<u8>)>,
    /// The built packages.
    pub packages: Vec<Package>,
    /// The page's files.
    pub pages: Vec<PageFile>,
    /// Upload every page file, changed or not.
    pub force_upload: bool,
    /// How many page objects may be removed; with more, none is.
    pub most_removals: usize,
    /// What may be lost.
    pub allowed: Allowed,
    /// The secrets file; without one the secrets layer is not observed.
    pub secrets: Option<SecretsFile>,
    /// The maintenance data that is wanted; without it the seed layer is not observed.
    pub seed: Option<MaintenanceData>,
    /// Git revision of the checkout, with `-dirty` when it holds changes; none without git.
    pub revision: Option<String>,
    /// The release that is put back; the stack is as it says, not as the checkout declares it.
    pub restored: Option<Restored>,
    /// Layers that are left out on purpose.
    pub skip: BTreeSet<Layer>,
    /// What becomes of drift.
    pub refresh: Refresh,
}

impl Desired {
    /// The names that follow.
    pub fn names(&self) -> Names {
        self.environment.names()
    }

    /// The main stack as declared.
    pub fn main_stack(&self) -> Result<DeclaredStack, Error> {
        if let Some(restored) = &self.restored {
            return restored.stack(self.names().stack, &self.environment.file.tags);
        }
        let environment = &self.environment;
        let Environment { file, values, .. } = environment;
        let template = stack::declare(file, self.host, &self.edge_source)?;
        let mut parameters = BTreeMap::from([
            (stack::PUBLIC_URL.to_owned(), environment.public_url()?),
            (
                stack::CARRIER_URL.to_owned(),
                environment.carrier_url().to_owned(),
            ),
        ]);
        for package in &self.packages {
            let parameter = stack::code_parameter(package.function);
            parameters.insert(parameter.to_owned(), package.key());
        }
        if let Some(certificate) = &values.certificate {
            parameters.insert("CertificateArn".to_owned(), certificate.as_str().to_owned());
        }
        if let Some(address) = &values.alarm_address {
            parameters.insert("AlarmAddress".to_owned(), address.as_str().to_owned());
        }
        if let Some(distribution) = &values.distribution {
            parameters.insert(
                "DistributionId".to_owned(),
                distribution.as_str().to_owned(),
            );
        }
        // The customer's values are offered; a template takes those that it declares.
        let document = template.to_value();
        parameters.retain(|name, _| document["Parameters"].get(name).is_some());
        Ok(declared(
            self.names().stack,
            &template,
            document,
            parameters,
            &file.tags,
        ))
    }

    /// What a distribution that is not ours is given, as it is declared or as the restored release had it; none where the
    /// site is the stack's own.
    pub fn given(&self) -> Result<Option<Value>, Error> {
        let kept = self
            .restored
            .as_ref()
            .and_then(|restored| restored.given.clone());
        if kept.is_some() {
            return Ok(kept);
        }
        let file = &self.environment.file;
        Ok(stack::adopted(file, self.host, &self.edge_source)?)
    }

    /// The bootstrap stack as declared.
    pub fn bootstrap_stack(&self, log_role: LogRole) -> Result<DeclaredStack, Error> {
        let template = stack::declare_bootstrap(&self.environment.file, log_role)?;
        let document = template.to_value();
        Ok(declared(
            self.names().bootstrap,
            &template,
            document,
            BTreeMap::new(),
            &self.environment.file.tags,
        ))
    }
}

fn declared(
    name: String,
    template: &Template,
    document: Value,
    parameters: BTreeMap<String, String>,
    tags: &BTreeMap<String, String>,
) -> DeclaredStack {
    DeclaredStack {
        name,
        body: template.minified().to_owned(),
        template_sha256: template.sha256(),
        template: document,
        parameters,
        tags: tags.clone(),
    }
}
