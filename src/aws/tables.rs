//! The `Tables` port on DynamoDB.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::types::{TableDescription, TableStatus};

use super::failure::{code, failure};
use super::recorder::Recorder;
use crate::ports::{Result, Service, TableState, Tables};

const NOT_FOUND: &str = "ResourceNotFoundException";

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
    async fn describe(&self, table: &str) -> Result<Option<TableState>> {
        let answer = match self.client.describe_table().table_name(table).send().await {
            Ok(answer) => answer,
            Err(error) if code(&error) == Some(NOT_FOUND) => return Ok(None),
            Err(error) => return Err(failure(Service::DynamoDb, "DescribeTable", table, &error)),
        };
        let described = answer.table();
        let is_protected = described.and_then(TableDescription::deletion_protection_enabled);
        Ok(Some(
            match described.and_then(TableDescription::table_status) {
                Some(TableStatus::Deleting) => TableState::Deleting,
                Some(TableStatus::Active) => TableState::AtRest {
                    is_protected: is_protected.unwrap_or_default(),
                },
                _ => TableState::Changing,
            },
        ))
    }

    async fn unprotect(&self, table: &str) -> Result<()> {
        let request = self.client.update_table().table_name(table);
        match request.deletion_protection_enabled(false).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(Service::DynamoDb, "UpdateTable", table, &error)),
        }
    }

    async fn delete(&self, table: &str) -> Result<()> {
        match self.client.delete_table().table_name(table).send().await {
            Ok(_) => Ok(()),
            Err(error) if code(&error) == Some(NOT_FOUND) => Ok(()),
            Err(error) => Err(failure(Service::DynamoDb, "DeleteTable", table, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;
    use crate::ports::ErrorKind;

    fn refusal(code: &str) -> Answer {
        let body =
            format!(r#"{{"__type": "com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}}"#);
        Answer::json(400, &body)
    }

    #[tokio::test]
    async fn a_table_stands_some_way_or_is_not_there_and_a_refusal_is_neither() {
        let table = |fields: &str| {
            Answer::json(200, &format!(r#"{{"Table": {{"TableStatus": {fields}}}}}"#))
        };
        let replay = Replay::of([
            table(r#""ACTIVE", "DeletionProtectionEnabled": true"#),
            table(r#""ACTIVE""#),
            table(r#""UPDATING""#),
            table(r#""DELETING""#),
            refusal("ResourceNotFoundException"),
            refusal("AccessDeniedException"),
        ]);
        let tables = DynamoDb::new(&replay.config(), None);
        for state in [
            Some(TableState::AtRest { is_protected: true }),
            Some(TableState::AtRest {
                is_protected: false,
            }),
            Some(TableState::Changing),
            Some(TableState::Deleting),
            None,
        ] {
            assert_eq!(tables.describe("data").await, Ok(state));
        }
        let refused = tables.describe("data").await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::AccessDenied);
        let sent = &replay.requests().await[0];
        assert_eq!(sent.body, r#"{"TableName":"data"}"#);
    }

    #[tokio::test]
    async fn a_table_is_unprotected_and_deleted_and_one_that_is_gone_is_no_error() {
        let replay = Replay::of([
            Answer::json(200, "{}"),
            Answer::json(200, "{}"),
            refusal("ResourceNotFoundException"),
            refusal("ResourceInUseException"),
        ]);
        let tables = DynamoDb::new(&replay.config(), None);
        tables.unprotect("data").await.unwrap();
        tables.delete("data").await.unwrap();
        tables.delete("data").await.unwrap();
        let refused = tables.delete("data").await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Conflict);
        let sent = replay.requests().await;
        assert_eq!(
            sent[0].body,
            r#"{"TableName":"data","DeletionProtectionEnabled":false}"#
        );
        assert_eq!(sent[1].body, r#"{"TableName":"data"}"#);
    }
}
