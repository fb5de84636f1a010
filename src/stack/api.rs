//! The REST API: one resource a path segment, one method a route and an `OPTIONS` on every path, all handed to
//! the api function, which decides. Which routes there are is said once, in `qdn_shared::route`.

use std::collections::BTreeMap;

use qdn_shared::route::{self, Method as RouteMethod, PathTemplate, Segment};

use super::{Error, functions, names, paths};
use crate::config::StackFile;
use crate::resource::apigateway::{
    AccessLogField, AccessLogSetting, Deployment, GatewayResponse, HttpMethod, Method,
    MethodSetting, Node, PathResource, ResponseType, RestApi, Stage,
};
use crate::resource::lambda::{Function, Permission};
use crate::resource::logs;
use crate::resource::policy::Service;
use crate::template::{Declaration, Dependency, Handle, Pseudo, TemplateBuilder, Text, text};

/// A path of the API and what may be asked of it.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub(super) path: PathTemplate,
    /// Without `OPTIONS`, which every path has.
    pub(super) methods: Vec<RouteMethod>,
}

/// What the route table says.
pub(super) fn endpoints() -> Vec<Endpoint> {
    let methods = |path: PathTemplate| route::methods_of(path.as_str()).collect();
    route::paths()
        .map(|path| Endpoint {
            path,
            methods: methods(path),
        })
        .collect()
}

/// The API, served on its stage.
pub(super) struct Api {
    pub(super) rest_api: Handle<RestApi>,
    pub(super) stage: Handle<Stage>,
}

/// Declares the API with these endpoints.
pub(super) fn rest_api(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    endpoints: &[Endpoint],
    function: &Handle<Function>,
) -> Result<Api, Error> {
    let rest_api = stack.add(
        "Api",
        RestApi::regional(names::of(file, "api").into(), "QuickDumpNow's REST API"),
    )?;

    let mut tree = Tree {
        rest_api: &rest_api,
        resources: BTreeMap::new(),
    };
    let mut methods = Vec::new();
    for Endpoint {
        path,
        methods: asked,
    } in endpoints
    {
        let segments: Vec<Segment> = path.segments().collect();
        let node = tree.grow(stack, &segments)?;
        let id = paths::id_of(&segments);
        for method in asked
            .iter()
            .copied()
            .map(http_method)
            .chain([HttpMethod::Options])
        {
            let declared = Method::proxy(&rest_api, &node, method, function);
            methods.push(
                stack
                    .add(format!("{}{id}", prefix(method)), declared)?
                    .dependency(),
            );
        }
    }
    let responses = gateway_responses(stack, file, &rest_api)?;
    let resources = tree.resources.values().map(Handle::dependency).collect();

    let deployment = deployment(stack, &rest_api, resources, methods, responses)?;
    let stage = stage(stack, file, &rest_api, &deployment)?;
    permission(stack, file, &rest_api, function)?;
    Ok(Api { rest_api, stage })
}

/// The path segments so far.
struct Tree<'a> {
    rest_api: &'a Handle<RestApi>,
    resources: BTreeMap<Vec<Segment>, Handle<PathResource>>,
}

impl Tree<'_> {
    /// Declares what is missing between the root and `path`; gives its end.
    fn grow(&mut self, stack: &mut TemplateBuilder, path: &[Segment]) -> Result<Node, Error> {
        let Some((last, before)) = path.split_last() else {
            return Ok(Node::Root(self.rest_api.clone()));
        };
        if let Some(known) = self.resources.get(path) {
            return Ok(Node::Segment(known.clone()));
        }
        let parent = self.grow(stack, before)?;
        let segment = PathResource::new(self.rest_api, parent, paths::part_of(last))?;
        let segment = stack.add(format!("Path{}", paths::id_of(path)), segment)?;
        self.resources.insert(path.to_vec(), segment.clone());
        Ok(Node::Segment(segment))
    }
}

fn http_method(method: RouteMethod) -> HttpMethod {
    match method {
        RouteMethod::Get => HttpMethod::Get,
        RouteMethod::Post => HttpMethod::Post,
    }
}

/// The first word of a method's logical id.
const fn prefix(method: HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "Get",
        HttpMethod::Post => "Post",
        HttpMethod::Options => "Options",
    }
}

/// API Gateway's own errors. They can carry one fixed origin: the dashboard's, because the tracking page shares
/// its origin with the API and needs none.
fn gateway_responses(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    api: &Handle<RestApi>,
) -> Result<Vec<Dependency>, Error> {
    let headers = [
        (
            "Access-Control-Allow-Origin",
            file.api.dashboard_origin.as_str(),
        ),
        ("Vary", "Origin"),
    ];
    [
        ("ClientErrors", ResponseType::Default4xx),
        ("ServerErrors", ResponseType::Default5xx),
    ]
    .into_iter()
    .map(|(id, kind)| {
        let response = GatewayResponse::with_headers(api, kind, headers)?;
        Ok(stack.add(id, response)?.dependency())
    })
    .collect()
}

/// A deployment is a snapshot that never changes: a changed API needs a new one, and an unchanged API must not
/// get one. So its logical id is a hash over everything it takes in.
///
/// CloudFormation deletes last: a method that leaves the template is still there when the new snapshot is taken,
/// so its path keeps reaching the function, which answers 404, until the deployment after.
fn deployment(
    stack: &mut TemplateBuilder,
    api: &Handle<RestApi>,
    resources: Vec<Dependency>,
    methods: Vec<Dependency>,
    responses: Vec<Dependency>,
) -> Result<Handle<Deployment>, Error> {
    let awaited: Vec<Dependency> = methods.into_iter().chain(responses).collect();
    let snapshot: Vec<Dependency> = [api.dependency()]
        .into_iter()
        .chain(resources)
        .chain(awaited.iter().cloned())
        .collect();
    let id = format!("Deployment{}", stack.fingerprint(&snapshot)?);
    let deployment = Declaration::new(Deployment {
        rest_api_id: api.clone(),
    })
    .depends_on(awaited);
    Ok(stack.add(id, deployment)?)
}

fn stage(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    api: &Handle<RestApi>,
    deployment: &Handle<Deployment>,
) -> Result<Handle<Stage>, Error> {
    let access_log = functions::log_group(
        stack,
        "ApiAccessLogGroup",
        names::access_log_group(file),
        file,
    )?;
    let stage = Stage {
        rest_api_id: api.clone(),
        deployment_id: deployment.clone(),
        stage_name: file.api.stage.as_str().to_owned(),
        access_log_setting: AccessLogSetting::json(
            logs::log_group_arn(&access_log),
            AccessLogField::ALL,
        ),
        method_settings: [MethodSetting::throttled(
            file.api.throttle.rate,
            file.api.throttle.burst,
        )],
    };
    Ok(stack.add("ApiStage", stage)?)
}

/// Lets this stage of this API invoke the function, whatever the route.
fn permission(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    api: &Handle<RestApi>,
    function: &Handle<Function>,
) -> Result<(), Error> {
    let any_route = text![execution_arn(api), "/", file.api.stage.as_str(), "/*"];
    stack.add(
        "ApiPermission",
        Permission::invoke(function, Service::ApiGateway, any_route),
    )?;
    Ok(())
}

fn execution_arn(api: &Handle<RestApi>) -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":execute-api:",
        Pseudo::Region,
        ":",
        Pseudo::AccountId,
        ":",
        api
    ]
}
