//! One listener for one boot of one pod.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::ssh::MAX_CONNECTIONS;
use crate::ssh::connection;
use crate::ssh::inside::Inside;

/// After an error of the system, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// A listener with its connections. Dropping it ends them all.
pub(crate) struct Door {
    boot: u32,
    port: u16,
    /// Dropping it tells the listener and the connections to end.
    _held: watch::Sender<()>,
}

impl Door {
    /// Takes connections on the current tokio runtime.
    pub(crate) fn open(listener: std::net::TcpListener, inside: Inside) -> io::Result<Self> {
        let port = listener.local_addr()?.port();
        let boot = inside.boot;
        let listener = TcpListener::from_std(listener)?;
        let (held, closed) = watch::channel(());
        tokio::spawn(accept(listener, inside, closed));
        Ok(Self {
            boot,
            port,
            _held: held,
        })
    }

    pub(crate) fn boot(&self) -> u32 {
        self.boot
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

async fn accept(listener: TcpListener, inside: Inside, closed: watch::Receiver<()>) {
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut ended = closed.clone();
    loop {
        let accepted = tokio::select! {
            // The sender sends nothing: a change is its end.
            _ = ended.changed() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // One connection too many is ended at once.
                let Ok(permit) = Arc::clone(&free).try_acquire_owned() else {
                    continue;
                };
                let (inside, closed) = (inside.clone(), closed.clone());
                tokio::spawn(async move {
                    connection::serve(stream, inside, closed).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
