//! The router, made from the route table: the check and the handler of each route name, `OPTIONS` on every path,
//! problem documents for everything else. What all answers share is in `answers`.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{MatchedPath, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use http::{HeaderValue, StatusCode, header};
use qdn_shared::cors::AllowedOrigins;
use qdn_shared::problem::ProblemKind;
use qdn_shared::route::{self, Method, PathTemplate, ROUTES, Route, RouteName};

use crate::answers::{self, MAX_BODY_BYTES};
use crate::asked::Asked;
use crate::refusal::Refusal;
use crate::{
    Api, auth, callbacks, health, jobs, maintenance, messages, moves, problem, replies, track,
};

/// The whole API as one service.
pub fn router(api: Api, allowed_origins: AllowedOrigins) -> Router {
    let api = Arc::new(api);
    let router = route::paths().fold(Router::new(), |router, path| {
        router.route(path.as_str(), methods(path, &api))
    });
    let router = router.fallback(async || problem::respond(ProblemKind::NotFound));
    answers::complete(router, allowed_origins)
}

fn methods(path: PathTemplate, api: &Arc<Api>) -> MethodRouter {
    // HEAD is claimed first, because the framework would serve it through GET: API Gateway declares no HEAD,
    // and this router answers what the table says and nothing more.
    let methods = MethodRouter::new()
        .on(MethodFilter::HEAD, method_not_allowed)
        .on(MethodFilter::OPTIONS, options)
        .fallback(method_not_allowed);
    ROUTES
        .iter()
        .filter(|route| route.path == path)
        .fold(methods, |methods, route| serve(methods, route, api))
}

fn serve(methods: MethodRouter, route: &'static Route, api: &Arc<Api>) -> MethodRouter {
    let api = Arc::clone(api);
    let handler = move |path: Result<RawPathParams, RawPathParamsRejection>, request: Request| {
        let api = Arc::clone(&api);
        async move {
            let answer = async {
                let asked = asked(path.ok().as_ref(), request).await?;
                answer(&api, route, &asked).await
            };
            answer.await.unwrap_or_else(Refusal::respond)
        }
    };
    methods.on(filter(route.method), handler)
}

/// The check of a route's credential, then its handler. Handlers take the proof that only the check gives out. A
/// name without a handler does not compile.
async fn answer(api: &Api, route: &Route, asked: &Asked) -> Result<Response, Refusal> {
    let caller = auth::check(api, route, asked).await?;
    match route.name {
        RouteName::CreateJob => jobs::create(api, caller.operator()?, asked).await,
        RouteName::ListJobs => jobs::list(api, caller.operator()?, asked).await,
        RouteName::GetJob => jobs::get(api, caller.operator()?, asked).await,
        RouteName::MoveJob => moves::transition(api, caller.operator()?, asked).await,
        RouteName::SendMessage => messages::send(api, caller.operator()?, asked).await,
        RouteName::ListMessages => messages::list(api, caller.operator()?, asked).await,
        RouteName::RenewLink => moves::renew_link(api, caller.operator()?, asked).await,
        RouteName::SetCharge => moves::charge(api, caller.operator()?, asked).await,
        RouteName::Track => track::track(api, caller.customer()?, asked).await,
        RouteName::Rate => track::rate(api, caller.customer()?, asked).await,
        RouteName::GetMaintenance => maintenance::get(api, caller.operator()?, asked).await,
        RouteName::PutMaintenance => maintenance::put(api, caller.operator()?, asked).await,
        RouteName::CarrierStatus => callbacks::status(api, caller.carrier()?, asked).await,
        RouteName::CarrierInbound => replies::inbound(api, caller.carrier()?, asked).await,
        RouteName::Health => Ok(health::health(api)),
    }
}

/// The request as handlers see it.
async fn asked(path: Option<&RawPathParams>, request: Request) -> Result<Asked, Refusal> {
    let (parts, body) = request.into_parts();
    let limit = usize::try_from(MAX_BODY_BYTES).unwrap_or(usize::MAX);
    let body = axum::body::to_bytes(body, limit).await;
    Ok(Asked {
        path: path
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        // Its size was checked before; what cannot be read now is longer than it said.
        body: body.map_err(|_| Refusal::of(ProblemKind::PayloadTooLarge))?,
    })
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
