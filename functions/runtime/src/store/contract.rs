//! What every store has to do, as one sequence of calls with its expectations. The tests run it on the store in
//! memory, and end to end on a table.

use jiff::{SignedDuration, Timestamp};
use qdn_shared::charge::Charge;
use qdn_shared::id::{JobId, LinkId, MessageId};
use qdn_shared::job::{Customer, Job, NewJob, State};
use qdn_shared::message::{Entry, Inbound, Message, Policy, Sid};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::words::PersonName;

use super::{CommitError, JobQuery, Remembered, Store, Write};

/// Runs the sequence, on a table that holds no jobs yet. `seed` makes the ids.
///
/// # Panics
/// When the store does something else than the others.
pub async fn check(store: &dyn Store, seed: u8, now: Timestamp) {
    let jobs: Vec<Job> = (0..5).map(|number| job(seed, number, now)).collect();
    jobs_are_written_once_and_versions_counted(store, &jobs[0], now).await;
    lists_are_newest_first_and_paged(store, &jobs[1..]).await;
    messages_come_due(store, &jobs[0], now).await;
    a_commit_is_all_or_nothing(store, &jobs[0], seed, now).await;
    answers_numbers_and_sids_are_remembered(store, &jobs[0], seed, now).await;
    turns_are_given_one_after_the_other(store, seed, now).await;
}

fn job(seed: u8, number: u8, now: Timestamp) -> Job {
    let phone = PhoneNumber::parse("+15005550100").expect("a number");
    let name = PersonName::new("Ada").expect("a name");
    let new = NewJob {
        customer: Customer::new(name, vec![phone]).expect("one number"),
        address: None,
        notes: None,
    };
    let later = SignedDuration::from_millis(i64::from(number));
    let at = now.saturating_add(later).expect("a time of our days");
    let id = JobId::from_random([seed, number, 3, 4, 5]);
    Job::create(new, id, LinkId::from_bytes([seed ^ number; 16]), at).0
}

fn message(job: &Job, now: Timestamp) -> Message {
    let (_, notice) = Job::create(
        NewJob {
            customer: job.customer().clone(),
            address: None,
            notes: None,
        },
        job.id(),
        job.link(),
        now,
    );
    Message::to_customer(notice.id, notice.kind.into(), notice.text, job, now)
}

/// The job after any change.
fn changed(job: &Job, now: Timestamp) -> Job {
    let charge = Charge::new(100, "USD".parse().expect("a currency"), None).expect("a charge");
    job.clone().set_charge(charge, now).job
}

fn conflict(positions: &[usize]) -> Result<(), CommitError> {
    Err(CommitError::Conflict(positions.to_vec()))
}

async fn jobs_are_written_once_and_versions_counted(store: &dyn Store, job: &Job, now: Timestamp) {
    assert_eq!(store.job(&job.id()).await, Ok(None));
    let create = Write::CreateJob(job.clone());
    assert_eq!(store.commit(std::slice::from_ref(&create)).await, Ok(()));
    assert_eq!(store.commit(&[create]).await, conflict(&[0]));
    assert_eq!(store.job(&job.id()).await, Ok(Some(job.clone())));

    let renewed = changed(job, now);
    let update = Write::UpdateJob(renewed.clone());
    assert_eq!(store.commit(std::slice::from_ref(&update)).await, Ok(()));
    assert_eq!(store.commit(&[update]).await, conflict(&[0]));
    assert_eq!(store.job(&job.id()).await, Ok(Some(renewed)));
}

async fn lists_are_newest_first_and_paged(store: &dyn Store, jobs: &[Job]) {
    for job in jobs {
        assert_eq!(store.commit(&[Write::CreateJob(job.clone())]).await, Ok(()));
    }
    let mut query = JobQuery {
        state: Some(State::Created),
        limit: 2,
        after: None,
    };
    let first = store.jobs(&query).await.expect("a page");
    let ids: Vec<JobId> = first.items.iter().map(Job::id).collect();
    assert_eq!(ids, [jobs[3].id(), jobs[2].id()]);
    query.after = first.next;
    assert!(query.after.is_some());
    let second = store.jobs(&query).await.expect("a page");
    let ids: Vec<JobId> = second.items.iter().map(Job::id).collect();
    assert_eq!(ids, [jobs[1].id(), jobs[0].id()]);

    query.state = Some(State::Rated);
    let none = store.jobs(&query).await.expect("a page");
    assert_eq!((none.items, none.next), (vec![], None));
    query = JobQuery {
        state: None,
        limit: 4,
        after: None,
    };
    let all = store.jobs(&query).await.expect("a page");
    let ids: Vec<JobId> = all.items.iter().map(Job::id).collect();
    let newest: Vec<JobId> = jobs.iter().rev().map(Job::id).collect();
    assert_eq!(ids, newest);
}

async fn messages_come_due(store: &dyn Store, job: &Job, now: Timestamp) {
    let message = message(job, now);
    let create = Write::CreateMessage(message.clone());
    assert_eq!(store.commit(std::slice::from_ref(&create)).await, Ok(()));
    assert_eq!(store.commit(&[create]).await, conflict(&[0]));
    let entry = store.entry(&message.id).await.expect("an entry");
    assert_eq!(entry, Some(Entry::Outbound(message.clone())));

    let due = store.due(now, 500).await.expect("a list");
    assert!(due.contains(&(message.id, now)), "{due:?}");
    let early = now - SignedDuration::from_millis(1);
    let due = store.due(early, 500).await.expect("a list");
    assert!(due.iter().all(|(id, _)| *id != message.id));

    let later = message
        .claimed(now, &Policy::with_cascade(60))
        .expect("waiting");
    assert_eq!(
        store.commit(&[Write::UpdateMessage(later.clone())]).await,
        Ok(())
    );
    let due = store.due(now, 500).await.expect("a list");
    assert!(due.iter().all(|(id, _)| *id != message.id));
    assert_eq!(
        store.commit(&[Write::UpdateMessage(later)]).await,
        conflict(&[0])
    );
}

async fn a_commit_is_all_or_nothing(store: &dyn Store, job: &Job, seed: u8, now: Timestamp) {
    let sid: Sid = format!("SM{seed:032x}").parse().expect("a SID");
    let inbound = Inbound {
        id: MessageId::of(job.id(), 2).expect("a number"),
        sid: sid.clone(),
        from: PhoneNumber::parse("+15005550100").expect("a number"),
        text: String::new(),
        stop: false,
        received_at: now,
    };
    // The job was changed once already, so the first of these writes loses; the second is not done either.
    let stale = changed(job, now);
    let lost = [
        Write::UpdateJob(stale.clone()),
        Write::CreateInbound(inbound.clone()),
    ];
    assert_eq!(store.commit(&lost).await, conflict(&[0]));
    assert_eq!(store.entry(&inbound.id).await, Ok(None));

    let (current, [id]) = stale.add_messages(now).expect("room for a message");
    let inbound = Inbound { id, ..inbound };
    let won = [
        Write::UpdateJob(current),
        Write::CreateInbound(inbound.clone()),
        Write::OwnSid(sid.clone(), inbound.id, now),
    ];
    assert_eq!(store.commit(&won).await, Ok(()));
    assert_eq!(store.owner(&sid).await, Ok(Some(inbound.id)));
    let other = MessageId::of(job.id(), 9).expect("a number");
    let foreign = [Write::OwnSid(sid.clone(), other, now)];
    assert_eq!(store.commit(&foreign).await, conflict(&[0]));
    let own = [Write::OwnSid(sid, inbound.id, now)];
    assert_eq!(store.commit(&own).await, Ok(()));

    let thread = job.id().into();
    let first = store.entries(&thread, 1, None).await.expect("a page");
    assert_eq!(first.items.len(), 1);
    let rest = store
        .entries(&thread, 10, first.next.as_ref())
        .await
        .expect("a page");
    assert_eq!(
        (rest.items, rest.next),
        (vec![Entry::Inbound(inbound)], None)
    );
}

async fn answers_numbers_and_sids_are_remembered(
    store: &dyn Store,
    job: &Job,
    seed: u8,
    now: Timestamp,
) {
    let answer = Remembered {
        operation: "create-job".to_owned(),
        key: format!("{seed:064x}"),
        fingerprint: "f".repeat(64),
        status: 201,
        location: "/api/jobs/x".to_owned(),
        body: "{}".to_owned(),
        expires_at: now.as_second() + 60,
    };
    let remember = [Write::Remember(answer.clone(), now)];
    assert_eq!(store.commit(&remember).await, Ok(()));
    assert_eq!(store.commit(&remember).await, conflict(&[0]));
    let kept = |at| store.remembered("create-job", &answer.key, at);
    assert!(
        kept(now)
            .await
            .expect("an answer")
            .is_some_and(|kept| kept == answer)
    );
    let over = now + SignedDuration::from_secs(60);
    assert!(kept(over).await.expect("an answer").is_none());
    let again = [Write::Remember(answer.clone(), over)];
    assert_eq!(store.commit(&again).await, Ok(()));

    let number = PhoneNumber::parse(&format!("+1500555{:04}", u16::from(seed))).expect("a number");
    let point = [Write::PointPhone(number.clone(), job.id())];
    assert_eq!(store.commit(&point).await, Ok(()));
    for since in [Some(now), None] {
        let opt = [Write::OptOut(number.clone(), since)];
        assert_eq!(store.commit(&opt).await, Ok(()));
        let status = store.phone(&number).await.expect("a status");
        assert_eq!((status.job, status.opted_out_at), (Some(job.id()), since));
    }

    let link = LinkId::from_bytes([seed; 16]);
    let create = [Write::CreateLink(link, job.id())];
    assert_eq!(store.commit(&create).await, Ok(()));
    assert_eq!(store.commit(&create).await, conflict(&[0]));
    assert_eq!(store.job_of_link(&link).await, Ok(Some(job.id())));
    assert_eq!(store.commit(&[Write::RemoveLink(link)]).await, Ok(()));
    assert_eq!(store.job_of_link(&link).await, Ok(None));
}

async fn turns_are_given_one_after_the_other(store: &dyn Store, seed: u8, now: Timestamp) {
    let sender = format!("+1500555{:04}", u16::from(seed));
    let step = SignedDuration::from_millis(100);
    let within = SignedDuration::from_millis(250);
    let mut turns = Vec::new();
    for at in [0, 0, 0, 0, 0, 50, 1000] {
        let at = now + SignedDuration::from_millis(at);
        let turn = store.turn(&sender, at, step, within).await.expect("a turn");
        turns.push(turn.map(|turn| turn.duration_since(now).as_millis()));
    }
    // Whoever is told that a turn is too far away takes none from others.
    let expected = [
        Some(0),
        Some(100),
        Some(200),
        None,
        None,
        Some(300),
        Some(1000),
    ];
    assert_eq!(turns, expected);
}
