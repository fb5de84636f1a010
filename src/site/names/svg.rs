//! What an SVG file names. It is XML, and a browser shows none of it when it is not well-formed.

use std::borrow::Cow;
use std::str::from_utf8;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::markup::Content;
use super::{Broken, Found, Part};

impl Found {
    pub(super) fn drawing(&mut self, part: &Part<'_>) -> Result<(), Broken> {
        let mut reader = Reader::from_str(part.text);
        let mut depth = 0_usize;
        let mut open: Option<(Content, usize, String)> = None;
        loop {
            let offset = position(reader.buffer_position());
            let event = reader.read_event().map_err(|error| {
                part.broken(position(reader.error_position()), error.to_string())
            })?;
            let not_text = |error: &dyn std::error::Error| part.broken(offset, error.to_string());
            match event {
                Event::Eof if depth > 0 => {
                    return Err(part.broken(offset, "an element is not closed"));
                }
                Event::Eof => return Ok(()),
                Event::Empty(tag) => self.element(part, &tag, offset)?,
                Event::Start(tag) => {
                    depth += 1;
                    self.element(part, &tag, offset)?;
                    let kind = tag.try_get_attribute("type").ok().flatten();
                    let kind = kind.map_or(Cow::default(), |kind| kind.value);
                    let kind = String::from_utf8_lossy(&kind);
                    let begin = part.line(position(reader.buffer_position()));
                    open = Content::of(tag.local_name().as_ref(), &kind)
                        .map(|content| (content, begin, String::new()));
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    if let Some((content, line, text)) = open.take() {
                        self.content(content, &text, line)?;
                    }
                }
                Event::Text(text) => {
                    let text = text.decode().map_err(|error| not_text(&error))?;
                    put(&mut open, &text);
                }
                Event::CData(text) => {
                    let text = text.decode().map_err(|error| not_text(&error))?;
                    put(&mut open, &text);
                }
                Event::GeneralRef(reference) => {
                    let text = resolved(&reference);
                    if open.is_some() && text.is_none() {
                        return Err(part.broken(offset, "a reference that is not known"));
                    }
                    put(&mut open, &text.unwrap_or_default());
                }
                Event::PI(instruction) if instruction.target() == b"xml-stylesheet" => {
                    self.attributes(part, b"link", instruction.attributes(), offset)?;
                }
                Event::PI(_) | Event::Comment(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    fn element(
        &mut self,
        part: &Part<'_>,
        tag: &BytesStart<'_>,
        offset: usize,
    ) -> Result<(), Broken> {
        self.attributes(part, tag.local_name().as_ref(), tag.attributes(), offset)
    }

    fn attributes(
        &mut self,
        part: &Part<'_>,
        element: &[u8],
        attributes: Attributes<'_>,
        offset: usize,
    ) -> Result<(), Broken> {
        for attribute in attributes {
            let attribute = attribute.map_err(|error| part.broken(offset, error.to_string()))?;
            let line = part.line(offset);
            self.attribute(element, attribute.key.as_ref(), line, || {
                let broken = |message: String| Broken { line, message };
                let raw = from_utf8(&attribute.value).map_err(|error| broken(error.to_string()))?;
                unescape(raw).map_err(|error| broken(error.to_string()))
            })?;
        }
        Ok(())
    }
}

fn position(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn put(open: &mut Option<(Content, usize, String)>, more: &str) {
    if let Some((_, _, text)) = open {
        text.push_str(more);
    }
}

/// What a reference in a text stands for; none for one of the document's own.
fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    let name = reference.decode().ok()?;
    resolve_predefined_entity(&name).map(str::to_owned)
}
