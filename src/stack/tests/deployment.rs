//! When the REST API is deployed anew: whenever anything in the snapshot changes, and at no other time.

use proptest::prelude::*;
use qdn_shared::package::FunctionName;
use qdn_shared::route::{Method, PathTemplate};

use super::fixture::{EDGE_SOURCE, a_file, environment};
use crate::config::{MemoryMb, RetentionDays, StackFile};
use crate::package::Architecture;
use crate::resource::lambda::Function;
use crate::stack::api::{self, Endpoint};
use crate::stack::declare;
use crate::stack::functions::{self, Surroundings};
use crate::stack::permissions::Targets;
use crate::template::{Handle, TemplateBuilder};

/// The deployment's logical id in an API with these endpoints.
fn deployment_of(file: &StackFile, endpoints: &[Endpoint]) -> String {
    let mut stack = TemplateBuilder::new("test");
    let function = answering(&mut stack, file);
    api::rest_api(&mut stack, file, endpoints, &function).unwrap();
    let template = stack.build().unwrap();
    only_deployment(
        template
            .resources()
            .map(|(id, entry)| (id, entry.resource_type())),
    )
}

/// The function behind the API.
fn answering(stack: &mut TemplateBuilder, file: &StackFile) -> Handle<Function> {
    let targets = Targets {
        table: "table".into(),
        dead_letters: "queue".into(),
        site_bucket: "bucket".into(),
    };
    let surroundings = Surroundings::new(
        stack,
        file,
        Architecture::Arm64,
        "table".into(),
        "bucket".into(),
        targets,
    )
    .unwrap();
    functions::declare(stack, &surroundings, FunctionName::Api).unwrap()
}

fn only_deployment<'a>(resources: impl Iterator<Item = (&'a str, &'static str)>) -> String {
    let mut deployments = resources
        .filter(|(_, kind)| *kind == "AWS::ApiGateway::Deployment")
        .map(|(id, _)| id);
    let id = deployments.next().unwrap().to_owned();
    assert_eq!(deployments.next(), None);
    id
}

fn endpoint(path: &'static str, methods: &[Method]) -> Endpoint {
    Endpoint {
        path: PathTemplate::new(path),
        methods: methods.to_vec(),
    }
}

fn jobs() -> Vec<Endpoint> {
    vec![
        endpoint("/api/health", &[Method::Get]),
        endpoint("/api/jobs", &[Method::Get, Method::Post]),
        endpoint("/api/jobs/{jobId}", &[Method::Get]),
    ]
}

#[test]
fn a_route_more_or_less_is_a_new_deployment() {
    let file = environment("prod");
    let before = deployment_of(&file, &jobs());
    let mut more = jobs();
    more.push(endpoint("/api/jobs/{jobId}/messages", &[Method::Post]));
    let mut fewer = jobs();
    fewer[1].methods.pop();
    let mut renamed = jobs();
    renamed[2] = endpoint("/api/jobs/{id}", &[Method::Get]);
    let all = [
        before,
        deployment_of(&file, &more),
        deployment_of(&file, &fewer),
        deployment_of(&file, &renamed),
    ];
    for (index, id) in all.iter().enumerate() {
        assert!(!all[..index].contains(id), "{all:?}");
    }
}

#[test]
fn another_origin_in_the_gateway_responses_is_a_new_deployment() {
    let file = environment("prod");
    let mut moved = file.clone();
    moved.api.dashboard_origin = file.api.allowed_origins[1].clone();
    assert_ne!(
        deployment_of(&file, &jobs()),
        deployment_of(&moved, &jobs())
    );
}

#[test]
fn what_is_not_in_the_snapshot_changes_nothing() {
    let file = environment("prod");
    let mut other = file.clone();
    other.api.throttle.rate += 1;
    other.cache.data_seconds += 1;
    other.functions.api.memory_mb = MemoryMb::new(1024).unwrap();
    other.logs.retention_days = RetentionDays::new(1).unwrap();
    other.alarms = None;
    assert_ne!(file, other);
    let id = |file| {
        let template = declare(file, Architecture::Arm64, EDGE_SOURCE).unwrap();
        only_deployment(
            template
                .resources()
                .map(|(id, entry)| (id, entry.resource_type())),
        )
    };
    assert_eq!(id(&file), id(&other));
    let mut reordered = jobs();
    reordered.reverse();
    assert_eq!(
        deployment_of(&file, &jobs()),
        deployment_of(&file, &reordered)
    );
}

prop_compose! {
    fn some_endpoints()(
        chosen in prop::collection::btree_map(
            "/api(/(\\{x\\}|[ab])){1,3}",
            prop::sample::subsequence(Method::ALL, 1..=2),
            1..8,
        )
    ) -> Vec<Endpoint> {
        chosen
            .into_iter()
            .filter_map(|(path, methods)| Some(Endpoint { path: PathTemplate::parse(path.leak()).ok()?, methods }))
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_one_endpoint_matters(file in a_file(), mut endpoints in some_endpoints(), index in any::<prop::sample::Index>()) {
        prop_assume!(!endpoints.is_empty());
        let before = deployment_of(&file, &endpoints);
        endpoints.reverse();
        prop_assert_eq!(&before, &deployment_of(&file, &endpoints));
        endpoints.remove(index.index(endpoints.len()));
        prop_assert_ne!(&before, &deployment_of(&file, &endpoints));
    }
}

#[test]
fn every_route_is_deployed() {
    let file = environment("prod");
    let template = declare(&file, Architecture::Arm64, EDGE_SOURCE).unwrap();
    let methods = template
        .resources()
        .filter(|(_, entry)| entry.resource_type() == "AWS::ApiGateway::Method")
        .count();
    assert_eq!(
        methods,
        qdn_shared::route::ROUTES.len() + qdn_shared::route::paths().count()
    );
}
