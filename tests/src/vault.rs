//! A stand-in for Vault: answers on order, and a list of what was asked.

use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The token that the stand-in knows.
pub const VAULT_TOKEN: &str = "hvs.marker-of-the-vault-token";

/// Vault on loopback. What nobody ordered is answered with 501.
pub struct Vault {
    runtime: Runtime,
    server: MockServer,
}

impl Vault {
    /// A server that knows nothing yet.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn start() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let vault = Self {
            server: runtime.block_on(MockServer::start()),
            runtime,
        };
        let unexpected = |request: &Request| {
            let text = format!("no mock for {} {}", request.method, request.url);
            ResponseTemplate::new(501).set_body_string(text)
        };
        vault.mount(
            Mock::given(any())
                .respond_with(unexpected)
                .with_priority(255),
        );
        vault
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// Answers as this says.
    pub fn mount(&self, mock: Mock) {
        self.runtime.block_on(mock.mount(&self.server));
    }

    /// Answers a read of this path below `secret/data/`, whoever asks.
    pub fn answers(&self, below: &str, answer: ResponseTemplate) {
        let asked = Mock::given(method("GET")).and(path(format!("/v1/secret/data/{below}")));
        self.mount(asked.respond_with(answer));
    }

    /// Keeps a secret for whoever has the token.
    pub fn keeps(&self, below: &str, data: &Value) {
        let asked = Mock::given(method("GET"))
            .and(path(format!("/v1/secret/data/{below}")))
            .and(header("x-vault-token", VAULT_TOKEN));
        self.mount(asked.respond_with(ResponseTemplate::new(200).set_body_json(secret(data))));
    }

    /// Everything that was asked, in order.
    ///
    /// # Panics
    ///
    /// When the server does not keep requests.
    pub fn requests(&self) -> Vec<Request> {
        let received = self.runtime.block_on(self.server.received_requests());
        received.expect("requests are kept")
    }

    /// The requests as `METHOD path`.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.requests().into_iter();
        requests
            .map(|request| format!("{} {}", request.method, request.url.path()))
            .collect()
    }
}

/// The answer to reading a secret.
pub fn secret(data: &Value) -> Value {
    json!({"data": {"data": data, "metadata": {"version": 1, "deletion_time": "", "destroyed": false}}})
}

/// An error answer with these lines.
pub fn refusal(status: u16, errors: &[&str]) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "errors": errors }))
}
