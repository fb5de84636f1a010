//! What the API says to strangers and to browsers that ask first, what the page is served with, and what somebody does
//! by hand so that a proof fails.

use std::collections::BTreeMap;

use qdn_infra::ports::{CloudError, ErrorKind, Result, Service, WebRequest, WebResponse};
use qdn_shared::cors::ALLOWED_HEADERS;
use qdn_shared::id::MessageId;
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::package::FunctionName;
use qdn_shared::problem::{CONTENT_TYPE, Problem, ProblemKind};
use qdn_shared::reach::Reach;
use qdn_shared::ring::SigningKeys;
use qdn_shared::route::{Credential, ROUTES};
use secrecy::ExposeSecret as _;

use super::World;
use super::maintenance::header;

/// What somebody did by hand.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that somebody did"
)]
#[derive(Debug, Default, Clone)]
pub(super) struct Tampered {
    /// Code that was published at the edge.
    pub(super) published: Option<String>,
    /// Code that the edge function was given last.
    pub(super) given: Option<String>,
    /// Whether the edge function was taken from the default behavior.
    pub(super) detached: bool,
    /// Whether the edge shows the page to everybody.
    pub(super) open_door: bool,
    /// Whether the distribution is switched off.
    pub(super) switched_off: bool,
    /// Whether invalidations never complete.
    pub(super) slow_edge: bool,
    /// Whether the stage serves a snapshot that no stack made.
    pub(super) redeployed: bool,
    /// Why CloudFormation cannot compare some resources.
    pub(super) unreadable: Option<String>,
    /// A function that does not reach its secrets any more.
    cut_off: Option<FunctionName>,
    /// Whether a page of any origin may call.
    any_origin: bool,
    /// Addresses that lead here, beside the viewer's.
    pub(super) led_here: Vec<String>,
}

impl World {
    /// Publishes other code at the edge.
    pub fn publish_at_edge(&self, code: &str) {
        let tampered = &mut self.state.lock().unwrap().tampered;
        tampered.given = Some(code.to_owned());
        tampered.published.clone_from(&tampered.given);
    }

    /// Switches the distribution off.
    pub fn switch_off(&self) {
        self.state.lock().unwrap().tampered.switched_off = true;
    }

    /// Takes API Gateway's log role away.
    pub fn take_log_role(&self) {
        self.state.lock().unwrap().log_role = None;
    }

    /// Lets invalidations take for ever.
    pub fn never_complete_invalidations(&self) {
        self.state.lock().unwrap().tampered.slow_edge = true;
    }

    /// Takes the right to read a resource, so that CloudFormation cannot compare it.
    pub fn forbid_to_read(&self, resource: &str) {
        let reason = format!("no right to read {resource}");
        self.state.lock().unwrap().tampered.unreadable = Some(reason);
    }

    /// Takes the edge function from the default behavior.
    pub fn detach_edge(&self) {
        self.state.lock().unwrap().tampered.detached = true;
    }

    /// Lets the edge show the page to everybody.
    pub fn open_door(&self) {
        self.state.lock().unwrap().tampered.open_door = true;
    }

    /// Lets a page of any origin call.
    pub fn let_any_origin_call(&self) {
        self.state.lock().unwrap().tampered.any_origin = true;
    }

    /// Points a name at the system.
    pub fn point(&self, name: &str) {
        let address = format!("https://{name}");
        self.state.lock().unwrap().tampered.led_here.push(address);
    }

    /// The path that an address of the system asks for; an error when it leads elsewhere.
    pub(super) fn path_of(&self, url: &str) -> Result<String> {
        let led_here = self.state.lock().unwrap().tampered.led_here.clone();
        let mut addresses = led_here.iter().map(String::as_str).chain([super::VIEWER]);
        let path = addresses.find_map(|address| url.strip_prefix(address));
        path.map(str::to_owned).ok_or_else(|| CloudError {
            service: Service::Web,
            operation: "GET",
            subject: url.to_owned(),
            kind: ErrorKind::Unreachable,
            message: "nobody knows this name".to_owned(),
        })
    }

    /// Lets a function not reach its secrets any more.
    pub fn cut_off(&self, function: FunctionName) {
        self.state.lock().unwrap().tampered.cut_off = Some(function);
    }

    /// The same cloud, whose API lets another dashboard call.
    pub fn with_dashboard(&self, origin: &str) -> Self {
        Self {
            dashboard: origin.to_owned(),
            ..self.clone()
        }
    }

    /// What a function says that is asked whether it reaches what it works with.
    pub(super) fn reach(&self, function: FunctionName) -> Reach {
        if self.state.lock().unwrap().tampered.cut_off == Some(function) {
            Reach::Not("secret `keys` could not be read: AccessDeniedException".to_owned())
        } else {
            Reach::Everything
        }
    }

    /// Whether the API, by the keys that it reads, finds an address that it made.
    fn is_signed(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let ["", "api", "carrier", "status", message, key, mac] = parts[..] else {
            return false;
        };
        let keys = self.stored(&self.names.secrets.keys);
        let (Ok(message), Some(keys)) = (message.parse::<MessageId>(), keys) else {
            return false;
        };
        let keys: SigningKeys = serde_json::from_str(keys.expose_secret()).unwrap();
        let route = CallbackRoute::Status(&message);
        let is_read = self.reach(FunctionName::Api) == Reach::Everything;
        is_read && mac::verify(&keys.carrier, route, key, mac)
    }

    /// The answer to whoever shows nothing; none for what anybody may ask, and for what is not the API's.
    pub(super) fn to_stranger(&self, request: &WebRequest, path: &str) -> Option<WebResponse> {
        if (request.method, path) == ("OPTIONS", "/data/maintenance.json") {
            return Some(answer(
                204,
                &self.lets_call(request, "GET, HEAD", "Authorization"),
                "",
            ));
        }
        let is_api = path == "/api" || path.starts_with("/api/");
        if !is_api || header(request, "authorization").is_some() {
            return None;
        }
        let (served, lets_in) = {
            let state = self.state.lock().unwrap();
            (state.served.clone(), state.api.lets_in)
        };
        let route = served.iter().find_map(|route| {
            let (method, template) = route.split_once(' ')?;
            (method == request.method && fits(template, path)).then_some(template)
        });
        let Some(template) = route else {
            let body = r#"{"message":"Missing Authentication Token"}"#;
            let kind = ("x-amzn-errortype", "MissingAuthenticationTokenException");
            return Some(answer(403, &[kind], body));
        };
        if request.method == "OPTIONS" {
            let methods = served.iter().filter_map(|route| {
                let (method, other) = route.split_once(' ')?;
                (other == template).then_some(method)
            });
            let methods = methods.collect::<Vec<_>>().join(", ");
            let headers = self.lets_call(request, &methods, ALLOWED_HEADERS);
            return Some(answer(204, &headers, ""));
        }
        if lets_in == Some(template) {
            return Some(answer(200, &[], "{}"));
        }
        let route = ROUTES
            .iter()
            .find(|route| route.method.as_str() == request.method && route.template() == template);
        let kind = match route.map(|route| route.credential) {
            Some(Credential::None) => return None,
            Some(Credential::OperatorKey(_)) => ProblemKind::Unauthorized,
            Some(Credential::CarrierMac) if self.is_signed(path) => ProblemKind::InvalidRequest,
            Some(Credential::JobToken(_) | Credential::CarrierMac) | None => ProblemKind::NotFound,
        };
        let body = serde_json::to_string(&Problem::new(kind)).unwrap();
        let mut headers = self.lets_call(request, "", "");
        headers.truncate(1);
        headers.push(("content-type", CONTENT_TYPE));
        Some(answer(kind.status(), &headers, &body))
    }

    /// What a page of the dashboard's origin may do, and none of another.
    fn lets_call<'a>(
        &'a self,
        request: &'a WebRequest,
        methods: &'a str,
        headers: &'a str,
    ) -> Vec<(&'a str, &'a str)> {
        let origin = header(request, "origin").unwrap_or_default();
        if origin != self.dashboard && !self.state.lock().unwrap().tampered.any_origin {
            return Vec::new();
        }
        vec![
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", methods),
            ("access-control-allow-headers", headers),
        ]
    }

    /// What the distribution adds to the page.
    pub(super) fn page_headers(&self) -> BTreeMap<String, String> {
        let template = self.main_template();
        let policy = template.as_deref().and_then(qdn_infra::stack::page_policy);
        let headers = [
            ("content-security-policy", policy.unwrap_or("none")),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-robots-tag", "noindex"),
        ];
        owned(&headers)
    }
}

/// Whether a path is one of a template's.
fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    let parts = template.clone().count() == path.clone().count();
    parts
        && template
            .zip(path)
            .all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> WebResponse {
    WebResponse {
        status,
        headers: owned(headers),
        body: body.as_bytes().to_vec(),
    }
}

fn owned(headers: &[(&str, &str)]) -> BTreeMap<String, String> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
