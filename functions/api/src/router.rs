//! The router, made from the route table: one handler for each route name, `OPTIONS` on every path, problem
//! documents for everything else. What all answers share is in `answers`.

use axum::Router;
use axum::extract::MatchedPath;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use http::{HeaderValue, StatusCode, header};
use qdn_shared::problem::ProblemKind;
use qdn_shared::route::{self, Method, PathTemplate, ROUTES, Route, RouteName};

use crate::answers;
use crate::health::health;
use crate::problem;
use crate::settings::Settings;

/// The whole API as one service.
pub fn router(settings: Settings) -> Router {
    let router = route::paths().fold(Router::new(), |router, path| {
        router.route(path.as_str(), methods(path, &settings))
    });
    let router = router.fallback(async || problem::respond(ProblemKind::NotFound));
    answers::complete(router, settings.allowed_origins)
}

fn methods(path: PathTemplate, settings: &Settings) -> MethodRouter {
    // HEAD is claimed first, because the framework would serve it through GET: API Gateway declares no HEAD,
    // and this router answers what the table says and nothing more.
    let methods = MethodRouter::new()
        .on(MethodFilter::HEAD, method_not_allowed)
        .on(MethodFilter::OPTIONS, options)
        .fallback(method_not_allowed);
    ROUTES
        .iter()
        .filter(|route| route.path == path)
        .fold(methods, |methods, route| serve(methods, route, settings))
}

/// The handler of each route. A name without one does not compile.
fn serve(methods: MethodRouter, route: &Route, settings: &Settings) -> MethodRouter {
    let on = filter(route.method);
    match route.name {
        RouteName::Health => methods.on_service(on, health.with_state(settings.package)),
    }
}

const fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
    }
}

async fn options(path: MatchedPath) -> Response {
    with_allow(StatusCode::NO_CONTENT.into_response(), &path)
}

async fn method_not_allowed(path: MatchedPath) -> Response {
    with_allow(problem::respond(ProblemKind::MethodNotAllowed), &path)
}

fn with_allow(mut response: Response, path: &MatchedPath) -> Response {
    let allow =
        HeaderValue::try_from(route::allow(path.as_str())).expect("method names are header text");
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

#[cfg(test)]
mod tests;
