//! One macro for types whose JSON form is a string with rules.

/// Gives a type the serde implementations of a checked string, and with feature `schema` its JSON Schema.
/// `json_as_text!(Id, pattern: "…")` goes through `Display` and `FromStr`; `json_as_text!(Name, as_str, Name::new, { … })`
/// is for types that must not have a `Display`, with the schema in full.
macro_rules! json_as_text {
    ($type:ident, pattern: $pattern:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        $crate::json_text::json_as_text!(@read $type, |text| text.parse(), { "type": "string", "pattern": $pattern });
    };
    ($type:ident, $write:ident, $read:path, $schema:tt) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$write())
            }
        }

        $crate::json_text::json_as_text!(@read $type, $read, $schema);
    };
    (@read $type:ident, $read:expr, $schema:tt) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read: fn(&str) -> Result<Self, _> = $read;
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                read(&text).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

pub(crate) use json_as_text;
