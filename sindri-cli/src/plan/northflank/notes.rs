//! What the user should know beside the actions of a plan.

use super::Draft;
use super::observed::{Attachment, ProjectSeen, ServiceSeen, ServiceVolumeSeen};
use super::spec::ServiceSpec;
use crate::config::{NorthflankVolume, Verification};

/// All of it, in the order in which it is shown.
pub(super) fn notes(draft: &Draft<'_>) -> Vec<String> {
    let (spec, observed) = (&draft.spec, draft.observed);
    let mut notes = draft.computing.notes.clone();
    if observed.catalog.is_none() {
        notes.push(
            "offline: whether project and service exist, prices, plans and cards are not checked"
                .to_owned(),
        );
    }
    notes.extend(place(draft));
    match (&spec.volume, &observed.volume) {
        (None, Some(volume)) => notes.push(format!(
            "volume {} is there, though the file asks for none: it is left as it is and bills",
            volume.name
        )),
        (Some(wanted), Some(volume)) => notes.extend(volume_not_compared(wanted, volume)),
        (Some(_) | None, None) => {}
    }
    if spec.volume.is_some() {
        notes.push(
            "a volume is one container's at a time: a restart stops the old one before the new one \
             starts"
                .to_owned(),
        );
    }
    if spec.least_instances() == 0 {
        notes.push(
            "0 instances: nothing runs, and compute bills nothing; write `instances: 1`, then `sindri \
             deploy` starts it"
                .to_owned(),
        );
    }
    if let Some(seen) = &observed.service {
        notes.extend(service_not_compared(spec, seen));
    }
    if spec.gpu.is_some() {
        notes.push(
            "cards are paid from credit bought beforehand: without it Northflank does not start \
             them, and stops them when it is used up"
                .to_owned(),
        );
    }
    match draft.inputs.config.verification {
        Verification::NotAsked => {}
        Verification::Asked { .. } => {
            notes.push("the image is not verified: this program checks no signatures".to_owned());
        }
    }
    notes
}

/// A project does not move.
fn place(draft: &Draft<'_>) -> Option<String> {
    let Some(ProjectSeen {
        id,
        region: Some(region),
    }) = &draft.observed.project
    else {
        return None;
    };
    let inputs = draft.inputs;
    let wanted = &inputs.northflank.region;
    let is_written = inputs
        .config
        .origins
        .is_written("providers.northflank.region");
    (region != wanted && is_written).then(|| {
        format!(
            "project {id} is in {region} and stays there: `region: {wanted}` counts for a new project only"
        )
    })
}

/// What of a volume is not known, and so changes nothing.
fn volume_not_compared(wanted: &NorthflankVolume, seen: &ServiceVolumeSeen) -> Vec<String> {
    let mut notes = Vec::new();
    if seen.path.is_none() {
        notes.push(format!(
            "not compared: where volume {} is mounted. Northflank does not show it, and what was \
             written down about it is lost; `volumeMountPath: {}` changes nothing",
            seen.name, wanted.path
        ));
    }
    if seen.attachment == Attachment::Unknown {
        notes.push(format!(
            "not compared: what volume {} is attached to. Northflank does not show it",
            seen.name
        ));
    }
    notes
}

/// The same of a service.
fn service_not_compared(spec: &ServiceSpec, seen: &ServiceSeen) -> Vec<String> {
    let parts = [
        (seen.env.is_none(), "environment variables", "them"),
        (
            seen.files.is_none() && !spec.files.is_empty(),
            "secret files",
            "them",
        ),
        (seen.plan.is_none(), "the compute plan", "it"),
    ];
    let unknown = parts
        .into_iter()
        .filter(|(is_unknown, _, _)| *is_unknown && seen.kind == "deployment");
    let files = seen.files.iter().flatten();
    let files = files.filter(|(path, text)| text.is_none() && spec.files.contains_key(*path));
    unknown
        .map(|(_, what, it)| format!("not compared: {what}. Northflank does not show {it}"))
        .chain(files.map(|(path, _)| {
            format!("not compared: the text of file {path}. Northflank does not show it")
        }))
        .collect()
}
