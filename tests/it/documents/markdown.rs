//! Code in Markdown: blocks between fences, and spans in sentences.

use std::fmt;

/// File and line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: String,
    line: usize,
}

impl Place {
    /// So many lines further down.
    pub fn after(&self, lines: usize) -> Self {
        Self {
            file: self.file.clone(),
            line: self.line + lines,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// A block between fences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    language: String,
    text: Vec<String>,
}

impl Block {
    /// Whether its lines are for a shell.
    pub fn is_shell(&self) -> bool {
        ["sh", "console"].contains(&self.language.as_str())
    }

    /// Whether it begins as a command of ours does, whatever its language; a synopsis is none.
    pub fn begins_with_a_command(&self) -> bool {
        let first = self
            .text
            .first()
            .map_or("", |line| line.trim_start_matches("$ "));
        let is_ours = first.starts_with("qdn-infra ") || first.starts_with("./dev ");
        is_ours && !first.contains(" [--")
    }

    /// Its commands, those over several lines put together, each with the line where it begins. Of a recorded
    /// session only what was typed.
    pub fn lines(&self) -> Vec<(usize, String)> {
        let mut found: Vec<(usize, String)> = Vec::new();
        let mut goes_on = false;
        for (number, line) in self.text.iter().enumerate() {
            let line = line.trim();
            let typed = if self.language == "console" {
                line.strip_prefix("$ ")
            } else {
                Some(line)
            };
            let (text, continues) = match line.strip_suffix('\\') {
                Some(text) => (text, true),
                None => (line, false),
            };
            if goes_on {
                if let Some((_, last)) = found.last_mut() {
                    last.push_str(text);
                }
            } else if typed.is_some() {
                let text = text.strip_prefix("$ ").unwrap_or(text);
                found.push((number, text.to_owned()));
            }
            goes_on = continues && (goes_on || typed.is_some());
        }
        found
    }
}

/// Every block of a document, with the place of its first line.
pub fn blocks(file: &str, text: &str) -> Vec<(Place, Block)> {
    let mut found: Vec<(Place, Block)> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            open = !open;
            if open {
                let place = Place {
                    file: file.to_owned(),
                    line: number + 2,
                };
                let block = Block {
                    language: language.to_owned(),
                    text: Vec::new(),
                };
                found.push((place, block));
            }
        } else if open && let Some((_, block)) = found.last_mut() {
            block.text.push(line.to_owned());
        }
    }
    assert!(!open, "{file}: a block is not closed");
    found
}

/// Every span of code in the sentences of a document; one may go over a line's end.
pub fn spans(file: &str, text: &str) -> Vec<(Place, String)> {
    let mut found = Vec::new();
    let mut in_block = false;
    let mut span: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            span = None;
            continue;
        }
        if in_block {
            continue;
        }
        if line.trim().is_empty() {
            span = None;
        }
        for (index, part) in line.split('`').enumerate() {
            if index > 0 {
                span = match span.take() {
                    None => Some((number, String::new())),
                    Some((begun, code)) => {
                        let place = Place {
                            file: file.to_owned(),
                            line: begun + 1,
                        };
                        found.push((place, code));
                        None
                    }
                };
            }
            if let Some((_, code)) = &mut span {
                code.push_str(part);
            }
        }
        if let Some((_, code)) = &mut span {
            code.push(' ');
        }
    }
    found
}

/// The words of one command as a shell would part them, up to a comment, a pipe, a redirection or the next command.
pub fn words(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), inside) => word.get_or_insert_default().push(inside),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ' | '\t') => found.extend(word.take()),
            (None, '#') if word.is_none() => break,
            (None, '|' | '>' | ';' | '&') => break,
            (None, other) => word.get_or_insert_default().push(other),
        }
    }
    found.extend(word);
    found
}

#[test]
fn code_is_found_where_it_stands() {
    let text = "Say `qdn-infra\nplan` or:\n\n```sh\nqdn-infra plan \\\n  --full   # all\nls | cat\n```\n```console\n$ ./dev up\ndone\n```\n";
    let found = spans("a.md", text);
    let place = |line| Place {
        file: "a.md".to_owned(),
        line,
    };
    assert_eq!(found, [(place(1), "qdn-infra plan".to_owned())]);
    let found = blocks("a.md", text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].0, place(5));
    let typed: Vec<Vec<String>> = found[0]
        .1
        .lines()
        .iter()
        .map(|(_, line)| words(line))
        .collect();
    assert_eq!(typed, [vec!["qdn-infra", "plan", "--full"], vec!["ls"]]);
    let typed: Vec<Vec<String>> = found[1]
        .1
        .lines()
        .iter()
        .map(|(_, line)| words(line))
        .collect();
    assert_eq!(typed, [["./dev", "up"]]);
}

#[test]
fn quotes_keep_words_together() {
    assert_eq!(
        words("a --route 'GET /api/jobs' \"b c\" > d"),
        ["a", "--route", "GET /api/jobs", "b c"]
    );
}
