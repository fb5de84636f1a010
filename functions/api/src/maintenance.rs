//! Maintenance data for operators: `GET` and `POST /api/maintenance`.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use qdn_runtime::maintenance::{DocumentError, Expected, Stored};
use qdn_shared::maintenance::{self, MaintenanceDocument};
use qdn_shared::problem::{Fault, Problem, ProblemKind};

use crate::Api;
use crate::answers;
use crate::asked::Asked;
use crate::auth::Operator;
use crate::refusal::Refusal;

/// The document as it lies in the bucket.
pub async fn get(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    reader.query(&[]);
    reader.done(Some(()))?;
    let stored = api.maintenance.read().await?;
    let Stored { etag, body } = stored.ok_or(Refusal::of(ProblemKind::NotFound))?;
    Ok(shown(StatusCode::OK, &etag, body))
}

/// Replaces the document, for who names the version that is replaced (or that there is none).
pub async fn put(api: &Api, _: Operator, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    reader.query(&[]);
    let version = reader.if_match();
    let first = reader.if_none_match();
    if first && version.is_some() {
        let detail = "cannot stand beside `If-Match`";
        reader.fault(Fault::header("If-None-Match", detail));
    }
    let document = reader.json::<MaintenanceDocument>()?;
    if let Some(document) = &document {
        told(document.validate(), &mut |fault| reader.fault(fault));
    }
    let document = reader.done(document)?;
    let expected = match (version, first) {
        (Some(etag), _) => Expected::Version(etag.to_owned()),
        (None, true) => Expected::Absent,
        (None, false) => return Err(version_required()),
    };
    let stored = api.maintenance.read().await?;
    if !matches(&expected, stored.as_ref()) {
        return Err(changed_since());
    }
    if let Some(stored) = &stored {
        check_succession(stored, &document)?;
    }
    let body = serde_json::to_vec_pretty(&document)
        .map_err(|_| Refusal::Broken("the maintenance document has no JSON form"))?;
    // The bucket checks the condition again, against who writes at the same moment.
    let etag = match api.maintenance.write(body.clone(), &expected).await {
        Err(DocumentError::Changed) => return Err(changed_since()),
        written => written?,
    };
    let status = match expected {
        Expected::Absent => StatusCode::CREATED,
        Expected::Version(_) => StatusCode::OK,
    };
    Ok(shown(status, &etag, body))
}

fn matches(expected: &Expected, stored: Option<&Stored>) -> bool {
    match (expected, stored) {
        (Expected::Absent, None) => true,
        (Expected::Version(etag), Some(stored)) => *etag == stored.etag,
        (Expected::Absent, Some(_)) | (Expected::Version(_), None) => false,
    }
}

/// Meters never go backwards. A document that lies there and is none is no measure, and may be replaced.
fn check_succession(stored: &Stored, next: &MaintenanceDocument) -> Result<(), Refusal> {
    let Ok(previous) = serde_json::from_slice::<MaintenanceDocument>(&stored.body) else {
        tracing::warn!("the stored maintenance document is unreadable and is replaced unchecked");
        return Ok(());
    };
    let mut faults = Vec::new();
    let found = MaintenanceDocument::check_succession(&previous, next);
    told(found, &mut |fault| faults.push(fault));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(faults))
    }
}

fn told(found: Vec<maintenance::Fault>, tell: &mut dyn FnMut(Fault)) {
    for fault in found {
        tell(Fault::pointer(format!("#{}", fault.pointer), fault.message));
    }
}

fn version_required() -> Refusal {
    let detail = "name the version that is replaced: `If-Match` with the `ETag` of GET, or `If-None-Match: *` for the first document";
    Refusal::Problem(Problem::new(ProblemKind::PreconditionRequired).with_detail(detail))
}

fn changed_since() -> Refusal {
    let detail = "the document is not the named version: read it again and decide again";
    Refusal::Problem(Problem::new(ProblemKind::PreconditionFailed).with_detail(detail))
}

fn shown(status: StatusCode, etag: &str, body: Vec<u8>) -> Response {
    answers::tagged(answers::json_text(status, Body::from(body)), etag)
}
