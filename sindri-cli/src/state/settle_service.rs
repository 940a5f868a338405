//! Whether the service and the volume at Northflank are ours. Pure: what was written down and what is there
//! go in, what holds from now on comes out.
//!
//! Names are unique in a project, so nothing has to be searched for: what is under a name is ours, or it is
//! somebody else's.

use super::remembered::{Creates, Remembered as _, taken_by_name};
use super::service_record::{ServiceRecord, deployment_of};

/// What is there under the names of the deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ServiceSightings {
    /// Whether the project is there.
    pub(crate) project: bool,
    pub(crate) service: Option<ServiceSighting>,
    pub(crate) volume: Option<ServiceSighting>,
}

/// Something at the provider, as far as telling whose it is needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceSighting {
    /// Its id.
    pub(crate) id: String,
    /// Its tags.
    pub(crate) tags: Vec<String>,
    /// When it was made, RFC 3339.
    pub(crate) created_at: Option<String>,
}

/// What holds after looking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SettledService {
    /// What to write down; none when there is nothing to remember.
    pub(crate) record: Option<ServiceRecord>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    /// The service, when nothing but its name says that it is the one.
    pub(crate) by_name: Option<String>,
}

/// Brings what was written down in line with what is there.
///
/// `fresh` makes the record of a deployment that was not written down here; it is given the id of the
/// deployment that a tag names, if one does.
pub(crate) fn settle_service(
    record: Option<&ServiceRecord>,
    seen: &ServiceSightings,
    fresh: impl FnOnce(Option<&str>) -> ServiceRecord,
) -> SettledService {
    let mut settled = SettledService::default();
    let Some(record) = record else {
        return without_record(seen, fresh);
    };
    let mut record = record.clone();
    settle_intent(&mut record, seen, &mut settled);
    if record.project_made && !seen.project {
        settled.notes.push(format!(
            "project {} is gone: it was deleted elsewhere",
            record.project_name
        ));
        record.project_made = false;
    }
    let is_there = |id: &str, there: Option<&ServiceSighting>| there.is_some_and(|it| it.id == id);
    // An id is made of the name: another service of this name has the same, and another birthday.
    let is_another = |there: &ServiceSighting| match (&record.created_at, &there.created_at) {
        (Some(then), Some(now)) => then != now,
        (None, _) | (_, None) => false,
    };
    if let Some(id) = &record.service_id
        && (!is_there(id, seen.service.as_ref()) || seen.service.as_ref().is_some_and(is_another))
    {
        settled
            .notes
            .push(format!("service {id} is gone: it was deleted elsewhere"));
        record.forget_service();
    }
    if let Some(id) = &record.volume_id
        && !is_there(id, seen.volume.as_ref())
    {
        settled
            .notes
            .push(format!("volume {id} is gone: it was deleted elsewhere"));
        record.volume_id = None;
        record.volume_path = None;
    }
    adopt(&mut record, seen, &mut settled);
    settled.record = (!record.is_empty()).then_some(record);
    settled
}

fn without_record(
    seen: &ServiceSightings,
    fresh: impl FnOnce(Option<&str>) -> ServiceRecord,
) -> SettledService {
    let volume_of = seen.volume.as_ref().and_then(|it| deployment_of(&it.tags));
    let Some(service) = &seen.service else {
        // A volume that an earlier deployment left, after its state file was lost.
        let (Some(volume), Some(earlier)) = (&seen.volume, volume_of) else {
            return SettledService::default();
        };
        let mut record = fresh(Some(earlier));
        record.volume_id = Some(volume.id.clone());
        return SettledService {
            notes: vec![format!(
                "volume {} was made by sindri for an earlier deployment of this name: it is used again",
                volume.id
            )],
            record: Some(record),
            by_name: None,
        };
    };
    let service_of = deployment_of(&service.tags);
    let mut record = fresh(service_of);
    record.service_id = Some(service.id.clone());
    record.created_at.clone_from(&service.created_at);
    if let (Some(volume), Some(of)) = (&seen.volume, volume_of)
        && service_of == Some(of)
    {
        record.volume_id = Some(volume.id.clone());
    }
    let found = found_by_name(service);
    SettledService {
        notes: vec![taken_by_name(&found)],
        by_name: Some(found),
        record: Some(record),
    }
}

/// A create that was begun: did it make something?
fn settle_intent(
    record: &mut ServiceRecord,
    seen: &ServiceSightings,
    settled: &mut SettledService,
) {
    let Some(intent) = record.intent.take() else {
        return;
    };
    let (tagged, ours) = (record.tag.is_some(), record.deployment_id.clone());
    let new = |there: &Option<ServiceSighting>| {
        there
            .clone()
            .filter(|it| !intent.known_ids.contains(&it.id))
            // Where what is made carries a tag, what does not is somebody else's.
            .filter(|it| !tagged || deployment_of(&it.tags) == Some(&ours))
    };
    let what = match intent.creates {
        Creates::Pod => None,
        Creates::Project => {
            let made = seen.project && intent.known_ids.is_empty();
            record.project_made |= made;
            made.then(|| format!("project {}", intent.name))
        }
        Creates::Volume => new(&seen.volume).map(|volume| {
            let what = format!("volume {}", volume.id);
            record.volume_id = Some(volume.id);
            what
        }),
        Creates::Service => new(&seen.service).map(|service| {
            let what = format!("service {}", service.id);
            record.service_id = Some(service.id);
            record.created_at = service.created_at;
            what
        }),
    };
    settled.notes.push(match what {
        Some(what) => format!(
            "{what} was made by an earlier run that did not see its end: adopted, not made again"
        ),
        None => format!(
            "an earlier run began to create {} {} and did not see the end of it: there is none",
            ServiceRecord::noun(intent.creates),
            intent.name
        ),
    });
}

/// The record knows no service or volume: what is under its name may carry its tag, or be another's.
fn adopt(record: &mut ServiceRecord, seen: &ServiceSightings, settled: &mut SettledService) {
    // The service first: whose it is says whose the volume is.
    adopt_service(record, seen, settled);
    let is_ours = |it: &&ServiceSighting| deployment_of(&it.tags) == Some(&record.deployment_id);
    if let Some(volume) = seen.volume.as_ref().filter(is_ours)
        && record.volume_id.is_none()
    {
        settled.notes.push(format!(
            "volume {} carries the tag of this deployment: adopted",
            volume.id
        ));
        record.volume_id = Some(volume.id.clone());
    }
}

fn adopt_service(
    record: &mut ServiceRecord,
    seen: &ServiceSightings,
    settled: &mut SettledService,
) {
    let Some(service) = seen
        .service
        .as_ref()
        .filter(|_| record.service_id.is_none())
    else {
        return;
    };
    if deployment_of(&service.tags) == Some(&record.deployment_id) {
        settled.notes.push(format!(
            "service {} carries the tag of this deployment: adopted",
            service.id
        ));
    } else {
        let found = found_by_name(service);
        settled.notes.push(taken_by_name(&found));
        settled.by_name = Some(found);
        // The marker of a volume that we have stays the deployment's.
        if let Some(marker) = deployment_of(&service.tags).filter(|_| record.volume_id.is_none()) {
            marker.clone_into(&mut record.deployment_id);
        }
    }
    record.service_id = Some(service.id.clone());
    record.created_at.clone_from(&service.created_at);
}

fn found_by_name(service: &ServiceSighting) -> String {
    let origin = match deployment_of(&service.tags) {
        Some(deployment) => format!("by sindri for deployment {deployment}"),
        None => "not by sindri".to_owned(),
    };
    match &service.created_at {
        Some(at) => format!("service {} (made {at}, {origin})", service.id),
        None => format!("service {} (made {origin})", service.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Intent;

    const ID: &str = "0123456789abcdef";

    fn record() -> ServiceRecord {
        ServiceRecord::new("demo", "api", "p", "demo", ID.to_owned())
    }

    fn sighting(id: &str, tag: Option<&str>) -> ServiceSighting {
        ServiceSighting {
            id: id.to_owned(),
            tags: tag.iter().map(|id| format!("sindri-{id}")).collect(),
            created_at: None,
        }
    }

    fn settle(record: Option<&ServiceRecord>, seen: &ServiceSightings) -> SettledService {
        settle_service(record, seen, |marker| {
            ServiceRecord::new(
                "demo",
                "api",
                "p",
                "demo",
                marker.unwrap_or("fresh").to_owned(),
            )
        })
    }

    fn intent(creates: Creates, known: &[&str]) -> Intent {
        Intent {
            creates,
            name: "demo".to_owned(),
            started_at: "2026-11-25T10:00:00Z".to_owned(),
            known_ids: known.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn nothing_there_and_nothing_known_is_nothing() {
        assert_eq!(
            settle(None, &ServiceSightings::default()),
            SettledService::default()
        );
    }

    #[test]
    fn a_service_that_only_its_name_speaks_for_is_not_ours_yet() {
        for tag in [None, Some("fedcba9876543210")] {
            let seen = ServiceSightings {
                project: true,
                service: Some(sighting("demo", tag)),
                volume: None,
            };
            for known in [None, Some(record())] {
                let settled = settle(known.as_ref(), &seen);
                assert!(settled.by_name.is_some(), "{tag:?} {known:?}");
                let record = settled.record.unwrap();
                assert_eq!(record.service_id.as_deref(), Some("demo"));
                if let Some(tag) = tag {
                    assert_eq!(record.deployment_id, tag);
                }
            }
        }
    }

    #[test]
    fn what_carries_our_tag_is_adopted() {
        let seen = ServiceSightings {
            project: true,
            service: Some(sighting("demo", Some(ID))),
            volume: Some(sighting("demo-data", Some(ID))),
        };
        let settled = settle(Some(&record()), &seen);
        assert_eq!(settled.by_name, None);
        let record = settled.record.unwrap();
        assert_eq!(
            (record.service_id.as_deref(), record.volume_id.as_deref()),
            (Some("demo"), Some("demo-data"))
        );
    }

    #[test]
    fn a_volume_of_the_user_is_never_taken_for_ours() {
        let seen = ServiceSightings {
            project: true,
            service: None,
            volume: Some(sighting("demo-data", None)),
        };
        assert_eq!(settle(None, &seen).record, None);
        let settled = settle(
            Some(&ServiceRecord {
                project_made: true,
                ..record()
            }),
            &seen,
        );
        assert_eq!(settled.record.unwrap().volume_id, None);
    }

    #[test]
    fn a_create_that_was_begun_is_settled_by_what_is_there() {
        let there = ServiceSightings {
            project: true,
            service: Some(sighting("demo", None)),
            volume: Some(sighting("demo-data", None)),
        };
        let check = |creates, known: &[&str], seen: &ServiceSightings, made: bool| {
            let begun = ServiceRecord {
                intent: Some(intent(creates, known)),
                ..record()
            };
            let settled = settle(Some(&begun), seen);
            let words = settled.notes.join("; ");
            assert_eq!(
                words.contains("adopted, not made again"),
                made,
                "{creates:?}: {words}"
            );
            settled.record
        };
        let project = check(Creates::Project, &[], &there, true).unwrap();
        assert!(project.project_made);
        let service = check(Creates::Service, &[], &there, true).unwrap();
        assert_eq!(service.service_id.as_deref(), Some("demo"));
        let volume = check(Creates::Volume, &[], &there, true).unwrap();
        assert_eq!(volume.volume_id.as_deref(), Some("demo-data"));
        let nothing = ServiceSightings::default();
        for creates in [Creates::Project, Creates::Volume, Creates::Service] {
            assert_eq!(check(creates, &[], &nothing, false), None);
        }
        // What was there before was not made by us.
        let volume = check(Creates::Volume, &["demo-data"], &there, false).unwrap();
        assert_eq!(volume.volume_id, None);
    }

    #[test]
    fn what_was_deleted_elsewhere_is_forgotten_and_said() {
        let known = ServiceRecord {
            service_id: Some("demo".to_owned()),
            volume_id: Some("demo-data".to_owned()),
            project_made: true,
            ..record()
        };
        let settled = settle(Some(&known), &ServiceSightings::default());
        assert_eq!(settled.record, None);
        assert_eq!(settled.notes.len(), 3, "{:?}", settled.notes);
    }
}
