//! Time and randomness. Functions take them from here, so that tests can decide both.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// What a decision needs from outside besides its input.
#[async_trait]
pub trait World: Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;
    /// Fills with random bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);
    /// Waits.
    async fn sleep(&self, duration: Duration);
}

/// Random bytes by number.
pub fn random<const N: usize>(world: &dyn World) -> [u8; N] {
    let mut bytes = [0; N];
    world.fill(&mut bytes);
    bytes
}

/// The machine's clock and the operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealWorld;

#[async_trait]
impl World for RealWorld {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("Linux gives randomness to every process");
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
