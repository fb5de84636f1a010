//! A job from its creation to its rating. Changes take the job and give the job as it is afterwards, with what
//! the customer is told; storing and sending belong to the functions.
//!
//! | file | holds |
//! |---|---|
//! | `state` | the five states and their order |
//! | `people` | customer and technician |
//! | `stage` | what a job knows in each state; illegal moves cannot be written down |
//! | `transition` | the moves that can be asked for |
//! | `entity` | the job |
//! | `moves` | how a job changes |
//! | `notice` | what the customer is told |
//! | `next_step` | what the customer can expect or do |
//! | `record`, `parts` | the stored form |

mod entity;
mod moves;
mod next_step;
mod notice;
mod parts;
mod people;
mod record;
mod stage;
mod state;
#[cfg(test)]
mod tests;
mod transition;

pub use entity::{Address, Job, NewJob, Notes};
pub use moves::{IllegalMove, Moved};
pub use next_step::NextStep;
pub use notice::{Notice, NoticeKind};
pub use people::{Customer, CustomerError, Technician};
pub use record::RecordError;
pub use state::{State, UnknownState};
pub use transition::Transition;
