//! Attaching to a distribution that is not ours, and detaching from it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Refusal;
use super::parts::{
    Config, function_in_the_way, function_of_another, functions_without, is_our_origin, is_ours,
    items, path, set_functions,
};
use super::pattern;
use super::settle::{is_settled, settled};
use super::wanted::{BEHAVIOR_FIELDS, FunctionAssociation, ORIGIN_FIELDS, Ours, VIEWER_REQUEST};
use super::warnings::rewritten_errors;
use super::xml::Element;
use crate::plan::PropertyChange;

/// A document as it should be, and how it differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Revised {
    /// The document; exactly what was given where nothing differs.
    pub document: String,
    /// What of ours differs.
    pub changes: Vec<PropertyChange>,
}

/// Puts what is ours into a configuration, or mends it there. `config` is the XML that CloudFront returned.
pub fn attach(config: &str, ours: &Ours) -> Result<Revised, Refusal> {
    let before = Config::parse(config)?;
    if let Some(function) = function_in_the_way(before.default_behavior(), &ours.function) {
        return Err(Refusal::OtherFunction { function });
    }
    if let Some(function) = function_of_another(&before, &ours.function) {
        return Err(Refusal::AnothersParts { function });
    }
    if let codes @ [_, ..] = &rewritten_errors(&before)[..] {
        return Err(Refusal::RewrittenErrors {
            codes: codes.to_vec(),
        });
    }
    let mut after = before.clone();
    after.set_origins(origins(&before, ours)?);
    after.set_behaviors(behaviors(&before, ours)?);
    let first = FunctionAssociation::viewer_request(&ours.function);
    let attached = items(before.default_behavior(), "FunctionAssociations");
    if !attached
        .iter()
        .any(|one| is_ours_first(one, &ours.function))
    {
        let associations = attached.into_iter().chain([first.element()]).collect();
        set_functions(after.default_behavior_mut(), associations);
    }
    Ok(revised(config, &before, &after, &ours.function))
}

/// Takes what is ours out of a configuration: the edge function wherever it is attached, behaviors, origins. Behaviors
/// and origins that carry the function of another stack are that stack's.
pub fn detach(config: &str, function: &str) -> Result<Revised, Refusal> {
    let before = Config::parse(config)?;
    let mut after = before.clone();
    let anothers = function_of_another(&before, function).is_some();
    if !anothers {
        after.set_origins(without_ours(&before, |_| false)?);
    }
    let behaviors = before.behaviors().into_iter();
    let behaviors = behaviors.filter(|one| anothers || !is_ours(one));
    let behaviors = behaviors.map(|mut behavior| {
        let functions = functions_without(&behavior, function);
        if functions.len() < items(&behavior, "FunctionAssociations").len() {
            set_functions(&mut behavior, functions);
        }
        behavior
    });
    after.set_behaviors(behaviors.collect());
    let functions = functions_without(before.default_behavior(), function);
    set_functions(after.default_behavior_mut(), functions);
    Ok(revised(config, &before, &after, function))
}

fn is_ours_first(association: &Element, function: &str) -> bool {
    association.text_of("FunctionARN") == function
        && association.text_of("EventType") == VIEWER_REQUEST
}

/// The origins, ours settled and at their places, new ones at the end.
fn origins(before: &Config, ours: &Ours) -> Result<Vec<Element>, Refusal> {
    let declared = |id: &str| ours.origins.iter().find(|origin| origin.id == id);
    let mut origins = without_ours(before, |id| declared(id).is_some())?;
    for origin in &mut origins {
        if let Some(wanted) = declared(&origin.text_of("Id")) {
            mend(origin, &wanted.element(), ORIGIN_FIELDS);
        }
    }
    let missing: Vec<Element> = ours
        .origins
        .iter()
        .filter(|wanted| origins.iter().all(|found| found.text_of("Id") != wanted.id))
        .map(super::Origin::element)
        .collect();
    origins.extend(missing);
    Ok(origins)
}

/// The origins that are not ours, and those of ours that are still declared.
fn without_ours(before: &Config, declared: impl Fn(&str) -> bool) -> Result<Vec<Element>, Refusal> {
    let goes = |origin: &Element| is_our_origin(origin) && !declared(&origin.text_of("Id"));
    let (gone, kept): (Vec<Element>, Vec<Element>) = before.origins().into_iter().partition(goes);
    for origin in gone.iter().map(|origin| origin.text_of("Id")) {
        if let Some(by) = before.foreign_user_of(&origin) {
            return Err(Refusal::OriginInUse { origin, by });
        }
    }
    Ok(kept)
}

/// The behaviors: ours where they are if they get their requests there, else directly before the first one that
/// would take them.
fn behaviors(before: &Config, ours: &Ours) -> Result<Vec<Element>, Refusal> {
    let wanted: Vec<(&str, Element)> = ours
        .behaviors
        .iter()
        .map(|(path, behavior)| (path.as_str(), behavior.element(path)))
        .collect();
    let found = before.behaviors();
    let foreign = |behavior: &&Element| !is_ours(behavior);
    for theirs in found.iter().filter(foreign).map(path) {
        if wanted.iter().any(|(ours, _)| pattern::same(ours, &theirs)) {
            return Err(Refusal::TakenPath { path: theirs });
        }
    }
    let declared = |behavior: &Element| wanted.iter().find(|(ours, _)| *ours == path(behavior));
    let mut own: BTreeMap<String, Element> = BTreeMap::new();
    let mut kept = Vec::new();
    for mut behavior in found.iter().cloned() {
        if is_ours(&behavior) {
            let Some((_, element)) = declared(&behavior) else {
                continue;
            };
            mend(&mut behavior, element, BEHAVIOR_FIELDS);
            // CloudFront has a path once; what came twice would not be ours to sort out.
            own.insert(path(&behavior), behavior.clone());
        }
        kept.push(behavior);
    }
    if own.len() == wanted.len() && gets_requests(&kept) {
        return Ok(kept);
    }
    kept.retain(|behavior| foreign(&behavior));
    let takes = |behavior: &Element| {
        wanted
            .iter()
            .any(|(ours, _)| takes_from(&path(behavior), ours))
    };
    let at = kept.iter().position(takes).unwrap_or(kept.len());
    for behavior in &kept[at..] {
        let path = path(behavior);
        if let Some((ours, _)) = wanted.iter().find(|(ours, _)| pattern::inside(&path, ours)) {
            let ours = (*ours).to_owned();
            return Err(Refusal::HiddenPath { path, ours });
        }
    }
    let block = wanted
        .into_iter()
        .map(|(path, element)| own.remove(path).unwrap_or(element));
    kept.splice(at..at, block);
    Ok(kept)
}

/// Whether a behavior before ours would take requests that are meant for it. One that lies inside ours keeps what
/// it has.
fn takes_from(theirs: &str, ours: &str) -> bool {
    pattern::overlap(theirs, ours) && !pattern::inside(theirs, ours)
}

/// Whether no behavior that is not ours takes requests of one of ours behind it, and none of ours those of one
/// inside it.
fn gets_requests(behaviors: &[Element]) -> bool {
    behaviors.iter().enumerate().all(|(at, first)| {
        behaviors[at + 1..]
            .iter()
            .all(|later| match (is_ours(first), is_ours(later)) {
                (false, true) => !takes_from(&path(first), &path(later)),
                (true, false) => !pattern::inside(&path(later), &path(first)),
                (true, true) | (false, false) => true,
            })
    })
}

fn mend(found: &mut Element, wanted: &Element, fields: &[&str]) {
    if !is_settled(found, wanted, fields) {
        *found = settled(found, wanted, fields);
    }
}

fn revised(config: &str, before: &Config, after: &Config, function: &str) -> Revised {
    let changes = changes(before, after, function);
    let document = if changes.is_empty() {
        config.to_owned()
    } else {
        after.write()
    };
    Revised { document, changes }
}

/// What of ours differs, by name.
fn changes(before: &Config, after: &Config, function: &str) -> Vec<PropertyChange> {
    let (old, new) = (view(before, function), view(after, function));
    let mut changes = Vec::new();
    for (path, value) in &new {
        let was = old
            .iter()
            .find(|(name, _)| name == path)
            .map(|(_, value)| value);
        if was != Some(value) {
            changes.push(PropertyChange {
                path: path.clone(),
                before: was.cloned(),
                after: Some(value.clone()),
            });
        }
    }
    for (path, value) in &old {
        if new.iter().all(|(name, _)| name != path) {
            changes.push(PropertyChange {
                path: path.clone(),
                before: Some(value.clone()),
                after: None,
            });
        }
    }
    changes.extend(moved(before, after));
    changes
}

/// What is ours in a configuration, by where it stands.
fn view(config: &Config, function: &str) -> Vec<(String, Value)> {
    let mut view = Vec::new();
    for origin in config
        .origins()
        .iter()
        .filter(|origin| is_our_origin(origin))
    {
        view.push((
            format!("Origins[{}]", origin.text_of("Id")),
            origin.to_value(),
        ));
    }
    for behavior in config.behaviors() {
        let place = format!("CacheBehaviors[{}]", path(&behavior));
        if is_ours(&behavior) {
            view.push((place, behavior.to_value()));
        } else {
            view.extend(attached(&behavior, function, &place));
        }
    }
    view.extend(attached(
        config.default_behavior(),
        function,
        "DefaultCacheBehavior",
    ));
    view
}

/// Our function at a behavior that is not ours.
fn attached(behavior: &Element, function: &str, place: &str) -> Vec<(String, Value)> {
    items(behavior, "FunctionAssociations")
        .iter()
        .filter(|one| one.text_of("FunctionARN") == function)
        .map(|one| {
            let event = one.text_of("EventType");
            (
                format!("{place}.FunctionAssociations[{event}]"),
                Value::String(function.to_owned()),
            )
        })
        .collect()
}

/// The order of the behaviors, where those that are there before and after change places.
fn moved(before: &Config, after: &Config) -> Option<PropertyChange> {
    let paths = |config: &Config, other: &Config| -> Vec<String> {
        let others: Vec<String> = other.behaviors().iter().map(path).collect();
        let own = config.behaviors().iter().map(path).collect::<Vec<_>>();
        own.into_iter()
            .filter(|path| others.contains(path))
            .collect()
    };
    let (old, new) = (paths(before, after), paths(after, before));
    (old != new).then(|| PropertyChange {
        path: "CacheBehaviors.order".to_owned(),
        before: Some(old.into()),
        after: Some(new.into()),
    })
}
