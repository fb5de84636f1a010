//! Drift as people read it.

use super::fit::{printable, wrap};
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
    let mut lines = Vec::new();
    let said = format!("compared with release {}", drift.release);
    lines.push(style.paint(Tone::Strong, &said));
    match &drift.stack {
        StackDrift::Unsupported => {
            lines.push("CloudFormation: this cloud has no drift detection".to_owned());
        }
        StackDrift::NotCompared => {
            lines.push("CloudFormation: there is no stack at rest to compare".to_owned());
        }
        StackDrift::Compared { resources, partial } => {
            lines.push(match resources.len() {
                0 => "CloudFormation: every resource is as the stack says".to_owned(),
                1 => "CloudFormation: 1 resource is not as the stack says".to_owned(),
                many => format!(
                    "CloudFormation: {} are not as the stack says",
                    count(many, "resource")
                ),
            });
            lines.extend(resources.iter().flat_map(|drift| resource(drift, style)));
            if let Some(reason) = partial {
                let said = format!("some could not be compared: {}", printable(reason));
                let wrapped = wrap(&said, style.columns() - 4);
                lines.extend(wrapped.into_iter().map(|line| format!("  ! {line}")));
            }
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
    let line = format!(
        "  {} {}  {}{note}",
        style.paint(tone, &sign.to_string()),
        printable(&drift.logical_id),
        printable(&drift.resource_type)
    );
    let properties = drift.properties.iter();
    let below = properties
        .flat_map(|property| change_lines(&PropertyChange::of_drift(property), INDENT, style));
    [line].into_iter().chain(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::PropertyDrift;
    use crate::render::samples;

    #[test]
    fn what_differs_stands_below_its_resource() {
        let drift = Drift {
            release: "20261125-080000-000001-77".to_owned(),
            plan: samples::empty(),
            stack: StackDrift::Compared {
                resources: vec![
                    ResourceDrift {
                        logical_id: "ApiFunction".to_owned(),
                        resource_type: "AWS::Lambda::Function".to_owned(),
                        is_gone: false,
                        properties: vec![PropertyDrift {
                            path: "/Environment/Variables/QDN_TABLE".to_owned(),
                            expected: Some("qdn-staging-data".to_owned()),
                            actual: Some("another".to_owned()),
                        }],
                    },
                    ResourceDrift {
                        logical_id: "ApiAlarm".to_owned(),
                        resource_type: "AWS::CloudWatch::Alarm".to_owned(),
                        is_gone: true,
                        properties: Vec::new(),
                    },
                ],
                partial: Some("no right to read DataTable".to_owned()),
            },
        };
        assert!(!drift.is_none());
        insta::assert_snapshot!(drift_human(&drift, Style::default()), @r#"
        compared with release 20261125-080000-000001-77
        CloudFormation: 2 resources are not as the stack says
          ~ ApiFunction  AWS::Lambda::Function
              Environment.Variables.QDN_TABLE: "qdn-staging-data" → "another"
          - ApiAlarm  AWS::CloudWatch::Alarm  gone
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
