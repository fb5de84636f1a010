//! The address of the carrier's number: put back when somebody changed it, and nothing else with it.

use reqwest::Method;
use serde_json::Value;

use super::town::Town;
use crate::checkout::Checkout;

/// A setting of the number that is nobody's business here.
const VOICE: &str = "http://127.0.0.1:9/voice";

/// What the number of the local carrier is set to.
pub struct Number<'a> {
    town: &'a Town,
    account: String,
    token: String,
}

impl<'a> Number<'a> {
    pub fn of(checkout: &Checkout, town: &'a Town) -> Self {
        let file = checkout.folder.join(".qdn/local/repos.env");
        let file = std::fs::read_to_string(file).unwrap();
        let value = |name: &str| {
            let mut lines = file.lines();
            let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            value.unwrap().to_owned()
        };
        Self {
            town,
            account: value("TWILIO_ACCOUNT_SID"),
            token: value("TWILIO_AUTH_TOKEN"),
        }
    }

    async fn ask(&self, method: Method, file: &str, form: &[(&str, &str)]) -> Value {
        let account = &self.account;
        let carrier = &self.town.carrier;
        let address =
            format!("{carrier}/2010-04-01/Accounts/{account}/IncomingPhoneNumbers{file}.json");
        let request = self.town.http.request(method, address);
        let request = request.basic_auth(account, Some(&self.token)).form(form);
        Town::ask(request, 200).await
    }

    pub async fn settings(&self) -> Value {
        let page = self.ask(Method::GET, "", &[]).await;
        page["incoming_phone_numbers"][0].clone()
    }

    pub async fn set(&self, form: &[(&str, &str)]) {
        let sid = self.settings().await["sid"].as_str().unwrap().to_owned();
        self.ask(Method::POST, &format!("/{sid}"), form).await;
    }

    /// Somebody points the number elsewhere; a plan tells just that, and an apply puts it back.
    pub async fn comes_back(&self, checkout: &Checkout) {
        let before = self.settings().await;
        let elsewhere = "http://127.0.0.1:9/elsewhere";
        self.set(&[("SmsUrl", elsewhere), ("VoiceUrl", VOICE)])
            .await;
        assert_eq!(checkout.planned(), ["carrier update number …0006"]);
        checkout.run(&["apply"], 0);
        assert!(checkout.planned().is_empty());
        let after = self.settings().await;
        assert_eq!(after["sms_url"], before["sms_url"]);
        assert_eq!(after["voice_url"], VOICE);
    }
}
