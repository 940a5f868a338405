//! `extensions`, and what of the file reaches the container as plain environment variables.

use std::collections::BTreeMap;

use crate::config::fields::shape::SLUG;
use crate::config::findings::Findings;
use crate::config::model::{ExtensionChoice, Extensions};
use crate::config::suggest;
use crate::config::values::Scope;

/// Profiles of the format and of its guides.
const PROFILES: &[&str] = &[
    "minimal",
    "fullstack",
    "anthropic-dev",
    "systems",
    "enterprise",
    "devops",
    "mobile",
    "visionflow-core",
    "visionflow-data-scientist",
    "visionflow-creative",
    "visionflow-full",
    "full",
    "ml",
    "base",
];

const DEFAULT_PROFILE: &str = "minimal";

pub(super) fn extensions(top: &Scope<'_>, findings: &mut Findings) -> Extensions {
    let block = top.block("extensions");
    let texts = |key| -> Option<Vec<String>> {
        let items = block.texts(key)?;
        Some(
            items
                .into_iter()
                .map(|item| item.value.to_owned())
                .collect(),
        )
    };
    let active = texts("active");
    let additional = texts("additional");
    contradictions(&block, findings);
    known_profile(&block, findings);
    let choice = match active {
        Some(active) => ExtensionChoice::Active(active),
        None => ExtensionChoice::Profile {
            name: block
                .text("profile")
                .map_or(DEFAULT_PROFILE, |profile| profile.value)
                .to_owned(),
            additional: additional.unwrap_or_default(),
        },
    };
    Extensions {
        choice,
        auto_install: block.flag("auto_install").is_none_or(|flag| flag.value),
    }
}

fn contradictions(block: &Scope<'_>, findings: &mut Findings) {
    if !block.has("") {
        findings.push(
            block
                .note(
                    "",
                    format!("no `extensions`: the `{DEFAULT_PROFILE}` set is installed"),
                )
                .label("nothing is said")
                .help(format!(
                    "write `extensions: {{profile: {DEFAULT_PROFILE}}}` to say so"
                )),
        );
        return;
    }
    if !block.is_usable("") {
        return;
    }
    match (block.has("profile"), block.has("active")) {
        (true, true) => findings.push(
            block
                .error("active", "`profile` and `active` exclude each other")
                .label("`profile` is set too")
                .help("keep `profile` (with `additional`) or `active`"),
        ),
        (false, false) => findings.push(
            block
                .error("", "`extensions` needs `profile` or `active`")
                .label("holds neither")
                .help("write `profile: minimal`, or `active: [name, …]` for an exact list"),
        ),
        (true, false) | (false, true) => {}
    }
    if block.has("active") && block.has("additional") {
        findings.push(
            block
                .error(
                    "additional",
                    "`additional` adds to a `profile`, not to `active`",
                )
                .label("`active` is set")
                .help("put these names into `active`"),
        );
    }
}

fn known_profile(block: &Scope<'_>, findings: &mut Findings) {
    let Some(profile) = block.text("profile") else {
        return;
    };
    if PROFILES.contains(&profile.value) || !(SLUG.test)(profile.value) {
        return;
    }
    let finding = profile
        .warning(format!("`{}` is not a profile known here", profile.value))
        .label("sent as written");
    findings.push(
        match suggest::nearest(profile.value, PROFILES.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!(
                "known are {}",
                suggest::list(PROFILES.iter().copied(), "and")
            )),
        },
    );
}

/// The variables that the image's start script reads.
///
/// `SINDRI_VERSION` is the version of the file, not of this program: an upgrade of the program must not change
/// what is deployed, since a changed environment resets a running pod.
pub(super) fn environment(
    name: &str,
    provider: &str,
    version: &str,
    extensions: &Extensions,
) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    let mut set = |key: &str, value: &str| {
        environment.insert(key.to_owned(), value.to_owned());
    };
    set("SINDRI_NAME", name);
    set("SINDRI_PROVIDER", provider);
    set("SINDRI_VERSION", version);
    set("INIT_WORKSPACE", "true");
    match &extensions.choice {
        ExtensionChoice::Profile { name, additional } => {
            set("INSTALL_PROFILE", name);
            if !additional.is_empty() {
                set("ADDITIONAL_EXTENSIONS", &additional.join(","));
            }
        }
        ExtensionChoice::Active(active) => set("CUSTOM_EXTENSIONS", &active.join(",")),
    }
    if !extensions.auto_install {
        set("SKIP_AUTO_INSTALL", "true");
    }
    environment
}
