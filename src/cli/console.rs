//! The terminal: stdout is data, stderr is everything else. The only place that prints.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::render::{self, Style};

/// Where a command writes, and whether a person reads it.
pub struct Console {
    out: Shared,
    err: Shared,
    /// Whether stdin and stderr are a terminal, so that a person can be asked.
    pub interactive: bool,
    /// How stdout may be written.
    pub out_style: Style,
    /// How stderr may be written.
    pub err_style: Style,
    /// Whether stderr is a terminal that can be redrawn.
    pub err_terminal: bool,
    /// How an error may be written: within the columns that somebody looks at it in. In a log each message is one line,
    /// which can be searched for.
    pub error_style: Style,
}

/// What is known of the process's streams, and of the person at them.
#[derive(Debug, Default)]
struct Known {
    /// `TERM`.
    terminal: Option<OsString>,
    /// `NO_COLOR`.
    no_color: Option<OsString>,
    /// Whether stdout is a terminal.
    out: bool,
    /// Whether stderr is one.
    err: bool,
    /// How many columns there are.
    width: Option<usize>,
}

impl Console {
    /// The process's own streams.
    pub fn process() -> Self {
        let known = Known {
            terminal: std::env::var_os("TERM"),
            no_color: std::env::var_os("NO_COLOR"),
            out: io::stdout().is_terminal(),
            err: io::stderr().is_terminal(),
            width: width(),
        };
        let out: Box<dyn Write + Send> = Box::new(io::stdout());
        Self {
            interactive: io::stdin().is_terminal() && known.err,
            ..Self::of(&known, out, Box::new(io::stderr()))
        }
    }

    /// Streams, as what is known of them and of the person says. `NO_COLOR` switches colour off; a terminal that takes no
    /// escape sequences (`TERM` is `dumb`, or nobody said) gets neither colour nor a line that is drawn again.
    fn of(known: &Known, out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        let is_set =
            |value: &Option<OsString>| value.as_ref().is_some_and(|value| !value.is_empty());
        let is_dumb =
            !is_set(&known.terminal) || known.terminal.as_deref() == Some(OsStr::new("dumb"));
        let colored = !is_set(&known.no_color) && !is_dumb;
        let style = |is_terminal: bool| Style {
            color: is_terminal && colored,
            width: known.width.unwrap_or(80),
        };
        let err_style = style(known.err);
        Self {
            out: Shared::new(out),
            err: Shared::new(err),
            interactive: false,
            out_style: style(known.out),
            err_style,
            err_terminal: known.err && !is_dumb,
            error_style: Style {
                width: known.width.unwrap_or(usize::MAX),
                ..err_style
            },
        }
    }

    /// Streams of a test: no terminal, no colour, 80 columns.
    pub fn captured(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self::of(&Known::default(), out, err)
    }

    /// Writes data. A reader that went away (`| head`) is no failure.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        self.data_is_read(text).map(drop)
    }

    /// Writes data that people read; what is too long goes on below.
    pub fn lines(&mut self, text: &str) -> io::Result<()> {
        let fitted = render::fitted(text, self.out_style);
        self.data(&(fitted + "\n"))
    }

    /// Writes data, and says whether anybody reads it still.
    pub fn data_is_read(&mut self, text: &str) -> io::Result<bool> {
        match self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            result => result.map(|()| true),
        }
    }

    /// Writes lines to the person; what is too long goes on below.
    pub fn say(&mut self, text: &str) {
        let fitted = render::fitted(text, self.error_style);
        self.say_as_it_is(&fitted);
    }

    /// Writes lines to the person that are laid out already, as well as it can.
    pub fn say_as_it_is(&mut self, text: &str) {
        // Nothing is left to be done when not even stderr can be written.
        let _ = writeln!(self.err, "{text}");
    }

    /// A writer to stderr for a renderer of progress.
    pub fn err_writer(&self) -> Box<dyn Write + Send> {
        Box::new(self.err.clone())
    }

    /// Asks for a line; none at the end of input. Waits off the runtime's thread, so that Ctrl-C is heard.
    pub async fn ask(&mut self, question: &str) -> Option<String> {
        let _ = write!(self.err, "{question} ");
        let _ = self.err.flush();
        let read = || {
            let mut line = String::new();
            match io::stdin().lock().read_line(&mut line) {
                Ok(0) | Err(_) => None,
                Ok(_) => Some(line.trim().to_owned()),
            }
        };
        tokio::task::spawn_blocking(read).await.ok().flatten()
    }
}

/// A stream that the console and a renderer of progress both write to.
#[derive(Clone)]
struct Shared(Arc<Mutex<Box<dyn Write + Send>>>);

impl Shared {
    fn new(stream: Box<dyn Write + Send>) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}

/// Columns, from `COLUMNS` or the terminal itself; none when nobody says.
fn width() -> Option<usize> {
    let given = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let asked = || {
        terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| usize::from(width))
    };
    given.or_else(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_and_redrawing_are_for_terminals_that_take_them() {
        let seen = |terminal: Option<&str>, no_color: Option<&str>, out, err| {
            let known = Known {
                terminal: terminal.map(OsString::from),
                no_color: no_color.map(OsString::from),
                out,
                err,
                width: Some(100),
            };
            let console = Console::of(&known, Box::new(io::sink()), Box::new(io::sink()));
            let colored = (console.out_style.color, console.err_style.color);
            assert_eq!(console.error_style, console.err_style);
            (colored, console.err_terminal)
        };
        let (good, dumb) = (Some("xterm-256color"), Some("dumb"));
        assert_eq!(seen(good, None, true, true), ((true, true), true));
        assert_eq!(seen(good, Some(""), true, true), ((true, true), true));
        assert_eq!(seen(good, Some("1"), true, true), ((false, false), true));
        assert_eq!(seen(good, None, false, true), ((false, true), true));
        assert_eq!(seen(good, None, true, false), ((true, false), false));
        for terminal in [dumb, Some(""), None] {
            assert_eq!(seen(terminal, None, true, true), ((false, false), false));
        }
    }

    /// A pipe whose reader took this many writes and went away.
    struct Pipe(usize);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.0 -= 1;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_known_and_no_failure() {
        let mut console = Console::captured(Box::new(Pipe(1)), Box::new(io::sink()));
        assert!(console.data_is_read("first\n").unwrap());
        assert!(!console.data_is_read("second\n").unwrap());
        console.data("third\n").unwrap();
    }
}
