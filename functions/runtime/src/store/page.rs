//! Pages of a list and the cursors between them.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use qdn_shared::id::JobId;
use qdn_shared::job::Job;
use qdn_shared::message::Entry;

use super::items;

/// What is listed a page at a time.
pub trait Listed {
    /// Whether a text is the sort key of an item of this list.
    fn is_sort_key(text: &str) -> bool;
}

/// By creation time and id, as the index has them.
impl Listed for Job {
    fn is_sort_key(text: &str) -> bool {
        let parsed = text.split_once('#').and_then(|(created, id)| {
            let created: Timestamp = created.parse().ok()?;
            let id: JobId = id.parse().ok()?;
            Some(items::list_order(created, id))
        });
        parsed.as_deref() == Some(text)
    }
}

/// By number, as the table has them.
impl Listed for Entry {
    fn is_sort_key(text: &str) -> bool {
        items::entry_number(text).is_some()
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<Cursor<T>>,
}

/// A place in a list: the sort key of the last item of a page. Opaque to clients. One of another list is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<T> {
    sort_key: String,
    list: PhantomData<T>,
}

impl<T> Cursor<T> {
    /// The place after the item with this sort key.
    pub fn after(sort_key: impl Into<String>) -> Self {
        Cursor {
            sort_key: sort_key.into(),
            list: PhantomData,
        }
    }

    /// The sort key.
    pub fn sort_key(&self) -> &str {
        &self.sort_key
    }
}

impl<T> fmt::Display for Cursor<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&URL_SAFE_NO_PAD.encode(&self.sort_key))
    }
}

/// A text that is no cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list: take `next` of the page before")]
pub struct CursorError;

impl<T: Listed> FromStr for Cursor<T> {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
        let sort_key = String::from_utf8(bytes).map_err(|_| CursorError)?;
        T::is_sort_key(&sort_key)
            .then(|| Cursor::after(sort_key))
            .ok_or(CursorError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_JOBS: &str = "2026-11-22T13:00:00.000Z#7K3M9QX2";
    const OF_ENTRIES: &str = "MSG#000002";

    #[test]
    fn a_cursor_reads_back() {
        let cursor = Cursor::<Job>::after(OF_JOBS);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let cursor = Cursor::<Entry>::after(OF_ENTRIES);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn another_lists_cursor_and_anything_else_is_refused() {
        let jobs = |key: &str| Cursor::<Job>::after(key).to_string().parse::<Cursor<Job>>();
        let entries = |key: &str| {
            Cursor::<Entry>::after(key)
                .to_string()
                .parse::<Cursor<Entry>>()
        };
        assert_eq!(jobs(OF_ENTRIES), Err(CursorError));
        assert_eq!(entries(OF_JOBS), Err(CursorError));
        for key in [
            "",
            "zzz",
            "JOB",
            "MSG#",
            "MSG#2",
            "MSG#0000021",
            "MSG#00000x",
            "MSG#-00002",
            "msg#000002",
            "2026-11-22T13:00:00.000Z",
            "2026-11-22T13:00:00Z#7K3M9QX2",
            "2026-11-22T13:00:00.000Z#",
            "2026-11-22T13:00:00.000Z#7K3M9QX2#",
            "2026-99-22T13:00:00.000Z#7K3M9QX2",
        ] {
            assert_eq!(jobs(key), Err(CursorError), "{key}");
            assert_eq!(entries(key), Err(CursorError), "{key}");
        }
        for text in ["", "!", "x", "AA", "4pyT", "AA==", &"QUFB".repeat(30)] {
            assert_eq!(text.parse::<Cursor<Job>>(), Err(CursorError), "{text}");
            assert_eq!(text.parse::<Cursor<Entry>>(), Err(CursorError), "{text}");
        }
    }
}
