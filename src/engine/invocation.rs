//! What a function is asked when it is invoked directly, and what it must answer: an event that makes it start and
//! read its settings, and do no work.

use qdn_shared::package::FunctionName;
use serde_json::{Value, json};

use super::prove::{Seen, short};
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
    Ok(if answers(*function, &answer.payload) {
        Seen::Right(format!("{name} runs {} and answers", short(package)))
    } else {
        // What it said instead is not shown: it is not known what is in it.
        Seen::Wrong(format!(
            "function {name} gave another answer than expected when invoked"
        ))
    })
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
        FunctionName::Relay => json!({"Records": []}),
        FunctionName::Upkeep => json!({"probe": true}),
    }
}

fn answers(function: FunctionName, payload: &[u8]) -> bool {
    let Ok(answer) = serde_json::from_slice::<Value>(payload) else {
        return false;
    };
    match function {
        FunctionName::Api => answer["statusCode"] == 200,
        FunctionName::Relay => answer == json!({"batchItemFailures": []}),
        FunctionName::Upkeep => answer == json!({"probe": true}),
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
            assert!(answers(function, answer.as_bytes()), "{function}");
            for wrong in [
                "",
                "null",
                "{}",
                r#"{"statusCode":500}"#,
                r#"{"batchItemFailures":[1]}"#,
            ] {
                assert!(!answers(function, wrong.as_bytes()), "{function}: {wrong}");
            }
        }
    }
}
