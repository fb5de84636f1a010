//! Shape times traffic times prices.

use std::fmt;

use qdn_shared::package::FunctionName;

use super::limits::{self, Limit, Sender};
use super::prices::{self, Price};
use super::traffic::{self, Traffic};
use super::{FunctionShape, Shape};
use crate::package::Architecture;

/// Days of a month.
pub const DAYS: u32 = 30;

const MINUTES: f64 = 1440.0 * 30.0;
const SECONDS: f64 = 60.0 * MINUTES;
/// Bytes of a GB on a bill.
const GB: f64 = 1e9;

/// Who sends the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// AWS Lambda.
    Lambda,
    /// Amazon API Gateway.
    ApiGateway,
    /// Amazon DynamoDB.
    DynamoDb,
    /// Amazon CloudFront.
    CloudFront,
    /// Amazon S3.
    S3,
    /// AWS Secrets Manager.
    SecretsManager,
    /// Amazon CloudWatch.
    CloudWatch,
    /// Amazon `EventBridge` Scheduler.
    Scheduler,
    /// Twilio.
    Carrier,
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lambda => "Lambda",
            Self::ApiGateway => "API Gateway",
            Self::DynamoDb => "DynamoDB",
            Self::CloudFront => "CloudFront",
            Self::S3 => "S3",
            Self::SecretsManager => "Secrets Manager",
            Self::CloudWatch => "CloudWatch",
            Self::Scheduler => "Scheduler",
            Self::Carrier => "Twilio",
        })
    }
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Who sends it.
    pub service: Service,
    /// What it is for.
    pub what: String,
    /// How much of it a month.
    pub quantity: f64,
    /// Its price.
    pub price: Price,
}

impl Line {
    /// Dollars a month.
    pub fn dollars(&self) -> f64 {
        self.price.of(self.quantity)
    }
}

/// A month's bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What was assumed.
    pub traffic: Traffic,
    /// Its lines, those of a service together.
    pub lines: Vec<Line>,
    /// The declared limits that the traffic exceeds.
    pub limits: Vec<Limit>,
    /// Whether the one sender among the lines carries the peak.
    pub sender: Sender,
}

impl Estimate {
    /// Dollars of one service.
    pub fn of(&self, service: Service) -> f64 {
        let lines = self.lines.iter().filter(|line| line.service == service);
        lines.map(Line::dollars).sum()
    }

    /// Dollars of AWS, all services.
    pub fn aws(&self) -> f64 {
        self.together() - self.of(Service::Carrier)
    }

    /// All dollars.
    pub fn together(&self) -> f64 {
        self.lines.iter().map(Line::dollars).sum()
    }
}

/// What a stack of this shape costs a month at this traffic.
pub fn estimate(shape: &Shape, traffic: Traffic) -> Estimate {
    let counts = Counts::of(traffic);
    let mut bill = Bill(Vec::new());
    functions(&mut bill, shape, &counts);
    requests(&mut bill, &counts);
    table(&mut bill, shape, &counts, traffic);
    standing(&mut bill, shape, &counts);
    logs(&mut bill, shape, &counts);
    bill.add(
        Service::Scheduler,
        "schedules",
        f64::from(shape.schedules) * MINUTES,
        prices::SCHEDULED,
    );
    let segments = f64::from(traffic.segments_per_job) * counts.jobs;
    bill.add(Service::Carrier, "texts", segments, prices::SEGMENTS);
    bill.add(Service::Carrier, "senders", 1.0, prices::NUMBERS);
    let mut lines = bill.0;
    lines.sort_by_key(|line| line.service);
    Estimate {
        traffic,
        lines,
        limits: limits::exceeded(shape, at_peak(counts.texts), at_peak(counts.calls)),
        sender: Sender::of(at_peak(segments)),
    }
}

/// So much in a month, as so much in a second at the peak.
fn at_peak(in_a_month: f64) -> f64 {
    in_a_month / SECONDS * f64::from(traffic::PEAK)
}

/// How much happens in a month.
struct Counts {
    jobs: f64,
    texts: f64,
    looks: f64,
    callbacks: f64,
    calls: f64,
}

impl Counts {
    fn of(traffic: Traffic) -> Self {
        let jobs = f64::from(traffic.jobs_per_day) * f64::from(DAYS);
        let texts = jobs * f64::from(traffic.texts_per_job);
        let looks = jobs * f64::from(traffic.looks_per_job);
        let callbacks = texts * f64::from(traffic::CALLBACKS_PER_TEXT);
        Self {
            jobs,
            texts,
            looks,
            callbacks,
            calls: jobs * f64::from(traffic::CHANGES) + looks + callbacks,
        }
    }

    /// Runs of a function, and the milliseconds of each.
    fn runs(&self, function: FunctionName) -> (f64, f64) {
        match function {
            FunctionName::Api => (self.calls, traffic::API_MS.into()),
            FunctionName::Relay => {
                let runs = self.texts * f64::from(traffic::RELAYS_PER_TEXT);
                (runs, traffic::RELAY_MS.into())
            }
            FunctionName::Upkeep => (MINUTES, traffic::UPKEEP_MS.into()),
        }
    }

    /// Instances of a function that are there at once at the peak, at least one.
    fn instances(&self, function: FunctionName) -> f64 {
        let (runs, millis) = self.runs(function);
        (at_peak(runs) * millis / 1000.0).ceil().max(1.0)
    }
}

struct Bill(Vec<Line>);

impl Bill {
    fn add(&mut self, service: Service, what: impl Into<String>, quantity: f64, price: Price) {
        self.0.push(Line {
            service,
            what: what.into(),
            quantity,
            price,
        });
    }
}

fn functions(bill: &mut Bill, shape: &Shape, counts: &Counts) {
    for (
        name,
        FunctionShape {
            memory_mb,
            architecture,
        },
    ) in &shape.functions
    {
        let (runs, millis) = counts.runs(*name);
        let seconds = runs * millis / 1000.0 * f64::from(*memory_mb) / 1024.0;
        let price = match architecture {
            Architecture::X86_64 => prices::LAMBDA_X86,
            Architecture::Arm64 => prices::LAMBDA_ARM,
        };
        bill.add(
            Service::Lambda,
            format!("{name}, requests"),
            runs,
            prices::LAMBDA_RUNS,
        );
        let what = format!("{name}, {memory_mb} MB {architecture}");
        bill.add(Service::Lambda, what, seconds, price);
    }
}

fn requests(bill: &mut Bill, counts: &Counts) {
    let files = counts.jobs * f64::from(traffic::PAGE_FILES);
    let bytes = counts.jobs * f64::from(traffic::PAGE_BYTES)
        + counts.calls * f64::from(traffic::ANSWER_BYTES);
    bill.add(
        Service::ApiGateway,
        "REST API",
        counts.calls,
        prices::REST_CALLS,
    );
    bill.add(
        Service::CloudFront,
        "requests",
        counts.calls + files,
        prices::EDGE_REQUESTS,
    );
    bill.add(
        Service::CloudFront,
        "transfer to viewers",
        bytes / GB,
        prices::EDGE_TRANSFER,
    );
    bill.add(
        Service::CloudFront,
        "edge function",
        files,
        prices::EDGE_FUNCTION,
    );
    bill.add(
        Service::CloudFront,
        "key value store",
        files,
        prices::EDGE_KEYS,
    );
    // `upkeep` reads the maintenance data; the page comes out of CloudFront's cache.
    bill.add(Service::S3, "requests", MINUTES, prices::OBJECT_READS);
    bill.add(
        Service::S3,
        "storage",
        traffic::OBJECT_GB.into(),
        prices::OBJECT_STORAGE,
    );
}

fn table(bill: &mut Bill, shape: &Shape, counts: &Counts, traffic: Traffic) {
    let moves = f64::from(traffic::CHANGES - 1);
    let writes = counts.jobs * f64::from(traffic::WRITES_TO_MAKE)
        + counts.jobs * moves * f64::from(traffic::WRITES_TO_MOVE)
        + counts.texts * f64::from(traffic::WRITES_PER_TEXT);
    let reads = counts.looks * f64::from(traffic::READS_PER_LOOK)
        + counts.callbacks * f64::from(traffic::READS_PER_CALLBACK)
        + MINUTES * f64::from(traffic::READS_PER_UPKEEP);
    let records = counts.texts * f64::from(traffic::RELAYS_PER_TEXT);
    let stored = counts.jobs * f64::from(traffic.months) * f64::from(traffic::JOB_BYTES) / GB;
    bill.add(Service::DynamoDb, "writes", writes, prices::TABLE_WRITES);
    bill.add(Service::DynamoDb, "reads", reads, prices::TABLE_READS);
    bill.add(
        Service::DynamoDb,
        "stream, read by Lambda",
        records,
        prices::STREAM_READS,
    );
    bill.add(Service::DynamoDb, "storage", stored, prices::TABLE_STORAGE);
    if shape.point_in_time_recovery {
        bill.add(
            Service::DynamoDb,
            "recovery to any second",
            stored,
            prices::TABLE_RECOVERY,
        );
    }
}

/// What costs the same whatever comes in, and what comes with the number of instances.
fn standing(bill: &mut Bill, shape: &Shape, counts: &Counts) {
    let instances: f64 = shape
        .functions
        .keys()
        .map(|name| counts.instances(*name))
        .sum();
    let each =
        f64::from(traffic::SECRETS_PER_FUNCTION) * SECONDS / f64::from(traffic::SECRETS_SECONDS);
    bill.add(
        Service::SecretsManager,
        "secrets",
        traffic::SECRETS.into(),
        prices::SECRETS_KEPT,
    );
    bill.add(
        Service::SecretsManager,
        "reads, at most",
        instances * each,
        prices::SECRETS_READ,
    );
    bill.add(
        Service::CloudWatch,
        "alarms",
        shape.alarms.into(),
        prices::ALARMS,
    );
    bill.add(
        Service::CloudWatch,
        "dashboards",
        shape.dashboards.into(),
        prices::DASHBOARDS,
    );
    bill.add(
        Service::CloudWatch,
        "metrics",
        traffic::METRICS.into(),
        prices::METRICS,
    );
}

fn logs(bill: &mut Bill, shape: &Shape, counts: &Counts) {
    let written = (counts.jobs * f64::from(traffic::LOG_BYTES)
        + MINUTES * f64::from(traffic::UPKEEP_LOG_BYTES))
        / GB;
    let kept = written * f64::from(shape.retention_days) / f64::from(DAYS);
    bill.add(
        Service::CloudWatch,
        "logs written",
        written,
        prices::LOGS_WRITTEN,
    );
    bill.add(Service::CloudWatch, "logs kept", kept, prices::LOGS_KEPT);
}
