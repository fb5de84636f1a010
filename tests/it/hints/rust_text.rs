//! As much of Rust's grammar as it takes to read a match in code that rustfmt has written.

/// One arm of a match.
#[derive(Debug, PartialEq, Eq)]
pub struct Arm {
    /// Its patterns, each without fields: `Self::Unreadable`; with its guard, if there is one.
    pub patterns: Vec<String>,
    /// What it gives, blanks narrowed.
    pub value: String,
}

/// The text with comments taken out.
pub fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| {
        // `//` inside a string is an address.
        let at = line
            .match_indices("//")
            .map(|(at, _)| at)
            .find(|at| line[..*at].matches('"').count() % 2 == 0);
        &line[..at.unwrap_or(line.len())]
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The match of every `impl … Hint for …` in a text: what stands between its braces.
pub fn hint_bodies(text: &str) -> Vec<&str> {
    let parts = text.match_indices("Hint for ").filter_map(|(at, _)| {
        let rest = &text[at..];
        let implementation = braced(rest)?;
        let start = implementation.find("match ")?;
        braced(&implementation[start..])
    });
    parts.collect()
}

/// What stands between the first brace and the one that closes it.
fn braced(text: &str) -> Option<&str> {
    let open = text.find('{')?;
    let end = ends(&text[open + 1..], |depth, character| {
        depth == 0 && character == '}'
    });
    Some(&text[open + 1..open + 1 + end])
}

/// Where the first character lies, outside strings, for which `here` says yes; it is told how many brackets are open.
fn ends(text: &str, here: impl Fn(usize, char) -> bool) -> usize {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        if here(depth, character) {
            return at;
        }
        match character {
            '"' => in_string = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

/// The arms of a match, in order.
pub fn arms(body: &str) -> Vec<Arm> {
    let mut rest = body.trim_start();
    let mut found = Vec::new();
    while let Some(arrow) = arrow(rest) {
        let pattern = &rest[..arrow];
        rest = rest[arrow + 2..].trim_start();
        let block = rest.starts_with('{');
        let end = if block {
            braced(rest).map_or(rest.len(), |inner| inner.len() + 2)
        } else {
            ends(rest, |depth, character| depth == 0 && character == ',')
        };
        let value = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        let value = match value
            .strip_prefix("{ ")
            .and_then(|value| value.strip_suffix(" }"))
        {
            Some(inner) if block => inner.to_owned(),
            _ => value,
        };
        found.push(Arm {
            patterns: alternatives(pattern),
            value,
        });
        rest = rest[end..]
            .trim_start()
            .trim_start_matches(',')
            .trim_start();
    }
    found
}

/// Where the pattern's arrow is.
fn arrow(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from
            + ends(&text[from..], |depth, character| {
                depth == 0 && character == '='
            });
        let next = text.get(at..at + 2)?;
        if next == "=>" {
            return Some(at);
        }
        from = at + 2;
    }
}

/// `A { .. } | B(_) if c` as `A if c` and `B if c`.
fn alternatives(pattern: &str) -> Vec<String> {
    let pattern = pattern.split_whitespace().collect::<Vec<_>>().join(" ");
    let (pattern, guard) = match pattern.split_once(" if ") {
        Some((pattern, guard)) => (pattern.to_owned(), format!(" if {guard}")),
        None => (pattern, String::new()),
    };
    let mut rest = pattern.trim_start_matches("| ");
    let mut found = Vec::new();
    while !rest.is_empty() {
        let end = ends(rest, |depth, character| depth == 0 && character == '|');
        let one = rest[..end].trim();
        let name = one.split(['{', '(']).next().unwrap_or(one).trim();
        found.push(format!("{name}{guard}"));
        rest = rest[end..].trim_start_matches('|').trim_start();
    }
    found
}

#[test]
fn a_match_is_read_as_it_is_written() {
    let text = r#"
impl crate::hint::Hint for Error {
    fn hint(&self) -> Option<String> {
        const WORDS: &str = "a, b => {";
        match self {
            Self::One { name, .. } if name.is_empty() => Some("none, => or \" this".into()),
            Self::One { .. } | Self::Two(Inner::Deep { .. }) => {
                Some(WORDS.into())
            }
            Self::Three
            | Self::Four(_) => None,
        }
    }
}
"#;
    let bodies = hint_bodies(text);
    assert_eq!(bodies.len(), 1);
    let arm = |patterns: &[&str], value: &str| Arm {
        patterns: patterns
            .iter()
            .map(|pattern| (*pattern).to_owned())
            .collect(),
        value: value.to_owned(),
    };
    let wanted = [
        arm(
            &["Self::One if name.is_empty()"],
            r#"Some("none, => or \" this".into())"#,
        ),
        arm(&["Self::One", "Self::Two"], "Some(WORDS.into())"),
        arm(&["Self::Three", "Self::Four"], "None"),
    ];
    assert_eq!(arms(bodies[0]), wanted);
}
