//! One tree of files as it is stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A tree of files, by absolute path. The root is always there and is not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tree {
    pub(crate) nodes: BTreeMap<String, Node>,
}

/// A file or a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Permission bits.
    pub(crate) mode: u32,
    /// Seconds since 1970.
    pub(crate) modified: u32,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Directory,
    File {
        /// Where the content is kept; an empty file has none.
        content: Option<String>,
        size: u64,
    },
}

impl Tree {
    /// Ids of all contents.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &str> {
        self.nodes.values().filter_map(|node| match &node.kind {
            Kind::Directory => None,
            Kind::File { content, .. } => content.as_deref(),
        })
    }

    /// Size of all files together.
    pub(crate) fn bytes(&self) -> u64 {
        let sizes = self.nodes.values().map(|node| match &node.kind {
            Kind::Directory => 0,
            Kind::File { size, .. } => *size,
        });
        sizes.sum()
    }
}
