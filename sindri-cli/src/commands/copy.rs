//! `cp`: files and folders to and from a deployment.

use super::context::Context;
use super::northflank;
use crate::args::CpArgs;
use crate::config::Target;
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;

/// Which side is which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ends {
    /// From here to there.
    Up { local: String, remote: String },
    /// From there to here.
    Down { remote: String, local: String },
}

/// Copies.
pub(super) async fn copy(args: &CpArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Ends::Up { local, .. } = ends(args, &config.name)? {
        is_there(&local)?;
    }
    if let Target::Northflank(wanted) = &config.target {
        return northflank::copy(args, &config, wanted, context).await;
    }
    super::pod_copy::copy(args, config, context).await
}

/// What is not here is no reason to start a deployment, which bills.
fn is_there(local: &str) -> Result<()> {
    match std::fs::symlink_metadata(local) {
        Ok(_) => Ok(()),
        Err(error) => {
            let failure = Failure::new(format!("{local} cannot be copied"));
            Err(Error::usage(failure.causes(Some(&error))))
        }
    }
}

/// One of the two paths is there: `:PATH`, or `NAME:PATH` with the name of the deployment.
pub(super) fn ends(args: &CpArgs, name: &str) -> Result<Ends> {
    let (source, destination) = (&args.source, &args.destination);
    match (remote(source, name), remote(destination, name)) {
        (None, Some(remote)) => Ok(Ends::Up {
            local: source.clone(),
            remote: remote.to_owned(),
        }),
        (Some(remote), None) => Ok(Ends::Down {
            remote: remote.to_owned(),
            local: destination.clone(),
        }),
        (None, None) => Err(Error::usage(
            Failure::new("neither path is one of the deployment")
                .help("put a colon before that one: `sindri cp data.csv :/workspace/`"),
        )),
        (Some(_), Some(_)) => Err(Error::usage(
            Failure::new("both paths are of the deployment")
                .help("`sindri connect --command 'cp …'` copies inside it"),
        )),
    }
}

fn remote<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (before, after) = path.split_once(':')?;
    let is_remote = (before.is_empty() || before == name) && !after.is_empty();
    is_remote.then_some(after)
}

#[cfg(test)]
mod tests {
    use super::{Ends, ends};
    use crate::args::CpArgs;

    #[test]
    fn the_path_with_a_colon_before_it_is_the_deployment_s() {
        let check = |source: &str, destination: &str, expected: Option<Ends>| {
            let args = CpArgs {
                source: source.to_owned(),
                destination: destination.to_owned(),
                timeout: None,
            };
            assert_eq!(ends(&args, "demo").ok(), expected, "{source} {destination}");
        };
        let up = |local: &str, remote: &str| {
            Some(Ends::Up {
                local: local.to_owned(),
                remote: remote.to_owned(),
            })
        };
        let down = |remote: &str, local: &str| {
            Some(Ends::Down {
                remote: remote.to_owned(),
                local: local.to_owned(),
            })
        };
        check("a", ":/b", up("a", "/b"));
        check("a", "demo:/b", up("a", "/b"));
        check(":/b", "a", down("/b", "a"));
        // A file here may have a colon in its name.
        check("other:a", ":/b", up("other:a", "/b"));
        check("a", "b", None);
        check(":/a", ":/b", None);
        check("a", ":", None);
    }
}
