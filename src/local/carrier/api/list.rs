//! Pages of a list: Twilio's envelope of 2010, whose pages are found by a token.

use axum::http::Uri;
use serde_json::{Value, json};

use crate::local::carrier::fault::Fault;
use crate::local::carrier::form::{Params, encoded};

const DEFAULT_SIZE: usize = 50;
const LARGEST: usize = 1_000;

/// The page that is asked for, of entries in the order of the list, each with its SID.
pub(super) fn page(
    key: &str,
    uri: &Uri,
    asked: &Params,
    entries: &[(String, Value)],
) -> Result<Value, Fault> {
    let number = |name: &str, default: usize| {
        asked.filled(name).map_or(Ok(default), |text| {
            text.parse()
                .map_err(|_| Fault::bad(20006, format!("{name} is not a number")))
        })
    };
    let size = number("PageSize", DEFAULT_SIZE)?.clamp(1, LARGEST);
    let page = number("Page", 0)?;
    let start = match asked.filled("PageToken") {
        // The token holds the last entry of the page before, so that new entries do not shift the pages.
        Some(token) => entries
            .iter()
            .position(|(sid, _)| token.strip_prefix("PA") == Some(sid))
            .map(|place| place + 1)
            .ok_or_else(|| Fault::bad(20006, "Invalid page token"))?,
        None if page == 0 => 0,
        None => {
            return Err(Fault::bad(
                20006,
                "A page other than the first needs its PageToken",
            ));
        }
    };
    let shown = &entries[start..entries.len().min(start + size)];
    let address = |page: usize, token: Option<&str>| {
        let (size, page) = (size.to_string(), page.to_string());
        let token = token.map(|sid| format!("PA{sid}"));
        let paging = [("PageSize", size.as_str()), ("Page", page.as_str())];
        let token = token.as_deref().map(|token| ("PageToken", token));
        let kept = asked.without(&["PageSize", "Page", "PageToken"]);
        format!(
            "{}?{}",
            uri.path(),
            encoded(kept.chain(paging).chain(token))
        )
    };
    let more = start + shown.len() < entries.len();
    let next = shown
        .last()
        .filter(|_| more)
        .map(|(sid, _)| address(page + 1, Some(sid)));
    // Twilio's token of a page before is of another kind; here it is that of the entry before it.
    let previous = (start > 0).then(|| {
        let first = start.saturating_sub(size);
        let before = first.checked_sub(1).map(|place| entries[place].0.as_str());
        address(page.saturating_sub(1), before)
    });
    Ok(json!({
        key: shown.iter().map(|(_, document)| document).collect::<Vec<_>>(),
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + shown.len().saturating_sub(1),
        "first_page_uri": address(0, None),
        "next_page_uri": next,
        "previous_page_uri": previous,
        "uri": uri.path_and_query().map_or_else(|| uri.path(), |both| both.as_str()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize) -> Vec<(String, Value)> {
        (0..count)
            .map(|place| (format!("SM{place}"), json!(place)))
            .collect()
    }

    /// Follows an address of one page to the next.
    fn follow(address: &str, entries: &[(String, Value)]) -> Value {
        let uri: Uri = address.parse().unwrap();
        page(
            "things",
            &uri,
            &Params::parse(uri.query().unwrap_or_default()),
            entries,
        )
        .unwrap()
    }

    #[test]
    fn pages_are_walked_forwards_and_backwards_without_a_gap() {
        let entries = entries(7);
        let mut at = follow("/T.json?To=%2B1&PageSize=3", &entries);
        assert_eq!(at["first_page_uri"], "/T.json?To=%2B1&PageSize=3&Page=0");
        let mut seen = Vec::new();
        let mut pages = vec![at["things"].clone()];
        seen.extend(at["things"].as_array().unwrap().clone());
        while let Some(next) = at["next_page_uri"].as_str() {
            assert!(
                next.contains("To=%2B1") && next.contains("PageToken=PASM"),
                "{next}"
            );
            at = follow(next, &entries);
            seen.extend(at["things"].as_array().unwrap().clone());
            pages.push(at["things"].clone());
        }
        assert_eq!(seen, (0..7).map(Value::from).collect::<Vec<_>>());
        assert_eq!(
            (at["page"].clone(), at["start"].clone(), at["end"].clone()),
            (2.into(), 6.into(), 6.into())
        );
        while let Some(previous) = at["previous_page_uri"].as_str() {
            pages.pop();
            at = follow(previous, &entries);
            assert_eq!(at["things"], *pages.last().unwrap());
        }
        assert_eq!(pages.len(), 1);
    }

    #[test]
    fn an_entry_more_at_the_front_shifts_nothing() {
        let mut entries = entries(4);
        let first = follow("/T.json?PageSize=2", &entries);
        entries.insert(0, ("SMnew".into(), json!("new")));
        let next = follow(first["next_page_uri"].as_str().unwrap(), &entries);
        assert_eq!(next["things"], json!([2, 3]));
    }

    #[test]
    fn a_page_that_cannot_be_found_is_refused() {
        let uri: Uri = "/T.json".parse().unwrap();
        for wrong in ["Page=1", "PageSize=many", "PageToken=PAx"] {
            let fault = page("things", &uri, &Params::parse(wrong), &entries(3)).unwrap_err();
            assert_eq!(fault.code, 20006, "{wrong}");
        }
        assert_eq!(
            follow("/T.json?PageSize=5000", &entries(3))["page_size"],
            1_000
        );
    }
}
