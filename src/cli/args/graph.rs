//! The command line of `graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// `graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// As what to draw it; without this flag what the file's name says (.svg, or .md or .mmd), or else Mermaid
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<GraphFormat>,
    /// Write it to this file instead of stdout
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = drawing)]
    pub out: Option<PathBuf>,
}

impl GraphArgs {
    /// As what it is drawn.
    pub fn format(&self) -> GraphFormat {
        let name = self.out.as_ref().and_then(|file| file.extension());
        self.format.unwrap_or(match name {
            Some(extension) if extension == "svg" => GraphFormat::Svg,
            _ => GraphFormat::Mermaid,
        })
    }
}

fn drawing(file: &str) -> Result<PathBuf, String> {
    let file = PathBuf::from(file);
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("svg" | "md" | "mmd") => Ok(file),
        _ => Err("expected a name that ends with .svg, .md or .mmd".to_owned()),
    }
}

/// Formats of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For a Markdown file; GitHub draws it
    Mermaid,
    /// A picture
    Svg,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_another_kind_is_refused() {
        assert!(drawing("system.svg").is_ok() && drawing("docs/system.md").is_ok());
        assert!(drawing("system.png").is_err() && drawing("svg").is_err());
    }
}
