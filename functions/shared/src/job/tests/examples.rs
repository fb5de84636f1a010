//! Single moves, by example.

use super::*;
use crate::id::MessageId;

#[test]
fn each_entry_tells_the_customer() {
    let (mut job, notice) = created();
    let mut said = vec![(notice, job.version(), job.messages())];
    for transition in whole_way() {
        let moved = job.transition(transition, at(1)).unwrap();
        job = moved.job;
        said.push((moved.notice.unwrap(), job.version(), job.messages()));
    }
    let lines = said.iter().map(|(notice, version, messages)| {
        assert_eq!(u64::from(*messages), *version);
        format!("{} {:?}: {}", notice.id, notice.kind, notice.text.as_str())
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    7K3M9QX2-1 Created: Your job is confirmed. ID: 7K3M9QX2 Track: [link]
    7K3M9QX2-2 Assigned: Your tech Sam is on the way. ETA: Sun Nov 22, 8-10 am EST
    7K3M9QX2-3 InProgress: Service underway. Your tech just arrived.
    7K3M9QX2-4 Complete: Job done! Rate your experience: [link]
    7K3M9QX2-5 Rated: Thank you for rating. Here's your receipt: [link]
    ");
    assert_eq!(job.state(), State::Rated);
    assert_eq!(job.technician(), Some(&technician("Sam Lee", None)));
    assert_eq!(job.window(), Some(&window(60)));
    assert_eq!(job.charge(), Some(&charge(12_500)));
    assert_eq!(job.rating().unwrap().stars.get(), 5);
    assert_eq!(job.entered(State::Complete), Some(at(1)));
}

#[test]
fn another_assignment_is_told_as_far_as_the_customer_sees_it() {
    let assigned = || job([assign("Sam Lee", 60)]);
    let change = |technician: Technician, window: ArrivalWindow| {
        let next = Transition::Assigned { technician, window };
        let moved = assigned().transition(next, at(9)).unwrap();
        assert_eq!(moved.job.entered(State::Assigned), Some(at(1)));
        assert_eq!(
            moved.job.updated_at(),
            if moved.changed { at(9) } else { at(1) }
        );
        assert_eq!(moved.job.version(), if moved.changed { 3 } else { 2 });
        match moved.notice {
            Some(notice) => format!("{:?} {}", notice.kind, notice.text.as_str()),
            None => format!("changed: {}", moved.changed),
        }
    };
    let (sam, kim) = (technician("Sam Lee", None), technician("Kim Poe", None));
    let reachable = technician("Sam Lee", Some("+12025550143"));
    let renamed = ArrivalWindow::new(at(60), at(180), "US/Eastern").unwrap();
    insta::assert_snapshot!(change(sam.clone(), window(60)), @"changed: false");
    insta::assert_snapshot!(change(sam.clone(), window(120)), @"Changed Your ETA has changed. Sun Nov 22: was 8-10 am, now 9-11 am EST");
    insta::assert_snapshot!(change(kim.clone(), window(60)), @"Changed Your tech is now Kim. ETA: Sun Nov 22, 8-10 am EST");
    insta::assert_snapshot!(change(kim, window(1500)), @"Changed Your tech is now Kim, and your ETA has changed. Was Sun Nov 22, 8-10 am EST, now Mon Nov 23, 8-10 am EST");
    insta::assert_snapshot!(change(reachable, window(60)), @"changed: true");
    insta::assert_snapshot!(change(sam, renamed), @"changed: true");
}

#[test]
fn refusals_say_where_the_job_is_and_where_it_can_go() {
    let refused = |moves: &[Transition], next: Transition| {
        let error = job(moves.to_vec()).transition(next, at(9)).unwrap_err();
        error.to_string()
    };
    let way = whole_way();
    insta::assert_snapshot!(refused(&way[..0], Transition::InProgress {}), @"the job is CREATED and cannot become IN_PROGRESS; possible: ASSIGNED");
    insta::assert_snapshot!(refused(&way[..1], Transition::Created {}), @"the job is ASSIGNED and cannot become CREATED; possible: ASSIGNED, IN_PROGRESS");
    insta::assert_snapshot!(refused(&way[..2], rated(5)), @"the job is IN_PROGRESS and cannot become RATED; possible: COMPLETE");
    insta::assert_snapshot!(refused(&way, Transition::InProgress {}), @"the job is RATED and cannot become IN_PROGRESS; it is at its end");
    insta::assert_snapshot!(refused(&way, rated(4)), @"the job is RATED already, with another rating");
    insta::assert_snapshot!(refused(&way[..3], complete(Some(charge(1)))), @"the job is COMPLETE already, with another charge; a charge is changed by itself");
}

#[test]
fn a_repeated_completion_may_leave_the_charge_out_or_name_it_again() {
    let done = || job(whole_way().into_iter().take(3));
    for repeated in [None, Some(charge(12_500))] {
        let moved = done().transition(complete(repeated), at(9)).unwrap();
        assert_eq!((moved.changed, moved.notice), (false, None));
        // Also when it was paid meanwhile.
        let paid = done().set_charge(paid(12_500), at(8)).job;
        let moved = paid.clone().transition(complete(repeated), at(9)).unwrap();
        assert_eq!((moved.changed, &moved.job), (false, &paid));
    }
    let unpriced = job([assign("Sam", 60), Transition::InProgress {}, complete(None)]);
    let refused = unpriced.transition(complete(Some(charge(1))), at(9));
    assert_eq!(refused, Err(IllegalMove::OtherCharge));
}

#[test]
fn a_charge_may_be_set_in_any_state_and_stays_when_completion_names_none() {
    let way = whole_way();
    for length in 0..=way.len() {
        let moved = job(way[..length].to_vec()).set_charge(charge(900), at(9));
        assert_eq!((moved.changed, &moved.notice), (true, &None));
        assert_eq!(moved.job.charge(), Some(&charge(900)));
        let again = moved.job.clone().set_charge(charge(900), at(10));
        assert_eq!((again.changed, again.job), (false, moved.job));
    }
    let quoted = job(way[..2].to_vec()).set_charge(charge(900), at(8)).job;
    let kept = quoted
        .clone()
        .transition(complete(None), at(9))
        .unwrap()
        .job;
    assert_eq!(kept.charge(), Some(&charge(900)));
    let replaced = quoted
        .transition(complete(Some(charge(1))), at(9))
        .unwrap()
        .job;
    assert_eq!(replaced.charge(), Some(&charge(1)));
}

#[test]
fn a_renewed_link_keeps_its_id_until_the_generations_are_used_up() {
    let fresh = LinkId::from_bytes([9; 16]);
    let (mut job, _) = created();
    let first = job.link();
    for generation in 1..=255 {
        job = job.renew_link(fresh, at(1)).unwrap().0;
        assert_eq!((job.link(), job.generation()), (first, generation));
    }
    job = job.renew_link(fresh, at(1)).unwrap().0;
    assert_eq!((job.link(), job.generation()), (fresh, 0));
    assert_eq!(job.version(), 257);
}

#[test]
fn messages_are_numbered_through_until_the_thread_is_full() {
    let (job, _) = created();
    let (job, ids) = job.add_messages::<2>(at(1)).unwrap();
    assert_eq!(ids.map(|id| id.to_string()), ["7K3M9QX2-2", "7K3M9QX2-3"]);
    assert_eq!((job.messages(), job.version()), (3, 2));
    let nearly = Job {
        messages: MessageId::MAX_NUMBER - 1,
        ..job.clone()
    };
    assert!(nearly.clone().add_messages::<1>(at(2)).is_ok());
    assert_eq!(
        nearly.add_messages::<2>(at(2)),
        Err(IllegalMove::ThreadFull)
    );
    let full = Job {
        messages: MessageId::MAX_NUMBER,
        ..job
    };
    assert_eq!(
        full.clone().add_messages::<1>(at(2)),
        Err(IllegalMove::ThreadFull)
    );
    let refused = full.transition(assign("Sam", 60), at(2));
    assert_eq!(refused, Err(IllegalMove::ThreadFull));
}

#[test]
fn next_steps_follow_state_and_charge() {
    let mut said = Vec::new();
    let way = [
        assign("Sam", 60),
        Transition::InProgress {},
        complete(None),
        rated(5),
    ];
    for length in 0..=way.len() {
        let free = job(way[..length].to_vec());
        let due = free.clone().set_charge(charge(100), at(9)).job;
        let settled = due.clone().set_charge(paid(100), at(9)).job;
        assert_eq!(settled.next_steps(), free.next_steps());
        assert_eq!(due.next_step(), due.next_steps()[0]);
        let texts = |job: &Job| {
            let texts: Vec<_> = job.next_steps().iter().map(|step| step.text()).collect();
            texts.join(" + ")
        };
        said.push(format!(
            "{}: {} | {}",
            free.state(),
            texts(&free),
            texts(&due)
        ));
    }
    insta::assert_snapshot!(said.join("\n"), @r"
    CREATED: We are assigning your technician | We are assigning your technician
    ASSIGNED: Your technician is on the way | Your technician is on the way
    IN_PROGRESS: Service underway | Service underway
    COMPLETE: Rate your service | Payment due + Rate your service
    RATED: Your receipt | Payment due + Your receipt
    ");
}

#[test]
fn customers_have_one_to_three_numbers_each_once() {
    let customer = |last: &[u8]| {
        let numbers = last.iter().map(|last| format!("+1202555014{last}"));
        let phones = numbers.map(|number| PhoneNumber::parse(&number).unwrap());
        Customer::new(PersonName::new("Ada").unwrap(), phones.collect()).map(|_| ())
    };
    assert_eq!(customer(&[1]), Ok(()));
    assert_eq!(customer(&[3, 2, 1]), Ok(()));
    assert_eq!(customer(&[]), Err(CustomerError::PhoneCount));
    assert_eq!(customer(&[1, 2, 3, 4]), Err(CustomerError::PhoneCount));
    assert_eq!(customer(&[1, 2, 1]), Err(CustomerError::PhoneTwice));
}

#[test]
fn debug_shows_nobody() {
    let job = job(whole_way());
    insta::assert_snapshot!(format!("{job:?}"), @"Job { id: JobId(7K3M9QX2), state: Rated, version: 5, .. }");
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        job.customer(),
        job.address(),
        technician("Sam Lee", Some("+12025550143")),
        whole_way()
    );
    for hidden in ["Ada", "Byron", "2025550143", "Mill", "Sam", "Lee", "quick"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}
