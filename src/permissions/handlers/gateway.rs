//! API Gateway, whose actions are verbs of HTTP on paths.

use super::Handler;
use crate::permissions::Need;
use crate::permissions::Target::{GatewayAccount, GatewayTags, LogRoleOfGateway, RestApis};
use crate::permissions::need;

const READ: &[Need] = &[need(&["apigateway:GET"], &[RestApis])];
const MAKE: &[Need] = &[need(&["apigateway:POST"], &[RestApis])];
const MAKE_TAGGED: &[Need] = &[
    need(&["apigateway:POST"], &[RestApis]),
    need(&["apigateway:PUT"], &[GatewayTags]),
];
const PUT: &[Need] = &[need(&["apigateway:PUT"], &[RestApis])];
const PATCH: &[Need] = &[need(&["apigateway:PATCH"], &[RestApis])];
const DELETE: &[Need] = &[need(&["apigateway:DELETE"], &[RestApis])];

pub(super) const HANDLERS: &[Handler] = &[
    Handler {
        resource_type: "AWS::ApiGateway::RestApi",
        read: &[need(&["apigateway:GET"], &[RestApis, GatewayTags])],
        create: MAKE_TAGGED,
        update: &[
            need(&["apigateway:PATCH"], &[RestApis]),
            need(&["apigateway:DELETE"], &[GatewayTags]),
        ],
        delete: DELETE,
    },
    Handler {
        resource_type: "AWS::ApiGateway::Resource",
        read: READ,
        create: MAKE,
        update: PATCH,
        delete: DELETE,
    },
    Handler {
        resource_type: "AWS::ApiGateway::Method",
        read: READ,
        create: PUT,
        update: PUT,
        delete: DELETE,
    },
    Handler {
        resource_type: "AWS::ApiGateway::GatewayResponse",
        read: READ,
        create: PUT,
        update: PUT,
        delete: DELETE,
    },
    Handler {
        resource_type: "AWS::ApiGateway::Deployment",
        read: READ,
        create: MAKE,
        update: PATCH,
        delete: DELETE,
    },
    Handler {
        resource_type: "AWS::ApiGateway::Stage",
        read: READ,
        create: MAKE_TAGGED,
        update: PATCH,
        delete: DELETE,
    },
    Handler {
        resource_type: "AWS::ApiGateway::Account",
        read: &[need(&["apigateway:GET"], &[GatewayAccount])],
        create: &[
            need(&["apigateway:PATCH"], &[GatewayAccount]),
            need(&["iam:PassRole"], &[LogRoleOfGateway]),
        ],
        update: &[],
        delete: &[],
    },
];
