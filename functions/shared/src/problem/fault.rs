//! One thing that is wrong with a request: where it is and what was expected there.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One thing that is wrong with a request. Never repeats a value of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong there, and what was expected.
    pub detail: Cow<'static, str>,
}

/// A place in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Place {
    /// In the body: a JSON pointer as a URI fragment (RFC 6901), `#/customer/phones/0`; `#` is the whole body.
    Pointer(String),
    /// A parameter of the path or the query, or a field of a form, by its name.
    Parameter(String),
    /// A header, by its name.
    Header(String),
}

impl Fault {
    /// A fault in the body.
    pub fn pointer(pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Fault {
            place: Place::Pointer(pointer.into()),
            detail: detail.into(),
        }
    }

    /// A fault of a parameter.
    pub fn parameter(name: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Fault {
            place: Place::Parameter(name.into()),
            detail: detail.into(),
        }
    }

    /// A fault of a header.
    pub fn header(name: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Fault {
            place: Place::Header(name.into()),
            detail: detail.into(),
        }
    }
}
