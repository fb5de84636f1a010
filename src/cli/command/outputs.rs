//! `qdn-infra outputs`: prints what there is to know of every layer once it is deployed. No value is a secret.

use std::collections::BTreeMap;

use crate::cli::args::{OutputsArgs, OutputsFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;
use crate::plan::secrets::SecretNames;

/// Prints the outputs of the environment's stacks, the names of its secrets, and the addresses at which viewers reach
/// it.
pub async fn run(context: &mut Context, args: &OutputsArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let names = environment.names();
    let (state, bootstrap) = engine::own_stacks(&environment, &session.ports).await?;
    let viewer = engine::viewer(&environment, state.as_ref());
    let Some(state) = state.filter(|state| !state.outputs.is_empty()) else {
        return Err(Error::NoStack {
            stack: names.stack,
            environment: environment.name,
        });
    };
    let mut outputs = state.outputs;
    outputs.extend(
        bootstrap
            .map(|bootstrap| bootstrap.outputs)
            .unwrap_or_default(),
    );
    outputs.extend(secrets(&names.secrets));
    outputs.extend(viewer.into_iter().flat_map(|viewer| addresses(&viewer)));
    context.console.data(&written(&outputs, args.format))?;
    Ok(exit::DONE)
}

/// What the secrets are called.
fn secrets(names: &SecretNames) -> [(String, String); 4] {
    [
        ("CarrierSecretName", &names.carrier),
        ("KeysSecretName", &names.keys),
        ("OperatorsSecretName", &names.operators),
        ("DeployerKeySecretName", &names.deployer_key),
    ]
    .map(|(name, value)| (name.to_owned(), value.clone()))
}

/// Where viewers find what: the site, the tracking page, the API and the maintenance data.
fn addresses(viewer: &str) -> [(String, String); 4] {
    [
        ("ViewerUrl", ""),
        ("TrackUrl", "/track"),
        ("ApiUrl", "/api"),
        ("MaintenanceDataUrl", "/data/maintenance.json"),
    ]
    .map(|(name, path)| (name.to_owned(), format!("{viewer}{path}")))
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
        OutputsFormat::Env => {
            lines(&|name, value| format!("QDN_{}={}", shell_name(name), quoted(value)))
        }
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

/// A text that a POSIX shell reads as it is: a quote ends the quoted text, stands for itself, and begins it again.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_every_value_as_it_is() {
        let values = [
            "plain",
            "it's",
            "''",
            "'\\''",
            "$(exit 9) `exit 9` ${HOME} \"x\" \\ \\n ! * ~ #",
            "two\nlines\n",
            "",
            "ünï",
        ];
        for value in values {
            let outputs = BTreeMap::from([("TheValue".to_owned(), value.to_owned())]);
            let script = written(&outputs, OutputsFormat::Env) + "printf '%s' \"$QDN_THE_VALUE\"";
            let read = Command::new("sh").args(["-euc", &script]).output().unwrap();
            assert!(read.status.success(), "{script}: {read:?}");
            assert_eq!(String::from_utf8(read.stdout).unwrap(), value, "{script}");
        }
    }

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
