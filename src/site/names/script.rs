//! What scripts name: the modules they import, and the files below the page whose address is one of their texts.

use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, ImportExpression, StringLiteral, TemplateLiteral};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{Parser, ParserReturn};
use oxc_span::{LabeledSpan, SourceType};

use super::{Broken, Found, PREFIX, Part, has_ending};

impl Found {
    pub(super) fn script(&mut self, part: &Part<'_>) -> Result<(), Broken> {
        let allocator = Allocator::default();
        let parse = |kind| Parser::new(&allocator, part.text, kind).parse();
        // What is loaded without `type="module"` may use what a module must not.
        let mut parsed = parse(SourceType::mjs());
        if !parsed.diagnostics.is_empty() {
            let other = parse(SourceType::cjs());
            if !other.diagnostics.is_empty() {
                return Err(broken(part, &parsed));
            }
            parsed = other;
        }
        let mut texts = Texts(Vec::new());
        for (request, places) in &parsed.module_record.requested_modules {
            for place in places {
                texts.module(request.as_str(), place.span.start);
            }
        }
        texts.visit_program(&parsed.program);
        texts.0.sort();
        for (offset, address) in texts.0 {
            self.add(&address, part.line(offset as usize))?;
        }
        Ok(())
    }
}

fn broken(part: &Part<'_>, parsed: &ParserReturn<'_>) -> Broken {
    let fault = parsed.diagnostics.first();
    let label = fault.and_then(|fault| fault.labels.first());
    let message = fault.map_or_else(String::new, |fault| fault.message.to_string());
    part.broken(label.map_or(0, LabeledSpan::offset) as usize, message)
}

/// Whether a text is the address of a file below the page: `/track/…` with a name that has an ending.
fn is_file_below(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let below = path
        .strip_prefix('/')
        .filter(|path| path.starts_with(PREFIX));
    below.is_some_and(|path| is_plain(path) && has_ending(path))
}

/// Letters that a file's name may have, as they are or as `%` and two hex digits: a pattern is no address.
fn is_plain(path: &str) -> bool {
    let mut pieces = path.split('%');
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/'))
    };
    let is_code =
        |text: &str| text.len() >= 2 && text.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    pieces.next().is_some_and(plain) && pieces.all(|text| is_code(text) && plain(text))
}

/// Collects addresses of modules, and texts that are the address of a file below the page.
struct Texts(Vec<(u32, String)>);

impl Texts {
    /// A bare name is looked up elsewhere: in an import map.
    fn module(&mut self, request: &str, offset: u32) {
        if request.starts_with(['.', '/']) || request.contains("://") {
            self.0.push((offset, request.to_owned()));
        }
    }

    fn text(&mut self, text: &str, offset: u32) {
        if is_file_below(text) {
            self.0.push((offset, text.to_owned()));
        }
    }
}

impl<'a> Visit<'a> for Texts {
    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        if let Expression::StringLiteral(source) = &import.source {
            self.module(source.value.as_str(), source.span.start);
        }
        walk::walk_import_expression(self, import);
    }

    fn visit_string_literal(&mut self, literal: &StringLiteral<'a>) {
        self.text(literal.value.as_str(), literal.span.start);
    }

    fn visit_template_literal(&mut self, literal: &TemplateLiteral<'a>) {
        if let [only] = &literal.quasis[..]
            && let Some(text) = only.value.cooked
        {
            self.text(text.as_str(), literal.span.start);
        }
        walk::walk_template_literal(self, literal);
    }
}
