//! Addresses of this machine.

use url::{Host, Url};

/// Whether an address is on this machine.
pub(crate) fn is_loopback(base_url: &str) -> bool {
    match Url::parse(base_url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
