//! The id of a thread: the messages that belong together, and the partition of the table that holds them.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::crockford;
use super::{IdError, JobId};
use crate::json_text::json_as_text;

/// What a thread of messages belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThreadId {
    /// A job; the thread's id is the job's.
    Job(JobId),
    /// A maintenance alert, `A` and 16 digits.
    Alert(ThreadHash),
    /// An inbound text whose sender has no job, `I` and 16 digits.
    Inbound(ThreadHash),
}

/// 80 bits of SHA-256 as 16 digits of Crockford's base 32.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadHash([u8; 16]);

impl ThreadHash {
    /// The parts are hashed with their lengths, so `("ab", "c")` and `("a", "bc")` differ; and with what they
    /// are for, so an alert and an inbound text never meet in one value.
    fn of(purpose: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new_with_prefix(purpose);
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&digest[..10]);
        ThreadHash(crockford::encode(&bytes))
    }

    /// The 16 digits.
    pub fn as_str(&self) -> &str {
        crockford::as_str(&self.0)
    }
}

impl fmt::Debug for ThreadHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl ThreadId {
    /// The thread of one alert: the schedule, the reminder's offset, and the value that is due. The same alert
    /// raised again has the same thread, so it is sent once.
    pub fn alert(schedule: &str, offset: &str, due: &str) -> Self {
        ThreadId::Alert(ThreadHash::of("qdn.alert.v1\n", &[schedule, offset, due]))
    }

    /// The thread of one inbound text, from the carrier's SID of it.
    pub fn inbound(sid: &str) -> Self {
        ThreadId::Inbound(ThreadHash::of("qdn.inbound.v1\n", &[sid]))
    }

    /// The job whose thread it is; `None` for the other kinds.
    pub const fn job(&self) -> Option<JobId> {
        match self {
            ThreadId::Job(id) => Some(*id),
            ThreadId::Alert(_) | ThreadId::Inbound(_) => None,
        }
    }
}

impl From<JobId> for ThreadId {
    fn from(id: JobId) -> Self {
        ThreadId::Job(id)
    }
}

impl fmt::Display for ThreadId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ThreadId::Job(id) => formatter.write_str(id.as_str()),
            ThreadId::Alert(hash) => write!(formatter, "A{}", hash.as_str()),
            ThreadId::Inbound(hash) => write!(formatter, "I{}", hash.as_str()),
        }
    }
}

impl fmt::Debug for ThreadId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ThreadId({self})")
    }
}

impl FromStr for ThreadId {
    type Err = IdError;

    /// Lengths tell the kinds apart: 8 characters are a job, 17 the others.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(ThreadId::Job(id));
        }
        let hash = |digits| crockford::read(digits).map(ThreadHash);
        if let Some(digits) = text.strip_prefix('A') {
            hash(digits).map(ThreadId::Alert)
        } else if let Some(digits) = text.strip_prefix('I') {
            hash(digits).map(ThreadId::Inbound)
        } else {
            None
        }
        .ok_or(IdError::Thread)
    }
}

json_as_text!(ThreadId, pattern: "^([0-9A-HJKMNP-TV-Z]{8}|[AI][0-9A-HJKMNP-TV-Z]{16})$");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn threads_stay_what_they_are() {
        // Stored ids are made of these: a change would send every open alert again.
        insta::assert_snapshot!(ThreadId::alert("truck-1/oil", "500 mi", "12000"), @"ASQNJG7E0EJS604XQ");
        insta::assert_snapshot!(ThreadId::inbound("SM00112233445566778899aabbccddeeff"), @"I0H3N4F68WCEMZMDP");
    }

    #[test]
    fn neither_parts_nor_kinds_run_together() {
        let threads = [
            ThreadId::alert("ab", "c", "d"),
            ThreadId::alert("a", "bc", "d"),
            ThreadId::alert("a", "b", "cd"),
            ThreadId::alert("abcd", "", ""),
            ThreadId::alert("", "", "abcd"),
        ];
        for (index, thread) in threads.iter().enumerate() {
            assert!(!threads[..index].contains(thread), "{index}");
        }
        let (ThreadId::Alert(alert), ThreadId::Inbound(inbound)) = (
            ThreadId::Alert(ThreadHash::of("qdn.alert.v1\n", &["x"])),
            ThreadId::inbound("x"),
        ) else {
            unreachable!("built just above")
        };
        assert_ne!(alert, inbound);
    }

    #[test]
    fn what_is_no_thread_is_refused() {
        for text in [
            "",
            "A",
            "A0000",
            "a0000000000000000",
            "B0000000000000000",
            "A00000000000000000",
            "A000000000000000/",
            "7K3M9QX2#",
            "..",
        ] {
            assert_eq!(text.parse::<ThreadId>(), Err(IdError::Thread), "{text}");
        }
    }

    proptest! {
        #[test]
        fn survives_text_and_json(bytes: [u8; 5], words: [String; 3]) {
            let [schedule, offset, due] = &words;
            for thread in [
                ThreadId::Job(JobId::from_random(bytes)),
                ThreadId::alert(schedule, offset, due),
                ThreadId::inbound(schedule),
            ] {
                let text = thread.to_string();
                prop_assert_eq!(text.parse(), Ok(thread));
                prop_assert!(text.chars().all(|digit| digit.is_ascii_alphanumeric()));
                let json = serde_json::to_string(&thread).unwrap();
                prop_assert_eq!(serde_json::from_str::<ThreadId>(&json).unwrap(), thread);
            }
        }

        #[test]
        fn an_accepted_text_is_the_only_spelling(text in "[AIB]?[0-9A-Z]{8,16}") {
            if let Ok(thread) = text.parse::<ThreadId>() {
                prop_assert_eq!(thread.to_string(), text);
            }
        }
    }
}
