//! AWS Lambda: functions, who may invoke them and what does. Their packages are built elsewhere.

mod event_source;
mod function;
mod invocation;

pub use event_source::{EventSourceMapping, EventSourceMappingAttribute, StreamReading};
pub use function::{
    Architecture, Code, Function, FunctionAttribute, Handler, LoggingConfig, Runtime,
};
pub use invocation::{EventInvokeConfig, Permission, PermissionAttribute};
