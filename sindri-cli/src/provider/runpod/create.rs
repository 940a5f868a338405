//! Creating a pod: one offer after the other, each create looked up before it could be sent twice.

use super::apply::env_names;
use super::failure::explain;
use super::find::LOOKS;
use super::{Runpod, Sight, convert, request};
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::{ComputeSpec, Outcome, Plan, PodSeen, PodSpec, Tried};
use crate::provider::Journal;
use crate::provider::journal::PodMade;
use crate::provider::refusal::after;
use crate::state::{CreateOnly, Creates, HostRecord};

/// A create may answer with a price that differs from the catalog's by rounding only.
const PRICE_TOLERANCE: f64 = 1.005;

/// What one create came to.
enum Attempt {
    Made(Box<PodSeen>),
    NoCapacity(runpod_sdk::Error),
}

impl Runpod {
    /// Creates the pod with the first offer that has capacity.
    ///
    /// Only a refusal for want of capacity leads to the next offer; everything else ends the deploy.
    pub(super) async fn create_pod(
        &self,
        plan: &Plan,
        sight: &Sight,
        journal: &mut Journal<'_>,
        tried: &mut Vec<Tried>,
    ) -> Result<PodSeen> {
        let offers = plan.choice.as_ref();
        let offers = offers.map_or(&[][..], |choice| &choice.offers);
        for (index, offer) in offers.iter().enumerate() {
            let spec = plan.target.with(offer);
            let error = match self.attempt(&spec, sight, journal).await? {
                Attempt::Made(pod) => {
                    tried.push(Tried {
                        offer: offer.clone(),
                        outcome: Outcome::Created,
                        reason: None,
                    });
                    let price = offer.usd_per_hour;
                    return self.accept(plan, &spec, price, *pod, journal).await;
                }
                Attempt::NoCapacity(error) => error,
            };
            tried.push(Tried {
                offer: offer.clone(),
                outcome: Outcome::NoCapacity,
                reason: Some(error.message()),
            });
            let Some(next) = offers.get(index + 1) else {
                return Err(all_refused(&error, &spec, tried));
            };
            journal.say(&format!("no capacity for {offer}: trying {next}"));
        }
        Err(Error::new(
            Kind::Unexpected,
            Failure::new("there was no offer to try"),
        ))
    }

    /// One create, with its intent on disk before it.
    async fn attempt(
        &self,
        spec: &PodSpec,
        sight: &Sight,
        journal: &mut Journal<'_>,
    ) -> Result<Attempt> {
        let record = journal.record();
        let volume = record.volume.as_ref().map(|volume| volume.id.clone());
        let request = request::create(spec, &record.deployment_id, volume.as_deref())?;
        journal.intend(Creates::Pod, &spec.name, sight.known_ids(&spec.name))?;
        match self.client.pods().create(&request).await {
            Ok(pod) => Ok(Attempt::Made(Box::new(convert::pod(&pod)))),
            Err(error) if error.may_have_taken_effect() => {
                journal.say("the answer to the create was lost: looking whether the pod was made");
                let pod = self.look_up_pod(&error, journal).await?;
                Ok(Attempt::Made(Box::new(pod)))
            }
            Err(error) => {
                journal.nothing_made();
                if error.is_no_capacity() {
                    return Ok(Attempt::NoCapacity(error));
                }
                Err(explain(&error, "create the pod"))
            }
        }
    }

    /// Takes a new pod over, unless it bills more than was allowed.
    async fn accept(
        &self,
        plan: &Plan,
        spec: &PodSpec,
        planned: f64,
        pod: PodSeen,
        journal: &mut Journal<'_>,
    ) -> Result<PodSeen> {
        let bills = pod.usd_per_hour;
        if let Some(max) = plan.max_usd_per_hour.filter(|max| bills > *max) {
            return Err(self.give_back(plan, spec, &pod, max, journal).await);
        }
        journal.pod_made(pod_made(plan, spec, &pod));
        check_answer(planned, spec, &pod, journal);
        Ok(pod)
    }

    /// Deletes a pod that was made a moment ago and bills more than was allowed. The record goes on to say
    /// that a create is open until the pod is gone, so that an end in between loses nothing.
    async fn give_back(
        &self,
        plan: &Plan,
        spec: &PodSpec,
        pod: &PodSeen,
        max: f64,
        journal: &mut Journal<'_>,
    ) -> Error {
        let bills = pod.usd_per_hour;
        let message = format!("the new pod bills ${bills}/h, more than the ${max}/h allowed");
        match self.take_back(&pod.id).await {
            Ok(true) => {
                journal.nothing_made();
                let failure = Failure::new(message)
                    .detail(format!(
                        "pod {} was deleted at once; nothing was on it",
                        pod.id
                    ))
                    .help("allow more with `--max-price`, or write a cheaper card");
                Error::new(Kind::Provider, failure)
            }
            Ok(false) => {
                journal.pod_made(pod_made(plan, spec, pod));
                let failure = Failure::new(message)
                    .detail(format!(
                        "RunPod was asked to delete pod {} at once and does not confirm it: it may bill on",
                        pod.id
                    ))
                    .help("`sindri destroy` looks for it and deletes it");
                Error::new(Kind::Provider, failure)
            }
            Err(error) => {
                journal.pod_made(pod_made(plan, spec, pod));
                error.with_detail(message)
            }
        }
    }

    /// Deletes a pod that was made a moment ago; whether it is gone. RunPod may not find it yet, and to be not
    /// found is no proof: gone is what was deleted and is in no list any more.
    async fn take_back(&self, id: &str) -> Result<bool> {
        let mut is_deleted = false;
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(self.pace.poll_interval).await;
            }
            match self.client.pods().delete(id).await {
                Ok(_) => is_deleted = true,
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(explain(&error, "delete the pod")),
            }
            if is_deleted && !self.pods().await?.iter().any(|pod| pod.id == id) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A create was sent and its answer did not arrive: it is never sent again without looking first.
    async fn look_up_pod(
        &self,
        error: &runpod_sdk::Error,
        journal: &Journal<'_>,
    ) -> Result<PodSeen> {
        let record = journal.record();
        let sight = self
            .find(&record.app_name, Some(record))
            .await
            .map_err(|second| {
                after(second, error).with_help(
                    "a pod may have been made: the next run looks for it before it makes one",
                )
            })?;
        match sight.pod() {
            Some(pod) if !sight.settled.create_unseen => {
                journal.say(&format!("pod {} was made: going on with it", pod.id));
                Ok(pod.clone())
            }
            Some(_) | None => Err(explain(error, "create the pod").with_help(
                "no pod with this deployment's marker is in the list; `sindri deploy` looks again before \
                 it makes one",
            )),
        }
    }
}

/// What was promised and what was given.
fn check_answer(planned: f64, spec: &PodSpec, pod: &PodSeen, journal: &Journal<'_>) {
    if pod.usd_per_hour > planned * PRICE_TOLERANCE {
        journal.alert(format!(
            "pod {} bills ${}/h, the plan said ${planned}/h: `sindri destroy` ends it",
            pod.id, pod.usd_per_hour
        ));
    }
    if let Some(place) = &pod.data_center
        && !spec.data_centers.is_empty()
        && !spec.data_centers.contains(place)
    {
        journal.alert(format!(
            "pod {} runs in {place}, though {} was asked for: RunPod takes the place as a wish",
            pod.id,
            spec.data_centers.join(" or ")
        ));
    }
}

/// No offer had capacity.
fn all_refused(error: &runpod_sdk::Error, spec: &PodSpec, tried: &[Tried]) -> Error {
    let mut failed = create_refused(error, spec);
    for tried in tried {
        failed = failed.with_detail(format!("tried {}: no capacity", tried.offer));
    }
    if tried.len() > 1 {
        failed = failed.with_help(
            "RunPod says the same of a request that no machine can ever satisfy: check `gpuCount`, \
             `containerDiskGb` and CUDA versions, too",
        );
    }
    failed
}

/// The answer of a create that is refused for want of a host is the same as for want of a card.
fn create_refused(error: &runpod_sdk::Error, spec: &PodSpec) -> Error {
    let (failed, floors) = (explain(error, "create the pod"), spec.compute.host());
    if floors.is_empty() || !error.is_no_capacity() {
        return failed;
    }
    failed.with_help(format!(
        "a host with {floors} is asked for: lower `vcpuCount`, `resources.cpus` or `resources.memory`"
    ))
}

fn pod_made(plan: &Plan, spec: &PodSpec, pod: &PodSeen) -> PodMade {
    let (gpu_type, gpu_count) = match &spec.compute {
        ComputeSpec::Gpu { id, count, .. } => (Some(id.clone()), Some(*count)),
        ComputeSpec::Cpu { .. } | ComputeSpec::Undecided { .. } => (None, None),
    };
    let host = spec.compute.host();
    PodMade {
        id: pod.id.clone(),
        usd_per_hour: Some(pod.usd_per_hour),
        gpu_type,
        gpu_count,
        image: spec.image.clone(),
        created_at: pod.created_at.clone(),
        create_only: CreateOnly {
            start_ssh: spec.start_ssh,
            template_id: spec.template_id.clone(),
            host: Some(HostRecord {
                min_vcpu_count_per_gpu: host.min_vcpu_count_per_gpu,
                min_memory_gb_per_gpu: host.min_memory_gb_per_gpu,
            }),
        },
        env_names: env_names(plan),
    }
}
