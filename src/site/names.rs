//! Which files of the page a document, a style sheet or a script names. Pure; whether they exist is decided in
//! `plan::site`.

use css_module_lexer::{Dependency, Mode, collect_dependencies};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use oxc_allocator::Allocator;
use oxc_ast::ast::StringLiteral;
use oxc_ast_visit::Visit;
use oxc_parser::{Parser, ParserReturn};
use oxc_span::{LabeledSpan, SourceType};
use url::Url;

use super::{INDEX_KEY, PREFIX};

/// Stands for whatever host the page is served from.
const HOST: &str = "https://page.invalid";
/// Where the page itself is; the edge function serves [`INDEX_KEY`] there.
const PAGE: &str = "track";

/// A file of the page that another one names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The line that names it, from 1.
    pub line: usize,
    /// Its object key.
    pub key: String,
}

/// A script that no browser could run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The line at which it ends to make sense, from 1.
    pub line: usize,
    /// What the parser says.
    pub message: String,
}

/// Whether files of this type name others.
pub fn names_others(content_type: &str) -> bool {
    Kind::of(content_type).is_some()
}

/// What the file with this key names: `src`, `href`, `srcset` and `poster` of a document, `url()` and `@import` of a
/// style sheet, imports of a script and its texts that are an address below the page. Each key once, by its first
/// line. What belongs to other sites, or to the main site, is not among them.
///
/// # Errors
/// A script cannot be parsed.
pub fn named(key: &str, content_type: &str, text: &str) -> Result<Vec<Named>, Broken> {
    let mut found = Found {
        base: base(key),
        text,
        named: Vec::new(),
    };
    match Kind::of(content_type) {
        Some(Kind::Document) => found.document(),
        Some(Kind::Style) => found.style(),
        Some(Kind::Script) => found.script()?,
        None => {}
    }
    found.named.sort();
    let mut seen = std::collections::BTreeSet::new();
    found.named.retain(|named| seen.insert(named.key.clone()));
    Ok(found.named)
}

enum Kind {
    Document,
    Style,
    Script,
}

impl Kind {
    fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next()? {
            "text/html" => Some(Self::Document),
            "text/css" => Some(Self::Style),
            "text/javascript" => Some(Self::Script),
            _ => None,
        }
    }
}

/// What relative addresses in a file are relative to. The page is known as `/track`, which is no folder.
fn base(key: &str) -> Url {
    let path = if key == INDEX_KEY { PAGE } else { key };
    format!("{HOST}/{path}")
        .parse()
        .expect("a key holds nothing that an address could not")
}

struct Found<'a> {
    base: Url,
    text: &'a str,
    named: Vec<Named>,
}

impl Found<'_> {
    fn document(&mut self) {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // The text of a script is no markup.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(self.text, emitter) {
            let Ok(Token::StartTag(tag)) = token else {
                continue;
            };
            for (name, value) in &tag.attributes {
                let offset = value.span.start;
                let value = String::from_utf8_lossy(value);
                let is_link = matches!(tag.name.as_slice(), b"a" | b"area");
                match name.as_slice() {
                    b"href" if is_link && !is_file_below(&value) => {}
                    b"src" | b"href" | b"poster" => self.add(&value, offset),
                    // A comma may be part of such an address.
                    b"srcset" if value.contains("data:") => {}
                    b"srcset" => {
                        for candidate in value.split(',') {
                            let address = candidate.split_whitespace().next();
                            self.add(address.unwrap_or_default(), offset);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn style(&mut self) {
        let (found, _) = collect_dependencies(self.text, Mode::Css);
        for dependency in &found {
            if let Dependency::Url { request, range, .. }
            | Dependency::Import { request, range, .. } = dependency
            {
                self.add(request, range.start as usize);
            }
        }
    }

    fn script(&mut self) -> Result<(), Broken> {
        let allocator = Allocator::default();
        let text = self.text;
        let parse = |kind| Parser::new(&allocator, text, kind).parse();
        // What is loaded without `type="module"` may use what a module must not.
        let mut parsed = parse(SourceType::mjs());
        if !parsed.diagnostics.is_empty() {
            let other = parse(SourceType::cjs());
            if !other.diagnostics.is_empty() {
                return Err(self.broken(&parsed));
            }
            parsed = other;
        }
        for (request, places) in &parsed.module_record.requested_modules {
            // A bare name is looked up elsewhere.
            let is_address = request.starts_with(['.', '/']) || request.contains("://");
            for place in places.iter().filter(|_| is_address) {
                self.add(request.as_str(), place.span.start as usize);
            }
        }
        let mut texts = Texts(Vec::new());
        texts.visit_program(&parsed.program);
        for (address, offset) in texts.0 {
            self.add(&address, offset);
        }
        Ok(())
    }

    fn broken(&self, parsed: &ParserReturn<'_>) -> Broken {
        let fault = parsed.diagnostics.first();
        let label = fault.and_then(|fault| fault.labels.first());
        Broken {
            line: self.line(label.map_or(0, LabeledSpan::offset) as usize),
            message: fault.map_or_else(String::new, |fault| fault.message.to_string()),
        }
    }

    /// Notes an address, if it is one of the page's files.
    fn add(&mut self, address: &str, offset: usize) {
        let address = address.trim();
        let is_file = !address.is_empty() && !address.starts_with('#');
        let Some(url) = is_file.then(|| self.base.join(address).ok()).flatten() else {
            return;
        };
        if url.origin() != self.base.origin() {
            return;
        }
        let key = match url.path().strip_prefix('/') {
            Some(path) if path.trim_end_matches('/') == PAGE => INDEX_KEY,
            Some(path) => path,
            None => return,
        };
        // An address of the main site begins with a slash. A relative one was meant for a file of the page.
        if key.starts_with(PREFIX) || !address.starts_with('/') {
            self.named.push(Named {
                line: self.line(offset),
                key: key.to_owned(),
            });
        }
    }

    fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

/// Whether a text is the address of a file below the page: `/track/…` with a name that has an ending.
fn is_file_below(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let path = text
        .strip_prefix('/')
        .filter(|path| path.starts_with(PREFIX));
    let file = path.filter(|path| path.chars().all(plain));
    let file = file.and_then(|path| path.rsplit('/').next());
    file.is_some_and(|file| file.contains('.'))
}

/// Collects texts that are the address of a file below the page.
struct Texts(Vec<(String, usize)>);

impl<'a> Visit<'a> for Texts {
    fn visit_string_literal(&mut self, literal: &StringLiteral<'a>) {
        let value = literal.value.as_str();
        if is_file_below(value) {
            self.0.push((value.to_owned(), literal.span.start as usize));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(key: &str, text: &str) -> String {
        let content_type = super::super::content_type(key);
        let named = named(key, &content_type, text).unwrap();
        let lines: Vec<String> = named
            .iter()
            .map(|named| format!("{} {}", named.line, named.key))
            .collect();
        lines.join("\n")
    }

    #[test]
    fn a_document_names_what_it_loads_and_links_to() {
        let text = r##"<!doctype html>
<link rel=stylesheet href="/track/a.css?v=1"><link rel=icon href='/favicon.ico'>
<!-- <img src="/track/not.png"> -->
<img src="/track/b.png" srcset="/track/b.png 1x, /track/b2.png 2x" alt="">
<a href="tel:+15125550100">x</a><a href="#top">x</a><a href="https://else.where/track/x.js">x</a>
<a href="/track?jobToken=x">again</a><a href="./">up</a><a href="prices">x</a><img srcset="data:image/png;base64,AA 1x"><a href="/prices">main site</a>
<script src=/track/a.js></script><script>const no = '<img src="/track/no.png">';</script>"##;
        insta::assert_snapshot!(found("track/index.html", text), @r"
        2 track/a.css
        4 track/b.png
        4 track/b2.png
        7 track/a.js
        ");
    }

    #[test]
    fn a_relative_name_in_the_page_is_told_as_a_browser_reads_it() {
        assert_eq!(found("track/index.html", "<script src=a.js>"), "1 a.js");
        assert_eq!(
            found("track/help/a.html", "<img src=../b.png>"),
            "1 track/b.png"
        );
    }

    #[test]
    fn a_style_sheet_names_pictures_fonts_and_others() {
        let text = "@import url(\"base.css\");\n/* url(no.png) */\n\
                    .a { background: url(/track/a.svg) }\n@font-face { src: url('f.woff2') }\n\
                    .b { background: url(data:image/gif;base64,AA) }";
        insta::assert_snapshot!(found("track/a.css", text), @r"
        1 track/base.css
        3 track/a.svg
        4 track/f.woff2
        ");
    }

    #[test]
    fn a_script_names_its_modules_and_files_in_its_texts() {
        let text = "import { a } from './a.js';\nexport * from \"/track/b.js\";\n\
                    const c = await import('/track/c.js');\n// '/track/no.js'\n\
                    navigator.serviceWorker.register('/track/sw.js', { scope: '/track' });\n\
                    import 'bare'; const d = '/track/d', g = '/track/*.png', e = '/other/e.js', f = 'track/f.js';";
        insta::assert_snapshot!(found("track/x.js", text), @r"
        1 track/a.js
        2 track/b.js
        3 track/c.js
        5 track/sw.js
        ");
        // Not a module, and still a script.
        assert_eq!(
            found("track/old.js", "with (a) b = '/track/g.png';"),
            "1 track/g.png"
        );
    }

    #[test]
    fn a_script_that_nobody_can_run_is_told_with_its_line() {
        let broken = named("track/a.js", "text/javascript", "let a = 1;\nlet = = 2;").unwrap_err();
        assert_eq!(broken.line, 2);
        assert!(!broken.message.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", name in "[a-c]\\.(html|css|js)") {
            let key = format!("track/{name}");
            let _ = named(&key, &super::super::content_type(&key), &text);
        }
    }
}
