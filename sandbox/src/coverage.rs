//! Which of the described operations the sandbox models.

use crate::Error;
use crate::api::Api;

/// One described operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The API it belongs to.
    pub api: Api,
    /// In snake case, as a [`Fault`](crate::Fault) names it.
    pub operation: String,
    /// As the description spells it.
    pub operation_id: String,
    /// Such as `GET`.
    pub method: String,
    /// Path with parameters in braces.
    pub path: String,
    /// Whether it is answered from state; others answer 501.
    pub modelled: bool,
}

/// All operations of both APIs, by API, path and method. A stream is an operation too.
///
/// # Errors
/// [`Error::Description`] if a built-in description cannot be used.
pub fn coverage() -> Result<Vec<Coverage>, Error> {
    let mut rows = Vec::new();
    for api in Api::ALL {
        rows.extend(api.operations()?.map(|operation| Coverage {
            api,
            operation: operation.name.clone(),
            operation_id: operation.id.clone(),
            method: operation.method.to_string(),
            path: operation.path.clone(),
            modelled: api.models(&operation.id),
        }));
    }
    rows.sort_by(|a, b| (a.api, &a.path, &a.method).cmp(&(b.api, &b.path, &b.method)));
    Ok(rows)
}
