//! S3: artifacts, page, maintenance data.
//!
//! Objects that are not there are told apart from those that are somebody else's only to whoever may list the bucket,
//! hence `s3:ListBucket` beside reads.

use super::{Operation, row};
use crate::permissions::Purpose::{self, Administer, Deploy, Preview};
use crate::permissions::Target::{
    self, AdoptedBucket, Artifacts, ArtifactsBucket, KeptPages, Packages, Page, Pages, Records,
    SeedObject, SiteBucket, Templates,
};
use crate::permissions::{Need, need};
use crate::ports::Service;

const BOTH: &[Target] = &[ArtifactsBucket, SiteBucket];

pub(super) const OPERATIONS: &[Operation] = &[
    objects(
        "GetObject",
        &[
            (Preview, need(&["s3:GetObject"], &[Records, SeedObject])),
            (Preview, need(&["s3:ListBucket"], BOTH)),
            // An earlier release is put back from them.
            (Deploy, need(&["s3:GetObject"], &[KeptPages])),
        ],
    ),
    objects(
        "HeadObject",
        &[
            (Preview, need(&["s3:GetObject"], &[Page, SeedObject])),
            (Deploy, need(&["s3:GetObject"], &[KeptPages, Packages])),
            (Preview, need(&["s3:ListBucket"], BOTH)),
        ],
    ),
    objects(
        "ListObjectsV2",
        &[(Preview, need(&["s3:ListBucket"], BOTH))],
    ),
    objects(
        "PutObject",
        &[
            (Preview, need(&["s3:PutObject"], &[Templates])),
            (
                Deploy,
                need(&["s3:PutObject"], &[KeptPages, Packages, Records, Page]),
            ),
        ],
    ),
    objects(
        "DeleteObject",
        &[(Deploy, need(&["s3:DeleteObject"], &[Records]))],
    ),
    objects(
        "DeleteObjects",
        &[
            (Deploy, need(&["s3:DeleteObject"], &[Records, Page])),
            (
                Administer,
                need(&["s3:DeleteObject"], &[Artifacts, Pages, SeedObject]),
            ),
            (
                Administer,
                need(&["s3:DeleteObjectVersion"], &[Artifacts, Pages]),
            ),
        ],
    ),
    objects(
        "ListObjectVersions",
        &[(Administer, need(&["s3:ListBucketVersions"], BOTH))],
    ),
    objects(
        "DeleteBucket",
        &[(
            Administer,
            need(&["s3:DeleteBucket"], &[ArtifactsBucket, SiteBucket]),
        )],
    ),
    objects(
        "GetBucketPolicy",
        &[(Preview, need(&["s3:GetBucketPolicy"], &[AdoptedBucket]))],
    ),
    objects(
        "PutBucketPolicy",
        &[(Deploy, need(&["s3:PutBucketPolicy"], &[AdoptedBucket]))],
    ),
    objects(
        "DeleteBucketPolicy",
        &[(Deploy, need(&["s3:DeleteBucketPolicy"], &[AdoptedBucket]))],
    ),
];

const fn objects(name: &'static str, needs: &'static [(Purpose, Need)]) -> Operation {
    row(Service::S3, name, needs)
}
