//! The configuration from the outside: text in, findings and model out.

use std::path::PathBuf;

use super::*;

mod canonical;
mod keys;
mod loading;
mod northflank;
mod rendering;
mod robust;
mod runpod;
mod shared;
mod tools;

/// Examines `text` as `sindri.yaml`.
fn run(text: &str) -> (Source, Examined) {
    run_as(text, None, Validation::Strict)
}

fn run_as(text: &str, provider: Option<&str>, validation: Validation) -> (Source, Examined) {
    let source = Source::new("sindri.yaml", text);
    let how = Examination {
        path: PathBuf::from("/project/sindri.yaml"),
        base_dir: PathBuf::from("/project"),
        provider: provider.map(str::to_owned),
        validation,
    };
    let examined = examine(&source, how);
    (source, examined)
}

/// A complete file for `provider`, with lines added below `deployment:` and below the provider's block.
fn file(provider: &str, deployment: &str, block: &str) -> String {
    let indent = |lines: &str, by: usize| -> String {
        let indented = lines.lines().map(|line| {
            [
                &" ".repeat(by),
                line,
                "
",
            ]
            .concat()
        });
        indented.collect()
    };
    let image = if deployment.contains("image") {
        ""
    } else {
        "  image: ghcr.io/org/app:1.0\n"
    };
    let project = if provider == "northflank" && !block.contains("projectName") {
        "    projectName: my-project\n"
    } else {
        ""
    };
    format!(
        "version: \"3.0\"\nname: app\nextensions: {{profile: minimal}}\ndeployment:\n  provider: {provider}\n\
         {image}{}providers:\n  {provider}:\n{project}{}",
        indent(deployment, 2),
        indent(block, 4),
    )
}

/// The findings, one a line: weight, key, what is wrong, what to write.
fn said(text: &str) -> String {
    let (source, examined) = run(text);
    lines(&source, &examined.findings)
}

fn lines(source: &Source, findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let weight = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let line = finding.one_line(source);
            let rest = line.strip_prefix("sindri.yaml:").unwrap();
            format!("{weight} {rest}")
        })
        .collect();
    lines.join("\n")
}

/// What is said of a RunPod file with these lines.
fn said_of_runpod(deployment: &str, block: &str) -> String {
    said(&file("runpod", deployment, block))
}

/// What is said of a Northflank file with these lines.
fn said_of_northflank(deployment: &str, block: &str) -> String {
    said(&file("northflank", deployment, block))
}

/// The model of a text without errors.
#[track_caller]
fn model(text: &str) -> Config {
    let (source, examined) = run(text);
    examined
        .config
        .unwrap_or_else(|| panic!("{}", lines(&source, &examined.findings)))
}

#[track_caller]
fn runpod(deployment: &str, block: &str) -> Runpod {
    match model(&file("runpod", deployment, block)).target {
        Target::Runpod(pod) => pod,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn northflank(deployment: &str, block: &str) -> Northflank {
    match model(&file("northflank", deployment, block)).target {
        Target::Northflank(service) => service,
        other => panic!("{other:?}"),
    }
}

/// A part of the model, one line for each of its own parts.
fn outline(part: &impl serde::Serialize) -> String {
    let mut value = serde_json::to_value(part).unwrap();
    // A target is a map of one: its name and what it holds.
    while let Some(inner) = value
        .as_object()
        .filter(|map| map.len() == 1)
        .and_then(|map| map.values().next())
    {
        value = inner.clone();
    }
    let lines: Vec<String> = match value {
        serde_json::Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    };
    lines.join("\n")
}
