//! A site that exists already, in memory: its distribution and its bucket's policy, and people who change them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use qdn_infra::ports::{
    BucketPolicies, CloudError, DistributionDocument, Distributions, ErrorKind, Result, Service,
};
use serde_json::{Value, json};

use super::{DISTRIBUTION, Object, World};

/// How somebody changes a text.
pub type Edit = fn(&str) -> String;

/// The distribution of a site, and what happens to it.
#[derive(Debug, Clone, Default)]
pub struct FakeSite {
    /// Configuration and version of each distribution.
    distributions: BTreeMap<String, (String, usize)>,
    /// How many looks it takes until a new configuration is deployed.
    pending: usize,
    /// What somebody does to the distribution between a reading and a writing, one after the other.
    meanwhile: Vec<Edit>,
    /// The same to the policy, directly after it was written.
    afterwards: Vec<Edit>,
    /// How many times a policy that was written is read as it was before.
    stale: usize,
    policies: BTreeMap<String, String>,
    old_policy: Option<String>,
    /// Whether the distribution is another account's.
    denied: bool,
    /// Where the bucket's owner puts a file just before we do.
    contested: Option<String>,
}

impl World {
    /// Puts a site there: a distribution with this configuration and a bucket without a policy.
    pub fn open_site(&self, xml: &str) {
        let mut state = self.state.lock().unwrap();
        let site = &mut state.site;
        site.distributions
            .insert(DISTRIBUTION.to_owned(), (xml.to_owned(), 1));
        let bucket = self.names.site_bucket.clone();
        state.buckets.entry(bucket).or_default();
    }

    /// Throws the site's distribution away.
    pub fn close_site(&self) {
        self.state.lock().unwrap().site.distributions.clear();
    }

    /// Gives the distribution to another account.
    pub fn give_site_away(&self) {
        self.state.lock().unwrap().site.denied = true;
    }

    /// The distribution's configuration.
    pub fn site(&self) -> String {
        self.state.lock().unwrap().site.distributions[DISTRIBUTION]
            .0
            .clone()
    }

    /// What it has that no stack of ours made: the site's distribution and its bucket's policy.
    pub fn of_others(&self) -> (Option<String>, Option<String>) {
        let state = self.state.lock().unwrap();
        let site = state.site.distributions.get(DISTRIBUTION);
        let policy = state.site.policies.get(&self.names.site_bucket);
        (site.map(|(site, _)| site.clone()), policy.cloned())
    }

    /// The policy of the site's bucket.
    pub fn site_policy(&self) -> Option<String> {
        let state = self.state.lock().unwrap();
        state.site.policies.get(&self.names.site_bucket).cloned()
    }

    /// Lets somebody write the policy of the site's bucket.
    pub fn set_site_policy(&self, policy: &str) {
        let bucket = self.names.site_bucket.clone();
        let mut state = self.state.lock().unwrap();
        state.site.policies.insert(bucket, policy.to_owned());
    }

    /// Makes a bucket that no stack made.
    pub fn open_bucket(&self, bucket: &str) {
        let mut state = self.state.lock().unwrap();
        state.buckets.entry(bucket.to_owned()).or_default();
    }

    /// Puts an object into the site's bucket that nobody here wrote.
    pub fn put_in_site(&self, key: &str) {
        let modified = self.write_time();
        let mut state = self.state.lock().unwrap();
        let bucket = state.buckets.get_mut(&self.names.site_bucket).unwrap();
        let sha256 = "0".repeat(64);
        bucket.insert(
            key.to_owned(),
            Object {
                modified,
                sha256,
                ..Object::default()
            },
        );
    }

    /// Lets the bucket's owner put a file there just before we do.
    pub fn contest(&self, key: &str) {
        self.state.lock().unwrap().site.contested = Some(key.to_owned());
    }

    /// Whoever was quicker.
    pub(super) fn let_the_owner_write(&self, key: &str) {
        let mut state = self.state.lock().unwrap();
        if state.site.contested.as_deref() == Some(key) {
            state.site.contested = None;
            let bucket = state.buckets.get_mut(&self.names.site_bucket).unwrap();
            let theirs = Object {
                sha256: "0".repeat(64),
                ..Object::default()
            };
            bucket.insert(key.to_owned(), theirs);
        }
    }

    /// Lets somebody change the distribution now.
    pub fn edit_site(&self, edit: impl Fn(&str) -> String) {
        let mut state = self.state.lock().unwrap();
        let (xml, version) = state.site.distributions.get_mut(DISTRIBUTION).unwrap();
        let edited = edit(xml);
        assert_ne!(*xml, edited, "the edit changes something");
        *xml = edited;
        *version += 1;
    }

    /// Lets somebody change the distribution after each of the next readings.
    pub fn edit_site_meanwhile(&self, edits: &[Edit]) {
        self.state.lock().unwrap().site.meanwhile = edits.to_vec();
    }

    /// Lets somebody change the bucket's policy after each of the next writings, and shows the old policy so many
    /// times.
    pub fn edit_policy_afterwards(&self, edits: &[Edit], late: usize) {
        let mut state = self.state.lock().unwrap();
        state.site.afterwards = edits.to_vec();
        state.site.stale = late;
    }

    /// What is left of the site; none when there never was one.
    pub(super) fn site_contents(&self) -> Option<Value> {
        let state = self.state.lock().unwrap();
        let site = &state.site;
        let documents: BTreeMap<&String, &String> = site
            .distributions
            .iter()
            .map(|(id, (xml, _))| (id, xml))
            .collect();
        (!documents.is_empty())
            .then(|| json!({"distributions": documents, "policies": site.policies}))
    }

    /// Whether every edge location has the newest configuration; looking brings it nearer.
    pub(super) fn look_at_deployment(&self) -> bool {
        let pending = &mut self.state.lock().unwrap().site.pending;
        *pending = pending.saturating_sub(1);
        *pending == 0
    }

    /// The configuration of the distribution that the stack declares, as far as anybody asks.
    fn own_distribution(&self, id: &str) -> Option<DistributionDocument> {
        let template = self.main_template()?;
        template["Resources"].get("Distribution")?;
        if id != DISTRIBUTION {
            return None;
        }
        let function = &self.names.edge_function;
        let attached = if self.state.lock().unwrap().tampered.detached {
            String::new()
        } else {
            format!(
                "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>\
                 <FunctionARN>arn:aws:cloudfront::000000000000:function/{function}</FunctionARN>\
                 <EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>"
            )
        };
        Some(DistributionDocument {
            version: "1".to_owned(),
            xml: format!(
                "<DistributionConfig><Origins><Quantity>0</Quantity></Origins><DefaultCacheBehavior>\
                 {attached}</DefaultCacheBehavior></DistributionConfig>"
            ),
        })
    }

    /// CloudFront deletes no function that a distribution uses, or used until just now.
    pub(super) fn assert_detached(&self) {
        let state = self.state.lock().unwrap();
        let function = format!("function/{}", self.names.edge_function);
        let used = state
            .site
            .distributions
            .values()
            .any(|(xml, _)| xml.contains(&function));
        assert!(
            !used && state.site.pending <= 1,
            "{function} is still in use"
        );
    }
}

#[async_trait]
impl Distributions for World {
    async fn configuration(&self, id: &str) -> Result<Option<DistributionDocument>> {
        self.read(Service::CloudFront, "GetDistributionConfig", id)?;
        if let Some(own) = self.own_distribution(id) {
            return Ok(Some(own));
        }
        let mut state = self.state.lock().unwrap();
        let site = &mut state.site;
        if site.denied {
            return Err(refused(id, ErrorKind::AccessDenied));
        }
        let Some((xml, version)) = site.distributions.get_mut(id) else {
            return Ok(None);
        };
        let found = DistributionDocument {
            version: version.to_string(),
            xml: xml.clone(),
        };
        if !site.meanwhile.is_empty() {
            let edit = site.meanwhile.remove(0);
            *xml = edit(xml);
            *version += 1;
        }
        Ok(Some(found))
    }

    async fn replace(&self, id: &str, document: &DistributionDocument) -> Result<()> {
        self.write(Service::CloudFront, "UpdateDistribution", id)?;
        let mut state = self.state.lock().unwrap();
        let (xml, version) = state.site.distributions.get_mut(id).unwrap();
        if version.to_string() != document.version {
            return Err(refused(id, ErrorKind::Conflict));
        }
        assert!(!document.xml.contains("${"), "{}", document.xml);
        xml.clone_from(&document.xml);
        *version += 1;
        state.site.pending = 3;
        Ok(())
    }
}

fn refused(id: &str, kind: ErrorKind) -> CloudError {
    CloudError {
        service: Service::CloudFront,
        operation: "GetDistributionConfig",
        subject: id.to_owned(),
        kind,
        message: "refused".to_owned(),
    }
}

#[async_trait]
impl BucketPolicies for World {
    async fn policy(&self, bucket: &str) -> Result<Option<String>> {
        self.read(Service::S3, "GetBucketPolicy", bucket)?;
        let mut state = self.state.lock().unwrap();
        if !state.buckets.contains_key(bucket) {
            return Err(refused(bucket, ErrorKind::NotFound));
        }
        let site = &mut state.site;
        if site.stale > 0 && site.old_policy.is_some() {
            site.stale -= 1;
            return Ok(site.old_policy.clone());
        }
        Ok(site.policies.get(bucket).cloned())
    }

    async fn set_policy(&self, bucket: &str, policy: Option<&str>) -> Result<()> {
        self.write(Service::S3, "PutBucketPolicy", bucket)?;
        let mut state = self.state.lock().unwrap();
        let site = &mut state.site;
        site.old_policy = site.policies.remove(bucket);
        if let Some(policy) = policy {
            site.policies.insert(bucket.to_owned(), policy.to_owned());
        }
        if !site.afterwards.is_empty() {
            let edit = site.afterwards.remove(0);
            let policy = site.policies.entry(bucket.to_owned()).or_default();
            *policy = edit(policy);
        }
        Ok(())
    }
}
