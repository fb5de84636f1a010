//! Deletes a table that its stack left behind.

use std::time::Duration;

use crate::engine::error::Error;
use crate::engine::event::Awaited;
use crate::engine::run::Run;
use crate::ports::TableState;

/// How long a table may take until it is gone.
const TABLE_LIMIT: Duration = Duration::from_mins(10);

/// Lifts the protection and deletes, each as soon as the table is at rest, and waits until it is gone: as long as it is
/// there, no stack can make another one of its name.
pub(super) async fn delete(run: &Run<'_>, table: &str) -> Result<(), Error> {
    let tables = &run.ports.tables;
    let mut wait = None;
    let (mut unprotected, mut deleted) = (false, false);
    while let Some(state) = tables.describe(table).await? {
        match state {
            TableState::AtRest { is_protected: true } if !unprotected => {
                tables.unprotect(table).await?;
                unprotected = true;
            }
            TableState::AtRest {
                is_protected: false,
            } if !deleted => {
                tables.delete(table).await?;
                deleted = true;
            }
            // What was just done may not be told yet.
            _ => {
                let wait = wait.get_or_insert_with(|| run.wait(Awaited::Table, TABLE_LIMIT));
                wait.pause(&format!("the end of table {table}")).await?;
            }
        }
    }
    Ok(())
}
