//! Who is told when something breaks.

use super::{Error, names};
use crate::config::StackFile;
use crate::resource::cloudwatch::{Alarm, Dimension, Metric};
use crate::resource::lambda::Function;
use crate::resource::sns::{Subscription, Topic};
use crate::template::{Handle, Parameter, TemplateBuilder};

/// One alarm a way in which a caller gets no proper answer; each tells the address in the parameter.
pub(super) fn declare(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    function: &Handle<Function>,
) -> Result<(), Error> {
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

    let of_api = |name| Metric {
        namespace: "AWS/ApiGateway",
        name,
        dimensions: vec![Dimension {
            name: "ApiName",
            value: names::of(file, "api").into(),
        }],
    };
    let of_function = |name| Metric {
        namespace: "AWS/Lambda",
        name,
        dimensions: vec![Dimension {
            name: "FunctionName",
            value: function.into(),
        }],
    };
    let alarms = [
        (
            "ApiServerErrorsAlarm",
            "api-server-errors",
            of_api("5XXError"),
            "The API answered with a server error",
        ),
        (
            "ApiFunctionErrorsAlarm",
            "api-function-errors",
            of_function("Errors"),
            "The api function failed or ran out of time",
        ),
        (
            "ApiFunctionThrottlesAlarm",
            "api-function-throttles",
            of_function("Throttles"),
            "Lambda refused to run the api function",
        ),
    ];
    for (id, name, metric, description) in alarms {
        stack.add(
            id,
            Alarm::at_least(1, metric, names::of(file, name).into(), description, &topic),
        )?;
    }
    Ok(())
}
