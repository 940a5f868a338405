//! Lists in pages.

use crate::{ApiProblem, ListPage};

/// The items of a list, over all its pages: a stream that asks for the next page when it is needed.
///
/// Every list has one. Pages hold 50 items unless `per_page` says otherwise, 100 at most, and each
/// counts against the quota of 1000 requests an hour.
///
/// ```no_run
/// # async fn example(client: &northflank_sdk::Client) -> Result<(), northflank_sdk::Error> {
/// for service in client.services().list("my-project").items().collect_all().await? {
///     println!("{} is a {} service", service.id, service.service_type);
/// }
/// # Ok(())
/// # }
/// ```
pub type Items<T> = sdk_core::Items<T, ApiProblem>;

/// The pages of a list: a stream that asks for the next page when it is needed.
pub type Pages<T> = sdk_core::Pages<ListPage<T>, ApiProblem>;
