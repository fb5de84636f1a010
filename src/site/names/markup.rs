//! What documents name, and what the attributes of elements name in documents and drawings alike.

use std::borrow::Cow;

use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{Token, Tokenizer};

use super::{Broken, Found, Part};

/// Attributes of a drawing's elements that are declarations of style.
const PRESENTATION: [&[u8]; 9] = [
    b"clip-path",
    b"cursor",
    b"fill",
    b"filter",
    b"marker-end",
    b"marker-mid",
    b"marker-start",
    b"mask",
    b"stroke",
];

/// What the text within an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Style,
    Script,
    ImportMap,
    /// Markup for browsers that run no scripts.
    WithoutScript,
}

impl Content {
    /// Of an element by its name, and the `type` of a script.
    pub(super) fn of(element: &[u8], kind: &str) -> Option<Self> {
        let kind = kind.trim().to_ascii_lowercase();
        match element {
            b"style" => Some(Self::Style),
            b"noscript" => Some(Self::WithoutScript),
            b"script" if kind == "importmap" => Some(Self::ImportMap),
            b"script" if kind.is_empty() || kind == "module" => Some(Self::Script),
            // A browser runs all that is called `…/javascript` or `…/ecmascript`; anything else is data.
            b"script" if kind.ends_with("javascript") || kind.ends_with("ecmascript") => {
                Some(Self::Script)
            }
            _ => None,
        }
    }

    fn element(self) -> &'static str {
        match self {
            Self::Style => "style",
            Self::Script | Self::ImportMap => "script",
            Self::WithoutScript => "noscript",
        }
    }
}

/// Text that is being read.
struct Open {
    content: Content,
    /// The line at which it begins.
    line: usize,
    text: String,
}

impl Found {
    pub(super) fn document(&mut self, part: &Part<'_>) -> Result<(), Broken> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // The text of a script is no markup.
        emitter.naively_switch_states(true);
        let mut open: Option<Open> = None;
        let mut has_base = false;
        for Ok(token) in Tokenizer::new_with_emitter(part.text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    if tag.name.as_slice() == b"base" {
                        // Only the first one counts.
                        if let Some(address) = tag.attributes.get(&b"href"[..])
                            && !has_base
                        {
                            has_base = true;
                            self.rebase(&String::from_utf8_lossy(address));
                        }
                        continue;
                    }
                    self.start(part, &tag)?;
                    let kind = attribute(&tag, b"type").unwrap_or_default();
                    open = Content::of(&tag.name, &kind).map(|content| Open {
                        content,
                        line: part.line(tag.span.end),
                        text: String::new(),
                    });
                }
                Token::String(text) => {
                    if let Some(open) = &mut open {
                        open.text.push_str(&String::from_utf8_lossy(&text));
                    }
                }
                Token::EndTag(_) => {
                    if let Some(Open {
                        content,
                        line,
                        text,
                    }) = open.take()
                    {
                        self.content(content, &text, line)?;
                    }
                }
                // A browser mends what is wrong with markup by fixed rules, and so does the tokenizer.
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        match open {
            Some(Open { content, line, .. }) => Err(Broken {
                line,
                message: format!("<{}> is not closed", content.element()),
            }),
            None => Ok(()),
        }
    }

    /// What the text within an element names.
    pub(super) fn content(
        &mut self,
        content: Content,
        text: &str,
        line: usize,
    ) -> Result<(), Broken> {
        let part = Part::new(text, line);
        match content {
            Content::Style => self.style(&part),
            Content::Script => self.script(&part),
            Content::ImportMap => self.import_map(&part),
            Content::WithoutScript => self.document(&part),
        }
    }

    fn start(&mut self, part: &Part<'_>, tag: &StartTag<usize>) -> Result<(), Broken> {
        for (name, value) in &tag.attributes {
            let line = part.line(value.span.start);
            self.attribute(&tag.name, name, line, || Ok(String::from_utf8_lossy(value)))?;
        }
        Ok(())
    }

    /// What an attribute names. Its value is asked for only where it names something.
    pub(super) fn attribute<'v>(
        &mut self,
        element: &[u8],
        name: &[u8],
        line: usize,
        value: impl FnOnce() -> Result<Cow<'v, str>, Broken>,
    ) -> Result<(), Broken> {
        match (element, name) {
            (b"a" | b"area", b"href" | b"xlink:href") => self.link(&value()?, line),
            (_, b"src" | b"href" | b"xlink:href" | b"poster" | b"background")
            | (b"object", b"data") => self.add(&value()?, line),
            (_, b"srcset" | b"imagesrcset") => {
                for address in candidates(&value()?) {
                    self.add(address, line)?;
                }
                Ok(())
            }
            (_, b"style") => self.declarations(&value()?, line),
            (_, b"srcdoc") => {
                let base = self.base.clone();
                let read = self.document(&Part::new(&value()?, line));
                self.base = base;
                read
            }
            (_, name) if PRESENTATION.contains(&name) => {
                self.declarations(&format!("fill:{}", value()?), line)
            }
            _ => Ok(()),
        }
    }

    /// What follows is relative to this address. One that nothing can be relative to is ignored, as browsers do.
    fn rebase(&mut self, address: &str) {
        let base = self.base.join(address.trim()).ok();
        if let Some(base) = base.filter(|base| !base.cannot_be_a_base()) {
            self.base = base;
        }
    }
}

fn attribute(tag: &StartTag<usize>, name: &[u8]) -> Option<String> {
    let value = tag.attributes.get(name)?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// The addresses of a `srcset`. A comma may be part of one, but does not end it.
fn candidates(srcset: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace());
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        let address = word.trim_end_matches(',');
        found.push(address);
        rest = if address.len() < word.len() {
            after
        } else {
            // What describes it goes on to the next comma.
            after.split_once(',').map_or("", |(_, rest)| rest)
        };
    }
}
