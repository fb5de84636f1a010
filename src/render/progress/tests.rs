//! Transcripts: what a log holds, and what a terminal is left with.

use std::sync::{Arc, Mutex};

use indicatif::TermLike;

use super::*;
use crate::render::samples;

fn transcript(style: Style, events: Vec<Event>) -> String {
    let (written, writer) = samples::shared_writer();
    let progress = Progress::lines(style, writer);
    for event in events {
        progress.emit(event);
    }
    samples::text(&written)
}

#[test]
fn a_log_of_an_apply() {
    let text = transcript(Style::default(), samples::apply_events());
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_log_of_a_failure() {
    let text = transcript(Style::default(), samples::failure_events());
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn every_coloured_line_ends_its_colour() {
    let text = transcript(
        Style {
            color: true,
            width: 80,
        },
        samples::failure_events(),
    );
    for line in text.lines().filter(|line| line.contains('\u{1b}')) {
        assert!(line.ends_with("\u{1b}[0m"), "{line:?}");
    }
}

/// A terminal that remembers the lines which were written for good.
#[derive(Debug, Clone, Default)]
struct Recorded(Arc<Mutex<String>>);

impl TermLike for Recorded {
    fn width(&self) -> u16 {
        80
    }
    fn move_cursor_up(&self, n: usize) -> std::io::Result<()> {
        self.write_str(&format!("<up {n}>"))
    }
    fn move_cursor_down(&self, n: usize) -> std::io::Result<()> {
        self.write_str(&format!("<down {n}>"))
    }
    fn move_cursor_right(&self, _: usize) -> std::io::Result<()> {
        Ok(())
    }
    fn move_cursor_left(&self, _: usize) -> std::io::Result<()> {
        Ok(())
    }
    fn write_line(&self, line: &str) -> std::io::Result<()> {
        self.write_str(line)?;
        self.write_str("\n")
    }
    fn write_str(&self, text: &str) -> std::io::Result<()> {
        self.0.lock().unwrap().push_str(text);
        Ok(())
    }
    fn clear_line(&self) -> std::io::Result<()> {
        self.write_str("<clear>")
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_terminal_keeps_what_was_done_and_loses_what_was_under_way() {
    let screen = Recorded::default();
    let progress = Progress::terminal(
        Style::default(),
        ProgressDrawTarget::term_like(Box::new(screen.clone())),
    );
    for event in samples::apply_events() {
        progress.emit(event);
    }
    if let Screen::Terminal(terminal) = &*progress.screen() {
        assert!(terminal.running.is_empty(), "{:?}", terminal.running.keys());
    }
    drop(progress);
    let text = screen.0.lock().unwrap().clone();
    for kept in [
        "looked at every layer in 0.4 s",
        "+ created           SiteBucket",
        "stack: done in 41.2 s",
        "6 changes made",
    ] {
        assert!(text.contains(kept), "{kept} is not in {text}");
    }
}

#[test]
fn a_running_line_names_the_layer_and_what_it_does() {
    let progress = Progress::terminal(Style::default(), ProgressDrawTarget::hidden());
    let message = |progress: &Progress, running: Running| match &*progress.screen() {
        Screen::Terminal(terminal) => terminal.running.get(&running).map(ProgressBar::message),
        Screen::Lines(_) => None,
    };
    let events = samples::apply_events();
    let mut seen = Vec::new();
    for event in events {
        progress.emit(event);
        for running in [Running::Preparation, Running::Layer(Layer::Stack)] {
            if let Some(text) = message(&progress, running)
                && !seen.contains(&text)
            {
                seen.push(text);
            }
        }
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    packages: api for arm64
    looking at every layer
    looked at every layer in 0.4 s
    asking CloudFormation about qdn-staging
    waiting for the change set, at most 5 min
    2 steps
    creating SiteBucket S3::Bucket
    changing ApiFunction Lambda::Function
    ");
}

#[test]
fn the_running_line_can_be_drawn() {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    bar.set_style(spinner());
    bar.tick();
}
