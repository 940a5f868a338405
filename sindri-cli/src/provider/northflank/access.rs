//! What Northflank says of whoever asks.

use super::Northflank;
use super::failure::explain;
use crate::error::Result;
use crate::provider::answer::AnswerSeen;

impl Northflank {
    /// Asks for the projects that the token may see, and reads what the answer says beside that.
    pub(crate) async fn access(&self) -> Result<AnswerSeen> {
        let listed = self.client.projects().list().await;
        let listed = listed.map_err(|error| explain(&error, "list the projects"))?;
        Ok(AnswerSeen::of(&listed))
    }
}
