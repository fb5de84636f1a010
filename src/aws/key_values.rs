//! The `KeyValues` port on the data plane of CloudFront's key value store. Requests are signed for every region
//! (`SigV4A`), which the SDK does by itself.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudfrontkeyvaluestore::Client;
use aws_sdk_cloudfrontkeyvaluestore::config::Builder;
use aws_sdk_cloudfrontkeyvaluestore::config::endpoint::{
    Endpoint, EndpointFuture, Params, ResolveEndpoint,
};
use aws_sdk_cloudfrontkeyvaluestore::error::BuildError;
use aws_sdk_cloudfrontkeyvaluestore::types::{DeleteKeyRequestListItem, PutKeyRequestListItem};
use aws_smithy_types::Document;
use aws_smithy_types::endpoint::EndpointAuthScheme;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::failure::{chain, code, failure};
use super::recorder::Recorder;
use super::unspoken;
use crate::ports::{
    CloudError, ErrorKind, KeyValues, Result, Service, StoreState, StoreStatus, StoreUpdate,
};

const SERVICE: Service = Service::KeyValueStore;
/// Entries a page; the most that is allowed.
const PAGE: i32 = 50;

/// The data plane of key value stores.
#[derive(Debug)]
pub(super) struct KeyValueStore {
    client: Client,
}

impl KeyValueStore {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let mut builder = Builder::from(config);
        if let Some(address) = config.endpoint_url() {
            builder.set_endpoint_url(None);
            builder = builder.endpoint_resolver(Fixed(address.to_owned()));
        }
        if let Some(recorder) = recorder {
            builder = builder.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(builder.build()),
        }
    }
}

/// One address for every store. The SDK would put the account in front of the host name, and a loopback address
/// has no names below it.
#[derive(Debug)]
struct Fixed(String);

impl ResolveEndpoint for Fixed {
    fn resolve_endpoint<'a>(&'a self, _params: &'a Params) -> EndpointFuture<'a> {
        let signing = EndpointAuthScheme::with_capacity("sigv4a", 2)
            .put("signingName", "cloudfront-keyvaluestore")
            .put("signingRegionSet", vec![Document::from("*")]);
        let address = self.0.trim_end_matches('/').to_owned();
        EndpointFuture::ready(Ok(Endpoint::builder()
            .url(address)
            .auth_scheme(signing)
            .build()))
    }
}

#[async_trait]
impl KeyValues for KeyValueStore {
    async fn describe(&self, store: &str) -> Result<Option<StoreState>> {
        let request = self.client.describe_key_value_store().kvs_arn(store);
        match request.send().await {
            Ok(answer) => Ok(Some(StoreState {
                status: status(answer.status(), answer.failure_reason()),
                changed_at: answer
                    .last_modified
                    .and_then(|at| Timestamp::from_second(at.secs()).ok()),
                version: answer.e_tag,
            })),
            Err(error) if code(&error) == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(failure(SERVICE, "DescribeKeyValueStore", store, &error)),
        }
    }

    async fn entries(&self, store: &str) -> Result<Option<BTreeMap<String, SecretString>>> {
        let request = self.client.list_keys().kvs_arn(store).max_results(PAGE);
        let mut pages = request.into_paginator().send();
        let mut entries = BTreeMap::new();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => entries.extend(
                    page.items
                        .unwrap_or_default()
                        .into_iter()
                        .map(|item| (item.key, SecretString::from(item.value))),
                ),
                Err(error) if code(&error) == Some("ResourceNotFoundException") => return Ok(None),
                Err(error) => return Err(failure(SERVICE, "ListKeys", store, &error)),
            }
        }
        Ok(Some(entries))
    }

    async fn update(&self, store: &str, version: &str, update: &StoreUpdate) -> Result<String> {
        const OPERATION: &str = "UpdateKeys";
        let (puts, removals) = lists(update).map_err(|error| CloudError {
            service: SERVICE,
            operation: OPERATION,
            subject: store.to_owned(),
            kind: ErrorKind::Rejected,
            message: chain(&error),
        })?;
        let answer = self
            .client
            .update_keys()
            .kvs_arn(store)
            .if_match(version)
            .set_puts(Some(puts).filter(|puts| !puts.is_empty()))
            .set_deletes(Some(removals).filter(|removals| !removals.is_empty()))
            .send()
            .await
            .map_err(|error| {
                let values = update.puts.values().map(SecretString::expose_secret);
                unspoken::without(failure(SERVICE, OPERATION, store, &error), values)
            })?;
        Ok(answer.e_tag)
    }
}

type Lists = (Vec<PutKeyRequestListItem>, Vec<DeleteKeyRequestListItem>);

fn lists(update: &StoreUpdate) -> std::result::Result<Lists, BuildError> {
    let puts = update.puts.iter().map(|(key, value)| {
        PutKeyRequestListItem::builder()
            .key(key)
            .value(value.expose_secret())
            .build()
    });
    let removals = update
        .removals
        .iter()
        .map(|key| DeleteKeyRequestListItem::builder().key(key).build());
    Ok((
        puts.collect::<std::result::Result<_, _>>()?,
        removals.collect::<std::result::Result<_, _>>()?,
    ))
}

fn status(status: Option<&str>, reason: Option<&str>) -> StoreStatus {
    match (status, reason) {
        (_, Some(reason)) if !reason.is_empty() => StoreStatus::Failed(reason.to_owned()),
        (Some("READY"), _) => StoreStatus::Ready,
        (Some("FAILED" | "CREATE_FAILED"), _) => {
            StoreStatus::Failed("no reason was given".to_owned())
        }
        // PROVISIONING, and whatever else comes before READY.
        (Some(_) | None, _) => StoreStatus::Pending,
    }
}

#[cfg(test)]
#[path = "key_values_tests.rs"]
mod tests;
