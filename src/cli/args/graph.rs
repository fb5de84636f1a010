//! The command line of `graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// As what to draw it; without this flag what the file's name says, or else Mermaid
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<GraphFormat>,
    /// Write it to this file instead of stdout
    #[arg(long, value_name = "FILE")]
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

/// Formats of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For a Markdown file; GitHub draws it
    Mermaid,
    /// A picture
    Svg,
}
