//! Why a request gets no good answer, and the answer that it gets instead.

use axum::response::Response;
use http::{HeaderValue, header};
use qdn_runtime::maintenance::DocumentError;
use qdn_runtime::messaging::MessagingError;
use qdn_runtime::secrets::SecretError;
use qdn_runtime::store::StoreError;
use qdn_shared::job::IllegalMove;
use qdn_shared::operator::OperatorScope;
use qdn_shared::problem::{Fault, Problem, ProblemKind};

use crate::log::Cause;
use crate::problem;

/// Seconds after which a request that met a fault of a service may be sent again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Why a request gets no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is the request's doing.
    Problem(Problem),
    /// No operator key that is known.
    Unauthorized,
    /// The operator key lacks this scope.
    Forbidden(OperatorScope),
    /// Something that we depend on failed; says for the log what.
    Unavailable(String),
    /// We are at fault; says for the log how.
    Broken(&'static str),
}

impl Refusal {
    /// The bare problem of a kind.
    pub const fn of(kind: ProblemKind) -> Self {
        Refusal::Problem(Problem::new(kind))
    }

    /// Everything that is wrong with the request.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Refusal::Problem(Problem::new(ProblemKind::InvalidRequest).with_errors(faults))
    }

    /// Somebody else wrote first.
    pub fn conflict() -> Self {
        let detail = "nothing was changed: read the job again and decide again";
        Refusal::Problem(Problem::new(ProblemKind::Conflict).with_detail(detail))
    }

    /// Others wrote first at every try. Nothing was done, so the request may be sent again.
    pub fn contended() -> Self {
        Refusal::Unavailable("others wrote first at every try".to_owned())
    }

    /// The answer.
    pub fn respond(self) -> Response {
        match self {
            Refusal::Problem(problem) => problem::respond_with(&problem),
            Refusal::Unauthorized => with(
                problem::respond(ProblemKind::Unauthorized),
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer"),
            ),
            Refusal::Forbidden(scope) => {
                let detail = format!("the key lacks the scope `{scope}`");
                let problem = Problem::new(ProblemKind::Forbidden).with_detail(detail);
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
                with(
                    problem::respond_with(&problem),
                    header::WWW_AUTHENTICATE,
                    HeaderValue::try_from(challenge).expect("names of scopes are header text"),
                )
            }
            Refusal::Unavailable(cause) => {
                let response = problem::respond(ProblemKind::Unavailable);
                let mut response = with(response, header::RETRY_AFTER, RETRY_AFTER);
                response.extensions_mut().insert(Cause(cause));
                response
            }
            Refusal::Broken(cause) => {
                let mut response = problem::respond(ProblemKind::Internal);
                response.extensions_mut().insert(Cause(cause.to_owned()));
                response
            }
        }
    }
}

fn with(mut response: Response, name: http::HeaderName, value: HeaderValue) -> Response {
    response.headers_mut().insert(name, value);
    response
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Unavailable(error.to_string())
    }
}

impl From<SecretError> for Refusal {
    fn from(error: SecretError) -> Self {
        Refusal::Unavailable(error.to_string())
    }
}

impl From<MessagingError> for Refusal {
    fn from(error: MessagingError) -> Self {
        Refusal::Unavailable(error.to_string())
    }
}

impl From<DocumentError> for Refusal {
    fn from(error: DocumentError) -> Self {
        Refusal::Unavailable(error.to_string())
    }
}

/// Its text names states and limits, and nothing of the job.
impl From<IllegalMove> for Refusal {
    fn from(error: IllegalMove) -> Self {
        Refusal::Problem(Problem::new(ProblemKind::IllegalMove).with_detail(error.to_string()))
    }
}
