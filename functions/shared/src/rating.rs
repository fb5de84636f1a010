//! What a customer thinks of a job. When it was said is the time at which the job became RATED.

use serde::{Deserialize, Serialize};

use crate::words::{FreeText, WordsError};

/// A customer's own words on a job.
pub type Comment = FreeText<1000>;

/// A rating: one to five stars, and perhaps a comment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rating {
    /// One to five.
    pub stars: Stars,
    /// The customer's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
}

impl Rating {
    /// Checks a rating as a form gives it: a blank comment is none.
    pub fn new(stars: u8, comment: Option<&str>) -> Result<Self, RatingError> {
        let comment = comment.filter(|comment| !comment.trim().is_empty());
        Ok(Rating {
            stars: Stars::new(stars)?,
            comment: comment
                .map(Comment::new)
                .transpose()
                .map_err(RatingError::Comment)?,
        })
    }
}

/// One to five stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

impl Stars {
    /// Checks the number.
    pub const fn new(stars: u8) -> Result<Self, RatingError> {
        match stars {
            1..=5 => Ok(Stars(stars)),
            _ => Err(RatingError::Stars),
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Stars {
    type Error = RatingError;

    fn try_from(stars: u8) -> Result<Self, Self::Error> {
        Stars::new(stars)
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Stars {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Stars".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 5 })
    }
}

/// Why something is no rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// Fewer than one or more than five.
    #[error("the stars have to be from 1 to 5")]
    Stars,
    /// The comment is refused.
    #[error("the comment {0}")]
    Comment(WordsError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_reads_back() {
        for json in [r#"{"stars":5}"#, r#"{"stars":1,"comment":"late\nagain"}"#] {
            let rating: Rating = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&rating).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_rating_is_refused() {
        let refused = |json: &str| {
            serde_json::from_str::<Rating>(json)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(refused(r#"{"stars":0}"#), @"the stars have to be from 1 to 5 at line 1 column 11");
        insta::assert_snapshot!(refused(r#"{"stars":6}"#), @"the stars have to be from 1 to 5 at line 1 column 11");
        insta::assert_snapshot!(refused(r#"{"stars":5,"tip":1}"#), @"unknown field `tip`, expected `stars` or `comment` at line 1 column 16");
        let long = "x".repeat(1001);
        insta::assert_snapshot!(Rating::new(5, Some(&long)).unwrap_err(), @"the comment must not be longer than 1000 characters");
        assert_eq!(Rating::new(0, None), Err(RatingError::Stars));
    }

    #[test]
    fn a_blank_comment_is_none() {
        assert_eq!(Rating::new(4, Some(" \n")), Rating::new(4, None));
    }
}
