//! THE route table and the questions asked of it.

use super::method::Method;
use super::name::{Credential, RouteName};
use super::template::{PathTemplate, same, segment_end};
use crate::operator::OperatorScope;
use crate::token::TokenScope;

/// Every route that the API serves, in the order of [`RouteName`]. A route that is declared here and has no
/// handler does not compile in the function; one that breaks a rule of the table does not compile here.
pub const ROUTES: &[Route] = &[
    Route {
        name: RouteName::CreateJob,
        method: Method::Post,
        path: PathTemplate::new("/api/jobs"),
        credential: Credential::OperatorKey(OperatorScope::Jobs),
    },
    Route {
        name: RouteName::ListJobs,
        method: Method::Get,
        path: PathTemplate::new("/api/jobs"),
        credential: Credential::OperatorKey(OperatorScope::Jobs),
    },
    Route {
        name: RouteName::GetJob,
        method: Method::Get,
        path: PathTemplate::new("/api/jobs/{jobId}"),
        credential: Credential::OperatorKey(OperatorScope::Jobs),
    },
    Route {
        name: RouteName::MoveJob,
        method: Method::Post,
        path: PathTemplate::new("/api/jobs/{jobId}/transitions"),
        credential: Credential::OperatorKey(OperatorScope::Jobs),
    },
    Route {
        name: RouteName::SendMessage,
        method: Method::Post,
        path: PathTemplate::new("/api/jobs/{jobId}/messages"),
        credential: Credential::OperatorKey(OperatorScope::Messages),
    },
    Route {
        name: RouteName::ListMessages,
        method: Method::Get,
        path: PathTemplate::new("/api/jobs/{jobId}/messages"),
        credential: Credential::OperatorKey(OperatorScope::Messages),
    },
    Route {
        name: RouteName::RenewLink,
        method: Method::Post,
        path: PathTemplate::new("/api/jobs/{jobId}/link"),
        credential: Credential::OperatorKey(OperatorScope::Jobs),
    },
    Route {
        name: RouteName::SetCharge,
        method: Method::Post,
        path: PathTemplate::new("/api/jobs/{jobId}/charge"),
        credential: Credential::OperatorKey(OperatorScope::Jobs),
    },
    Route {
        name: RouteName::Track,
        method: Method::Get,
        path: PathTemplate::new("/api/track"),
        credential: Credential::JobToken(TokenScope::Track),
    },
    Route {
        name: RouteName::Rate,
        method: Method::Post,
        path: PathTemplate::new("/api/track/rating"),
        credential: Credential::JobToken(TokenScope::Rate),
    },
    Route {
        name: RouteName::GetMaintenance,
        method: Method::Get,
        path: PathTemplate::new("/api/maintenance"),
        credential: Credential::OperatorKey(OperatorScope::Maintenance),
    },
    Route {
        name: RouteName::PutMaintenance,
        method: Method::Post,
        path: PathTemplate::new("/api/maintenance"),
        credential: Credential::OperatorKey(OperatorScope::Maintenance),
    },
    Route {
        name: RouteName::CarrierStatus,
        method: Method::Post,
        path: PathTemplate::new("/api/carrier/status/{messageId}/{keyId}/{mac}"),
        credential: Credential::CarrierMac,
    },
    Route {
        name: RouteName::CarrierInbound,
        method: Method::Post,
        path: PathTemplate::new("/api/carrier/inbound/{keyId}/{mac}"),
        credential: Credential::CarrierMac,
    },
    Route {
        name: RouteName::Health,
        method: Method::Get,
        path: PathTemplate::new("/api/health"),
        credential: Credential::None,
    },
];

const _: () = match fault(ROUTES) {
    None => {}
    Some(TableFault::Name) => {
        panic!("the routes do not stand in the order of RouteName, each once")
    }
    Some(TableFault::Repeated) => panic!("two routes have the same method and path"),
    Some(TableFault::Parameter) => {
        panic!("two routes name the parameter at one place differently, which API Gateway refuses")
    }
};

/// One operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Which operation it is.
    pub name: RouteName,
    /// With which method it is called.
    pub method: Method,
    /// Under which paths.
    pub path: PathTemplate,
    /// By whom.
    pub credential: Credential,
}

impl Route {
    /// The path in API Gateway's notation, `/api/jobs/{jobId}`.
    pub const fn template(&self) -> &'static str {
        self.path.as_str()
    }
}

/// The route of a name.
pub const fn route(name: RouteName) -> &'static Route {
    // The table stands in the order of the names, checked above.
    &ROUTES[name as usize]
}

/// The distinct paths, in the order of the table.
pub fn paths() -> impl Iterator<Item = PathTemplate> {
    paths_in(ROUTES)
}

/// The methods of one path (its template), in the order of the table, without `OPTIONS`.
/// Empty for a path that is not in the table.
pub fn methods_of(template: &str) -> impl Iterator<Item = Method> {
    methods_in(ROUTES, template)
}

/// The methods of one path as an `Allow` header says them: `GET, POST, OPTIONS`.
pub fn allow(template: &str) -> String {
    methods_of(template)
        .map(Method::as_str)
        .chain(["OPTIONS"])
        .collect::<Vec<_>>()
        .join(", ")
}

fn paths_in(routes: &[Route]) -> impl Iterator<Item = PathTemplate> {
    let is_first = |index: usize, path| routes[..index].iter().all(|earlier| earlier.path != path);
    routes
        .iter()
        .enumerate()
        .filter(move |(index, route)| is_first(*index, route.path))
        .map(|(_, route)| route.path)
}

fn methods_in(routes: &[Route], template: &str) -> impl Iterator<Item = Method> {
    routes
        .iter()
        .filter(move |route| route.template() == template)
        .map(|route| route.method)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableFault {
    Name,
    Repeated,
    Parameter,
}

const fn fault(routes: &[Route]) -> Option<TableFault> {
    let mut index = 0;
    while index < routes.len() {
        if routes[index].name as usize != index {
            return Some(TableFault::Name);
        }
        let mut earlier = 0;
        while earlier < index {
            if let Some(fault) = pair_fault(&routes[earlier], &routes[index]) {
                return Some(fault);
            }
            earlier += 1;
        }
        index += 1;
    }
    None
}

const fn pair_fault(one: &Route, other: &Route) -> Option<TableFault> {
    let (left, right) = (one.template().as_bytes(), other.template().as_bytes());
    let mut start = 1;
    // While both paths run alike, their segments begin at the same byte.
    while start < left.len() && start < right.len() {
        let (left_end, right_end) = (segment_end(left, start), segment_end(right, start));
        if !same(left, start, left_end, right, start, right_end) {
            let both_parameters = left[start] == b'{' && right[start] == b'{';
            return if both_parameters {
                Some(TableFault::Parameter)
            } else {
                None
            };
        }
        start = left_end + 1;
    }
    let repeated = left.len() == right.len() && one.method as usize == other.method as usize;
    if repeated {
        Some(TableFault::Repeated)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Segment;
    use proptest::prelude::*;

    fn a_route(method: Method, template: &'static str) -> Route {
        Route {
            name: RouteName::CreateJob,
            method,
            path: PathTemplate::new(template),
            credential: Credential::None,
        }
    }

    #[test]
    fn the_served_routes() {
        let line = |route: &Route| {
            format!(
                "{} {} ({}, {:?})",
                route.method,
                route.template(),
                route.name.as_str(),
                route.credential
            )
        };
        let table = ROUTES.iter().map(line).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(table, @r"
        POST /api/jobs (createJob, OperatorKey(Jobs))
        GET /api/jobs (listJobs, OperatorKey(Jobs))
        GET /api/jobs/{jobId} (getJob, OperatorKey(Jobs))
        POST /api/jobs/{jobId}/transitions (moveJob, OperatorKey(Jobs))
        POST /api/jobs/{jobId}/messages (sendMessage, OperatorKey(Messages))
        GET /api/jobs/{jobId}/messages (listMessages, OperatorKey(Messages))
        POST /api/jobs/{jobId}/link (renewLink, OperatorKey(Jobs))
        POST /api/jobs/{jobId}/charge (setCharge, OperatorKey(Jobs))
        GET /api/track (track, JobToken(Track))
        POST /api/track/rating (rate, JobToken(Rate))
        GET /api/maintenance (getMaintenance, OperatorKey(Maintenance))
        POST /api/maintenance (putMaintenance, OperatorKey(Maintenance))
        POST /api/carrier/status/{messageId}/{keyId}/{mac} (carrierStatus, CarrierMac)
        POST /api/carrier/inbound/{keyId}/{mac} (carrierInbound, CarrierMac)
        GET /api/health (health, None)
        ");
        assert_eq!(route(RouteName::Health).template(), "/api/health");
    }

    #[test]
    fn allow_lists_the_table_and_options() {
        assert_eq!(allow("/api/health"), "GET, OPTIONS");
        assert_eq!(methods_of("/api/nothing").count(), 0);
    }

    #[test]
    fn paths_are_distinct_and_keep_their_order() {
        let routes = [
            a_route(Method::Post, "/api/jobs"),
            a_route(Method::Get, "/api/jobs/{jobId}"),
            a_route(Method::Get, "/api/jobs"),
        ];
        let paths: Vec<_> = paths_in(&routes).map(PathTemplate::as_str).collect();
        assert_eq!(paths, ["/api/jobs", "/api/jobs/{jobId}"]);
        assert_eq!(
            methods_in(&routes, "/api/jobs").collect::<Vec<_>>(),
            [Method::Post, Method::Get]
        );
    }

    #[test]
    fn a_name_out_of_order_is_a_fault() {
        let routes = [
            a_route(Method::Get, "/api/health"),
            a_route(Method::Post, "/api/health"),
        ];
        assert_eq!(fault(&routes), Some(TableFault::Name));
        assert_eq!(fault(&routes[..1]), None);
    }

    #[test]
    fn faults_of_pairs() {
        let pair =
            |one, other| pair_fault(&a_route(Method::Get, one), &a_route(Method::Get, other));
        assert_eq!(pair("/api/jobs", "/api/jobs"), Some(TableFault::Repeated));
        assert_eq!(
            pair("/api/jobs/{jobId}", "/api/jobs/{id}/link"),
            Some(TableFault::Parameter)
        );
        assert_eq!(pair("/api/jobs/{jobId}", "/api/jobs/{jobId}/link"), None);
        assert_eq!(pair("/api/jobs/{jobId}", "/api/jobs/recent"), None);
        assert_eq!(pair("/api/jobs/{jobId}", "/api/links/{linkId}"), None);
        assert_eq!(pair("/api/job", "/api/jobs"), None);
        let post = a_route(Method::Post, "/api/jobs");
        assert_eq!(pair_fault(&a_route(Method::Get, "/api/jobs"), &post), None);
    }

    fn is_parameter(segment: &Segment) -> bool {
        matches!(segment, Segment::Parameter(_))
    }

    proptest! {
        /// The same rules said again over segments.
        #[test]
        fn pairs_are_judged_by_their_segments(
            left in "/api(/(\\{[ab]\\}|[ab])){1,3}",
            right in "/api(/(\\{[ab]\\}|[ab])){1,3}",
        ) {
            let parsed = (PathTemplate::parse(left.leak()), PathTemplate::parse(right.leak()));
            let (Ok(left), Ok(right)) = parsed else { return Ok(()) };
            let first_difference = left.segments().zip(right.segments()).find(|(one, other)| one != other);
            let expected = match first_difference {
                Some((one, other)) if is_parameter(&one) && is_parameter(&other) => Some(TableFault::Parameter),
                None if left == right => Some(TableFault::Repeated),
                Some(_) | None => None,
            };
            let found = pair_fault(&a_route(Method::Get, left.as_str()), &a_route(Method::Get, right.as_str()));
            prop_assert_eq!(found, expected, "{} {}", left, right);
        }
    }
}
