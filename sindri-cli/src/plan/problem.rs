//! Why there is no plan.

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanError {
    /// The file asks for something that does not exist or contradicts what does.
    #[error("{message}")]
    Config {
        /// The key meant.
        path: String,
        /// What is wrong.
        message: String,
        /// The words under the marked text.
        label: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// The file is fine, and there is nothing left of what it asks for.
    #[error("{message}")]
    NoStock {
        /// What is out of stock.
        message: String,
        /// What was passed over, and why.
        details: Vec<String>,
        /// What could be taken instead.
        help: Vec<String>,
    },
}

/// Up to three of the ids that there are, for an id that there is not.
pub(super) fn nearest_ids<'i>(id: &str, known: impl Iterator<Item = &'i str>) -> Option<String> {
    let mut ranked: Vec<(usize, &str)> = known
        .map(|known| (strsim::damerau_levenshtein(id, known), known))
        .collect();
    ranked.sort_unstable();
    let near: Vec<String> = ranked
        .iter()
        .take(3)
        .map(|(_, id)| format!("`{id}`"))
        .collect();
    (!near.is_empty()).then(|| format!("the nearest are {}", near.join(", ")))
}

impl PlanError {
    /// A mistake at a key of the file.
    pub(crate) fn config(
        path: impl Into<String>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        Self::Config {
            path: path.into(),
            message: message.into(),
            label: label.into(),
            help,
        }
    }
}
