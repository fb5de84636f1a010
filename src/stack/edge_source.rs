//! The edge function's source with the settings that it works by: one line of it is written here.

use serde::Serialize;

use crate::config::StackFile;
use crate::resource::Error;

const BEGIN: &str = "const SETTINGS = ";

/// What the function knows of the deployment.
#[derive(Serialize)]
struct Settings<'a> {
    /// Whom a person without a good link may call, E.164.
    phone: &'a str,
    /// Origins that may read the maintenance data.
    origins: Vec<&'a str>,
    /// Whether `/x/` on the main site is `/x/index.html`.
    indexes: bool,
}

/// The source for a stack: its one line that begins with `const SETTINGS = ` is replaced. Fails unless there is
/// exactly one.
pub(super) fn with_settings(source: &str, file: &StackFile) -> Result<String, Error> {
    let settings = Settings {
        phone: file.support_phone.as_str(),
        origins: file
            .api
            .allowed_origins
            .iter()
            .map(qdn_shared::cors::Origin::as_str)
            .collect(),
        indexes: file.edge.directory_indexes,
    };
    let settings = serde_json::to_string(&settings).unwrap_or_default();
    let found = source
        .lines()
        .filter(|line| line.starts_with(BEGIN))
        .count();
    if found != 1 {
        return Err(Error::EdgeSettings { found });
    }
    let lines = source.split_inclusive('\n').map(|line| {
        if line.starts_with(BEGIN) {
            format!("{BEGIN}{settings};\n")
        } else {
            line.to_owned()
        }
    });
    Ok(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::tests::fixture::{EDGE_SOURCE, environment as file};

    #[test]
    fn one_line_is_written_and_no_other() {
        let written = with_settings(EDGE_SOURCE, &file("prod")).unwrap();
        let changed: Vec<&str> = written
            .lines()
            .zip(EDGE_SOURCE.lines())
            .filter(|(one, other)| one != other)
            .map(|(one, _)| one)
            .collect();
        insta::assert_snapshot!(changed.join("\n"), @r#"const SETTINGS = {"phone":"+15125550100","origins":["https://dashboard.quickdumpnow.com","https://quickdumpnow.com"],"indexes":false};"#);
        assert_eq!(written.lines().count(), EDGE_SOURCE.lines().count());
    }

    #[test]
    fn a_source_without_its_line_is_refused() {
        let refused = |source: &str| with_settings(source, &file("prod")).unwrap_err();
        assert_eq!(
            refused("function handler() {}\n"),
            Error::EdgeSettings { found: 0 }
        );
        let twice = format!("{EDGE_SOURCE}{BEGIN}1;\n");
        assert_eq!(refused(&twice), Error::EdgeSettings { found: 2 });
    }
}
