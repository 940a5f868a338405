//! The whole: everything that does not depend on the provider, and the choice of the provider.

use std::path::PathBuf;

use super::{environment, image, northflank, runpod, secrets};
use crate::config::findings::Findings;
use crate::config::model::{Blocker, Config, Distro, OtherProvider, Target};
use crate::config::origin::Origins;
use crate::config::source::Source;
use crate::config::values::{Scope, Values};

/// What the model needs beside the values.
#[derive(Debug)]
pub(in crate::config) struct Input<'i> {
    pub(in crate::config) source: &'i Source,
    pub(in crate::config) path: PathBuf,
    pub(in crate::config) base_dir: PathBuf,
    /// The provider chosen on the command line.
    pub(in crate::config) provider: Option<&'i str>,
}

/// Applies the rules and builds the model. `None` when a value without which there is no model is missing.
pub(in crate::config) fn resolve(
    values: &Values,
    input: Input<'_>,
    findings: &mut Findings,
) -> Option<Config> {
    let top = values.top();
    let version = version(&top, findings);
    let distro = distro(&top);
    let extensions = environment::extensions(&top, findings);
    let mut blockers = Vec::new();
    let provider = input.provider.or_else(|| {
        top.text("deployment.provider")
            .map(|provider| provider.value)
    });
    let secrets = secrets::secrets(&top, provider, findings);
    let (image, target) = match provider {
        Some("runpod") => {
            let image = image::for_runpod(&top, distro, findings);
            let pod = runpod::pod(&top, &mut blockers, findings);
            (
                image.choice,
                Some(Target::Runpod(pod)).filter(|_| image.is_settled),
            )
        }
        Some("northflank") => {
            let image = image::for_northflank(&top, distro, findings);
            let service = northflank::service(&top, findings);
            let target = service.map(Target::Northflank);
            (image.choice, target.filter(|_| image.is_settled))
        }
        other => {
            let image = image::for_others(&top, distro, findings);
            let target = other.and_then(|name| elsewhere(&top, name, input.provider, findings));
            (image.choice, target)
        }
    };
    report(&blockers, findings);
    let name = top.text("name")?.value.to_owned();
    let target = target?;
    Some(Config {
        environment: environment::environment(&name, target.provider(), &version, &extensions),
        path: input.path,
        base_dir: input.base_dir,
        version,
        name,
        distro,
        image,
        verification: image::verification(&top),
        extensions,
        secrets,
        target,
        blockers,
        origins: Origins::new(input.source.clone(), values.spans()),
    })
}

/// The file's version; a missing one is read as the current one, which a finding says already.
fn version(top: &Scope<'_>, findings: &mut Findings) -> String {
    let Some(version) = top.text("version") else {
        return "3.0".to_owned();
    };
    let major = version.value.split('.').next().unwrap_or_default();
    if !matches!(major, "2" | "3") {
        findings.push(
            version
                .warning(format!(
                    "version {} of the format is not known",
                    version.value
                ))
                .label("2 and 3 are known")
                .help("write `\"3.0\"`"),
        );
    }
    version.value.to_owned()
}

fn distro(top: &Scope<'_>) -> Distro {
    match top.text("deployment.distro").map(|distro| distro.value) {
        Some("fedora") => Distro::Fedora,
        Some("opensuse") => Distro::Opensuse,
        _ => Distro::Ubuntu,
    }
}

fn elsewhere(
    top: &Scope<'_>,
    name: &str,
    chosen: Option<&str>,
    findings: &mut Findings,
) -> Option<Target> {
    let other = OtherProvider::ALL
        .into_iter()
        .find(|other| other.as_str() == name)?;
    let finding = top
        .warning(
            "deployment.provider",
            format!("this program does not deploy to {name}: it deploys to runpod and northflank"),
        )
        .label("fine for the full Sindri");
    findings.push(if chosen.is_some() {
        finding.help("choose `--provider runpod` or `--provider northflank`")
    } else {
        finding.help("write `runpod` or `northflank`, or choose one with `--provider`")
    });
    Some(Target::Other(other))
}

fn report(blockers: &[Blocker], findings: &mut Findings) {
    for blocker in blockers {
        findings.push(blocker.finding.clone());
    }
}
