//! How long things may take, in whole seconds. Configuration fills what people may want to change.

/// The longest, in seconds, that it takes to send one message: the sender's turn, two posts (the second with fresh
/// credentials), and what is read and written around them. No function begins to send with less time left, because
/// one that is ended amid a post leaves an outcome that nobody knows.
pub const SEND_SECONDS: u32 = 50;

/// The times of a message's life, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a claim holds. Longer than a post may take, so a living sender is not overtaken.
    pub lease: u32,
    /// The first wait after an attempt that was not processed; it doubles from try to try.
    pub backoff: u32,
    /// The longest such wait.
    pub backoff_most: u32,
    /// How long a message with further contacts waits for its delivery before the next contact is tried.
    pub cascade: u32,
    /// How long after an unknown outcome the carrier is asked; a message needs a moment to show in its list.
    pub look: u32,
    /// How many times the carrier has to answer "no such message" before it is believed.
    pub looks: u32,
    /// The longest wait between two questions about one message.
    pub look_most: u32,
    /// How many times a contact that was merely unreachable is tried.
    pub tries: usize,
    /// After this time a message is given up.
    pub give_up: u32,
}

impl Policy {
    /// The times of production, with the configured wait for a delivery.
    pub const fn with_cascade(cascade: u32) -> Self {
        Policy {
            lease: 60,
            backoff: 5,
            backoff_most: 900,
            cascade,
            look: 60,
            looks: 2,
            look_most: 6 * 3600,
            tries: 3,
            give_up: 24 * 3600,
        }
    }

    /// The wait before try number `retries + 1`, between half of it and the whole: `jitter` from 0 to 999 says
    /// where, so that messages refused together do not come back together.
    pub(super) fn wait(&self, retries: u32, jitter: u16) -> u32 {
        let full = self
            .backoff
            .saturating_mul(1 << retries.min(16))
            .min(self.backoff_most);
        let half = full / 2;
        half + (full - half) * u32::from(jitter.min(999)) / 999
    }

    /// The wait before look number `looked + 1` at the carrier.
    pub(super) fn next_look(&self, looked: u32) -> u32 {
        self.look
            .saturating_mul(1 << looked.min(16))
            .min(self.look_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_grow_up_to_their_limit_and_jitter_keeps_half(retries in 0_u32..100, jitter in 0_u16..1000) {
            let policy = Policy::with_cascade(120);
            let full = policy.wait(retries, 999);
            let wait = policy.wait(retries, jitter);
            prop_assert!(wait >= full / 2 && wait <= full);
            prop_assert!(full <= policy.backoff_most);
            prop_assert!(policy.wait(retries + 1, 999) >= full);
        }
    }

    #[test]
    fn the_first_waits_are_short() {
        let policy = Policy::with_cascade(120);
        let waits: Vec<u32> = (0..9).map(|retry| policy.wait(retry, 999)).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900]);
        let looks: Vec<u32> = (0..4).map(|looked| policy.next_look(looked)).collect();
        assert_eq!(looks, [60, 120, 240, 480]);
    }
}
