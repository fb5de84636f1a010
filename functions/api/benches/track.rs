//! A warm `GET /api/track` through the router, on a table in memory: what the function itself needs for the page that
//! customers open.

#[path = "../tests/scene/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests need more of the scene")]
mod scene;

use criterion::{Criterion, criterion_group, criterion_main};
use qdn_shared::route::RouteName;
use scene::Scene;

fn track(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let scene = Scene::default();
    let ask = runtime.block_on(async {
        let id = scene.job_after(4).await;
        let ask = scene.ask_with(RouteName::Track, &scene.token(&id));
        assert_eq!(ask.clone().send().await.status, 200);
        ask
    });
    criterion.bench_function("track", |bencher| {
        bencher.iter(|| runtime.block_on(ask.clone().send()));
    });
}

criterion_group!(benches, track);
criterion_main!(benches);
