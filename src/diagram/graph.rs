//! A template turned into boxes and arrows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::kinds::{Group, Kind, column, kind};
use super::references::{references, secrets};
use super::rest_api::routes;
use crate::template::Template;

/// The declared system, ready to be drawn. The same template always gives the same one.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub(super) title: String,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) caption: String,
    pub(super) group: Group,
    pub(super) column: usize,
    /// Whether it is declared elsewhere.
    pub(super) outside: bool,
    /// What it holds.
    pub(super) lines: Vec<String>,
}

/// An arrow between two boxes, which are given by their places in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: String,
    /// Whether nothing is changed that way.
    pub(super) reads: bool,
}

/// A resource as the drawing sees it.
#[derive(Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) resource_type: &'a str,
    pub(super) properties: &'a Value,
}

/// What an existing distribution is called, which the template does not declare.
const ADOPTED: &str = "Distribution";

impl Graph {
    /// Of a template, and of what an existing distribution is given, as a `DistributionConfig`.
    pub fn of(template: &Template, adopted: Option<&Value>) -> Self {
        let document = template.to_value();
        let given = adopted.map(|config| json!({ "DistributionConfig": config }));
        let mut order: Vec<&str> = Vec::new();
        let mut resources = BTreeMap::new();
        for (id, entry) in template.resources() {
            let (resource_type, properties) = (entry.resource_type(), entry.properties());
            order.push(id);
            resources.insert(
                id,
                Resource {
                    resource_type,
                    properties,
                },
            );
        }
        if let Some(properties) = &given {
            order.push(ADOPTED);
            let resource_type = "AWS::CloudFront::Distribution";
            resources.insert(
                ADOPTED,
                Resource {
                    resource_type,
                    properties,
                },
            );
        }
        let mut drawing = Drawing {
            resources,
            places: BTreeMap::new(),
            graph: Self {
                title: document["Description"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                nodes: Vec::new(),
                edges: Vec::new(),
            },
        };
        for &id in &order {
            drawing.add(id, adopted.is_some());
        }
        for &id in &order {
            drawing.connect(id);
        }
        drawing.graph
    }
}

struct Drawing<'a> {
    resources: BTreeMap<&'a str, Resource<'a>>,
    /// The boxes by name.
    places: BTreeMap<String, usize>,
    graph: Graph,
}

impl<'a> Drawing<'a> {
    fn add(&mut self, id: &'a str, adopted: bool) {
        let resource = self.resources[id];
        let of = resource.resource_type;
        let (group, caption) = match kind(of) {
            Kind::Box(group, caption) => (group, caption),
            Kind::Subscriber => (Group::Watch, "subscription"),
            Kind::Alarm => {
                let place = self.place("alarms", Group::Watch, of);
                let node = &mut self.graph.nodes[place];
                "CloudWatch".clone_into(&mut node.caption);
                let name = id.strip_suffix("Alarm").unwrap_or(id);
                node.lines.push(name.to_owned());
                return;
            }
            Kind::Passage | Kind::Stream | Kind::Failures | Kind::Route | Kind::Part => return,
        };
        let place = self.place(id, group, of);
        let lines = match of {
            "AWS::ApiGateway::RestApi" => routes(&self.resources, id),
            "AWS::Scheduler::Schedule" => {
                let expression = &resource.properties["ScheduleExpression"];
                expression.as_str().map(str::to_owned).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let node = &mut self.graph.nodes[place];
        node.caption = match caption {
            "resource" => of.trim_start_matches("AWS::").to_owned(),
            caption => caption.to_owned(),
        };
        node.lines = lines;
        node.outside = adopted && id == ADOPTED;
    }

    /// The box of this name; it is made when there is none.
    fn place(&mut self, name: &str, group: Group, resource_type: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.graph.nodes.len();
        self.places.insert(name.to_owned(), place);
        self.graph.nodes.push(Node {
            name: name.to_owned(),
            caption: String::new(),
            group,
            column: column(group, resource_type),
            outside: false,
            lines: Vec::new(),
        });
        place
    }

    fn connect(&mut self, id: &'a str) {
        let resource = self.resources[id];
        let properties = resource.properties;
        match kind(resource.resource_type) {
            Kind::Box(..) => self.uses(id, properties),
            Kind::Alarm => self.arrows_to("alarms", properties, ""),
            Kind::Subscriber => {
                for topic in references(properties) {
                    self.arrow(topic, id, "", false);
                }
            }
            Kind::Stream => {
                let functions = references(&properties["FunctionName"]);
                for function in functions {
                    for source in references(&properties["EventSourceArn"]) {
                        self.arrow(source, function, "stream", false);
                    }
                    self.arrows_to(function, &properties["DestinationConfig"], "what fails");
                }
            }
            Kind::Failures => {
                for function in references(&properties["FunctionName"]) {
                    self.arrows_to(function, &properties["DestinationConfig"], "what fails");
                }
            }
            Kind::Route => {
                for api in references(&properties["RestApiId"]) {
                    self.arrows_to(api, &properties["Integration"], "");
                }
            }
            Kind::Passage | Kind::Part => {}
        }
    }

    /// Arrows from a box to whatever it refers to, by itself or through its role.
    fn uses(&mut self, id: &'a str, properties: &'a Value) {
        if let Some(config) = properties.get("DistributionConfig") {
            self.serves(id, config);
        }
        // Where a schedule puts what could not be delivered.
        let undelivered = &properties["Target"]["DeadLetterConfig"];
        self.arrows_to(id, undelivered, "what fails");
        let mut roles = Vec::new();
        for target in references(properties) {
            match self
                .resources
                .get(target)
                .map(|found| kind(found.resource_type))
            {
                Some(Kind::Passage) => roles.push(target),
                Some(_) => self.arrow(id, target, "", true),
                None => {}
            }
        }
        for role in roles {
            self.may(id, self.resources[role].properties);
        }
    }

    /// Arrows from a distribution to its origins, each with the paths that lead there.
    fn serves(&mut self, id: &str, config: &'a Value) {
        let list = |value: &'a Value| value.as_array().map(Vec::as_slice).unwrap_or_default();
        let behaviors = list(&config["CacheBehaviors"]);
        for origin in list(&config["Origins"]) {
            let of_it = behaviors.iter();
            let of_it = of_it.filter(|behavior| behavior["TargetOriginId"] == origin["Id"]);
            let paths = of_it.filter_map(|behavior| behavior["PathPattern"].as_str());
            // `/track` and `/track/*` are one place.
            let paths: BTreeSet<&str> = paths.map(|path| path.trim_end_matches("/*")).collect();
            let paths: Vec<&str> = paths.into_iter().collect();
            for target in references(origin) {
                self.arrow(id, target, &paths.join(", "), true);
            }
        }
    }

    /// Arrows for what a role allows.
    fn may(&mut self, id: &str, role: &'a Value) {
        let policies = role["Policies"].as_array().into_iter().flatten();
        let statements = policies.flat_map(|policy| {
            let statements = policy["PolicyDocument"]["Statement"].as_array();
            statements.into_iter().flatten()
        });
        for statement in statements {
            let reads = only_reads(&statement["Action"]);
            for target in references(&statement["Resource"]) {
                self.arrow(id, target, "", reads);
            }
            for secret in secrets(&statement["Resource"]) {
                let place = self.place(&secret, Group::Data, "");
                let node = &mut self.graph.nodes[place];
                "secret".clone_into(&mut node.caption);
                node.outside = true;
                self.arrow(id, &secret, "", reads);
            }
        }
    }

    fn arrows_to(&mut self, from: &str, value: &Value, label: &str) {
        for target in references(value) {
            self.arrow(from, target, label, false);
        }
    }

    /// One arrow between two boxes, whatever reasons there are for it: a label is kept, and so is that something is
    /// changed.
    fn arrow(&mut self, from: &str, to: &str, label: &str, reads: bool) {
        let (Some(&from), Some(&to)) = (self.places.get(from), self.places.get(to)) else {
            return;
        };
        if from == to {
            return;
        }
        // Only what is kept can be read without being changed.
        let reads = reads && self.graph.nodes[to].group == Group::Data;
        let mut edges = self.graph.edges.iter_mut();
        match edges.find(|edge| (edge.from, edge.to) == (from, to)) {
            Some(edge) => {
                edge.reads &= reads;
                if edge.label.is_empty() {
                    label.clone_into(&mut edge.label);
                }
            }
            None => self.graph.edges.push(Edge {
                from,
                to,
                label: label.to_owned(),
                reads,
            }),
        }
    }
}

/// Whether all these actions only look.
fn only_reads(actions: &Value) -> bool {
    const LOOKS: [&str; 7] = [
        "Get",
        "List",
        "Describe",
        "Query",
        "Scan",
        "BatchGet",
        "ConditionCheck",
    ];
    let actions = match actions {
        Value::Array(actions) => actions.as_slice(),
        action => std::slice::from_ref(action),
    };
    let mut names = actions.iter().filter_map(Value::as_str);
    names.all(|name| {
        let name = name.split(':').next_back().unwrap_or(name);
        LOOKS.iter().any(|looks| name.starts_with(looks))
    })
}
