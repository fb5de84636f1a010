//! Whether what a function works with can be reached: its secrets and its table, each read once, nothing written.

use qdn_shared::id::LinkId;
use qdn_shared::reach::Reach;

use crate::messaging::{Messaging, MessagingError};
use crate::world::random;

impl Messaging {
    /// Reads both secrets now, whatever is in hand, and the table for a link that nobody has.
    pub async fn reach(&self) -> Reach {
        match self.read_each().await {
            Ok(()) => Reach::Everything,
            Err(error) => Reach::Not(error.to_string()),
        }
    }

    async fn read_each(&self) -> Result<(), MessagingError> {
        self.credentials.read_now().await?;
        self.keys.read_now().await?;
        let link = LinkId::from_bytes(random(self.world.as_ref()));
        self.store.job_of_link(&link).await?;
        Ok(())
    }
}
