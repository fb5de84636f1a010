//! `POST /api/carrier/inbound/…`: the carrier says that somebody sent us a text. What it is, the carrier is asked.
//! It is stored with the sender's latest job and passed on to the operator's lines, in one transaction. A word by
//! which somebody opts out is noted, and answered by nobody but the carrier; of somebody with a job the lines hear it,
//! because `CANCEL` may be meant for the job, and our texts do not reach them any more.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use qdn_runtime::carrier::Fetched;
use qdn_runtime::store::{CommitError, Write};
use qdn_shared::credentials::{CarrierCredentials, Line, Sender};
use qdn_shared::id::{JobId, MessageId, ThreadId};
use qdn_shared::message::{Contact, Inbound, Message, MessageKind, Sid};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::problem::ProblemKind;
use qdn_shared::segments::SmsText;

use crate::Api;
use crate::asked::Asked;
use crate::auth::Carrier;
use crate::idempotency::pause;
use crate::refusal::Refusal;

/// How often a text is stored because somebody else changed its job.
const TRIES: u32 = 8;
/// Words by which somebody opts out, as the carrier knows them.
const STOP: [&str; 8] = [
    "STOP",
    "UNSUBSCRIBE",
    "END",
    "QUIT",
    "STOPALL",
    "REVOKE",
    "OPTOUT",
    "CANCEL",
];
/// Words by which somebody opts in again.
const START: [&str; 3] = ["START", "UNSTOP", "YES"];
/// Says that we answer nothing.
const NO_ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

/// Takes in a text. A text that is stored already is left as it is.
pub async fn inbound(api: &Api, _: Carrier, asked: &Asked) -> Result<Response, Refusal> {
    let mut reader = asked.reader();
    let sid = reader.form_field::<Sid>("MessageSid");
    let sid = reader.done(sid)?;
    if api.store().owner(&sid).await?.is_none() {
        // A carrier that does not know its own text yet shall call again.
        let fetched = api.messaging.fetch(&sid).await?;
        let fetched = fetched.ok_or(Refusal::of(ProblemKind::NotFound))?;
        if let Some(text) = text_to_us(api, fetched).await? {
            store(api, &text).await?;
        } else {
            tracing::warn!(%sid, "not a text that the carrier took in for us");
        }
    }
    Ok(no_answer())
}

/// A text that came in.
struct Text {
    sid: Sid,
    from: PhoneNumber,
    /// It comes from a phone of ours: one of the operator's lines, or the number that sends.
    ours: bool,
    body: String,
}

impl Text {
    /// Its only word, if it is one of these; case and space do not matter.
    fn is_one_of(&self, words: &[&str]) -> bool {
        let word = self.body.trim().to_ascii_uppercase();
        words.contains(&word.as_str())
    }
}

/// What the carrier has, if that is a text to us.
async fn text_to_us(api: &Api, fetched: Fetched) -> Result<Option<Text>, Refusal> {
    let credentials = api.messaging.credentials.get(api.now()).await?;
    let from = PhoneNumber::parse(&fetched.from).ok();
    let text = from.filter(|_| is_to_us(&fetched, &credentials));
    Ok(text.map(|from| Text {
        sid: fetched.sid,
        ours: is_ours(&from, &credentials),
        from,
        body: fetched.body,
    }))
}

/// Texts of our own have a status of their way out. Behind a messaging service there can be several numbers.
fn is_to_us(fetched: &Fetched, credentials: &CarrierCredentials) -> bool {
    let to_our_number = match credentials.from() {
        Sender::Number(number) => fetched.to == number.as_str(),
        Sender::Service(_) => true,
    };
    fetched.status.is_none() && to_our_number
}

/// A line may answer by itself. Passed on to the lines, its answer would be answered again, without end.
fn is_ours(from: &PhoneNumber, credentials: &CarrierCredentials) -> bool {
    let sends = matches!(credentials.from(), Sender::Number(number) if number == from);
    sends
        || Line::ALL
            .iter()
            .any(|line| credentials.contact(*line) == from)
}

async fn store(api: &Api, text: &Text) -> Result<(), Refusal> {
    for attempt in 0..TRIES {
        let writes = writes(api, text, api.now()).await?;
        match api.store().commit(&writes).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Conflict(_)) => pause(api, attempt).await,
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        // The carrier may call twice at one moment.
        if api.store().owner(&text.sid).await?.is_some() {
            return Ok(());
        }
    }
    Err(Refusal::contended())
}

/// Everything that follows from a text.
async fn writes(api: &Api, text: &Text, now: Timestamp) -> Result<Vec<Write>, Refusal> {
    let known = api.store().phone(&text.from).await?;
    let (stop, start) = (text.is_one_of(&STOP), text.is_one_of(&START));
    let returns = start && known.opted_out_at.is_some();
    // Said once, whatever else is said after it.
    let leaves = stop && known.job.is_some() && known.opted_out_at.is_none();
    let passed_on =
        !text.ours && (!stop || leaves) && (!start || !returns && text.is_one_of(&["YES"]));
    let mut writes = Vec::new();
    let (first, second) = match known.job {
        Some(job) => places_with(api, job, passed_on, now, &mut writes).await?,
        None => None,
    }
    .map_or_else(|| places_apart(&text.sid), Ok)?;
    let job = first.thread().job();
    writes.push(Write::CreateInbound(Inbound {
        id: first,
        sid: text.sid.clone(),
        from: text.from.clone(),
        text: text.body.clone(),
        stop,
        received_at: now,
    }));
    writes.push(Write::OwnSid(text.sid.clone(), first, now));
    if stop {
        writes.push(Write::OptOut(text.from.clone(), Some(now)));
    } else if returns {
        writes.push(Write::OptOut(text.from.clone(), None));
    }
    if passed_on {
        let lines = Line::ALL.iter().copied().map(Contact::Line).collect();
        let words = relayed(text, job.as_ref(), stop);
        let message = Message::new(second, MessageKind::Relayed, words, lines, now);
        writes.push(Write::CreateMessage(message));
    }
    Ok(writes)
}

/// The next places in a job's thread; none when the job is gone or its thread is full.
async fn places_with(
    api: &Api,
    id: JobId,
    both: bool,
    now: Timestamp,
    writes: &mut Vec<Write>,
) -> Result<Option<(MessageId, MessageId)>, Refusal> {
    let Some(job) = api.store().job(&id).await? else {
        return Ok(None);
    };
    let places = if both {
        job.add_messages(now)
            .map(|(job, [text, copy])| (job, text, copy))
    } else {
        job.add_messages(now).map(|(job, [text])| (job, text, text))
    };
    // A full thread takes nothing more: the text gets a thread of its own.
    let Ok((job, first, second)) = places else {
        return Ok(None);
    };
    writes.push(Write::UpdateJob(job));
    Ok(Some((first, second)))
}

/// The places in a thread of the text's own.
fn places_apart(sid: &Sid) -> Result<(MessageId, MessageId), Refusal> {
    let thread = ThreadId::inbound(sid.as_str());
    let place = |number| {
        MessageId::of(thread, number).map_err(|_| Refusal::Broken("a thread begins with 1"))
    };
    Ok((place(1)?, place(2)?))
}

/// What the operator's lines get: who wrote, about what, and the words, cut where they are too long for one text.
fn relayed(text: &Text, job: Option<&JobId>, opted_out: bool) -> SmsText {
    const CUT: &str = "...";
    let from = text.from.as_str();
    let about = job.map_or_else(|| "no job".to_owned(), |job| format!("job {job}"));
    let opted_out = if opted_out { ", opted out" } else { "" };
    let begin = format!("From {from} ({about}{opted_out}): ");
    let body = text.body.trim();
    let body = if body.is_empty() { "(no words)" } else { body };
    let room = SmsText::LIMIT - begin.len();
    let body = if body.encode_utf16().count() <= room {
        body.to_owned()
    } else {
        let mut units = CUT.len();
        let fitting: String = body
            .chars()
            .take_while(|character| {
                units += character.len_utf16();
                units <= room
            })
            .collect();
        fitting + CUT
    };
    SmsText::passed_on(&(begin + &body)).expect("it begins with our own words")
}

fn no_answer() -> Response {
    let mut response = Response::new(Body::from(NO_ANSWER));
    *response.status_mut() = StatusCode::OK;
    let xml = HeaderValue::from_static("text/xml");
    response.headers_mut().insert(header::CONTENT_TYPE, xml);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(body: &str) -> Text {
        Text {
            sid: format!("SM{}", "0".repeat(32)).parse().unwrap(),
            from: PhoneNumber::parse("+12025550143").unwrap(),
            ours: false,
            body: body.to_owned(),
        }
    }

    #[test]
    fn the_lines_read_who_wrote_about_what() {
        let job: JobId = "7K3M9QX2".parse().unwrap();
        let said = |body, job| relayed(&text(body), job, false).as_str().to_owned();
        insta::assert_snapshot!(said(" Thank you!\n", Some(&job)), @"From +12025550143 (job 7K3M9QX2): Thank you!");
        insta::assert_snapshot!(said("See [link]\tnow", None), @"From +12025550143 (no job): See (link) now");
        insta::assert_snapshot!(said("", None), @"From +12025550143 (no job): (no words)");
        let opted_out = relayed(&text("Cancel"), Some(&job), true);
        insta::assert_snapshot!(opted_out.as_str(), @"From +12025550143 (job 7K3M9QX2, opted out): Cancel");
    }

    #[test]
    fn words_count_alone() {
        for body in ["STOP", " stop \n", "Cancel", "OptOut"] {
            assert!(text(body).is_one_of(&STOP), "{body}");
        }
        for body in ["Please stop", "STOP!", "", "STOP STOP"] {
            assert!(!text(body).is_one_of(&STOP), "{body}");
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_passed_on(body in "\\PC{0,1700}") {
            let passed = relayed(&text(&body), None, false);
            let units = passed.as_str().encode_utf16().count();
            prop_assert!(units <= SmsText::LIMIT);
            let whole = body.trim().encode_utf16().count() + "From +12025550143 (no job): ".len();
            prop_assert_eq!(passed.as_str().ends_with("..."), whole > SmsText::LIMIT || body.trim().ends_with("..."));
        }
    }
}
