//! The CloudFront function resource. Its source is JavaScript in `cloudfront-fn`.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::{LabeledSpan, SourceType};
use serde::Serialize;

use super::KeyValueStore;
use crate::resource::Error;
use crate::template::{Arn, Handle, HasArn, Text, resource};

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
    /// A function that can read `store`. Fails when `code` is longer than [`EDGE_CODE_LIMIT`], or no JavaScript.
    pub fn new(
        name: Text,
        comment: impl Into<String>,
        code: &str,
        store: &Handle<KeyValueStore>,
    ) -> Result<Self, Error> {
        if code.len() > EDGE_CODE_LIMIT {
            return Err(Error::EdgeCode { bytes: code.len() });
        }
        parsed(code)?;
        Ok(Self {
            name,
            auto_publish: true,
            function_code: code.to_owned(),
            function_config: FunctionConfig {
                comment: comment.into(),
                key_value_store_associations: [Association { store: store.arn() }],
                runtime: "cloudfront-js-2.0",
            },
        })
    }
}

/// CloudFront takes a function that cannot be parsed and answers every request with 503.
fn parsed(code: &str) -> Result<(), Error> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::mjs()).parse();
    let Some(fault) = parsed.diagnostics.first() else {
        return Ok(());
    };
    let offset = fault.labels.first().map_or(0, LabeledSpan::offset);
    let before = code.get(..offset as usize).unwrap_or(code);
    Err(Error::EdgeSyntax {
        line: before.lines().count().max(1),
        message: fault.message.to_string(),
    })
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionConfig {
    comment: String,
    /// CloudFront allows one.
    key_value_store_associations: [Association; 1],
    runtime: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Association {
    #[serde(rename = "KeyValueStoreARN")]
    store: Arn<KeyValueStore>,
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
    use crate::template::TemplateBuilder;

    #[test]
    fn what_cannot_be_parsed_is_refused_by_its_line() {
        assert_eq!(
            parsed(include_str!("../../../cloudfront-fn/edge.js")),
            Ok(())
        );
        let refused = |code: &str| match parsed(code).unwrap_err() {
            Error::EdgeSyntax { line, .. } => line,
            other => panic!("{other}"),
        };
        assert_eq!(
            refused("function handler(event) {\n  return event.;\n}\n"),
            2
        );
        assert_eq!(refused("const a = 1;\n\nconst a = `"), 3);
        assert_eq!(refused("import cf from cloudfront;"), 1);
    }

    #[test]
    fn the_limit_counts_bytes() {
        let mut builder = TemplateBuilder::new("test");
        let store = KeyValueStore {
            name: "store".into(),
            comment: String::new(),
        };
        let store = builder.add("Store", store).unwrap();
        let function = |code: &str| Function::new("edge".into(), "", code, &store);
        let longest = format!("'{}'", "é".repeat(EDGE_CODE_LIMIT / 2 - 1));
        assert!(function(&longest).is_ok());
        assert_eq!(
            function(&(longest + " ")).unwrap_err(),
            Error::EdgeCode {
                bytes: EDGE_CODE_LIMIT + 1
            }
        );
    }
}
