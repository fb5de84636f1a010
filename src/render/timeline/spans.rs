//! Recorded events turned into what went on from when to when.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::engine::event::{Event, What};

/// Type of the stack itself, which lasts as long as its layer.
const STACK: &str = "AWS::CloudFormation::Stack";

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Failed,
    /// Nobody told.
    Open,
}

/// What a span is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Before the first layer.
    Preparation,
    Layer,
    /// A resource of a stack, by its type and what was done with it.
    Resource {
        resource_type: String,
        verb: &'static str,
    },
}

/// Something that went on, in milliseconds since the command began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) end: End,
}

impl Span {
    pub(super) fn took(&self) -> u64 {
        self.to.saturating_sub(self.from)
    }
}

/// Everything that went on: a layer's resources stand behind it, in the order in which they began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Timeline {
    /// The command and its environment.
    pub(super) title: String,
    /// When the last event came.
    pub(super) total: u64,
    pub(super) spans: Vec<Span>,
}

impl Timeline {
    /// Of these events, which are in the order in which they came.
    pub(super) fn of(events: &[Event]) -> Self {
        let mut timeline = Self::default();
        let offsets = offsets(events);
        let mut resources: Vec<Span> = Vec::new();
        for Event { at_ms, what } in events {
            let at = *at_ms;
            timeline.total = timeline.total.max(at);
            match what {
                What::CommandStarted {
                    command,
                    environment,
                } => timeline.title = format!("{command} {environment}"),
                What::LocalCloud { .. } => timeline.prepare("local cloud", at),
                What::Building { .. } | What::ToolOutput { .. } => {
                    timeline.prepare("packages", at);
                }
                What::Observing | What::Observed { .. } | What::Planned { .. } => {
                    timeline.spans.append(&mut resources);
                    timeline.prepare("plan", at);
                }
                What::LayerStarted { layer, .. } => {
                    timeline.spans.append(&mut resources);
                    timeline.begin(layer.name(), Kind::Layer, at);
                }
                What::LayerFinished { layer, .. } => timeline.end(layer.name(), at, End::Done),
                What::LayerFailed { layer } | What::LayerStopped { layer } => {
                    timeline.end(layer.name(), at, End::Failed);
                }
                What::Resource {
                    stack,
                    logical_id,
                    resource_type,
                    status,
                    at: own,
                    ..
                } if resource_type != STACK => {
                    let at = own_time(*own, offsets.get(stack.as_str()), at);
                    resource(&mut resources, logical_id, resource_type, status, at);
                }
                _ => {}
            }
        }
        timeline.spans.append(&mut resources);
        let total = timeline.total;
        for span in timeline
            .spans
            .iter_mut()
            .filter(|span| span.end == End::Open)
        {
            span.to = total;
        }
        timeline
    }

    /// Whether anything of a stack, a page or whatever else is changed was worked on.
    pub(super) fn is_of_work(&self) -> bool {
        let mut spans = self.spans.iter();
        spans.any(|span| span.kind == Kind::Layer && span.name != "verify")
    }

    /// What goes on before the layers is told by its stages: it lasts from the first to the last of them. After a layer
    /// it begins anew.
    fn prepare(&mut self, name: &str, at: u64) {
        let since_layer = self.spans.iter_mut().rev();
        let mut since_layer = since_layer.take_while(|span| span.kind == Kind::Preparation);
        match since_layer.find(|span| span.name == name) {
            Some(span) => span.to = at,
            None => self.spans.push(Span {
                name: name.to_owned(),
                kind: Kind::Preparation,
                from: at,
                to: at,
                end: End::Done,
            }),
        }
    }

    fn begin(&mut self, name: &str, kind: Kind, from: u64) {
        self.spans.push(Span {
            name: name.to_owned(),
            kind,
            from,
            to: from,
            end: End::Open,
        });
    }

    fn end(&mut self, name: &str, at: u64, end: End) {
        let layers = self.spans.iter_mut().rev();
        let mut open = layers.filter(|span| span.kind == Kind::Layer && span.end == End::Open);
        if let Some(span) = open.find(|span| span.name == name) {
            span.to = at;
            span.end = end;
        }
    }
}

/// By stack, how many milliseconds the command's clock is behind that of whoever wrote the events: an event is told
/// after it happened, so the smallest distance seen is the nearest to the truth.
fn offsets(events: &[Event]) -> BTreeMap<&str, i64> {
    let mut offsets = BTreeMap::new();
    for Event { at_ms, what } in events {
        if let What::Resource {
            stack,
            at: Some(own),
            ..
        } = what
        {
            let offset = i64::try_from(*at_ms).unwrap_or(i64::MAX) - own.as_millisecond();
            let least = offsets.entry(stack.as_str()).or_insert(offset);
            *least = offset.min(*least);
        }
    }
    offsets
}

/// When something happened by the command's clock: by its own time where that is known.
fn own_time(own: Option<Timestamp>, offset: Option<&i64>, told: u64) -> u64 {
    let happened = own.zip(offset);
    happened
        .and_then(|(own, offset)| u64::try_from(own.as_millisecond() + offset).ok())
        .unwrap_or(told)
}

/// Takes in what a stack says of a resource.
fn resource(spans: &mut Vec<Span>, id: &str, resource_type: &str, status: &str, at: u64) {
    let verb = verb(status);
    let open = spans.iter_mut().rev().find(|span| {
        let same = |kind: &Kind| matches!(kind, Kind::Resource { verb: of, .. } if *of == verb);
        span.name == id && span.end == End::Open && same(&span.kind)
    });
    match (open, status.ends_with("_IN_PROGRESS")) {
        (None, true) => spans.push(Span {
            name: id.to_owned(),
            kind: Kind::Resource {
                resource_type: resource_type.to_owned(),
                verb,
            },
            from: at,
            to: at,
            end: End::Open,
        }),
        (Some(span), false) => {
            span.to = at.max(span.from);
            span.end = if status.ends_with("_FAILED") {
                End::Failed
            } else {
                End::Done
            };
        }
        // It only repeats itself, or began before anybody listened.
        (Some(_), true) | (None, false) => {}
    }
}

fn verb(status: &str) -> &'static str {
    match status.split('_').next() {
        Some("CREATE") => "create",
        Some("UPDATE") => "change",
        Some("DELETE") => "remove",
        Some("IMPORT") => "take in",
        Some("ROLLBACK") => "roll back",
        _ => "work on",
    }
}
