//! What each route may answer with. The document of the API is made of this, and the tests of the function hold
//! the function against it.

use crate::problem::ProblemKind;
use crate::route::{Credential, RouteName, route};

/// The statuses of a route's good answers.
pub const fn success(name: RouteName) -> &'static [u16] {
    match name {
        RouteName::CreateJob | RouteName::SendMessage => &[201],
        // The first document, and every later one.
        RouteName::PutMaintenance => &[200, 201],
        RouteName::CarrierStatus => &[204],
        RouteName::ListJobs
        | RouteName::GetJob
        | RouteName::MoveJob
        | RouteName::ListMessages
        | RouteName::RenewLink
        | RouteName::SetCharge
        | RouteName::Track
        | RouteName::Rate
        | RouteName::GetMaintenance
        | RouteName::CarrierInbound
        | RouteName::Health => &[200],
    }
}

/// The problems that a route may answer with, in the order of the catalogue.
pub fn problems(name: RouteName) -> Vec<ProblemKind> {
    let mut all = [credential_problems(name), own_problems(name), EVERYWHERE].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// What nothing is safe from.
const EVERYWHERE: &[ProblemKind] = &[ProblemKind::PayloadTooLarge, ProblemKind::Internal];

/// What a missing or wrong credential leads to, and a credential that cannot be checked.
const fn credential_problems(name: RouteName) -> &'static [ProblemKind] {
    use ProblemKind::{Forbidden, NotFound, Unauthorized, Unavailable};
    match route(name).credential {
        Credential::None => &[],
        Credential::OperatorKey(_) => &[Unauthorized, Forbidden, Unavailable],
        Credential::JobToken(_) | Credential::CarrierMac => &[NotFound, Unavailable],
    }
}

const fn own_problems(name: RouteName) -> &'static [ProblemKind] {
    use ProblemKind::{
        Conflict, IllegalMove, InvalidRequest, KeyReused, NotFound, PreconditionFailed,
        PreconditionRequired, UnsupportedMediaType,
    };
    match name {
        RouteName::CreateJob => &[InvalidRequest, UnsupportedMediaType, KeyReused],
        RouteName::ListJobs
        | RouteName::Track
        | RouteName::CarrierStatus
        | RouteName::CarrierInbound => &[InvalidRequest],
        RouteName::GetJob | RouteName::ListMessages | RouteName::GetMaintenance => {
            &[InvalidRequest, NotFound]
        }
        RouteName::MoveJob | RouteName::RenewLink => &[
            InvalidRequest,
            NotFound,
            Conflict,
            IllegalMove,
            PreconditionFailed,
            UnsupportedMediaType,
        ],
        RouteName::SetCharge => &[
            InvalidRequest,
            NotFound,
            Conflict,
            PreconditionFailed,
            UnsupportedMediaType,
        ],
        RouteName::SendMessage => &[
            InvalidRequest,
            NotFound,
            IllegalMove,
            UnsupportedMediaType,
            KeyReused,
        ],
        RouteName::Rate => &[InvalidRequest, IllegalMove, UnsupportedMediaType],
        RouteName::PutMaintenance => &[
            InvalidRequest,
            PreconditionFailed,
            UnsupportedMediaType,
            PreconditionRequired,
        ],
        RouteName::Health => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::ROUTES;

    #[test]
    fn what_each_route_answers_with() {
        let line = |name: RouteName| {
            let statuses = |kinds: Vec<ProblemKind>| {
                let text = |kind: &ProblemKind| format!("{} {kind:?}", kind.status());
                kinds.iter().map(text).collect::<Vec<_>>().join(", ")
            };
            format!(
                "{} {:?}: {}",
                name.as_str(),
                success(name),
                statuses(problems(name))
            )
        };
        let lines: Vec<_> = ROUTES.iter().map(|route| line(route.name)).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        createJob [201]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 413 PayloadTooLarge, 415 UnsupportedMediaType, 422 KeyReused, 500 Internal, 503 Unavailable
        listJobs [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        getJob [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        moveJob [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 409 Conflict, 409 IllegalMove, 412 PreconditionFailed, 413 PayloadTooLarge, 415 UnsupportedMediaType, 500 Internal, 503 Unavailable
        sendMessage [201]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 409 IllegalMove, 413 PayloadTooLarge, 415 UnsupportedMediaType, 422 KeyReused, 500 Internal, 503 Unavailable
        listMessages [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        renewLink [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 409 Conflict, 409 IllegalMove, 412 PreconditionFailed, 413 PayloadTooLarge, 415 UnsupportedMediaType, 500 Internal, 503 Unavailable
        setCharge [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 409 Conflict, 412 PreconditionFailed, 413 PayloadTooLarge, 415 UnsupportedMediaType, 500 Internal, 503 Unavailable
        track [200]: 400 InvalidRequest, 404 NotFound, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        rate [200]: 400 InvalidRequest, 404 NotFound, 409 IllegalMove, 413 PayloadTooLarge, 415 UnsupportedMediaType, 500 Internal, 503 Unavailable
        getMaintenance [200]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 404 NotFound, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        putMaintenance [200, 201]: 400 InvalidRequest, 401 Unauthorized, 403 Forbidden, 412 PreconditionFailed, 413 PayloadTooLarge, 415 UnsupportedMediaType, 428 PreconditionRequired, 500 Internal, 503 Unavailable
        carrierStatus [204]: 400 InvalidRequest, 404 NotFound, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        carrierInbound [200]: 400 InvalidRequest, 404 NotFound, 413 PayloadTooLarge, 500 Internal, 503 Unavailable
        health [200]: 413 PayloadTooLarge, 500 Internal
        ");
    }
}
