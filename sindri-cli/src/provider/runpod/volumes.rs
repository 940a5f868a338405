//! Network volumes for themselves, without a deployment.

use runpod_sdk::types::{CreateNetworkVolumeRequest, UpdateNetworkVolumeRequest, VolumeType};

use super::failure::explain;
use super::{Runpod, convert};
use crate::error::{Certainty, Error, Exposure, Failure, Kind, Result};
use crate::plan::{MountSeen, PodSeen, Rate, VolumeSeen};
use crate::provider::Ledger;
use crate::provider::refusal::after;

/// A network volume that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct VolumeWish {
    pub(crate) name: String,
    pub(crate) size_gb: u32,
    pub(crate) data_center: String,
    /// `STANDARD` or `HIGH_PERFORMANCE`; none for the data center's usual one.
    pub(crate) kind: Option<&'static str>,
}

impl Runpod {
    /// Makes a network volume.
    ///
    /// Names are not unique, so a lost answer is looked up among what was not there before, and the create is
    /// not sent again.
    pub(crate) async fn make_volume(
        &self,
        wish: &VolumeWish,
        ledger: &Ledger,
    ) -> Result<VolumeSeen> {
        self.check_place(wish).await?;
        let before: Vec<String> = self
            .volumes()
            .await?
            .into_iter()
            .map(|one| one.id)
            .collect();
        let size = i64::from(wish.size_gb);
        let mut request = CreateNetworkVolumeRequest::new(&wish.name, &wish.data_center, size);
        if let Some(kind) = wish.kind {
            request = request.type_(VolumeType::from(kind));
        }
        let may_exist = Exposure {
            resource: format!("network volume {}", wish.name),
            certainty: Certainty::MayExist,
            usd_per_hour: Some(Rate::network_volume(wish.size_gb).running),
            remove: format!("sindri volume delete {}", wish.name),
        };
        // Whoever ends this run from here on is told of it.
        ledger.begun_as(may_exist.clone());
        let created = self.client.network_volumes().create(&request).await;
        let is_lost = created
            .as_ref()
            .is_err_and(runpod_sdk::Error::may_have_taken_effect);
        if !is_lost {
            ledger.gone(&may_exist.resource);
        }
        let error = match created {
            Ok(made) => return Ok(convert::volume(&made)),
            Err(error) if error.may_have_taken_effect() => error,
            Err(error) => return Err(explain(&error, "create the network volume")),
        };
        let lost = |failed: Error| {
            let failed = failed.advised([
                "`sindri volume list` shows whether it was made: names are not unique, and a second create makes \
                 a second volume that bills",
            ]);
            failed.leaving(vec![may_exist.clone()])
        };
        let after = match self.volumes().await {
            Ok(after) => after,
            Err(second) => return Err(lost(after(second, &error))),
        };
        let made = after.into_iter().find(|one| {
            one.name == wish.name
                && one.data_center == wish.data_center
                && !before.contains(&one.id)
        });
        made.ok_or_else(|| lost(explain(&error, "create the network volume")))
    }

    /// A place without volumes is refused here, with the places that have them.
    async fn check_place(&self, wish: &VolumeWish) -> Result<()> {
        let list = self.client.catalog().list_data_centers().await;
        let list = list.map_err(|error| explain(&error, "list the data centers"))?;
        let fits = |center: &runpod_sdk::types::DataCenter| match wish.kind {
            Some(kind) => center
                .network_volume_types
                .iter()
                .any(|one| one.as_str() == kind),
            None => !center.network_volume_types.is_empty(),
        };
        let mut places = list.data_centers.iter().filter(|center| fits(center));
        if places.clone().any(|center| center.id == wish.data_center) {
            return Ok(());
        }
        let known = list
            .data_centers
            .iter()
            .any(|center| center.id == wish.data_center);
        let message = match (known, wish.kind) {
            (false, _) => format!("RunPod has no data center `{}`", wish.data_center),
            (true, None) => format!("{} has no network volumes", wish.data_center),
            (true, Some(kind)) => format!("{} has no {kind} volumes", wish.data_center),
        };
        let places: Vec<&str> = places.by_ref().map(|center| center.id.as_str()).collect();
        Err(Error::usage(
            Failure::new(message).help(format!("these have them: {}", places.join(", "))),
        ))
    }

    /// Grows a network volume.
    pub(crate) async fn resize_volume(&self, id: &str, size_gb: u32) -> Result<VolumeSeen> {
        let request = UpdateNetworkVolumeRequest::new().size(i64::from(size_gb));
        let grown = self.client.network_volumes().update(id, &request).await;
        let grown = grown.map_err(|error| explain(&error, "grow the network volume"))?;
        Ok(convert::volume(&grown))
    }

    /// The network volume with this id, or the only one with this name.
    pub(crate) async fn volume_called(&self, text: &str) -> Result<VolumeSeen> {
        let volumes = self.volumes().await?;
        if let Some(volume) = volumes.iter().find(|volume| volume.id == text) {
            return Ok(volume.clone());
        }
        let named: Vec<&VolumeSeen> = volumes.iter().filter(|one| one.name == text).collect();
        match named.as_slice() {
            [volume] => Ok((*volume).clone()),
            [] => Err(Error::new(
                Kind::Provider,
                Failure::new(format!("there is no network volume `{text}`"))
                    .help("`sindri volume list` lists them"),
            )),
            [..] => {
                let mut failure = Failure::new(format!(
                    "{} network volumes are called `{text}`: names are not unique",
                    named.len()
                ));
                failure.details = named
                    .iter()
                    .map(|one| format!("{} in {}", one.id, one.data_center))
                    .collect();
                Err(Error::usage(
                    failure.help("name the one you mean by its id"),
                ))
            }
        }
    }

    /// Pods that have a network volume mounted, running or not.
    pub(crate) async fn pods_with(&self, volume_id: &str) -> Result<Vec<PodSeen>> {
        let mut pods = self.pods().await?;
        pods.retain(
            |pod| matches!(&pod.mount, MountSeen::Network { volume_id: id, .. } if id == volume_id),
        );
        Ok(pods)
    }
}
