//! The table of jobs, messages and what goes with them. What an item looks like is said in `docs/application.md`.

use super::data::holding_data;
use super::{Error, names};
use crate::config::{Cloud, DataPolicy, StackFile};
use crate::resource::dynamodb::{Attribute, Index, Key, Safety, Table};
use crate::template::{Handle, TemplateBuilder};

/// Name of the sort key.
pub(super) const SORT_KEY: &str = "sk";

/// What the sort key of a message begins with.
pub(super) const MESSAGES: &str = "MSG#";

const ITEMS: Key = Key {
    partition: Attribute::text("pk"),
    sort: Attribute::text(SORT_KEY),
};

/// Jobs by state, newest first.
const BY_STATE: Key = Key {
    partition: Attribute::text("listState"),
    sort: Attribute::text("listOrder"),
};

/// Messages with something left to do, by when.
const DUE: Key = Key {
    partition: Attribute::text("duePartition"),
    sort: Attribute::number("dueAt"),
};

pub(super) fn declare(
    stack: &mut TemplateBuilder,
    file: &StackFile,
) -> Result<Handle<Table>, Error> {
    let safety = Safety {
        point_in_time_recovery: match file.cloud {
            Cloud::Aws => true,
            Cloud::Local => false,
        },
        deletion_protection: match file.data {
            DataPolicy::Keep => true,
            DataPolicy::Discard => false,
        },
    };
    let indexes = [
        Index::of_items("by-state", BY_STATE),
        Index::of_keys("due", DUE),
    ];
    let table = Table::on_demand(
        names::table(file).into(),
        ITEMS,
        indexes,
        "expiresAt",
        safety,
    );
    Ok(stack.add("DataTable", holding_data(table, file.data))?)
}
