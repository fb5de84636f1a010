//! Bills, added up by hand from the published prices.

use std::collections::BTreeMap;

use qdn_shared::package::FunctionName;

use super::prices::{self, Price};
use super::{Estimate, FunctionShape, Sender, Service, Shape, Traffic, estimate};
use crate::package::Architecture;

/// `stacks/prod.yaml`, written out.
pub(crate) fn shape() -> Shape {
    let function = |memory_mb| FunctionShape {
        memory_mb,
        architecture: Architecture::Arm64,
    };
    Shape {
        functions: BTreeMap::from([
            (FunctionName::Api, function(512)),
            (FunctionName::Relay, function(256)),
            (FunctionName::Upkeep, function(256)),
        ]),
        alarms: 15,
        dashboards: 1,
        schedules: 1,
        point_in_time_recovery: true,
        retention_days: 90,
        sends_per_second: 1,
        throttle_rate: 100,
    }
}

#[track_caller]
fn assert_dollars(found: f64, wanted: f64) {
    assert!(
        (found - wanted).abs() < 0.0005 * wanted.max(1.0),
        "{found} $, by hand {wanted} $"
    );
}

fn line(bill: &Estimate, service: Service, what: &str) -> (f64, f64) {
    let mut found = bill
        .lines
        .iter()
        .filter(|line| line.service == service && line.what == what);
    let line = found.next().unwrap_or_else(|| panic!("no line {what}"));
    assert!(found.next().is_none(), "{what} is there twice");
    (line.quantity, line.dollars())
}

/// 3,000 jobs, 15,000 texts, 21,000 segments, 30,000 looks, 45,000 callbacks, 90,000 calls.
#[test]
fn a_hundred_jobs_a_day() {
    let bill = estimate(&shape(), Traffic::of(100));
    for (service, what, quantity, dollars) in [
        // 0.20 a million.
        (Service::Lambda, "api, requests", 90_000.0, 0.018),
        (Service::Lambda, "relay, requests", 90_000.0, 0.018),
        (Service::Lambda, "upkeep, requests", 43_200.0, 0.0086),
        // 90,000 x 0.020 s x 0.5 GB, at 13.3334 a million.
        (Service::Lambda, "api, 512 MB arm64", 900.0, 0.0120),
        // 90,000 x 0.1 s x 0.25 GB.
        (Service::Lambda, "relay, 256 MB arm64", 2_250.0, 0.0300),
        // 43,200 x 0.1 s x 0.25 GB.
        (Service::Lambda, "upkeep, 256 MB arm64", 1_080.0, 0.0144),
        // 3.50 a million.
        (Service::ApiGateway, "REST API", 90_000.0, 0.315),
        // 3,000 x (10 + 4 x 7 + 5 x 22), at 0.625 a million.
        (Service::DynamoDb, "writes", 444_000.0, 0.2775),
        // 30,000 x 7 + 45,000 x 2 + 43,200 x 2, at 0.125 a million.
        (Service::DynamoDb, "reads", 386_400.0, 0.0483),
        (Service::DynamoDb, "stream, read by Lambda", 90_000.0, 0.0),
        // 3,000 x 12 x 7 kB.
        (Service::DynamoDb, "storage", 0.252, 0.0630),
        (Service::DynamoDb, "recovery to any second", 0.252, 0.0504),
        // 90,000 calls and 3,000 x 7 files, at 1.00 a million.
        (Service::CloudFront, "requests", 111_000.0, 0.111),
        // 3,000 x 36 kB + 90,000 x 1 kB.
        (Service::CloudFront, "transfer to viewers", 0.198, 0.0168),
        (Service::CloudFront, "edge function", 21_000.0, 0.0021),
        (Service::CloudFront, "key value store", 21_000.0, 0.0006),
        (Service::S3, "requests", 43_200.0, 0.0173),
        (Service::S3, "storage", 1.0, 0.023),
        (Service::SecretsManager, "secrets", 4.0, 1.60),
        // Three instances, three secrets, 8,640 times five minutes, at 5 a million.
        (Service::SecretsManager, "reads, at most", 77_760.0, 0.3888),
        (Service::CloudWatch, "alarms", 15.0, 1.50),
        (Service::CloudWatch, "dashboards", 1.0, 3.00),
        (Service::CloudWatch, "metrics", 8.0, 2.40),
        // 3,000 x 22 kB + 43,200 x 1 kB.
        (Service::CloudWatch, "logs written", 0.1092, 0.0546),
        // Three months of it.
        (Service::CloudWatch, "logs kept", 0.3276, 0.0098),
        (Service::Scheduler, "schedules", 43_200.0, 0.0432),
        (Service::Carrier, "texts", 21_000.0, 247.80),
        (Service::Carrier, "senders", 1.0, 1.15),
    ] {
        let (found, paid) = line(&bill, service, what);
        assert!(
            (found - quantity).abs() < 1e-6 * quantity,
            "{what}: {found}, by hand {quantity}"
        );
        assert_dollars(paid, dollars);
    }
    assert_eq!(bill.lines.len(), 28, "a line is missing above");
    assert_dollars(bill.of(Service::Carrier), 248.95);
    assert_dollars(bill.aws() + bill.of(Service::Carrier), bill.together());
    assert_dollars(bill.aws(), 10.0225);
}

/// 30 million jobs a month: the second tier of the REST API is reached, others are not.
#[test]
fn a_million_jobs_a_day() {
    let bill = estimate(&shape(), Traffic::of(1_000_000));
    // 900 million: 333 at 3.50, 567 at 2.80.
    assert_dollars(line(&bill, Service::ApiGateway, "REST API").1, 2753.10);
    // 4,440 million at 0.625.
    assert_dollars(line(&bill, Service::DynamoDb, "writes").1, 2775.00);
    // 30 million x 12 x 7 kB = 2,520 GB.
    assert_dollars(line(&bill, Service::DynamoDb, "storage").1, 630.00);
    // 30 million x 66 kB = 1,980 GB, all in the first tier.
    assert_dollars(
        line(&bill, Service::CloudFront, "transfer to viewers").1,
        168.30,
    );
    // 900 million x 0.1 s x 0.25 GB = 22.5 million GB·s.
    assert_dollars(
        line(&bill, Service::Lambda, "relay, 256 MB arm64").1,
        300.00,
    );
    // Peak: 900e6 / 2.592e6 x 4 = 1,388.9 a second; 28 of api, 139 of relay, 1 of upkeep.
    assert_dollars(
        line(&bill, Service::SecretsManager, "reads, at most").1,
        168.0 * 25_920.0 * 5e-6,
    );
    // 210 million segments.
    assert_dollars(line(&bill, Service::Carrier, "texts").1, 2_478_000.00);
}

#[test]
fn only_what_stands_costs_when_nothing_comes_in() {
    let bill = estimate(&shape(), Traffic::of(0));
    assert_dollars(line(&bill, Service::ApiGateway, "REST API").1, 0.0);
    assert_dollars(bill.of(Service::Carrier), 1.15);
    // 8.8888 of secrets, alarms, dashboard and metrics; upkeep, its logs, its reads, the bucket.
    assert_dollars(
        bill.aws(),
        8.8888 + 0.0230 + 0.0108 + 0.0403 + 0.0432 + 0.0255,
    );
}

#[test]
fn what_is_declared_decides() {
    let traffic = Traffic::of(10_000);
    let mut other = shape();
    other.point_in_time_recovery = false;
    other.alarms = 0;
    let api = FunctionShape {
        memory_mb: 1024,
        architecture: Architecture::X86_64,
    };
    other.functions.insert(FunctionName::Api, api);
    let bill = estimate(&other, traffic);
    // 9 million x 0.020 s x 1 GB, at 16.6667 a million.
    assert_dollars(
        line(&bill, Service::Lambda, "api, 1024 MB x86_64").1,
        3.0000,
    );
    assert_dollars(line(&bill, Service::CloudWatch, "alarms").1, 0.0);
    assert!(
        !bill
            .lines
            .iter()
            .any(|line| line.what.starts_with("recovery"))
    );
}

/// Each limit that is exceeded, with what is declared and what is needed.
#[track_caller]
fn assert_limits(bill: &Estimate, wanted: &[(&str, u32, f64)]) {
    let named = bill.limits.iter().map(|it| (it.setting, it.declared));
    let expected: Vec<(&str, u32)> = wanted.iter().map(|it| (it.0, it.1)).collect();
    assert_eq!(named.collect::<Vec<_>>(), expected);
    for (limit, (setting, _, needed)) in bill.limits.iter().zip(wanted) {
        assert!(
            (limit.needed - needed).abs() < 1e-3,
            "{setting}: {}, by hand {needed}",
            limit.needed
        );
    }
}

#[test]
fn a_small_traffic_is_let_through() {
    for jobs in [0, 100] {
        let bill = estimate(&shape(), Traffic::of(jobs));
        assert_limits(&bill, &[]);
        assert_eq!(bill.sender, Sender::Enough);
    }
}

/// 1.5 million texts and 9 million calls a month, four times the mean: 2.3 and 13.9 a second.
#[test]
fn ten_thousand_jobs_a_day_are_too_many_for_a_local_number() {
    let bill = estimate(&shape(), Traffic::of(10_000));
    assert_limits(&bill, &[("messages.sends_per_second", 1, 2.3148)]);
    assert_eq!(bill.sender, Sender::Faster);
}

/// 150 million texts, 210 million segments, 900 million calls.
#[test]
fn a_million_jobs_a_day_exceed_what_is_declared() {
    let traffic = Traffic::of(1_000_000);
    let bill = estimate(&shape(), traffic);
    let both = [
        ("messages.sends_per_second", 1, 231.4815),
        ("api.throttle.rate", 100, 1388.8889),
    ];
    assert_limits(&bill, &both);
    assert_eq!(bill.sender, Sender::Several);
    let mut raised = shape();
    raised.sends_per_second = 232;
    raised.throttle_rate = 1_388;
    let bill = estimate(&raised, traffic);
    assert_limits(&bill, &[("api.throttle.rate", 1_388, 1388.8889)]);
    // A pace that is declared makes no sender faster.
    assert_eq!(bill.sender, Sender::Several);
}

/// 4,320 jobs of five texts are 21,600 a day, one in four seconds, and one a second at the peak.
#[test]
fn what_is_just_reached_is_not_exceeded() {
    for (jobs_per_day, sends_per_second, sender, above) in [
        (4_320, 1, Sender::Enough, Sender::Faster),
        (432_000, 100, Sender::Faster, Sender::Several),
    ] {
        let mut shape = shape();
        shape.sends_per_second = sends_per_second;
        shape.throttle_rate = 10_000;
        let told = |jobs_per_day| {
            let traffic = Traffic {
                segments_per_job: Traffic::TEXTS,
                ..Traffic::of(jobs_per_day)
            };
            let bill = estimate(&shape, traffic);
            (bill.limits.len(), bill.sender)
        };
        assert_eq!(told(jobs_per_day), (0, sender));
        assert_eq!(told(jobs_per_day + 1), (1, above));
    }
}

#[test]
fn assumptions_can_be_others() {
    let traffic = Traffic {
        texts_per_job: 2,
        segments_per_job: Traffic::segments(2),
        looks_per_job: 0,
        months: 1,
        ..Traffic::of(100)
    };
    let bill = estimate(&shape(), traffic);
    // 3,000 x (5 + 2 x 3).
    assert!((line(&bill, Service::ApiGateway, "REST API").0 - 33_000.0).abs() < 1e-6);
    // 3,000 x 3 segments: 2 x 1.4, rounded up.
    assert_dollars(line(&bill, Service::Carrier, "texts").1, 106.20);
    assert_dollars(line(&bill, Service::DynamoDb, "storage").1, 0.00525);
}

#[test]
fn a_tier_counts_only_what_is_above_the_last() {
    let price = Price {
        tiers: &[(10.0, 3.0), (20.0, 2.0), (f64::INFINITY, 1.0)],
        per: 1.0,
        unit: "things",
        source: "nowhere",
    };
    for (quantity, dollars) in [
        (0.0, 0.0),
        (5.0, 15.0),
        (10.0, 30.0),
        (15.0, 40.0),
        (20.0, 50.0),
        (25.0, 55.0),
    ] {
        assert_dollars(price.of(quantity), dollars);
    }
}

#[test]
fn the_table_has_its_date_and_a_source_for_each_price() {
    assert!(prices::AS_OF.parse::<jiff::civil::Date>().is_ok());
    for line in estimate(&shape(), Traffic::of(1)).lines {
        let Price { tiers, source, .. } = line.price;
        assert!(source.contains('/'), "{}", line.what);
        assert!(
            tiers.last().is_some_and(|(end, _)| end.is_infinite()),
            "{}",
            line.what
        );
        assert!(
            tiers.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{}",
            line.what
        );
    }
}
