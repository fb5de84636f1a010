//! The table of prices: public ones of us-east-1, in US dollars, without free tiers, discounts and taxes. Whoever
//! relies on a figure checks its source first; whoever changes one changes [`AS_OF`] as well, and docs/scaling.md.

/// When the table was last gone through.
pub const AS_OF: &str = "2026-11-26";

/// The region that the prices are of. CloudFront's are those of the United States.
pub const REGION: &str = "us-east-1";

/// What something costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Dollars for `per` units, by volume: up to how many units a month, and how much. The last has no end.
    pub tiers: &'static [(f64, f64)],
    /// How many units the dollars are for.
    pub per: f64,
    /// What is counted, as `calls`.
    pub unit: &'static str,
    /// Where the price is published.
    pub source: &'static str,
}

impl Price {
    /// Dollars for so many units in one month.
    pub fn of(&self, quantity: f64) -> f64 {
        let mut from = 0.0;
        let mut dollars = 0.0;
        for (up_to, price) in self.tiers {
            let in_tier = (quantity.min(*up_to) - from).max(0.0);
            dollars += in_tier / self.per * price;
            from = *up_to;
        }
        dollars
    }
}

const fn price(
    tiers: &'static [(f64, f64)],
    per: f64,
    unit: &'static str,
    source: &'static str,
) -> Price {
    Price {
        tiers,
        per,
        unit,
        source,
    }
}

const MILLION: f64 = 1e6;
const ANY: f64 = f64::INFINITY;

const LAMBDA: &str = "aws.amazon.com/lambda/pricing";
const GATEWAY: &str = "aws.amazon.com/api-gateway/pricing";
const DYNAMODB: &str = "aws.amazon.com/dynamodb/pricing/on-demand";
const CLOUDFRONT: &str = "aws.amazon.com/cloudfront/pricing/pay-as-you-go";
const S3: &str = "aws.amazon.com/s3/pricing";
const SECRETS: &str = "aws.amazon.com/secrets-manager/pricing";
const CLOUDWATCH: &str = "aws.amazon.com/cloudwatch/pricing";
const SCHEDULER: &str = "aws.amazon.com/eventbridge/pricing";
const TWILIO: &str = "www.twilio.com/en-us/sms/pricing/us";

pub const LAMBDA_RUNS: Price = price(&[(ANY, 0.20)], MILLION, "runs", LAMBDA);
pub const LAMBDA_X86: Price = price(
    &[(6e9, 16.6667), (15e9, 15.0), (ANY, 13.3334)],
    MILLION,
    "GB·s",
    LAMBDA,
);
pub const LAMBDA_ARM: Price = price(
    &[(7.5e9, 13.3334), (18.75e9, 12.0001), (ANY, 10.6667)],
    MILLION,
    "GB·s",
    LAMBDA,
);
pub const REST_CALLS: Price = price(
    &[(333e6, 3.50), (1e9, 2.80), (20e9, 2.38), (ANY, 1.51)],
    MILLION,
    "calls",
    GATEWAY,
);
pub const TABLE_WRITES: Price = price(&[(ANY, 0.625)], MILLION, "units", DYNAMODB);
pub const TABLE_READS: Price = price(&[(ANY, 0.125)], MILLION, "units", DYNAMODB);
pub const TABLE_STORAGE: Price = price(&[(ANY, 0.25)], 1.0, "GB", DYNAMODB);
pub const TABLE_RECOVERY: Price = price(&[(ANY, 0.20)], 1.0, "GB", DYNAMODB);
/// What Lambda reads from a stream on a table's behalf is not charged.
pub const STREAM_READS: Price = price(&[(ANY, 0.0)], MILLION, "records", DYNAMODB);
pub const EDGE_REQUESTS: Price = price(&[(ANY, 1.00)], MILLION, "requests", CLOUDFRONT);
pub const EDGE_TRANSFER: Price = price(
    &[
        (10_240.0, 0.085),
        (51_200.0, 0.080),
        (153_600.0, 0.060),
        (512_000.0, 0.040),
        (1_048_576.0, 0.030),
        (5_242_880.0, 0.025),
        (ANY, 0.020),
    ],
    1.0,
    "GB",
    CLOUDFRONT,
);
pub const EDGE_FUNCTION: Price = price(&[(ANY, 0.10)], MILLION, "runs", CLOUDFRONT);
pub const EDGE_KEYS: Price = price(&[(ANY, 0.03)], MILLION, "reads", CLOUDFRONT);
pub const OBJECT_READS: Price = price(&[(ANY, 0.40)], MILLION, "reads", S3);
pub const OBJECT_STORAGE: Price = price(&[(ANY, 0.023)], 1.0, "GB", S3);
pub const SECRETS_KEPT: Price = price(&[(ANY, 0.40)], 1.0, "secrets", SECRETS);
pub const SECRETS_READ: Price = price(&[(ANY, 5.00)], MILLION, "reads", SECRETS);
pub const LOGS_WRITTEN: Price = price(&[(ANY, 0.50)], 1.0, "GB", CLOUDWATCH);
pub const LOGS_KEPT: Price = price(&[(ANY, 0.03)], 1.0, "GB", CLOUDWATCH);
pub const ALARMS: Price = price(&[(ANY, 0.10)], 1.0, "metrics", CLOUDWATCH);
pub const DASHBOARDS: Price = price(&[(ANY, 3.00)], 1.0, "dashboards", CLOUDWATCH);
pub const METRICS: Price = price(&[(10_000.0, 0.30), (ANY, 0.10)], 1.0, "metrics", CLOUDWATCH);
pub const SCHEDULED: Price = price(&[(ANY, 1.00)], MILLION, "starts", SCHEDULER);
/// 0.0083 of Twilio's and some 0.0035 of the recipient's carrier; a large sender pays less.
pub const SEGMENTS: Price = price(&[(ANY, 0.0118)], 1.0, "segments", TWILIO);
pub const NUMBERS: Price = price(&[(ANY, 1.15)], 1.0, "local numbers", TWILIO);
