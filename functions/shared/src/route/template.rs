//! Path templates in API Gateway's notation (`/api/jobs/{jobId}`), which is also the router's, and their
//! segments. Which templates exist is the table's business.

use std::fmt;

/// A path template. Invariants, checked when it is made (for a constant: when it is compiled): it begins with
/// `/api/`, has no empty segment, every literal consists of `a-z`, `0-9` and `-`, every parameter is
/// `{camelCase}`, and no parameter occurs twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathTemplate(&'static str);

/// One step of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Stands for itself.
    Literal(&'static str),
    /// Stands for any one segment; holds the parameter's name without braces.
    Parameter(&'static str),
}

impl PathTemplate {
    /// For constants: an invalid template does not compile.
    ///
    /// # Panics
    /// When the template is invalid and the call is evaluated at run time.
    pub const fn new(text: &'static str) -> Self {
        match Self::parse(text) {
            Ok(template) => template,
            Err(error) => panic!("{}", error.explanation()),
        }
    }

    /// A template from any text that lives as long as the program.
    pub const fn parse(text: &'static str) -> Result<Self, TemplateError> {
        match fault(text.as_bytes()) {
            None => Ok(PathTemplate(text)),
            Some(error) => Err(error),
        }
    }

    /// In API Gateway's notation.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The steps from the root, `api` first: what a tree of API Gateway resources is made of.
    pub fn segments(self) -> impl DoubleEndedIterator<Item = Segment> {
        self.0[1..].split('/').map(Segment::of)
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Segment {
    fn of(part: &'static str) -> Self {
        match part
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) => Segment::Parameter(name),
            None => Segment::Literal(part),
        }
    }
}

impl fmt::Display for Segment {
    /// As API Gateway writes a path part: `jobs`, `{jobId}`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Segment::Literal(text) => formatter.write_str(text),
            Segment::Parameter(name) => write!(formatter, "{{{name}}}"),
        }
    }
}

/// Why a text is no path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.explanation())]
pub enum TemplateError {
    /// CloudFront sends only `/api/*` to the API.
    OutsideApi,
    /// Two slashes in a row, or one at the end.
    EmptySegment,
    /// A literal with other characters than `a-z`, `0-9` and `-`.
    InvalidLiteral,
    /// Braces that do not close, or hold no `camelCase` name.
    InvalidParameter,
    /// One name for two places.
    RepeatedParameter,
}

impl TemplateError {
    const fn explanation(self) -> &'static str {
        match self {
            TemplateError::OutsideApi => "path template does not begin with `/api/`",
            TemplateError::EmptySegment => {
                "path template has an empty segment or a slash at its end"
            }
            TemplateError::InvalidLiteral => "a literal segment may hold only a-z, 0-9 and `-`",
            TemplateError::InvalidParameter => {
                "a parameter is `{name}`: a lowercase letter, then letters and digits"
            }
            TemplateError::RepeatedParameter => "a parameter occurs twice in one path template",
        }
    }
}

// Byte loops below: a constant cannot use iterators or compare `str`, and the table is checked when compiled.

const fn fault(text: &[u8]) -> Option<TemplateError> {
    if !begins_with(text, b"/api/") {
        return Some(TemplateError::OutsideApi);
    }
    let mut start = 1;
    while start <= text.len() {
        let end = segment_end(text, start);
        if let Some(error) = segment_fault(text, start, end) {
            return Some(error);
        }
        let mut earlier = 1;
        while earlier < start {
            let earlier_end = segment_end(text, earlier);
            if text[start] == b'{' && same(text, earlier, earlier_end, text, start, end) {
                return Some(TemplateError::RepeatedParameter);
            }
            earlier = earlier_end + 1;
        }
        start = end + 1;
    }
    None
}

const fn segment_fault(text: &[u8], start: usize, end: usize) -> Option<TemplateError> {
    if start == end {
        return Some(TemplateError::EmptySegment);
    }
    if text[start] != b'{' {
        let mut at = start;
        while at < end {
            if !matches!(text[at], b'a'..=b'z' | b'0'..=b'9' | b'-') {
                return Some(TemplateError::InvalidLiteral);
            }
            at += 1;
        }
        return None;
    }
    let named = end - start > 2 && text[end - 1] == b'}' && text[start + 1].is_ascii_lowercase();
    let mut at = start + 1;
    while named && at < end - 1 {
        if !text[at].is_ascii_alphanumeric() {
            return Some(TemplateError::InvalidParameter);
        }
        at += 1;
    }
    if named {
        None
    } else {
        Some(TemplateError::InvalidParameter)
    }
}

const fn begins_with(text: &[u8], prefix: &[u8]) -> bool {
    text.len() >= prefix.len() && same(text, 0, prefix.len(), prefix, 0, prefix.len())
}

pub(super) const fn segment_end(text: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < text.len() && text[end] != b'/' {
        end += 1;
    }
    end
}

pub(super) const fn same(
    left: &[u8],
    left_start: usize,
    left_end: usize,
    right: &[u8],
    right_start: usize,
    right_end: usize,
) -> bool {
    if left_end - left_start != right_end - right_start {
        return false;
    }
    let mut offset = 0;
    while left_start + offset < left_end {
        if left[left_start + offset] != right[right_start + offset] {
            return false;
        }
        offset += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn segments_are_literals_and_parameters_from_the_root() {
        let template = PathTemplate::new("/api/jobs/{jobId}/messages");
        let expected = [
            Segment::Literal("api"),
            Segment::Literal("jobs"),
            Segment::Parameter("jobId"),
            Segment::Literal("messages"),
        ];
        assert_eq!(template.segments().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_fault_has_its_own_name() {
        let cases = [
            ("", TemplateError::OutsideApi),
            ("/api", TemplateError::OutsideApi),
            ("api/health", TemplateError::OutsideApi),
            ("/apis/health", TemplateError::OutsideApi),
            ("/api/", TemplateError::EmptySegment),
            ("/api/health/", TemplateError::EmptySegment),
            ("/api//health", TemplateError::EmptySegment),
            ("/api/Health", TemplateError::InvalidLiteral),
            ("/api/health check", TemplateError::InvalidLiteral),
            ("/api/jobs}", TemplateError::InvalidLiteral),
            ("/api/{}", TemplateError::InvalidParameter),
            ("/api/{jobId", TemplateError::InvalidParameter),
            ("/api/{", TemplateError::InvalidParameter),
            ("/api/{JobId}", TemplateError::InvalidParameter),
            ("/api/{job-id}", TemplateError::InvalidParameter),
            ("/api/{proxy+}", TemplateError::InvalidParameter),
            ("/api/{jobId}/x/{jobId}", TemplateError::RepeatedParameter),
        ];
        for (text, expected) in cases {
            assert_eq!(PathTemplate::parse(text), Err(expected), "{text}");
        }
    }

    /// The same rules said again without byte loops.
    fn is_valid(text: &str) -> bool {
        let Some(rest) = text.strip_prefix("/api/") else {
            return false;
        };
        let mut parameters = BTreeSet::new();
        rest.split('/').all(|part| {
            match part.strip_prefix('{').map(|tail| tail.strip_suffix('}')) {
                Some(Some(name)) => {
                    name.starts_with(|first: char| first.is_ascii_lowercase())
                        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
                        && parameters.insert(name.to_owned())
                }
                Some(None) => false,
                None => {
                    let allowed = |letter: char| {
                        letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
                    };
                    !part.is_empty() && part.chars().all(allowed)
                }
            }
        })
    }

    proptest! {
        #[test]
        fn accepts_exactly_what_the_rules_say(text in "/api(/(\\{[a-bA-]{0,2}\\}?|[a-b0-]{0,2}|\\PC)){0,4}") {
            let text: &'static str = text.leak();
            prop_assert_eq!(PathTemplate::parse(text).is_ok(), is_valid(text), "{}", text);
        }

        #[test]
        fn segments_join_to_the_template(text in "/api(/(\\{[a-d]{1,3}\\}|[a-d-]{1,3})){1,4}") {
            let text: &'static str = text.leak();
            if let Ok(template) = PathTemplate::parse(text) {
                let parts: Vec<_> = template.segments().map(|segment| segment.to_string()).collect();
                prop_assert_eq!(format!("/{}", parts.join("/")), text);
            }
        }
    }
}
