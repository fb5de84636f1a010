//! The one HTTP client that all SDK clients share: rustls with ring, the machine's own trusted roots,
//! and the environment's proxies when they are wanted. Timeouts are the session's matter.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::web::Proxies;

/// What connections are shared by: the SDK asks for a connector per pair of timeouts.
type Timeouts = (Option<Duration>, Option<Duration>);

/// A client for everything that is sent to AWS, made here because the SDK's own builder knows no proxies
/// and makes one unused connector for every service.
pub(super) fn http_client(proxies: Proxies) -> SharedHttpClient {
    let made: Mutex<HashMap<Timeouts, SharedHttpConnector>> = Mutex::default();
    http_client_fn(move |settings, components| {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        // A panic while it was held left the map whole, so a poisoned lock is still good.
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(timeouts)
            .or_insert_with(|| SharedHttpConnector::new(connector(proxies, settings, components)))
            .clone()
    })
}

fn connector(
    proxies: Proxies,
    settings: &HttpConnectorSettings,
    components: &RuntimeComponents,
) -> Connector {
    let mut builder = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::Ring));
    builder.set_connector_settings(Some(settings.clone()));
    builder.set_sleep_impl(components.sleep_impl());
    match proxies {
        Proxies::Environment => builder.set_proxy_config(Some(ProxyConfig::from_env())),
        // The local cloud is plain HTTP on the loopback: reading the machine's roots would cost time for nothing.
        Proxies::Never => builder
            .set_proxy_config(Some(ProxyConfig::disabled()))
            .set_tls_context(no_roots()),
    };
    builder.build()
}

fn no_roots() -> TlsContext {
    TlsContext::builder()
        .with_trust_store(TrustStore::empty())
        .build()
        .expect("an empty trust store holds no certificate that could be wrong")
}
