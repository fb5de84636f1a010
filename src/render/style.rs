//! Colour and width of text for people. Whether a terminal wants colour is decided by the caller.

use owo_colors::Style as Paint;

/// How text for people is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colour are written.
    pub color: bool,
    /// Columns of a line; below 40 is taken as 40.
    pub width: usize,
}

impl Default for Style {
    /// No colour, 80 columns.
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
        }
    }
}

/// What a piece of text means; the colour follows from it and never carries meaning alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Quiet,
    Added,
    Changed,
    Replaced,
    Removed,
    Failed,
}

impl Style {
    pub(super) fn columns(self) -> usize {
        self.width.max(40)
    }

    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.color || tone == Tone::Plain || text.is_empty() {
            return text.to_owned();
        }
        let paint = match tone {
            Tone::Plain => Paint::new(),
            Tone::Strong => Paint::new().bold(),
            Tone::Quiet => Paint::new().dimmed(),
            Tone::Added => Paint::new().green(),
            Tone::Changed => Paint::new().yellow(),
            Tone::Replaced => Paint::new().magenta(),
            Tone::Removed => Paint::new().red(),
            Tone::Failed => Paint::new().red().bold(),
        };
        paint.style(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_written_only_when_asked_for() {
        assert_eq!(Style::default().paint(Tone::Failed, "no"), "no");
        let color = Style {
            color: true,
            width: 80,
        };
        assert_eq!(color.paint(Tone::Added, "+"), "\u{1b}[32m+\u{1b}[0m");
        assert_eq!(color.paint(Tone::Plain, "+"), "+");
        assert_eq!(color.paint(Tone::Added, ""), "");
    }
}
