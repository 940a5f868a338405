//! `forward` and `cp`.

use clap::Args;

/// Which ports to forward.
#[derive(Debug, Args)]
pub(crate) struct ForwardArgs {
    /// `PORT`, or `LOCAL:PORT` for another port here; 0 takes any free one. None: all of the file's
    #[arg(value_name = "PORT", value_parser = pair)]
    pub(crate) ports: Vec<PortPair>,
    /// How long to wait until the deployment is ready, in seconds
    #[arg(long, short, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
}

/// A port here and the one it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PortPair {
    pub(crate) local: u16,
    pub(crate) remote: u16,
}

impl PortPair {
    /// A port and the same here. One below 1024 is not everybody's to take: any free one stands for it.
    pub(crate) fn same(port: u16) -> Self {
        Self {
            local: if port < 1024 { 0 } else { port },
            remote: port,
        }
    }
}

/// What to copy.
#[derive(Debug, Args)]
pub(crate) struct CpArgs {
    /// A path here, or one there with a colon before it, such as `:/workspace/data`
    #[arg(value_name = "SRC")]
    pub(crate) source: String,
    /// Where to; `/` at its end means into that folder
    #[arg(value_name = "DST")]
    pub(crate) destination: String,
    /// How long to wait until the deployment is ready, in seconds
    #[arg(long, short, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
}

fn pair(text: &str) -> Result<PortPair, String> {
    let number = |text: &str| {
        text.parse::<u16>().map_err(|_error| {
            format!("`{text}` is no port from 0 to 65535: write PORT or LOCAL:PORT")
        })
    };
    let pair = match text.split_once(':') {
        Some((local, remote)) => PortPair {
            local: number(local)?,
            remote: number(remote)?,
        },
        None => PortPair {
            local: number(text)?,
            remote: number(text)?,
        },
    };
    if pair.remote == 0 {
        return Err("0 is no port of the deployment".to_owned());
    }
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use super::{PortPair, pair};

    #[test]
    fn a_port_is_one_number_or_two() {
        let check = |text: &str, expected: Option<(u16, u16)>| {
            let expected = expected.map(|(local, remote)| PortPair { local, remote });
            assert_eq!(pair(text).ok(), expected, "{text}");
        };
        check("8080", Some((8080, 8080)));
        check("80:8080", Some((80, 8080)));
        check("0:8080", Some((0, 8080)));
        for wrong in ["", "0", "80:0", "65536", "http", "1:2:3", "-1"] {
            check(wrong, None);
        }
    }
}
