//! Host keys, and keys that may enter.

use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, PrivateKey, PublicKey};

use crate::masked::Masked;
use crate::runpod::Interior;

/// The host key of a pod, made if it has none or none that can be read.
pub(crate) fn host_key(interior: &mut Interior) -> Result<PrivateKey, russh::keys::ssh_key::Error> {
    let stored = interior.host_key.as_ref();
    if let Some(key) = stored.and_then(|text| PrivateKey::from_openssh(text.as_str()).ok()) {
        return Ok(key);
    }
    let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519)?;
    interior.host_key = Some(Masked(key.to_openssh(LineEnding::LF)?.to_string()));
    Ok(key)
}

/// The public half of a stored host key, as a line of `known_hosts` has it.
pub(crate) fn public_line(interior: &Interior) -> Option<String> {
    let stored = interior.host_key.as_ref()?;
    let key = PrivateKey::from_openssh(stored.as_str()).ok()?;
    key.public_key().to_openssh().ok()
}

/// The keys of `PUBLIC_KEY`. A line that is no key opens nothing, as with sshd.
pub(crate) fn authorized(lines: &str) -> Vec<KeyData> {
    let keys = lines.lines().map(str::trim).map(PublicKey::from_openssh);
    keys.flatten().map(|key| key.key_data().clone()).collect()
}
