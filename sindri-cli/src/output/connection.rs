//! How to connect: reports of `connect --json` and `ssh-config`.

use serde::Serialize;

use super::human::Human;
use super::paint::{Ink, Palette};
use super::text::Text;

/// How to reach a deployment by SSH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ConnectionReport {
    pub(crate) name: String,
    pub(crate) provider: &'static str,
    pub(crate) instance_id: String,
    /// `direct`, or `proxy`, which is a shell and nothing else.
    pub(crate) kind: &'static str,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    /// The private key that is offered; null where `ssh` chooses by itself.
    pub(crate) identity_file: Option<String>,
    pub(crate) known_hosts_file: String,
    /// The name that the host key is kept under; null where that is the host's own.
    pub(crate) host_key_alias: Option<String>,
    /// What `connect` runs, for a shell.
    pub(crate) ssh_command: String,
    /// A shell in the browser.
    pub(crate) web_terminal: String,
    pub(crate) notes: Vec<String>,
}

/// A `Host` block for editors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SshConfigReport {
    /// The name to connect to.
    pub(crate) host_alias: String,
    #[serde(flatten)]
    pub(crate) connection: ConnectionReport,
    #[serde(flatten)]
    pub(crate) block: HostBlock,
}

/// Where the block is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct HostBlock {
    /// The file that was written; null when none was.
    pub(crate) file: Option<String>,
    /// The line that makes `ssh` read it.
    pub(crate) include: Option<String>,
    /// Whether `~/.ssh/config` has that line.
    pub(crate) included: bool,
    pub(crate) text: String,
}

impl Human for ConnectionReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(&self.ssh_command)
    }
}

impl Human for SshConfigReport {
    fn human(&self, palette: Palette) -> Text {
        let (Some(file), Some(include)) = (&self.block.file, &self.block.include) else {
            return Text::new(self.block.text.trim_end());
        };
        let ConnectionReport {
            instance_id,
            host,
            port,
            ..
        } = &self.connection;
        let name = palette.paint(Ink::Strong, &self.host_alias);
        let mut text = Text::new(format!(
            "wrote {file}: {name} is pod {instance_id}, now at {host} port {port}"
        ));
        if self.block.included {
            text.line("~/.ssh/config includes it already");
        } else {
            text.line("make this the first line of ~/.ssh/config, once:\n");
            text.line(format!("    {include}\n"));
        }
        text.line(format!(
            "then `ssh {}` connects, and editors list it among their hosts",
            self.host_alias
        ));
        text
    }
}
