//! What is inside of a pod: its files, and what it takes SSH with.

use serde::{Deserialize, Serialize};

use crate::disk::Tree;
use crate::masked::Masked;
use crate::runpod::model::Account;

/// The inside of a pod. States of versions that had none read as an empty one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Interior {
    /// The host key, in OpenSSH's format. It is made when the pod takes SSH and goes with the container disk.
    pub(crate) host_key: Option<Masked<String>>,
    /// The port that SSH was taken on, and during which boot.
    pub(crate) port: Option<(u32, u16)>,
    /// The container's disk, and how often it had been wiped when it was written.
    container: Tree,
    wipes: u32,
    /// What is on a mount that ends with the pod.
    mounted: Tree,
    /// The port on which this process takes SSH for the pod now.
    #[serde(skip)]
    pub(crate) door: Option<u16>,
}

impl Account {
    /// All trees whose contents are still of use.
    pub(crate) fn trees(&self) -> impl Iterator<Item = &Tree> {
        let pods = self.pods.iter().flat_map(|pod| {
            let inside = &pod.interior;
            let container = (inside.wipes == pod.disk_wipes).then_some(&inside.container);
            container.into_iter().chain([&inside.mounted])
        });
        pods.chain(self.volumes.iter().map(|volume| &volume.files))
    }
}

#[cfg(feature = "ssh")]
mod files {
    use jiff::Timestamp;

    use crate::disk::{Contents, Disk, Tree};
    use crate::runpod::interior::Interior;
    use crate::runpod::model::{Account, Mount, Pod};

    impl Account {
        /// A pod that takes SSH now and is in this boot.
        pub(crate) fn pod_inside(&self, id: &str, boot: u32, now: Timestamp) -> Option<&Pod> {
            let pod = self.pods.iter().find(|pod| pod.id == id)?;
            (pod.boots == boot && pod.takes_ssh(now)).then_some(pod)
        }

        /// The files of a pod, if it takes SSH now and is in this boot.
        pub(crate) fn disk<'a>(
            &'a mut self,
            id: &str,
            boot: u32,
            contents: &'a Contents,
            now: Timestamp,
        ) -> Option<Disk<'a>> {
            self.pod_inside(id, boot, now)?;
            let pod = self.pods.iter_mut().find(|pod| pod.id == id)?;
            let wipes = pod.disk_wipes;
            let Interior {
                container, mounted, ..
            } = pod.interior.wiped(wipes);
            let mount = match &pod.mount {
                None => None,
                Some(Mount::Persistent { path, .. }) => Some((path.clone(), mounted)),
                Some(Mount::Network { volume: id, path }) => {
                    let volume = self.volumes.iter_mut().find(|volume| volume.id == *id);
                    volume.map(|volume| (path.clone(), &mut volume.files))
                }
            };
            let mount = mount.map(|(path, tree)| (crate::disk::absolute("/", &path), tree));
            let now = u32::try_from(now.as_second()).unwrap_or(0);
            Some(Disk::new(container, mount, contents, now))
        }
    }

    impl Interior {
        /// With an empty container disk where it was wiped since it was written.
        fn wiped(&mut self, wipes: u32) -> &mut Self {
            if self.wipes != wipes {
                self.container = Tree::default();
                self.wipes = wipes;
            }
            self
        }
    }
}
