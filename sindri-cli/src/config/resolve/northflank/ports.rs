//! The ports of a service.

use std::collections::BTreeSet;

use crate::config::findings::Findings;
use crate::config::model::{NorthflankPort, NorthflankProtocol};
use crate::config::values::Scope;

pub(super) fn ports(block: &Scope<'_>, findings: &mut Findings) -> Vec<NorthflankPort> {
    let Some(items) = block.items("ports") else {
        return vec![NorthflankPort {
            name: "ssh".to_owned(),
            internal_port: 22,
            public: false,
            protocol: NorthflankProtocol::Tcp,
        }];
    };
    let mut names = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    items
        .iter()
        .filter_map(|item| {
            let name = item.text("name");
            let number = item.port("internalPort");
            if let Some(name) = name.as_ref().filter(|name| !names.insert(name.value)) {
                findings.push(
                    name.error(format!("two ports are called `{}`", name.value))
                        .label("taken above")
                        .help("give each port a name of its own"),
                );
            }
            if let Some(number) = number
                .as_ref()
                .filter(|number| !numbers.insert(number.value))
            {
                findings.push(
                    number
                        .error(format!("the port {} is listed twice", number.value))
                        .label("listed above")
                        .help("remove one of the two"),
                );
            }
            let (protocol, public) = exposure(item, findings);
            Some(NorthflankPort {
                name: name?.value.to_owned(),
                internal_port: number?.value,
                public,
                protocol,
            })
        })
        .collect()
}

fn exposure(item: &Scope<'_>, findings: &mut Findings) -> (NorthflankProtocol, bool) {
    let protocol = match item.text("protocol").map(|protocol| protocol.value) {
        Some("HTTP/2") => NorthflankProtocol::Http2,
        Some("TCP") => NorthflankProtocol::Tcp,
        Some("UDP") => NorthflankProtocol::Udp,
        _ => NorthflankProtocol::Http,
    };
    let public = item.flag("public").is_some_and(|flag| flag.value);
    let can_be_public = matches!(
        protocol,
        NorthflankProtocol::Http | NorthflankProtocol::Http2
    );
    if public && !can_be_public {
        findings.push(
            item.error(
                "public",
                format!("a {} port cannot be public", protocol.as_str()),
            )
            .label("only HTTP and HTTP/2 can")
            .help("write `public: false`, or `protocol: HTTP` if the service speaks it"),
        );
    }
    (protocol, public)
}
