//! Drift as people read it.

use super::fit::{columns, printable, shorten, wrap};
use super::numbers::count;
use super::plan_human::{Extent, plan_human};
use super::style::{Style, Tone};
use super::values::change_lines;
use crate::engine::{Drift, StackDrift};
use crate::plan::PropertyChange;
use crate::ports::ResourceDrift;

/// Where a property stands.
const INDENT: usize = 6;

/// What differs from the newest release, and what puts it back, as text that ends with a newline.
pub fn drift_human(drift: &Drift, style: Style) -> String {
    let compared = format!("compared with release {}", drift.release);
    let compared = wrap(&compared, style.columns()).into_iter();
    let mut lines: Vec<String> = compared
        .map(|line| style.paint(Tone::Strong, &line))
        .collect();
    let said = match &drift.stack {
        StackDrift::Unsupported => "this cloud has no drift detection".to_owned(),
        StackDrift::NotCompared => "there is no stack at rest to compare".to_owned(),
        StackDrift::Compared { resources, partial } => match resources.len() {
            0 if partial.is_some() => "no resource that was compared differs".to_owned(),
            0 => "every resource is as the stack says".to_owned(),
            1 => "1 resource is not as the stack says".to_owned(),
            many => format!("{} are not as the stack says", count(many, "resource")),
        },
    };
    lines.extend(wrap(&format!("CloudFormation: {said}"), style.columns()));
    if let StackDrift::Compared { resources, partial } = &drift.stack {
        lines.extend(resources.iter().flat_map(|drift| resource(drift, style)));
        if let Some(reason) = partial {
            let said = format!("some could not be compared: {}", printable(reason));
            let wrapped = wrap(&said, style.columns() - 4);
            lines.extend(wrapped.into_iter().map(|line| format!("  ! {line}")));
        }
    }
    let own = if drift.is_as_left() {
        "code, routes, page and keys are as the release left them"
    } else {
        "what would have to be done for everything to be as the release left it:"
    };
    lines.extend(wrap(own, style.columns()));
    lines.push(String::new());
    let text = lines.join("\n");
    if drift.is_as_left() {
        return text;
    }
    text + &plan_human(&drift.plan, style, Extent::Summed)
}

fn resource(drift: &ResourceDrift, style: Style) -> Vec<String> {
    let (sign, tone, note) = if drift.is_gone {
        ('-', Tone::Removed, "  gone")
    } else {
        ('~', Tone::Changed, "")
    };
    let sign = style.paint(tone, &sign.to_string());
    let name = shorten(&printable(&drift.logical_id), style.columns() - 4);
    let kind = printable(&drift.resource_type) + note;
    let mut lines = if columns(&name) + columns(&kind) + 6 <= style.columns() {
        vec![format!("  {sign} {name}  {kind}")]
    } else {
        let kind = shorten(&kind, style.columns() - INDENT);
        vec![format!("  {sign} {name}"), format!("{:INDENT$}{kind}", "")]
    };
    let properties = drift.properties.iter();
    let below = properties
        .flat_map(|property| change_lines(&PropertyChange::of_drift(property), INDENT, style));
    lines.extend(below);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn what_differs_stands_below_its_resource() {
        let drift = samples::drifted();
        assert!(!drift.is_none());
        insta::assert_snapshot!(drift_human(&drift, Style::default()), @r#"
        compared with release 20261125-080000-000001-77
        CloudFormation: 3 resources are not as the stack says
          ~ ApiFunction  AWS::Lambda::Function
              Environment.Variables.QDN_TABLE: "qdn-staging-data" → "another"
          - ApiAlarm  AWS::CloudWatch::Alarm  gone
          - TrackResponseHeadersOfEverythingElse
              AWS::CloudFront::ResponseHeadersPolicy  gone
          ! some could not be compared: no right to read DataTable
        code, routes, page and keys are as the release left them
        "#);
        let changed = Drift {
            plan: samples::one_header(),
            stack: StackDrift::Unsupported,
            ..drift
        };
        let text = drift_human(&changed, Style::default());
        assert!(text.contains("this cloud has no drift detection"), "{text}");
        assert!(text.contains("as the release left it:\nstaging:"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}
