//! Strings that CloudFormation puts together: literals, references and pseudo parameters in any mixture.
//! Turning them into `Ref`, `Fn::GetAtt` and `Fn::Sub` is `lower`'s business.

use serde::{Deserialize, Serialize};

use super::reference::Reference;

/// A value CloudFormation knows without being told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pseudo {
    /// Twelve digits.
    #[serde(rename = "AWS::AccountId")]
    AccountId,
    /// For example `eu-central-1`.
    #[serde(rename = "AWS::Region")]
    Region,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    #[serde(rename = "AWS::Partition")]
    Partition,
    /// For example `amazonaws.com`.
    #[serde(rename = "AWS::URLSuffix")]
    UrlSuffix,
}

impl Pseudo {
    /// As `Ref` wants it.
    pub const fn name(self) -> &'static str {
        match self {
            Pseudo::AccountId => "AWS::AccountId",
            Pseudo::Region => "AWS::Region",
            Pseudo::Partition => "AWS::Partition",
            Pseudo::UrlSuffix => "AWS::URLSuffix",
        }
    }
}

/// One piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    Literal(String),
    Pseudo(Pseudo),
    Reference(Reference),
}

/// A string, or an expression that CloudFormation turns into one.
///
/// There is no way to write `${…}` by hand: pieces are joined with `text!`, and a literal that happens to hold
/// `${` stays that literal.
///
/// Adjacent literals are always merged and none is empty, so that equal texts are equal values.
/// Serialising gives the builder's own notation, not CloudFormation's (see `lower`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Text {
    /// The key starts with a control character, so that no property of AWS can be mistaken for it.
    #[serde(rename = "\u{1}text")]
    parts: Vec<Part>,
}

/// The key under which a serialised [`Text`] is recognised.
pub(super) const MARKER: &str = "\u{1}text";

impl Text {
    /// Joins pieces into one text.
    pub fn join(pieces: impl IntoIterator<Item = Text>) -> Self {
        let mut joined = Text::default();
        for part in pieces.into_iter().flat_map(|piece| piece.parts) {
            joined.push(part);
        }
        joined
    }

    /// The string itself, where `value_of` knows the pseudo parameters; `None` if a resource or parameter
    /// takes part, whose value only the deployed stack can tell.
    pub fn resolve<'a>(&self, value_of: impl Fn(Pseudo) -> &'a str) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(literal) => Some(literal.as_str()),
                Part::Pseudo(pseudo) => Some(value_of(*pseudo)),
                Part::Reference(_) => None,
            })
            .collect()
    }

    /// The string, if nothing but a literal.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(literal)] => Some(literal),
            _ => None,
        }
    }

    fn push(&mut self, part: Part) {
        match (self.parts.last_mut(), part) {
            (_, Part::Literal(literal)) if literal.is_empty() => {}
            (Some(Part::Literal(before)), Part::Literal(literal)) => before.push_str(&literal),
            (_, part) => self.parts.push(part),
        }
    }
}

impl From<Part> for Text {
    fn from(part: Part) -> Self {
        let mut text = Text::default();
        text.push(part);
        text
    }
}

impl From<Reference> for Text {
    fn from(reference: Reference) -> Self {
        Part::Reference(reference).into()
    }
}

impl From<String> for Text {
    fn from(literal: String) -> Self {
        Part::Literal(literal).into()
    }
}

impl From<&str> for Text {
    fn from(literal: &str) -> Self {
        literal.to_owned().into()
    }
}

impl From<Pseudo> for Text {
    fn from(pseudo: Pseudo) -> Self {
        Part::Pseudo(pseudo).into()
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

/// Joins literals, pseudo parameters, handles and other texts:
/// `text!["arn:", Pseudo::Partition, ":iam::", Pseudo::AccountId, ":policy/", name]`.
macro_rules! text {
    ($($piece:expr),+ $(,)?) => {
        $crate::template::Text::join([$($crate::template::Text::from($piece)),+])
    };
}
pub(crate) use text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjacent_literals_merge() {
        assert_eq!(text!["a", "", "b"], Text::from("ab"));
        assert_eq!(text!["", ""], Text::default());
        assert_eq!(Text::from("").as_literal(), Some(""));
    }

    #[test]
    fn pseudo_parameters_resolve() {
        let text = text!["qdn-site-", Pseudo::AccountId, "-", Pseudo::Region];
        let resolved = text.resolve(|pseudo| match pseudo {
            Pseudo::AccountId => "000000000000",
            Pseudo::Region => "eu-central-1",
            Pseudo::Partition | Pseudo::UrlSuffix => unreachable!("not part of the text"),
        });
        assert_eq!(
            resolved.as_deref(),
            Some("qdn-site-000000000000-eu-central-1")
        );
        assert_eq!(text.as_literal(), None);
    }

    #[test]
    fn pseudo_names_are_spelled_once() {
        for pseudo in [
            Pseudo::AccountId,
            Pseudo::Region,
            Pseudo::Partition,
            Pseudo::UrlSuffix,
        ] {
            assert_eq!(serde_json::to_value(pseudo).unwrap(), pseudo.name());
        }
    }
}
