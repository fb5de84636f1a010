//! Reading a request: path, query, headers, body. What is wrong with them is collected, so that the caller is told
//! all of it at once.

use std::collections::BTreeMap;
use std::error::Error;
use std::str::FromStr;

use axum::body::Bytes;
use http::{HeaderMap, HeaderName, header};
use qdn_shared::api::{self, Readable};
use qdn_shared::form;
use qdn_shared::problem::{Fault, Problem, ProblemKind};

use crate::refusal::Refusal;

/// The header that makes a creation happen once.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request as the handlers see it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The parameters of the path, decoded; none when one cannot be decoded.
    pub path: Vec<(String, String)>,
    /// The query as it was sent.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Asked {
    /// A parameter of the path. One that can be the name of nothing is told so.
    pub fn path<T: FromStr<Err: Error>>(&self, name: &str) -> Result<T, Refusal> {
        let found = self.path.iter().find(|(parameter, _)| parameter == name);
        let read = match found {
            Some((_, text)) => text.parse().map_err(|error: T::Err| error.to_string()),
            None => Err("is not UTF-8 text".to_owned()),
        };
        read.map_err(|detail| {
            let fault = Fault::parameter(name, detail);
            Refusal::Problem(Problem::new(ProblemKind::NotFound).with_errors(vec![fault]))
        })
    }

    /// The only header of a name, if there is one.
    pub fn header(&self, name: &HeaderName) -> Result<Option<&str>, Fault> {
        let mut values = self.headers.get_all(name).iter();
        let (value, more) = (values.next(), values.next());
        if more.is_some() {
            return Err(Fault::header(shown(name), "must not be repeated"));
        }
        value
            .map(|value| {
                value
                    .to_str()
                    .map_err(|_| Fault::header(shown(name), "must be plain ASCII text"))
            })
            .transpose()
    }

    /// What stands behind `Authorization: Bearer`; none unless there is exactly one such header.
    pub fn bearer(&self) -> Option<&str> {
        let value = self.header(&header::AUTHORIZATION).ok()??;
        let (scheme, credential) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(credential.trim_matches(' '))
    }

    /// Begins to read what the caller says.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            asked: self,
            faults: Vec::new(),
        }
    }
}

/// Collects what is wrong with a request.
pub struct Reader<'a> {
    asked: &'a Asked,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// The `Idempotency-Key`, if there is one.
    pub fn idempotency_key(&mut self) -> Option<&'a str> {
        let key = self.asked.header(&IDEMPOTENCY_KEY);
        let key = self.keep(key).flatten()?;
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if (1..=255).contains(&key.len()) && visible {
            return Some(key);
        }
        let detail = "expected 1 to 255 visible ASCII characters";
        self.fault(Fault::header(shown(&IDEMPOTENCY_KEY), detail));
        None
    }

    /// The entity tag of `If-Match`, in quotes, if there is one.
    pub fn if_match(&mut self) -> Option<&'a str> {
        let value = self.asked.header(&header::IF_MATCH);
        let value = self.keep(value).flatten()?;
        let tag = entity_tag(value);
        if tag.is_none() {
            let detail = "expected one entity tag as an `ETag` header gave it, like `\"3\"`";
            self.fault(Fault::header(shown(&header::IF_MATCH), detail));
        }
        tag
    }

    /// Whether there is `If-None-Match: *`; nothing else may stand in that header.
    pub fn if_none_match(&mut self) -> bool {
        let value = self.asked.header(&header::IF_NONE_MATCH);
        match self.keep(value).flatten() {
            None => false,
            Some("*") => true,
            Some(_) => {
                self.fault(Fault::header(shown(&header::IF_NONE_MATCH), "expected `*`"));
                false
            }
        }
    }

    /// The parameters of the query: each of them known, none repeated.
    pub fn query(&mut self, known: &[&'static str]) -> BTreeMap<&'static str, String> {
        let mut found = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(self.asked.query.as_bytes()) {
            let Some(known) = known.iter().find(|known| **known == name) else {
                let name: String = name.chars().take(40).collect();
                self.fault(Fault::parameter(name, "is not a known parameter"));
                continue;
            };
            if found.insert(*known, value.into_owned()).is_some() {
                self.fault(Fault::parameter(*known, "must not be repeated"));
            }
        }
        found
    }

    /// A parameter of the query, read.
    pub fn parameter<T: FromStr<Err: Error>>(
        &mut self,
        query: &BTreeMap<&'static str, String>,
        name: &'static str,
    ) -> Option<T> {
        match query.get(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(Fault::parameter(name, T::Err::to_string(&error)));
                None
            }
        }
    }

    /// The body, which has to be JSON of a form.
    pub fn json<T: Readable>(&mut self) -> Result<Option<T>, Refusal> {
        self.content_type()?;
        let read = api::json::parse(&self.asked.body).and_then(|value| api::read(&value));
        Ok(self.keep_all(read))
    }

    /// The same for a route whose body says nothing: it may be absent.
    pub fn nothing(&mut self) -> Result<(), Refusal> {
        if !self.asked.body.is_empty() {
            self.json::<api::Nothing>()?;
        }
        Ok(())
    }

    /// A field of a form, which has to be there once.
    pub fn form_field<T: FromStr<Err: Error>>(&mut self, name: &'static str) -> Option<T> {
        match form::field(&self.asked.body, name) {
            Ok(value) => Some(value),
            Err(detail) => {
                self.fault(Fault::parameter(name, detail));
                None
            }
        }
    }

    /// Notes a fault.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Ends: what was read, unless something is wrong.
    pub fn done<T>(self, read: Option<T>) -> Result<T, Refusal> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(Refusal::invalid(self.faults)),
        }
    }

    /// JSON, said once and in UTF-8; compressed bodies are not read.
    fn content_type(&self) -> Result<(), Refusal> {
        let plain = self.asked.headers.get(header::CONTENT_ENCODING).is_none();
        let said = self.asked.header(&header::CONTENT_TYPE).ok().flatten();
        if plain && said.is_some_and(is_json) {
            return Ok(());
        }
        let detail = "expected `content-type: application/json` and no content encoding";
        let problem = Problem::new(ProblemKind::UnsupportedMediaType).with_detail(detail);
        Err(Refusal::Problem(problem))
    }

    fn keep<T>(&mut self, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| self.fault(fault)).ok()
    }

    fn keep_all<T>(&mut self, read: Result<T, Vec<Fault>>) -> Option<T> {
        read.map_err(|faults| self.faults.extend(faults)).ok()
    }
}

/// A header's name as people write it.
fn shown(name: &HeaderName) -> String {
    let capital = |word: &str| {
        let (head, tail) = word.split_at(1.min(word.len()));
        head.to_ascii_uppercase() + tail
    };
    let words: Vec<_> = name.as_str().split('-').map(capital).collect();
    words.join("-")
}

/// `"…"`. A gateway that compresses answers marks their tags as weak; the document behind is the same.
fn entity_tag(value: &str) -> Option<&str> {
    let value = value.trim();
    let tag = value.strip_prefix("W/").unwrap_or(value);
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let plain = inner
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"');
    plain.then_some(tag)
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_utf8 = |parameter: &str| {
        let parameter = parameter.to_ascii_lowercase();
        parameter == "charset=utf-8" || parameter == "charset=\"utf-8\""
    };
    parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
        && parts.all(is_utf8)
}
