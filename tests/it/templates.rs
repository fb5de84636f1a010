//! Templates as a user prints them. That they are right is held by the snapshots beside `src/stack`, which
//! `tests/cfn-lint/check.py` lints.

use crate::process::run;

const ENVIRONMENTS: [&str; 3] = ["local", "staging", "prod"];

#[test]
fn synth_prints_the_same_bytes_every_time() {
    for environment in ENVIRONMENTS {
        for format in ["yaml", "json"] {
            let arguments = ["synth", "--env", environment, "--format", format];
            let (first, second) = (run(&arguments), run(&arguments));
            assert_eq!(first.code, 0, "{}", first.err);
            assert!(first.out.len() > 1_000);
            assert_eq!(first.out, second.out);
        }
    }
}
