//! Lists in pages.

use crate::RunPod;
use crate::generated::{params::ListPodsParams, pods::Pods, types};
use sdk_core::{Api, Page};

/// The items of a list, over all its pages: a stream that asks for the next page when it is needed.
///
/// ```no_run
/// # async fn example(client: &runpod_sdk::Client) -> Result<(), runpod_sdk::Error> {
/// for pod in client.pods().list_all().collect_all().await? {
///     println!("{} {}", pod.id, pod.status);
/// }
/// # Ok(())
/// # }
/// ```
pub type Items<T> = sdk_core::Items<T, <RunPod as Api>::Problem>;

/// The pages of a list: a stream that asks for the next page when it is needed.
pub type Pages<T> = sdk_core::Pages<T, <RunPod as Api>::Problem>;

impl Page for types::ListPodsResponse {
    type Item = types::Pod;

    fn next_cursor(&self) -> Option<&str> {
        self.pagination.as_ref()?.next_cursor.as_deref()
    }

    fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    fn into_items(self) -> Vec<types::Pod> {
        self.pods
    }
}

impl Pods<'_> {
    /// All pods of the account, from every page of the list.
    ///
    /// Follows `pagination.nextCursor` for as long as there is one, past empty pages. A cursor that
    /// comes twice ends the stream with [`Error::Page`](crate::Error::Page).
    pub fn list_all(&self) -> Items<types::Pod> {
        self.list_all_with(ListPodsParams::new())
    }

    /// [`list_all`](Self::list_all) with query parameters; `limit` is the size of a page.
    pub fn list_all_with(&self, params: ListPodsParams) -> Items<types::Pod> {
        self.pages_with(params).items()
    }

    /// The pages of the list of pods, each as the API sent it.
    pub fn pages_with(&self, params: ListPodsParams) -> Pages<types::ListPodsResponse> {
        self.list_with(params).pages()
    }
}
