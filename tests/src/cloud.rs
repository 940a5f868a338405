//! A sandbox with a runtime of its own, so that tests need none.

use sandbox::{Received, Sandbox};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// How many times faster than real time the cloud lives: a pod is ready after 40 ms.
const TIME_SCALE: f64 = 100.0;

/// A cloud on loopback.
pub struct Cloud {
    runtime: Runtime,
    sandbox: Sandbox,
}

impl Cloud {
    /// A cloud with nothing in it.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn start() -> Self {
        Self::with_time_scale(TIME_SCALE)
    }

    /// A cloud that lives at another speed.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn with_time_scale(scale: f64) -> Self {
        Self::built(Sandbox::builder().time_scale(scale))
    }

    /// A cloud with faults on order, such as `create_pod:lost-answer:1`.
    ///
    /// # Panics
    ///
    /// When one is no fault, or it cannot be started.
    pub fn with_faults(faults: &[&str]) -> Self {
        let faults = faults.iter().map(|text| text.parse().expect("a fault"));
        let builder = Sandbox::builder().time_scale(TIME_SCALE);
        Self::built(faults.fold(builder, sandbox::Builder::fault))
    }

    /// A cloud with these settings, whose answers are not checked: that takes longer than giving them.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn of(builder: sandbox::Builder) -> Self {
        Self::started(builder)
    }

    fn built(builder: sandbox::Builder) -> Self {
        Self::started(builder.check_answers())
    }

    fn started(builder: sandbox::Builder) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let starting = builder.start();
        let sandbox = runtime.block_on(starting).expect("a sandbox");
        Self { runtime, sandbox }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        self.sandbox.url()
    }

    /// Puts these faults on order from now on, such as `create_pod:500`.
    ///
    /// # Panics
    ///
    /// When one is no fault.
    pub fn set_faults(&self, faults: &[String]) {
        let faults = faults.iter().map(|text| text.parse().expect("a fault"));
        let set = self.sandbox.set_faults(faults.collect());
        set.expect("operations that there are");
    }

    /// The sandbox itself, to set stock or to make a pod fail.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Where things can be run beside it.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// All requests of one operation, such as `create_pod`.
    pub fn requests(&self, operation: &str) -> Vec<Received> {
        let all = self.sandbox.requests();
        all.into_iter()
            .filter(|request| request.operation.as_deref() == Some(operation))
            .collect()
    }

    /// The only request of one operation.
    ///
    /// # Panics
    ///
    /// When there are none or several.
    pub fn request(&self, operation: &str) -> Value {
        let found = self.requests(operation);
        assert_eq!(found.len(), 1, "requests of {operation}");
        found[0].body.clone().unwrap_or_default()
    }

    /// Requests that change something, as `METHOD path`.
    pub fn changes(&self) -> Vec<String> {
        let all = self.sandbox.requests().into_iter();
        all.filter(|request| request.method != "GET")
            .map(|request| format!("{} {}", request.method, request.path))
            .collect()
    }

    /// The pods that exist, as the cloud shows them.
    ///
    /// # Panics
    ///
    /// When it does not answer.
    pub fn pods(&self) -> Vec<runpod_sdk::types::Pod> {
        let listed = self
            .runtime
            .block_on(async { self.client().pods().list().await });
        listed.expect("a list").into_inner().pods
    }

    /// A client of its own.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn client(&self) -> runpod_sdk::Client {
        let builder = runpod_sdk::Client::builder()
            .api_key("test")
            .base_url(self.url());
        builder
            .configure_http(|http| http.no_proxy())
            .build()
            .expect("a client")
    }
}
