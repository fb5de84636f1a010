//! The `BucketPolicies` port on S3. What a policy should say is decided in `plan`.

use async_trait::async_trait;

use super::failure::{code, failure};
use super::objects::S3;
use crate::ports::{BucketPolicies, Result, Service};

const SERVICE: Service = Service::S3;

#[async_trait]
impl BucketPolicies for S3 {
    async fn policy(&self, bucket: &str) -> Result<Option<String>> {
        match self.client.get_bucket_policy().bucket(bucket).send().await {
            Ok(answer) => Ok(answer.policy.filter(|policy| !policy.trim().is_empty())),
            Err(error) if code(&error) == Some("NoSuchBucketPolicy") => Ok(None),
            Err(error) => Err(failure(SERVICE, "GetBucketPolicy", bucket, &error)),
        }
    }

    async fn set_policy(&self, bucket: &str, policy: Option<&str>) -> Result<()> {
        if let Some(policy) = policy {
            let call = self.client.put_bucket_policy().bucket(bucket);
            let written = call.policy(policy).send().await;
            return written
                .map(|_| ())
                .map_err(|error| failure(SERVICE, "PutBucketPolicy", bucket, &error));
        }
        let call = self.client.delete_bucket_policy().bucket(bucket);
        call.send()
            .await
            .map(|_| ())
            .map_err(|error| failure(SERVICE, "DeleteBucketPolicy", bucket, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;
    use crate::ports::ErrorKind;

    const POLICY: &str = r#"{ "Statement": [] }"#;

    fn refusal(code: &str) -> Answer {
        Answer::xml(
            404,
            &format!("<Error><Code>{code}</Code><Message>no</Message></Error>"),
        )
    }

    #[tokio::test]
    async fn a_policy_is_read_as_it_was_written_and_none_is_none() {
        let replay = Replay::of([
            Answer::json(200, POLICY),
            refusal("NoSuchBucketPolicy"),
            refusal("NoSuchBucket"),
        ]);
        let s3 = S3::new(&replay.config(), None);
        assert_eq!(s3.policy("site").await, Ok(Some(POLICY.to_owned())));
        assert_eq!(s3.policy("site").await, Ok(None));
        let absent = s3.policy("site").await.unwrap_err();
        assert_eq!(absent.kind, ErrorKind::NotFound);
        let sent = &replay.requests().await[0];
        assert_eq!(sent.method, "GET");
        assert!(sent.query.contains_key("policy"));
    }

    #[tokio::test]
    async fn a_policy_is_replaced_or_removed() {
        let replay = Replay::of([Answer::empty(204), Answer::empty(204)]);
        let s3 = S3::new(&replay.config(), None);
        assert_eq!(s3.set_policy("site", Some(POLICY)).await, Ok(()));
        assert_eq!(s3.set_policy("site", None).await, Ok(()));
        let sent = replay.requests().await;
        assert_eq!(
            (sent[0].method.as_str(), sent[0].body.as_str()),
            ("PUT", POLICY)
        );
        assert_eq!(
            (sent[1].method.as_str(), sent[1].body.as_str()),
            ("DELETE", "")
        );
    }
}
