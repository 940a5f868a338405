//! A call as many write it who have no client: `reqwest` and `serde_json`.

use serde::de::DeserializeOwned;
use std::time::Duration;

/// What is sent as the key, by hand and by others.
pub const KEY: &str = "rpa_0123456789";

/// With a limit on the time of a call.
///
/// # Panics
///
/// When it cannot be made. A client of ours has to be there first: it chooses what does TLS.
pub fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().timeout(Duration::from_secs(30));
    builder.no_proxy().build().expect("a client")
}

/// A key, an error for what is no success, one read of the body.
///
/// # Panics
///
/// When the call fails.
pub async fn get<T: DeserializeOwned>(http: &reqwest::Client, url: &str) -> T {
    let request = http.get(url).bearer_auth(KEY);
    let answer = request.header("accept", "application/json").send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status);
    let body = answer.expect("a success").bytes().await.expect("a body");
    serde_json::from_slice(&body).expect("JSON")
}
