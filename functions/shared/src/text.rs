//! The texts that customers get. They are stored with [`LINK_PLACEHOLDER`] where a tracking link goes; a link
//! opens the job to whoever has it, so it is put in only when a text is sent.

use crate::id::JobId;
use crate::segments::{SmsText, TextError};
use crate::window::ArrivalWindow;

/// Stands for the tracking link in a stored text.
pub const LINK_PLACEHOLDER: &str = "[link]";

/// The longest link that always fits: `https://`, the longest domain name, `/track?jobToken=` and a token.
pub const LINK_ROOM: usize = 340;

/// The text as it is sent, with the link in place of each placeholder. Fails only for a link that is longer than
/// [`LINK_ROOM`], or that no text may hold.
pub fn render(text: &SmsText, link_url: &str) -> Result<SmsText, TextError> {
    SmsText::new(&text.as_str().replace(LINK_PLACEHOLDER, link_url))
}

/// The job was taken in.
pub fn created(id: JobId) -> SmsText {
    written(&format!(
        "Your job is confirmed. ID: {id} Track: {LINK_PLACEHOLDER}"
    ))
}

/// A technician comes.
pub fn assigned(name: &str, window: &ArrivalWindow) -> SmsText {
    let window = window.describe();
    written(&format!("Your tech {name} is on the way. ETA: {window}"))
}

/// Another technician comes, in the same window.
pub fn technician_changed(name: &str, window: &ArrivalWindow) -> SmsText {
    let window = window.describe();
    written(&format!("Your tech is now {name}. ETA: {window}"))
}

/// The same technician comes in another window.
pub fn window_changed(was: &ArrivalWindow, now: &ArrivalWindow) -> SmsText {
    let change = now.describe_change(was);
    written(&format!("Your ETA has changed. {change}"))
}

/// Another technician comes, in another window.
pub fn both_changed(name: &str, was: &ArrivalWindow, now: &ArrivalWindow) -> SmsText {
    let change = now.describe_change(was);
    written(&format!(
        "Your tech is now {name}, and your ETA has changed. {change}"
    ))
}

/// The technician is there.
pub fn in_progress() -> SmsText {
    written("Service underway. Your tech just arrived.")
}

/// The job is done.
pub fn complete() -> SmsText {
    written("Job done! Rate your experience: [link]")
}

/// The customer rated.
pub fn rated() -> SmsText {
    written("Thank you for rating. Here's your receipt: [link]")
}

/// Earlier tracking links are void.
pub fn new_link() -> SmsText {
    written("Here's your new tracking link: [link]")
}

/// Names are short and without control characters by their type, so none of our texts is refused.
fn written(text: &str) -> SmsText {
    SmsText::new(text).expect("our texts are short and plain")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::{Encoding, Segments};

    fn windows() -> [ArrivalWindow; 2] {
        [18, 19].map(|hour| {
            let [start, end] =
                [hour, hour + 2].map(|hour| format!("2026-11-22T{hour}:00:00Z").parse().unwrap());
            ArrivalWindow::new(start, end, "America/New_York").unwrap()
        })
    }

    fn all() -> Vec<SmsText> {
        let [was, now] = windows();
        vec![
            created("7K3M9QX2".parse().unwrap()),
            assigned("Sam", &was),
            in_progress(),
            complete(),
            rated(),
            window_changed(&was, &now),
            technician_changed("Kim", &was),
            both_changed("Kim", &was, &now),
            new_link(),
        ]
    }

    #[test]
    fn texts_are_as_designed() {
        let texts: Vec<_> = all().iter().map(|text| text.as_str().to_owned()).collect();
        insta::assert_snapshot!(texts.join("\n"), @r"
        Your job is confirmed. ID: 7K3M9QX2 Track: [link]
        Your tech Sam is on the way. ETA: Sun Nov 22, 1-3 pm EST
        Service underway. Your tech just arrived.
        Job done! Rate your experience: [link]
        Thank you for rating. Here's your receipt: [link]
        Your ETA has changed. Sun Nov 22: was 1-3 pm, now 2-4 pm EST
        Your tech is now Kim. ETA: Sun Nov 22, 1-3 pm EST
        Your tech is now Kim, and your ETA has changed. Sun Nov 22: was 1-3 pm, now 2-4 pm EST
        Here's your new tracking link: [link]
        ");
    }

    #[test]
    fn each_text_is_one_segment_with_a_link_of_ours() {
        let link = format!("https://quickdumpnow.com/track?jobToken={}", "A".repeat(56));
        for text in all() {
            let sent = render(&text, &link).unwrap();
            let Segments {
                encoding, count, ..
            } = sent.segments();
            assert_eq!((encoding, count), (Encoding::Gsm7, 1), "{}", sent.as_str());
            assert!(!sent.as_str().contains(LINK_PLACEHOLDER));
        }
    }

    #[test]
    fn a_link_that_has_room_always_fits() {
        let longest = SmsText::new(&format!("{}[link]", "x".repeat(1260))).unwrap();
        assert!(render(&longest, &"l".repeat(LINK_ROOM)).is_ok());
        let too_long = render(&longest, &"l".repeat(LINK_ROOM + 1));
        assert_eq!(too_long, Err(TextError::TooLong { units: 1601 }));
    }

    #[test]
    fn a_text_without_placeholder_stays() {
        let text = in_progress();
        assert_eq!(render(&text, "https://x").as_ref(), Ok(&text));
    }
}
