//! Puts a template together. What is added first can be referred to by what is added later, so a reference
//! always has a target and no cycle can arise.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::document::{
    DeletionPolicy, Output, OutputEntry, Parameter, ResourceEntry, Template, UpdateReplacePolicy,
};
use super::lower::Lowering;
use super::reference::{BuilderId, Dependency, Handle, ParameterHandle, Resource};
use super::{Error, LogicalId};

/// A resource on its way into a template: its properties and what CloudFormation itself should do with it.
#[derive(Debug)]
pub struct Declaration<R> {
    properties: R,
    depends_on: Vec<Dependency>,
    deletion: Option<DeletionPolicy>,
    replacement: Option<UpdateReplacePolicy>,
}

impl<R: Resource> Declaration<R> {
    /// Properties alone.
    pub fn new(properties: R) -> Self {
        Self {
            properties,
            depends_on: Vec::new(),
            deletion: None,
            replacement: None,
        }
    }

    /// Waits for these, on top of what the properties refer to.
    #[must_use]
    pub fn depends_on(mut self, dependencies: impl IntoIterator<Item = Dependency>) -> Self {
        self.depends_on.extend(dependencies);
        self
    }

    /// What becomes of the resource when it leaves the stack, and of the old one when it is replaced.
    #[must_use]
    pub fn on_removal(
        mut self,
        deletion: DeletionPolicy,
        replacement: UpdateReplacePolicy,
    ) -> Self {
        self.deletion = Some(deletion);
        self.replacement = Some(replacement);
        self
    }
}

impl<R: Resource> From<R> for Declaration<R> {
    fn from(properties: R) -> Self {
        Self::new(properties)
    }
}

/// Builds one [`Template`]; handles of one builder are refused by any other.
#[derive(Debug)]
pub struct TemplateBuilder {
    id: BuilderId,
    description: String,
    parameters: IndexMap<LogicalId, Parameter>,
    resources: IndexMap<LogicalId, ResourceEntry>,
    outputs: IndexMap<LogicalId, OutputEntry>,
    /// What anything so far refers to.
    targets: BTreeSet<LogicalId>,
}

impl TemplateBuilder {
    /// An empty template; `description` is what people see in the list of stacks.
    pub fn new(description: impl Into<String>) -> Self {
        Self {
            id: BuilderId::next(),
            description: description.into(),
            parameters: IndexMap::new(),
            resources: IndexMap::new(),
            outputs: IndexMap::new(),
            targets: BTreeSet::new(),
        }
    }

    /// Declares a parameter.
    pub fn parameter(
        &mut self,
        id: impl Into<String>,
        parameter: Parameter,
    ) -> Result<ParameterHandle, Error> {
        let id = self.free(id)?;
        self.parameters.insert(id.clone(), parameter);
        Ok(ParameterHandle::new(self.id, id))
    }

    /// Declares a resource. Fails on an id already taken and on a handle of another builder.
    pub fn add<R: Resource>(
        &mut self,
        id: impl Into<String>,
        declaration: impl Into<Declaration<R>>,
    ) -> Result<Handle<R>, Error> {
        let id = self.free(id)?;
        let declaration = declaration.into();
        let properties = self.lowering(&id).lower(&declaration.properties)?;
        let depends_on = self.targets_of(&id, &declaration.depends_on)?;
        let entry = ResourceEntry {
            resource_type: R::TYPE,
            depends_on,
            deletion_policy: declaration.deletion,
            update_replace_policy: declaration.replacement,
            properties,
        };
        self.resources.insert(id.clone(), entry);
        Ok(Handle::new(self.id, id))
    }

    /// Declares an output. Outputs have names of their own: one may be called like a resource.
    pub fn output(&mut self, id: impl Into<String>, output: &Output) -> Result<(), Error> {
        let id = LogicalId::new(id)?;
        if self.outputs.contains_key(&id) {
            return Err(Error::Duplicate { id });
        }
        let value = self.lowering(&id).lower(&output.value)?;
        self.outputs.insert(
            id,
            OutputEntry {
                description: output.description.clone(),
                value,
            },
        );
        Ok(())
    }

    /// A hash over type and properties of these resources, as 16 hexadecimal digits in capitals: the same for
    /// the same resources in any order, another one when any property of any of them changes.
    pub fn fingerprint(&self, resources: &[Dependency]) -> Result<String, Error> {
        let user = LogicalId::new("Fingerprint")?;
        let mut digest = Sha256::new();
        for target in BTreeSet::from_iter(self.targets_of(&user, resources)?) {
            let entry = &self.resources[&target];
            // Each field's length goes first, so that no two lists of resources read the same.
            for field in [
                target.as_str(),
                entry.resource_type,
                &entry.properties.to_string(),
            ] {
                digest.update((field.len() as u64).to_be_bytes());
                digest.update(field);
            }
        }
        let mut hexadecimal = format!("{:X}", digest.finalize());
        hexadecimal.truncate(16);
        Ok(hexadecimal)
    }

    /// The finished template. Fails on a parameter that nothing uses and on CloudFormation's limits.
    pub fn build(self) -> Result<Template, Error> {
        if let Some(id) = self
            .parameters
            .keys()
            .find(|id| !self.targets.contains(*id))
        {
            return Err(Error::UnusedParameter { id: id.clone() });
        }
        Template::new(
            self.description,
            self.parameters,
            self.resources,
            self.outputs,
        )
    }

    fn free(&self, id: impl Into<String>) -> Result<LogicalId, Error> {
        let id = LogicalId::new(id)?;
        if self.parameters.contains_key(&id) || self.resources.contains_key(&id) {
            return Err(Error::Duplicate { id });
        }
        Ok(id)
    }

    fn lowering<'a>(&'a mut self, user: &'a LogicalId) -> Lowering<'a> {
        Lowering {
            builder: self.id,
            user,
            targets: &mut self.targets,
        }
    }

    fn targets_of(
        &self,
        user: &LogicalId,
        dependencies: &[Dependency],
    ) -> Result<Vec<LogicalId>, Error> {
        dependencies
            .iter()
            .map(|Dependency { builder, target }| {
                if *builder == self.id {
                    Ok(target.clone())
                } else {
                    Err(Error::Foreign {
                        user: user.clone(),
                        target: target.clone(),
                    })
                }
            })
            .collect()
    }
}
