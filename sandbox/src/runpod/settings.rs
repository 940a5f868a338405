//! Container settings and mounts as requests write them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::params::Fields;
use crate::problem::Problem;
use crate::runpod::model::{Account, Container, Mount};

impl Container {
    /// Takes over the keys that the request has; `env` replaces the whole map.
    pub(crate) fn apply(&mut self, request: Fields<'_>, account: &Account) -> Result<(), Problem> {
        if let Some(image) = request.text("image") {
            image.clone_into(&mut self.image);
        }
        if let Some(args) = command(request)? {
            self.args = args;
        }
        if let Some(disk) = request.integer("disk") {
            self.disk = Some(disk);
        }
        if let Some(ports) = request.texts("ports") {
            self.ports = checked_ports(&ports)?;
        }
        if let Some(env) = request.object("env") {
            self.env.0 = text_map(env);
        }
        if let Some(registry) = request.value("registry") {
            self.registry = checked_registry(registry.as_str(), account)?;
        }
        Ok(())
    }

    /// Takes over all settings of a template, whose `env` gives way to keys that are there.
    pub(crate) fn apply_template(&mut self, template: &Container) {
        let mut env = std::mem::take(&mut self.env);
        env.add_missing(&template.env);
        *self = Container {
            env,
            ..template.clone()
        };
    }

    /// The ports that are exposed.
    pub(crate) fn exposed(&self) -> impl Iterator<Item = Port> {
        self.ports.iter().filter_map(|port| Port::parse(port))
    }

    /// The settings as pods and templates show them, `env` in clear.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("image".into(), json!(self.image));
        map.insert("args".into(), json!(self.args));
        map.insert("ports".into(), json!(self.ports));
        map.insert("env".into(), json!(self.env.0));
        map.insert("registry".into(), json!(self.registry));
        if let Some(disk) = self.disk {
            map.insert("disk".into(), json!(disk));
        }
        map
    }
}

/// The command as it is kept. Given as lists, it is kept as JSON text; given both ways, both must
/// say the same.
fn command(request: Fields<'_>) -> Result<Option<String>, Problem> {
    let args = request.text("args");
    let mut lists = Map::new();
    for key in ["cmd", "entrypoint"] {
        if let Some(words) = request.texts(key) {
            lists.insert(key.into(), json!(words));
        }
    }
    if lists.is_empty() {
        return Ok(args.map(str::to_owned));
    }
    let agrees = |args: &str| {
        let words: Vec<&str> = args.split_whitespace().collect();
        let split = request.texts("cmd") == Some(words) && !lists.contains_key("entrypoint");
        split || serde_json::from_str::<Map<String, Value>>(args).is_ok_and(|kept| kept == lists)
    };
    match args {
        Some(args) if !agrees(args) => Err(Problem::rule(
            "`args` says something else than `cmd` and `entrypoint`",
        )),
        Some(_) | None => Ok(Some(Value::Object(lists).to_string())),
    }
}

fn checked_ports(ports: &[&str]) -> Result<Vec<String>, Problem> {
    let wrong = ports.iter().find(|port| Port::parse(port).is_none());
    match wrong {
        Some(port) => Err(Problem::rule(format!(
            "port `{port}` is not a number followed by `/http` or `/tcp`"
        ))),
        None => Ok(ports.iter().map(|port| (*port).to_owned()).collect()),
    }
}

/// A port that a pod exposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Port {
    pub(crate) number: u32,
    pub(crate) tcp: bool,
}

/// A TCP port above this asks for the same number inside and outside.
pub(crate) const SYMMETRIC_ABOVE: u32 = 70_000;

impl Port {
    /// Where a pod takes SSH.
    pub(crate) const SSH: Self = Self {
        number: 22,
        tcp: true,
    };

    /// Reads `8888/http` or `22/tcp`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, kind) = text.split_once('/')?;
        let tcp = match kind {
            "tcp" => true,
            "http" => false,
            _other => return None,
        };
        if !number.starts_with(|first: char| matches!(first, '1'..='9')) {
            return None;
        }
        let number: u32 = number.parse().ok()?;
        let real = u16::try_from(number).is_ok();
        (real || (tcp && number > SYMMETRIC_ABOVE)).then_some(Self { number, tcp })
    }
}

/// Keys and text values of a checked object.
pub(crate) fn text_map(fields: Fields<'_>) -> BTreeMap<String, String> {
    let pairs = fields
        .keys()
        .filter_map(|key| Some((key.to_owned(), fields.text(key)?.to_owned())));
    pairs.collect()
}

fn checked_registry(id: Option<&str>, account: &Account) -> Result<Option<String>, Problem> {
    match id {
        Some(id) if account.registries.iter().any(|registry| registry.id == id) => {
            Ok(Some(id.to_owned()))
        }
        Some(id) => Err(Problem::not_found("registry credential", id)),
        None => Ok(None),
    }
}

/// The mount that `mounts` asks for; both kinds at once are refused.
pub(crate) fn read_mount(mounts: Fields<'_>) -> Result<Option<Mount>, Problem> {
    let persistent = mounts.object("persistent");
    let network = mounts
        .objects("network")
        .unwrap_or_default()
        .into_iter()
        .next();
    let text = |fields: Fields<'_>, key| fields.text(key).unwrap_or_default().to_owned();
    match (persistent, network) {
        (Some(_), Some(_)) => Err(Problem::rule(
            "a pod takes a persistent mount or a network volume, not both",
        )),
        (Some(mount), None) => Ok(Some(Mount::Persistent {
            size: mount.integer("size").unwrap_or_default(),
            path: text(mount, "path"),
        })),
        (None, Some(mount)) => Ok(Some(Mount::Network {
            volume: text(mount, "volumeId"),
            path: text(mount, "path"),
        })),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &Value, check: impl FnOnce(Fields<'_>)) {
        check(Fields::new(json.as_object().unwrap()));
    }

    #[test]
    fn a_port_is_a_number_and_a_kind() {
        let check = |text: &str, expected: Option<(u32, bool)>| {
            let found = Port::parse(text).map(|port| (port.number, port.tcp));
            assert_eq!(found, expected, "{text}");
        };
        check("22/tcp", Some((22, true)));
        check("8888/http", Some((8888, false)));
        check("65535/tcp", Some((65_535, true)));
        check("70001/tcp", Some((70_001, true)));
        check("70001/http", None);
        check("65536/tcp", None);
        check("0/tcp", None);
        check("+5/tcp", None);
        check("53/udp", None);
        check("22", None);
        check("22/TCP", None);
    }

    #[test]
    fn command_lists_are_kept_as_args_and_must_agree_with_them() {
        let check = |request: Value, expected: Result<Option<&str>, ()>| {
            fields(&request, |request| {
                let found = command(request).map_err(|problem| {
                    assert_eq!(problem.status, http::StatusCode::BAD_REQUEST);
                });
                assert_eq!(found, expected.map(|args| args.map(str::to_owned)));
            });
        };
        check(json!({}), Ok(None));
        check(json!({ "args": "" }), Ok(Some("")));
        check(json!({ "args": "sleep 1" }), Ok(Some("sleep 1")));
        check(
            json!({ "cmd": ["a", "b"] }),
            Ok(Some(r#"{"cmd":["a","b"]}"#)),
        );
        check(
            json!({ "cmd": ["a"], "entrypoint": ["b"] }),
            Ok(Some(r#"{"cmd":["a"],"entrypoint":["b"]}"#)),
        );
        check(
            json!({ "args": "a b", "cmd": ["a", "b"] }),
            Ok(Some(r#"{"cmd":["a","b"]}"#)),
        );
        check(json!({ "args": "a", "cmd": ["a", "b"] }), Err(()));
        check(json!({ "args": "a", "entrypoint": ["a"] }), Err(()));
    }
}
