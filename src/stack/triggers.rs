//! What sets `relay` and `upkeep` to work: the table's stream and the clock. `api` is behind the REST API.

use super::functions::policy;
use super::permissions::{self, Targets};
use super::{Error, names, table};
use crate::config::StackFile;
use crate::resource::dynamodb::Table;
use crate::resource::iam::Role;
use crate::resource::lambda::{EventInvokeConfig, EventSourceMapping, Function, StreamReading};
use crate::resource::policy::{Service, TrustPolicy};
use crate::resource::scheduler::Schedule;
use crate::resource::sqs::Queue;
use crate::template::{Handle, TemplateBuilder};

/// A batch whose messages all wait for a slow carrier still ends within the function's time.
const BATCH: u32 = 10;

/// The stream is only the quick way: what it gives up on, `upkeep` finds in the table a minute later. So it gives up
/// early, before one bad record holds up the others of its shard.
const RETRIES: u32 = 5;
const OLDEST_SECONDS: u32 = 3_600;

/// `upkeep` is invoked every so many minutes.
const UPKEEP_MINUTES: u32 = 1;

/// Feeds `relay` with the messages that are written to the table.
///
/// Its concurrency is bounded by the stream (batches a shard), not by reserving some of the account's: that would take
/// it from the other functions and fail in a young account. What bounds sending is the sender's pace in the table.
pub(super) fn stream(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    relay: &Handle<Function>,
    data: &Handle<Table>,
    dead_letters: &Handle<Queue>,
) -> Result<(), Error> {
    let reading = StreamReading {
        sort_key_prefix: table::MESSAGES,
        batch_size: BATCH,
        batches_per_shard: file.messages.batches_per_shard,
        retries: RETRIES,
        oldest: OLDEST_SECONDS,
    };
    let mapping =
        EventSourceMapping::of_stream(data, table::SORT_KEY, relay, dead_letters, reading);
    stack.add("RelayStream", mapping)?;
    Ok(())
}

/// Invokes `upkeep` by the clock. A run that fails is not repeated: the next one is due.
pub(super) fn clock(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    upkeep: &Handle<Function>,
    dead_letters: &Handle<Queue>,
    targets: &Targets,
) -> Result<(), Error> {
    let once = EventInvokeConfig::once_within(UPKEEP_MINUTES * 60, upkeep);
    stack.add("UpkeepInvocation", once)?;
    let purpose = permissions::of_schedule(upkeep.arn().into(), targets)?;
    let role = Role::bounded(
        TrustPolicy::service_for_this_account(Service::Scheduler),
        names::boundary_arn(file),
        [policy("purpose", purpose)?],
    );
    let role = stack.add("UpkeepScheduleRole", role)?;
    let schedule = Schedule::every_minutes(
        UPKEEP_MINUTES,
        names::of(file, "upkeep").into(),
        "Lets upkeep look for what was left undone",
        upkeep,
        &role,
        dead_letters,
    );
    stack.add("UpkeepSchedule", schedule)?;
    Ok(())
}
