//! The files of a pod as one file system: the container's disk with the mount in its place.

use bytes::Bytes;

use crate::disk::paths::{below, check_length, name, parent};
use crate::disk::{Contents, DiskError, Kind, MAX_BYTES, MAX_NODES, Node, Tree};

const DIRECTORY_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;

/// Directories that every container has.
const ALWAYS: [&str; 2] = ["/root", "/tmp"];

/// The files of a pod, for the length of one transaction. All paths are absolute.
pub(crate) struct Disk<'a> {
    container: &'a mut Tree,
    /// Where the mount is, and what is on it.
    mount: Option<(String, &'a mut Tree)>,
    contents: &'a Contents,
    /// Seconds since 1970.
    now: u32,
}

/// What is known of a file or directory without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) is_directory: bool,
    pub(crate) size: u64,
    /// Permission bits.
    pub(crate) mode: u32,
    /// Seconds since 1970.
    pub(crate) modified: u32,
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) stat: Stat,
}

impl<'a> Disk<'a> {
    pub(crate) fn new(
        container: &'a mut Tree,
        mount: Option<(String, &'a mut Tree)>,
        contents: &'a Contents,
        now: u32,
    ) -> Self {
        let mut disk = Self {
            container,
            mount,
            contents,
            now,
        };
        for path in ALWAYS {
            disk.ensure_in_container(path);
        }
        if let Some((path, _)) = &disk.mount {
            let path = path.clone();
            disk.ensure_in_container(&path);
        }
        disk
    }

    /// Makes a directory and those it is in, as an image would have it.
    fn ensure_in_container(&mut self, path: &str) {
        let mut next = Some(path).filter(|path| *path != "/");
        while let Some(path) = next {
            let node = self.directory_node();
            self.container.nodes.entry(path.to_owned()).or_insert(node);
            next = parent(path).filter(|path| *path != "/");
        }
    }

    pub(crate) fn stat(&self, path: &str) -> Result<Stat, DiskError> {
        let (tree, inner) = self.place(path);
        if inner == "/" {
            return Ok(Stat::of(&self.directory_node()));
        }
        match tree.nodes.get(inner) {
            Some(node) => Ok(Stat::of(node)),
            None => Err(self.missing(path)),
        }
    }

    pub(crate) fn list(&self, path: &str) -> Result<Vec<Entry>, DiskError> {
        if !self.stat(path)?.is_directory {
            return Err(DiskError::NotADirectory);
        }
        let (tree, inner) = self.place(path);
        let inside = tree
            .nodes
            .iter()
            .filter(|(path, _)| parent(path) == Some(inner));
        let entries = inside.map(|(path, node)| Entry {
            name: name(path).to_owned(),
            stat: Stat::of(node),
        });
        Ok(entries.collect())
    }

    pub(crate) fn read(&self, path: &str) -> Result<Bytes, DiskError> {
        let (tree, inner) = self.place(path);
        match tree.nodes.get(inner).map(|node| &node.kind) {
            Some(Kind::File {
                content: Some(id), ..
            }) => Ok(self.contents.get(id)?),
            Some(Kind::File { content: None, .. }) => Ok(Bytes::new()),
            Some(Kind::Directory) => Err(DiskError::IsADirectory),
            None if inner == "/" => Err(DiskError::IsADirectory),
            None => Err(self.missing(path)),
        }
    }

    /// Gives a file this content, making it where it is not there.
    pub(crate) fn write(&mut self, path: &str, bytes: &Bytes) -> Result<(), DiskError> {
        let (mode, before) = match self.stat(path) {
            Ok(stat) if stat.is_directory => return Err(DiskError::IsADirectory),
            Ok(stat) => (stat.mode, stat.size),
            Err(DiskError::NotFound) => {
                self.check_new(path)?;
                (FILE_MODE, 0)
            }
            Err(error) => return Err(error),
        };
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if (self.bytes() - before).saturating_add(size) > MAX_BYTES {
            return Err(DiskError::TooManyBytes);
        }
        let content = match size {
            0 => None,
            _more => Some(self.contents.put(bytes)?),
        };
        let node = Node {
            kind: Kind::File { content, size },
            mode,
            modified: self.now,
        };
        self.insert(path, node);
        Ok(())
    }

    pub(crate) fn make_directory(&mut self, path: &str) -> Result<(), DiskError> {
        match self.stat(path) {
            Ok(_) => return Err(DiskError::Exists),
            Err(DiskError::NotFound) => self.check_new(path)?,
            Err(error) => return Err(error),
        }
        let node = self.directory_node();
        self.insert(path, node);
        Ok(())
    }

    /// Removes a file.
    pub(crate) fn remove_file(&mut self, path: &str) -> Result<(), DiskError> {
        if self.stat(path)?.is_directory {
            return Err(DiskError::IsADirectory);
        }
        self.take(path);
        Ok(())
    }

    /// Removes a directory that is empty.
    pub(crate) fn remove_directory(&mut self, path: &str) -> Result<(), DiskError> {
        if !self.list(path)?.is_empty() {
            return Err(DiskError::NotEmpty);
        }
        if self.is_fixed(path) {
            return Err(DiskError::Busy);
        }
        self.take(path);
        Ok(())
    }

    /// Gives a file or a directory with all that is in it another path, in the place of a file or
    /// of an empty directory that may be there.
    #[cfg(feature = "ssh")]
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        let stat = self.stat(from)?;
        if from == to {
            return Ok(());
        }
        if self.is_fixed(from) || self.is_fixed(to) || below(to, from).is_some() {
            return Err(DiskError::Busy);
        }
        if self.on_mount(from) != self.on_mount(to) {
            return Err(DiskError::CrossDevice);
        }
        match (self.stat(to), stat.is_directory) {
            (Ok(there), false) if !there.is_directory => self.remove_file(to)?,
            (Ok(there), true) if there.is_directory => self.remove_directory(to)?,
            (Ok(there), _) if there.is_directory => return Err(DiskError::IsADirectory),
            (Ok(_), _) => return Err(DiskError::NotADirectory),
            (Err(DiskError::NotFound), _) => self.check_new(to)?,
            (Err(error), _) => return Err(error),
        }
        let on_mount = self.on_mount(from);
        let (from, to) = (self.place(from).1.to_owned(), self.place(to).1.to_owned());
        let nodes = &mut self.tree(on_mount).nodes;
        let paths = nodes.keys().filter(|path| below(path, &from).is_some());
        for path in paths.cloned().collect::<Vec<_>>() {
            let rest = below(&path, &from).filter(|rest| *rest != "/");
            let renamed = format!("{to}{}", rest.unwrap_or_default());
            if let Some(node) = nodes.remove(&path) {
                nodes.insert(renamed, node);
            }
        }
        Ok(())
    }

    /// Sets permission bits and the time of the last change.
    #[cfg(feature = "ssh")]
    pub(crate) fn set(
        &mut self,
        path: &str,
        mode: Option<u32>,
        modified: Option<u32>,
    ) -> Result<(), DiskError> {
        self.stat(path)?;
        let inner = self.place(path).1.to_owned();
        let on_mount = self.on_mount(path);
        // A root has no node of its own, and nothing that could be set.
        if let Some(node) = self.tree(on_mount).nodes.get_mut(&inner) {
            node.mode = mode.map_or(node.mode, |mode| mode & 0o7777);
            node.modified = modified.unwrap_or(node.modified);
        }
        Ok(())
    }

    fn bytes(&self) -> u64 {
        let mounted = self.mount.as_ref().map_or(0, |(_, tree)| tree.bytes());
        self.container.bytes() + mounted
    }

    fn nodes(&self) -> usize {
        let mounted = self.mount.as_ref().map_or(0, |(_, tree)| tree.nodes.len());
        self.container.nodes.len() + mounted
    }

    /// Whether one more node may be made at a path where there is none.
    fn check_new(&self, path: &str) -> Result<(), DiskError> {
        check_length(path)?;
        let parent = parent(path).ok_or(DiskError::Exists)?;
        if !self.stat(parent)?.is_directory {
            return Err(DiskError::NotADirectory);
        }
        if self.nodes() >= MAX_NODES {
            return Err(DiskError::TooManyNodes);
        }
        Ok(())
    }

    /// Why there is nothing at a path.
    fn missing(&self, path: &str) -> DiskError {
        let mut next = parent(path);
        while let Some(above) = next {
            let (tree, inner) = self.place(above);
            if let Some(node) = tree.nodes.get(inner) {
                return match node.kind {
                    Kind::File { .. } => DiskError::NotADirectory,
                    Kind::Directory => DiskError::NotFound,
                };
            }
            next = parent(above);
        }
        DiskError::NotFound
    }

    /// The root, the mount and what leads to it cannot be moved or removed.
    fn is_fixed(&self, path: &str) -> bool {
        let mount = self.mount.as_ref().map(|(mount, _)| mount.as_str());
        path == "/" || mount.is_some_and(|mount| below(mount, path).is_some())
    }

    fn on_mount(&self, path: &str) -> bool {
        let mount = self.mount.as_ref();
        mount.is_some_and(|(mount, _)| below(path, mount).is_some())
    }

    /// The tree that a path is in, and the path in it.
    fn place<'p>(&self, path: &'p str) -> (&Tree, &'p str) {
        if let Some((mount, tree)) = &self.mount
            && let Some(inner) = below(path, mount)
        {
            return (tree, inner);
        }
        (self.container, path)
    }

    fn tree(&mut self, on_mount: bool) -> &mut Tree {
        match &mut self.mount {
            Some((_, tree)) if on_mount => tree,
            Some(_) | None => self.container,
        }
    }

    fn insert(&mut self, path: &str, node: Node) {
        let inner = self.place(path).1.to_owned();
        let on_mount = self.on_mount(path);
        self.tree(on_mount).nodes.insert(inner, node);
    }

    fn take(&mut self, path: &str) {
        let inner = self.place(path).1.to_owned();
        let on_mount = self.on_mount(path);
        self.tree(on_mount).nodes.remove(&inner);
    }

    fn directory_node(&self) -> Node {
        Node {
            kind: Kind::Directory,
            mode: DIRECTORY_MODE,
            modified: self.now,
        }
    }
}

impl Stat {
    fn of(node: &Node) -> Self {
        let (is_directory, size) = match &node.kind {
            Kind::Directory => (true, 0),
            Kind::File { size, .. } => (false, *size),
        };
        Self {
            is_directory,
            size,
            mode: node.mode,
            modified: node.modified,
        }
    }
}
