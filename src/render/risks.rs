//! What a plan puts at risk, in words, and the flag that allows what cannot be taken back.

use super::fit::printable;
use super::hanging::hanging;
use super::style::{Style, Tone};
use crate::plan::{Plan, Severity};

/// Columns of the severities' names.
const SEVERITY: usize = 6;

/// The lines of a plan's risks, the gravest first; none when it has none. Flags to be copied are never broken.
pub(super) fn lines(plan: &Plan, style: Style) -> Vec<String> {
    let margin = SEVERITY + 6;
    let mut lines = Vec::new();
    for risk in plan.risks() {
        let flag = risk.flag();
        let allowed = risk.is_allowed(&plan.allowed);
        let (sign, tone) = match (allowed, risk.severity()) {
            (false, _) => ('!', Tone::Failed),
            (true, Severity::High | Severity::Medium) => (' ', Tone::Changed),
            (true, Severity::Low) => (' ', Tone::Quiet),
        };
        let mut said = risk.to_string();
        if allowed && flag.is_some() {
            said.push_str(" (allowed)");
        }
        let name = format!("{:<SEVERITY$}", name(risk.severity()));
        lines.extend(hanging(&format!("  {sign} {name}  "), tone, &said, style));
        if let Some(flag) = flag.filter(|_| !allowed) {
            let hint = style.paint(Tone::Strong, "hint: ");
            lines.push(format!("{:margin$}{hint}`{}`", "", printable(&flag)));
        }
    }
    if !lines.is_empty() {
        let title = style.paint(Tone::Strong, "risks");
        let blocked = plan.blocked().len();
        lines.insert(
            0,
            match blocked {
                0 => title,
                1 => format!("{title}      1 has to be allowed by name"),
                many => format!("{title}      {many} have to be allowed by name"),
            },
        );
    }
    lines
}

pub(super) fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}
