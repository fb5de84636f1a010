//! What the launcher makes MiniStack do as AWS does: one small stack, seen from a viewer and from
//! the author of its updates.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

/// The emulated cloud as an SDK and a browser reach it.
struct Cloud {
    running: Running,
    client: reqwest::Client,
}

impl Cloud {
    fn new(running: Running) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Self {
            running,
            client: client.unwrap(),
        }
    }

    /// One call of CloudFormation's query protocol; answers with the XML.
    async fn cloudformation(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let scope = "Credential=test/20260101/us-east-1/cloudformation/aws4_request";
        let response = self
            .client
            .post(self.running.endpoint.clone())
            .header(
                "Authorization",
                format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
            )
            .form(&[&[("Action", action), ("Version", "2010-05-15")], parameters].concat())
            .send()
            .await
            .unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{action}: {status}\n{text}");
        text
    }

    /// Executes a change set of this template; answers with the events it had, oldest first.
    async fn deploy(&self, kind: &str, name: &str, template: &Value) -> Vec<String> {
        let stack = ("StackName", "probe");
        let text = template.to_string();
        let made = [
            stack,
            ("ChangeSetName", name),
            ("ChangeSetType", kind),
            ("TemplateBody", &text),
        ];
        self.cloudformation("CreateChangeSet", &made).await;
        let described = self
            .cloudformation("DescribeChangeSet", &[stack, ("ChangeSetName", name)])
            .await;
        assert_eq!(
            between(&described, "<ExecutionStatus>"),
            ["AVAILABLE"],
            "{described}"
        );
        let executed = [stack, ("ChangeSetName", name), ("ClientRequestToken", name)];
        self.cloudformation("ExecuteChangeSet", &executed).await;
        loop {
            let stacks = self.cloudformation("DescribeStacks", &[stack]).await;
            let status = between(&stacks, "<StackStatus>").remove(0);
            if !status.ends_with("_IN_PROGRESS") {
                assert!(
                    status.ends_with("E_COMPLETE") && !status.contains("ROLLBACK"),
                    "{status}"
                );
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let events = self.cloudformation("DescribeStackEvents", &[stack]).await;
        let ours = events
            .split("<member>")
            .filter(|event| between(event, "<ClientRequestToken>") == [name]);
        let told = ours.map(|event| {
            let (id, status) = (
                between(event, "<LogicalResourceId>"),
                between(event, "<ResourceStatus>"),
            );
            format!("{} {}", id[0], status[0])
        });
        let mut told: Vec<String> = told.collect();
        told.reverse();
        told
    }

    async fn output(&self, key: &str) -> String {
        let stacks = self
            .cloudformation("DescribeStacks", &[("StackName", "probe")])
            .await;
        let (_, rest) = stacks
            .split_once(&format!("<OutputKey>{key}</OutputKey>"))
            .unwrap();
        between(rest, "<OutputValue>").remove(0)
    }

    /// What a viewer gets: status, the named header, body.
    async fn view(&self, method: &str, path: &str, header: &str) -> (u16, String, String) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let address = format!("{}{}", self.running.front, path.trim_start_matches('/'));
        let response = self.client.request(method, address).send().await.unwrap();
        let value = response
            .headers()
            .get(header)
            .map(|value| value.to_str().unwrap().to_owned());
        (
            response.status().as_u16(),
            value.unwrap_or_default(),
            response.text().await.unwrap(),
        )
    }

    async fn put_key(&self, store: &str, key: &str, value: &str) {
        let store = format!(
            "{}key-value-stores/{}",
            self.running.endpoint,
            store.replace('/', "%2F")
        );
        let described = self.client.get(&store).send().await.unwrap();
        let tag = described.headers()["etag"].clone();
        let body = json!({ "Value": value }).to_string();
        let put = self
            .client
            .put(format!("{store}/keys/{key}"))
            .header("If-Match", tag)
            .body(body);
        assert_eq!(put.send().await.unwrap().status(), 200);
    }
}

/// Every text between this tag and the next one.
fn between(xml: &str, tag: &str) -> Vec<String> {
    xml.split(tag)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('<')?.0.to_owned()))
        .collect()
}

const EDGE: &str = "
import cf from 'cloudfront';
const store = cf.kvs();
async function handler(event) {
  var request = event.request;
  if (request.uri === '/query') {
    return { statusCode: 200, headers: { 'x-seen': { value: request.querystring.q.value } } };
  }
  if (request.uri === '/store') {
    var text = await store.get('greeting');
    var parsed = await store.get('settings', { format: 'json' });
    var missing = 'found';
    try { await store.get('absent'); } catch (e) { missing = 'rejected'; }
    var words = [text, parsed.depth, await store.exists('absent'), missing, (await store.meta()).keyCount];
    return { statusCode: 200, headers: { 'x-seen': { value: words.join(' ') } } };
  }
  return request;
}
";

/// A site bucket that demands TLS, an API with one mocked method, and the distribution before both.
fn template() -> Value {
    let bucket_arns = json!([{"Fn::GetAtt": ["Site", "Arn"]}, {"Fn::Sub": "${Site.Arn}/*"}]);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": bucket_arns,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}}
            },
            {
                "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": "s3:GetObject", "Resource": {"Fn::Sub": "${Site.Arn}/*"},
                "Condition": {"StringEquals": {"AWS:SourceArn":
                    {"Fn::Sub": "arn:aws:cloudfront::${AWS::AccountId}:distribution/${Distribution}"}}}
            }
        ]
    });
    let mocked = json!({
        "Type": "MOCK", "RequestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {"application/json": "{\"mocked\": true}"}}]
    });
    let site = json!({
        "Id": "site", "DomainName": {"Fn::GetAtt": ["Site", "RegionalDomainName"]},
        "OriginAccessControlId": {"Ref": "Access"}, "S3OriginConfig": {"OriginAccessIdentity": ""}
    });
    let api = json!({
        "Id": "api", "DomainName": {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
        "OriginPath": "/v1", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}
    });
    let cache_nothing = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    json!({
        "Resources": {
            "Site": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "probe-site"}},
            "SitePolicy": {"Type": "AWS::S3::BucketPolicy", "Properties":
                {"Bucket": {"Ref": "Site"}, "PolicyDocument": policy}},
            "Access": {"Type": "AWS::CloudFront::OriginAccessControl", "Properties": {"OriginAccessControlConfig":
                {"Name": "probe", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always",
                 "SigningProtocol": "sigv4"}}},
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "probe"}},
            "Folder": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"},
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "api"}},
            "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"},
                "ResourceId": {"Ref": "Folder"}, "HttpMethod": "GET", "AuthorizationType": "NONE",
                "Integration": mocked, "MethodResponses": [{"StatusCode": "200"}]}},
            "Deployed": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": ["Get"],
                "Properties": {"RestApiId": {"Ref": "Api"}}},
            "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"},
                "DeploymentId": {"Ref": "Deployed"}, "StageName": "v1"}},
            "Store": {"Type": "AWS::CloudFront::KeyValueStore", "Properties": {"Name": "probe"}},
            "Edge": {"Type": "AWS::CloudFront::Function", "Properties": {"Name": "probe", "AutoPublish": true,
                "FunctionCode": EDGE, "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0",
                "KeyValueStoreAssociations": [{"KeyValueStoreARN": {"Fn::GetAtt": ["Store", "Arn"]}}]}}},
            "Distribution": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": {
                "Enabled": true, "Origins": [site, api], "DefaultRootObject": "index.html",
                "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "redirect-to-https",
                    "CachePolicyId": cache_nothing, "FunctionAssociations": [{"EventType": "viewer-request",
                    "FunctionARN": {"Fn::GetAtt": ["Edge", "FunctionARN"]}}]},
                "CacheBehaviors": [{"PathPattern": "/api", "TargetOriginId": "api", "CachePolicyId": cache_nothing,
                    "ViewerProtocolPolicy": "https-only",
                    "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]}]}}},
        },
        "Outputs": {"StoreArn": {"Value": {"Fn::GetAtt": ["Store", "Arn"]}}}
    })
}

#[tokio::test]
async fn a_stack_behaves_as_on_aws() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let _leftover = Leftover(&settings);
    let cloud = Cloud::new(start(&settings, &Heard::default()).await.unwrap());
    let mut stack = template();
    cloud.deploy("CREATE", "first", &stack).await;
    viewers_are_served(&cloud).await;
    edge_functions_see_what_they_should(&cloud).await;
    updates_tell_what_they_touch(&cloud, &mut stack).await;
    let bucket = settings.root.join("state/objects/000000000000/probe-site");
    assert!(bucket.is_dir(), "{}", bucket.display());
    for gone in ["Distribution", "SitePolicy", "Site", "Access"] {
        stack["Resources"].as_object_mut().unwrap().remove(gone);
    }
    cloud.deploy("UPDATE", "without-a-bucket", &stack).await;
    // Else the next start would have it again.
    assert!(!bucket.exists(), "{}", bucket.display());
    stop(&settings).await.unwrap();
}

async fn viewers_are_served(cloud: &Cloud) {
    let page = cloud.client.put(
        cloud
            .running
            .endpoint
            .join("/probe-site/index.html")
            .unwrap(),
    );
    let page = page
        .header("Content-Type", "text/html; charset=utf-8")
        .header("Cache-Control", "max-age=60");
    assert_eq!(page.body("<p>hello").send().await.unwrap().status(), 200);
    // The bucket demands TLS, and the distribution comes with it.
    assert_eq!(
        cloud.view("GET", "/", "content-type").await,
        (200, "text/html; charset=utf-8".into(), "<p>hello".into())
    );
    assert_eq!(
        cloud.view("HEAD", "/", "cache-control").await,
        (200, "max-age=60".into(), String::new())
    );
    assert_eq!(cloud.view("GET", "/nothing", "x-cache").await.0, 403);
    // Paths of the emulator's own are the distribution's here.
    assert_eq!(
        cloud.view("GET", "/_ministack/health", "x-cache").await.0,
        403
    );
    // A behavior that lists no methods allows two; one that lists all passes them on.
    assert_eq!(cloud.view("POST", "/", "x-cache").await.0, 403);
    assert_eq!(cloud.view("OPTIONS", "/", "x-cache").await.0, 403);
    let (status, kind, body) = cloud.view("GET", "/api?a=1", "content-type").await;
    assert_eq!(
        (status, kind.as_str(), body.as_str()),
        (200, "application/json", "{\"mocked\": true}")
    );
    let (status, kind, _) = cloud.view("OPTIONS", "/api", "x-amzn-errortype").await;
    assert_eq!(
        (status, kind.as_str()),
        (403, "MissingAuthenticationTokenException")
    );
    let unknown = cloud
        .client
        .get(cloud.running.endpoint.clone())
        .header("Host", "dnobody.cloudfront.net");
    assert_eq!(unknown.send().await.unwrap().status(), 403);
}

async fn edge_functions_see_what_they_should(cloud: &Cloud) {
    assert_eq!(
        cloud.view("GET", "/query?q=%41%20b&q=c", "x-seen").await.1,
        "%41%20b"
    );
    let store = cloud.output("StoreArn").await;
    cloud.put_key(&store, "greeting", "hello").await;
    cloud.put_key(&store, "settings", "{\"depth\": 3}").await;
    assert_eq!(
        cloud.view("GET", "/store", "x-seen").await.1,
        "hello 3 false rejected 2"
    );
}

async fn updates_tell_what_they_touch(cloud: &Cloud, stack: &mut Value) {
    stack["Outputs"]["New"] = json!({"Value": "x"});
    assert_eq!(
        cloud.deploy("UPDATE", "outputs", stack).await,
        ["probe UPDATE_IN_PROGRESS", "probe UPDATE_COMPLETE"]
    );
    assert_eq!(cloud.output("New").await, "x");

    let resources = stack["Resources"].as_object_mut().unwrap();
    let deployed = resources.remove("Deployed").unwrap();
    resources.insert("DeployedAgain".into(), deployed);
    resources["Stage"]["Properties"]["DeploymentId"] = json!({"Ref": "DeployedAgain"});
    let told = [
        "probe UPDATE_IN_PROGRESS",
        "DeployedAgain CREATE_IN_PROGRESS",
        "DeployedAgain CREATE_COMPLETE",
        "Stage UPDATE_IN_PROGRESS",
        "Stage UPDATE_COMPLETE",
        "Deployed DELETE_IN_PROGRESS",
        "Deployed DELETE_COMPLETE",
        "probe UPDATE_COMPLETE",
    ];
    assert_eq!(cloud.deploy("UPDATE", "deployment", stack).await, told);
}
