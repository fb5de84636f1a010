//! Many at one moment, all of whom have read the same job before anybody writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use qdn_shared::api::samples;
use qdn_shared::message::MessageKind;
use qdn_shared::route::RouteName;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::scene::Scene;

const MANY: usize = 500;

#[tokio::test]
async fn each_state_is_entered_by_exactly_one_of_many() {
    let scene = Scene::default();
    let id = scene.job().await;
    for (number, (_, body)) in samples::requests(RouteName::MoveJob)
        .into_iter()
        .enumerate()
    {
        *scene.store.meeting.lock().unwrap() = Some(Arc::new(Barrier::new(MANY)));
        let mut tasks = JoinSet::new();
        for _ in 0..MANY {
            let ask = scene.ask(RouteName::MoveJob, &[&id]).json(&body);
            tasks.spawn(ask.send());
        }
        let mut statuses = BTreeMap::new();
        for answered in tasks.join_all().await {
            *statuses.entry(answered.status.as_u16()).or_insert(0) += 1;
        }
        *scene.store.meeting.lock().unwrap() = None;
        assert_eq!(statuses, BTreeMap::from([(200, 1), (409, MANY - 1)]));
        assert_eq!(scene.store.memory.messages().len(), number + 2);
    }
    let kinds: Vec<_> = scene
        .store
        .memory
        .messages()
        .iter()
        .map(|message| message.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            MessageKind::Created,
            MessageKind::Assigned,
            MessageKind::InProgress,
            MessageKind::Complete,
            MessageKind::Rated,
        ]
    );
    assert_eq!(scene.store.job_now(&id).version(), 5);
}
