//! The `Tables` port on DynamoDB.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;

use super::failure::{code, failure};
use super::recorder::Recorder;
use crate::ports::{Result, Service, Tables};

/// DynamoDB.
#[derive(Debug)]
pub(super) struct DynamoDb {
    client: Client,
}

impl DynamoDb {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let mut config = Builder::from(config);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

#[async_trait]
impl Tables for DynamoDb {
    async fn exists(&self, table: &str) -> Result<bool> {
        match self.client.describe_table().table_name(table).send().await {
            Ok(_) => Ok(true),
            Err(error) if code(&error) == Some("ResourceNotFoundException") => Ok(false),
            Err(error) => Err(failure(Service::DynamoDb, "DescribeTable", table, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;
    use crate::ports::ErrorKind;

    #[tokio::test]
    async fn a_table_is_there_or_not_and_a_refusal_is_neither() {
        let refusal = |code: &str| {
            let body = format!(
                r#"{{"__type": "com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}}"#
            );
            Answer::json(400, &body)
        };
        let replay = Replay::of([
            Answer::json(200, r#"{"Table": {"TableStatus": "ACTIVE"}}"#),
            refusal("ResourceNotFoundException"),
            refusal("AccessDeniedException"),
        ]);
        let tables = DynamoDb::new(&replay.config(), None);
        assert_eq!(tables.exists("data").await, Ok(true));
        assert_eq!(tables.exists("data").await, Ok(false));
        let refused = tables.exists("data").await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::AccessDenied);
        let sent = &replay.requests().await[0];
        assert_eq!(sent.body, r#"{"TableName":"data"}"#);
    }
}
