//! Ports of a service and the names under which they are reached.

use serde_json::{Map, Value, json};

use crate::northflank::item::derived;
use crate::northflank::model::{Project, Service};
use crate::params::Fields;

/// Ports as a service shows them: what was asked for, with ids and names.
pub(crate) fn view(project: &Project, service: &Service) -> Vec<Value> {
    let ports = service.item.spec.get("ports").and_then(Value::as_array);
    let ports = ports.into_iter().flatten().filter_map(Value::as_object);
    ports.map(|port| one(project, service, port)).collect()
}

fn one(project: &Project, service: &Service, port: &Map<String, Value>) -> Value {
    let fields = Fields::new(port);
    let mut shown = port.clone();
    let public = fields.flag("public").unwrap_or(false);
    shown.insert("public".to_owned(), json!(public));
    shown.insert("id".to_owned(), json!(id(fields)));
    let named = public && fields.flag("disableNfDomain") != Some(true);
    if named && let Some(dns) = dns(project, service, fields) {
        shown.insert("dns".to_owned(), json!(dns));
    }
    let domains = fields.texts("domains").unwrap_or_default();
    let domains: Vec<Value> = domains
        .into_iter()
        .map(|name| json!({ "name": name, "certificate": { "inProgress": false } }))
        .collect();
    shown.insert("domains".to_owned(), json!(domains));
    Value::Object(shown)
}

fn id(port: Fields<'_>) -> String {
    let name = port.text("name").unwrap_or_default().to_ascii_lowercase();
    format!(
        "{name}-{}",
        port.integer("internalPort").unwrap_or_default()
    )
}

/// The public name: port, service, and letters that stay the same for a service.
fn dns(project: &Project, service: &Service, port: Fields<'_>) -> Option<String> {
    let letters = derived(&project.item.uid, 12);
    let name = port.text("name")?.to_ascii_lowercase();
    Some(format!("{name}--{}--{letters}.code.run", service.item.id))
}
