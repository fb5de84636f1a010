//! The queue of what could not be worked on: pointers to records of the table's stream, and invocations of the
//! clock. Nothing is lost with them (the table is the truth), but somebody should look why they are there.

use super::{Error, names};
use crate::config::StackFile;
use crate::resource::sqs::{Queue, QueuePolicy};
use crate::template::{Declaration, DeletionPolicy, Handle, TemplateBuilder, UpdateReplacePolicy};

pub(super) fn declare(
    stack: &mut TemplateBuilder,
    file: &StackFile,
) -> Result<Handle<Queue>, Error> {
    let queue = Queue::of_dead_letters(names::dead_letters(file).into());
    let queue =
        Declaration::new(queue).on_removal(DeletionPolicy::Delete, UpdateReplacePolicy::Delete);
    let queue = stack.add("DeadLetterQueue", queue)?;
    stack.add("DeadLetterQueuePolicy", QueuePolicy::tls_only(&queue)?)?;
    Ok(queue)
}
