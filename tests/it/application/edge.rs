//! What the edge lets through: the page to a good token, the maintenance data to a good key, nothing to strangers.
//! And the page itself, in a browser.

use std::process::Command;

use reqwest::Method;
use serde_json::json;

use super::town::Town;
use crate::checkout::Checkout;
use crate::fixture::project;

pub async fn the_page_opens_for_its_customer_alone(checkout: &Checkout, town: &Town) {
    let job = town.job(&["+15005550155"]).await;
    let renew = || town.api(Method::POST, &format!("/api/jobs/{job}/link"));
    let link = Town::ask(renew(), 200).await["trackUrl"].to_string();
    let link = link.trim_matches('"');
    let page = town.http.get(link).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(header("service-worker-allowed"), "/track");
    let source = checkout.folder.join("assets/track/index.html");
    let body = page.bytes().await.unwrap();
    assert_eq!(body, std::fs::read(source).unwrap());

    let (address, token) = link.split_once("?jobToken=").unwrap();
    let forged = format!("{}A{}", &token[..40], &token[41..]);
    for query in [
        String::new(),
        format!("?jobToken={forged}"),
        format!("?jobToken={token}&jobToken={token}"),
        format!("?jobToken={token}A"),
    ] {
        let refused = town.http.get(format!("{address}{query}")).send().await;
        let refused = refused.unwrap();
        assert_eq!(refused.status(), 404, "{query}");
        assert_eq!(refused.headers()["cache-control"], "no-store");
        let text = refused.text().await.unwrap();
        assert!(text.contains("tel:+15125550100"), "{text}");
    }
}

/// The document lies there: a scene before has written it.
pub async fn the_data_opens_for_a_key_alone(town: &Town) {
    let address = format!("{}/data/maintenance.json", town.front);
    let read = town.http.get(&address).bearer_auth(&town.key);
    let document = Town::ask(read, 200).await;
    assert!(document["trucks"].is_array(), "{document}");
    let anonymous = town.http.get(&address);
    assert_eq!(Town::ask(anonymous, 401).await["status"], json!(401));
    let preflight = |origin: &str| {
        town.http
            .request(Method::OPTIONS, &address)
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .send()
    };
    let known = preflight("http://localhost:5173").await.unwrap();
    assert_eq!(known.status(), 204);
    assert_eq!(
        known.headers()["access-control-allow-origin"],
        "http://localhost:5173"
    );
    let foreign = preflight("https://elsewhere.example").await.unwrap();
    assert!(
        !foreign
            .headers()
            .contains_key("access-control-allow-origin")
    );
}

/// Every state of the page in Chromium, through the edge function, the API and its functions.
pub fn the_page_works_in_a_browser(town: &Town) {
    let folder = project();
    assert!(
        folder.join("tests/browser/node_modules").exists(),
        "the browser's tests lack their packages: `npm ci --prefix tests/browser` installs them"
    );
    let output = Command::new("node")
        .arg(folder.join("tests/browser/run.mjs"))
        .args(["--front", &town.front, "--key", &town.key])
        .arg("--artifacts")
        .arg(folder.join("target/browser"))
        .output()
        .expect("node on PATH: install Node.js 20 or newer");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
}
