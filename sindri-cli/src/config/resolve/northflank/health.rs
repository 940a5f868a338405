//! The liveness probe of a service.

use crate::config::findings::Findings;
use crate::config::model::{HealthCheck, Probe};
use crate::config::values::Scope;

/// Keys of a probe and the types that need them.
const KEYS: &[(&str, &[&str])] = &[
    ("path", &["http"]),
    ("port", &["http", "tcp"]),
    ("command", &["command"]),
];

pub(super) fn health_check(service: &Scope<'_>, findings: &mut Findings) -> Option<HealthCheck> {
    let block = service.block("healthCheck");
    if !block.is_usable("") {
        return None;
    }
    let kind = match block.text("type") {
        Some(kind) => kind.value,
        None if block.has("type") => return None,
        None => "tcp",
    };
    check_keys(&block, kind, findings);
    let count = |key: &str, default: u32| block.count(key).map_or(default, |count| count.value);
    Some(HealthCheck {
        initial_delay_seconds: count("initialDelaySeconds", 10),
        period_seconds: count("periodSeconds", 15),
        failure_threshold: count("failureThreshold", 3),
        probe: probe(&block, kind)?,
    })
}

fn probe(block: &Scope<'_>, kind: &str) -> Option<Probe> {
    let port = || block.port("port").map(|port| port.value);
    Some(match kind {
        "http" => Probe::Http {
            path: block.text("path")?.value.to_owned(),
            port: port()?,
        },
        "command" => {
            let words = block.texts("command")?;
            Probe::Command {
                command: words.iter().map(|word| word.value.to_owned()).collect(),
            }
        }
        _ => Probe::Tcp { port: port()? },
    })
}

fn check_keys(block: &Scope<'_>, kind: &str, findings: &mut Findings) {
    for (key, kinds) in KEYS {
        let fits = kinds.contains(&kind);
        if fits && !block.has(key) {
            findings.push(
                block
                    .error(key, format!("a check of type `{kind}` needs `{key}`"))
                    .binding()
                    .label("expected in here")
                    .help(match *key {
                        "path" => "write `path: /health`, with the path that answers",
                        "port" => "write `port:` with the port that answers",
                        _ => "write `command: [program, argument]`",
                    }),
            );
        }
        if !fits && block.has(key) {
            let other = kinds.first().copied().unwrap_or_default();
            let finding = block
                .error(
                    key,
                    format!("`{key}` does nothing in a check of type `{kind}`"),
                )
                .label("for another type");
            findings.push(if block.has("type") {
                finding.help(format!("remove it, or set `type: {other}`"))
            } else {
                finding.help(format!("set `type: {other}`: without `type` it is `tcp`"))
            });
        }
    }
    if kind == "command" && block.items("command").is_some_and(|words| words.is_empty()) {
        findings.push(
            block
                .error("command", "the command is empty")
                .binding()
                .label("no program to run")
                .help("write `command: [program, argument]`"),
        );
    }
}
