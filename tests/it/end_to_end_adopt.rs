//! A site that exists already, on the local cloud: its owner makes a bucket and a distribution, the built program is
//! attached to them and goes again, and the owner finds them as they were.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    CacheBehavior, CacheBehaviors, CustomOriginConfig, DefaultCacheBehavior, DistributionConfig,
    FunctionAssociations, Origin, OriginProtocolPolicy, Origins, ViewerProtocolPolicy,
};
use qdn_infra::ports::{DistributionDocument, Ports};
use serde_json::{Value, json};

use crate::application::sdk;
use crate::checkout::{Checkout, fetch};
use crate::fixture::EXISTING_SITE;

const BUCKET: &str = "www.quickdumpnow.com";
const THEIRS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Theirs", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::www.quickdumpnow.com/public/*"}]}"#;

#[test]
fn a_site_that_exists_is_attached_to_and_left_as_it_was() {
    let mut checkout = Checkout::new();
    checkout.edit("stacks/local.yaml", OWN_SITE, EXISTING_SITE);
    checkout.run(&["local", "start"], 0);
    let (runtime, ports) = checkout.ports();
    let id = runtime.block_on(open(&checkout.address("endpoint"), &ports));
    let site = Site {
        id: id.clone(),
        runtime,
        ports,
    };
    let (before, policy) = (site.configuration(), site.policy());
    assert_eq!(policy.as_deref(), Some(THEIRS));
    one_that_does_not_exist_is_refused(&mut checkout);
    checkout.set("QDN_DISTRIBUTION_ID", &id);

    checkout.run(&["apply"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
    let front = checkout.address("front");
    assert_eq!(fetch("GET", format!("{front}/api/health")).status, 200);
    assert_eq!(fetch("GET", format!("{front}/track")).status, 404);

    what_is_ours_moves(&checkout, &site);

    // Somebody takes one of ours away and changes something of theirs.
    site.edit(|xml| {
        let track = between(
            xml,
            "<CacheBehavior><PathPattern>/track</PathPattern>",
            "</CacheBehavior>",
        );
        xml.replace(track, "")
            .replace(
                "<Quantity>5</Quantity><Items><CacheBehavior>",
                "<Quantity>4</Quantity><Items><CacheBehavior>",
            )
            .replace("the main site", "the only site")
    });
    let plan = checkout.run(&["plan", "--detailed-exitcode"], 2).out;
    assert!(plan.contains("CacheBehaviors[/track]"), "{plan}");
    checkout.run(&["apply"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);

    let destroyed = checkout.run(&["destroy", "--data", "--bootstrap"], 0).out;
    assert!(
        destroyed.contains(&format!("- from distribution {id}: ")),
        "{destroyed}"
    );
    assert_eq!(
        site.configuration(),
        before.replace("the main site", "the only site")
    );
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(site.policy().as_deref().map(value), Some(value(THEIRS)));
    let again = checkout.run(&["destroy", "--data", "--bootstrap"], 0).out;
    assert!(again.contains("nothing to destroy"), "{again}");
    what_exists_is_imported(&checkout, &site);
}

/// The stage's name is in the path of the origin that is ours. And somebody may take our statement from the policy.
fn what_is_ours_moves(checkout: &Checkout, site: &Site) {
    let health = || {
        let front = checkout.address("front");
        fetch("GET", format!("{front}/api/health")).status
    };
    checkout.edit("stacks/local.yaml", "stage: live", "stage: next");
    let adopt = |planned: &Value| {
        let layers = planned["layers"].as_array().unwrap();
        let layer = layers.iter().find(|layer| layer["layer"] == "adopt");
        layer.unwrap()["steps"].clone()
    };
    let moved = adopt(&plan(checkout));
    assert_eq!(moved.as_array().unwrap().len(), 1, "{moved:#}");
    let target = &moved[0]["target"];
    assert_eq!(target["id"], site.id);
    assert_eq!(target["changes"].as_array().unwrap().len(), 1, "{moved:#}");
    let [before, after] = ["before", "after"].map(|side| &target["changes"][0][side]["OriginPath"]);
    assert_eq!((before, after), (&json!("/live"), &json!("/next")));
    checkout.run(&["apply"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
    assert!(
        site.configuration()
            .contains("<OriginPath>/next</OriginPath>")
    );
    assert_eq!(health(), 200);

    let ours = site.policy();
    let theirs = site.ports.bucket_policies.set_policy(BUCKET, Some(THEIRS));
    site.runtime.block_on(theirs).unwrap();
    let lost = plan(checkout);
    let target = &adopt(&lost)[0]["target"];
    assert_eq!(target["bucket"], BUCKET);
    let statement = &target["changes"][0];
    assert_eq!(statement["path"], "Statement[QdnInfraReadTrack]");
    let layers = lost["layers"].as_array().unwrap().iter();
    let steps = layers.filter(|layer| layer["layer"] != "verify");
    let steps = steps.flat_map(|layer| layer["steps"].as_array().unwrap());
    assert_eq!(steps.count(), 1, "{lost:#}");
    checkout.run(&["apply"], 0);
    checkout.run(&["plan", "--detailed-exitcode"], 0);
    assert_eq!(site.policy(), ours);
}

fn plan(checkout: &Checkout) -> Value {
    serde_json::from_str(&checkout.run(&["plan", "--format", "json"], 0).out).unwrap()
}

/// A table that outlived its stack is taken into a new one, and goes with it.
fn what_exists_is_imported(checkout: &Checkout, site: &Site) {
    let nothing = checkout.run(&["import"], 0).out;
    assert!(
        nothing.starts_with("nothing to import into qdn-local\n"),
        "{nothing}"
    );
    site.runtime
        .block_on(make_table(&checkout.address("endpoint")));
    let imported = checkout.run(&["import"], 0).out;
    let expected =
        "import into the new stack qdn-local\n+ DataTable (AWS::DynamoDB::Table) qdn-local-data\n";
    assert!(imported.starts_with(expected), "{imported}");
    checkout.run(&["plan", "--detailed-exitcode"], 2);
    let again = checkout.run(&["import", "--id", "DataTable"], 3).err;
    assert!(again.contains("it is in the stack already"), "{again}");
    let destroyed = checkout.run(&["destroy", "--data", "--bootstrap"], 0).out;
    assert!(destroyed.contains("- stack qdn-local\n"), "{destroyed}");
}

async fn make_table(endpoint: &str) {
    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    };
    let attribute = AttributeDefinition::builder()
        .attribute_name("pk")
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap();
    let key = KeySchemaElement::builder()
        .attribute_name("pk")
        .key_type(KeyType::Hash)
        .build()
        .unwrap();
    let client = aws_sdk_dynamodb::Client::new(&sdk(endpoint));
    let table = client.create_table().table_name("qdn-local-data");
    table
        .attribute_definitions(attribute)
        .key_schema(key)
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

/// The lines of `stacks/local.yaml` that are replaced.
const OWN_SITE: &str =
    "site:\n  mode: managed # no domains: the page is reached through the local front address\n";

fn one_that_does_not_exist_is_refused(checkout: &mut Checkout) {
    checkout.set("QDN_DISTRIBUTION_ID", "E0000000000000");
    let refused = checkout.run(&["apply"], 3).err;
    let message = "distribution E0000000000000 does not exist in this account";
    assert!(refused.contains(message), "{refused}");
    assert!(
        checkout
            .run(&["destroy"], 0)
            .out
            .contains("nothing to destroy")
    );
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let from = text.find(from).unwrap();
    let to = from + text[from..].find(to).unwrap() + to.len();
    &text[from..to]
}

/// The owner's view.
struct Site {
    id: String,
    runtime: tokio::runtime::Runtime,
    ports: Ports,
}

impl Site {
    fn document(&self) -> DistributionDocument {
        let found = self.ports.distributions.configuration(&self.id);
        self.runtime.block_on(found).unwrap().unwrap()
    }

    fn configuration(&self) -> String {
        self.document().xml
    }

    fn policy(&self) -> Option<String> {
        self.runtime
            .block_on(self.ports.bucket_policies.policy(BUCKET))
            .unwrap()
    }

    fn edit(&self, edit: impl Fn(&str) -> String) {
        let DistributionDocument { version, xml } = self.document();
        let edited = edit(&xml);
        assert_ne!(edited, xml);
        let document = DistributionDocument {
            version,
            xml: edited,
        };
        let written = self.ports.distributions.replace(&self.id, &document);
        self.runtime.block_on(written).unwrap();
    }
}

/// Makes a bucket with a policy, and a distribution with a behavior of its own; gives its id.
async fn open(endpoint: &str, ports: &Ports) -> String {
    let sdk = sdk(endpoint);
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(&sdk)
            .force_path_style(true)
            .build(),
    );
    s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    ports
        .bucket_policies
        .set_policy(BUCKET, Some(THEIRS))
        .await
        .unwrap();
    let custom = CustomOriginConfig::builder()
        .http_port(80)
        .https_port(443)
        .origin_protocol_policy(OriginProtocolPolicy::HttpOnly)
        .build()
        .unwrap();
    let origin = Origin::builder()
        .id("website")
        .domain_name("www.quickdumpnow.com.s3-website-us-east-1.amazonaws.com")
        .custom_origin_config(custom)
        .build()
        .unwrap();
    let default = DefaultCacheBehavior::builder()
        .target_origin_id("website")
        .viewer_protocol_policy(ViewerProtocolPolicy::RedirectToHttps)
        // CloudFront always returns the list; the emulator returns what it was given.
        .function_associations(FunctionAssociations::builder().quantity(0).build().unwrap())
        .build()
        .unwrap();
    let scripts = CacheBehavior::builder()
        .path_pattern("*.js")
        .target_origin_id("website")
        .viewer_protocol_policy(ViewerProtocolPolicy::RedirectToHttps)
        .build()
        .unwrap();
    let config = DistributionConfig::builder()
        .caller_reference("2019-04-01")
        .origins(
            Origins::builder()
                .quantity(1)
                .items(origin)
                .build()
                .unwrap(),
        )
        .default_cache_behavior(default)
        .cache_behaviors(
            CacheBehaviors::builder()
                .quantity(1)
                .items(scripts)
                .build()
                .unwrap(),
        )
        .comment("the main site")
        .enabled(true)
        .build()
        .unwrap();
    let made = Client::new(&sdk)
        .create_distribution()
        .distribution_config(config);
    made.send().await.unwrap().distribution.unwrap().id
}
