//! Which of the pods at the provider is ours. Pure: what was written down and what is there go in, what
//! holds from now on comes out.

use jiff::{SignedDuration, Timestamp};

use super::record::Record;
use super::remembered::{Creates, Remembered as _, taken_by_name};

/// A pod at the provider, as far as telling whose it is needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// Its id.
    pub(crate) id: String,
    /// Its name; not unique.
    pub(crate) name: String,
    /// The deployment it says it belongs to.
    pub(crate) marker: Option<String>,
    /// When it was made, RFC 3339.
    pub(crate) created_at: String,
}

/// What holds after looking.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settled {
    /// What to write down; none when there is nothing to remember.
    pub(crate) record: Option<Record>,
    /// Pods that carry our marker and are neither the pod nor on their way out.
    pub(crate) strays: Vec<String>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    /// The pod, when nothing but its name says that it is the one.
    pub(crate) by_name: Option<String>,
    /// Whether a create was begun and nothing that it made was seen.
    pub(crate) create_unseen: bool,
}

/// Several pods could be the one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} pods could be `{name}`", ids.len())]
pub(crate) struct Ambiguous {
    /// The name looked for.
    pub(crate) name: String,
    /// Their ids.
    pub(crate) ids: Vec<String>,
}

/// A clock may differ from the provider's by this much.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Finds our pod among those at the provider.
///
/// The id written down wins, then the marker, then the name. `fresh` makes the record of a deployment
/// that was not written down here; it is given the marker of the pod found, if that has one.
pub(crate) fn settle(
    record: Option<&Record>,
    name: &str,
    pods: &[Sighting],
    fresh: impl FnOnce(Option<&str>) -> Record,
) -> Result<Settled, Ambiguous> {
    let Some(record) = record else {
        return without_record(name, pods, fresh);
    };
    let mut settled = Settled::default();
    let mut record = record.clone();
    record
        .retiring
        .retain(|id| pods.iter().any(|pod| pod.id == *id));
    if let Some(id) = record.pod_id.clone()
        && !pods.iter().any(|pod| pod.id == id)
    {
        settled
            .notes
            .push(format!("pod {id} is gone: it was deleted elsewhere"));
        record.forget_pod();
    }
    settle_intent(&mut record, pods, &mut settled)?;
    if record.pod_id.is_none() && !settled.create_unseen {
        adopt(&mut record, name, pods, &mut settled)?;
    }
    settled.strays = pods
        .iter()
        .filter(|pod| pod.marker.as_deref() == Some(&record.deployment_id))
        .filter(|pod| record.pod_id.as_ref() != Some(&pod.id) && !record.retiring.contains(&pod.id))
        .map(|pod| pod.id.clone())
        .collect();
    settled.record = (!record.is_empty()).then_some(record);
    Ok(settled)
}

fn without_record(
    name: &str,
    pods: &[Sighting],
    fresh: impl FnOnce(Option<&str>) -> Record,
) -> Result<Settled, Ambiguous> {
    let Some(pod) = only(name, pods.iter().filter(|pod| pod.name == name))? else {
        return Ok(Settled::default());
    };
    let mut record = fresh(pod.marker.as_deref());
    record.pod_id = Some(pod.id.clone());
    record.created_at = Some(pod.created_at.clone());
    Ok(Settled {
        notes: vec![taken_by_name(&found_by_name(pod))],
        by_name: Some(found_by_name(pod)),
        record: Some(record),
        ..Settled::default()
    })
}

/// A create of a pod that was begun: did it make one?
fn settle_intent(
    record: &mut Record,
    pods: &[Sighting],
    settled: &mut Settled,
) -> Result<(), Ambiguous> {
    let Some(intent) = record
        .intent
        .clone()
        .filter(|intent| intent.creates == Creates::Pod)
    else {
        return Ok(());
    };
    let unknown = |pod: &&Sighting| {
        !intent.known_ids.contains(&pod.id)
            && record.pod_id.as_ref() != Some(&pod.id)
            && !record.retiring.contains(&pod.id)
    };
    let marked = pods
        .iter()
        .filter(unknown)
        .filter(|pod| pod.marker.as_deref() == Some(&record.deployment_id));
    let found = match only(&intent.name, marked)? {
        Some(pod) => Some(pod),
        None => only(
            &intent.name,
            pods.iter().filter(unknown).filter(|pod| {
                pod.marker.is_none()
                    && pod.name == intent.name
                    && made_since(&pod.created_at, &intent.started_at)
            }),
        )?,
    };
    let Some(pod) = found else {
        settled.create_unseen = true;
        return Ok(());
    };
    settled.notes.push(format!(
        "pod {} was made by an earlier run that did not see its end: adopted, not made again",
        pod.id
    ));
    if let Some(old) = record.pod_id.replace(pod.id.clone()) {
        record.retiring.push(old);
    }
    record.created_at = Some(pod.created_at.clone());
    record.intent = None;
    Ok(())
}

/// The record knows no pod: perhaps the provider does.
fn adopt(
    record: &mut Record,
    name: &str,
    pods: &[Sighting],
    settled: &mut Settled,
) -> Result<(), Ambiguous> {
    let free = || pods.iter().filter(|pod| !record.retiring.contains(&pod.id));
    let marked = free().filter(|pod| pod.marker.as_deref() == Some(&record.deployment_id));
    let found = if let Some(pod) = only(name, marked)? {
        let note = format!(
            "pod {} carries the marker of this deployment: adopted",
            pod.id
        );
        Some((pod, note))
    } else {
        let named = only(name, free().filter(|pod| pod.name == name))?;
        settled.by_name = named.map(found_by_name);
        named.map(|pod| (pod, taken_by_name(&found_by_name(pod))))
    };
    let Some((pod, note)) = found else {
        return Ok(());
    };
    settled.notes.push(note);
    if let Some(marker) = &pod.marker {
        record.deployment_id.clone_from(marker);
    }
    record.pod_id = Some(pod.id.clone());
    record.created_at = Some(pod.created_at.clone());
    Ok(())
}

fn found_by_name(pod: &Sighting) -> String {
    let origin = match &pod.marker {
        Some(marker) => format!("by sindri for deployment {marker}"),
        None => "not by sindri".to_owned(),
    };
    format!("pod {} (made {}, {origin})", pod.id, pod.created_at)
}

/// The one candidate, none, or an error that lists them.
fn only<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a Sighting>,
) -> Result<Option<&'a Sighting>, Ambiguous> {
    let candidates: Vec<&Sighting> = candidates.collect();
    match candidates.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        [..] => Err(Ambiguous {
            name: name.to_owned(),
            ids: candidates.iter().map(|pod| pod.id.clone()).collect(),
        }),
    }
}

/// Whether something was made after an instant, with room for clocks that differ.
fn made_since(created_at: &str, started_at: &str) -> bool {
    match (
        created_at.parse::<Timestamp>(),
        started_at.parse::<Timestamp>(),
    ) {
        (Ok(created), Ok(started)) => created >= started - CLOCK_SKEW,
        (Err(_), _) | (_, Err(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Intent;

    const MARKER: &str = "0123456789abcdef";

    fn pod(id: &str, name: &str, marker: Option<&str>) -> Sighting {
        Sighting {
            id: id.to_owned(),
            name: name.to_owned(),
            marker: marker.map(str::to_owned),
            created_at: "2026-11-22T10:00:00Z".to_owned(),
        }
    }

    fn fresh(marker: Option<&str>) -> Record {
        Record::new(
            "runpod",
            "demo",
            "https://api",
            marker.unwrap_or("fresh").to_owned(),
        )
    }

    fn recorded(pod_id: Option<&str>, intent: Option<&[&str]>) -> Record {
        let mut record = fresh(Some(MARKER));
        record.pod_id = pod_id.map(str::to_owned);
        record.intent = intent.map(|known| Intent {
            creates: Creates::Pod,
            name: "demo".to_owned(),
            started_at: "2026-11-22T10:01:00Z".to_owned(),
            known_ids: known.iter().map(|id| (*id).to_owned()).collect(),
        });
        record
    }

    /// Which pod is ours, which are leaving, and whether a create is still open.
    fn check(
        record: Option<&Record>,
        pods: &[Sighting],
        expected: (Option<&str>, &[&str], bool),
    ) -> Settled {
        let settled = settle(record, "demo", pods, fresh).expect("unambiguous");
        let record = settled.record.clone();
        let pod_id = record.as_ref().and_then(|record| record.pod_id.as_deref());
        let retiring = record
            .as_ref()
            .map(|record| record.retiring.clone())
            .unwrap_or_default();
        assert_eq!(
            (pod_id, retiring, settled.create_unseen),
            (
                expected.0,
                expected.1.iter().map(|id| (*id).to_owned()).collect(),
                expected.2,
            )
        );
        settled
    }

    #[test]
    fn the_id_written_down_wins_over_pods_of_the_same_name() {
        let pods = [
            pod("other", "demo", None),
            pod("ours", "demo", Some(MARKER)),
        ];
        let settled = check(
            Some(&recorded(Some("ours"), None)),
            &pods,
            (Some("ours"), &[], false),
        );
        assert_eq!(settled.by_name, None);
        assert!(settled.notes.is_empty());
    }

    #[test]
    fn without_a_record_a_single_pod_of_the_name_is_adopted_with_its_marker() {
        let pods = [pod("a", "other", None), pod("b", "demo", Some("feed"))];
        let settled = check(None, &pods, (Some("b"), &[], false));
        assert_eq!(settled.record.unwrap().deployment_id, "feed");
        assert_eq!(
            settled.by_name.unwrap(),
            "pod b (made 2026-11-22T10:00:00Z, by sindri for deployment feed)"
        );
        check(None, &[pod("a", "other", None)], (None, &[], false));
    }

    #[test]
    fn without_a_record_two_pods_of_the_name_are_an_error_that_lists_them() {
        let pods = [pod("a", "demo", None), pod("b", "demo", None)];
        let error = settle(None, "demo", &pods, fresh).unwrap_err();
        assert_eq!(error.ids, ["a", "b"]);
    }

    #[test]
    fn a_lost_create_is_adopted_by_its_marker_then_by_its_name() {
        let by_marker = [pod("a", "renamed", Some(MARKER))];
        check(
            Some(&recorded(None, Some(&[]))),
            &by_marker,
            (Some("a"), &[], false),
        );
        let by_name = [pod("a", "demo", None)];
        check(
            Some(&recorded(None, Some(&[]))),
            &by_name,
            (Some("a"), &[], false),
        );
    }

    #[test]
    fn a_pod_that_was_there_before_the_lost_create_is_not_taken_for_it() {
        let mut old = pod("old", "demo", None);
        old.created_at = "2026-11-22T09:00:00Z".to_owned();
        check(Some(&recorded(None, Some(&[]))), &[old], (None, &[], true));
        let known = [pod("known", "demo", None)];
        check(
            Some(&recorded(None, Some(&["known"]))),
            &known,
            (None, &[], true),
        );
        let someone_elses = [pod("b", "demo", Some("feed"))];
        check(
            Some(&recorded(None, Some(&[]))),
            &someone_elses,
            (None, &[], true),
        );
    }

    #[test]
    fn a_lost_replacement_is_adopted_and_the_old_pod_is_on_its_way_out() {
        let pods = [
            pod("old", "demo", Some(MARKER)),
            pod("new", "demo", Some(MARKER)),
        ];
        let record = recorded(Some("old"), Some(&["old"]));
        check(Some(&record), &pods, (Some("new"), &["old"], false));
    }

    #[test]
    fn a_replacement_that_never_came_leaves_the_old_pod_in_place() {
        let pods = [pod("old", "demo", Some(MARKER))];
        check(
            Some(&recorded(Some("old"), Some(&["old"]))),
            &pods,
            (Some("old"), &[], true),
        );
    }

    #[test]
    fn a_recorded_pod_that_is_gone_is_forgotten_and_said() {
        let settled = check(Some(&recorded(Some("gone"), None)), &[], (None, &[], false));
        assert_eq!(settled.record, None);
        assert!(settled.notes[0].contains("pod gone is gone"));
    }

    #[test]
    fn another_pod_with_our_marker_is_reported_as_a_stray() {
        let pods = [
            pod("ours", "demo", Some(MARKER)),
            pod("stray", "demo", Some(MARKER)),
        ];
        let settled = check(
            Some(&recorded(Some("ours"), None)),
            &pods,
            (Some("ours"), &[], false),
        );
        assert_eq!(settled.strays, ["stray"]);
    }
}
