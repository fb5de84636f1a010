//! Who is told when something breaks.

use qdn_shared::metric::Metric as Counted;
use qdn_shared::package::FunctionName;

use super::functions::id;
use super::{Error, metrics, names};
use crate::config::StackFile;
use crate::resource::cloudwatch::{Alarm, Metric, Statistic};
use crate::resource::sns::{Subscription, Topic};
use crate::template::{Parameter, TemplateBuilder};

/// Messages that reach nobody happen (a landline, a number typed wrong); this many in five minutes are no accident.
const FAILED_MESSAGES: u32 = 5;

/// Where few are sent, that many never come together in five minutes, though none reaches anybody: so many in three hours
/// are no accident either, when few others reach theirs.
const FAILED_OF_FEW: u32 = 3;

/// Seconds for which a message may wait before somebody should look: nothing sends, or too slowly.
const LATE_SECONDS: u32 = 600;

/// What somebody is told of.
struct Case {
    id: String,
    name: String,
    metric: Metric,
    threshold: u32,
    description: String,
}

impl Case {
    fn new(id: &str, name: &str, metric: Metric, description: &str) -> Self {
        Self {
            id: format!("{id}Alarm"),
            name: name.to_owned(),
            metric,
            threshold: 1,
            description: description.to_owned(),
        }
    }

    fn from(self, threshold: u32) -> Self {
        Self { threshold, ..self }
    }
}

/// One alarm a way in which a caller gets no proper answer or a customer no text; each tells the address in the
/// parameter.
pub(super) fn declare(stack: &mut TemplateBuilder, file: &StackFile) -> Result<(), Error> {
    let address = stack.parameter(
        "AlarmAddress",
        Parameter::string("E-mail address that alarms are sent to")
            .matching("[^@ ]+@[^@ ]+", "an e-mail address"),
    )?;
    let topic = Topic {
        topic_name: names::of(file, "alarms").into(),
        display_name: "QuickDumpNow alarms".into(),
    };
    let topic = stack.add("AlarmTopic", topic)?.arn();
    stack.add(
        "AlarmSubscription",
        Subscription::email(topic.clone(), (&address).into()),
    )?;
    let functions = FunctionName::ALL
        .iter()
        .flat_map(|function| of_function(file, *function));
    for case in answers(file)
        .into_iter()
        .chain(functions)
        .chain(messages(file))
    {
        let name = names::of(file, &case.name).into();
        let alarm = Alarm::at_least(case.threshold, case.metric, name, case.description, &topic);
        stack.add(case.id, alarm)?;
    }
    let count = |counted| metrics::own(file, counted, Statistic::Sum);
    let alarm = Alarm::against(
        FAILED_OF_FEW,
        count(Counted::MessagesFailed),
        count(Counted::MessagesReached),
        names::of(file, "messages-mostly-failed").into(),
        "Most messages reach nobody",
        &topic,
    );
    stack.add("MessagesMostlyFailedAlarm", alarm)?;
    Ok(())
}

fn answers(file: &StackFile) -> [Case; 1] {
    [Case::new(
        "ApiServerErrors",
        "api-server-errors",
        metrics::api(file, "5XXError", Statistic::Sum),
        "The API answered with a server error",
    )]
}

fn of_function(file: &StackFile, function: FunctionName) -> [Case; 2] {
    let metric = |name| metrics::function(file, function, name, Statistic::Sum);
    let id = id(function);
    [
        Case::new(
            &format!("{id}FunctionErrors"),
            &format!("{function}-function-errors"),
            metric("Errors"),
            &format!("The {function} function failed or ran out of time"),
        ),
        Case::new(
            &format!("{id}FunctionThrottles"),
            &format!("{function}-function-throttles"),
            metric("Throttles"),
            &format!("Lambda refused to run the {function} function"),
        ),
    ]
}

fn messages(file: &StackFile) -> [Case; 6] {
    let count = |counted| metrics::own(file, counted, Statistic::Sum);
    [
        Case::new(
            "DeadLetters",
            "dead-letters",
            metrics::dead_letters(file),
            "Something could not be worked on and waits in the queue of dead letters",
        ),
        Case::new(
            "MessagesFailed",
            "messages-failed",
            count(Counted::MessagesFailed),
            "Several messages reached nobody",
        )
        .from(FAILED_MESSAGES),
        Case::new(
            "MessagesUnknown",
            "messages-unknown",
            count(Counted::MessagesUnknown),
            "The carrier did not say whether it took a message",
        ),
        Case::new(
            "MessagesAmbiguous",
            "messages-ambiguous",
            count(Counted::MessagesAmbiguous),
            "Nobody can tell whether a message was sent: a person has to ask its recipient",
        ),
        Case::new(
            "MessagesLate",
            "messages-late",
            metrics::own(file, Counted::OldestDueSeconds, Statistic::Maximum),
            "A message has been waiting for too long",
        )
        .from(LATE_SECONDS),
        Case::new(
            "CarrierRefusedCredentials",
            "carrier-refused-credentials",
            count(Counted::CarrierRefusedCredentials),
            "The carrier refuses our credentials or our sender: no message goes out",
        ),
    ]
}
