//! Saved plans: what was read is written and read again as the same, and what is refused says why.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::SavedPlan;

fuzz_target!(|bytes: &[u8]| match SavedPlan::parse(bytes) {
    Ok(plan) => {
        let written = plan.to_bytes();
        let again = SavedPlan::parse(&written).expect("what was written");
        assert_eq!(again, plan);
        assert!(
            again.to_bytes() == written,
            "it is written differently again"
        );
        // What a command asks of every plan before anything else.
        let _ = (
            plan.plan.is_applicable(),
            plan.plan.is_empty(),
            plan.plan.changes().count(),
        );
        assert!(plan.inputs.moved(&again.inputs).is_empty());
        assert!(plan.state.moved(&again.state).is_empty());
    }
    Err(refused) => assert!(!refused.to_string().is_empty() && refused.hint().is_some()),
});
