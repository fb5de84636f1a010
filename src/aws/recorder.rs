//! Records which API calls were made, in what order and how deep they depend on each other.
//! Attempts of one call, credential lookups and plain HTTP are not counted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// Operations whose name begins so only read.
const READING: [&str; 6] = ["Describe", "Filter", "Get", "List", "Head", "Simulate"];

/// One API call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Service in the SDK's spelling, e.g. `CloudFormation`.
    pub service: String,
    /// Operation, e.g. `DescribeStacks`.
    pub operation: String,
    /// When it started: a position in the order of all starts and ends of one recorder.
    pub started: usize,
    /// When it ended, in the same order; none when it was dropped or has not ended.
    pub ended: Option<usize>,
    /// Whether it ended in an error ("not found" included).
    pub failed: bool,
}

impl Call {
    /// Whether it may change something. `Invoke` counts as such.
    pub fn is_mutating(&self) -> bool {
        !READING
            .iter()
            .any(|prefix| self.operation.starts_with(prefix))
    }
}

/// A shared record of API calls; clones write to the same one.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    record: Arc<Mutex<Record>>,
}

#[derive(Debug, Default)]
struct Record {
    calls: Vec<Call>,
    clock: usize,
}

impl Record {
    fn tick(&mut self) -> usize {
        self.clock += 1;
        self.clock - 1
    }
}

impl Recorder {
    /// Every call, in the order of their starts.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// How many calls.
    pub fn count(&self) -> usize {
        self.lock().calls.len()
    }

    /// How many sequential round trips: see [`depth`].
    pub fn depth(&self) -> usize {
        depth(&self.lock().calls)
    }

    /// The most that were in flight at one moment: see [`at_once`].
    pub fn at_once(&self) -> usize {
        at_once(&self.lock().calls)
    }

    /// The calls that may have changed something.
    pub fn mutating(&self) -> Vec<Call> {
        self.lock()
            .calls
            .iter()
            .filter(|call| call.is_mutating())
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        // A panic elsewhere leaves the record whole: every change to it is a single statement.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, service: &str, operation: &str) -> CallIndex {
        let mut record = self.lock();
        let started = record.tick();
        record.calls.push(Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            started,
            ended: None,
            failed: false,
        });
        CallIndex(record.calls.len() - 1)
    }

    fn end(&self, CallIndex(index): CallIndex, failed: bool) {
        let mut record = self.lock();
        let ended = record.tick();
        if let Some(call) = record.calls.get_mut(index) {
            call.ended = Some(ended);
            call.failed = failed;
        }
    }
}

/// The most calls of which each had started and none had ended. One that was dropped counts until the end.
pub fn at_once(calls: &[Call]) -> usize {
    let ends = calls.iter().filter_map(|call| call.ended);
    let starts = calls.iter().map(|call| (call.started, true));
    let mut edges: Vec<(usize, bool)> = starts.chain(ends.map(|at| (at, false))).collect();
    edges.sort_unstable();
    let (mut most, mut under_way) = (0_usize, 0_usize);
    for (_, starts) in edges {
        if starts {
            under_way += 1;
            most = most.max(under_way);
        } else {
            under_way -= 1;
        }
    }
    most
}

/// Length of the longest chain of calls in which each started after the one before had ended:
/// the fewest round trips that these calls could have taken.
pub fn depth(calls: &[Call]) -> usize {
    enum Edge {
        Start(usize),
        End(usize),
    }
    let mut edges: Vec<(usize, Edge)> = calls
        .iter()
        .enumerate()
        .flat_map(|(index, call)| {
            let end = call.ended.map(|at| (at, Edge::End(index)));
            std::iter::once((call.started, Edge::Start(index))).chain(end)
        })
        .collect();
    edges.sort_by_key(|(at, _)| *at);

    let mut depths = vec![0; calls.len()];
    let mut deepest_ended = 0;
    for (_, edge) in edges {
        match edge {
            Edge::Start(index) => depths[index] = deepest_ended + 1,
            Edge::End(index) => deepest_ended = deepest_ended.max(depths[index]),
        }
    }
    depths.into_iter().max().unwrap_or(0)
}

/// Which call an SDK operation is, kept with the operation while it runs.
#[derive(Debug, Clone, Copy)]
struct CallIndex(usize);

impl Storable for CallIndex {
    type Storer = StoreReplace<Self>;
}

#[dyn_dispatch_hint]
impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    // Not `read_before_execution`: there the operation's name is not known yet.
    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _runtime_components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (service, operation) = cfg
            .load::<Metadata>()
            .map_or(("unknown", "Unknown"), |metadata| {
                (metadata.service(), metadata.name())
            });
        let index = self.start(service, operation);
        cfg.interceptor_state().store_put(index);
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _runtime_components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(index) = cfg.load::<CallIndex>() {
            self.end(*index, !matches!(context.output_or_error(), Some(Ok(_))));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(started: usize, ended: usize) -> Call {
        Call {
            service: "S3".into(),
            operation: "HeadObject".into(),
            started,
            ended: Some(ended),
            failed: false,
        }
    }

    #[test]
    fn the_most_in_flight_are_counted_where_most_overlap() {
        assert_eq!(at_once(&[]), 0);
        assert_eq!(at_once(&[call(0, 1), call(2, 3)]), 1);
        // The third starts when the first has ended, the fourth when none has.
        let calls = [call(0, 2), call(1, 7), call(3, 5), call(4, 6)];
        assert_eq!(at_once(&calls), 3);
        let dropped = Call {
            ended: None,
            ..call(0, 0)
        };
        assert_eq!(at_once(&[dropped, call(1, 2)]), 2);
    }

    #[test]
    fn parallel_calls_are_one_round_trip() {
        assert_eq!(depth(&[]), 0);
        assert_eq!(depth(&[call(0, 3), call(1, 4), call(2, 5)]), 1);
    }

    #[test]
    fn calls_after_calls_are_counted_along_the_longest_chain() {
        // Two chains side by side: one of three calls, one of a single long call.
        assert_eq!(depth(&[call(0, 7), call(1, 2), call(3, 4), call(5, 6)]), 3);
        // A call that starts after both deepens the longer chain.
        assert_eq!(
            depth(&[call(0, 7), call(1, 2), call(3, 4), call(5, 6), call(8, 9)]),
            4
        );
    }

    #[test]
    fn a_call_that_never_ended_has_nothing_after_it() {
        let dropped = Call {
            ended: None,
            ..call(0, 0)
        };
        assert_eq!(depth(&[dropped, call(1, 2)]), 1);
    }

    #[test]
    fn only_reading_names_are_no_mutation() {
        let named = |operation: &str| Call {
            operation: operation.into(),
            ..call(0, 1)
        };
        for operation in [
            "DescribeStacks",
            "FilterLogEvents",
            "GetObject",
            "HeadObject",
            "ListObjectsV2",
            "SimulatePrincipalPolicy",
        ] {
            assert!(!named(operation).is_mutating(), "{operation}");
        }
        for operation in [
            "PutObject",
            "DeleteObjects",
            "CreateChangeSet",
            "ExecuteChangeSet",
            "Invoke",
        ] {
            assert!(named(operation).is_mutating(), "{operation}");
        }
    }

    #[test]
    fn clones_share_one_record() {
        let recorder = Recorder::default();
        let first = recorder.clone().start("S3", "HeadObject");
        let second = recorder.start("S3", "PutObject");
        recorder.end(first, true);
        recorder.end(second, false);
        let calls = recorder.calls();
        assert_eq!(
            (calls[0].started, calls[0].ended, calls[0].failed),
            (0, Some(2), true)
        );
        assert_eq!(
            (calls[1].started, calls[1].ended, calls[1].failed),
            (1, Some(3), false)
        );
        assert_eq!(
            (
                recorder.count(),
                recorder.depth(),
                recorder.mutating().len()
            ),
            (2, 1, 1)
        );
    }

    /// The definition, word for word, for comparison with the sweep.
    fn longest_chain(calls: &[Call], from: Option<usize>) -> usize {
        calls
            .iter()
            .filter(|call| from.is_none_or(|end| call.started > end))
            .map(|call| 1 + call.ended.map_or(0, |end| longest_chain(calls, Some(end))))
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn the_sweep_equals_the_definition(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
            let calls: Vec<Call> =
                order.chunks(2).map(|pair| call(pair[0].min(pair[1]), pair[0].max(pair[1]))).collect();
            prop_assert_eq!(depth(&calls), longest_chain(&calls, None));
        }
    }
}
