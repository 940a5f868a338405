//! Carrying a plan out: everything but the deletion of what it replaces.

use runpod_sdk::types::{CreateNetworkVolumeRequest, Pod, PodAction, PodActionRequest};
use runpod_sdk::wait::FirstLook;

use super::failure::{explain, is_conflict, status};
use super::{Runpod, Sight, convert, request};
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::{
    Class, NewVolume, Plan, PodPatch, PodSeen, Rate, SizeSeen, Step, Tried, VolumeSeen,
};
use crate::provider::Journal;
use crate::provider::refusal::after;
use crate::provider::release::delete_once_free;
use crate::state::{Act, Creates, Record, VolumeRecord};

/// What a plan came to.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// The pod, as the last answer showed it. None when no action concerned it.
    pub(crate) pod: Option<PodSeen>,
    /// Whether that pod runs and is being restarted.
    pub(crate) first_look: FirstLook,
    /// What was done, in order.
    pub(crate) did: Vec<String>,
    /// What was tried to create the pod, in order; the last one made it.
    pub(crate) offers: Vec<Tried>,
}

/// How often a network volume is tried to be deleted that a pod may still hold.
const DELETE_TRIES: u32 = 5;

impl Runpod {
    /// Carries out the actions in their order, leaving the deletion of replaced pods for later.
    pub(crate) async fn apply(
        &self,
        plan: &Plan,
        sight: &Sight,
        journal: &mut Journal<'_>,
    ) -> Result<Applied> {
        let mut applied = Applied::default();
        for action in &plan.actions {
            let did = match &action.step {
                Step::CreateVolume(volume) => self.create_volume(volume, journal).await?,
                Step::GrowVolume { id, size_gb } => self.grow_volume(id, *size_gb, journal).await?,
                Step::CreatePod => {
                    let pod = self
                        .create_pod(plan, sight, journal, &mut applied.offers)
                        .await?;
                    let did = format!("created pod {}", pod.id);
                    applied.pod = Some(pod);
                    did
                }
                Step::UpdatePod { id, patch } => {
                    let updated = self.update_pod(id, patch, journal);
                    let mut pod = journal.doing(Act::Update, "pod", id, updated).await?;
                    journal.change(|record| pod_changed(record, plan, patch));
                    if action.class == Class::Restart {
                        // What the answer shows may still be the container that is on its way out.
                        pod.ready = false;
                        applied.first_look = FirstLook::AfterInterval;
                    }
                    applied.pod = Some(pod);
                    format!("updated pod {id}")
                }
                Step::StartPod { id } => {
                    let started = self.start_pod(id);
                    applied.pod = Some(journal.doing(Act::Start, "pod", id, started).await?);
                    format!("started pod {id}")
                }
                Step::DeletePod { .. } => continue,
            };
            journal.say(&did);
            applied.did.push(did);
        }
        Ok(applied)
    }

    /// Deletes the pods that were replaced, now that there is another.
    pub(crate) async fn delete_replaced(
        &self,
        plan: &Plan,
        journal: &mut Journal<'_>,
    ) -> Result<Vec<String>> {
        let mut did = Vec::new();
        for action in &plan.actions {
            if let Step::DeletePod { id } = &action.step {
                let deleted = self.delete_pod(id);
                journal.doing(Act::Delete, "pod", id, deleted).await?;
                journal.pod_gone(id);
                let done = format!("deleted pod {id}");
                journal.say(&done);
                did.push(done);
            }
        }
        Ok(did)
    }

    async fn update_pod(
        &self,
        id: &str,
        patch: &PodPatch,
        journal: &Journal<'_>,
    ) -> Result<PodSeen> {
        let env_now = if patch.changes_env() {
            let now = self.client.pods().get(id).await;
            let now = now.map_err(|error| explain(&error, "read the pod before changing it"))?;
            now.into_inner().env
        } else {
            None
        };
        let record = journal.record();
        let volume = record.volume.as_ref().map(|volume| volume.id.as_str());
        let request = request::update(patch, env_now, &record.deployment_id, volume)?;
        let pod = self
            .client
            .pods()
            .update(id, &request)
            .await
            .map_err(|error| explain(&error, "change the pod"))?;
        Ok(convert::pod(&pod))
    }

    /// Starts a stopped pod. One that runs already is as good.
    pub(crate) async fn start_pod(&self, id: &str) -> Result<PodSeen> {
        match self.act(id, PodAction::Start).await {
            Ok(Some(pod)) => Ok(pod),
            // Sent twice, or not known to have arrived: what the pod says counts.
            Ok(None) => self.pod(id).await,
            Err(error) if error.may_have_taken_effect() || is_conflict(&error) => {
                let pod = self.pod(id).await.map_err(|second| after(second, &error))?;
                if pod.state.bills_compute() {
                    Ok(pod)
                } else {
                    Err(explain(&error, "start the pod"))
                }
            }
            Err(error) => Err(cannot_start(&error)),
        }
    }

    /// Stops a running pod. One that is stopped already is as good.
    ///
    /// An accepted stop may take a moment: what is given back may still run, and bill.
    pub(crate) async fn stop_pod(&self, id: &str) -> Result<PodSeen> {
        match self.act(id, PodAction::Stop).await {
            Ok(Some(pod)) if !pod.state.bills_compute() => Ok(pod),
            Ok(Some(_)) => {
                tokio::time::sleep(self.pace.poll_interval).await;
                self.pod(id).await
            }
            Ok(None) => self.pod(id).await,
            Err(error) if error.may_have_taken_effect() || is_conflict(&error) => {
                let pod = self.pod(id).await.map_err(|second| after(second, &error))?;
                if pod.state.bills_compute() {
                    Err(explain(&error, "stop the pod"))
                } else {
                    Ok(pod)
                }
            }
            Err(error) => Err(explain(&error, "stop the pod")),
        }
    }

    async fn act(
        &self,
        id: &str,
        action: PodAction,
    ) -> std::result::Result<Option<PodSeen>, runpod_sdk::Error> {
        let answer = self
            .client
            .pods()
            .action(id, &PodActionRequest::new(action))
            .await?;
        Ok(answer.into_inner().as_ref().map(convert::pod))
    }

    /// The pod as it is now.
    pub(crate) async fn pod(&self, id: &str) -> Result<PodSeen> {
        let pod = self.client.pods().get(id).await;
        let pod: Pod = pod
            .map_err(|error| explain(&error, "read the pod"))?
            .into_inner();
        Ok(convert::pod(&pod))
    }

    async fn create_volume(&self, volume: &NewVolume, journal: &mut Journal<'_>) -> Result<String> {
        let name = journal.record().volume_name();
        let Some(data_center) = &volume.data_center else {
            return Err(Error::new(
                Kind::Unexpected,
                Failure::new("no data center was chosen for the network volume"),
            ));
        };
        let request = CreateNetworkVolumeRequest::new(
            name.as_str(),
            data_center.as_str(),
            i64::from(volume.size_gb),
        );
        journal.intend(Creates::Volume, &name, Vec::new())?;
        let made = match self.client.network_volumes().create(&request).await {
            Ok(made) => convert::volume(&made),
            Err(error) if error.may_have_taken_effect() => {
                journal
                    .say("the answer to the create was lost: looking whether the volume was made");
                let found = self.own_volume(journal.record()).await;
                match found.map_err(|second| after(second, &error))? {
                    Some(found) => found,
                    None => return Err(explain(&error, "create the network volume")),
                }
            }
            Err(error) => {
                journal.nothing_made();
                return Err(explain(&error, "create the network volume"));
            }
        };
        let did = format!(
            "created network volume {} in {}",
            made.name, made.data_center
        );
        adopt_volume(&sized(made, volume.size_gb), journal);
        Ok(did)
    }

    async fn grow_volume(
        &self,
        id: &str,
        size_gb: u32,
        journal: &mut Journal<'_>,
    ) -> Result<String> {
        let grown = self.resize_volume(id, size_gb);
        let grown = journal
            .doing(Act::Grow, "network volume", id, grown)
            .await?;
        let did = format!("grew network volume {} to {size_gb} GB", grown.name);
        adopt_volume(&sized(grown, size_gb), journal);
        Ok(did)
    }

    /// Deletes a pod. One that is not there is as good.
    pub(crate) async fn delete_pod(&self, id: &str) -> Result<()> {
        match self.client.pods().delete(id).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(explain(&error, "delete the pod")),
        }
    }

    /// Deletes a network volume with everything on it. One that is not there is as good.
    ///
    /// A pod deleted a moment ago may still hold it: a refusal is tried again a few times.
    pub(crate) async fn delete_volume(&self, id: &str) -> Result<()> {
        let deleted = delete_once_free(DELETE_TRIES, self.pace.poll_interval, status, async || {
            self.client.network_volumes().delete(id).await
        });
        let deleted = deleted.await;
        deleted.map_err(|error| explain(&error, "delete the network volume"))
    }
}

fn pod_changed(record: &mut Record, plan: &Plan, patch: &PodPatch) {
    // What was sent earlier and was not taken away is there still, whether the file names it now or not.
    let sent = &plan.target.env;
    let names = &mut record.env_names;
    names.retain(|name| !patch.env_remove.contains(name) && !sent.contains_key(name));
    names.extend(env_names(plan));
    record.image.clone_from(&plan.target.image);
    if let (Some(sent), Some(template)) = (&mut record.create_only, &patch.template_id) {
        sent.template_id = Some(template.clone());
    }
}

/// An answer without a size is taken to have the one that was asked for.
fn sized(volume: VolumeSeen, asked_gb: u32) -> VolumeSeen {
    VolumeSeen {
        size_gb: SizeSeen(volume.size_gb.0.or(Some(asked_gb))),
        ..volume
    }
}

/// Writes the network volume of this deployment down.
pub(crate) fn adopt_volume(volume: &VolumeSeen, journal: &mut Journal<'_>) {
    let before = journal.record().volume.as_ref();
    let before = before.filter(|before| before.id == volume.id);
    let size_gb = volume.size_gb.0.or(before.map(|before| before.size_gb));
    let size_gb = size_gb.unwrap_or_default();
    let rate = Rate::network_volume(size_gb);
    journal.volume_made(
        VolumeRecord {
            id: volume.id.clone(),
            name: volume.name.clone(),
            size_gb,
            data_center: volume.data_center.clone(),
        },
        rate.running,
    );
}

/// A start has no rule to break but that its host must have room; RunPod says so in several ways.
fn cannot_start(error: &runpod_sdk::Error) -> Error {
    let failed = explain(error, "start the pod");
    if status(error) != Some(400) {
        return failed;
    }
    failed.advised([
        "a stopped pod starts on its own host only, and that is full now: try again later",
        "`sindri destroy`, then `sindri deploy`, takes another host; a pod volume is lost, a network volume is \
         kept",
    ])
}

pub(super) fn env_names(plan: &Plan) -> Vec<String> {
    plan.target.env.keys().cloned().collect()
}
