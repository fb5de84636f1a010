//! Jobs' messages, carrier and crashes in one small world: whatever happens, no message is lost, none is sent twice
//! without a flag, and the end does not depend on the order in which the carrier calls back.

mod carrier;
mod event_source;
mod faults;
mod jobs;
mod log;
mod model;
mod scenes;
mod world;
