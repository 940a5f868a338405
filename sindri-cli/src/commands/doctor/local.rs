//! What has to be on this machine: the file, a place to write, the secrets, a key for SSH.

use crate::commands::context::Context;
use crate::commands::lookup;
use crate::commands::planning::Reach;
use crate::config::{LoadError, Loaded, Severity, Target};
use crate::output::{Tool, ToolState};
use crate::state::survey;

/// `sindri.yaml`, found and without errors.
pub(super) fn file(file: &Result<Loaded, LoadError>) -> Tool {
    let tool = Tool::required("sindri-yaml", "sindri.yaml");
    match file {
        Ok(loaded) => usable(tool, loaded),
        Err(LoadError::NotFound { .. }) => tool
            .state(ToolState::Missing)
            .detail("there is none here, nor in a directory above")
            .help("`sindri config init` writes one"),
        Err(LoadError::Invalid { findings, text }) => {
            let errors = findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error);
            let tool = tool.state(ToolState::Invalid);
            errors
                .map(|finding| finding.one_line(text))
                .fold(tool, Tool::detail)
                .help("`sindri config validate` shows every finding in the file")
        }
        Err(error) => {
            let tool = tool.state(ToolState::Invalid).detail(error.to_string());
            match std::error::Error::source(error) {
                Some(cause) => tool.detail(cause.to_string()),
                None => tool,
            }
        }
    }
}

fn usable(tool: Tool, loaded: &Loaded) -> Tool {
    let config = &loaded.config;
    let name = loaded.source.name();
    let target = config.target.provider();
    let mut tool = tool.detail(format!("{name}: `{}` on {target}", config.name));
    let warnings = loaded.findings.iter();
    let warnings = warnings
        .filter(|finding| finding.severity == Severity::Warning)
        .count();
    if warnings > 0 {
        tool = tool.detail(format!(
            "{warnings} warning(s), which `sindri config validate` shows"
        ));
    }
    for blocker in &config.blockers {
        tool = tool.detail(format!("deploy refuses: {}", blocker.finding.message));
    }
    match &config.target {
        Target::Runpod(_) | Target::Northflank(_) => tool,
        Target::Other(other) => tool
            .state(ToolState::Invalid)
            .detail("this program deploys to runpod and northflank only")
            .help(format!(
                "the full Sindri deploys to {}; `--provider runpod` overrides the file",
                other.as_str()
            )),
    }
}

/// The directory beside the file, where it is written down what was made.
pub(super) fn state(loaded: Option<&Loaded>, context: &Context<'_>) -> Tool {
    let tool = Tool::required("state", ".sindri");
    let base_dir = loaded.map_or(&context.settings.config.current_dir, |loaded| {
        &loaded.config.base_dir
    });
    let survey = match survey(base_dir, context.realm()) {
        Ok(survey) => survey,
        Err(error) => {
            return tool
                .state(ToolState::Invalid)
                .detail(format!("{} cannot be used: {error}", base_dir.display()))
                .help(
                    "make the directory of sindri.yaml writable: what bills is written down there",
                );
        }
    };
    let mut tool = tool.detail(format!(
        "can be written; {} deployment(s) written down",
        survey.deployments
    ));
    for file in &survey.open {
        tool = tool.detail(format!(
            "{file} tells of a create whose end was not seen: `sindri status` settles it"
        ));
    }
    if survey.damaged.is_empty() {
        return tool;
    }
    survey
        .damaged
        .into_iter()
        .fold(tool.state(ToolState::Invalid), Tool::detail)
        .help("the next `sindri deploy` or `sindri destroy` sets it aside and looks at the provider instead")
}

/// Values for every secret that the file requires. Vault is asked for those that are in it.
pub(super) async fn secrets(loaded: Option<&Loaded>, context: &Context<'_>) -> Tool {
    let tool = Tool::required("secrets", "secrets");
    let Some(loaded) = loaded else {
        return tool
            .state(ToolState::NotChecked)
            .detail("there is no usable sindri.yaml that names any");
    };
    let wanted = &loaded.config.secrets;
    if wanted.is_empty() {
        return tool.detail("none are asked for");
    }
    let resolved = context.look_up(&loaded.config, None, Reach::Online).await;
    let found = resolved.values().count();
    let mut tool = tool.detail(format!("{found} of {} found", wanted.len()));
    for warning in &resolved.warnings {
        tool = tool.detail(warning);
    }
    for (secret, reason) in resolved.left_out() {
        tool = tool.detail(format!("{} is left out: {reason}", secret.name));
    }
    let mut sources = Vec::new();
    for (secret, reason) in resolved.lacking() {
        sources.push(&secret.source);
        tool = tool
            .state(ToolState::Missing)
            .detail(format!("{}: {reason}", secret.name));
    }
    lookup::help(&sources).into_iter().fold(tool, Tool::help)
}

/// A public key that a pod can be given.
pub(super) fn ssh_key(context: &Context<'_>) -> Tool {
    let tool = Tool::optional("ssh-key", "SSH key").of("runpod");
    match context.public_key() {
        Some(key) => tool.detail(key.file),
        None => tool
            .state(ToolState::Missing)
            .detail("no ~/.ssh/id_ed25519.pub, id_ecdsa.pub or id_rsa.pub")
            .help("`ssh-keygen -t ed25519` makes one; a key on the account does as well"),
    }
}
