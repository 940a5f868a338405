//! Which image runs: `image_config.digest`, then `tag_override`, then `version` (refused), then `image`.

use crate::config::diagnostic::Finding;
use crate::config::findings::Findings;
use crate::config::image::ImageRef;
use crate::config::model::{Distro, Verification};
use crate::config::suggest;
use crate::config::values::{At, Scope};

/// The outcome of the choice.
pub(super) struct Image {
    pub(super) choice: Option<ImageRef>,
    /// False when an image is needed and there is none.
    pub(super) is_settled: bool,
}

pub(super) fn for_runpod(top: &Scope<'_>, distro: Distro, findings: &mut Findings) -> Image {
    let chosen = chosen(top, distro, findings);
    let template = top.text("providers.runpod.templateId");
    build_from_source(top, findings);
    no_pull_policy(top, "RunPod", findings);
    match (&chosen, template) {
        (Some(image), Some(template)) => findings.push(
            template
                .warning(format!(
                    "the image `{}` replaces that of the template",
                    image.value
                ))
                .label("this one runs")
                .help("remove the image to run the template's"),
        ),
        (Some(image), None) if !image.value.is_pinned() => findings.push(
            image
                .warning(format!("`{}` names no version", image.value))
                .label("means `latest`, whatever that is on the day")
                .help(format!("write a tag, such as `{}:1.0`", image.value)),
        ),
        _ => {}
    }
    settle(
        top,
        chosen,
        top.has("providers.runpod.templateId"),
        findings,
    )
}

pub(super) fn for_northflank(top: &Scope<'_>, distro: Distro, findings: &mut Findings) -> Image {
    let chosen = chosen(top, distro, findings);
    build_from_source(top, findings);
    no_pull_policy(top, "Northflank", findings);
    if let Some(image) = &chosen
        && !image.value.is_pinned()
    {
        findings.push(
            image
                .error(format!(
                    "`{}` names no version, which Northflank needs",
                    image.value
                ))
                .label("no tag and no digest")
                .help(format!("write a tag, such as `{}:1.0`", image.value)),
        );
    }
    settle(top, chosen, false, findings)
}

/// For providers of other programs, whose rules are not ours.
pub(super) fn for_others(top: &Scope<'_>, distro: Distro, findings: &mut Findings) -> Image {
    Image {
        choice: chosen(top, distro, findings).map(|image| image.value),
        is_settled: true,
    }
}

/// What the file asks to be verified. With only `deployment.image` there is nothing to verify against.
pub(super) fn verification(top: &Scope<'_>) -> Verification {
    let block = top.block("deployment.image_config");
    let signature = block.flag("verify_signature").is_none_or(|flag| flag.value);
    let provenance = block
        .flag("verify_provenance")
        .is_none_or(|flag| flag.value);
    if block.has("") && (signature || provenance) {
        Verification::Asked {
            signature,
            provenance,
        }
    } else {
        Verification::NotAsked
    }
}

fn settle(
    top: &Scope<'_>,
    chosen: Option<At<ImageRef>>,
    has_template: bool,
    findings: &mut Findings,
) -> Image {
    let said_something = top.has("deployment.image") || top.has("deployment.image_config");
    if chosen.is_none() && !said_something && !has_template {
        let hint = if top
            .text("deployment.provider")
            .is_some_and(|name| name.value == "runpod")
        {
            "write `image: ghcr.io/org/app:1.0` below `deployment:`, or `templateId` below `providers.runpod:`"
        } else {
            "write `image: ghcr.io/org/app:1.0` below `deployment:`"
        };
        findings.push(
            top.error("deployment.image", "no image is given")
                .binding()
                .label("expected `image`")
                .help(hint),
        );
    }
    Image {
        is_settled: chosen.is_some() || has_template,
        choice: chosen.map(|image| image.value),
    }
}

fn chosen(top: &Scope<'_>, distro: Distro, findings: &mut Findings) -> Option<At<ImageRef>> {
    let plain = top.text("deployment.image").and_then(|image| {
        let parsed = parse(image.value, &image, findings);
        parsed.map(|value| image.with(value))
    });
    let block = top.block("deployment.image_config");
    let configured = if block.has("") {
        configured(&block, findings)
    } else {
        Configured::Nothing
    };
    let chosen = match (configured, plain) {
        (Configured::Image(image), plain) => {
            if let Some(plain) = plain {
                findings.push(
                    plain
                        .warning("`image_config` names the image, so this one is not used")
                        .label("not used")
                        .help("remove `image`, or `image_config`"),
                );
            }
            Some(*image)
        }
        (Configured::Refused, _) => None,
        (Configured::Nothing, plain) => plain,
    };
    if let Some(image) = &chosen {
        other_distro(image, distro, findings);
    }
    chosen
}

enum Configured {
    Image(Box<At<ImageRef>>),
    /// It should decide and cannot; a finding says why.
    Refused,
    /// It leaves the choice to `deployment.image`.
    Nothing,
}

fn configured(block: &Scope<'_>, findings: &mut Findings) -> Configured {
    let Some(registry) = registry(block, findings) else {
        return Configured::Refused;
    };
    let digest = block.text("digest");
    let tag = block.text("tag_override");
    let found = match (&digest, &tag) {
        (Some(digest), _) => Some((digest, format!("{}@{}", registry.value, digest.value))),
        (None, Some(tag)) => Some((tag, format!("{}:{}", registry.value, tag.value))),
        (None, None) => None,
    };
    let Some((at, text)) = found else {
        return look_up(block, findings);
    };
    if let (Some(_), Some(tag)) = (&digest, &tag) {
        findings.push(not_used(tag, "digest"));
    }
    let by = if digest.is_some() {
        "digest"
    } else {
        "tag_override"
    };
    let unused = ["version", "resolution_strategy"].map(|key| block.text(key));
    for unused in unused.into_iter().flatten() {
        findings.push(not_used(&unused, by));
    }
    if let Some(wanted) = block.flag("allow_prerelease").filter(|flag| flag.value) {
        findings.push(not_used(&wanted, by));
    }
    match parse(&text, at, findings) {
        Some(image) => Configured::Image(Box::new(at.with(image))),
        None => Configured::Refused,
    }
}

fn registry<'v>(block: &Scope<'v>, findings: &mut Findings) -> Option<At<&'v str>> {
    let registry = block.text("registry")?;
    let image = parse(registry.value, &registry, findings)?;
    if image.is_pinned() {
        findings.push(
            registry
                .error("`registry` is an image without tag and digest")
                .binding()
                .label("holds a tag or a digest")
                .help("move the tag to `tag_override`, the digest to `digest`"),
        );
        return None;
    }
    Some(registry)
}

/// A version constraint, or a strategy, needs the list of tags in the registry.
fn look_up(block: &Scope<'_>, findings: &mut Findings) -> Configured {
    let strategy = block
        .text("resolution_strategy")
        .filter(|strategy| matches!(strategy.value, "latest-stable" | "pin-to-cli"));
    if let Some(asked) = block.text("version").or(strategy) {
        findings.push(
            asked
                .error("choosing a version needs a look-up in the registry, which is not supported yet")
                .binding()
                .label("cannot be resolved here")
                .help("write the tag as `tag_override`, or the exact image as `digest`"),
        );
        return Configured::Refused;
    }
    if block.has("version") || block.has("digest") || block.has("tag_override") {
        return Configured::Refused;
    }
    findings.push(
        block
            .warning(
                "",
                "`image_config` names no version, so `deployment.image` decides",
            )
            .label("no `digest` and no `tag_override`")
            .help("write `tag_override`, or remove `image_config`"),
    );
    Configured::Nothing
}

fn not_used<T>(value: &At<T>, by: &str) -> Finding {
    value
        .warning(format!("`{by}` names the image, so this is not used"))
        .label("not used")
        .help(format!("remove it, or `{by}`"))
}

fn parse(text: &str, at: &At<&str>, findings: &mut Findings) -> Option<ImageRef> {
    match ImageRef::parse(text) {
        Ok(image) => Some(image),
        Err(error) => {
            let finding = at
                .error(format!(
                    "`{}` is not an image: {}",
                    suggest::brief(text),
                    error.message
                ))
                .binding()
                .label("not an image reference");
            findings.push(match error.repaired {
                Some(repaired) => finding.help(format!("write `{repaired}`")),
                None => finding.help("write `host/name:tag`, such as `ghcr.io/org/app:1.0`"),
            });
            None
        }
    }
}

fn other_distro(image: &At<ImageRef>, distro: Distro, findings: &mut Findings) {
    let words = image.value.tag().unwrap_or_default().split(['-', '_', '.']);
    let named = words.into_iter().find_map(|word| {
        Distro::ALL
            .into_iter()
            .find(|other| other.as_str().eq_ignore_ascii_case(word))
    });
    if let Some(named) = named
        && named != distro
    {
        findings.push(
            image
                .warning(format!(
                    "the tag speaks of {}, `deployment.distro` is {}",
                    named.as_str(),
                    distro.as_str()
                ))
                .label("another distribution")
                .help(format!(
                    "write `distro: {}`, or choose another tag",
                    named.as_str()
                )),
        );
    }
}

fn build_from_source(top: &Scope<'_>, findings: &mut Findings) {
    let block = top.block("deployment.buildFromSource");
    let enabled = block.flag("enabled");
    // Who writes `enabled: false` beside it has said that it is switched off.
    let is_forgotten = enabled.is_none();
    if let Some(enabled) = enabled.filter(|enabled| enabled.value) {
        findings.push(
            enabled
                .error("building from source is not supported for this provider")
                .label("cannot be done")
                .help("use a pre-built image: write `enabled: false` and name it in `deployment.image`"),
        );
    } else if let Some(git_ref) = block.text("gitRef").filter(|_| is_forgotten) {
        findings.push(
            git_ref
                .warning("`gitRef` has no effect: nothing is built")
                .label("no effect")
                .help("remove it"),
        );
    }
}

fn no_pull_policy(top: &Scope<'_>, provider: &str, findings: &mut Findings) {
    let policy = top.text("deployment.image_config.pull_policy");
    if let Some(policy) = policy.filter(|policy| policy.value != "IfNotPresent") {
        findings.push(
            policy
                .warning(format!("{provider} decides itself when an image is pulled"))
                .label("has no effect")
                .help("remove it; name a new tag or a digest to get a new image"),
        );
    }
}
