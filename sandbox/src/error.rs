//! What can keep the sandbox from starting or from reading its state.

use std::io;
use std::path::PathBuf;

/// Why the sandbox could not start or could not use its state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port is taken or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The time scale is no finite number above 0.
    #[error("the time scale must be a number above 0, not {scale}")]
    TimeScale {
        /// The scale asked for.
        scale: f64,
    },
    /// A fault is for an operation that neither API has.
    #[error("there is no operation `{operation}` for a fault")]
    UnknownOperation {
        /// The id asked for.
        operation: String,
        /// All ids.
        known: Vec<String>,
    },
    /// A fault of streams is for an operation that opens none.
    #[error("`{operation}` opens no stream: this fault would never happen")]
    NoStream {
        /// The id asked for.
        operation: String,
    },
    /// A limit is for a window that there is not.
    #[error("there is no window `{window}` for a limit: minute, hour and day are there")]
    UnknownWindow {
        /// The name asked for.
        window: String,
    },
    /// The description of an API that is built in cannot be used.
    #[error("the built-in description of the API cannot be used: {reason}")]
    Description {
        /// What is wrong, with the place in the description.
        reason: String,
    },
    /// The state file cannot be read, locked or written.
    #[error("cannot use the state file {}", path.display())]
    StateFile {
        /// The file, or the lock beside it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The state file holds something else than a state. It is left as it is.
    #[error("{} is not a sandbox state; remove it to start anew", path.display())]
    DamagedState {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// The state file was written by another version of the sandbox. It is left as it is.
    #[error("{} was written by another version (format {found}); remove it to start anew", path.display())]
    StateVersion {
        /// The file.
        path: PathBuf,
        /// The format found.
        found: u32,
    },
    /// The catalog has no such GPU type or data center.
    #[error("the catalog has no `{id}`")]
    NotInCatalog {
        /// The id asked for.
        id: String,
    },
    /// The state holds no pod with this id.
    #[error("there is no pod `{id}`")]
    NoSuchPod {
        /// The id asked for.
        id: String,
    },
}
