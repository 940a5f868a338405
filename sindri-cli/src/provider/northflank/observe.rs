//! Asking Northflank what a plan needs to know, and no more.

use super::Northflank;
use super::convert;
use super::failure::explain;
use super::find::ServiceSight;
use crate::config::Northflank as Wanted;
use crate::error::Result;
use crate::plan::northflank::{
    PlanOffer, RegionOffer, ServiceCatalog, ServiceObserved, ServiceVolumeSeen,
};

impl Northflank {
    /// Everything that a plan is made from.
    pub(crate) async fn observe(
        &self,
        wanted: &Wanted,
        sight: &ServiceSight,
    ) -> Result<ServiceObserved> {
        let regions = async {
            match &wanted.gpu {
                Some(_) => self.regions().await,
                None => Ok(Vec::new()),
            }
        };
        let (plans, regions) = tokio::try_join!(self.plans(), regions)?;
        let record = sight.settled.record.as_ref();
        Ok(ServiceObserved {
            catalog: Some(ServiceCatalog { plans, regions }),
            project: sight.project.clone(),
            service: sight.service().cloned().map(Box::new),
            volume: sight.volume().map(|volume| ServiceVolumeSeen {
                ours: sight.own_volume().is_some(),
                ..volume.clone()
            }),
            env_names: record
                .map(|record| record.env_names.clone())
                .unwrap_or_default(),
            file_paths: record
                .map(|record| record.file_paths.clone())
                .unwrap_or_default(),
        })
    }

    /// Compute plans.
    pub(super) async fn plans(&self) -> Result<Vec<PlanOffer>> {
        let plans = self.client.plans().list().await;
        let plans = plans.map_err(|error| explain(&error, "list the compute plans"))?;
        Ok(plans.iter().filter_map(convert::plan_offer).collect())
    }

    /// Regions with their cards.
    pub(crate) async fn regions(&self) -> Result<Vec<RegionOffer>> {
        let regions = self.client.regions().list().await;
        let regions = regions.map_err(|error| explain(&error, "list the regions"))?;
        Ok(regions.iter().map(convert::region_offer).collect())
    }
}
