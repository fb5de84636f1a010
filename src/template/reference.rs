//! Handles: the only way to refer to a resource or a parameter. A handle comes from the builder that holds
//! what it stands for, so nothing can refer to what does not exist.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize, Serializer};

use super::{LogicalId, Text};

/// The properties of one resource type.
pub trait Resource: Serialize {
    /// For example `AWS::S3::Bucket`.
    const TYPE: &'static str;
    /// What `Fn::GetAtt` can return.
    type Attribute: AttributeName;
}

/// The attributes of a resource type, spelled as `Fn::GetAtt` wants them.
pub trait AttributeName: Copy {
    /// As `Fn::GetAtt` wants it.
    fn name(self) -> &'static str;
}

/// The attributes of a resource type that has none: no value of this type exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAttribute {}

impl AttributeName for NoAttribute {
    fn name(self) -> &'static str {
        match self {}
    }
}

/// A resource type with an attribute that holds its Amazon Resource Name.
pub trait HasArn: Resource {
    /// That attribute.
    const ARN: Self::Attribute;
}

/// Which builder a reference belongs to. Never written to a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct BuilderId(u64);

impl BuilderId {
    pub(super) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// What `Ref` or `Fn::GetAtt` points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    pub(super) builder: BuilderId,
    pub(super) target: LogicalId,
    /// `None` is `Ref`.
    pub(super) attribute: Option<String>,
}

/// Stands for a declared resource of type `R`. As a property it is the resource's `Ref`.
///
/// ```
/// # use qdn_infra::resource::s3::{Bucket, BucketAttribute, BucketPolicy};
/// # use qdn_infra::template::TemplateBuilder;
/// let mut builder = TemplateBuilder::new("example");
/// let bucket = builder.add("Bucket", Bucket::private("name".into(), 30))?;
/// let domain = bucket.attribute(BucketAttribute::RegionalDomainName);
/// builder.add("Policy", BucketPolicy::tls_only(&bucket, [])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An attribute of another resource type does not compile:
///
/// ```compile_fail,E0308
/// # use qdn_infra::resource::s3::{Bucket, BucketAttribute, BucketPolicy};
/// # use qdn_infra::resource::iam::RoleAttribute;
/// # use qdn_infra::template::TemplateBuilder;
/// let mut builder = TemplateBuilder::new("example");
/// let bucket = builder.add("Bucket", Bucket::private("name".into(), 30))?;
/// let domain = bucket.attribute(RoleAttribute::RoleId);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nor does a reference to a resource of another type, or to none:
///
/// ```compile_fail,E0308
/// # use qdn_infra::resource::s3::{Bucket, BucketAttribute, BucketPolicy};
/// # use qdn_infra::template::TemplateBuilder;
/// let mut builder = TemplateBuilder::new("example");
/// let bucket = builder.add("Bucket", Bucket::private("name".into(), 30))?;
/// let policy = builder.add("Policy", BucketPolicy::tls_only(&bucket, [])?)?;
/// builder.add("PolicyOfAPolicy", BucketPolicy::tls_only(&policy, [])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail,E0308
/// # use qdn_infra::resource::s3::{Bucket, BucketAttribute, BucketPolicy};
/// # use qdn_infra::template::TemplateBuilder;
/// let mut builder = TemplateBuilder::new("example");
/// builder.add("Policy", BucketPolicy::tls_only("Bucket", [])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Handle<R> {
    builder: BuilderId,
    target: LogicalId,
    resource: PhantomData<fn() -> R>,
}

impl<R> Handle<R> {
    pub(super) fn new(builder: BuilderId, target: LogicalId) -> Self {
        Self {
            builder,
            target,
            resource: PhantomData,
        }
    }

    /// Under which the template holds it.
    pub fn logical_id(&self) -> &LogicalId {
        &self.target
    }

    /// For `DependsOn`, where resources of all types meet.
    pub fn dependency(&self) -> Dependency {
        Dependency {
            builder: self.builder,
            target: self.target.clone(),
        }
    }

    fn reference(&self, attribute: Option<&str>) -> Reference {
        Reference {
            builder: self.builder,
            target: self.target.clone(),
            attribute: attribute.map(str::to_owned),
        }
    }
}

impl<R: Resource> Handle<R> {
    /// `Fn::GetAtt`.
    pub fn attribute(&self, attribute: R::Attribute) -> Text {
        self.reference(Some(attribute.name())).into()
    }
}

impl<R: HasArn> Handle<R> {
    /// The resource's Amazon Resource Name.
    pub fn arn(&self) -> Arn<R> {
        Arn {
            text: self.attribute(R::ARN),
            resource: PhantomData,
        }
    }
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self::new(self.builder, self.target.clone())
    }
}

impl<R> fmt::Debug for Handle<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Handle").field(&self.target).finish()
    }
}

impl<R> From<&Handle<R>> for Text {
    fn from(handle: &Handle<R>) -> Self {
        handle.reference(None).into()
    }
}

impl<R> Serialize for Handle<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Text::from(self).serialize(serializer)
    }
}

/// The Amazon Resource Name of a declared resource of type `R`.
pub struct Arn<R> {
    text: Text,
    resource: PhantomData<fn() -> R>,
}

impl<R> Clone for Arn<R> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            resource: PhantomData,
        }
    }
}

impl<R> fmt::Debug for Arn<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Arn").field(&self.text).finish()
    }
}

impl<R> From<Arn<R>> for Text {
    fn from(arn: Arn<R>) -> Self {
        arn.text
    }
}

impl<R> Serialize for Arn<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

/// Stands for a declared parameter. As a property it is the parameter's value.
#[derive(Debug, Clone)]
pub struct ParameterHandle {
    builder: BuilderId,
    target: LogicalId,
}

impl ParameterHandle {
    pub(super) fn new(builder: BuilderId, target: LogicalId) -> Self {
        Self { builder, target }
    }
}

impl From<&ParameterHandle> for Text {
    fn from(handle: &ParameterHandle) -> Self {
        Reference {
            builder: handle.builder,
            target: handle.target.clone(),
            attribute: None,
        }
        .into()
    }
}

/// A resource that another waits for.
#[derive(Debug, Clone)]
pub struct Dependency {
    pub(super) builder: BuilderId,
    pub(super) target: LogicalId,
}

/// Says which CloudFormation type a properties struct is, and which attributes that type has:
/// `resource!(Bucket, "AWS::S3::Bucket", BucketAttribute { Arn => "Arn" })`.
macro_rules! resource {
    ($properties:ty, $type:literal) => {
        impl $crate::template::Resource for $properties {
            const TYPE: &'static str = $type;
            type Attribute = $crate::template::NoAttribute;
        }
    };
    ($properties:ty, $type:literal, $attribute:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        #[doc = concat!("What `Fn::GetAtt` returns for `", $type, "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $attribute {
            $(#[doc = concat!("`", $name, "`")] $variant),+
        }

        impl $crate::template::AttributeName for $attribute {
            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl $crate::template::Resource for $properties {
            const TYPE: &'static str = $type;
            type Attribute = $attribute;
        }
    };
}
pub(crate) use resource;
