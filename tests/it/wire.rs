//! The line between the engine and the cloud in memory: every call takes a moment and can be disturbed on its way, or
//! a person asks to stop while it is under way. Time is the runtime's, which stands still unless everybody waits.

mod ports;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::channel::mpsc::UnboundedSender;
use qdn_infra::engine::event::{Event, Sink, What};
use qdn_infra::engine::{self, Error, Outcome, Purpose, Scope};
use qdn_infra::ports::{CloudError, ErrorKind, Service, Stop};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::fixture::Fixture;
use crate::world::World;

/// How long a call takes.
const MOMENT: Duration = Duration::from_millis(20);
/// How long a caller waits for an answer.
const PATIENCE: Duration = Duration::from_secs(45);
/// How long a stack operation takes.
const OPERATION: Duration = Duration::from_secs(3);
/// How long it takes to begin one: a lock that is held is renewed meanwhile.
const BEGINNING: Duration = Duration::from_secs(62);

/// How long nobody answers.
const SILENCE: Duration = Duration::from_hours(1);

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It never left this machine.
    NotSent,
    /// It was carried out, and its answer was lost.
    AnswerLost,
    /// The service failed before it did anything.
    Status500,
    /// The service asked to slow down for longer than the caller tries.
    Throttled,
    /// It was not carried out, and nobody ever answered.
    Stalled,
    /// It was carried out, and nobody ever answered.
    StalledAfter,
    /// The process is killed before it.
    KilledBefore,
    /// The process is killed after it, before the answer comes.
    KilledAfter,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotSent,
        Self::AnswerLost,
        Self::Status500,
        Self::Throttled,
        Self::Stalled,
        Self::StalledAfter,
        Self::KilledBefore,
        Self::KilledAfter,
    ];

    /// Its column in the report.
    pub fn short(self) -> &'static str {
        match self {
            Self::NotSent => "unsent",
            Self::AnswerLost => "lost",
            Self::Status500 => "500",
            Self::Throttled => "slow",
            Self::Stalled => "stall",
            Self::StalledAfter => "stall+",
            Self::KilledBefore => "kill",
            Self::KilledAfter => "kill+",
        }
    }

    /// Whether the call does what it is for.
    fn is_carried_out(self) -> bool {
        matches!(
            self,
            Self::AnswerLost | Self::StalledAfter | Self::KilledAfter
        )
    }
}

/// What somebody who looks on sees, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A call was sent.
    Sent(usize),
    /// Its answer came.
    Answered(usize),
    /// The engine, or who listens for signals, told something.
    Told(What),
}

/// The line of one command. Clones share it.
#[derive(Clone)]
pub struct Wire {
    world: World,
    began: Instant,
    stop: Stop,
    shared: Arc<Mutex<Shared>>,
    killed: Arc<watch::Sender<bool>>,
}

#[derive(Default)]
struct Shared {
    calls: Vec<&'static str>,
    fault: Option<(usize, Fault)>,
    signal: Option<(usize, UnboundedSender<()>, usize)>,
    seen: Vec<Seen>,
    operating_until: Option<Instant>,
    silent: Option<&'static str>,
    under_way: usize,
    most_under_way: usize,
}

impl Wire {
    /// A line to `world`, on which nothing happens yet.
    pub fn new(world: &World, began: Instant) -> Self {
        Self {
            world: world.clone(),
            began,
            stop: Stop::default(),
            shared: Arc::default(),
            killed: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Lets this happen to the call with this number, counted from 0.
    pub fn disturb(&self, call: usize, fault: Fault) {
        self.shared.lock().unwrap().fault = Some((call, fault));
    }

    /// Lets nobody answer calls of this name for as long as an hour.
    pub fn silence(&self, name: &'static str) {
        self.shared.lock().unwrap().silent = Some(name);
    }

    /// How many calls were under way at once.
    pub fn most_under_way(&self) -> usize {
        self.shared.lock().unwrap().most_under_way
    }

    /// Signals so many times while the call with this number is under way.
    pub fn signal_at(&self, call: usize, signal: UnboundedSender<()>, times: usize) {
        self.shared.lock().unwrap().signal = Some((call, signal, times));
    }

    /// The wish to stop of this command.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Every call, by port and method, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        self.shared.lock().unwrap().calls.clone()
    }

    /// Everything that was seen, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.lock().unwrap().seen.clone()
    }

    /// Waits until the process is killed.
    pub async fn killed(&self) {
        let _ = self.killed.subscribe().wait_for(|killed| *killed).await;
    }

    /// A stack operation takes its time, although the cloud in memory knows its end already.
    fn operation_begins(&self) {
        self.shared.lock().unwrap().operating_until = Some(Instant::now() + OPERATION);
    }

    fn is_operating(&self) -> bool {
        let until = self.shared.lock().unwrap().operating_until;
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Remembers what was seen.
    pub fn see(&self, seen: Seen) {
        self.shared.lock().unwrap().seen.push(seen);
    }

    /// Sends a call, with what happens to it.
    async fn send<T>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<T, CloudError>> + Send,
    ) -> Result<T, CloudError> {
        let (number, fault, signal, silent) = {
            let mut shared = self.shared.lock().unwrap();
            let number = shared.calls.len();
            shared.calls.push(name);
            shared.seen.push(Seen::Sent(number));
            let fault = shared.fault.filter(|(at, _)| *at == number);
            let signal = shared.signal.clone().filter(|(at, _, _)| *at == number);
            shared.under_way += 1;
            shared.most_under_way = shared.most_under_way.max(shared.under_way);
            let silent = shared.silent == Some(name);
            (number, fault.map(|(_, fault)| fault), signal, silent)
        };
        if let Some((_, signal, times)) = signal {
            for _ in 0..times {
                signal.unbounded_send(()).unwrap();
            }
        }
        tokio::time::sleep(match name {
            "Stacks.execute_change_set" => BEGINNING,
            _ => MOMENT,
        })
        .await;
        self.world.set_clock(self.began.elapsed());
        if silent {
            tokio::time::sleep(SILENCE).await;
        }
        let answer = match fault {
            None => call.await,
            Some(fault) => {
                if fault.is_carried_out() {
                    let _ = call.await;
                }
                Err(self.disturbed(name, fault).await)
            }
        };
        self.shared.lock().unwrap().under_way -= 1;
        self.see(Seen::Answered(number));
        answer
    }

    /// What the caller of a disturbed call gets, if anything.
    async fn disturbed(&self, operation: &'static str, fault: Fault) -> CloudError {
        let (kind, message) = match fault {
            Fault::NotSent => (ErrorKind::Unreachable, "no route to host"),
            Fault::AnswerLost => (ErrorKind::Unreachable, "connection reset"),
            Fault::Status500 => (ErrorKind::Server, "internal failure"),
            Fault::Throttled => (ErrorKind::Throttled, "rate exceeded"),
            Fault::Stalled | Fault::StalledAfter => {
                tokio::time::sleep(PATIENCE).await;
                (ErrorKind::Timeout, "no answer")
            }
            Fault::KilledBefore | Fault::KilledAfter => {
                self.killed.send_replace(true);
                std::future::pending().await
            }
        };
        CloudError {
            service: Service::Web,
            operation,
            subject: "a call that was disturbed".to_owned(),
            kind,
            message: message.to_owned(),
        }
    }
}

/// What `qdn-infra apply` does: puts stacks right, plans, carries it out, or takes back what the plan kept; proves an empty
/// plan and keeps it as a release.
pub async fn apply(fixture: &Fixture, wire: &Wire) -> Result<Outcome, Error> {
    let (desired, ports) = (&fixture.desired, wire.ports());
    let mut round = 0;
    let planned = loop {
        let planned = engine::plan(desired, &ports, wire, Purpose::Apply, Scope::Everything);
        let planned = planned.await?;
        if planned.plan.repairs_first().next().is_none() {
            break planned;
        }
        round += 1;
        engine::mend(desired, &planned, round, &ports, wire).await?;
    };
    let _kept = engine::kept(&planned, &ports);
    let done = engine::apply(desired, &planned, &ports, wire).await;
    match &done {
        Ok(outcome) if planned.plan.is_empty() => {
            engine::still_works(desired, outcome.stack.as_ref(), &ports, wire).await?;
        }
        Ok(_) => {}
        Err(_) => engine::discard(&planned, &ports, wire).await,
    }
    done
}

impl Sink for Wire {
    fn emit(&self, event: Event) {
        self.see(Seen::Told(event.what));
    }
}
