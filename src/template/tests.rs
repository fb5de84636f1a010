//! Tests of building templates: references, refusals, limits, forms.

#![expect(
    unreachable_pub,
    reason = "the macro makes an enum for a library, and this is a test"
)]

use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::*;

/// A resource that can hold anything.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Thing {
    text: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<Handle<Thing>>,
}

resource!(Thing, "Test::A::Thing", ThingAttribute { Arn => "Arn", Inner => "Inner.Arn" });

impl HasArn for Thing {
    const ARN: ThingAttribute = ThingAttribute::Arn;
}

fn thing(text: impl Into<Text>) -> Thing {
    Thing {
        text: text.into(),
        other: None,
    }
}

/// A resource with any properties whatever, as no resource of ours may be.
#[derive(Serialize)]
#[serde(transparent)]
struct Raw(Value);

resource!(Raw, "Test::A::Raw");

/// The text as CloudFormation reads it, beside a first thing `First` and a parameter `Given`.
fn lowered(text: impl FnOnce(&Handle<Thing>, &ParameterHandle) -> Text) -> Value {
    let mut builder = TemplateBuilder::new("test");
    let given = builder.parameter("Given", Parameter::string("")).unwrap();
    let first = builder.add("First", thing(&given)).unwrap();
    let text = text(&first, &given);
    builder.add("Second", thing(text)).unwrap();
    builder.build().unwrap().to_value()["Resources"]["Second"]["Properties"]["Text"].clone()
}

#[test]
fn a_text_takes_the_simplest_form() {
    assert_eq!(lowered(|_, _| Text::default()), json!(""));
    assert_eq!(lowered(|_, _| "a ${b} c".into()), json!("a ${b} c"));
    assert_eq!(
        lowered(|_, _| Pseudo::Region.into()),
        json!({"Ref": "AWS::Region"})
    );
    assert_eq!(lowered(|first, _| first.into()), json!({"Ref": "First"}));
    assert_eq!(lowered(|_, given| given.into()), json!({"Ref": "Given"}));
    assert_eq!(
        lowered(|first, _| first.arn().into()),
        json!({"Fn::GetAtt": ["First", "Arn"]})
    );
    let inner = lowered(|first, _| first.attribute(ThingAttribute::Inner));
    assert_eq!(inner, json!({"Fn::GetAtt": ["First", "Inner.Arn"]}));
    let joined = lowered(|first, given| {
        text![
            "a/",
            first,
            "/",
            first.attribute(ThingAttribute::Inner),
            given,
            Pseudo::Region
        ]
    });
    assert_eq!(
        joined,
        json!({"Fn::Sub": "a/${First}/${First.Inner.Arn}${Given}${AWS::Region}"})
    );
}

#[test]
fn dollar_signs_stay_what_they_are() {
    let joined = lowered(|first, _| text!["${Nothing} costs $", first]);
    assert_eq!(
        joined,
        json!({"Fn::Join": ["", ["${Nothing} costs $", {"Ref": "First"}]]})
    );
}

#[test]
fn a_handle_as_a_property_is_its_ref() {
    let mut builder = TemplateBuilder::new("test");
    let first = builder.add("First", thing("a")).unwrap();
    builder
        .add(
            "Second",
            Thing {
                other: Some(first),
                ..thing("b")
            },
        )
        .unwrap();
    let template = builder.build().unwrap();
    assert_eq!(
        template.to_value()["Resources"]["Second"]["Properties"]["Other"],
        json!({"Ref": "First"})
    );
}

#[test]
fn ids_are_taken_once() {
    let mut builder = TemplateBuilder::new("test");
    let given = builder.parameter("Given", Parameter::string("")).unwrap();
    builder.add("First", thing(&given)).unwrap();
    for refused in [
        builder.add("First", thing("again")).unwrap_err(),
        builder
            .add("Given", thing("a parameter already"))
            .unwrap_err(),
        builder
            .parameter("First", Parameter::string("a resource already"))
            .unwrap_err(),
    ] {
        assert!(matches!(refused, Error::Duplicate { .. }), "{refused}");
    }
    builder
        .output(
            "First",
            &Output::new("outputs have names of their own", "a"),
        )
        .unwrap();
    let again = builder.output("First", &Output::new("", "b")).unwrap_err();
    assert!(matches!(again, Error::Duplicate { .. }), "{again}");
    assert!(matches!(
        builder.add("not-an-id", thing("")),
        Err(Error::InvalidId { .. })
    ));
    // What was refused has left nothing behind.
    let template = builder.build().unwrap();
    assert_eq!(
        template.resources().map(|(id, _)| id).collect::<Vec<_>>(),
        ["First"]
    );
}

#[test]
fn handles_of_another_builder_are_refused_everywhere() {
    let mut other = TemplateBuilder::new("other");
    let foreign = other.add("First", thing("a")).unwrap();
    let foreign_parameter = other.parameter("Given", Parameter::string("")).unwrap();

    let mut builder = TemplateBuilder::new("test");
    // The same ids exist here; that must not make a foreign handle good.
    builder.add("First", thing("a")).unwrap();
    for text in [
        Text::from(&foreign),
        foreign.arn().into(),
        text!["a", &foreign],
        (&foreign_parameter).into(),
    ] {
        let refused = builder.add("Second", thing(text)).unwrap_err();
        assert!(matches!(refused, Error::Foreign { .. }), "{refused}");
    }
    let waits = Declaration::new(thing("b")).depends_on([foreign.dependency()]);
    for refused in [
        builder
            .add(
                "Second",
                Thing {
                    other: Some(foreign.clone()),
                    ..thing("b")
                },
            )
            .map(drop),
        builder.add("Second", waits).map(drop),
        builder.output("Second", &Output::new("", &foreign)),
        builder.fingerprint(&[foreign.dependency()]).map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Foreign { .. })), "{refused:?}");
    }
    let error = builder.add("Second", thing(&foreign)).unwrap_err();
    insta::assert_snapshot!(error, @"`Second` refers to `First`, which belongs to another template");
}

#[test]
fn nothing_is_written_past_the_types() {
    let mut builder = TemplateBuilder::new("test");
    for (properties, expected) in [
        (
            json!({"Deep": [{"Ref": "Nowhere"}]}),
            "`Bad` holds a hand-written `Ref`",
        ),
        (
            json!({"Fn::ImportValue": "x"}),
            "`Bad` holds a hand-written `Fn::ImportValue`",
        ),
        (
            json!({"Optional": null}),
            "`Bad` holds a null, which CloudFormation refuses",
        ),
    ] {
        assert_eq!(
            builder.add("Bad", Raw(properties)).unwrap_err().to_string(),
            expected
        );
    }
}

#[test]
fn an_unused_parameter_is_refused() {
    let mut builder = TemplateBuilder::new("test");
    let used = builder.parameter("Used", Parameter::string("")).unwrap();
    builder.parameter("Unused", Parameter::string("")).unwrap();
    builder.output("Passed", &Output::new("", &used)).unwrap();
    insta::assert_snapshot!(builder.build().unwrap_err(), @"parameter `Unused` is used by nothing");
}

#[test]
fn limits_hold() {
    let of_size = |bytes: usize| {
        let mut builder = TemplateBuilder::new("test");
        builder.add("First", thing("x".repeat(bytes))).unwrap();
        builder.build()
    };
    let overhead = of_size(0).unwrap().minified().len();
    assert_eq!(
        of_size(Template::MAX_BYTES - overhead)
            .unwrap()
            .minified()
            .len(),
        Template::MAX_BYTES
    );
    insta::assert_snapshot!(
        of_size(Template::MAX_BYTES - overhead + 1).unwrap_err(),
        @"the template is 1048577 bytes; CloudFormation takes at most 1048576"
    );

    let mut builder = TemplateBuilder::new("test");
    for index in 0..501 {
        builder.add(format!("Thing{index}"), thing("")).unwrap();
    }
    insta::assert_snapshot!(builder.build().unwrap_err(), @"the template has 501 resources; CloudFormation takes at most 500");
    insta::assert_snapshot!(
        TemplateBuilder::new("x".repeat(1025)).build().unwrap_err(),
        @"the template has 1025 bytes of description; CloudFormation takes at most 1024"
    );
}

#[test]
fn the_forms_of_a_template() {
    let mut builder = TemplateBuilder::new("A test");
    let given = Parameter::string("Given from outside").matching("[a-z]+", "lowercase letters");
    let given = builder.parameter("Given", given).unwrap();
    let first = builder.add("Zebra", thing(&given)).unwrap();
    let kept = Declaration::new(thing(text!["yes: ", &first]))
        .depends_on([first.dependency()])
        .on_removal(
            DeletionPolicy::RetainExceptOnCreate,
            UpdateReplacePolicy::Retain,
        );
    builder.add("Ant", kept).unwrap();
    builder.add("Empty", Raw(json!({}))).unwrap();
    builder
        .output("Name", &Output::new("Its name", &first))
        .unwrap();
    let template = builder.build().unwrap();
    insta::assert_snapshot!("forms-json", template.to_json());
    insta::assert_snapshot!("forms-yaml", template.to_yaml());
    insta::assert_snapshot!("forms-minified", template.minified());
    // The hash is over the minified form, which is what is uploaded.
    insta::assert_snapshot!(template.sha256(), @"98074bb276756c454bf1481b3dd149183d826d88f18b519bf4c5f6d343c13382");
}

#[test]
fn a_fingerprint_is_of_contents_not_of_order() {
    let fingerprint = |text: &str, reversed: bool, also: bool| {
        let mut builder = TemplateBuilder::new("test");
        let first = builder.add("First", thing(text)).unwrap();
        let second = builder.add("Second", thing(&first)).unwrap();
        let third = builder.add("Third", thing("elsewhere")).unwrap();
        let mut all = vec![first.dependency(), second.dependency()];
        if reversed {
            all.reverse();
        }
        if also {
            all.push(third.dependency());
        }
        builder.fingerprint(&all).unwrap()
    };
    let base = fingerprint("a", false, false);
    assert_eq!(base.len(), 16);
    assert_eq!(base, fingerprint("a", true, false));
    assert_ne!(base, fingerprint("b", false, false));
    assert_ne!(base, fingerprint("a", false, true));
}

/// One piece of a text, and what it stands for once `First` is `first`, its `Arn` is `arn` and the region `here`.
fn piece() -> impl Strategy<Value = (u8, String)> {
    (0..4_u8, "[a-zA-Z${}!.: ]{0,6}")
}

/// What CloudFormation makes of a lowered text, by the documented rules of its functions.
fn evaluate(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(function) => match function.iter().next().unwrap() {
            (name, Value::String(target)) if name == "Ref" => variable(target).to_owned(),
            (name, Value::Array(path)) if name == "Fn::GetAtt" => variable(&format!(
                "{}.{}",
                path[0].as_str().unwrap(),
                path[1].as_str().unwrap()
            ))
            .to_owned(),
            (name, Value::Array(join)) if name == "Fn::Join" => join[1]
                .as_array()
                .unwrap()
                .iter()
                .map(evaluate)
                .collect::<Vec<_>>()
                .join(join[0].as_str().unwrap()),
            (name, Value::String(text)) if name == "Fn::Sub" => substitute(text),
            other => panic!("{other:?}"),
        },
        other => panic!("{other}"),
    }
}

fn substitute(text: &str) -> String {
    let mut pieces = text.split("${");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').expect("every variable is closed");
        assert!(!name.starts_with('!'), "no escape is ever written");
        out.push_str(variable(name));
        out.push_str(rest);
    }
    out
}

fn variable(name: &str) -> &'static str {
    match name {
        "First" => "first",
        "First.Arn" => "arn",
        "AWS::Region" => "here",
        other => panic!("{other} is not defined"),
    }
}

proptest! {
    /// Whatever the literals hold, CloudFormation puts together the very string that was meant.
    #[test]
    fn a_joined_text_means_what_it_says(pieces in prop::collection::vec(piece(), 0..6)) {
        let mut expected = String::new();
        let value = lowered(|first, _| {
            Text::join(pieces.iter().map(|(kind, literal)| {
                let (meaning, text) = match kind {
                    0 => ("first", first.into()),
                    1 => ("arn", first.arn().into()),
                    2 => ("here", Pseudo::Region.into()),
                    _ => (literal.as_str(), literal.as_str().into()),
                };
                expected.push_str(meaning);
                text
            }))
        });
        prop_assert_eq!(evaluate(&value), expected);
    }
}
