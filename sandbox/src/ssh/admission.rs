//! What a connection is let in with.

use std::collections::BTreeMap;

use russh::keys::PrivateKey;
use russh::keys::ssh_key::public::KeyData;

use crate::ssh::inside::Inside;
use crate::ssh::keys;

/// The pod as it was when a connection was made.
pub(crate) struct Admission {
    pub(crate) host_key: PrivateKey,
    /// Keys that may enter; at least one.
    pub(crate) authorized: Vec<KeyData>,
    pub(crate) environment: BTreeMap<String, String>,
    /// Ports on which a service of the pod listens.
    pub(crate) ports: Vec<u32>,
}

impl Inside {
    /// Whether the pod is still in its boot.
    pub(crate) async fn is_there(&self) -> bool {
        let (pod, boot) = (self.pod.clone(), self.boot);
        let found = self
            .transaction(move |cloud, _, now| cloud.runpod.pod_inside(&pod, boot, now).is_some());
        found.await.unwrap_or(false)
    }

    /// What to let a connection in with; none where nothing in the pod takes SSH.
    pub(crate) async fn admission(&self) -> Option<Admission> {
        let (pod, boot) = (self.pod.clone(), self.boot);
        let found = self.transaction(move |cloud, _, now| {
            let found = cloud.runpod.pod_inside(&pod, boot, now)?;
            let container = found.container.clone();
            let keys = container.env.get("PUBLIC_KEY")?;
            let authorized = keys::authorized(keys);
            let mut pods = cloud.runpod.pods.iter_mut();
            let interior = &mut pods.find(|found| *found.id == *pod)?.interior;
            let host_key = keys::host_key(interior)
                .inspect_err(|error| tracing::error!(%error, "there is no host key"))
                .ok()?;
            Some(Admission {
                host_key,
                authorized,
                ports: container
                    .exposed()
                    .map(|port| port.number)
                    .filter(|port| *port != 22)
                    .collect(),
                environment: container.env.0,
            })
        });
        let found = found.await.ok().flatten();
        found.filter(|admission| !admission.authorized.is_empty())
    }
}
