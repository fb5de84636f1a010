//! Pictures and pages written element by element, so that no text in them can become markup.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// A document under way. The same calls always give the same bytes.
pub struct Svg {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

/// What a picture tells to those who do not see it, and how large it is.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// What it is.
    pub title: &'a str,
    /// What it shows, in words.
    pub description: &'a str,
    /// CSS without quotation marks and without `<`, `>` and `&`.
    pub style: &'a str,
}

impl Default for Svg {
    fn default() -> Self {
        Self::new()
    }
}

impl Svg {
    /// An empty document.
    pub fn new() -> Self {
        Self {
            writer: Writer::new_with_indent(Vec::new(), b' ', 1),
            open: Vec::new(),
        }
    }

    /// Opens the picture with its title, its description and its style.
    pub fn picture(&mut self, frame: &Frame<'_>) {
        let (width, height) = (frame.width.to_string(), frame.height.to_string());
        let shown = format!("0 0 {width} {height}");
        self.open(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("viewBox", &shown),
                ("width", &width),
                ("height", &height),
                ("role", "img"),
                ("aria-labelledby", "title description"),
            ],
        );
        self.text("title", &[("id", "title")], frame.title);
        self.text("desc", &[("id", "description")], frame.description);
        self.text("style", &[], frame.style);
    }

    /// Opens an element.
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.write(Event::Start(element(name, attributes)));
        self.open.push(name);
    }

    /// Closes the element that was opened last.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.write(Event::End(BytesEnd::new(name)));
        }
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.write(Event::Empty(element(name, attributes)));
    }

    /// An element that holds a text.
    pub fn text(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        let text = plain(text);
        let written = self
            .writer
            .create_element(name)
            .with_attributes(attributes.iter().copied())
            .write_text_content(BytesText::new(&text));
        written.expect(MEMORY);
    }

    /// `<!DOCTYPE html>`.
    pub fn html(&mut self) {
        self.write(Event::DocType(BytesText::from_escaped("html")));
    }

    /// Closes whatever is open and gives the document, with a newline at its end.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        let mut bytes = self.writer.into_inner();
        bytes.push(b'\n');
        String::from_utf8(bytes).expect("texts are UTF-8, and so is what stands around them")
    }

    fn write(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect(MEMORY);
    }
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    BytesStart::new(name).with_attributes(attributes.iter().copied())
}

/// XML has no place for most control characters; a line may end.
fn plain(text: &str) -> String {
    let is_out = |c: char| c.is_control() && c != '\n';
    let sign = |c: char| if is_out(c) { '\u{fffd}' } else { c };
    text.chars().map(sign).collect()
}

const MEMORY: &str = "memory takes whatever is written to it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let mut svg = Svg::new();
        svg.picture(&Frame {
            width: 10,
            height: 20,
            title: "<script>",
            description: "a & b\u{1b}",
            style: ".a { fill: red }\n.b { fill: blue }",
        });
        svg.open("g", &[("class", "\"><x>")]);
        svg.text("text", &[("x", "1")], "</text><script>alert(1)</script>");
        svg.empty("rect", &[("width", "4")]);
        insta::assert_snapshot!(svg.finish());
    }
}
