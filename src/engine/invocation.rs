//! What a function is asked when it is invoked directly, and what it must answer: an event that makes it start, read its
//! settings, and do no work. `relay` and `upkeep`, which nobody can call from outside, are asked as well whether they
//! reach their secrets and their table; `api` shows that to whoever brings a token.

use qdn_shared::package::FunctionName;
use qdn_shared::reach::Reach;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::facts::Seen;
use super::looks::short;
use super::run::Run;
use crate::ports::{Readiness, Result};

/// A function and what it has to run.
pub(super) struct Deployed {
    pub(super) function: FunctionName,
    /// Its name on AWS.
    pub(super) name: String,
    /// SHA-256 of its package, hex.
    pub(super) package: String,
}

/// Whether a function runs exactly the package that was built, and answers.
pub(super) async fn ask(run: &Run<'_>, deployed: &Deployed, health: &str) -> Result<Seen> {
    let Deployed {
        function,
        name,
        package,
    } = deployed;
    let Some(state) = run.ports.functions.configuration(name).await? else {
        return Ok(Seen::Wrong(format!("function {name} does not exist")));
    };
    match state.readiness {
        Readiness::Ready => {}
        Readiness::Pending => {
            return Ok(Seen::Wrong(format!(
                "function {name} is still being updated"
            )));
        }
        Readiness::Failed(reason) => {
            return Ok(Seen::Wrong(format!("function {name} failed: {reason}")));
        }
    }
    if state.code_sha256 != *package {
        return Ok(Seen::Wrong(format!(
            "function {name} runs {}, not {}",
            short(&state.code_sha256),
            short(package)
        )));
    }
    let event = event(*function, health).to_string();
    let answer = run.ports.functions.invoke(name, event.as_bytes()).await?;
    if let Some(error) = answer.error {
        return Ok(Seen::Wrong(format!(
            "function {name} failed when invoked: {error}"
        )));
    }
    let runs = format!("{name} runs {}", short(package));
    Ok(match said(*function, &answer.payload) {
        Some(Said::Answer) => Seen::Right(format!("{runs} and answers")),
        Some(Said::Reach(Reach::Everything)) => {
            Seen::Right(format!("{runs}, reads its secrets and its table"))
        }
        Some(Said::Reach(Reach::Not(why))) => {
            Seen::Wrong(format!("function {name} does not reach everything: {why}"))
        }
        // What it said instead is not shown: it is not known what is in it.
        None => Seen::Wrong(format!(
            "function {name} gave another answer than expected when invoked"
        )),
    })
}

/// What a function said that answers.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// That it runs.
    Answer,
    /// Whether it reaches what it works with. A function of an early release knows no such question.
    Reach(Reach),
}

/// The smallest event of each function's kind.
fn event(function: FunctionName, health: &str) -> Value {
    match function {
        // The health route as API Gateway hands it to a function; only what a function may rely on.
        FunctionName::Api => json!({
            "resource": health,
            "path": health,
            "httpMethod": "GET",
            "requestContext": {"resourcePath": health, "httpMethod": "GET", "path": health},
        }),
        FunctionName::Relay => json!({"Records": [], "reach": true}),
        FunctionName::Upkeep => json!({"probe": true, "reach": true}),
    }
}

/// What is in an answer; none when it is another than expected.
fn said(function: FunctionName, payload: &[u8]) -> Option<Said> {
    let answer: Value = serde_json::from_slice(payload).ok()?;
    let is_expected = match function {
        FunctionName::Api => answer["statusCode"] == 200,
        FunctionName::Relay => answer["batchItemFailures"] == json!([]),
        FunctionName::Upkeep => answer["probe"] == true,
    };
    match answer.get("reach").filter(|_| is_expected) {
        Some(reach) => Reach::deserialize(reach).ok().map(Said::Reach),
        None => is_expected.then_some(Said::Answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_expected_answer_is_one() {
        let right = [
            (FunctionName::Api, r#"{"statusCode":200,"body":"{}"}"#),
            (FunctionName::Relay, r#"{"batchItemFailures":[]}"#),
            (FunctionName::Upkeep, r#"{"probe":true}"#),
        ];
        for (function, answer) in right {
            let said = |answer: &str| said(function, answer.as_bytes());
            assert_eq!(said(answer), Some(Said::Answer), "{function}");
            for wrong in [
                "",
                "null",
                "{}",
                r#"{"statusCode":500}"#,
                r#"{"batchItemFailures":[1]}"#,
                r#"{"reach":"everything"}"#,
            ] {
                assert_eq!(said(wrong), None, "{function}: {wrong}");
            }
        }
    }

    #[test]
    fn a_function_says_what_it_reaches() {
        let said = |reach: &str| {
            let answer = format!(r#"{{"probe":true,"reach":{reach}}}"#);
            said(FunctionName::Upkeep, answer.as_bytes())
        };
        let reach = |reach| Some(Said::Reach(reach));
        assert_eq!(said(r#""everything""#), reach(Reach::Everything));
        let not = Reach::Not("the table".to_owned());
        assert_eq!(said(r#"{"not":"the table"}"#), reach(not));
        assert_eq!(said("true"), None);
    }
}
