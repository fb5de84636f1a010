//! The CloudFront function resource. Its source is JavaScript in `cloudfront-fn`.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use crate::resource::Error;
use crate::template::{HasArn, Text, resource};

/// CloudFront's limit for a function's source, in bytes, comments counted.
pub const EDGE_CODE_LIMIT: usize = 10_240;

/// `AWS::CloudFront::Function`, published with every change.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    name: Text,
    auto_publish: bool,
    function_code: String,
    function_config: FunctionConfig,
}

impl Function {
    /// Fails when `code` is longer than [`EDGE_CODE_LIMIT`].
    pub fn new(name: Text, comment: impl Into<String>, code: &str) -> Result<Self, Error> {
        if code.len() > EDGE_CODE_LIMIT {
            return Err(Error::EdgeCode { bytes: code.len() });
        }
        Ok(Self {
            name,
            auto_publish: true,
            function_code: code.to_owned(),
            function_config: FunctionConfig {
                comment: comment.into(),
                runtime: "cloudfront-js-2.0",
            },
        })
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionConfig {
    comment: String,
    runtime: &'static str,
}

resource!(
    Function,
    "AWS::CloudFront::Function",
    FunctionAttribute {
        FunctionArn => "FunctionARN",
        MetadataFunctionArn => "FunctionMetadata.FunctionARN",
        Stage => "Stage",
    }
);

impl HasArn for Function {
    const ARN: FunctionAttribute = FunctionAttribute::FunctionArn;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_bytes() {
        let longest = "é".repeat(EDGE_CODE_LIMIT / 2);
        assert!(Function::new("edge".into(), "", &longest).is_ok());
        let error = Function::new("edge".into(), "", &(longest + " ")).unwrap_err();
        assert_eq!(
            error,
            Error::EdgeCode {
                bytes: EDGE_CODE_LIMIT + 1
            }
        );
    }
}
