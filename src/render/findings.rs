//! What a plan saw and does nothing about, in words, each with what a person can do.

use super::numbers::count;
use crate::hint::in_environment;
use crate::plan::{Finding, Layer, NotObserved, Plan, PropertyChange};

/// Why a layer was not compared, and what helps.
pub(super) fn not_observed(layer: Layer, why: &NotObserved) -> (String, Option<String>) {
    match why {
        NotObserved::Skipped => ("not observed: left out".to_owned(), None),
        NotObserved::NoSecretsFile => (
            "not observed: no secrets file was named".to_owned(),
            Some("`--secrets-file FILE`, or `--skip-layer secrets`".to_owned()),
        ),
        NotObserved::NoAuthToken => (
            "not observed: the secrets file holds no TWILIO_AUTH_TOKEN".to_owned(),
            Some("add it to the file, or `--skip-layer carrier`".to_owned()),
        ),
        NotObserved::NoSecret { name } => (
            format!("not observed: secret {name} does not exist, and nothing here makes it"),
            Some(format!(
                "`--secrets-file FILE`, or `--skip-layer {}`",
                layer.name()
            )),
        ),
    }
}

/// Whether a finding is nothing to worry about.
pub(super) fn is_quiet(finding: &Finding) -> bool {
    matches!(finding, Finding::SeedKept { .. })
}

/// What was found, and the fix, with commands for the plan's environment; none for what is told as a risk.
pub(super) fn words(finding: &Finding, plan: &Plan) -> Option<(String, Option<String>)> {
    let (what, fix) = said(finding)?;
    let here = |text: String| in_environment(&text, &plan.environment);
    Some((here(what), fix.map(here)))
}

fn said(finding: &Finding) -> Option<(String, Option<String>)> {
    Some(match finding {
        Finding::CodeDrift {
            function,
            running,
            declared,
            replaced,
        } => {
            let (running, declared) = (short(running), short(declared));
            let what = format!(
                "function {function} runs other code ({running}) than the stack says ({declared})"
            );
            other_code(what, *replaced)
        }
        Finding::RouteDrift { missing } => (
            format!("the API does not serve {}", missing.join(", ")),
            Some(changed_by_hand()),
        ),
        Finding::StageDrift { stage } => (
            format!("stage {stage} of the API is gone: nobody is answered"),
            Some(changed_by_hand()),
        ),
        Finding::EdgeDrift { function, replaced } => other_code(
            format!("edge function {function} runs other code than the stack says"),
            *replaced,
        ),
        Finding::ResourceDrift {
            logical_id,
            gone,
            changes,
            stays,
            ..
        } => resource_drift(logical_id, *gone, changes, *stays),
        Finding::DriftUnknown { stack, reason } => (
            format!("whether {stack} was changed outside the stack is not known: {reason}"),
            None,
        ),
        Finding::EdgeUntried { function } => (
            format!(
                "edge function {function} is not tested there: the local cloud has no TestFunction"
            ),
            Some("`./dev test` runs it on the engine that is closest to CloudFront's".to_owned()),
        ),
        Finding::DistributionOff { distribution } => (
            format!("distribution {distribution} is switched off or gone: nobody reaches the page"),
            Some(format!(
                "look at it: `aws cloudfront get-distribution --id {distribution}`"
            )),
        ),
        Finding::QueriesLogged { distribution } => queries_logged(distribution),
        Finding::ErrorPages {
            distribution,
            codes,
        } => error_pages(distribution, codes),
        Finding::ErrorsKept {
            distribution,
            codes,
        } => errors_kept(distribution, codes),
        Finding::PathsInside {
            distribution,
            paths,
        } => {
            let paths = paths.join(", ");
            let what = format!(
                "distribution {distribution} sends {paths} elsewhere, a part of what we answer"
            );
            (what, None)
        }
        Finding::NoEffect { stack } => (
            format!(
                "the text of {stack}'s template differs, \
                 and CloudFormation says that nothing would change"
            ),
            None,
        ),
        Finding::Unproved => (
            "what is deployed was not proved yet, or not recorded: `apply` does both".to_owned(),
            None,
        ),
        Finding::FictionalPhone { phone } => (
            format!("customers would be shown {phone} to call, which is nobody's number"),
            Some("put the business's own into `support_phone` of the stack file".to_owned()),
        ),
        Finding::SeedKept { count: kept } => {
            let verb = if *kept == 1 { "is" } else { "are" };
            let edits = count(*kept, "live edit");
            let text =
                format!("{edits} of the maintenance data {verb} kept: `qdn-infra seed diff`");
            (text, None)
        }
        Finding::DeletionsHeld { .. } => return None,
    })
}

fn resource_drift(
    logical_id: &str,
    gone: bool,
    changes: &[PropertyChange],
    stays: bool,
) -> (String, Option<String>) {
    let is = if gone {
        format!("{logical_id} is gone")
    } else {
        let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
        format!(
            "{logical_id} was changed outside the stack: {}",
            paths.join(", ")
        )
    };
    let fix = if stays {
        "CloudFormation does not put it back: do that by hand"
    } else {
        "`qdn-infra apply --revert-drift` puts it back; `qdn-infra drift` shows it whole"
    };
    (is, Some(fix.to_owned()))
}

fn queries_logged(distribution: &str) -> (String, Option<String>) {
    (
        format!(
            "distribution {distribution} logs the query strings of viewers, \
             and with them the tokens of tracking links"
        ),
        Some(
            "ask its owner to switch its standard logs off, or to set up version 2 of them \
             without the field cs-uri-query"
                .to_owned(),
        ),
    )
}

fn error_pages(distribution: &str, codes: &[u16]) -> (String, Option<String>) {
    (
        format!(
            "distribution {distribution} answers {} with pages of the main site, \
             also where our API answered",
            listed(codes)
        ),
        Some("programs have to go by the status code alone".to_owned()),
    )
}

fn errors_kept(distribution: &str, codes: &[u16]) -> (String, Option<String>) {
    (
        format!(
            "distribution {distribution} keeps answers with {} for a while by path: \
             what one caller is refused, the next one is refused, too",
            listed(codes)
        ),
        Some(
            "ask its owner for custom error responses with these codes, \
             no page, and ErrorCachingMinTTL 0"
                .to_owned(),
        ),
    )
}

fn listed(codes: &[u16]) -> String {
    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
    codes.join(", ")
}

/// Enough of a hash to tell two apart.
pub(super) fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// Code that the stack does not name, and what becomes of it.
fn other_code(what: String, replaced: bool) -> (String, Option<String>) {
    if replaced {
        (format!("{what}; this plan replaces both"), None)
    } else {
        let fix = "put the declared code back: `qdn-infra apply --revert-drift`";
        (what, Some(fix.to_owned()))
    }
}

fn changed_by_hand() -> String {
    "somebody changed it outside the stack: `qdn-infra drift` tells what, `qdn-infra apply --revert-drift` puts back what can be"
        .to_owned()
}
