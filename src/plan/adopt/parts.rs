//! The parts of a configuration that matter here, by name: origins, behaviors, functions that are attached.

use super::wanted::{BEHAVIOR_FIELDS, VIEWER_REQUEST};
use super::xml::{Document, Element};
use super::{ORIGIN_PREFIX, Refusal};

/// The members of a configuration, in the order of CloudFront's model; those that matter here.
const CONFIG_FIELDS: &[&str] = &[
    "CallerReference",
    "Aliases",
    "DefaultRootObject",
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Comment",
    "Logging",
    "PriceClass",
    "Enabled",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
    "IsIPV6Enabled",
    "ContinuousDeploymentPolicyId",
    "Staging",
];

/// The configuration of a distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Config(Document);

impl Config {
    /// Reads a configuration; one without origins or without a default behavior is none.
    pub(super) fn parse(xml: &str) -> Result<Self, Refusal> {
        let document = Document::parse(xml)?;
        for element in ["Origins", "DefaultCacheBehavior"] {
            if document.root.child(element).is_none() {
                return Err(Refusal::Lacks { element });
            }
        }
        Ok(Self(document))
    }

    pub(super) fn write(&self) -> String {
        self.0.write()
    }

    pub(super) fn root(&self) -> &Element {
        &self.0.root
    }

    pub(super) fn origins(&self) -> Vec<Element> {
        items(self.root(), "Origins")
    }

    pub(super) fn set_origins(&mut self, origins: Vec<Element>) {
        self.set_list("Origins", origins);
    }

    pub(super) fn behaviors(&self) -> Vec<Element> {
        items(self.root(), "CacheBehaviors")
    }

    pub(super) fn set_behaviors(&mut self, behaviors: Vec<Element>) {
        self.set_list("CacheBehaviors", behaviors);
    }

    fn set_list(&mut self, name: &str, items: Vec<Element>) {
        match self.0.root.child_mut(name) {
            Some(list) => list.set_items(items),
            None if items.is_empty() => {}
            None => self.0.root.put(Element::list(name, items), CONFIG_FIELDS),
        }
    }

    pub(super) fn default_behavior(&self) -> &Element {
        self.root()
            .child("DefaultCacheBehavior")
            .expect("a configuration is read only when it has one")
    }

    pub(super) fn default_behavior_mut(&mut self) -> &mut Element {
        self.0
            .root
            .child_mut("DefaultCacheBehavior")
            .expect("a configuration is read only when it has one")
    }

    /// What uses an origin without being ours: the default behavior, or a group.
    pub(super) fn foreign_user_of(&self, origin: &str) -> Option<String> {
        if self.default_behavior().text_of("TargetOriginId") == origin {
            return Some("the default behavior".to_owned());
        }
        let groups = items(self.root(), "OriginGroups");
        let uses = |group: &&Element| {
            let members = items(group, "Members");
            members
                .iter()
                .any(|member| member.text_of("OriginId") == origin)
        };
        groups
            .iter()
            .find(uses)
            .map(|group| format!("origin group {}", group.text_of("Id")))
    }
}

/// The items of a list; none when there is no such list.
pub(super) fn items(parent: &Element, list: &str) -> Vec<Element> {
    let list = parent.child(list);
    list.map(|list| list.items().cloned().collect())
        .unwrap_or_default()
}

/// Whether an origin is ours.
pub(super) fn is_our_origin(origin: &Element) -> bool {
    origin.text_of("Id").starts_with(ORIGIN_PREFIX)
}

/// Whether a behavior is ours: it sends to an origin of ours.
pub(super) fn is_ours(behavior: &Element) -> bool {
    behavior
        .text_of("TargetOriginId")
        .starts_with(ORIGIN_PREFIX)
}

/// A behavior's path pattern.
pub(super) fn path(behavior: &Element) -> String {
    behavior.text_of("PathPattern")
}

/// A function that is in our way: another one that sees requests first, or one at Lambda@Edge that sees what
/// viewers send or get, which CloudFront does not take beside a function of its own kind.
pub(super) fn function_in_the_way(behavior: &Element, ours: &str) -> Option<String> {
    let functions = items(behavior, "FunctionAssociations").into_iter();
    let other = functions
        .filter(|one| one.text_of("EventType") == VIEWER_REQUEST)
        .map(|one| one.text_of("FunctionARN"))
        .find(|arn| arn != ours);
    let lambdas = items(behavior, "LambdaFunctionAssociations").into_iter();
    let lambda = lambdas
        .filter(|one| one.text_of("EventType").starts_with("viewer-"))
        .map(|one| one.text_of("LambdaFunctionARN"))
        .next();
    other.or(lambda)
}

/// The function of another stack of ours whose parts these are: one that a behavior of ours carries and that is not
/// this one.
pub(super) fn function_of_another(config: &Config, ours: &str) -> Option<String> {
    let behaviors = config.behaviors().into_iter().filter(is_ours);
    let functions = behaviors.flat_map(|behavior| items(&behavior, "FunctionAssociations"));
    let mut arns = functions.map(|one| one.text_of("FunctionARN"));
    arns.find(|arn| arn != ours)
}

/// Gives a behavior these associations; where it has no list of them and needs none, none is made.
pub(super) fn set_functions(behavior: &mut Element, functions: Vec<Element>) {
    const LIST: &str = "FunctionAssociations";
    match behavior.child_mut(LIST) {
        Some(list) => list.set_items(functions),
        None if functions.is_empty() => {}
        None => behavior.put(Element::list(LIST, functions), BEHAVIOR_FIELDS),
    }
}

/// The associations of a behavior without those of one function.
pub(super) fn functions_without(behavior: &Element, function: &str) -> Vec<Element> {
    let mut functions = items(behavior, "FunctionAssociations");
    functions.retain(|one| one.text_of("FunctionARN") != function);
    functions
}
