//! What carries our marker at the provider and belongs to no deployment that is known here. Pure.

use serde::Serialize;

/// Something at the provider that carries our marker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Marked {
    pub(crate) kind: MarkedKind,
    pub(crate) id: String,
    pub(crate) name: String,
    /// The project it is in, on Northflank.
    pub(crate) project: Option<String>,
    pub(crate) marker: Marker,
    /// When it was made, RFC 3339.
    pub(crate) created_at: Option<String>,
    /// Its state, in the provider's word.
    pub(crate) state: Option<String>,
    /// What it bills now; none when the provider does not tell.
    pub(crate) usd_per_hour: Option<f64>,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MarkedKind {
    /// A pod of RunPod.
    Pod,
    /// A service of Northflank.
    Service,
    /// A network volume of RunPod, or a volume of Northflank.
    Volume,
    /// A tag of Northflank that nothing carries any more.
    Tag,
}

/// The deployment that something says it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Marker {
    /// Its id.
    Id(String),
    /// The first characters of its id.
    Begins(String),
}

/// A deployment that is known on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(super) deployment_id: String,
    pub(super) name: String,
    /// Addresses of what it is known to have.
    pub(super) addresses: Vec<String>,
    /// Whether all that carries its marker is its own: because nothing else can, or because it began to make
    /// something and did not see the end of it, which its next command looks for.
    pub(super) owns_what_it_marked: bool,
}

/// Something without a deployment, or beside one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Orphan {
    pub(crate) marked: Marked,
    /// The deployment whose marker it carries and whose it is not.
    pub(crate) beside: Option<String>,
}

/// What nothing known here accounts for.
pub(crate) fn orphans(marked: Vec<Marked>, known: &[Known]) -> Vec<Orphan> {
    let mut orphans: Vec<_> = marked
        .into_iter()
        .filter_map(|marked| {
            // A state file may name what was taken over with another marker.
            let address = marked.address();
            if known.iter().any(|one| one.addresses.contains(&address)) {
                return None;
            }
            let owner = known
                .iter()
                .find(|one| marked.marker.is_of(&one.deployment_id));
            if owner.is_some_and(|one| one.owns_what_it_marked) {
                return None;
            }
            Some(Orphan {
                beside: owner.map(|one| one.name.clone()),
                marked,
            })
        })
        .collect();
    orphans.sort_by(|a, b| {
        let key = |orphan: &Orphan| (orphan.marked.kind, orphan.marked.id.clone());
        key(a).cmp(&key(b))
    });
    orphans
}

impl Marked {
    /// What no other of its kind has: its id, on Northflank with its project.
    pub(crate) fn address(&self) -> String {
        match &self.project {
            Some(project) => format!("{project}/{}", self.id),
            None => self.id.clone(),
        }
    }
}

impl Marker {
    fn is_of(&self, deployment_id: &str) -> bool {
        match self {
            Self::Id(id) => id == deployment_id,
            Self::Begins(begins) => deployment_id.starts_with(begins),
        }
    }

    /// As it is written at the provider.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Id(text) | Self::Begins(text) => text,
        }
    }
}

impl MarkedKind {
    /// For people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pod => "pod",
            Self::Service => "service",
            Self::Volume => "volume",
            Self::Tag => "tag",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef";

    fn marked(kind: MarkedKind, id: &str, marker: Marker) -> Marked {
        Marked {
            kind,
            id: id.to_owned(),
            name: "demo".to_owned(),
            project: None,
            marker,
            created_at: None,
            state: None,
            usd_per_hour: None,
        }
    }

    fn known(ids: &[&str], owns_what_it_marked: bool) -> Known {
        Known {
            deployment_id: ID.to_owned(),
            name: "demo".to_owned(),
            addresses: ids.iter().map(|id| (*id).to_owned()).collect(),
            owns_what_it_marked,
        }
    }

    #[test]
    fn what_a_known_deployment_accounts_for_is_no_orphan() {
        let check = |known: &[Known], expected: &[(&str, Option<&str>)]| {
            let marked = vec![
                marked(MarkedKind::Volume, "vol", Marker::Begins("012345".into())),
                marked(MarkedKind::Pod, "pod", Marker::Id(ID.into())),
            ];
            let found = orphans(marked, known);
            let found: Vec<_> = found
                .iter()
                .map(|one| (one.marked.id.as_str(), one.beside.as_deref()))
                .collect();
            assert_eq!(found, expected, "{known:?}");
        };
        check(&[], &[("pod", None), ("vol", None)]);
        check(&[known(&["pod", "vol"], false)], &[]);
        check(&[known(&["vol"], false)], &[("pod", Some("demo"))]);
        check(&[known(&["other"], true)], &[]);
        let mut of_another_marker = known(&["pod"], false);
        of_another_marker.deployment_id = "fedcba9876543210".to_owned();
        check(&[of_another_marker], &[("vol", None)]);
    }
}
