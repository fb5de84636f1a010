//! One writer at a time: a small object in the artifacts bucket that only one run can make. It is renewed while the
//! run works, and whoever was killed leaves one that expires. Every write and removal is conditional on the version
//! that was read, so that nobody takes or frees what another holds.

mod record;

use std::time::Duration;

use futures::future::{Either, select};
use futures::lock::Mutex;
use futures::pin_mut;

use super::desired::Environment;
use super::error::{Error, LockError};
use super::event::{Sink, What};
use super::names::Names;
use super::run::Run;
use crate::ports::{ErrorKind, GuardedObject, LockState, Ports, Task};

pub use record::{Claim, LockRecord};

/// Renewed so often that four attempts may fail before it expires.
const RENEW: Duration = Duration::from_mins(1);
/// After a renewal that failed.
const RENEW_AGAIN: Duration = Duration::from_secs(10);
/// So many times a bucket is looked for that its stack has just made.
const LOOKS: usize = 5;
/// Between two of those looks.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// So many times a lock may come and go between two looks.
const ATTEMPTS: usize = 5;

/// Works while holding the lock, and frees it afterwards, whatever became of the work. `work` does nothing before the
/// lock is held, and is dropped when the lock is lost. Without the artifacts bucket there is no place for a lock, and
/// nothing is done; one that its stack has just made may be unknown for a moment.
pub(super) async fn hold<T>(
    run: &Run<'_>,
    environment: &Environment,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let _lock = run.begin(Task::Lock);
    let mut looks = 1;
    let held = loop {
        match take(run, environment).await {
            Err(error) if is_nowhere(&error) && looks < LOOKS => {
                run.unless_stopped(run.ports.clock.sleep(LOOK_AGAIN))
                    .await?;
                looks += 1;
            }
            Err(error) if is_nowhere(&error) => {
                let bucket = environment.names().artifacts_bucket;
                return Err(LockError::Nowhere { bucket }.into());
            }
            taken => break taken?,
        }
    };
    working(run, held, work).await
}

/// The same for who works before there is a bucket or after it: the first import makes its stack before, a destroy may come
/// after. Without one nobody holds a lock.
pub(super) async fn hold_where_possible<T>(
    run: &Run<'_>,
    environment: &Environment,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let _lock = run.begin(Task::Lock);
    match take(run, environment).await {
        Err(error) if is_nowhere(&error) => {
            run.ports.stop.tell_lock(LockState::None);
            work.await
        }
        taken => working(run, taken?, work).await,
    }
}

fn is_nowhere(error: &Error) -> bool {
    matches!(error, Error::Cloud(error) if error.kind == ErrorKind::NotFound)
}

async fn working<T>(
    run: &Run<'_>,
    held: Held,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let work = async {
        run.go_on()?;
        work.await
    };
    let result = {
        let renewing = held.keep(run);
        pin_mut!(work, renewing);
        match select(work, renewing).await {
            Either::Left((result, _)) => result,
            Either::Right((lost, _)) => {
                run.ports.stop.tell_lock(LockState::None);
                return Err(lost);
            }
        }
    };
    held.free(run).await;
    result
}

/// The same for an import, whose work begins here.
pub async fn locked<T>(
    environment: &Environment,
    ports: &Ports,
    sink: &dyn Sink,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    hold_where_possible(&Run::new(ports, sink), environment, work).await
}

/// Frees a lock by its id; none is no error, another id is.
pub async fn unlock(
    environment: &Environment,
    ports: &Ports,
    id: &str,
) -> Result<Option<LockRecord>, Error> {
    environment.expect_account(&ports.identity.caller().await?.account)?;
    let place = Place::of(&environment.names());
    let Some((version, found)) = place.read(ports).await? else {
        return Ok(None);
    };
    if found.id != id {
        return Err(LockError::Other {
            asked: id.to_owned(),
            held: Box::new(found),
        }
        .into());
    }
    // Who asks to stop now is told what became of it.
    let name = format!("freeing lock {id}");
    let _step = ports.stop.begin(Task::Step { name });
    let removed = ports.guarded.remove(&place.bucket, &place.key, &version);
    match removed.await {
        Ok(()) => Ok(Some(found)),
        // It was renewed or freed in between; it is not the one that was looked at any more.
        Err(error) if error.kind == ErrorKind::Conflict => {
            Err(LockError::Moves { id: found.id }.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the lock says; none when nobody holds it. For who has made sure of the account.
pub(super) async fn held(
    environment: &Environment,
    ports: &Ports,
) -> Result<Option<LockRecord>, Error> {
    let found = Place::of(&environment.names()).read(ports).await?;
    Ok(found.map(|(_, record)| record))
}

/// Where the lock lies.
struct Place {
    bucket: String,
    key: String,
}

impl Place {
    fn of(names: &Names) -> Self {
        Self {
            bucket: names.artifacts_bucket.clone(),
            key: names.lock.clone(),
        }
    }

    async fn read(&self, ports: &Ports) -> Result<Option<(String, LockRecord)>, Error> {
        let found = ports.guarded.read(&self.bucket, &self.key).await?;
        let Some(GuardedObject { version, bytes }) = found else {
            return Ok(None);
        };
        let record = LockRecord::parse(&bytes).map_err(|error| LockError::Foreign {
            place: format!("s3://{}/{}", self.bucket, self.key),
            message: error.to_string(),
        })?;
        Ok(Some((version, record)))
    }
}

/// A lock that is held.
struct Held {
    place: Place,
    now: Mutex<Version>,
}

struct Version {
    version: String,
    record: LockRecord,
}

/// Takes the lock, or an expired one over; refuses with what it says when somebody else works.
async fn take(run: &Run<'_>, environment: &Environment) -> Result<Held, Error> {
    let Ports {
        guarded,
        clock,
        stop,
        ..
    } = run.ports;
    let place = Place::of(&environment.names());
    let mut record = LockRecord::of(&environment.claim, clock.fresh_id(), clock.now());
    let taken = |place, version, record: LockRecord, from: Option<LockRecord>| {
        run.emit(What::Locked {
            id: record.id.clone(),
            taken_over: from.map(|record| record.id),
        });
        stop.tell_lock(record.as_held());
        Held {
            place,
            now: Mutex::new(Version { version, record }),
        }
    };
    let refuse = |error| {
        stop.tell_lock(LockState::None);
        Err(error)
    };
    let mut attempt = 1;
    loop {
        // Each attempt may last minutes, and the lock is to be good from its end on.
        record = record.renewed(clock.now());
        stop.tell_lock(LockState::Taking {
            id: record.id.clone(),
            until: record.expires_at,
        });
        let made = guarded.create(&place.bucket, &place.key, record.to_bytes());
        let refused = match made.await {
            Ok(version) => return Ok(taken(place, version, record, None)),
            Err(error) => error,
        };
        // Whatever the answer was, what lies there tells: it may be ours, and only its answer was lost.
        match place.read(run.ports).await {
            Ok(Some((version, found))) if found.id == record.id => {
                return Ok(taken(place, version, found, None));
            }
            // Where it could not be read, nobody knows.
            Err(_) if refused.kind != ErrorKind::Conflict => return Err(refused.into()),
            Ok(_) if refused.kind != ErrorKind::Conflict => return refuse(refused.into()),
            Ok(Some((version, found))) if found.is_over(clock.now()) => {
                let over = guarded.replace(&place.bucket, &place.key, &version, record.to_bytes());
                match over.await {
                    Ok(version) => return Ok(taken(place, version, record, Some(found))),
                    // The next look tells whose it is.
                    Err(_) if attempt < ATTEMPTS => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(Some((_, found))) => {
                let held = Box::new(found);
                return refuse(LockError::Held { held }.into());
            }
            Ok(None) if attempt < ATTEMPTS => {}
            Ok(None) => return Err(refused.into()),
            Err(error) => return Err(error),
        }
        attempt += 1;
    }
}

impl Held {
    /// Renews the lock again and again; returns only when it is lost.
    async fn keep(&self, run: &Run<'_>) -> Error {
        let clock = &run.ports.clock;
        let mut pause = RENEW;
        loop {
            clock.sleep(pause).await;
            match self.renew_in_time(run).await {
                Ok(()) => pause = RENEW,
                Err(error @ Error::Lock(LockError::Lost { .. })) => return error,
                // Until it expires nobody else takes it.
                Err(_) if clock.now() < self.now.lock().await.record.expires_at => {
                    pause = RENEW_AGAIN;
                }
                Err(_) => return self.lost().await,
            }
        }
    }

    /// Renews the lock before it expires: an answer that comes later is not waited for, because another may work then.
    async fn renew_in_time(&self, run: &Run<'_>) -> Result<(), Error> {
        let clock = &run.ports.clock;
        let until = self.now.lock().await.record.expires_at;
        let left = until.duration_since(clock.now());
        let renewed = {
            let expired = clock.sleep(left.try_into().unwrap_or_default());
            let renewing = self.renew(run);
            pin_mut!(renewing, expired);
            match select(renewing, expired).await {
                Either::Left((renewed, _)) => Some(renewed),
                Either::Right(_) => None,
            }
        };
        match renewed {
            Some(renewed) => renewed,
            None => Err(self.lost().await),
        }
    }

    async fn renew(&self, run: &Run<'_>) -> Result<(), Error> {
        let mut held = self.now.lock().await;
        let record = held.record.renewed(run.ports.clock.now());
        let Place { bucket, key } = &self.place;
        run.ports.stop.tell_lock(record.as_held());
        let renewed = run
            .ports
            .guarded
            .replace(bucket, key, &held.version, record.to_bytes())
            .await;
        match renewed {
            Ok(version) => {
                *held = Version { version, record };
                Ok(())
            }
            Err(error) if error.kind == ErrorKind::Conflict => {
                // Ours, when only the answer to a renewal was lost.
                match self.place.read(run.ports).await? {
                    Some((version, record)) if record.id == held.record.id => {
                        *held = Version { version, record };
                        Ok(())
                    }
                    _ => {
                        let id = held.record.id.clone();
                        Err(LockError::Lost { id }.into())
                    }
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn lost(&self) -> Error {
        let id = self.now.lock().await.record.id.clone();
        LockError::Lost { id }.into()
    }

    /// Frees the lock if it is still ours, and tells what became of it. What the run did is done either way.
    async fn free(self, run: &Run<'_>) {
        let Version { version, record } = self.now.into_inner();
        let Place { bucket, key } = &self.place;
        let Ports { guarded, stop, .. } = run.ports;
        let id = record.id.clone();
        stop.tell_lock(LockState::Freeing {
            id: id.clone(),
            until: record.expires_at,
        });
        let freeing = async {
            guarded.remove(bucket, key, &version).await.is_ok()
                || match self.place.read(run.ports).await {
                    // A renewal came in between, of which only the answer was lost.
                    Ok(Some((version, found))) if found.id == record.id => {
                        guarded.remove(bucket, key, &version).await.is_ok()
                    }
                    Ok(_) => true,
                    Err(_) => false,
                }
        };
        let freed = run.clean_up(freeing).await == Some(true);
        if freed {
            stop.tell_lock(LockState::Freed { id });
        }
        let until = (!freed).then_some(record.expires_at);
        run.emit(What::Unlocked {
            id: record.id,
            until,
        });
    }
}
