//! Asking RunPod what a plan needs to know, and no more.

use futures::future::{join, join4, try_join};
use runpod_sdk::params::{ListCpuTypesParams, ListGpuTypesParams};
use runpod_sdk::types::{CatalogInclude, CpuProduct, GpuCloudFilter, Product};

use super::convert;
use super::failure::explain;
use super::find::own_volume;
use super::{Runpod, Sight};
use crate::config::{Cloud, Compute, HostFloors, Region, Runpod as Wanted, Volume};
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::{
    AccountKeys, Catalog, CpuOffer, DataCenterSeen, Deployed, Existing, GpuOffer, Observed,
    PublicKey, Recorded, SentOnce, VolumeSeen,
};
use crate::state::Record;

/// What a plan needs to know beside the deployment itself.
#[derive(Debug)]
pub(crate) struct Facts {
    catalog: Catalog,
    named_volume: Option<VolumeSeen>,
    /// Those of the account; none where neither the file nor the record has one of ours.
    volumes: Vec<VolumeSeen>,
    account_keys: AccountKeys,
}

impl Facts {
    /// Everything that a plan is made from.
    pub(crate) fn observed(
        self,
        wanted: &Wanted,
        sight: &Sight,
        public_key: Option<PublicKey>,
    ) -> Observed {
        let own_volume = self.own_volume(sight).filter(|_| makes_volume(wanted));
        Observed {
            existing: existing(sight),
            own_volume: own_volume.cloned(),
            catalog: Some(self.catalog),
            named_volume: self.named_volume,
            account_keys: self.account_keys,
            public_key,
        }
    }

    /// The network volume made for this deployment.
    pub(crate) fn own_volume(&self, sight: &Sight) -> Option<&VolumeSeen> {
        own_volume(&self.volumes, sight.settled.record.as_ref()?)
    }
}

impl Runpod {
    /// Looks for the deployment and asks what a plan needs, all at once: nothing here needs the answer to
    /// something else. Without the deployment nothing else is told; what is known of it is told whatever
    /// becomes of the rest.
    pub(crate) async fn look(
        &self,
        name: &str,
        record: Option<&Record>,
        wanted: &Wanted,
    ) -> Result<(Sight, Result<Facts>)> {
        let facts = async { Ok(self.facts(record, wanted).await) };
        try_join(self.find(name, record), facts).await
    }

    async fn facts(&self, record: Option<&Record>, wanted: &Wanted) -> Result<Facts> {
        let named_volume = async {
            match &wanted.volume {
                Volume::Network { volume_id, .. } => self.named_volume(volume_id).await.map(Some),
                Volume::None | Volume::Pod { .. } | Volume::NewNetwork { .. } => Ok(None),
            }
        };
        let made_volume = record.is_some_and(|record| record.volume.is_some());
        let volumes = async {
            if makes_volume(wanted) || made_volume {
                self.volumes().await
            } else {
                Ok(Vec::new())
            }
        };
        let account_keys = async {
            if wanted.start_ssh {
                self.account_keys().await
            } else {
                Ok(AccountKeys::NotChecked)
            }
        };
        let catalog = self.catalog(wanted);
        let (named_volume, volumes, account_keys, catalog) =
            join4(named_volume, volumes, account_keys, catalog).await;
        // What is told does not depend on which of several failures came first.
        Ok(Facts {
            named_volume: named_volume?,
            volumes: volumes?,
            account_keys: account_keys?,
            catalog: catalog?,
        })
    }

    async fn catalog(&self, wanted: &Wanted) -> Result<Catalog> {
        let needs_places = makes_volume(wanted) || wanted.region != Region::Any;
        let data_centers = async {
            if needs_places {
                self.data_centers().await
            } else {
                Ok(Vec::new())
            }
        };
        let (hardware, data_centers) = join(self.hardware(wanted), data_centers).await;
        Ok(Catalog {
            data_centers: data_centers?,
            ..hardware?
        })
    }

    /// The cards or the flavours of the catalog.
    async fn hardware(&self, wanted: &Wanted) -> Result<Catalog> {
        let mut catalog = Catalog::default();
        match &wanted.compute {
            Compute::Gpu(gpu) => {
                catalog.gpus = self.gpu_offers(gpu.count, wanted.cloud).await?;
            }
            Compute::Cpu(cpu) => {
                let count = i64::from(cpu.vcpu_count);
                catalog.cpus = self.cpu_offers(Some(count)).await?;
                if !catalog.cpus.iter().any(|offer| offer.id == cpu.flavor) {
                    // Flavours that have no such count are left out: they are needed to tell what is wrong.
                    catalog.cpus = self.cpu_offers(None).await?;
                }
            }
        }
        Ok(catalog)
    }

    async fn data_centers(&self) -> Result<Vec<DataCenterSeen>> {
        let list = self.client.catalog().list_data_centers().await;
        let list = list.map_err(|error| explain(&error, "list the data centers"))?;
        Ok(list.data_centers.iter().map(convert::data_center).collect())
    }

    /// Cards with the stock that one cloud has of so many at once.
    pub(crate) async fn gpu_offers(&self, count: u32, cloud: Cloud) -> Result<Vec<GpuOffer>> {
        let cloud = match cloud {
            Cloud::Secure => GpuCloudFilter::Secure,
            Cloud::Community => GpuCloudFilter::Community,
        };
        let params = ListGpuTypesParams::new()
            .include([CatalogInclude::Availability])
            .product([Product::Pod])
            .count(i64::from(count))
            .cloud(cloud);
        let list = self.client.catalog().list_gpu_types_with(params).await;
        let list = list.map_err(|error| explain(&error, "list the GPUs"))?;
        Ok(list.gpus.iter().filter_map(convert::gpu_offer).collect())
    }

    /// CPU flavours with their stock; with a count those that have as many vCPU, and their stock for it.
    async fn cpu_offers(&self, vcpu_count: Option<i64>) -> Result<Vec<CpuOffer>> {
        let mut params = ListCpuTypesParams::new()
            .include([CatalogInclude::Availability])
            .product([CpuProduct::Pod]);
        if let Some(count) = vcpu_count {
            params = params.vcpu_count(count);
        }
        let list = self.client.catalog().list_cpu_types_with(params).await;
        let list = list.map_err(|error| explain(&error, "list the CPU flavours"))?;
        Ok(list.cpus.iter().filter_map(convert::cpu_offer).collect())
    }

    /// The network volume that the file names. It decides where the pod can run.
    async fn named_volume(&self, id: &str) -> Result<VolumeSeen> {
        match self.client.network_volumes().get(id).await {
            Ok(volume) => Ok(convert::volume(&volume)),
            Err(error) if error.is_not_found() => {
                let known = self.volumes().await?;
                let mut failure = Failure::new(format!("RunPod has no network volume `{id}`"));
                failure.details = known
                    .iter()
                    .map(|volume| format!("there is {} ({})", volume.id, volume.name))
                    .collect();
                Err(Error::usage(failure.help(if known.is_empty() {
                    "the account has none: `sindri volume create` makes one"
                } else {
                    "write one of these to `providers.runpod.networkVolumeId`"
                })))
            }
            Err(error) => Err(explain(&error, "read the network volume")),
        }
    }

    /// A key that may not read the account's SSH keys can still deploy.
    pub(super) async fn account_keys(&self) -> Result<AccountKeys> {
        let keys = self.account_key_lines().await?;
        Ok(keys.map_or(AccountKeys::NotReadable, |keys| {
            AccountKeys::Count(keys.len())
        }))
    }

    /// The public SSH keys of the account. None when the API key may not read them.
    pub(crate) async fn account_key_lines(&self) -> Result<Option<Vec<String>>> {
        match self.client.account().ssh_keys().await {
            Ok(keys) => Ok(Some(keys.into_inner().keys)),
            Err(error) => {
                let failure = explain(&error, "list the account's SSH keys");
                match failure {
                    Error::Failed(Kind::Credentials, cause) if cause.status == Some(403) => {
                        Ok(None)
                    }
                    other => Err(other),
                }
            }
        }
    }
}

/// Whether a network volume is made where there is none of ours.
fn makes_volume(wanted: &Wanted) -> bool {
    matches!(wanted.volume, Volume::NewNetwork { .. })
}

fn existing(sight: &Sight) -> Existing {
    let (Some(pod), Some(record)) = (sight.pod(), &sight.settled.record) else {
        return Existing::None;
    };
    Existing::Found(Box::new(Deployed {
        pod: pod.clone(),
        retiring: sight.retiring().cloned().collect(),
        recorded: recorded(record),
    }))
}

fn recorded(record: &Record) -> Recorded {
    Recorded {
        env_names: record.env_names.clone(),
        sent_once: record.create_only.as_ref().map(|sent| SentOnce {
            start_ssh: sent.start_ssh,
            template_id: sent.template_id.clone(),
            host: sent.host.map(|host| HostFloors {
                min_vcpu_count_per_gpu: host.min_vcpu_count_per_gpu,
                min_memory_gb_per_gpu: host.min_memory_gb_per_gpu,
            }),
        }),
    }
}
