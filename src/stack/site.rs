//! The bucket of a site that this stack manages. Its objects are uploaded by the site layer.

use super::data::holding_data;
use super::{Error, names};
use crate::config::StackFile;
use crate::resource::cloudfront::Distribution;
use crate::resource::policy::{ConditionKey, Operator, Principal, Resources, Service, Statement};
use crate::resource::s3::{self, Bucket, BucketPolicy};
use crate::template::{Handle, Pseudo, TemplateBuilder, text};

/// Days that an overwritten or deleted page can be brought back.
const NONCURRENT_DAYS: u32 = 90;

pub(super) fn bucket(
    stack: &mut TemplateBuilder,
    file: &StackFile,
) -> Result<Handle<Bucket>, Error> {
    let bucket = Bucket::private(names::site_bucket(file), NONCURRENT_DAYS);
    Ok(stack.add("SiteBucket", holding_data(bucket, file.data))?)
}

/// Lets this distribution, and no other, read the bucket.
pub(super) fn readable_by(
    stack: &mut TemplateBuilder,
    bucket: &Handle<Bucket>,
    distribution: &Handle<Distribution>,
) -> Result<(), Error> {
    let arn = text![
        "arn:",
        Pseudo::Partition,
        ":cloudfront::",
        Pseudo::AccountId,
        ":distribution/",
        distribution
    ];
    let to_distribution = |statement: Statement| {
        statement
            .when(Operator::StringEquals, ConditionKey::SourceArn, &arn)
            .granted_to(Principal::Service(Service::CloudFront))
    };
    let read = Statement::allow(
        "ReadObjects",
        &["s3:GetObject"],
        Resources::these([s3::objects_of(bucket)]),
    )?;
    // Without this S3 answers 403 for a missing object, as if it were a secret, and visitors and search engines
    // read it so. It lists nothing to anybody: no behavior forwards a query, and `/` is `/index.html`.
    let tell_missing = Statement::allow(
        "TellMissing",
        &["s3:ListBucket"],
        Resources::these([bucket.arn().into()]),
    )?;
    let policy = BucketPolicy::tls_only(
        bucket,
        [to_distribution(read), to_distribution(tell_missing)],
    )?;
    stack.add("SiteBucketPolicy", policy)?;
    Ok(())
}
