//! Which of the described operations the sandbox models.

use crate::Error;
use crate::exchange::description;
use crate::runpod;

/// One described operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Id in the description.
    pub operation: String,
    /// Such as `GET`.
    pub method: String,
    /// Path with parameters in braces.
    pub path: String,
    /// Whether it is answered from state; others answer 501.
    pub modelled: bool,
}

/// All operations of RunPod's description, by path and method.
///
/// # Errors
/// [`Error::Description`] if the built-in description cannot be used.
pub fn coverage() -> Result<Vec<Coverage>, Error> {
    let mut rows: Vec<Coverage> = description()?
        .operations()
        .map(|operation| Coverage {
            operation: operation.id.clone(),
            method: operation.method.to_string(),
            path: operation.path.clone(),
            modelled: runpod::handler(&operation.id).is_some(),
        })
        .collect();
    rows.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    Ok(rows)
}
