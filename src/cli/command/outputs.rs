//! `qdn-infra outputs`: prints what the deployed stack tells.

use std::collections::BTreeMap;

use crate::cli::args::{OutputsArgs, OutputsFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;

/// Prints the outputs of the environment's stack, and the address at which viewers reach it.
pub async fn run(context: &mut Context, args: &OutputsArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let stack = environment.names().stack;
    let state = session
        .ports
        .stacks
        .describe(&stack)
        .await
        .map_err(engine::Error::from)?;
    let viewer = engine::viewer(&environment, state.as_ref());
    let Some(state) = state.filter(|state| !state.outputs.is_empty()) else {
        return Err(Error::NoStack {
            stack,
            environment: environment.name,
        });
    };
    let mut outputs = state.outputs;
    outputs.extend(viewer.map(|viewer| ("ViewerUrl".to_owned(), viewer)));
    context.console.data(&written(&outputs, args.format))?;
    Ok(exit::DONE)
}

fn written(outputs: &BTreeMap<String, String>, format: OutputsFormat) -> String {
    let width = outputs.keys().map(String::len).max().unwrap_or_default();
    let lines = |line: &dyn Fn(&str, &str) -> String| -> String {
        let lines: Vec<String> = outputs
            .iter()
            .map(|(name, value)| line(name, value))
            .collect();
        lines.join("\n") + "\n"
    };
    match format {
        OutputsFormat::Human => lines(&|name, value| format!("{name:width$}  {value}")),
        OutputsFormat::Json => format!("{:#}\n", serde_json::json!(outputs)),
        OutputsFormat::Env => lines(&|name, value| format!("QDN_{}='{value}'", shell_name(name))),
    }
}

/// `SiteBucketName` as `SITE_BUCKET_NAME`.
fn shell_name(name: &str) -> String {
    let mut shell = String::new();
    for (index, character) in name.char_indices() {
        if index > 0 && character.is_ascii_uppercase() {
            shell.push('_');
        }
        shell.push(character.to_ascii_uppercase());
    }
    shell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_what_its_reader_expects() {
        let outputs = BTreeMap::from([
            ("ApiId".to_owned(), "a1".to_owned()),
            ("SiteBucketName".to_owned(), "qdn-local-site".to_owned()),
        ]);
        insta::assert_snapshot!(written(&outputs, OutputsFormat::Human), @"
        ApiId           a1
        SiteBucketName  qdn-local-site
        ");
        insta::assert_snapshot!(written(&outputs, OutputsFormat::Env), @"
        QDN_API_ID='a1'
        QDN_SITE_BUCKET_NAME='qdn-local-site'
        ");
        let json: BTreeMap<String, String> =
            serde_json::from_str(&written(&outputs, OutputsFormat::Json)).unwrap();
        assert_eq!(json, outputs);
    }
}
