//! `connect` and `ssh-config`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Args, value_parser};

/// How to connect, and what for.
#[derive(Debug, Args)]
#[command(arg(config_by_its_long_name()))]
pub(crate) struct ConnectArgs {
    /// Run this instead of a shell and end with its exit code. Needs direct SSH. After `connect`, `-c` means
    /// this and not --config
    #[arg(long, short = 'c', value_name = "CMD", value_parser = command, allow_hyphen_values = true)]
    pub(crate) command: Option<String>,
    /// How long to wait for the deployment and then for its SSH server, in seconds; else
    /// `SINDRI_DEPLOY_TIMEOUT_SECS`, else 600, and 60 for the server
    #[arg(long, short, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86400))]
    pub(crate) timeout: Option<u64>,
}

/// Where the `Host` block goes.
#[derive(Debug, Args)]
pub(crate) struct SshConfigArgs {
    /// File to write (default `.sindri/ssh_config` beside sindri.yaml, which later commands keep up to date and
    /// `destroy` cleans). One that something else wrote is left as it is
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Print the block instead of writing a file
    #[arg(long, conflicts_with = "output")]
    pub(crate) print: bool,
}

/// `--config` without its short form. An argument of this id keeps the one of every command from being added
/// here, and a global one's value is found whichever of the two took it.
fn config_by_its_long_name() -> Arg {
    Arg::new("config")
        .long("config")
        .global(true)
        .action(ArgAction::Set)
        .value_name("PATH")
        .value_parser(value_parser!(PathBuf))
        .help_heading("Options of every command")
        .help("Configuration file; else `SINDRI_CONFIG`, else sindri.yaml here or in a parent directory")
}

/// An empty command would be a shell.
fn command(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("write the command to run, or leave it out for a shell".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::args::{Cli, Command};
    use clap::Parser as _;
    use std::path::Path;

    #[test]
    fn after_connect_a_short_c_is_the_command_and_before_it_the_file() {
        let check = |line: &[&str], file: Option<&str>, command: Option<&str>| {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(
                cli.global.config.as_deref(),
                file.map(Path::new),
                "{line:?}"
            );
            let Command::Connect(args) = cli.command else {
                panic!("{line:?}")
            };
            assert_eq!(args.command.as_deref(), command, "{line:?}");
        };
        check(&["sindri", "connect"], None, None);
        check(&["sindri", "connect", "-c", "ls"], None, Some("ls"));
        check(&["sindri", "-c", "a.yaml", "connect"], Some("a.yaml"), None);
        check(
            &["sindri", "-c", "a.yaml", "connect", "-c", "ls -l"],
            Some("a.yaml"),
            Some("ls -l"),
        );
        check(
            &["sindri", "connect", "--config", "a.yaml", "--command", "-x"],
            Some("a.yaml"),
            Some("-x"),
        );
        let empty = Cli::try_parse_from(["sindri", "connect", "-c", " "]);
        assert!(empty.unwrap_err().to_string().contains("for a shell"));
    }
}
