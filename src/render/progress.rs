//! Progress for people: plain lines for a log, running lines with their durations on a terminal.
//! What an event says is `event_text`.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::event_text::{Said, said};
use super::fit::shorten;
use super::numbers::{about, duration};
use super::style::Style;
use super::uploads::{Told, Uploads};
use crate::engine::event::{Event, Sink, What, millis};
use crate::plan::Layer;

/// Columns of `, ~100 min left`.
const LEFT: usize = 15;
/// How often a running line moves.
const TICK: Duration = Duration::from_millis(120);

/// Shows events to a person. Never fails: a closed stderr must not stop a deployment half way.
pub struct Progress {
    style: Style,
    shown: Mutex<Shown>,
}

struct Shown {
    screen: Screen,
    uploads: Uploads,
}

enum Screen {
    Lines(Box<dyn Write + Send>),
    Terminal(Terminal),
}

/// Lines that scroll away above one running line for each thing under way.
struct Terminal {
    area: MultiProgress,
    running: BTreeMap<Running, ProgressBar>,
    due: Due,
}

/// When what is at work is expected to end, in milliseconds since its line began; 0 when nobody knows.
type Due = Arc<AtomicU64>;

/// What can be under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Running {
    /// Everything before the first layer.
    Preparation,
    Layer(Layer),
}

impl Progress {
    /// Plain lines, one event after the other, for a log or a pipe.
    pub fn lines(style: Style, writer: Box<dyn Write + Send>) -> Self {
        Self::on(style, Screen::Lines(writer))
    }

    /// Running lines on a terminal, usually [`ProgressDrawTarget::stderr`]. They are taken away
    /// when the command finishes or fails, and when this is dropped; what was done stays.
    pub fn terminal(style: Style, target: ProgressDrawTarget) -> Self {
        let terminal = Terminal {
            area: MultiProgress::with_draw_target(target),
            running: BTreeMap::new(),
            due: Due::default(),
        };
        Self::on(style, Screen::Terminal(terminal))
    }

    fn on(style: Style, screen: Screen) -> Self {
        let uploads = Uploads::default();
        Self {
            style,
            shown: Mutex::new(Shown { screen, uploads }),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Progress {
    fn emit(&self, event: Event) {
        let Some(words) = said(&event.what, self.style) else {
            return;
        };
        let Shown { screen, uploads } = &mut *self.shown();
        match (screen, uploads.tell(&event.what)) {
            (Screen::Lines(_), Told::Passing(_)) => {}
            (Screen::Lines(writer), Told::Sum(sum)) => write(writer, &sum, self.style),
            (Screen::Terminal(terminal), Told::Sum(sum) | Told::Passing(sum)) => {
                terminal.say_now(&sum, self.style);
            }
            (screen, told) => {
                if let Told::After(sum) = told {
                    screen.keep(&sum, self.style);
                }
                screen.show(&event.what, &words, self.style);
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Screen::Terminal(terminal) = &mut self.shown().screen {
            terminal.clear();
        }
    }
}

/// Every line painted by itself, so that a log cut anywhere leaves no colour behind.
fn painted(words: &Said, style: Style) -> String {
    words
        .lines
        .iter()
        .map(|line| style.paint(words.tone, line) + "\n")
        .collect()
}

impl Screen {
    fn show(&mut self, what: &What, words: &Said, style: Style) {
        match self {
            // A log wants stages; the last lines of a tool that fails are part of its error.
            Self::Lines(_) if matches!(what, What::ToolOutput { .. }) => {}
            Self::Lines(writer) => write(writer, words, style),
            Self::Terminal(terminal) => terminal.show(what, words, style),
        }
    }

    /// Writes lines that stay.
    fn keep(&mut self, words: &Said, style: Style) {
        match self {
            Self::Lines(writer) => write(writer, words, style),
            Self::Terminal(terminal) => terminal.keep(words, style),
        }
    }
}

fn write(writer: &mut dyn Write, words: &Said, style: Style) {
    let _ = writer
        .write_all(painted(words, style).as_bytes())
        .and_then(|()| writer.flush());
}

impl Terminal {
    fn show(&mut self, what: &What, words: &Said, style: Style) {
        match what {
            What::LayerStarted { layer, .. } => {
                self.stop(Running::Preparation);
                self.say(Running::Layer(*layer), words, style);
            }
            What::LayerFinished { layer, .. } => {
                self.stop(Running::Layer(*layer));
                self.keep(words, style);
            }
            What::Estimated { left_ms, .. } => self.expect(*left_ms),
            What::Planned { .. } => {
                self.stop(Running::Preparation);
                self.keep(words, style);
            }
            What::LayerFailed { .. }
            | What::LayerStopped { .. }
            | What::ApiCalls { .. }
            | What::Finished { .. } => {
                self.clear();
                self.keep(words, style);
            }
            What::CommandStarted { .. }
            | What::LocalCloud { .. }
            | What::Building { .. }
            | What::ToolOutput { .. }
            | What::Observing
            | What::Observed { .. }
            | What::ChangeSetRemoved { .. }
            | What::Locked { .. }
            | What::Unlocked { .. }
            | What::TemplatesStay { .. }
            | What::ChangeSetRequested { .. }
            | What::Resource { .. }
            | What::Uploaded { .. }
            | What::Deleted { .. }
            | What::Secret { .. }
            | What::EdgeKeys { .. }
            | What::SeedPut { .. }
            | What::SeedOvertaken
            | What::WebhookSet { .. }
            | What::EdgeTried { .. }
            | What::Invalidating { .. }
            | What::Invalidated { .. }
            | What::Released { .. }
            | What::Mending { .. }
            | What::Waiting { .. }
            | What::Proved { .. }
            | What::Stopping { .. }
            | What::ChangeSetStays { .. }
            | What::Disproved { .. } => {
                if words.passing {
                    self.say_now(words, style);
                } else {
                    self.keep(words, style);
                }
            }
        }
    }

    /// Puts the first line into the running line of what is at work.
    fn say_now(&mut self, words: &Said, style: Style) {
        // Layers come one after the other, so the last one is the one at work.
        let running = self.running.keys().next_back().copied();
        self.say(running.unwrap_or(Running::Preparation), words, style);
    }

    /// Lets the line of what is at work say how long it still takes.
    fn expect(&self, left_ms: u64) {
        if let Some(bar) = self.running.values().next_back() {
            let due = millis(bar.elapsed()).saturating_add(left_ms);
            self.due.store(due, Ordering::Relaxed);
        }
    }

    /// Puts the first line into a running line, which begins if there is none.
    fn say(&mut self, running: Running, words: &Said, style: Style) {
        let bar = self.running.entry(running).or_insert_with(|| {
            let bar = self.area.add(ProgressBar::new_spinner());
            bar.set_style(spinner(&self.due));
            if let Running::Layer(layer) = running {
                bar.set_prefix(format!("{:<10} ", layer.name()));
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        let text = words
            .lines
            .first()
            .map(|line| line.trim())
            .unwrap_or_default();
        let text = match running {
            Running::Layer(layer) => text
                .strip_prefix(layer.name())
                .map_or(text, |rest| rest.trim_start_matches(": ")),
            Running::Preparation => text,
        };
        let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // The sign, the layer's name and the seconds need the rest of the line, and so does what is left.
        let expected = self.due.load(Ordering::Relaxed) > 0;
        let rest = 24 + if expected { LEFT } else { 0 };
        bar.set_message(shorten(&plain, style.columns().saturating_sub(rest)));
    }

    /// Writes lines that stay, above the running ones.
    fn keep(&self, words: &Said, style: Style) {
        let _ = self
            .area
            .println(painted(words, style).trim_end_matches('\n'));
    }

    fn stop(&mut self, running: Running) {
        if let Some(bar) = self.running.remove(&running) {
            self.due.store(0, Ordering::Relaxed);
            bar.finish_and_clear();
            self.area.remove(&bar);
        }
    }

    fn clear(&mut self) {
        for running in self.running.keys().copied().collect::<Vec<_>>() {
            self.stop(running);
        }
    }
}

/// What is said of what is left; nothing once it takes longer than was expected.
fn left(elapsed: Duration, due: u64) -> String {
    match Duration::from_millis(due).checked_sub(elapsed) {
        Some(left) if !left.is_zero() => format!(", ~{} left", about(left)),
        _ => String::new(),
    }
}

fn spinner(due: &Due) -> ProgressStyle {
    let due = Due::clone(due);
    ProgressStyle::with_template("{spinner} {prefix}{msg} {took}{left}")
        .expect("the template is a constant that a test draws")
        .with_key(
            "took",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                // A line that cannot be written is drawn without its duration.
                let _ = text.write_str(&duration(state.elapsed()));
            },
        )
        .with_key(
            "left",
            move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let left = left(state.elapsed(), due.load(Ordering::Relaxed));
                // A line that cannot be written is drawn without it.
                let _ = text.write_str(&left);
            },
        )
}

#[cfg(test)]
mod tests;
