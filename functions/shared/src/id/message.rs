//! The id of a message.

use std::fmt;
use std::str::FromStr;

use super::{IdError, ThreadId};
use crate::json_text::json_as_text;

/// The id of a message: its thread and its number there, `7K3M9QX2-1`. Numbers run from 1 to
/// [`MessageId::MAX_NUMBER`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    thread: ThreadId,
    number: u32,
}

impl MessageId {
    /// The last number of a thread: sort keys write it with six digits.
    pub const MAX_NUMBER: u32 = 999_999;

    /// The message of this number in a thread; an error for 0 and beyond [`MessageId::MAX_NUMBER`].
    pub fn of(thread: impl Into<ThreadId>, number: u32) -> Result<Self, IdError> {
        if number == 0 || number > Self::MAX_NUMBER {
            return Err(IdError::Message);
        }
        Ok(MessageId {
            thread: thread.into(),
            number,
        })
    }

    /// The thread that it belongs to.
    pub const fn thread(&self) -> ThreadId {
        self.thread
    }

    /// Its number in the thread, from 1.
    pub const fn number(&self) -> u32 {
        self.number
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.thread, self.number)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MessageId({self})")
    }
}

impl FromStr for MessageId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (thread, number) = text.split_once('-').ok_or(IdError::Message)?;
        let one_spelling =
            number.bytes().all(|digit| digit.is_ascii_digit()) && !number.starts_with('0');
        let number = number
            .parse()
            .ok()
            .filter(|_| one_spelling)
            .ok_or(IdError::Message)?;
        let thread: ThreadId = thread.parse().map_err(|_| IdError::Message)?;
        MessageId::of(thread, number)
    }
}

json_as_text!(
    MessageId,
    pattern: "^([0-9A-HJKMNP-TV-Z]{8}|[AI][0-9A-HJKMNP-TV-Z]{16})-[1-9][0-9]{0,5}$"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::JobId;
    use proptest::prelude::*;

    #[test]
    fn looks_as_agreed() {
        let job: JobId = "7K3M9QX2".parse().unwrap();
        assert_eq!(MessageId::of(job, 1).unwrap().to_string(), "7K3M9QX2-1");
        assert_eq!(MessageId::of(job, 0), Err(IdError::Message));
        assert_eq!(MessageId::of(job, 1_000_000), Err(IdError::Message));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "7K3M9QX2",
            "7K3M9QX2-",
            "7K3M9QX2-0",
            "7K3M9QX2-01",
            "7K3M9QX2-+1",
            "7K3M9QX2--1",
            "7K3M9QX2-1000000",
            "7K3M9QX2-99999999999",
            "7K3M9QX2-1 ",
            "7K3M9QX2-1/..",
            "7K3M9QX2-١",
            "-1",
        ] {
            assert_eq!(text.parse::<MessageId>(), Err(IdError::Message), "{text}");
        }
    }

    proptest! {
        #[test]
        fn survives_text_and_json(bytes: [u8; 5], number in 1..=MessageId::MAX_NUMBER, sid: String) {
            for thread in [ThreadId::from(JobId::from_random(bytes)), ThreadId::inbound(&sid)] {
                let id = MessageId::of(thread, number).unwrap();
                prop_assert_eq!((id.thread(), id.number()), (thread, number));
                prop_assert_eq!(id.to_string().parse(), Ok(id));
                let json = serde_json::to_string(&id).unwrap();
                prop_assert_eq!(serde_json::from_str::<MessageId>(&json).unwrap(), id);
            }
        }

        #[test]
        fn an_accepted_text_is_the_only_spelling(text in "7K3M9QX2-?[+0-9]{0,7}") {
            if let Ok(id) = text.parse::<MessageId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
