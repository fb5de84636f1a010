//! What style sheets name: `url()`, `image-set()` and `@import`.

use css_module_lexer::{Dependency, Lexer, Mode, TokenKind, collect_dependencies};

use super::{Broken, Found, Part};

impl Found {
    pub(super) fn style(&mut self, part: &Part<'_>) -> Result<(), Broken> {
        all_is_closed(part)?;
        let (found, _) = collect_dependencies(part.text, Mode::Css);
        for dependency in &found {
            if let Dependency::Url { request, range, .. }
            | Dependency::Import { request, range, .. } = dependency
            {
                self.add(&unescaped(request), part.line(range.start as usize))?;
            }
        }
        Ok(())
    }

    /// Declarations alone, as in a `style` attribute.
    pub(super) fn declarations(&mut self, text: &str, line: usize) -> Result<(), Broken> {
        self.style(&Part::new(&format!("a{{{text}}}"), line))
    }
}

/// A browser drops what it cannot read and goes on somewhere behind it; what was named there is never loaded.
fn all_is_closed(part: &Part<'_>) -> Result<(), Broken> {
    let mut lexer = Lexer::new(part.text, ());
    loop {
        let token = lexer.next_token();
        let fault = match token.kind {
            TokenKind::Eof => return Ok(()),
            TokenKind::BadString => "a text that is not closed",
            TokenKind::BadUrl => "an address that no browser could read",
            TokenKind::BadComment => "a comment that is not closed",
            _ => continue,
        };
        return Err(part.broken(token.range.start as usize, fault));
    }
}

/// An address without a style sheet's escapes: `\` before up to six hex digits and a space, or before what stands for
/// itself.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        let mut digits = String::new();
        while digits.len() < 6
            && let Some(digit) = rest.next_if(char::is_ascii_hexdigit)
        {
            digits.push(digit);
        }
        if digits.is_empty() {
            // An escaped line break joins two lines.
            text.extend(rest.next().filter(|c| *c != '\n'));
        } else {
            rest.next_if(char::is_ascii_whitespace);
            let code = u32::from_str_radix(&digits, 16).ok();
            text.push(
                code.and_then(char::from_u32)
                    .unwrap_or(char::REPLACEMENT_CHARACTER),
            );
        }
    }
    text
}
