//! Keeps what happened, for whatever is said about it afterwards, and passes it on.

use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::event::{Event, Sink};

/// A listener in front of another.
pub struct Recording {
    next: Arc<dyn Sink>,
    events: Mutex<Vec<Event>>,
}

impl Recording {
    /// Passes everything on to `next`.
    pub fn new(next: Arc<dyn Sink>) -> Self {
        Self {
            next,
            events: Mutex::default(),
        }
    }

    /// What happened so far, in the order in which it came.
    pub fn events(&self) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.clone()
    }
}

impl Sink for Recording {
    fn emit(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event.clone());
        // Outside the lock: the next one may take its time.
        drop(events);
        self.next.emit(event);
    }
}
