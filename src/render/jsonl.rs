//! Events as JSON, one object a line, for programs.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::engine::event::{Event, Sink};

/// Writes each event as one line as soon as it comes.
pub struct JsonLines {
    writer: Mutex<Box<dyn Write + Send>>,
}

impl JsonLines {
    /// Into `writer`.
    pub fn new(writer: Box<dyn Write + Send>) -> Self {
        Self {
            writer: Mutex::new(writer),
        }
    }
}

impl Sink for JsonLines {
    fn emit(&self, event: Event) {
        let mut line =
            serde_json::to_vec(&event).expect("events hold only string keys and plain values");
        line.push(b'\n');
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A reader that went away must not stop a deployment half way.
        let _ = writer.write_all(&line).and_then(|()| writer.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn one_object_a_line() {
        let (written, writer) = samples::shared_writer();
        let sink = JsonLines::new(writer);
        for event in samples::apply_events() {
            sink.emit(event);
        }
        let text = samples::text(&written);
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(
                value["event"].is_string() && value["at_ms"].is_u64(),
                "{line}"
            );
        }
        assert_eq!(text.lines().count(), samples::apply_events().len());
        insta::assert_snapshot!(text.lines().take(4).collect::<Vec<_>>().join("\n"), @r#"
        {"at_ms":0,"event":"command-started","command":"apply","environment":"staging"}
        {"at_ms":2,"event":"building","stage":"api for arm64"}
        {"at_ms":900,"event":"observing"}
        {"at_ms":1300,"event":"observed","took_ms":400}
        "#);
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
        }
        let sink = JsonLines::new(Box::new(Gone));
        for event in samples::apply_events() {
            sink.emit(event);
        }
    }
}
