//! What permissions follow from: a stack file, and the two stacks as they are declared.

use std::collections::BTreeSet;

use super::target::{Owner, global};
use crate::config::{DistributionId, StackFile};
use crate::hint::Hint;
use crate::package::Architecture;
use crate::stack::{self, LogRole};
use crate::template::{Template, Text};
use crate::{resource, template};

/// Why permissions cannot be written down.
#[expect(missing_docs, reason = "each message says what its case is")]
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Stack(#[from] stack::Error),
    #[error(transparent)]
    Resource(#[from] resource::Error),
    #[error(transparent)]
    Template(#[from] template::Error),
    #[error("the statement {sid} alone is longer than IAM lets a policy be")]
    TooLong { sid: &'static str },
    #[error(
        "no row in src/permissions/handlers says what CloudFormation needs for {resource_type}"
    )]
    UnknownType { resource_type: String },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Stack(error) => error.hint(),
            Self::Resource(error) => error.hint(),
            Self::Template(error) => error.hint(),
            Self::TooLong { .. } | Self::UnknownType { .. } => None,
        }
    }
}

/// An environment as it is declared.
#[derive(Debug)]
pub struct Declared<'a> {
    /// Its stack file.
    pub file: &'a StackFile,
    /// The distribution, where it is not the stack's own.
    distribution: Option<&'a DistributionId>,
    main: Template,
    bootstrap: Template,
}

/// Which service takes on a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoleOf {
    Lambda,
    Scheduler,
    ApiGateway,
}

impl RoleOf {
    /// As a trust policy names it.
    pub(super) const fn principal(self) -> &'static str {
        match self {
            Self::Lambda => "lambda.amazonaws.com",
            Self::Scheduler => "scheduler.amazonaws.com",
            Self::ApiGateway => "apigateway.amazonaws.com",
        }
    }
}

impl<'a> Declared<'a> {
    /// Declares both stacks. `edge_source` is the JavaScript of the edge function, `distribution` the id of the one
    /// that is not ours, where the site exists already.
    pub fn of(
        file: &'a StackFile,
        edge_source: &str,
        distribution: Option<&'a DistributionId>,
    ) -> Result<Self, Error> {
        Ok(Self {
            file,
            distribution,
            main: stack::declare(file, Architecture::Arm64, edge_source)?,
            bootstrap: stack::declare_bootstrap(file, LogRole::Declare)?,
        })
    }

    /// Whether bucket and distribution are somebody else's.
    pub(super) fn adopts(&self) -> bool {
        self.file.site.is_existing()
    }

    /// Whether they are the stack's.
    pub(super) fn owns_site(&self) -> bool {
        !self.adopts()
    }

    /// The distribution that viewers reach: by its id where that is known before the stack is there.
    pub(super) fn distribution_arn(&self) -> Text {
        let id = self.distribution.map_or("*", DistributionId::as_str);
        global("cloudfront", &format!("distribution/{id}"))
    }

    /// The resource types of a stack, each once.
    pub(super) fn types(&self, owner: Owner) -> BTreeSet<&'static str> {
        let resources = self.template(owner).resources();
        resources.map(|(_, entry)| entry.resource_type()).collect()
    }

    /// The roles that a service takes on. CloudFormation names them: stack, logical id, twelve characters of its own.
    pub(super) fn role_arns(&self, service: RoleOf) -> Vec<Text> {
        let owner = match service {
            RoleOf::Lambda | RoleOf::Scheduler => Owner::Main,
            RoleOf::ApiGateway => Owner::Bootstrap,
        };
        let stack = match owner {
            Owner::Main => self.file.name.to_string(),
            Owner::Bootstrap => stack::names::of(self.file, "bootstrap"),
        };
        let resources = self.template(owner).resources();
        let roles = resources.filter(|(_, entry)| {
            let trust = &entry.properties()["AssumeRolePolicyDocument"]["Statement"][0];
            trust["Principal"]["Service"] == service.principal()
        });
        roles
            .map(|(id, _)| global("iam", &format!("role/{stack}-{id}-*")))
            .collect()
    }

    const fn template(&self, owner: Owner) -> &Template {
        match owner {
            Owner::Main => &self.main,
            Owner::Bootstrap => &self.bootstrap,
        }
    }
}
