//! Where in a JSON text something is that a pointer leads to. The text has been read before, so it is JSON.

/// Line and column (in characters), from 1, of what a JSON pointer leads to; of the last part above it that is there
/// when it leads to nothing.
pub(super) fn locate(text: &str, pointer: &str) -> (usize, usize) {
    let mut scan = Scan { text, at: 0 };
    let mut found = scan.blank();
    for part in pointer.split('/').skip(1) {
        match scan.enter(part) {
            Some(at) => found = at,
            None => break,
        }
    }
    let before = &text[..found];
    let line_begins = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_begins..].chars().count() + 1,
    )
}

/// A place in the text.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    /// Goes over white space; returns where it stands then.
    fn blank(&mut self) -> usize {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Enters the field or entry of the value that it stands before; `None` when there is none.
    fn enter(&mut self, part: &str) -> Option<usize> {
        let keyed = match self.next()? {
            b'{' => true,
            b'[' => false,
            _ => return None,
        };
        self.at += 1;
        for index in 0.. {
            self.blank();
            if matches!(self.next()?, b'}' | b']') {
                return None;
            }
            let is_wanted = if keyed {
                // No field of the document has a name that is escaped.
                let name = self.text[self.at + 1..].starts_with(&format!("{part}\""));
                self.skip();
                self.blank();
                self.at += 1;
                self.blank();
                name
            } else {
                part == index.to_string()
            };
            if is_wanted {
                return Some(self.at);
            }
            self.skip();
            self.blank();
            if self.next()? == b',' {
                self.at += 1;
            }
        }
        None
    }

    /// Goes over a whole value.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        let mut quoted = false;
        while let Some(byte) = self.next() {
            if quoted {
                match byte {
                    b'\\' => self.at += 1,
                    b'"' => quoted = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => quoted = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' | b',' if depth == 0 => return,
                    b'}' | b']' => depth -= 1,
                    byte if depth == 0 && (byte == b':' || byte.is_ascii_whitespace()) => return,
                    _ => {}
                }
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "a": [ { "id": "é, \"x\" ]}" }, { "b": [1, -2.5e3, {}], "id": "y" } ],
  "c" : { "d":null, "e": "f" }
}"#;

    #[test]
    fn what_a_pointer_leads_to_is_found() {
        for (pointer, expected) in [
            ("", (1, 1)),
            ("/a", (2, 8)),
            ("/a/0", (2, 10)),
            ("/a/0/id", (2, 18)),
            ("/a/1/b/1", (2, 46)),
            ("/a/1/b/2", (2, 54)),
            ("/a/1/id", (2, 65)),
            ("/c/d", (3, 15)),
            ("/c/e", (3, 26)),
        ] {
            assert_eq!(locate(TEXT, pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn what_is_missing_is_where_it_should_be() {
        for (pointer, above) in [
            ("/z", ""),
            ("/c/z/y", "/c"),
            ("/a/2", "/a"),
            ("/a/1/b/0/z", "/a/1/b/0"),
            ("/a/1/b/2/z", "/a/1/b/2"),
        ] {
            assert_eq!(locate(TEXT, pointer), locate(TEXT, above), "{pointer}");
        }
    }
}
