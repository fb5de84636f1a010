//! Reading a JSON value into a type so that every fault is found, not only the first. The types' own serde
//! implementations stop at the first, and some of their messages repeat what was sent.

use std::borrow::Cow;
use std::fmt::{Display, Write};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::Fault;

/// A type that can be read from a request.
pub trait Readable: Sized {
    /// The value, or none after telling the reader why. A value that is given may still be void: what counts is
    /// whether the reader was told of a fault.
    fn read(value: &Value, reader: &mut Reader) -> Option<Self>;

    /// What stands for a field that is absent; none when there has to be one.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads a value as a type, or says everything that is wrong with it.
pub fn read<T: Readable>(value: &Value) -> Result<T, Vec<Fault>> {
    let mut reader = Reader::new();
    let read = T::read(value, &mut reader);
    reader.finish(read)
}

/// Knows where in the value the reading is, and what was found wrong.
#[derive(Debug)]
pub struct Reader {
    pointer: String,
    faults: Vec<Fault>,
}

impl Reader {
    pub(super) fn new() -> Self {
        Reader {
            pointer: "#".to_owned(),
            faults: Vec::new(),
        }
    }

    /// Notes a fault of what is being read.
    pub fn fault(&mut self, detail: impl Into<Cow<'static, str>>) {
        let fault = Fault::pointer(self.pointer.clone(), detail);
        self.faults.push(fault);
    }

    /// Notes a fault of a part of what is being read.
    pub fn fault_in(&mut self, part: &str, detail: impl Into<Cow<'static, str>>) {
        self.inside(part, |reader| reader.fault(detail));
    }

    /// Goes one step down.
    pub(super) fn inside<T>(&mut self, part: impl Display, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        write!(self.pointer, "/{part}").expect("writing to a String cannot fail");
        let result = read(self);
        self.pointer.truncate(length);
        result
    }

    /// The value, unless a fault was found.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<Fault>> {
        match read {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }
}

/// An object whose fields are being read.
pub struct Object<'v, 'r> {
    fields: &'v Map<String, Value>,
    known: Vec<Cow<'static, str>>,
    reader: &'r mut Reader,
}

impl<'v, 'r> Object<'v, 'r> {
    /// Begins with an object; another value is a fault.
    pub fn open(value: &'v Value, reader: &'r mut Reader) -> Option<Self> {
        let Value::Object(fields) = value else {
            reader.fault("expected an object");
            return None;
        };
        Some(Object {
            fields,
            known: Vec::new(),
            reader,
        })
    }

    /// Reads a field.
    pub fn field<T: Readable>(&mut self, name: impl Into<Cow<'static, str>>) -> Option<T> {
        let name = name.into();
        let read = if let Some(value) = self.fields.get(name.as_ref()) {
            self.reader.inside(&name, |reader| T::read(value, reader))
        } else {
            let absent = T::absent();
            if absent.is_none() {
                self.reader.fault_in(&name, "is missing");
            }
            absent
        };
        self.known.push(name);
        read
    }

    /// Ends; fields that were not asked for are faults.
    pub fn close(self) {
        for name in self.fields.keys() {
            if !self.known.iter().any(|known| known == name) {
                self.reader.fault_in(&step(name), "is not a known field");
            }
        }
    }
}

/// A name as a step of a pointer in a URI fragment. A long one is cut: it is for finding the place, and comes from
/// outside.
pub(super) fn step(name: &str) -> String {
    const LONGEST: usize = 40;
    let mut step = String::new();
    for character in name.chars().take(LONGEST) {
        match character {
            '~' => step.push_str("~0"),
            '/' => step.push_str("~1"),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' => step.push(character),
            _ => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    write!(step, "%{byte:02X}").expect("writing to a String cannot fail");
                }
            }
        }
    }
    step
}

/// `camelCase` of a Rust name.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut camel, word| {
        let (head, tail) = word.split_at(1.min(word.len()));
        camel.push_str(&head.to_ascii_uppercase());
        camel.push_str(tail);
        camel
    })
}

/// Makes structs readable by their fields, which JSON spells in `camelCase`.
macro_rules! readable {
    ($($type:ident { $($field:ident),+ $(,)? })+) => {
        $(impl $crate::api::Readable for $type {
            fn read(value: &serde_json::Value, reader: &mut $crate::api::Reader) -> Option<Self> {
                let mut object = $crate::api::Object::open(value, reader)?;
                $(let $field = object.field($crate::api::read::camel(stringify!($field)));)+
                object.close();
                Some($type { $($field: $field?),+ })
            }
        })+
    };
}

pub(super) use readable;

/// A value that the type's own serde implementation reads; its message is not passed on.
pub(super) fn through_serde<T: DeserializeOwned>(
    value: &Value,
    reader: &mut Reader,
    expected: &'static str,
) -> Option<T> {
    let read = serde_json::from_value(value.clone()).ok();
    if read.is_none() {
        reader.fault(expected);
    }
    read
}

/// A text that a constructor checks.
pub(super) fn text<T, E: Display>(
    value: &Value,
    reader: &mut Reader,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    let Value::String(text) = value else {
        reader.fault("expected a text");
        return None;
    };
    check(text)
        .map_err(|error| reader.fault(error.to_string()))
        .ok()
}

/// Makes types readable through serde, each with what is expected.
macro_rules! readable_through_serde {
    ($($type:ty: $expected:literal;)+) => {
        $(impl $crate::api::Readable for $type {
            fn read(value: &serde_json::Value, reader: &mut $crate::api::Reader) -> Option<Self> {
                $crate::api::read::through_serde(value, reader, $expected)
            }
        })+
    };
}

pub(super) use readable_through_serde;

readable_through_serde! {
    i64: "expected a whole number";
    Date: "expected a day, like `2026-11-22`";
    Timestamp: "expected a time with its offset, like `2026-11-22T18:00:00Z`";
}

impl Readable for String {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, |text| {
            Ok::<_, std::convert::Infallible>(text.to_owned())
        })
    }
}

impl<T: Readable> Readable for Option<T> {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        if value.is_null() {
            return Some(None);
        }
        T::read(value, reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Readable> Readable for Vec<T> {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let Value::Array(items) = value else {
            reader.fault("expected a list");
            return None;
        };
        let read: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| reader.inside(index, |reader| T::read(item, reader)))
            .collect();
        read.into_iter().collect()
    }
}
