//! A local port that leads to a port of a service or addon.

use super::address::Subject;
use super::connect::{Proof, open};
use super::error::StreamError;
use super::ports::{self, PortInfo};
use super::socket::Socket;
use super::tunnel::{Carried, carry};
use crate::Client;
use sdk_core::StatusCode;
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

/// A port to forward: set options, then [`start`](Self::start).
#[must_use = "nothing is forwarded until `start` is awaited"]
pub struct ForwardRequest {
    target: Target,
    local_port: u16,
    max_connections: usize,
    on_event: Report,
}

type Report = Arc<dyn Fn(ForwardEvent) + Send + Sync>;

/// Where connections lead to.
#[derive(Clone, Debug)]
struct Target {
    client: Client,
    subject: Subject,
    port: u16,
    instance: Option<String>,
}

/// What happens to the connections of a [`Forward`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ForwardEvent {
    /// A connection leads to the service.
    #[non_exhaustive]
    Opened {
        /// The local program's end.
        peer: SocketAddr,
    },
    /// A connection was closed by either side.
    #[non_exhaustive]
    Closed {
        /// The local program's end.
        peer: SocketAddr,
        /// Bytes sent to the service.
        sent: u64,
        /// Bytes received from the service.
        received: u64,
    },
    /// A connection failed, or none could be accepted. The others go on.
    #[non_exhaustive]
    Failed {
        /// The local program's end, where there was one.
        peer: Option<SocketAddr>,
        /// Why.
        error: StreamError,
    },
}

/// A local port that leads to a port of a service or addon, until it is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends the forwarding"]
pub struct Forward {
    local_addr: SocketAddr,
    /// Dropping it stops the task and its connections.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl ForwardRequest {
    pub(crate) fn new(client: &Client, subject: Subject, port: u16) -> Self {
        Self {
            target: Target {
                client: client.clone(),
                subject,
                port,
                instance: None,
            },
            local_port: 0,
            max_connections: 128,
            on_event: Arc::new(|_event| {}),
        }
    }

    /// Listens on this port of 127.0.0.1. Default: any that is free, see [`Forward::local_addr`].
    pub fn local_port(mut self, port: u16) -> Self {
        self.local_port = port;
        self
    }

    /// Leads to this instance, and to no other. Default: to any.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.target.instance = Some(name.into());
        self
    }

    /// How many connections may be open at once; more wait. Default: 128.
    pub fn max_connections(mut self, most: usize) -> Self {
        self.max_connections = most.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Is told what happens to the connections. It should return soon: it is called where bytes are
    /// carried.
    pub fn on_event(mut self, report: impl Fn(ForwardEvent) + Send + Sync + 'static) -> Self {
        self.on_event = Arc::new(report);
        self
    }

    /// Asks whether the port can be forwarded, and listens.
    ///
    /// # Errors
    ///
    /// [`StreamError::Config`] for a port that is not declared or takes datagrams, for an instance that
    /// is not there, and where nothing is running; [`StreamError::Call`] when the question fails;
    /// [`StreamError::Local`] when the local port is taken.
    pub async fn start(self) -> Result<Forward, StreamError> {
        let info = ports::ask(&self.target.client, &self.target.subject).await?;
        info.check_port(self.target.port)?;
        info.instance(self.target.instance.as_deref())?;
        info.origin()?;
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, self.local_port));
        let listen = async {
            let listener = TcpListener::bind(wanted).await?;
            let local_addr = listener.local_addr()?;
            Ok((listener, local_addr))
        };
        let (listener, local_addr) = listen
            .await
            .map_err(|error| StreamError::local("listen on", format!("`{wanted}`"), error))?;
        let (stop, stopped) = watch::channel(());
        let route = Arc::new(Route {
            target: self.target,
            info: Mutex::new(info),
        });
        let accepting = accept(
            listener,
            route,
            self.on_event,
            self.max_connections,
            stopped,
        );
        Ok(Forward {
            local_addr,
            stop,
            task: tokio::spawn(accepting),
        })
    }
}

impl Forward {
    /// Where local programs connect to.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops listening, closes all connections in order, and waits until that is done.
    pub async fn stop(self) {
        drop(self.stop);
        // It ends by itself; a panic of a callback is the callback's own.
        drop(self.task.await);
    }
}

/// Where connections lead to, as far as it is known.
struct Route {
    target: Target,
    info: Mutex<PortInfo>,
}

impl Route {
    async fn open(&self) -> Result<Socket, StreamError> {
        let url = self.url()?;
        let streams = self.target.client.streams();
        let error = match open(streams, &url, Proof::Bearer).await {
            Ok(socket) => return Ok(socket),
            Err(error) => error,
        };
        if error.status() != Some(StatusCode::NOT_FOUND) || self.target.instance.is_some() {
            return Err(error);
        }
        // The instance may have been replaced since.
        let info = ports::ask(&self.target.client, &self.target.subject).await?;
        *self.info.lock().unwrap_or_else(PoisonError::into_inner) = info;
        let now = self.url()?;
        if now == url {
            return Err(error);
        }
        open(streams, &now, Proof::Bearer).await
    }

    fn url(&self) -> Result<String, StreamError> {
        let Target {
            client,
            subject,
            port,
            instance,
        } = &self.target;
        let info = self.info.lock().unwrap_or_else(PoisonError::into_inner);
        let name = info.instance(instance.as_deref())?;
        // Where no instance was asked for, the edge may choose another.
        let query: &[_] = match instance {
            Some(_) if subject.is_service() => &[("directConnect", "true")],
            Some(_) | None => &[],
        };
        let suffix = "/instance/{podName}/port/{internalPort}";
        let values: [&dyn fmt::Display; 2] = [&name, port];
        let origin = info.origin()?;
        Ok(subject.url(
            client.streams(),
            &origin,
            "/tunnel/",
            suffix,
            &values,
            query,
        )?)
    }
}

async fn accept(
    listener: TcpListener,
    route: Arc<Route>,
    report: Report,
    most: usize,
    mut stopped: watch::Receiver<()>,
) {
    let room = Arc::new(Semaphore::new(most));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            // It is never closed.
            let place = Arc::clone(&room).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _stopped = stopped.changed() => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((local, peer)) => {
                let (route, report) = (Arc::clone(&route), Arc::clone(&report));
                let stopped = stopped.clone();
                connections.spawn(async move {
                    serve(&route, local, peer, &report, stopped).await;
                    drop(place);
                });
            }
            Err(error) => {
                let error = StreamError::local("accept", "a connection", error);
                report(ForwardEvent::Failed { peer: None, error });
                // Too many open files, say: it passes, and not at once.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(
    route: &Route,
    local: TcpStream,
    peer: SocketAddr,
    report: &Report,
    mut stopped: watch::Receiver<()>,
) {
    // A key that was pressed should not wait for the next. Where this fails, it does.
    let _set = local.set_nodelay(true);
    let opened = tokio::select! {
        opened = route.open() => opened,
        _stopped = stopped.changed() => return,
    };
    let carried = match opened {
        Ok(socket) => {
            report(ForwardEvent::Opened { peer });
            carry(socket, local, stopped).await
        }
        Err(error) => Err(error),
    };
    report(match carried {
        Ok(Carried { sent, received }) => ForwardEvent::Closed {
            peer,
            sent,
            received,
        },
        Err(error) => ForwardEvent::Failed {
            peer: Some(peer),
            error,
        },
    });
}

impl fmt::Debug for ForwardRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardRequest")
            .field("target", &self.target)
            .field("local_port", &self.local_port)
            .finish_non_exhaustive()
    }
}
