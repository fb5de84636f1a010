//! Which function sees the requests of a distribution's default behavior first.

use super::Refusal;
use super::parts::{Config, items};
use super::wanted::VIEWER_REQUEST;

/// The ARN of the function that the default behavior of a configuration carries for viewers' requests; none when it
/// carries none. `config` is the XML that CloudFront returned.
pub fn default_function(config: &str) -> Result<Option<String>, Refusal> {
    let config = Config::parse(config)?;
    let mut attached = items(config.default_behavior(), "FunctionAssociations").into_iter();
    let first = attached.find(|one| one.text_of("EventType") == VIEWER_REQUEST);
    Ok(first.map(|one| one.text_of("FunctionARN")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(associations: &str) -> String {
        format!(
            "<DistributionConfig><Origins><Quantity>0</Quantity></Origins><DefaultCacheBehavior>\
             {associations}</DefaultCacheBehavior></DistributionConfig>"
        )
    }

    #[test]
    fn only_a_function_that_sees_requests_counts() {
        let attached = |event: &str| {
            config(&format!(
                "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>\
                 <FunctionARN>arn:ours</FunctionARN><EventType>{event}</EventType>\
                 </FunctionAssociation></Items></FunctionAssociations>"
            ))
        };
        let found = |config: &str| default_function(config).unwrap();
        assert_eq!(
            found(&attached("viewer-request")).as_deref(),
            Some("arn:ours")
        );
        assert_eq!(found(&attached("viewer-response")), None);
        assert_eq!(found(&config("")), None);
        assert!(default_function("<DistributionConfig/>").is_err());
    }
}
