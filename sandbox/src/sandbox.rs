//! Starting, stopping and looking into a sandbox.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Error;
use crate::api::Api;
use crate::clock::{Clock, Pace, SystemClock};
use crate::crowd;
use crate::disk::Contents;
use crate::exchange::Service;
use crate::fault::{Fault, Faults};
use crate::limits::Quotas;
use crate::northflank;
use crate::record::{Received, Record};
use crate::runpod::{self, Tier};
use crate::server;
#[cfg(feature = "ssh")]
use crate::ssh::Doors;
use crate::state::{Cloud, Store};
use crate::wire::{Wire, Wires};

/// How long [`Sandbox::shutdown`] waits for answers under way.
const GRACE: Duration = Duration::from_secs(2);

/// Settings of a sandbox that is to be started.
#[must_use = "a builder does nothing until `start` or `serve` is called"]
pub struct Builder {
    port: u16,
    state_file: Option<PathBuf>,
    time_scale: f64,
    clock: Arc<dyn Clock>,
    check_answers: bool,
    faults: Vec<Fault>,
    latency: Duration,
    limits: Vec<(String, u64)>,
    enforce_limits: bool,
}

impl Builder {
    /// Listens on this port of the loopback interface. Default: 0, any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Keeps the state in a file, made readable by its owner only, and goes on from it if it is
    /// there. Several sandboxes, in one process or in many, may share one file. Default: in memory.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// How much faster than usual pods boot: with 10, a pod is ready after 0.4 s and not 4 s.
    /// A finite number above 0. Default: 1.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.time_scale = scale;
        self
    }

    /// Where the time comes from. Default: the machine's clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Also checks every answer against the description; one that does not match becomes a 500
    /// that says why, and changes nothing. Default: off.
    pub fn check_answers(mut self) -> Self {
        self.check_answers = true;
        self
    }

    /// Adds a fault on order. Faults are looked at in the order in which they were added.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// How long every request waits first. Default: not at all.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Requests allowed in a window: `minute`, `hour` or `day`. Default: 600, 30000, 500000 for RunPod;
    /// Northflank has the hour only, and allows 1000 in it as the service does.
    pub fn limit(mut self, window: impl Into<String>, requests: u64) -> Self {
        self.limits.push((window.into(), requests));
        self
    }

    /// Refuses what exceeds a limit with 429 and `Retry-After`. Default: limits are told in headers only.
    pub fn enforce_limits(mut self) -> Self {
        self.enforce_limits = true;
        self
    }

    /// The quotas, if all of them are for windows that there are.
    fn quotas(&self) -> Result<Quotas, Error> {
        let mut quotas = Quotas::default();
        for (window, requests) in &self.limits {
            if !quotas.set(window, *requests) {
                return Err(Error::UnknownWindow {
                    window: window.clone(),
                });
            }
        }
        Ok(quotas)
    }

    /// Starts to serve, on the current tokio runtime.
    ///
    /// # Errors
    /// [`Error::TimeScale`], [`Error::Listen`], [`Error::UnknownOperation`], [`Error::NoStream`], [`Error::UnknownWindow`], and what reading the state file can give.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let pace = Pace::new(self.time_scale).ok_or(Error::TimeScale {
            scale: self.time_scale,
        })?;
        check_faults(&self.faults)?;
        let quotas = self.quotas()?;
        let listening = |source| Error::Listen {
            port: self.port,
            source,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address).await.map_err(listening)?;
        let port = listener.local_addr().map_err(listening)?.port();
        let (stop, stopped) = watch::channel(());
        let service = Arc::new(self.service(pace, quotas, port, stopped.clone()));
        // A state that cannot be used is told now, and not with the first request.
        service.store.transaction(|cloud| service.resume(cloud))?;
        let router = server::router(Arc::clone(&service));
        let router = router.into_make_service_with_connect_info::<Wire>();
        let serving = axum::serve(Wires(listener), router).with_graceful_shutdown(ended(stopped));
        let task = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server ended");
            }
        });
        let url = format!("http://127.0.0.1:{port}");
        Ok(Sandbox {
            url,
            port,
            service,
            stop,
            task,
        })
    }

    /// All that answering takes.
    fn service(
        self,
        pace: Pace,
        quotas: Quotas,
        port: u16,
        stopped: watch::Receiver<()>,
    ) -> Service {
        let contents = self.state_file.as_deref();
        let contents = Arc::new(contents.map_or_else(Contents::memory, Contents::beside));
        let store = Arc::new(self.state_file.map_or_else(Store::memory, Store::file));
        Service {
            #[cfg(feature = "ssh")]
            doors: Doors::new(
                Arc::clone(&store),
                Arc::clone(&self.clock),
                Arc::clone(&contents),
            ),
            store,
            contents,
            clock: self.clock,
            pace,
            record: Record::default(),
            check_answers: self.check_answers,
            port,
            stopped,
            faults: Faults::new(self.faults),
            latency: self.latency,
            quotas,
            enforce_limits: self.enforce_limits,
        }
    }

    /// Serves until `stop` ends. `ready` is called once requests are taken.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn serve(
        self,
        ready: impl FnOnce(&Sandbox),
        stop: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let sandbox = self.start().await?;
        ready(&sandbox);
        stop.await;
        sandbox.shutdown().await;
        Ok(())
    }
}

/// A fault for an operation that there is not would never happen, and nobody would know.
fn check_faults(faults: &[Fault]) -> Result<(), Error> {
    if faults.iter().all(|fault| fault.operation().is_none()) {
        return Ok(());
    }
    let mut known = Vec::new();
    for api in Api::ALL {
        known.extend(api.operations()?.map(|operation| operation.name.clone()));
    }
    for fault in faults {
        let Some(id) = fault.operation() else {
            continue;
        };
        let operation = id.to_owned();
        if !known.contains(&operation) {
            return Err(Error::UnknownOperation { operation, known });
        }
        if fault.is_of_streams() && !northflank::is_stream(id) {
            return Err(Error::NoStream { operation });
        }
    }
    Ok(())
}

/// Ends when the sandbox does. Nothing is ever sent: the sender is dropped.
pub(crate) async fn ended(mut stopped: watch::Receiver<()>) {
    drop(stopped.changed().await);
}

/// A running sandbox. Dropping it ends it without waiting for answers under way.
pub struct Sandbox {
    url: String,
    port: u16,
    pub(crate) service: Arc<Service>,
    /// Dropping it tells the server to stop.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Settings to start one with.
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            state_file: None,
            time_scale: 1.0,
            clock: Arc::new(SystemClock),
            check_answers: false,
            faults: Vec::new(),
            latency: Duration::ZERO,
            limits: Vec::new(),
            enforce_limits: false,
        }
    }

    /// Where it listens, such as `http://127.0.0.1:4100`: the base URL for clients.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The newest requests received by this sandbox, at most 4096, oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.service.record.all()
    }

    /// The whole state as it is stored. It holds the environment and the SSH host keys of pods in clear.
    ///
    /// # Errors
    /// What reading the state file can give.
    pub fn state(&self) -> Result<Value, Error> {
        let to_value = |cloud: &mut Cloud| serde_json::to_value(cloud);
        // Maps have text keys and numbers are finite, so this cannot fail.
        self.service
            .store
            .transaction(to_value)
            .map(Result::unwrap_or_default)
    }

    /// Puts other faults on order, in place of those that there are.
    ///
    /// # Errors
    /// [`Error::UnknownOperation`], [`Error::NoStream`].
    pub fn set_faults(&self, faults: Vec<Fault>) -> Result<(), Error> {
        check_faults(&faults)?;
        self.service.faults.replace(faults);
        Ok(())
    }

    /// How many answers a fault has made other than they would have been.
    pub fn faults_struck(&self) -> u64 {
        self.service.faults.struck()
    }

    /// Sets how many cards of a GPU type one data center has, those in use included.
    ///
    /// # Errors
    /// [`Error::NotInCatalog`], and what using the state file can give.
    pub fn set_gpu_stock(
        &self,
        gpu: &str,
        tier: Tier,
        data_center: &str,
        count: u64,
    ) -> Result<(), Error> {
        let unknown = |id: &str| Error::NotInCatalog { id: id.to_owned() };
        runpod::find_gpu(gpu).ok_or_else(|| unknown(gpu))?;
        runpod::find_data_center(data_center).ok_or_else(|| unknown(data_center))?;
        let key = runpod::stock_key(tier, data_center, gpu);
        self.service.store.transaction(|cloud| {
            cloud.runpod.stock.insert(key, count);
        })
    }

    /// Makes a pod fail: it reads `ERROR` and holds no hardware until it is started again.
    ///
    /// # Errors
    /// [`Error::NoSuchPod`], and what using the state file can give.
    pub fn fail_pod(&self, id: &str) -> Result<(), Error> {
        let now = self.service.clock.now();
        let found = self.service.store.transaction(|cloud| {
            let found = runpod::fail_pod(&mut cloud.runpod, id, now);
            #[cfg(feature = "ssh")]
            self.service.doors.sync(&mut cloud.runpod, now);
            found
        })?;
        found.ok_or_else(|| Error::NoSuchPod { id: id.to_owned() })
    }

    /// Makes the account larger: so many copies of the newest pod, and as many of the newest service, each
    /// under a name and an id of its own.
    ///
    /// # Errors
    /// What using the state file can give.
    pub fn multiply(&self, count: usize) -> Result<(), Error> {
        self.service
            .store
            .transaction(|cloud| crowd::multiply(cloud, count))
    }

    /// The host key that a pod shows to SSH clients, as `known_hosts` has it behind the host's name.
    /// None until the pod first took SSH.
    ///
    /// # Errors
    /// [`Error::NoSuchPod`], and what using the state file can give.
    #[cfg(feature = "ssh")]
    pub fn ssh_host_key(&self, id: &str) -> Result<Option<String>, Error> {
        let found = self.service.store.transaction(|cloud| {
            let pod = cloud.runpod.pods.iter().find(|pod| pod.id == id)?;
            Some(crate::ssh::public_line(&pod.interior))
        })?;
        found.ok_or_else(|| Error::NoSuchPod { id: id.to_owned() })
    }

    /// Takes no more requests, lets answers under way go out for up to 2 s, and ends.
    pub async fn shutdown(mut self) {
        #[cfg(feature = "ssh")]
        self.service.doors.close();
        drop(self.stop);
        if tokio::time::timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}
