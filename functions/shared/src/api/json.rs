//! JSON text. Like everybody's, but an object that names a field twice is refused: readers differ in which of the
//! two they take, and a check by one reader would be no check for the other.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::read::{Reader, step};
use crate::problem::Fault;

/// Reads a text. The faults are either the one place at which it stops being JSON, or every repeated field.
pub fn parse(text: &[u8]) -> Result<Value, Vec<Fault>> {
    let mut reader = Reader::new();
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = Seed(&mut reader).deserialize(&mut json);
    match read.and_then(|value| json.end().map(|()| value)) {
        Ok(value) => reader.finish(Some(value)),
        Err(error) => {
            // The error itself can quote the text.
            let (line, column) = (error.line(), error.column());
            let detail = format!("is not JSON at line {line}, column {column}");
            Err(vec![Fault::pointer("#", detail)])
        }
    }
}

/// Reads a value, knowing where it stands.
struct Seed<'r>(&'r mut Reader);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Seed(reader) = self;
        let mut array = Vec::new();
        while let Some(item) =
            reader.inside(array.len(), |reader| items.next_element_seed(Seed(reader)))?
        {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let Seed(reader) = self;
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let place = step(&name);
            let value = reader.inside(place.as_str(), |reader| {
                fields.next_value_seed(Seed(reader))
            })?;
            if object.insert(name, value).is_some() {
                reader.inside(place.as_str(), |reader| {
                    reader.fault("must not be repeated");
                });
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn refused(text: &[u8]) -> String {
        let faults = parse(text).unwrap_err();
        serde_json::to_string(&faults).unwrap()
    }

    #[test]
    fn what_is_no_json_is_placed_and_not_quoted() {
        insta::assert_snapshot!(refused(b""), @r##"[{"pointer":"#","detail":"is not JSON at line 1, column 0"}]"##);
        insta::assert_snapshot!(refused(b"{\n  secret"), @r##"[{"pointer":"#","detail":"is not JSON at line 2, column 3"}]"##);
        insta::assert_snapshot!(refused(b"{} {}"), @r##"[{"pointer":"#","detail":"is not JSON at line 1, column 4"}]"##);
        insta::assert_snapshot!(refused(b"\"\xff\""), @r##"[{"pointer":"#","detail":"is not JSON at line 1, column 2"}]"##);
        insta::assert_snapshot!(refused(b"\xef\xbb\xbf{}"), @r##"[{"pointer":"#","detail":"is not JSON at line 1, column 1"}]"##);
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn every_repeated_field_is_named() {
        insta::assert_snapshot!(refused(br#"{"a":[{"x":1,"x":1}],"b/c":{},"b/c":{},"b/c":{}}"#), @r##"[{"pointer":"#/a/0/x","detail":"must not be repeated"},{"pointer":"#/b~1c","detail":"must not be repeated"},{"pointer":"#/b~1c","detail":"must not be repeated"}]"##);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,3}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn other_json_is_read_as_by_everybody(value in values()) {
            let text = serde_json::to_vec(&value).unwrap();
            prop_assert_eq!(parse(&text), Ok(value));
        }

        #[test]
        fn no_bytes_make_it_panic(text: Vec<u8>) {
            let everybodys = serde_json::from_slice::<Value>(&text);
            prop_assert!(parse(&text).is_err() || everybodys.is_ok());
        }
    }

    #[test]
    fn numbers_keep_their_kind() {
        let text = br#"{"whole":1,"negative":-1,"real":1.5,"large":18446744073709551615}"#;
        let expected = json!({"whole":1,"negative":-1,"real":1.5,"large":u64::MAX});
        assert_eq!(parse(text), Ok(expected));
        assert!(parse(b"1e999").is_err());
    }
}
