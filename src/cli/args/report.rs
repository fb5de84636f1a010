//! The command line of reports: where one is written, and as what.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// What is written about an apply.
#[derive(Debug, Clone, Default, Args)]
pub struct ReportArgs {
    /// Write what took how long to this file: a picture (.svg) or a page (.html)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = report)]
    pub report: Option<Report>,
}

/// A report's file and its form, which its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Where it is written.
    pub file: PathBuf,
    /// As what.
    pub form: ReportForm,
}

/// Forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportForm {
    /// A picture.
    Svg,
    /// A page with the picture and its numbers.
    Html,
}

fn report(file: &str) -> Result<Report, String> {
    let file = PathBuf::from(file);
    let form = match file.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => ReportForm::Svg,
        Some("html") => ReportForm::Html,
        _ => return Err("expected a name that ends with .svg or .html".to_owned()),
    };
    // Said before the apply begins: afterwards what took how long could not be told again.
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(format!(
            "folder {} is not there; make it first: `mkdir -p {0}`",
            folder.display()
        )),
        _ => Ok(Report { file, form }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_the_form() {
        let form = |name| report(name).map(|report| report.form);
        assert_eq!(form("apply.svg"), Ok(ReportForm::Svg));
        assert_eq!(form("apply.html"), Ok(ReportForm::Html));
        assert!(form("apply.png").is_err() && form("svg").is_err());
    }

    #[test]
    fn a_folder_that_is_not_there_is_refused_before_anything_is_done() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        assert!(report(&file("apply.svg")).is_ok());
        let refused = report(&file("reports/apply.svg")).unwrap_err();
        let reports = file("reports");
        let fix = format!("folder {reports} is not there; make it first: `mkdir -p {reports}`");
        assert_eq!(refused, fix);
    }
}
