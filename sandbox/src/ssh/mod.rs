//! SSH into the pods of the sandbox.
//!
//! A pod that takes direct SSH has a listener of its own on the loopback interface, a *door*. One
//! port for all pods would not do: of a connection, a server sees the user's name and key, and both
//! are the same for every pod of an account. It has a host key of its own for the same reason:
//! clients remember a host key by address and port.
//!
//! A door is there exactly while the API reports it: both follow [`Doors::sync`], which runs before
//! and after every operation, alone on the state. The port is chosen by the system when a boot
//! first takes SSH and is kept in the state, so that the next process takes the same one if it is
//! free. If it is not, because two processes serve one state, this process reports another. The
//! next boot has another port, as it has in the cloud.
//!
//! Keys that may enter are the lines of `PUBLIC_KEY` in the pod's environment, which is where
//! `startSsh` puts those of the account. A pod without any starts no SSH server: as with a published port
//! that nobody listens on, a connection is ended before a word is said.
//!
//! Inside is no host: commands are those of [`crate::shell`], files those of [`crate::disk`], and a
//! forwarded port reaches a service of the pod that sends back what it gets.

mod admission;
mod connection;
mod door;
mod doors;
mod forward;
mod handler;
mod inside;
mod job;
mod keys;
mod sftp;
mod sftp_handle;
mod terminal;
#[cfg(test)]
mod tests;

pub(crate) use doors::Doors;
pub(crate) use keys::public_line;

use std::time::Duration;

/// Connections to one pod at a time.
const MAX_CONNECTIONS: usize = 32;

/// Channels of one connection at a time.
const MAX_CHANNELS: usize = 16;

/// How long a client may take to authenticate.
const LOGIN_GRACE: Duration = Duration::from_secs(30);

/// How long a connection may be silent.
const MAX_SILENCE: Duration = Duration::from_secs(30 * 60);

/// How often a connection looks whether another process has stopped its pod.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);
