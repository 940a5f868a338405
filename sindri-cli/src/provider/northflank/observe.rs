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
    /// What a plan chooses from.
    pub(crate) async fn catalog(&self, wanted: &Wanted) -> Result<ServiceCatalog> {
        let regions = async {
            match &wanted.gpu {
                Some(_) => self.regions().await,
                None => Ok(Vec::new()),
            }
        };
        let (plans, regions) = tokio::try_join!(self.plans(), regions)?;
        Ok(ServiceCatalog { plans, regions })
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

impl ServiceSight {
    /// Everything that a plan is made from.
    pub(crate) fn observed(&self, catalog: ServiceCatalog) -> ServiceObserved {
        let record = self.settled.record.as_ref();
        ServiceObserved {
            catalog: Some(catalog),
            project: self.project.clone(),
            service: self.service().cloned().map(Box::new),
            volume: self.volume().map(|volume| ServiceVolumeSeen {
                ours: self.own_volume().is_some(),
                ..volume.clone()
            }),
            env_names: record
                .map(|record| record.env_names.clone())
                .unwrap_or_default(),
            file_paths: record
                .map(|record| record.file_paths.clone())
                .unwrap_or_default(),
        }
    }
}
