//! The `Clock` port on the machine's own time.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::ports::Clock;

/// The machine's time since a command began.
#[derive(Debug, Clone)]
pub struct SystemClock {
    began: Instant,
    run_id: String,
}

impl SystemClock {
    /// Starts now; call it once, when the command begins.
    pub fn start() -> Self {
        Self::since(Instant::now())
    }

    /// For a command that began a while ago.
    pub fn since(began: Instant) -> Self {
        Self {
            began,
            run_id: run_id(Timestamp::now(), std::process::id()),
        }
    }
}

/// `20261122-175301-123456-4711`: sorts by time, and no two processes share one. 37 characters at most.
fn run_id(at: Timestamp, process: u32) -> String {
    let micros = at.subsec_microsecond();
    format!("{}-{micros:06}-{process}", at.strftime("%Y%m%d-%H%M%S"))
}

#[async_trait]
impl Clock for SystemClock {
    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn run_id(&self) -> String {
        self.run_id.clone()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_is_time_and_process() {
        let at = "2026-11-22T17:53:01.000042Z".parse().expect("a time");
        assert_eq!(run_id(at, 4711), "20261122-175301-000042-4711");
        assert!(run_id(at, u32::MAX).len() <= 40);
    }

    #[tokio::test]
    async fn time_passes_and_the_run_id_stays() {
        let clock = SystemClock::start();
        let before = clock.elapsed();
        clock.sleep(Duration::from_millis(2)).await;
        assert!(clock.elapsed() >= before + Duration::from_millis(2));
        assert_eq!(clock.run_id(), clock.run_id());
    }
}
