//! RFC 9457 problem documents: the catalogue of problems that the API answers with, and the document itself.
//! Turning one into an HTTP response belongs to the function.

mod fault;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use fault::{Fault, Place};

/// Content type of every error answer of the API.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The kinds of problem that the API answers with. A client tells them apart by their
/// [`ProblemKind::type_uri`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Something in the request is not as it has to be; `errors` lists all of it.
    InvalidRequest,
    /// No operator key, or not one that is known.
    Unauthorized,
    /// The operator key lacks the scope of the route.
    Forbidden,
    /// Nothing is here: no route, no job, or no valid tracking link. Which of these is not told.
    NotFound,
    /// The path exists, with other methods (the `Allow` header lists them).
    MethodNotAllowed,
    /// Somebody else changed the same thing at the same time; nothing was changed by this request.
    Conflict,
    /// The job's state does not allow it; `detail` names what it allows.
    IllegalMove,
    /// The thing was changed since the version that the request names.
    PreconditionFailed,
    /// The request body is larger than any route accepts.
    PayloadTooLarge,
    /// The request body is of another type than the route reads.
    UnsupportedMediaType,
    /// The `Idempotency-Key` was used for another request.
    KeyReused,
    /// The request has to name the version that it is made from.
    PreconditionRequired,
    /// A fault of ours. The document never says which: that is in the log.
    Internal,
    /// Something that we depend on did not answer; the same request may succeed later.
    Unavailable,
}

impl ProblemKind {
    /// The whole catalogue, by status.
    pub const ALL: &[ProblemKind] = &[
        ProblemKind::InvalidRequest,
        ProblemKind::Unauthorized,
        ProblemKind::Forbidden,
        ProblemKind::NotFound,
        ProblemKind::MethodNotAllowed,
        ProblemKind::Conflict,
        ProblemKind::IllegalMove,
        ProblemKind::PreconditionFailed,
        ProblemKind::PayloadTooLarge,
        ProblemKind::UnsupportedMediaType,
        ProblemKind::KeyReused,
        ProblemKind::PreconditionRequired,
        ProblemKind::Internal,
        ProblemKind::Unavailable,
    ];

    /// The stable identifier of this kind. A tag URI (RFC 4151): absolute, as RFC 9457 recommends, so it
    /// means the same behind every domain; and it promises no page to fetch, which a path would.
    pub const fn type_uri(self) -> &'static str {
        match self {
            ProblemKind::InvalidRequest => "tag:quickdumpnow.com,2026:problem/invalid-request",
            ProblemKind::Unauthorized => "tag:quickdumpnow.com,2026:problem/unauthorized",
            ProblemKind::Forbidden => "tag:quickdumpnow.com,2026:problem/forbidden",
            ProblemKind::NotFound => "tag:quickdumpnow.com,2026:problem/not-found",
            ProblemKind::MethodNotAllowed => "tag:quickdumpnow.com,2026:problem/method-not-allowed",
            ProblemKind::Conflict => "tag:quickdumpnow.com,2026:problem/conflict",
            ProblemKind::IllegalMove => "tag:quickdumpnow.com,2026:problem/illegal-move",
            ProblemKind::PreconditionFailed => {
                "tag:quickdumpnow.com,2026:problem/precondition-failed"
            }
            ProblemKind::PayloadTooLarge => "tag:quickdumpnow.com,2026:problem/payload-too-large",
            ProblemKind::UnsupportedMediaType => {
                "tag:quickdumpnow.com,2026:problem/unsupported-media-type"
            }
            ProblemKind::KeyReused => "tag:quickdumpnow.com,2026:problem/idempotency-key-reused",
            ProblemKind::PreconditionRequired => {
                "tag:quickdumpnow.com,2026:problem/precondition-required"
            }
            ProblemKind::Internal => "tag:quickdumpnow.com,2026:problem/internal",
            ProblemKind::Unavailable => "tag:quickdumpnow.com,2026:problem/unavailable",
        }
    }

    /// HTTP status code of the answer.
    pub const fn status(self) -> u16 {
        match self {
            ProblemKind::InvalidRequest => 400,
            ProblemKind::Unauthorized => 401,
            ProblemKind::Forbidden => 403,
            ProblemKind::NotFound => 404,
            ProblemKind::MethodNotAllowed => 405,
            ProblemKind::Conflict | ProblemKind::IllegalMove => 409,
            ProblemKind::PreconditionFailed => 412,
            ProblemKind::PayloadTooLarge => 413,
            ProblemKind::UnsupportedMediaType => 415,
            ProblemKind::KeyReused => 422,
            ProblemKind::PreconditionRequired => 428,
            ProblemKind::Internal => 500,
            ProblemKind::Unavailable => 503,
        }
    }

    /// Short summary for people, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            ProblemKind::InvalidRequest => "Invalid request",
            ProblemKind::Unauthorized => "Operator key required",
            ProblemKind::Forbidden => "Operator key lacks the scope",
            ProblemKind::NotFound => "Not found",
            ProblemKind::MethodNotAllowed => "Method not allowed",
            ProblemKind::Conflict => "Changed by somebody else",
            ProblemKind::IllegalMove => "Not possible in this state",
            ProblemKind::PreconditionFailed => "Changed since that version",
            ProblemKind::PayloadTooLarge => "Request body too large",
            ProblemKind::UnsupportedMediaType => "Unsupported content type",
            ProblemKind::KeyReused => "Idempotency key used before",
            ProblemKind::PreconditionRequired => "Version required",
            ProblemKind::Internal => "Internal error",
            ProblemKind::Unavailable => "Temporarily unavailable",
        }
    }
}

/// One problem document. JSON: `{"type":…,"title":…,"status":…,"detail":…,"errors":[…]}`; `detail` and `errors`
/// are left out when there are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Identifies the kind of problem.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub type_uri: Cow<'static, str>,
    /// Summary of the kind, for people.
    pub title: Cow<'static, str>,
    /// The HTTP status code once more, for readers that have only the document.
    pub status: u16,
    /// What is particular to this occurrence. Never echoes the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Cow<'static, str>>,
    /// Everything that is wrong with the request. A request with very many faults has the first ones listed, and
    /// `detail` says how many there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

impl Problem {
    /// How many faults a document lists at most.
    pub const MOST_ERRORS: usize = 100;

    /// The document of a kind, without detail.
    pub const fn new(kind: ProblemKind) -> Self {
        Problem {
            type_uri: Cow::Borrowed(kind.type_uri()),
            title: Cow::Borrowed(kind.title()),
            status: kind.status(),
            detail: None,
            errors: Vec::new(),
        }
    }

    /// The same document with what is particular to this occurrence.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Problem {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// The same document with the faults of the request, the first [`Problem::MOST_ERRORS`] of them.
    #[must_use]
    pub fn with_errors(mut self, mut errors: Vec<Fault>) -> Self {
        if errors.len() > Self::MOST_ERRORS {
            let (all, listed) = (errors.len(), Self::MOST_ERRORS);
            self.detail = Some(format!("{all} faults, the first {listed} are listed").into());
            errors.truncate(listed);
        }
        self.errors = errors;
        self
    }

    /// The kind of a received document; `None` for one that is not in this catalogue.
    pub fn kind(&self) -> Option<ProblemKind> {
        ProblemKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.type_uri() == self.type_uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn documents_are_as_clients_know_them() {
        let bare = Problem::new(ProblemKind::NotFound);
        insta::assert_snapshot!(serde_json::to_string(&bare).unwrap(), @r#"{"type":"tag:quickdumpnow.com,2026:problem/not-found","title":"Not found","status":404}"#);
        let detailed = Problem::new(ProblemKind::PayloadTooLarge).with_detail("at most 10 bytes");
        insta::assert_snapshot!(serde_json::to_string(&detailed).unwrap(), @r#"{"type":"tag:quickdumpnow.com,2026:problem/payload-too-large","title":"Request body too large","status":413,"detail":"at most 10 bytes"}"#);
        let faulty = Problem::new(ProblemKind::InvalidRequest).with_errors(vec![
            Fault::pointer("#/customer/name", "is missing"),
            Fault::parameter("limit", "expected a number from 1 to 100"),
            Fault::header("If-Match", "must not be repeated"),
        ]);
        insta::assert_snapshot!(serde_json::to_string(&faulty).unwrap(), @r##"{"type":"tag:quickdumpnow.com,2026:problem/invalid-request","title":"Invalid request","status":400,"errors":[{"pointer":"#/customer/name","detail":"is missing"},{"parameter":"limit","detail":"expected a number from 1 to 100"},{"header":"If-Match","detail":"must not be repeated"}]}"##);
    }

    #[test]
    fn kinds_differ_and_read_back() {
        let types: BTreeSet<_> = ProblemKind::ALL
            .iter()
            .map(|kind| kind.type_uri())
            .collect();
        assert_eq!(types.len(), ProblemKind::ALL.len());
        for kind in ProblemKind::ALL {
            let fault = Fault::pointer("#/x", "is missing");
            let problem = Problem::new(*kind).with_errors(vec![fault]);
            let json = serde_json::to_string(&problem).unwrap();
            let read: Problem = serde_json::from_str(&json).unwrap();
            assert_eq!(read, problem);
            assert_eq!(read.kind(), Some(*kind));
            assert!((400..600).contains(&kind.status()), "{kind:?}");
        }
        assert!(ProblemKind::ALL.is_sorted_by_key(|kind| kind.status()));
    }

    #[test]
    fn very_many_faults_are_counted_and_not_all_listed() {
        let faults = vec![Fault::pointer("#/x", "is not a known field"); 101];
        let problem = Problem::new(ProblemKind::InvalidRequest).with_errors(faults);
        assert_eq!(problem.errors.len(), 100);
        assert_eq!(
            problem.detail.as_deref(),
            Some("101 faults, the first 100 are listed")
        );
    }

    #[test]
    fn a_foreign_problem_has_no_kind() {
        let foreign = r#"{"type":"about:blank","title":"Teapot","status":418}"#;
        assert_eq!(
            serde_json::from_str::<Problem>(foreign).unwrap().kind(),
            None
        );
    }
}
