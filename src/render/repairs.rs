//! What has to be put right about a stack, in words.

use super::fit::{printable, wrap};
use super::style::{Style, Tone};
use crate::plan::{Mend, Repair};

/// Lines below a layer.
pub(super) fn lines(repair: Option<&Repair>, style: Style) -> Vec<String> {
    let Some(repair) = repair else {
        return Vec::new();
    };
    let said = wrap(&printable(&words(repair)), style.columns() - 4);
    let mut lines = Vec::new();
    for (index, line) in said.iter().enumerate() {
        let margin = if index == 0 {
            style.paint(Tone::Changed, "  * ")
        } else {
            "    ".to_owned()
        };
        lines.push(format!("{margin}{line}"));
    }
    lines
}

fn words(repair: &Repair) -> String {
    let Repair {
        stack,
        status,
        reason,
        mend,
    } = repair;
    let reason = reason.as_ref().map(|reason| format!(" ({reason})"));
    let done = match mend {
        Mend::Clear => {
            "apply clears what a creation that was never executed has left, \
             and with it plans of a first deploy that are kept in files"
        }
        Mend::Attach => "apply waits for that operation first",
        Mend::ContinueRollback => "apply continues its rollback first, and skips nothing",
        Mend::Recreate => {
            "apply deletes it first, if nothing that holds data is left in it, and makes it anew"
        }
    };
    format!(
        "stack {stack} is {status}{}: {done}",
        reason.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Layer, LayerPlan};
    use crate::render::{Extent, plan_human, samples};

    #[test]
    fn every_repair_is_told_before_it_is_done() {
        let repair = |status: &str, reason: Option<&str>, mend| Repair {
            stack: "qdn-staging".to_owned(),
            status: status.to_owned(),
            reason: reason.map(str::to_owned),
            mend,
        };
        let repairs = [
            repair("UPDATE_IN_PROGRESS", None, Mend::Attach),
            repair(
                "UPDATE_ROLLBACK_FAILED",
                Some("The following resource(s) failed to update: [ApiFunction]."),
                Mend::ContinueRollback,
            ),
            repair("ROLLBACK_COMPLETE", None, Mend::Recreate),
            repair("REVIEW_IN_PROGRESS", None, Mend::Clear),
        ];
        let shown = repairs.map(|repair| {
            let mut plan = samples::empty();
            plan.layers = vec![LayerPlan {
                repair: Some(repair),
                ..LayerPlan::unchanged(Layer::Stack)
            }];
            assert!(!plan.is_empty());
            plan_human(&plan, Style::default(), Extent::Summed)
        });
        insta::assert_snapshot!(shown.join("\n"));
    }
}
