//! What a run is to bring about: the resolved inputs of one environment. No I/O.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::Error;
use super::names::Names;
use crate::config::{CustomerValues, DomainName, Site, StackFile};
use crate::package::{Architecture, Package};
use crate::plan::stack::DeclaredStack;
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
}

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
    /// The built packages.
    pub packages: Vec<Package>,
    /// The page's files.
    pub pages: Vec<PageFile>,
    /// Upload every page file, changed or not.
    pub force_upload: bool,
}

impl Desired {
    /// The names that follow.
    pub fn names(&self) -> Names {
        self.environment.names()
    }

    /// The main stack as declared.
    pub fn main_stack(&self) -> Result<DeclaredStack, Error> {
        let Environment { file, values, .. } = &self.environment;
        let template = stack::declare(file, self.host, &self.edge_source)?;
        let mut parameters = BTreeMap::new();
        for package in &self.packages {
            parameters.insert(code_parameter(package.function), package.key());
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

/// The template parameter that carries a function's code key, e.g. `ApiCodeKey`.
fn code_parameter(function: qdn_shared::package::FunctionName) -> String {
    match function {
        qdn_shared::package::FunctionName::Api => "ApiCodeKey".to_owned(),
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
        body: template.minified(),
        template_sha256: template.sha256(),
        template: document,
        parameters,
        tags: tags.clone(),
    }
}
