//! Transcripts: what a log holds, and what a terminal is left with.

use std::sync::Mutex;

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

fn many_uploads(number: usize, end: What) -> Vec<Event> {
    let event = |what| Event { at_ms: 0, what };
    let layer = Layer::Site;
    let mut events = vec![event(What::LayerStarted {
        layer,
        steps: number,
    })];
    events.extend((0..number).map(|number| {
        event(What::Uploaded {
            key: format!("track/many/{number}.png"),
            bytes: 6_200,
        })
    }));
    events.push(event(end));
    events
}

#[test]
fn a_log_of_many_uploads_counts_them() {
    let layer = Layer::Site;
    let done = What::LayerFinished {
        layer,
        took_ms: 5_000,
    };
    insta::assert_snapshot!(transcript(Style::default(), many_uploads(300, done.clone())), @r"
    site: 300 steps
      + uploaded          track/many/0.png (6.2 kB)
      + uploaded          track/many/1.png (6.2 kB)
      + uploaded          track/many/2.png (6.2 kB)
      + uploaded          track/many/3.png (6.2 kB)
      + uploaded          track/many/4.png (6.2 kB)
      + uploaded          100 files, 620.0 kB so far
      + uploaded          200 files, 1.2 MB so far
      + uploaded          300 files, 1.9 MB
    site: done in 5.0 s
    ");
    insta::assert_snapshot!(
        transcript(Style::default(), many_uploads(101, What::LayerFailed { layer })), @r"
    site: 101 steps
      + uploaded          track/many/0.png (6.2 kB)
      + uploaded          track/many/1.png (6.2 kB)
      + uploaded          track/many/2.png (6.2 kB)
      + uploaded          track/many/3.png (6.2 kB)
      + uploaded          track/many/4.png (6.2 kB)
      + uploaded          100 files, 620.0 kB so far
      + uploaded          101 files, 626.2 kB
    site: FAILED
    ");
    let few = transcript(Style::default(), many_uploads(5, done.clone()));
    assert!(!few.contains("files"), "{few}");
    let all = transcript(Style::default(), many_uploads(2_000, done));
    assert!(all.lines().count() < 30, "{all}");
    assert!(
        all.contains("uploaded          2,000 files, 12.4 MB\n"),
        "{all}"
    );
}

#[test]
fn a_terminal_counts_many_uploads_in_its_running_line() {
    let screen = Recorded::default();
    let progress = Progress::terminal(
        Style::default(),
        ProgressDrawTarget::term_like(Box::new(screen.clone())),
    );
    let layer = Layer::Site;
    let mut events = many_uploads(2_000, What::LayerFinished { layer, took_ms: 1 });
    let last = events.pop().unwrap();
    for event in events {
        progress.emit(event);
    }
    if let Screen::Terminal(terminal) = &progress.shown().screen {
        assert_eq!(
            terminal.running[&Running::Layer(layer)].message(),
            "+ uploaded 2,000 files, 12.4 MB"
        );
    }
    progress.emit(last);
    drop(progress);
    let text = screen.0.lock().unwrap().clone();
    assert!(
        text.contains("  + uploaded          track/many/4.png"),
        "{text}"
    );
    assert!(!text.contains("track/many/5.png"), "{text}");
    assert!(
        text.contains("  + uploaded          2,000 files, 12.4 MB"),
        "{text}"
    );
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
    if let Screen::Terminal(terminal) = &progress.shown().screen {
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
    let message = |progress: &Progress, running: Running| match &progress.shown().screen {
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
    bar.set_style(spinner(&Due::default()));
    bar.tick();
}

#[test]
fn what_is_left_is_said_until_it_takes_longer_than_was_expected() {
    let seconds = Duration::from_secs;
    assert_eq!(left(seconds(10), 0), "");
    assert_eq!(left(seconds(10), 50_000), ", ~45 s left");
    assert_eq!(left(seconds(50), 50_000), "");
    assert!(left(seconds(0), 6_000_000).len() <= LEFT);
    let screen = Recorded::default();
    let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
    let progress = Progress::terminal(Style::default(), target);
    let tell = |what| progress.emit(Event { at_ms: 0, what });
    let layer = Layer::Stack;
    tell(What::LayerStarted { layer, steps: 1 });
    tell(What::Estimated {
        stack: "qdn-staging".to_owned(),
        left_ms: 284_000,
    });
    if let Screen::Terminal(terminal) = &progress.shown().screen {
        assert!(terminal.due.load(Ordering::Relaxed) >= 284_000);
    }
    // A line is drawn a few times a second.
    let drawn = || screen.0.lock().unwrap().contains(", ~5 min left");
    let is_drawn = (0..250).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        drawn()
    });
    assert!(is_drawn, "{:?}", screen.0.lock().unwrap());
    tell(What::LayerFinished { layer, took_ms: 1 });
    if let Screen::Terminal(terminal) = &progress.shown().screen {
        assert_eq!(terminal.due.load(Ordering::Relaxed), 0);
    }
}
