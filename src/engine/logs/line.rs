//! One line of a function's log: what is known of it, and what of it may be shown. The functions write JSON objects;
//! Lambda writes about them in JSON as well, and an emulator in plain text.

use std::cmp::Ordering;

use jiff::Timestamp;
use qdn_shared::id::JobId;
use qdn_shared::package::FunctionName;
use serde_json::{Map, Value};

use super::redact::redacted;
use crate::ports::LogEvent;

/// A line, without anything that looks like a secret, a token or a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Tells it apart from every other line.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// Whose it is.
    pub function: FunctionName,
    /// What it says.
    pub text: String,
    /// The same, when it is a JSON object.
    pub object: Option<Map<String, Value>>,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The function.
    Function,
    /// The function, for CloudWatch to make metrics of.
    Metrics,
    /// Lambda, of an invocation that went well, or has not ended.
    Platform,
    /// Lambda, of an invocation that failed.
    Failure,
}

impl LogLine {
    /// A line of a function's log group.
    pub(super) fn of(function: FunctionName, event: LogEvent) -> Self {
        let text = redacted(&event.text);
        let object = serde_json::from_str(&text).ok();
        Self {
            id: event.id,
            at: event.at,
            function,
            text,
            object,
        }
    }

    /// By time; lines of one moment stand by function, then as the service told them.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        (self.at, self.function).cmp(&(other.at, other.function))
    }

    /// Who wrote it.
    pub fn origin(&self) -> Origin {
        let Some(object) = &self.object else {
            return plain(&self.text);
        };
        if object.contains_key("_aws") {
            return Origin::Metrics;
        }
        let kind = object.get("type").and_then(Value::as_str);
        if !kind.is_some_and(|kind| kind.starts_with("platform.")) {
            return Origin::Function;
        }
        let record = object.get("record");
        match record.and_then(|record| record["status"].as_str()) {
            None | Some("success") => Origin::Platform,
            Some(_) => Origin::Failure,
        }
    }

    /// Id of the invocation that it belongs to.
    pub fn request(&self) -> Option<String> {
        let Some(object) = &self.object else {
            let (_, rest) = self.text.split_once("RequestId: ")?;
            return rest.split_whitespace().next().map(str::to_owned);
        };
        let within = |key: &str| object.get(key).map(|inner| &inner["requestId"]);
        let found = [object.get("requestId"), within("span"), within("record")];
        let mut found = found.into_iter().flatten().filter_map(Value::as_str);
        found.next().map(str::to_owned)
    }

    /// Id of the message that it is about.
    pub(super) fn message_id(&self) -> Option<&str> {
        self.object.as_ref()?.get("messageId")?.as_str()
    }

    /// Whether it names the job, or a message of it.
    pub(super) fn names(&self, job: JobId) -> bool {
        let word = |character: char| !character.is_ascii_alphanumeric() && character != '-';
        self.text.split(word).any(|word| {
            word.strip_prefix(job.as_str()).is_some_and(|rest| {
                let number = rest.strip_prefix('-');
                rest.is_empty()
                    || number.is_some_and(|number| {
                        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
                    })
            })
        })
    }
}

/// Of a line that is no object.
fn plain(text: &str) -> Origin {
    let platform = ["START RequestId: ", "END RequestId: ", "REPORT RequestId: "];
    if !platform.iter().any(|begin| text.starts_with(begin)) && !text.starts_with("INIT_START ") {
        return Origin::Function;
    }
    if text.contains("Status: error") || text.contains("Status: timeout") {
        Origin::Failure
    } else {
        Origin::Platform
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> LogLine {
        let event = LogEvent {
            id: "1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            text: text.to_owned(),
        };
        LogLine::of(FunctionName::Relay, event)
    }

    #[test]
    fn who_wrote_a_line_is_known_by_its_form() {
        let origin = |text: &str| line(text).origin();
        assert_eq!(
            origin(r#"{"level":"INFO","message":"ran"}"#),
            Origin::Function
        );
        assert_eq!(origin("thread panicked"), Origin::Function);
        assert_eq!(origin(r#"{"_aws":{},"MessagesSent":1}"#), Origin::Metrics);
        let platform = |status: &str| {
            let text = format!(
                r#"{{"type":"platform.report","record":{{"requestId":"r","status":"{status}"}}}}"#
            );
            origin(&text)
        };
        assert_eq!(platform("success"), Origin::Platform);
        assert_eq!(platform("timeout"), Origin::Failure);
        assert_eq!(
            origin(r#"{"type":"platform.start","record":{}}"#),
            Origin::Platform
        );
        assert_eq!(origin("START RequestId: r Version: 1"), Origin::Platform);
        assert_eq!(
            origin("REPORT RequestId: r Duration: 3 ms Status: timeout"),
            Origin::Failure
        );
    }

    #[test]
    fn an_invocation_is_named_in_several_places() {
        let request = |text: &str| line(text).request();
        let named = [
            r#"{"requestId":"r-1","message":"answered"}"#,
            r#"{"message":"not handled","span":{"name":"invocation","requestId":"r-1"}}"#,
            r#"{"type":"platform.report","record":{"requestId":"r-1"}}"#,
            "END RequestId: r-1",
        ];
        for text in named {
            assert_eq!(request(text).as_deref(), Some("r-1"), "{text}");
        }
        assert_eq!(request("nothing"), None);
    }

    #[test]
    fn a_job_is_named_by_its_id_or_by_one_of_its_messages() {
        let job: JobId = "7K3M9QX2".parse().unwrap();
        let names = |text: &str| line(text).names(job);
        assert!(names(r#"{"messageId":"7K3M9QX2-1"}"#));
        assert!(names(r#"{"error":"job 7K3M9QX2 is gone"}"#));
        for other in [
            r#"{"messageId":"7K3M9QX3-1"}"#,
            r#"{"requestId":"7K3M9QX2-abcd"}"#,
            r#"{"messageId":"A7K3M9QX2"}"#,
            r#"{"messageId":"7K3M9QX2-"}"#,
        ] {
            assert!(!names(other), "{other}");
        }
    }
}
