//! The `Clock` port on the machine's own time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::ports::Clock;

/// The machine's time since a command began.
#[derive(Debug, Clone)]
pub struct SystemClock {
    began: Instant,
    /// Microsecond of the last id that was given out.
    last: Arc<AtomicI64>,
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
            last: Arc::default(),
        }
    }
}

/// `20261122-175301-123456-4711`: sorts by time, and no two processes share one. 37 characters at most.
fn id(at: Timestamp, process: u32) -> String {
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

    fn fresh_id(&self) -> String {
        let now = Timestamp::now().as_microsecond();
        let next = |last: i64| now.max(last + 1);
        let last = self.last.update(Ordering::Relaxed, Ordering::Relaxed, next);
        let at = Timestamp::from_microsecond(next(last)).unwrap_or(Timestamp::MAX);
        id(at, std::process::id())
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_time_and_process() {
        let at = "2026-11-22T17:53:01.000042Z".parse().expect("a time");
        assert_eq!(id(at, 4711), "20261122-175301-000042-4711");
        assert!(id(at, u32::MAX).len() <= 40);
    }

    #[tokio::test]
    async fn time_passes_and_no_id_comes_twice() {
        let clock = SystemClock::start();
        let before = clock.elapsed();
        clock.sleep(Duration::from_millis(2)).await;
        assert!(clock.elapsed() >= before + Duration::from_millis(2));
        let ids: Vec<String> = (0..1000).map(|_| clock.fresh_id()).collect();
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    }
}
