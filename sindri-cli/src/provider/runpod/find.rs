//! Finding the deployment among the account's pods.

use super::Runpod;
use super::convert;
use super::failure::explain;
use crate::error::{Error, Failure, Result};
use crate::plan::{PodSeen, PodState, VolumeSeen};
use crate::state::{Ambiguous, Deed, Record, Settled, settle};

/// How often a pod is looked for that RunPod may not show yet: its create was begun a moment ago.
pub(super) const LOOKS: u32 = 3;

/// What was found, and what it means.
#[derive(Debug)]
pub(crate) struct Sight {
    /// Which pods are ours.
    pub(crate) settled: Settled,
    /// All pods of the account.
    pods: Vec<PodSeen>,
}

impl Sight {
    /// The pod of the deployment.
    pub(crate) fn pod(&self) -> Option<&PodSeen> {
        let record = self.settled.record.as_ref()?;
        self.by_id(record.pod_id.as_deref()?)
    }

    /// A pod of the account.
    pub(crate) fn by_id(&self, id: &str) -> Option<&PodSeen> {
        self.pods.iter().find(|pod| pod.id == id)
    }

    /// Why nothing changes the pod in this run: only its name says that it is the one.
    pub(crate) fn not_yet_ours(&self) -> Option<String> {
        let found = self.settled.by_name.as_ref()?;
        Some(format!(
            "{found} was found by its name only, and nothing here says that it is this deployment"
        ))
    }

    /// What there is of something that an earlier run began to change.
    pub(crate) fn now(&self, deed: &Deed) -> String {
        if deed.resource != "pod" {
            return "`sindri volume list` shows whether it is there".to_owned();
        }
        match self.by_id(&deed.id) {
            None => "it is gone".to_owned(),
            Some(pod) if pod.state.bills_compute() => {
                format!(
                    "it is {} and bills ${}/h",
                    pod.state.as_str(),
                    pod.usd_per_hour
                )
            }
            Some(pod) => format!("it is {}", pod.state.as_str()),
        }
    }

    /// Pods that were replaced and are still there.
    pub(crate) fn retiring(&self) -> impl Iterator<Item = &PodSeen> {
        let ids = self
            .settled
            .record
            .iter()
            .flat_map(|record| &record.retiring);
        ids.filter_map(|id| self.by_id(id))
    }

    /// Pods that carry our marker and that nothing accounts for.
    pub(crate) fn strays(&self) -> impl Iterator<Item = &PodSeen> {
        self.settled.strays.iter().filter_map(|id| self.by_id(id))
    }

    /// Ids of pods that a new one of this name must not be mistaken for.
    pub(super) fn known_ids(&self, name: &str) -> Vec<String> {
        let ours = |pod: &&PodSeen| pod.name == name || pod.env.contains_key(super::MARKER);
        self.pods
            .iter()
            .filter(ours)
            .map(|pod| pod.id.clone())
            .collect()
    }
}

impl Runpod {
    /// Looks for the deployment: by the id written down, by its marker, by its name.
    ///
    /// A create that was begun and not seen to end gets several looks: the pod may still be on its way into
    /// the list.
    pub(crate) async fn find(&self, name: &str, record: Option<&Record>) -> Result<Sight> {
        let mut looks = 0;
        loop {
            looks += 1;
            let pods = self.pods().await?;
            let sightings: Vec<_> = pods.iter().map(convert::sighting).collect();
            let fresh = |marker: Option<&str>| self.fresh_record(name, marker);
            let settled =
                settle(record, name, &sightings, fresh).map_err(|error| several(&error))?;
            if !settled.create_unseen {
                return Ok(Sight { settled, pods });
            }
            if looks == LOOKS {
                let mut settled = settled;
                settled.notes.push(format!(
                    "an earlier run began to create pod `{name}` and did not see the end of it: there is \
                     no such pod"
                ));
                return Ok(Sight { settled, pods });
            }
            tokio::time::sleep(self.pace.poll_interval).await;
        }
    }

    /// The record of a deployment that nothing was written down about.
    pub(crate) fn fresh_record(&self, name: &str, marker: Option<&str>) -> Record {
        let id = marker.map_or_else(crate::state::new_deployment_id, str::to_owned);
        Record::new("runpod", name, self.origin(), id)
    }

    /// All pods of the account but terminated ones, from every page of the list.
    pub(super) async fn pods(&self) -> Result<Vec<PodSeen>> {
        let pods = self.client.pods().list_all().collect_all().await;
        let pods = pods.map_err(|error| explain(&error, "list the pods"))?;
        let mut pods: Vec<_> = pods.iter().map(convert::pod).collect();
        pods.retain(|pod| pod.state != PodState::Terminated);
        Ok(pods)
    }

    /// All network volumes of the account.
    pub(crate) async fn volumes(&self) -> Result<Vec<VolumeSeen>> {
        let list = self
            .client
            .network_volumes()
            .list()
            .await
            .map_err(|error| explain(&error, "list the network volumes"))?;
        Ok(list.network_volumes.iter().map(convert::volume).collect())
    }

    /// The network volume made for this deployment: by its recorded id, else by its name.
    pub(crate) async fn own_volume(&self, record: &Record) -> Result<Option<VolumeSeen>> {
        Ok(own_volume(&self.volumes().await?, record).cloned())
    }
}

/// The network volume made for this deployment, among those of the account.
pub(super) fn own_volume<'v>(volumes: &'v [VolumeSeen], record: &Record) -> Option<&'v VolumeSeen> {
    let name = record.volume_name();
    let id = record.volume.as_ref().map(|volume| volume.id.as_str());
    let by_id = volumes.iter().find(|volume| Some(volume.id.as_str()) == id);
    by_id.or_else(|| volumes.iter().find(|volume| volume.name == name))
}

fn several(ambiguous: &Ambiguous) -> Error {
    let mut failure = Failure::new(ambiguous.to_string());
    failure.details = ambiguous.ids.iter().map(|id| format!("pod {id}")).collect();
    Error::usage(
        failure
            .help("nothing here says which one it is: delete or rename the others in the console")
            .help("or give this deployment another `name`"),
    )
}
