//! What a resource of a type is in a drawing.

/// Where a box belongs; each is a column, but for the last, which stands below the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Where things begin: viewers, the clock.
    Begin,
    /// What they meet first.
    Entrance,
    /// What works.
    Function,
    /// What is kept.
    Data,
    /// Who looks after it.
    Watch,
}

impl Group {
    pub(super) const ALL: [Self; 5] = [
        Self::Begin,
        Self::Entrance,
        Self::Function,
        Self::Data,
        Self::Watch,
    ];

    /// For people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Begin => "where it begins",
            Self::Entrance => "entrance",
            Self::Function => "functions",
            Self::Data => "data and secrets",
            Self::Watch => "watch",
        }
    }

    /// For style sheets.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Entrance => "entrance",
            Self::Function => "function",
            Self::Data => "data",
            Self::Watch => "watch",
        }
    }
}

/// What a resource becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A box with this caption.
    Box(Group, &'static str),
    /// A line in the box of its kind.
    Alarm,
    /// A box to which what it refers to leads.
    Subscriber,
    /// Nothing by itself: whoever refers to it refers to what it refers to.
    Passage,
    /// An arrow from a source to a function, and from the function to where what fails goes.
    Stream,
    /// Arrows from a function to where what fails goes.
    Failures,
    /// A route: a line in an API's box, and an arrow from it to what answers.
    Route,
    /// A part of what is drawn already.
    Part,
}

/// What a resource of this type becomes. A type that nobody thought of is a box, so that nothing is forgotten.
pub(super) fn kind(resource_type: &str) -> Kind {
    match resource_type {
        "AWS::CloudFront::Distribution" => Kind::Box(Group::Begin, "CloudFront distribution"),
        "AWS::Scheduler::Schedule" => Kind::Box(Group::Begin, "schedule"),
        "AWS::CloudFront::Function" => Kind::Box(Group::Entrance, "function at the edge"),
        "AWS::ApiGateway::RestApi" => Kind::Box(Group::Entrance, "REST API"),
        "AWS::Lambda::Function" => Kind::Box(Group::Function, "Lambda function"),
        "AWS::DynamoDB::Table" => Kind::Box(Group::Data, "DynamoDB table"),
        "AWS::S3::Bucket" => Kind::Box(Group::Data, "S3 bucket"),
        "AWS::SQS::Queue" => Kind::Box(Group::Data, "SQS queue"),
        "AWS::CloudFront::KeyValueStore" => Kind::Box(Group::Data, "key value store"),
        "AWS::SNS::Topic" => Kind::Box(Group::Watch, "SNS topic"),
        "AWS::CloudWatch::Dashboard" => Kind::Box(Group::Watch, "dashboard"),
        "AWS::CloudWatch::Alarm" => Kind::Alarm,
        "AWS::SNS::Subscription" => Kind::Subscriber,
        "AWS::IAM::Role" => Kind::Passage,
        "AWS::Lambda::EventSourceMapping" => Kind::Stream,
        "AWS::Lambda::EventInvokeConfig" => Kind::Failures,
        "AWS::ApiGateway::Method" => Kind::Route,
        "AWS::ApiGateway::Deployment"
        | "AWS::ApiGateway::GatewayResponse"
        | "AWS::ApiGateway::Resource"
        | "AWS::ApiGateway::Stage"
        | "AWS::CloudFront::CachePolicy"
        | "AWS::CloudFront::OriginAccessControl"
        | "AWS::CloudFront::ResponseHeadersPolicy"
        | "AWS::Lambda::Permission"
        | "AWS::Logs::LogGroup"
        | "AWS::S3::BucketPolicy"
        | "AWS::SQS::QueuePolicy" => Kind::Part,
        _ => Kind::Box(Group::Data, "resource"),
    }
}

/// The column of a box: those of the watch run from left to right below the others.
pub(super) fn column(group: Group, resource_type: &str) -> usize {
    match (group, resource_type) {
        (Group::Begin, _) | (Group::Watch, "AWS::CloudWatch::Dashboard") => 0,
        (Group::Entrance, _) | (Group::Watch, "AWS::CloudWatch::Alarm") => 1,
        (Group::Function, _) | (Group::Watch, "AWS::SNS::Topic") => 2,
        (Group::Data | Group::Watch, _) => 3,
    }
}
