//! What took how long, afterwards: from the recorded events alone, as lines for a terminal, as a picture and as a page.

mod picture;
mod spans;
mod terminal;

#[cfg(test)]
mod tests;

pub use picture::{report_html, report_svg};
pub use terminal::timeline_text;
