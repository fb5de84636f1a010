//! An XML document as a tree that forgets nothing: what is not touched is written as it was read, byte for byte,
//! whether this version knows it or not.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::Refusal;

/// A document: the root element, and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    before: String,
    pub(super) root: Element,
    after: String,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    /// As written, from behind the name to before the closing bracket.
    attributes: String,
    nodes: Vec<Node>,
    /// Written `<a/>`, as long as it stays empty.
    short: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Element(Element),
    /// Text, comments, references: as written.
    Raw(String),
}

impl Document {
    /// Reads a document with exactly one root element.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let not_xml = |message: String| Refusal::NotXml { message };
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        let mut root: Option<Element> = None;
        let (mut before, mut after) = (String::new(), String::new());
        loop {
            let from = offset(&reader);
            let event = reader
                .read_event()
                .map_err(|error| not_xml(error.to_string()))?;
            let complete = match event {
                Event::Eof => break,
                Event::Start(tag) => {
                    open.push(Element::opened(&tag, false)?);
                    continue;
                }
                Event::Empty(tag) => Element::opened(&tag, true)?,
                Event::End(_) => open
                    .pop()
                    .ok_or_else(|| not_xml("an end without a beginning".to_owned()))?,
                _ => {
                    let raw = text.get(from..offset(&reader)).unwrap_or_default();
                    match (open.last_mut(), &root) {
                        (Some(parent), _) => parent.nodes.push(Node::Raw(raw.to_owned())),
                        (None, None) => before.push_str(raw),
                        (None, Some(_)) => after.push_str(raw),
                    }
                    continue;
                }
            };
            match open.last_mut() {
                Some(parent) => parent.nodes.push(Node::Element(complete)),
                None if root.is_none() => root = Some(complete),
                None => return Err(not_xml("a second root element".to_owned())),
            }
        }
        match (root, open.pop()) {
            (Some(root), None) => Ok(Self {
                before,
                root,
                after,
            }),
            (_, Some(unclosed)) => Err(not_xml(format!("{} is not closed", unclosed.name))),
            (None, None) => Err(not_xml("it is empty".to_owned())),
        }
    }

    /// The document as text.
    pub(super) fn write(&self) -> String {
        let mut text = self.before.clone();
        self.root.write(&mut text);
        text + &self.after
    }
}

/// How many bytes were read.
fn offset(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

impl Element {
    fn opened(tag: &BytesStart<'_>, short: bool) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(tag).map_err(|error| Refusal::NotXml {
            message: error.to_string(),
        })?;
        let name = tag.name().as_ref().len();
        Ok(Self {
            name: text[..name].to_owned(),
            attributes: text[name..].to_owned(),
            nodes: Vec::new(),
            short,
        })
    }

    /// An element with these children.
    pub(super) fn with(name: &str, children: impl IntoIterator<Item = Self>) -> Self {
        Self {
            name: name.to_owned(),
            attributes: String::new(),
            nodes: children.into_iter().map(Node::Element).collect(),
            short: false,
        }
    }

    /// An element that holds a text.
    pub(super) fn of(name: &str, text: &str) -> Self {
        let nodes = if text.is_empty() {
            Vec::new()
        } else {
            vec![Node::Raw(escape(text).into_owned())]
        };
        Self {
            nodes,
            ..Self::with(name, [])
        }
    }

    /// CloudFront's form of a list: how many, and the items where there are any.
    pub(super) fn list(name: &str, items: Vec<Self>) -> Self {
        let mut list = Self::with(name, []);
        list.set_items(items);
        list
    }

    fn write(&self, text: &mut String) {
        text.push('<');
        text.push_str(&self.name);
        text.push_str(&self.attributes);
        if self.nodes.is_empty() && self.short {
            text.push_str("/>");
            return;
        }
        text.push('>');
        for node in &self.nodes {
            match node {
                Node::Element(element) => element.write(text),
                Node::Raw(raw) => text.push_str(raw),
            }
        }
        text.push_str("</");
        text.push_str(&self.name);
        text.push('>');
    }

    /// The child elements.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Raw(_) => None,
        })
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// The first child of this name, to be changed.
    pub(super) fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.nodes.iter_mut().find_map(|node| match node {
            Node::Element(element) if element.name == name => Some(element),
            Node::Element(_) | Node::Raw(_) => None,
        })
    }

    /// The text inside, references resolved and blanks around it left out.
    pub(super) fn text(&self) -> String {
        let raw: String = self
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Raw(raw) => Some(raw.as_str()),
                Node::Element(_) => None,
            })
            .collect();
        unescape(&raw)
            .unwrap_or(Cow::Borrowed(&raw))
            .trim()
            .to_owned()
    }

    /// The text of the first child of this name; empty when there is none.
    pub(super) fn text_of(&self, name: &str) -> String {
        self.child(name).map(Self::text).unwrap_or_default()
    }

    /// The items of a list in CloudFront's form.
    pub(super) fn items(&self) -> impl Iterator<Item = &Self> {
        self.child("Items").into_iter().flat_map(Self::children)
    }

    /// Gives a list other items, and counts them.
    pub(super) fn set_items(&mut self, items: Vec<Self>) {
        let quantity = items.len().to_string();
        if self.text_of("Quantity") != quantity {
            self.put(Self::of("Quantity", &quantity), &["Quantity", "Items"]);
        }
        if items.is_empty() {
            self.remove("Items");
        } else if let Some(found) = self.child_mut("Items") {
            found.replace_children(items);
        } else {
            self.put(Self::with("Items", items), &["Quantity", "Items"]);
        }
    }

    /// Puts a child in the place of the one with its name, or where `order` says that it belongs.
    pub(super) fn put(&mut self, child: Self, order: &[&str]) {
        if let Some(found) = self.child_mut(&child.name) {
            *found = child;
            return;
        }
        let rank = |name: &str| order.iter().position(|known| *known == name);
        let own = rank(&child.name);
        let at = self.nodes.iter().position(|node| match node {
            Node::Element(element) => own.is_some() && rank(&element.name) > own,
            Node::Raw(_) => false,
        });
        let at = at.unwrap_or_else(|| self.behind_the_last());
        self.nodes.insert(at, Node::Element(child));
    }

    /// Takes every child of this name away.
    pub(super) fn remove(&mut self, name: &str) {
        self.nodes
            .retain(|node| !matches!(node, Node::Element(element) if element.name == name));
    }

    /// Gives the element other children; what stands between those that stay is kept.
    fn replace_children(&mut self, children: Vec<Self>) {
        let blank = |node: &Node| matches!(node, Node::Raw(raw) if raw.trim().is_empty());
        let stays = |element: &Self| children.iter().any(|child| child == element);
        let same = self.children().filter(|child| stays(child)).eq(&children);
        if same {
            self.nodes
                .retain(|node| !matches!(node, Node::Element(element) if !stays(element)));
            return;
        }
        let tail: Vec<Node> = self
            .nodes
            .iter()
            .rev()
            .take_while(|node| blank(node))
            .cloned()
            .collect();
        let mut old: Vec<Node> = std::mem::take(&mut self.nodes);
        old.truncate(old.len() - tail.len());
        for child in children {
            let at = old
                .iter()
                .position(|node| matches!(node, Node::Element(element) if *element == child));
            if let Some(at) = at {
                // With the blanks and comments that lead to it.
                let from = old[..at]
                    .iter()
                    .rposition(|node| matches!(node, Node::Element(_)))
                    .map_or(0, |before| before + 1);
                self.nodes.extend(old.drain(from..=at));
            } else {
                self.nodes.push(Node::Element(child));
            }
        }
        self.nodes.extend(tail.into_iter().rev());
    }

    fn behind_the_last(&self) -> usize {
        self.nodes
            .iter()
            .rposition(|node| matches!(node, Node::Element(_)))
            .map_or(0, |last| last + 1)
    }

    /// Whether leaving the element out would say the same: it is empty, off, or an empty list.
    pub(super) fn says_nothing(&self) -> bool {
        let mut children = self.children().peekable();
        if children.peek().is_none() {
            return matches!(self.text().as_str(), "" | "false" | "0");
        }
        children.all(Self::says_nothing)
    }

    /// The element as JSON, to be shown: lists as lists, texts as texts, and nothing that says nothing.
    pub(super) fn to_value(&self) -> Value {
        if self.children().next().is_none() {
            return Value::String(self.text());
        }
        if self.name == "Items" {
            return self.children().map(Self::to_value).collect();
        }
        let told = |child: &&Self| child.name != "Quantity" && !child.says_nothing();
        let fields = self.children().filter(told);
        let mut fields: Map<String, Value> = fields
            .map(|child| (child.name.clone(), child.to_value()))
            .collect();
        match fields.remove("Items") {
            Some(items) if fields.is_empty() => items,
            items => {
                fields.extend(items.map(|items| ("Items".to_owned(), items)));
                Value::Object(fields)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: &str = "<?xml version=\"1.0\"?>\n<!-- by hand -->\n<A xmlns=\"u\" b='1 &lt; 2' >\n  <Empty/><Open></Open>\n  \
        <Text>a &amp; b<![CDATA[<c>]]></Text>\n  <N:New x=\"1\"/>\n</A>\n";

    #[test]
    fn what_is_read_is_written_again_byte_for_byte() {
        assert_eq!(Document::parse(ODD).unwrap().write(), ODD);
    }

    #[test]
    fn a_list_knows_how_many_it_holds() {
        let mut list = Element::list("Aliases", vec![Element::of("CNAME", "a&b")]);
        let text = |list: &Element| {
            let mut text = String::new();
            list.write(&mut text);
            text
        };
        assert_eq!(
            text(&list),
            "<Aliases><Quantity>1</Quantity><Items><CNAME>a&amp;b</CNAME></Items></Aliases>"
        );
        assert_eq!(list.to_value(), serde_json::json!(["a&b"]));
        list.set_items(Vec::new());
        assert_eq!(text(&list), "<Aliases><Quantity>0</Quantity></Aliases>");
    }

    #[test]
    fn blanks_between_items_stay_where_they_are() {
        let text = "<L><Quantity>2</Quantity>\n<Items>\n  <a/>\n  <b/>\n</Items></L>";
        let mut document = Document::parse(text).unwrap();
        let before = document.clone();
        let mut items: Vec<Element> = document.root.items().cloned().collect();
        items.insert(1, Element::of("c", ""));
        document.root.set_items(items);
        assert_eq!(
            document.write(),
            "<L><Quantity>3</Quantity>\n<Items>\n  <a/><c></c>\n  <b/>\n</Items></L>"
        );
        document
            .root
            .set_items(before.root.items().cloned().collect());
        assert_eq!(document.write(), text);
    }

    #[test]
    fn what_is_no_document_is_told() {
        for text in ["", "<a>", "<a></b>", "<a/><b/>", "</a>"] {
            assert!(
                matches!(Document::parse(text), Err(Refusal::NotXml { .. })),
                "{text}"
            );
        }
    }
}
