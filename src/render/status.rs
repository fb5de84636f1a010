//! How an environment stands, as people read it: one screen.

use jiff::{SignedDuration, Timestamp};

use super::fit::{columns, printable, wrap};
use super::numbers::{bytes, count};
use super::style::{Style, Tone};
use crate::engine::{
    DistributionNow, EdgeNow, FunctionNow, LockNow, Look, PageNow, ReleaseNow, Runs, StackNow,
    Status,
};

/// Columns before what is told.
const LABEL: usize = 17;
/// Digits of a hash that tell two apart.
const SHORT: usize = 12;

/// The status as text that ends with a newline.
pub fn status_human(status: &Status, style: Style) -> String {
    let mut page = Page {
        lines: Vec::new(),
        style,
        now: status.at,
    };
    let head = format!(
        "{}  account {}, {}",
        status.environment, status.account, status.region
    );
    let at = time(status.at);
    let is_one_line = columns(&head) + 2 + columns(&at) <= style.columns();
    let (head, at) = (
        style.paint(Tone::Strong, &head),
        style.paint(Tone::Quiet, &at),
    );
    if is_one_line {
        page.lines.push(format!("{head}  {at}"));
    } else {
        page.lines.extend([head, at]);
    }
    page.lines.push(String::new());
    match &status.stack {
        Some(stack) => page.stack(stack),
        None => page.row(
            "stack",
            Tone::Changed,
            &format!(
                "there is no stack {}; `qdn-infra apply --env {}` makes it",
                status.stack_name, status.environment
            ),
        ),
    }
    page.look("release", &status.release, Page::release);
    page.look("lock", &status.lock, Page::lock);
    for function in &status.functions {
        page.function(function);
    }
    page.look("edge function", &status.edge, Page::edge);
    page.look("distribution", &status.distribution, Page::distribution);
    page.look("page", &status.page, Page::files);
    if let Some(addresses) = &status.addresses {
        page.row("track at", Tone::Plain, &addresses.track);
        page.row("api at", Tone::Plain, &addresses.api);
    }
    page.lines.push(String::new());
    page.lines.join("\n")
}

struct Page {
    lines: Vec<String>,
    style: Style,
    now: Timestamp,
}

impl Page {
    /// A label and what is told of it, wrapped below itself.
    fn row(&mut self, label: &str, tone: Tone, text: &str) {
        let room = self.style.columns().saturating_sub(LABEL);
        for (number, line) in wrap(&printable(text), room).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let line = format!("{label:LABEL$}{}", self.style.paint(tone, &line));
            self.lines.push(line);
        }
    }

    fn look<T>(
        &mut self,
        label: &str,
        look: &Look<Option<T>>,
        tell: impl Fn(&mut Self, &str, Option<&T>),
    ) {
        match look {
            Look::Seen(seen) => tell(self, label, seen.as_ref()),
            Look::Unread { unread } => self.unread(label, unread),
        }
    }

    fn unread(&mut self, label: &str, why: &str) {
        self.row(label, Tone::Failed, &format!("not read: {why}"));
    }

    fn stack(&mut self, stack: &StackNow) {
        let operation = stack.operation.seen().and_then(Option::as_ref);
        let since = operation.map_or_else(String::new, |operation| {
            format!(" since {}", self.when(&operation.newest))
        });
        let (tone, since) = match (stack.settled, stack.operating) {
            (_, true) => (Tone::Changed, String::new()),
            (true, false) => (Tone::Added, since),
            (false, false) => (Tone::Failed, since),
        };
        self.row("stack", tone, &format!("{}{since}", stack.status));
        if let Some(reason) = &stack.reason {
            self.row("", Tone::Plain, reason);
        }
        if let Look::Unread { unread } = &stack.operation {
            self.unread("operation", unread);
        }
        if stack.operating {
            let began = operation.map_or_else(String::new, |operation| {
                format!(", began {}", self.when(&operation.began))
            });
            self.row("operation", Tone::Changed, &format!("under way{began}"));
            if let Some(operation) = operation {
                self.row("", Tone::Plain, &format!("newest: {}", operation.event));
            }
        }
    }

    fn release(&mut self, label: &str, release: Option<&ReleaseNow>) {
        let Some(release) = release else {
            self.row(
                label,
                Tone::Plain,
                "none yet: every proved `apply` makes one",
            );
            return;
        };
        // Its id begins with the time.
        let made = ago(self.now.duration_since(release.made_at));
        self.row(label, Tone::Plain, &format!("{}, {made}", release.id));
        let revision = release.revision.as_deref().unwrap_or("no revision");
        let told = match revision.strip_suffix("-dirty") {
            Some(revision) => format!("revision {} with changes", short(revision)),
            None if release.revision.is_none() => revision.to_owned(),
            None => format!("revision {}", short(revision)),
        };
        let restores = release.restores.as_ref();
        let restores = restores.map_or_else(String::new, |id| format!(", puts back {id}"));
        self.row("", Tone::Plain, &format!("{told}{restores}"));
    }

    fn lock(&mut self, label: &str, lock: Option<&LockNow>) {
        let Some(LockNow { record, over }) = lock else {
            self.row(label, Tone::Plain, "free");
            return;
        };
        let taken = self.moment(record.taken_at);
        let by = format!(
            "{} on {} for `{}`, since {taken}",
            record.owner, record.host, record.command
        );
        let told = if *over {
            format!("left behind by {by}; the next command takes it over")
        } else {
            format!("held by {by}; id {}", record.id)
        };
        self.row(label, Tone::Changed, &told);
        if let Some(run) = &record.run {
            self.row("", Tone::Plain, run);
        }
    }

    fn function(&mut self, function: &FunctionNow) {
        let label = format!("{} function", function.function);
        let runs = match &function.runs {
            Look::Unread { unread } => return self.unread(&label, unread),
            Look::Seen(None) => return self.row(&label, Tone::Changed, "does not exist"),
            Look::Seen(Some(runs)) => runs,
        };
        let Runs {
            code_sha256,
            state,
            reason,
            as_released,
        } = runs;
        let tone = match (*state, as_released) {
            ("ready", Some(true) | None) => Tone::Added,
            ("failed", _) => Tone::Failed,
            _ => Tone::Changed,
        };
        let told = format!(
            "{state}, code {}{}",
            short(code_sha256),
            compared(*as_released)
        );
        self.row(&label, tone, &told);
        if let Some(reason) = reason {
            self.row("", Tone::Plain, reason);
        }
    }

    fn edge(&mut self, label: &str, edge: Option<&EdgeNow>) {
        match edge {
            Some(EdgeNow { as_released }) => {
                let tone = match as_released {
                    Some(false) => Tone::Changed,
                    Some(true) | None => Tone::Added,
                };
                self.row(label, tone, &format!("live{}", compared(*as_released)));
            }
            None => self.row(label, Tone::Changed, "not live"),
        }
    }

    fn distribution(&mut self, label: &str, distribution: Option<&DistributionNow>) {
        let Some(found) = distribution else {
            self.row(label, Tone::Changed, "there is none");
            return;
        };
        let (enabled, deployed) = (
            if found.enabled { "enabled" } else { "disabled" },
            if found.deployed {
                "deployed"
            } else {
                "on its way to the edges"
            },
        );
        let tone = match (found.enabled, found.deployed) {
            (true, true) => Tone::Added,
            (true, false) => Tone::Changed,
            (false, _) => Tone::Failed,
        };
        let told = format!("{enabled}, {deployed}, {} at {}", found.id, found.domain);
        self.row(label, tone, &told);
    }

    fn files(&mut self, label: &str, page: Option<&PageNow>) {
        let Some(page) = page else {
            self.row(label, Tone::Changed, "its bucket does not exist");
            return;
        };
        let size = bytes(page.bytes);
        let (tone, compared) = match page.unlike_release {
            None => (Tone::Plain, String::new()),
            Some(0) => (Tone::Added, ", the release's are all there".to_owned()),
            Some(unlike) => {
                let files = count(unlike, "file");
                (Tone::Changed, format!(", {files} not as released"))
            }
        };
        let files = count(page.files, "file");
        self.row(label, tone, &format!("{files}, {size}{compared}"));
    }

    /// A time as CloudFormation tells it, with how long ago that is.
    fn when(&self, at: &str) -> String {
        at.parse()
            .map_or_else(|_| at.to_owned(), |at| self.moment(at))
    }

    fn moment(&self, at: Timestamp) -> String {
        format!("{} ({})", time(at), ago(self.now.duration_since(at)))
    }
}

fn compared(as_released: Option<bool>) -> &'static str {
    match as_released {
        Some(true) => ", as released",
        Some(false) => ", not as released",
        None => "",
    }
}

fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `just now`, `5 min ago`, `3 h ago`, `2 days ago`; the largest unit alone.
fn ago(passed: SignedDuration) -> String {
    let minutes = passed.as_mins();
    match minutes {
        ..1 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
pub(super) mod tests;
