//! The ports of a pod.

use std::collections::BTreeSet;

use crate::config::findings::Findings;
use crate::config::model::{Port, PortProtocol};
use crate::config::values::{At, Scope};

/// HTTP ports that a pod can have.
const MOST_HTTP: usize = 10;

pub(super) fn ports(block: &Scope<'_>, findings: &mut Findings) -> Vec<Port> {
    let written = block.has("ports");
    let exposed = block.items("exposePorts");
    let mut ports = Unique::default();
    for text in block.texts("ports").unwrap_or_default() {
        add_written(&text, &mut ports, findings);
    }
    if let Some(exposed) = &exposed {
        add_exposed(block, exposed, &mut ports);
        superseded(block, written, &ports, findings);
    }
    if !written && exposed.is_none() {
        ports.add(Port {
            number: 8888,
            protocol: PortProtocol::Http,
        });
        ports.add(Port::SSH);
    }
    if ["startSsh", "publicIp"]
        .into_iter()
        .any(|key| block.flag(key).is_some_and(|flag| flag.value))
    {
        ports.add(Port::SSH);
    }
    let http = |port: &&Port| port.protocol == PortProtocol::Http;
    let count = ports.list.iter().filter(http).count();
    if count > MOST_HTTP {
        let key = if written { "ports" } else { "exposePorts" };
        findings.push(
            block
                .error(key, format!("a pod has at most {MOST_HTTP} http ports"))
                .label(format!("{count} http ports"))
                .help("remove some, or expose them as `tcp`"),
        );
    }
    ports.list
}

/// Ports in order, without doubles.
#[derive(Default)]
struct Unique {
    list: Vec<Port>,
    seen: BTreeSet<Port>,
}

impl Unique {
    /// False when the port is there already.
    fn add(&mut self, port: Port) -> bool {
        let is_new = self.seen.insert(port);
        if is_new {
            self.list.push(port);
        }
        is_new
    }
}

fn add_written(text: &At<&str>, ports: &mut Unique, findings: &mut Findings) {
    let Some((number, protocol)) = take_apart(text.value) else {
        return;
    };
    let Ok(number) = number.parse::<u16>() else {
        findings.push(
            text.error(format!("`{}`: ports go up to 65535", text.value))
                .binding()
                .label("out of range")
                .help("write a port from 1 to 65535"),
        );
        return;
    };
    if !ports.add(Port { number, protocol }) {
        findings.push(
            text.error(format!("the port `{}` is listed twice", text.value))
                .label("listed before")
                .help("remove one of the two"),
        );
    }
}

/// A text that the check let pass has one of the two forms; one that it did not has a finding.
fn take_apart(text: &str) -> Option<(&str, PortProtocol)> {
    let (number, protocol) = text.split_once('/')?;
    match protocol {
        "http" => Some((number, PortProtocol::Http)),
        "tcp" => Some((number, PortProtocol::Tcp)),
        _ => None,
    }
}

/// Old files list plain numbers: HTTP ports, and SSH unless it is switched off. 22 itself can only mean SSH.
fn add_exposed(block: &Scope<'_>, exposed: &[Scope<'_>], ports: &mut Unique) {
    for item in exposed {
        if let Some(number) = item.port("") {
            let protocol = if number.value == 22 {
                PortProtocol::Tcp
            } else {
                PortProtocol::Http
            };
            ports.add(Port {
                number: number.value,
                protocol,
            });
        }
    }
    if block.flag("startSsh").is_none_or(|flag| flag.value) {
        ports.add(Port::SSH);
    }
}

fn superseded(block: &Scope<'_>, written: bool, ports: &Unique, findings: &mut Findings) {
    let all: Vec<String> = ports
        .list
        .iter()
        .map(|port| format!("\"{port}\""))
        .collect();
    let finding = block
        .warning("exposePorts", "`exposePorts` is an old spelling")
        .label(if written {
            "added to `ports`"
        } else {
            "still understood"
        });
    findings.push(finding.help(format!("write `ports: [{}]`", all.join(", "))));
}
