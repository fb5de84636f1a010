//! What has to be so for a command to work: items with their verdicts, and those of the cloud. Every item is looked at,
//! whatever becomes of the others. Reads only.

mod permissions;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::names::Names;
use crate::config::{DistributionId, StackFile};
use crate::hint::Hint as _;
use crate::ports::{Caller, CloudError, ErrorKind, Ports, WebRequest};

/// Clocks may differ by so much: a lock that ran out is left alone for this long, and AWS refuses requests soon after.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What, in a few words.
    pub item: String,
    /// How it is.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// How a thing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// As it should be.
    Good {
        /// What was found.
        found: String,
    },
    /// It does no harm yet.
    Warning {
        /// What was found.
        found: String,
        /// What mends it.
        fix: String,
    },
    /// A command will fail by it.
    Bad {
        /// What was found.
        found: String,
        /// What mends it.
        fix: String,
    },
    /// Nobody could look.
    NotChecked {
        /// Why.
        why: String,
    },
}

impl Item {
    /// An item.
    pub fn new(item: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            item: item.into(),
            verdict,
        }
    }
}

impl Verdict {
    /// As it should be.
    pub fn good(found: impl Into<String>) -> Self {
        Self::Good {
            found: found.into(),
        }
    }

    /// It does no harm yet.
    pub fn warning(found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Warning {
            found: found.into(),
            fix: fix.into(),
        }
    }

    /// A command will fail by it.
    pub fn bad(found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Bad {
            found: found.into(),
            fix: fix.into(),
        }
    }

    /// Nobody could look.
    pub fn not_checked(why: impl Into<String>) -> Self {
        Self::NotChecked { why: why.into() }
    }

    fn of_cloud(error: &CloudError) -> Self {
        if error.kind == ErrorKind::Unsupported {
            return Self::not_checked("not supported here");
        }
        let fix = error
            .hint()
            .unwrap_or_else(|| "see the service's message".into());
        Self::bad(error.to_string(), fix)
    }
}

/// The cloud that is looked at.
pub struct CloudToCheck<'a> {
    /// Name of the environment.
    pub environment: &'a str,
    /// Its stack file.
    pub file: &'a StackFile,
    /// The account that it is declared for, 12 digits; none when nobody has said.
    pub account: Option<&'a str>,
    /// The distribution, where it is not the stack's own and its id was given.
    pub distribution: Option<&'a DistributionId>,
    /// Addresses that commands speak with: a name, and where it answers.
    pub endpoints: Vec<(String, String)>,
}

/// Where the services of AWS answer that commands speak with, and the carrier.
pub fn endpoints(region: &str, account: Option<&str>) -> Vec<(String, String)> {
    let regional = [
        "sts",
        "cloudformation",
        "s3",
        "lambda",
        "apigateway",
        "dynamodb",
        "secretsmanager",
        "logs",
    ];
    let regional = regional.map(|service| format!("{service}.{region}.amazonaws.com"));
    let global = ["cloudfront.amazonaws.com", "iam.amazonaws.com"].map(str::to_owned);
    let stores = account.map(|account| format!("{account}.cloudfront-kvs.global.api.aws"));
    let carrier = ["api.twilio.com", "messaging.twilio.com"].map(str::to_owned);
    let hosts = regional.into_iter().chain(global).chain(stores);
    hosts
        .chain(carrier)
        .map(|host| {
            let address = format!("https://{host}/");
            (host, address)
        })
        .collect()
}

/// Looks at everything at once, and at what the caller may do once it is known who that is.
pub async fn check_cloud(cloud: &CloudToCheck<'_>, ports: &Ports) -> Vec<Item> {
    let answers = cloud
        .endpoints
        .iter()
        .map(|(name, address)| reached(ports, name, address));
    let (caller, answers) =
        futures::join!(ports.identity.caller(), futures::future::join_all(answers));
    let skews: Vec<SignedDuration> = answers.iter().filter_map(|(_, skew)| *skew).collect();
    let mut items = vec![
        Item::new("credentials", credentials(cloud, &caller)),
        Item::new("clock", clock(&skews)),
    ];
    items.extend(answers.into_iter().map(|(item, _)| item));
    let caller = caller.ok().filter(|caller| {
        let expected = cloud.account;
        expected.is_none_or(|expected| expected == caller.account)
    });
    items.extend(match caller {
        Some(caller) => {
            let names = Names::of(cloud.file, &caller.account);
            permissions::check(ports, &caller, cloud, &names).await
        }
        None => {
            permissions::not_checked("it is not known who asks, or it is another account's caller")
        }
    });
    items
}

fn credentials(cloud: &CloudToCheck<'_>, caller: &Result<Caller, CloudError>) -> Verdict {
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return Verdict::of_cloud(error),
    };
    let found = format!("{} in account {}", caller.arn, caller.account);
    match cloud.account {
        Some(expected) if expected != caller.account => Verdict::bad(
            format!(
                "{found}, and {} is declared for account {expected}",
                cloud.environment
            ),
            "sign in to that account, e.g. with another AWS_PROFILE, or choose with `--env`",
        ),
        Some(_) => Verdict::good(found),
        None => Verdict::warning(
            format!(
                "{found}; for which account {} is declared, nobody has said",
                cloud.environment
            ),
            "set the variables that the stack file names",
        ),
    }
}

/// Whether anything answers there, and by how much its clock goes ahead of ours.
async fn reached(ports: &Ports, name: &str, address: &str) -> (Item, Option<SignedDuration>) {
    let item = format!("network {name}");
    let request = WebRequest {
        method: "GET",
        url: address.to_owned(),
        headers: Vec::new(),
        body: None,
    };
    match ports.web.send(&request).await {
        // Whatever it says: it is there, and speaks HTTP.
        Ok(answer) => {
            let theirs = answer.headers.get("date").and_then(|date| read_date(date));
            let skew = theirs.map(|theirs| theirs.duration_since(ports.clock.now()));
            (Item::new(item, Verdict::good("answers")), skew)
        }
        Err(error) => {
            // The last of what it says is the cause; the rest repeats the address.
            let cause = error.message.rsplit(": ").next().unwrap_or_default();
            let verdict = Verdict::bad(
                format!("no answer: {cause}"),
                "look at this machine's network, firewall and HTTPS_PROXY, and at the stack file's region",
            );
            (Item::new(item, verdict), None)
        }
    }
}

/// A `Date` header.
fn read_date(text: &str) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(date.timestamp())
}

/// Of several servers, the one that is nearest to us: an answer that took long looks like a clock that is behind.
fn clock(skews: &[SignedDuration]) -> Verdict {
    let Some(skew) = skews.iter().min_by_key(|skew| skew.abs()) else {
        return Verdict::not_checked("no server said what time it is");
    };
    let seconds = skew.as_secs();
    let found = match seconds {
        0 => "as the servers' clocks".to_owned(),
        1.. => format!("{seconds} s behind the servers' clocks"),
        ..0 => format!("{} s ahead of the servers' clocks", -seconds),
    };
    if skew.abs() > SKEW {
        Verdict::bad(
            found,
            "set the clock by the network, e.g. `sudo timedatectl set-ntp true`",
        )
    } else {
        Verdict::good(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_the_nearest_server() {
        let verdict = |seconds: &[i64]| {
            let skews = seconds.iter().copied().map(SignedDuration::from_secs);
            clock(&skews.collect::<Vec<_>>())
        };
        assert_eq!(verdict(&[0, -9]), Verdict::good("as the servers' clocks"));
        assert_eq!(
            verdict(&[-60]),
            Verdict::good("60 s ahead of the servers' clocks")
        );
        let Verdict::Bad { found, fix } = verdict(&[61, 300]) else {
            panic!("61 s is too much");
        };
        assert_eq!(found, "61 s behind the servers' clocks");
        assert!(fix.contains("timedatectl"), "{fix}");
        assert!(matches!(verdict(&[]), Verdict::NotChecked { .. }));
    }

    #[test]
    fn a_date_header_is_a_time() {
        let at = read_date("Thu, 26 Nov 2026 19:02:11 GMT");
        assert_eq!(at, "2026-11-26T19:02:11Z".parse().ok());
        assert_eq!(read_date("yesterday"), None);
    }

    #[test]
    fn every_service_is_asked_where_it_answers() {
        let named = endpoints("eu-west-1", Some("123456789012"));
        let hosts: Vec<&str> = named.iter().map(|(host, _)| host.as_str()).collect();
        assert!(hosts.contains(&"cloudformation.eu-west-1.amazonaws.com"));
        assert!(hosts.contains(&"123456789012.cloudfront-kvs.global.api.aws"));
        assert!(
            named
                .iter()
                .all(|(host, url)| *url == format!("https://{host}/"))
        );
        assert_eq!(endpoints("eu-west-1", None).len(), named.len() - 1);
    }
}
