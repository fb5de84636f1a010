//! The board on which a person sees how the system does.

use qdn_shared::metric::Metric as Counted;
use qdn_shared::package::FunctionName;

use super::{Error, metrics, names};
use crate::config::StackFile;
use crate::resource::cloudwatch::{Dashboard, Metric, Statistic, Widget};
use crate::template::TemplateBuilder;

pub(super) fn declare(stack: &mut TemplateBuilder, file: &StackFile) -> Result<(), Error> {
    let board = Dashboard::of(
        &widgets(file),
        file.region.as_str(),
        names::of(file, "overview").into(),
    );
    stack.add("Dashboard", board)?;
    Ok(())
}

/// Messages first: they are what customers feel.
fn widgets(file: &StackFile) -> [Widget; 8] {
    let own = |counted| metrics::own(file, counted, Statistic::Sum);
    let api = |name| metrics::api(file, name, Statistic::Sum);
    let of_functions = |name, statistic| {
        FunctionName::ALL
            .iter()
            .map(|function| metrics::function(file, *function, name, statistic))
            .collect()
    };
    let invocations = of_functions("Invocations", Statistic::Sum);
    let durations = of_functions("Duration", Statistic::P99);
    let failures: Vec<Metric> = ["Errors", "Throttles"]
        .into_iter()
        .flat_map(|name| -> Vec<Metric> { of_functions(name, Statistic::Sum) })
        .collect();
    let behind = metrics::function(file, FunctionName::Relay, "IteratorAge", Statistic::Maximum);
    [
        widget(
            "Messages",
            vec![
                own(Counted::MessagesSent),
                own(Counted::MessagesFailed),
                own(Counted::MessagesUnknown),
                own(Counted::MessagesAmbiguous),
            ],
        ),
        widget(
            "Longest wait, in seconds",
            vec![metrics::own(
                file,
                Counted::OldestDueSeconds,
                Statistic::Maximum,
            )],
        ),
        widget(
            "Needs a person",
            vec![
                metrics::dead_letters(file),
                own(Counted::CarrierRefusedCredentials),
            ],
        ),
        widget(
            "Requests",
            vec![api("Count"), api("4XXError"), api("5XXError")],
        ),
        widget("Function runs", invocations),
        widget("Function failures", failures),
        widget(
            "Function times, 99 of 100, and relay behind the stream, in ms",
            {
                let mut lines: Vec<Metric> = durations;
                lines.push(behind);
                lines
            },
        ),
        widget(
            "Table, capacity used",
            vec![
                metrics::table(file, "ConsumedReadCapacityUnits"),
                metrics::table(file, "ConsumedWriteCapacityUnits"),
            ],
        ),
    ]
}

fn widget(title: &str, lines: Vec<Metric>) -> Widget {
    Widget {
        title: title.to_owned(),
        lines,
    }
}
