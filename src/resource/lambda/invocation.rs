//! Who may invoke a function, and what becomes of invocations that nobody waits for.

use serde::Serialize;

use super::Function;
use crate::resource::policy::Service;
use crate::template::{Handle, Text, resource};

/// `AWS::Lambda::Permission`: lets a service invoke a function.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    action: &'static str,
    function_name: Handle<Function>,
    principal: Service,
    source_arn: Text,
}

impl Permission {
    /// Lets `service` invoke `function`, on behalf of `source_arn` only.
    pub fn invoke(function: &Handle<Function>, service: Service, source_arn: Text) -> Self {
        Self {
            action: "lambda:InvokeFunction",
            function_name: function.clone(),
            principal: service,
            source_arn,
        }
    }
}

/// `AWS::Lambda::EventInvokeConfig`: what becomes of invocations that nobody waits for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventInvokeConfig {
    function_name: Handle<Function>,
    qualifier: &'static str,
    maximum_event_age_in_seconds: u32,
    maximum_retry_attempts: u32,
}

impl EventInvokeConfig {
    /// An invocation that fails is not repeated, and one that waits longer than `seconds` (60 to 21,600) is given
    /// up: for a function that is invoked again and again anyway.
    pub fn once_within(seconds: u32, function: &Handle<Function>) -> Self {
        Self {
            function_name: function.clone(),
            qualifier: "$LATEST",
            maximum_event_age_in_seconds: seconds,
            maximum_retry_attempts: 0,
        }
    }
}

resource!(Permission, "AWS::Lambda::Permission", PermissionAttribute { Id => "Id" });
resource!(EventInvokeConfig, "AWS::Lambda::EventInvokeConfig");
