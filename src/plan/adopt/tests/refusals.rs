//! What is refused, and what is only warned of.

use super::*;

#[test]
fn a_function_in_the_way_is_named() {
    let foreign = "arn:aws:cloudfront::123456789012:function/theirs";
    let lambda = "arn:aws:lambda:us-east-1:123456789012:function:theirs:3";
    let association = |list: &str, one: &str, arn: &str, event: &str, name: &str| {
        SITE.replace(
            &format!("<{list}><Quantity>0</Quantity></{list}>"),
            &format!(
                "<{list}><Quantity>1</Quantity><Items><{one}><{name}>{arn}</{name}><EventType>{event}</EventType>\
                 </{one}></Items></{list}>"
            ),
        )
    };
    for (config, function) in [
        (
            association(
                "FunctionAssociations",
                "FunctionAssociation",
                foreign,
                "viewer-request",
                "FunctionARN",
            ),
            foreign,
        ),
        (
            association(
                "LambdaFunctionAssociations",
                "LambdaFunctionAssociation",
                lambda,
                "viewer-request",
                "LambdaFunctionARN",
            ),
            lambda,
        ),
    ] {
        assert_ne!(config, SITE);
        let refused = attach(&config, &ours()).unwrap_err();
        assert_eq!(
            refused,
            Refusal::OtherFunction {
                function: function.to_owned()
            }
        );
        assert!(refused.to_string().contains(function));
    }
    // What sees answers only is beside ours.
    let response = association(
        "FunctionAssociations",
        "FunctionAssociation",
        foreign,
        "viewer-response",
        "FunctionARN",
    );
    let both = attached(&response);
    assert!(
        both.document
            .contains("<FunctionAssociations><Quantity>2</Quantity>")
    );
    assert_eq!(detach(&both.document, FUNCTION).unwrap().document, response);
}

fn with_first(path: &str) -> String {
    let first = format!(
        "<Items><CacheBehavior><PathPattern>{path}</PathPattern><TargetOriginId>site</TargetOriginId></CacheBehavior>"
    );
    SITE.replace(
        "<CacheBehaviors><Quantity>2</Quantity><Items>",
        &format!("<CacheBehaviors><Quantity>3</Quantity>{first}"),
    )
}

#[test]
fn a_path_that_is_taken_is_named() {
    for path in ["/api/*", "api/*", "/track"] {
        let refused = attach(&with_first(path), &ours()).unwrap_err();
        assert_eq!(
            refused,
            Refusal::TakenPath {
                path: path.to_owned()
            }
        );
    }
}

#[test]
fn what_lies_inside_ours_keeps_its_requests_or_is_named() {
    let config = with_first("/api/legacy/*");
    let revised = attached(&config);
    assert_eq!(paths(&revised.document)[0], "/api/legacy/*");
    assert_eq!(
        warnings(&config, &ours()).unwrap().inside,
        ["/api/legacy/*"]
    );
    // Behind one that takes requests from us, it could not keep them.
    let hidden =
        with_first("*.json").replace("<PathPattern>/images/*", "<PathPattern>/api/legacy/*");
    let refused = attach(&hidden, &ours()).unwrap_err();
    assert_eq!(
        refused,
        Refusal::HiddenPath {
            path: "/api/legacy/*".to_owned(),
            ours: "/api/*".to_owned()
        }
    );
}

#[test]
fn parts_of_another_stack_are_neither_changed_nor_taken_away() {
    let theirs = attached(SITE).document;
    let other = FUNCTION.replace("function/", "function/other-");
    // Its function is at our behaviors, whatever the default behavior has.
    let first = theirs.find(FUNCTION).unwrap();
    assert!(first < theirs.rfind(FUNCTION).unwrap());
    assert!(detach(&theirs, &other).unwrap().changes.is_empty());
    let default = theirs.find("<DefaultCacheBehavior>").unwrap();
    let end = theirs.find("</DefaultCacheBehavior>").unwrap();
    let free = theirs[default..end].replace(FUNCTION, &other);
    let config = format!("{}{free}{}", &theirs[..default], &theirs[end..]);
    let refused = attach(
        &config,
        &Ours {
            function: other,
            ..ours()
        },
    );
    assert!(
        matches!(&refused, Err(Refusal::AnothersParts { function }) if function == FUNCTION),
        "{refused:?}"
    );
}

#[test]
fn errors_that_viewers_would_see_as_something_else_are_refused() {
    let rewritten = SITE.replace(
        "<ResponseCode>404</ResponseCode>",
        "<ResponseCode>200</ResponseCode>",
    );
    assert_ne!(rewritten, SITE);
    assert_eq!(
        attach(&rewritten, &ours()),
        Err(Refusal::RewrittenErrors { codes: vec![404] })
    );
}

#[test]
fn the_rest_of_a_configuration_is_warned_of() {
    let quiet = warnings(SITE, &ours()).unwrap();
    assert!(quiet.logs_queries && quiet.inside.is_empty());
    assert_eq!(quiet.error_pages, [404]);
    assert!(!quiet.kept_errors.contains(&404) && quiet.kept_errors.contains(&500));
}

#[test]
fn what_is_no_configuration_is_refused() {
    assert!(matches!(attach("<a", &ours()), Err(Refusal::NotXml { .. })));
    assert_eq!(
        attach("<a/>", &ours()),
        Err(Refusal::Lacks { element: "Origins" })
    );
}
