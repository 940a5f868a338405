//! Deleting what something else, deleted a moment ago, may still hold.

use std::time::Duration;

/// Deletes, and tries again while the refusal may pass; so many times in all.
pub(super) async fn delete_once_free<T, E>(
    attempts: u32,
    pause: Duration,
    status: impl Fn(&E) -> Option<u16>,
    delete: impl AsyncFn() -> Result<T, E>,
) -> Result<(), E> {
    let mut tried = 0;
    loop {
        tried += 1;
        let Err(error) = delete().await else {
            return Ok(());
        };
        match status(&error) {
            // What is not there is as good as deleted.
            Some(404) => return Ok(()),
            Some(400 | 409) if tried < attempts => tokio::time::sleep(pause).await,
            _ => return Err(error),
        }
    }
}
