//! A plan as JSON: the same data that `plan` holds, for programs.

use crate::plan::Plan;

/// Indented JSON that ends with a newline. The same plan always gives the same bytes.
pub fn plan_json(plan: &Plan) -> String {
    let mut text =
        serde_json::to_string_pretty(plan).expect("a plan holds only string keys and JSON values");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Layer, NotObserved};
    use crate::render::samples;

    #[test]
    fn read_again_it_is_the_same_plan() {
        for plan in [
            samples::first_create(),
            samples::package_change(),
            samples::findings(),
            samples::secrets(),
            samples::not_observed(&[(Layer::Secrets, NotObserved::NoSecretsFile)]),
            samples::empty(),
        ] {
            let text = plan_json(&plan);
            assert!(text.ends_with("}\n"));
            assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
        }
    }

    #[test]
    fn one_header_as_json() {
        insta::assert_snapshot!(plan_json(&samples::one_header()));
    }
}
