//! One element of ours against what was found: CloudFront fills in what was left out, returns lists in an order of
//! its own, and may know more than this version does.

use super::xml::Element;

/// Whether `found` says everything that `wanted` says, and nothing else among `fields`.
pub(super) fn is_settled(found: &Element, wanted: &Element, fields: &[&str]) -> bool {
    covers(found, wanted)
        && found.children().all(|child| {
            wanted.child(&child.name).is_some()
                || !fields.contains(&child.name.as_str())
                || child.says_nothing()
        })
}

/// `found` with every one of `fields` as `wanted` has it; what stands beside them is kept.
pub(super) fn settled(found: &Element, wanted: &Element, fields: &[&str]) -> Element {
    let mut result = found.clone();
    for field in fields {
        match (found.child(field), wanted.child(field)) {
            (Some(there), None) if !there.says_nothing() => result.remove(field),
            (Some(there), Some(child)) if !covers(there, child) => {
                result.put(child.clone(), fields);
            }
            (None, Some(child)) if !child.says_nothing() => result.put(child.clone(), fields),
            _ => {}
        }
    }
    result
}

fn covers(found: &Element, wanted: &Element) -> bool {
    if wanted.children().next().is_none() {
        return found.text() == wanted.text();
    }
    if wanted.name == "Items" {
        let mut left: Vec<&Element> = found.children().collect();
        return wanted.children().all(|item| {
            let at = left.iter().position(|candidate| covers(candidate, item));
            at.map(|at| left.swap_remove(at)).is_some()
        }) && left.is_empty();
    }
    wanted
        .children()
        .all(|child| match found.child(&child.name) {
            Some(there) => covers(there, child),
            None => child.says_nothing(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::xml::Document;
    use super::*;

    fn element(text: &str) -> Element {
        Document::parse(text).unwrap().root
    }

    const FIELDS: &[&str] = &["Id", "Methods", "Shield", "Old"];
    const WANTED: &str = "<O><Id>a</Id><Methods><Quantity>2</Quantity><Items><M>GET</M><M>HEAD</M></Items></Methods>\
        <Shield><Enabled>false</Enabled></Shield></O>";

    #[test]
    fn order_in_lists_and_unknown_fields_make_no_difference() {
        let wanted = element(WANTED);
        let found = element(
            "<O><Id>a</Id><Methods><Quantity>2</Quantity><Items><M>HEAD</M><M>GET</M></Items></Methods>\
             <Old><Enabled>false</Enabled></Old><New>x</New></O>",
        );
        assert!(is_settled(&found, &wanted, FIELDS));
        assert_eq!(settled(&found, &wanted, FIELDS), found);
    }

    #[test]
    fn what_differs_is_mended_and_what_is_unknown_stays() {
        let wanted = element(WANTED);
        for found in [
            "<O><Id>a</Id><New>x</New></O>",
            "<O><Id>a</Id><Methods><Quantity>1</Quantity><Items><M>GET</M></Items></Methods><New>x</New></O>",
            "<O><Id>a</Id><Methods><Quantity>2</Quantity><Items><M>GET</M><M>GET</M></Items></Methods><New>x</New></O>",
            "<O><Id>b</Id><Shield><Enabled>true</Enabled></Shield><Old>1</Old><New>x</New></O>",
        ] {
            let found = element(found);
            assert!(!is_settled(&found, &wanted, FIELDS));
            let mended = settled(&found, &wanted, FIELDS);
            assert!(is_settled(&mended, &wanted, FIELDS), "{mended:?}");
            assert_eq!(mended.text_of("New"), "x");
            assert_eq!(settled(&mended, &wanted, FIELDS), mended);
        }
    }
}
