//! Amazon API Gateway, REST APIs. Which routes exist is `stack`'s business.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::Serializer;

use super::Error;
use super::iam::Role;
use super::lambda::Function;
use crate::template::{Arn, Handle, Pseudo, Text, resource, text};

/// `AWS::ApiGateway::RestApi`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RestApi {
    name: Text,
    description: String,
    endpoint_configuration: EndpointConfiguration,
}

impl RestApi {
    /// An API reached in its own region; CloudFront stands in front of it anyway.
    pub fn regional(name: Text, description: impl Into<String>) -> Self {
        Self {
            name,
            description: description.into(),
            endpoint_configuration: EndpointConfiguration {
                types: ["REGIONAL"],
            },
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EndpointConfiguration {
    types: [&'static str; 1],
}

/// `AWS::ApiGateway::Resource`: one segment of a path.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PathResource {
    rest_api_id: Handle<RestApi>,
    parent_id: Node,
    path_part: String,
}

/// A place in an API's tree of paths.
#[derive(Debug, Clone)]
pub enum Node {
    /// The root, `/`.
    Root(Handle<RestApi>),
    /// A segment.
    Segment(Handle<PathResource>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Root(api) => api
                .attribute(RestApiAttribute::RootResourceId)
                .serialize(serializer),
            Self::Segment(resource) => resource.serialize(serializer),
        }
    }
}

impl PathResource {
    /// `path_part` is one segment: a literal or `{parameter}`.
    pub fn new(
        api: &Handle<RestApi>,
        parent: Node,
        path_part: impl Into<String>,
    ) -> Result<Self, Error> {
        let path_part = path_part.into();
        if path_part.is_empty() || path_part.contains('/') {
            return Err(Error::PathPart { part: path_part });
        }
        Ok(Self {
            rest_api_id: api.clone(),
            parent_id: parent,
            path_part,
        })
    }
}

/// HTTP methods that a route of ours may have, and the one that browsers ask with beforehand.
#[expect(missing_docs, reason = "named as HTTP names them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    Get,
    Post,
    Options,
}

/// `AWS::ApiGateway::Method` that hands everything to a function. The function checks credentials itself.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Method {
    rest_api_id: Handle<RestApi>,
    resource_id: Node,
    http_method: HttpMethod,
    authorization_type: &'static str,
    integration: Integration,
}

impl Method {
    /// Hands `http_method` of `path` to `function`.
    pub fn proxy(
        api: &Handle<RestApi>,
        path: &Node,
        http_method: HttpMethod,
        function: &Handle<Function>,
    ) -> Self {
        let uri = text![
            "arn:",
            Pseudo::Partition,
            ":apigateway:",
            Pseudo::Region,
            ":lambda:path/2015-03-31/functions/",
            function.arn(),
            "/invocations",
        ];
        Self {
            rest_api_id: api.clone(),
            resource_id: path.clone(),
            http_method,
            authorization_type: "NONE",
            // Lambda is invoked by POST, whatever the client's method.
            integration: Integration {
                kind: "AWS_PROXY",
                integration_http_method: "POST",
                uri,
            },
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Integration {
    #[serde(rename = "Type")]
    kind: &'static str,
    integration_http_method: &'static str,
    uri: Text,
}

/// `AWS::ApiGateway::GatewayResponse`: what API Gateway answers by itself, without asking a function.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GatewayResponse {
    rest_api_id: Handle<RestApi>,
    response_type: ResponseType,
    response_parameters: BTreeMap<String, String>,
}

/// Which answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ResponseType {
    /// All 4xx without an answer of their own.
    #[serde(rename = "DEFAULT_4XX")]
    Default4xx,
    /// All 5xx without an answer of their own.
    #[serde(rename = "DEFAULT_5XX")]
    Default5xx,
}

impl GatewayResponse {
    /// An answer with these headers, each of one fixed value. Fails on a value that its quotes cannot hold.
    pub fn with_headers<'a>(
        api: &Handle<RestApi>,
        response_type: ResponseType,
        headers: impl IntoIterator<Item = (&'static str, &'a str)>,
    ) -> Result<Self, Error> {
        let parameter = |(header, value): (&str, &str)| {
            if value
                .chars()
                .any(|character| character == '\'' || character.is_control())
            {
                return Err(Error::HeaderValue {
                    value: value.to_owned(),
                });
            }
            Ok((
                format!("gatewayresponse.header.{header}"),
                format!("'{value}'"),
            ))
        };
        let response_parameters = headers
            .into_iter()
            .map(parameter)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            rest_api_id: api.clone(),
            response_type,
            response_parameters,
        })
    }
}

/// `AWS::ApiGateway::Deployment`: a snapshot of an API that never changes afterwards.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Deployment {
    /// The API whose snapshot it is.
    pub rest_api_id: Handle<RestApi>,
}

/// `AWS::ApiGateway::Stage`.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Stage {
    pub rest_api_id: Handle<RestApi>,
    pub deployment_id: Handle<Deployment>,
    pub stage_name: String,
    pub access_log_setting: AccessLogSetting,
    pub method_settings: [MethodSetting; 1],
}

/// Settings of every method of a stage.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MethodSetting {
    resource_path: &'static str,
    http_method: &'static str,
    /// Execution logs hold headers and bodies: off.
    logging_level: &'static str,
    data_trace_enabled: bool,
    metrics_enabled: bool,
    throttling_rate_limit: u32,
    throttling_burst_limit: u32,
}

impl MethodSetting {
    /// All methods: `rate` requests a second, `burst` at once, with metrics and without execution logs.
    pub fn throttled(rate: u32, burst: u32) -> Self {
        Self {
            resource_path: "/*",
            http_method: "*",
            logging_level: "OFF",
            data_trace_enabled: false,
            metrics_enabled: true,
            throttling_rate_limit: rate,
            throttling_burst_limit: burst,
        }
    }
}

/// Where access logs go, and what they hold.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessLogSetting {
    destination_arn: Text,
    format: String,
}

impl AccessLogSetting {
    /// One JSON object a request, with these fields, into the log group at `destination_arn`
    /// (without `:*` at the end).
    pub fn json(destination_arn: Text, fields: &[AccessLogField]) -> Self {
        let fields: Vec<String> = fields
            .iter()
            .map(|field| format!(r#""{}":"{}""#, field.key(), field.variable()))
            .collect();
        Self {
            destination_arn,
            format: format!("{{{}}}", fields.join(",")),
        }
    }
}

/// What an access log may hold. Nothing that tells who called is among it: no address, no user agent, no path
/// (which holds ids) and no query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLogField {
    /// API Gateway's own.
    RequestId,
    /// When, in milliseconds since 1970.
    RequestTime,
    /// For example `GET`.
    HttpMethod,
    /// `/api/jobs/{jobId}`, the route and not the path.
    ResourcePath,
    /// HTTP status.
    Status,
    /// Milliseconds until the answer was complete.
    ResponseLatency,
    /// Milliseconds of it that the function took.
    IntegrationLatency,
    /// API Gateway's own word for what went wrong.
    ErrorType,
}

impl AccessLogField {
    /// Every field, in the order in which people read them.
    pub const ALL: &[AccessLogField] = &[
        Self::RequestId,
        Self::RequestTime,
        Self::HttpMethod,
        Self::ResourcePath,
        Self::Status,
        Self::ResponseLatency,
        Self::IntegrationLatency,
        Self::ErrorType,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::RequestId => "requestId",
            Self::RequestTime => "requestTime",
            Self::HttpMethod => "httpMethod",
            Self::ResourcePath => "resourcePath",
            Self::Status => "status",
            Self::ResponseLatency => "responseLatency",
            Self::IntegrationLatency => "integrationLatency",
            Self::ErrorType => "errorType",
        }
    }

    const fn variable(self) -> &'static str {
        match self {
            Self::RequestId => "$context.requestId",
            Self::RequestTime => "$context.requestTimeEpoch",
            Self::HttpMethod => "$context.httpMethod",
            Self::ResourcePath => "$context.resourcePath",
            Self::Status => "$context.status",
            Self::ResponseLatency => "$context.responseLatency",
            Self::IntegrationLatency => "$context.integrationLatency",
            Self::ErrorType => "$context.error.responseType",
        }
    }
}

/// `AWS::ApiGateway::Account`: the one role with which API Gateway writes logs in this account and region.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Account {
    /// Trusts API Gateway and may write logs.
    pub cloud_watch_role_arn: Arn<Role>,
}

resource!(
    RestApi,
    "AWS::ApiGateway::RestApi",
    RestApiAttribute { RestApiId => "RestApiId", RootResourceId => "RootResourceId" }
);
resource!(PathResource, "AWS::ApiGateway::Resource", PathResourceAttribute { ResourceId => "ResourceId" });
resource!(Method, "AWS::ApiGateway::Method");
resource!(GatewayResponse, "AWS::ApiGateway::GatewayResponse", GatewayResponseAttribute { Id => "Id" });
resource!(Deployment, "AWS::ApiGateway::Deployment", DeploymentAttribute { DeploymentId => "DeploymentId" });
resource!(Stage, "AWS::ApiGateway::Stage");
resource!(Account, "AWS::ApiGateway::Account", AccountAttribute { Id => "Id" });
