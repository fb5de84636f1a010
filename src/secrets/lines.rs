//! The assignments of a secrets file as `dotenvy` reads them, each with the lines that it stands on.
//!
//! `dotenvy` has two habits that do not suit secrets. Its errors quote the line, so none is passed on. And
//! it puts variables of this process in for `$NAME`: whoever reads an assignment looks at its lines for
//! that first (see [`Item::has_dollar`]).

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use secrecy::SecretString;

/// One assignment, or what could not be read as one.
pub(super) struct Item<'a> {
    /// Its first line, from 1.
    pub line: usize,
    /// The lines it stands on, as written.
    pub written: &'a [&'a str],
    /// Name and value; none when it is not an assignment.
    pub assigned: Option<(String, SecretString)>,
}

impl Item<'_> {
    /// Whether something would be put in for a `$`, judged on the safe side: one in single quotes stays as it
    /// is, and so does one in a comment behind a value without quotes.
    pub fn has_dollar(&self) -> bool {
        self.written.iter().any(|line| {
            if line.contains(['"', '\\']) {
                line.contains('$')
            } else if line.contains('\'') {
                line.split('\'')
                    .step_by(2)
                    .any(|outside| outside.contains('$'))
            } else {
                let code = line.split(" #").next().unwrap_or_default();
                code.contains('$')
            }
        })
    }
}

/// The name that a line assigns to, if it looks like an assignment.
pub(super) fn name_on(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line
        .strip_prefix("export")
        .filter(|rest| rest.starts_with([' ', '\t']))
        .map_or(line, str::trim_start);
    let (name, _) = line.split_once('=')?;
    Some(name.trim_end())
}

/// Every item of a text whose last line ends with a newline.
pub(super) fn items<'a>(lines: &'a [&'a str]) -> Vec<Item<'a>> {
    let read = Rc::new(Cell::new(0));
    let source = LineByLine {
        lines,
        offset: 0,
        read: Rc::clone(&read),
    };
    let mut items = Vec::new();
    let mut parser = dotenvy::from_read_iter(source);
    loop {
        let before = read.get();
        let Some(parsed) = parser.next() else {
            return items;
        };
        // Blank lines and comments in front of an item are read with it.
        let blank = lines[before..read.get()]
            .iter()
            .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
            .count();
        let first = before + blank;
        items.push(Item {
            line: first + 1,
            written: &lines[first.min(read.get())..read.get()],
            assigned: parsed.ok().map(|(name, value)| (name, value.into())),
        });
    }
}

/// Hands out one line a call, so that a buffered reader never holds more than the line it is asked for,
/// and `read` tells which line that is.
struct LineByLine<'a> {
    lines: &'a [&'a str],
    offset: usize,
    read: Rc<Cell<usize>>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(line) = self.lines.get(self.read.get()) else {
            return Ok(0);
        };
        let rest = &line.as_bytes()[self.offset..];
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        if taken == rest.len() {
            self.offset = 0;
            self.read.set(self.read.get() + 1);
        } else {
            self.offset += taken;
        }
        Ok(taken)
    }
}
