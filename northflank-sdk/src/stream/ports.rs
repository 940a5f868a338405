//! Which ports can be forwarded, and to where.

use super::address::{Kind, Subject};
use super::error::StreamError;
use crate::{Call, Client};
use reqwest::Url;
use sdk_core::{ConfigError, Json, Method, Operation, Repeat};
use serde::Deserialize;

/// What can be forwarded. Source: `GET /v1/port-forwarding/info/…`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PortInfo {
    pub(crate) target_domain: String,
    pub(crate) instances: Vec<Instance>,
    ports: Vec<Port>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Instance {
    pub(crate) pod_name: String,
    /// Addons tell the ports of each instance.
    ports: Vec<Port>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Port {
    name: Option<String>,
    #[serde(rename = "internalPort")]
    number: u16,
    protocol: String,
}

static SERVICE: Operation = Operation::new(
    "get_service_port_forwarding",
    Method::GET,
    "/v1/port-forwarding/info/projects/{projectId}/services/{serviceId}",
    Repeat::Safe,
)
.in_team("/v1/port-forwarding/info/teams/{teamId}/projects/{projectId}/services/{serviceId}");

static ADDON: Operation = Operation::new(
    "get_addon_port_forwarding",
    Method::GET,
    "/v1/port-forwarding/info/projects/{projectId}/addons/{addonId}",
    Repeat::Safe,
)
.in_team("/v1/port-forwarding/info/teams/{teamId}/projects/{projectId}/addons/{addonId}");

/// Asks which ports can be forwarded.
pub(crate) async fn ask(client: &Client, subject: &Subject) -> Result<PortInfo, StreamError> {
    let Subject { project, kind, id } = subject;
    let operation = match kind {
        Kind::Service => &SERVICE,
        Kind::Addon => &ADDON,
        Kind::Job => {
            return Err(StreamError::Config(ConfigError::new(
                "jobs have no ports to forward",
            )));
        }
    };
    let call: Call<Json<PortInfo>> = Call::new(client.transport(), operation, &[project, id]);
    Ok(call.await?.into_inner())
}

impl PortInfo {
    /// The name of the instance to forward to: the one asked for, else the first.
    pub(crate) fn instance(&self, asked: Option<&str>) -> Result<&str, ConfigError> {
        let mut names = self
            .instances
            .iter()
            .map(|instance| instance.pod_name.as_str());
        match asked {
            Some(asked) => names.find(|name| *name == asked).ok_or_else(|| {
                let known: Vec<_> = self.instances.iter().map(|i| i.pod_name.as_str()).collect();
                ConfigError::new(format!(
                    "there is no instance `{asked}`; there is: {}",
                    listed(&known)
                ))
            }),
            None => names.next().ok_or_else(|| {
                ConfigError::new("nothing is running that a port could be forwarded to")
            }),
        }
    }

    /// That this port is declared, and not for datagrams.
    pub(crate) fn check_port(&self, port: u16) -> Result<(), ConfigError> {
        let of_instances = self.instances.iter().flat_map(|instance| &instance.ports);
        let declared: Vec<&Port> = self.ports.iter().chain(of_instances).collect();
        match declared.iter().find(|known| known.number == port) {
            Some(known) if known.protocol.eq_ignore_ascii_case("udp") => Err(ConfigError::new(
                format!("port {port} is a UDP port; only TCP and HTTP ports are forwarded"),
            )),
            Some(_) => Ok(()),
            None => {
                let mut all: Vec<_> = declared.iter().map(ToString::to_string).collect();
                all.dedup();
                Err(ConfigError::new(format!(
                    "port {port} is not declared; declared: {}",
                    listed(&all)
                )))
            }
        }
    }

    /// The origin of the tunnels: TLS, except to this machine.
    ///
    /// The token goes there, so nothing but a host and a port is taken for one.
    pub(crate) fn origin(&self) -> Result<String, StreamError> {
        let domain = &self.target_domain;
        let bad = || StreamError::protocol(format!("`{}` for a domain", sdk_core::visible(domain)));
        let url = Url::parse(&format!("https://{domain}")).map_err(|_invalid| bad())?;
        let plain = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !domain.contains(['/', '\\', '@', '?', '#']);
        let host = url.host_str().filter(|_| plain).ok_or_else(bad)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = host == "localhost"
            || bare
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback());
        let scheme = if loopback { "http" } else { "https" };
        Ok(format!("{scheme}://{domain}"))
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} ({name})", self.number),
            None => write!(f, "{}", self.number),
        }
    }
}

fn listed(names: &[impl AsRef<str>]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    sdk_core::visible(&names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::PortInfo;
    use serde_json::{Value, json};

    fn info(value: Value) -> PortInfo {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_token_goes_to_a_host_over_tls_or_to_this_machine() {
        let check = |domain: &str, expected: Option<&str>| {
            let origin = info(json!({"targetDomain": domain})).origin();
            assert_eq!(origin.ok().as_deref(), expected, "{domain}");
        };
        check("t.example.com", Some("https://t.example.com"));
        check("t.example.com:8443", Some("https://t.example.com:8443"));
        check("127.0.0.1:9", Some("http://127.0.0.1:9"));
        check("[::1]:9", Some("http://[::1]:9"));
        check("localhost:9", Some("http://localhost:9"));
        check(
            "localhost.example.com",
            Some("https://localhost.example.com"),
        );
        check("127.0.0.1@evil.example.com", None);
        check("evil.example.com/x", None);
        check("evil.example.com?x", None);
        check("", None);
    }

    #[test]
    fn only_declared_ports_and_known_instances_are_forwarded() {
        let service = info(json!({
            "targetDomain": "t", "instances": [{"podName": "a"}, {"podName": "b"}],
            "ports": [
                {"name": "web", "internalPort": 80, "protocol": "HTTP"},
                {"internalPort": 53, "protocol": "UDP"}
            ]
        }));
        assert!(service.check_port(80).is_ok());
        let error = service.check_port(81).unwrap_err().to_string();
        assert_eq!(error, "port 81 is not declared; declared: 80 (web), 53");
        assert!(
            service
                .check_port(53)
                .unwrap_err()
                .to_string()
                .contains("UDP")
        );
        assert_eq!(service.instance(None).unwrap(), "a");
        assert_eq!(service.instance(Some("b")).unwrap(), "b");
        let error = service.instance(Some("c")).unwrap_err().to_string();
        assert_eq!(error, "there is no instance `c`; there is: a, b");
        let addon = info(json!({
            "instances": [{"podName": "a", "ports": [{"internalPort": 5432, "protocol": "TCP"}]}]
        }));
        assert!(addon.check_port(5432).is_ok());
        assert!(info(json!({})).instance(None).is_err());
    }
}
