//! Everything of the account, or of the team, that carries a tag of ours.

use std::collections::BTreeSet;

use northflank_sdk::params::{
    ListProjectsParams, ListServicesParams, ListTagsParams, ListVolumesParams,
};
use northflank_sdk::types::{ProjectSummary, ServiceSummary, Tag, Volume};

use super::Northflank;
use super::failure::explain;
use crate::error::Result;
use crate::plan::northflank::{PlanOffer, RegionOffer, ServiceSeen, ServiceState};
use crate::state::{Marked, MarkedKind, Marker, deployment_of};

/// Every page counts against the quota.
const MOST_PER_PAGE: i64 = 100;

/// More orphans than this are listed without age and price.
const MOST_LOOKS: usize = 100;

impl Northflank {
    /// Services and volumes of all projects with a tag of ours, and tags that nothing of it carries.
    pub(crate) async fn marked(&self) -> Result<Vec<Marked>> {
        let params = ListProjectsParams::new().per_page(MOST_PER_PAGE);
        let projects = self.client.projects().list_with(params).items();
        let projects = projects.collect_all().await;
        let projects = projects.map_err(|error| explain(&error, "list the projects"))?;
        let mut marked = Vec::new();
        for project in &projects {
            marked.extend(self.marked_in(project).await?);
        }
        let carried: BTreeSet<String> = marked
            .iter()
            .map(|one| one.marker.as_str().to_owned())
            .collect();
        let params = ListTagsParams::new().per_page(MOST_PER_PAGE);
        let tags = self.client.tags().list_with(params).items();
        let tags = tags.collect_all().await;
        let tags = tags.map_err(|error| explain(&error, "list the tags"))?;
        marked.extend(
            tags.into_iter()
                .filter_map(tag)
                .filter(|tag| !carried.contains(tag.marker.as_str())),
        );
        Ok(marked)
    }

    async fn marked_in(&self, project: &ProjectSummary) -> Result<Vec<Marked>> {
        let services = async {
            let params = ListServicesParams::new().per_page(MOST_PER_PAGE);
            let services = self.client.services().list_with(&project.id, params);
            let services = services.items().collect_all().await;
            services.or_else(|error| none_left(&error, "list the services"))
        };
        let volumes = async {
            let params = ListVolumesParams::new().per_page(MOST_PER_PAGE);
            let volumes = self.client.volumes().list_with(&project.id, params);
            let volumes = volumes.items().collect_all().await;
            volumes.or_else(|error| none_left(&error, "list the volumes"))
        };
        let (services, volumes) = tokio::try_join!(services, volumes)?;
        let services = services.into_iter().filter_map(service);
        let volumes = volumes.iter().filter_map(|one| volume(one, &project.id));
        Ok(services.chain(volumes).collect())
    }

    /// Looks at services one by one: lists tell neither age nor plan. Each look counts against the quota, so only the
    /// first ones get one.
    pub(crate) async fn look_closer<'m>(
        &self,
        marked: impl Iterator<Item = &'m mut Marked>,
    ) -> Result<()> {
        let services = marked.filter(|one| one.kind == MarkedKind::Service);
        let services: Vec<_> = services.take(MOST_LOOKS).collect();
        if services.is_empty() {
            return Ok(());
        }
        let (plans, regions) = tokio::try_join!(self.plans(), self.regions())?;
        for one in services {
            let Some(project) = &one.project else {
                continue;
            };
            let Some(seen) = self.service(project, &one.id).await? else {
                continue;
            };
            one.usd_per_hour = usd_per_hour(&seen, &plans, &regions);
            one.state = Some(seen.state.as_str().to_owned());
            one.created_at = seen.created_at;
        }
        Ok(())
    }
}

/// A project that went away since it was listed has nothing in it.
fn none_left<T>(error: &northflank_sdk::Error, doing: &str) -> Result<Vec<T>> {
    if error.is_not_found() {
        return Ok(Vec::new());
    }
    Err(explain(error, doing))
}

fn service(service: ServiceSummary) -> Option<Marked> {
    let marker = deployment_of(&service.tags)?.to_owned();
    Some(Marked {
        kind: MarkedKind::Service,
        marker: Marker::Id(marker),
        project: Some(service.project_id),
        created_at: None,
        state: None,
        usd_per_hour: None,
        id: service.id,
        name: service.name,
    })
}

fn volume(volume: &Volume, project: &str) -> Option<Marked> {
    let marker = deployment_of(&volume.tags)?.to_owned();
    Some(Marked {
        kind: MarkedKind::Volume,
        id: volume.id.clone(),
        name: volume.name.clone(),
        project: Some(project.to_owned()),
        marker: Marker::Id(marker),
        created_at: Some(volume.created_at.as_str().to_owned()),
        state: None,
        usd_per_hour: None,
    })
}

fn tag(tag: Tag) -> Option<Marked> {
    let marker = deployment_of(std::slice::from_ref(&tag.id))?.to_owned();
    Some(Marked {
        kind: MarkedKind::Tag,
        marker: Marker::Id(marker),
        project: None,
        created_at: tag.created_at.map(|at| at.as_str().to_owned()),
        state: None,
        // Tags bill nothing.
        usd_per_hour: Some(0.0),
        id: tag.id,
        name: tag.name,
    })
}

/// By the live list of plans; of a card, the least that it costs anywhere.
fn usd_per_hour(
    service: &ServiceSeen,
    plans: &[PlanOffer],
    regions: &[RegionOffer],
) -> Option<f64> {
    if service.state == ServiceState::Paused {
        return Some(0.0);
    }
    let id = service.plan.as_deref()?;
    let plan = plans.iter().find(|plan| plan.id == id)?.usd_per_hour;
    let card = match &service.gpu {
        None => 0.0,
        Some(gpu) => {
            let offers = regions.iter().flat_map(|region| &region.devices);
            let offers = offers.filter(|device| device.id == gpu.id);
            let least = offers.map(|device| device.usd_per_hour).reduce(f64::min)?;
            least * f64::from(gpu.count)
        }
    };
    Some((plan + card) * f64::from(service.instances.unwrap_or(1)))
}
