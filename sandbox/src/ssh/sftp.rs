//! SFTP on the files of a pod. `scp` speaks it, too, unless it is told to use its old protocol.

use std::collections::HashMap;

use bytes::Bytes;
use russh::ChannelId;
use russh_sftp::protocol::{
    Attrs, Data, File, FileAttributes, Handle, Name, OpenFlags, Status, StatusCode,
};
use russh_sftp::server::StatusReply;

use crate::disk::{DiskError, Entry, Stat, absolute};
use crate::ssh::inside::Inside;
use crate::ssh::sftp_handle::{Access, OpenFile, Opened};

/// Files and directories that a client may have open at a time.
const MAX_HANDLES: usize = 64;

/// Names in one answer: a longer list comes in several.
const NAMES_AT_ONCE: usize = 128;

const DIRECTORY: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;

/// The number of standard error among a channel's kinds of data.
const STDERR: u32 = 1;

/// Where relative paths begin.
const HOME: &str = "/root";

/// One client's SFTP.
pub(crate) struct Sftp {
    inside: Inside,
    session: russh::server::Handle,
    channel: ChannelId,
    opened: HashMap<String, Opened>,
    handles: u64,
}

impl Sftp {
    pub(crate) fn new(inside: Inside, session: russh::server::Handle, channel: ChannelId) -> Self {
        Self {
            inside,
            session,
            channel,
            opened: HashMap::new(),
            handles: 0,
        }
    }

    fn keep(&mut self, id: u32, opened: Opened) -> Result<Handle, StatusReply> {
        if self.opened.len() >= MAX_HANDLES {
            return Err(StatusCode::Failure.with_message("too many open files"));
        }
        self.handles += 1;
        let handle = self.handles.to_string();
        self.opened.insert(handle.clone(), opened);
        Ok(Handle { id, handle })
    }

    fn file(&mut self, handle: &str) -> Result<&mut OpenFile, StatusReply> {
        match self.opened.get_mut(handle) {
            Some(Opened::File(file)) => Ok(file),
            Some(Opened::Directory(_)) | None => Err(StatusCode::Failure.into()),
        }
    }

    /// A client shows its own words for a status, so a full disk is also told on standard error.
    async fn refuse(&self, error: DiskError) -> StatusReply {
        let text = error.to_string();
        let code = match error {
            DiskError::NotFound => StatusCode::NoSuchFile,
            DiskError::TooManyBytes | DiskError::TooManyNodes => {
                let line = format!("{text}\n");
                let told = self.session.extended_data(self.channel, STDERR, line).await;
                if told.is_err() {
                    tracing::debug!("the client did not wait for the error");
                }
                StatusCode::Failure
            }
            DiskError::NotADirectory
            | DiskError::IsADirectory
            | DiskError::Exists
            | DiskError::NotEmpty
            | DiskError::Busy
            | DiskError::CrossDevice
            | DiskError::NameTooLong
            | DiskError::PodGone
            | DiskError::Broken(_) => StatusCode::Failure,
        };
        code.with_message(text)
    }

    async fn change(
        &self,
        id: u32,
        work: impl FnOnce(&mut crate::disk::Disk<'_>) -> Result<(), DiskError> + Send + 'static,
    ) -> Result<Status, StatusReply> {
        match self.inside.change(work).await {
            Ok(()) => Ok(done(id)),
            Err(error) => Err(self.refuse(error).await),
        }
    }

    async fn attributes(&self, id: u32, path: &str) -> Result<Attrs, StatusReply> {
        let path = absolute(HOME, path);
        match self.inside.files(move |disk| disk.stat(&path)).await {
            Ok(stat) => Ok(Attrs {
                id,
                attrs: attributes(&stat),
            }),
            Err(error) => Err(self.refuse(error).await),
        }
    }
}

impl russh_sftp::server::Handler for Sftp {
    type Error = StatusReply;

    fn unimplemented(&self) -> StatusReply {
        StatusCode::OpUnsupported.into()
    }

    async fn open(
        &mut self,
        id: u32,
        filename: String,
        pflags: OpenFlags,
        attrs: FileAttributes,
    ) -> Result<Handle, StatusReply> {
        let path = absolute(HOME, &filename);
        let at = path.clone();
        let opened = if pflags.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE) {
            let mode = attrs.permissions;
            self.inside
                .change(move |disk| {
                    match disk.stat(&at) {
                        Ok(_) if pflags.contains(OpenFlags::EXCLUDE) => {
                            return Err(DiskError::Exists);
                        }
                        Err(DiskError::NotFound) if pflags.contains(OpenFlags::CREATE) => {
                            disk.write(&at, &Bytes::new())?;
                            disk.set(&at, mode, None)?;
                        }
                        Ok(stat) if stat.is_directory => return Err(DiskError::IsADirectory),
                        Ok(_) if pflags.contains(OpenFlags::TRUNCATE) => {
                            disk.write(&at, &Bytes::new())?;
                        }
                        Ok(_) => {}
                        Err(error) => return Err(error),
                    }
                    disk.read(&at)
                })
                .await
        } else {
            self.inside.read_file(at).await
        };
        let bytes = match opened {
            Ok(bytes) => bytes.into(),
            Err(error) => return Err(self.refuse(error).await),
        };
        let file = OpenFile {
            path,
            bytes,
            access: Access {
                read: pflags.contains(OpenFlags::READ),
                write: pflags.intersects(OpenFlags::WRITE | OpenFlags::APPEND),
                append: pflags.contains(OpenFlags::APPEND),
            },
            changed: false,
            mode: None,
            modified: None,
        };
        self.keep(id, Opened::File(file))
    }

    async fn close(&mut self, id: u32, handle: String) -> Result<Status, StatusReply> {
        let file = match self.opened.remove(&handle) {
            Some(Opened::File(file)) => file,
            Some(Opened::Directory(_)) => return Ok(done(id)),
            None => return Err(StatusCode::Failure.into()),
        };
        if !file.changed && file.mode.is_none() && file.modified.is_none() {
            return Ok(done(id));
        }
        self.change(id, move |disk| {
            if file.changed {
                disk.write(&file.path, &file.bytes.into())?;
            }
            disk.set(&file.path, file.mode, file.modified)
        })
        .await
    }

    async fn read(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        len: u32,
    ) -> Result<Data, StatusReply> {
        let file = self.file(&handle)?;
        if !file.access.read {
            return Err(StatusCode::PermissionDenied.into());
        }
        match file.read(offset, len.min(MAX_READ)) {
            Some(data) => Ok(Data { id, data }),
            None => Err(StatusCode::Eof.into()),
        }
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, StatusReply> {
        let file = self.file(&handle)?;
        if !file.access.write {
            return Err(StatusCode::PermissionDenied.into());
        }
        match file.write(offset, &data) {
            Ok(()) => Ok(done(id)),
            Err(error) => Err(self.refuse(error).await),
        }
    }

    async fn lstat(&mut self, id: u32, path: String) -> Result<Attrs, StatusReply> {
        self.attributes(id, &path).await
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusReply> {
        self.attributes(id, &path).await
    }

    async fn fstat(&mut self, id: u32, handle: String) -> Result<Attrs, StatusReply> {
        let file = self.file(&handle)?;
        let (path, size) = (file.path.clone(), file.bytes.len());
        let mut found = self.attributes(id, &path).await?;
        found.attrs.size = u64::try_from(size).ok();
        Ok(found)
    }

    async fn setstat(
        &mut self,
        id: u32,
        path: String,
        attrs: FileAttributes,
    ) -> Result<Status, StatusReply> {
        let path = absolute(HOME, &path);
        self.change(id, move |disk| {
            if let Some(size) = attrs.size {
                let mut bytes = Vec::from(disk.read(&path)?);
                let size = usize::try_from(size).map_err(|_too_large| DiskError::TooManyBytes)?;
                if size > bytes.len() {
                    return Err(DiskError::TooManyBytes);
                }
                bytes.truncate(size);
                disk.write(&path, &bytes.into())?;
            }
            disk.set(&path, attrs.permissions, attrs.mtime)
        })
        .await
    }

    async fn fsetstat(
        &mut self,
        id: u32,
        handle: String,
        attrs: FileAttributes,
    ) -> Result<Status, StatusReply> {
        let file = self.file(&handle)?;
        file.mode = attrs.permissions.or(file.mode);
        file.modified = attrs.mtime.or(file.modified);
        let resized = match attrs.size {
            Some(size) if file.access.write => file.resize(size),
            Some(_) => return Err(StatusCode::PermissionDenied.into()),
            None => Ok(()),
        };
        match resized {
            Ok(()) => Ok(done(id)),
            Err(error) => Err(self.refuse(error).await),
        }
    }

    async fn opendir(&mut self, id: u32, path: String) -> Result<Handle, StatusReply> {
        let path = absolute(HOME, &path);
        match self.inside.files(move |disk| disk.list(&path)).await {
            Ok(entries) => self.keep(id, Opened::Directory(entries.into())),
            Err(error) => Err(self.refuse(error).await),
        }
    }

    async fn readdir(&mut self, id: u32, handle: String) -> Result<Name, StatusReply> {
        let Some(Opened::Directory(entries)) = self.opened.get_mut(&handle) else {
            return Err(StatusCode::Failure.into());
        };
        if entries.is_empty() {
            return Err(StatusCode::Eof.into());
        }
        let count = entries.len().min(NAMES_AT_ONCE);
        let files = entries.drain(..count).map(listed).collect();
        Ok(Name { id, files })
    }

    async fn remove(&mut self, id: u32, filename: String) -> Result<Status, StatusReply> {
        let path = absolute(HOME, &filename);
        self.change(id, move |disk| disk.remove_file(&path)).await
    }

    async fn mkdir(
        &mut self,
        id: u32,
        path: String,
        attrs: FileAttributes,
    ) -> Result<Status, StatusReply> {
        let path = absolute(HOME, &path);
        self.change(id, move |disk| {
            disk.make_directory(&path)?;
            disk.set(&path, attrs.permissions, None)
        })
        .await
    }

    async fn rmdir(&mut self, id: u32, path: String) -> Result<Status, StatusReply> {
        let path = absolute(HOME, &path);
        self.change(id, move |disk| disk.remove_directory(&path))
            .await
    }

    /// In this version of the protocol, nothing is replaced by a rename.
    async fn rename(
        &mut self,
        id: u32,
        oldpath: String,
        newpath: String,
    ) -> Result<Status, StatusReply> {
        let (from, to) = (absolute(HOME, &oldpath), absolute(HOME, &newpath));
        self.change(id, move |disk| match disk.stat(&to) {
            Ok(_) => Err(DiskError::Exists),
            Err(DiskError::NotFound) => disk.rename(&from, &to),
            Err(error) => Err(error),
        })
        .await
    }

    async fn realpath(&mut self, id: u32, path: String) -> Result<Name, StatusReply> {
        let file = File::dummy(absolute(HOME, &path));
        Ok(Name {
            id,
            files: vec![file],
        })
    }
}

/// Bytes in one answer to a read.
const MAX_READ: u32 = 256 * 1024 - 1024;

fn done(id: u32) -> Status {
    Status {
        id,
        status_code: StatusCode::Ok,
        error_message: "Ok".to_owned(),
        language_tag: "en-US".to_owned(),
    }
}

fn attributes(stat: &Stat) -> FileAttributes {
    let kind = if stat.is_directory {
        DIRECTORY
    } else {
        REGULAR
    };
    FileAttributes {
        size: Some(stat.size),
        uid: Some(0),
        gid: Some(0),
        permissions: Some(kind | stat.mode),
        atime: Some(stat.modified),
        mtime: Some(stat.modified),
        ..FileAttributes::default()
    }
}

fn listed(entry: Entry) -> File {
    let mut attrs = attributes(&entry.stat);
    attrs.user = Some("root".to_owned());
    attrs.group = Some("root".to_owned());
    File::new(entry.name, attrs)
}
