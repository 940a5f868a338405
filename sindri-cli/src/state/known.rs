//! The deployments that are written down in some directories.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::journal::Journal;
use super::orphans::Known;
use super::record::Record;
use super::remembered::Remembered;
use super::service_record::ServiceRecord;
use super::store::{Found, ROOT, Realm};

/// What was found in the directories.
#[derive(Debug, Default)]
pub(crate) struct KnownDeployments {
    pub(crate) known: Vec<Known>,
    /// What is there and could not be read, with the reason: it may account for anything.
    pub(crate) unreadable: Vec<String>,
}

/// The deployments of one provider that were made from these directories.
pub(crate) fn known(provider: &str, realm: Realm, directories: &[PathBuf]) -> KnownDeployments {
    let mut found = KnownDeployments::default();
    for directory in directories {
        let folder = realm.folder(&directory.join(ROOT));
        let stems = match stems(&folder, provider) {
            Ok(stems) => stems,
            Err(error) => {
                found
                    .unreadable
                    .push(format!("{}: {error}", folder.display()));
                continue;
            }
        };
        for stem in stems {
            let read = if provider == "northflank" {
                of::<ServiceRecord>(&stem, of_service)
            } else {
                of::<Record>(&stem, of_pod)
            };
            match read {
                Ok(known) => found.known.extend(known),
                Err(reason) => found
                    .unreadable
                    .push(format!("{}: {reason}", stem.display())),
            }
        }
    }
    found
}

/// The paths, without extension, of the states and journals of a provider.
fn stems(folder: &Path, provider: &str) -> io::Result<BTreeSet<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let begin = format!("{provider}-");
    let mut stems = BTreeSet::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let end = path.extension().unwrap_or_default();
        if name.starts_with(&begin) && (end == "json" || end == "journal") {
            stems.insert(path.with_extension(""));
        }
    }
    Ok(stems)
}

/// What a state file tells; where there is none that can be used, what its journal does.
fn of<R: Remembered>(
    stem: &Path,
    from_record: fn(R) -> Known,
) -> std::result::Result<Option<Known>, String> {
    let file = with_end(stem, "json");
    let found = match fs::read(&file) {
        Ok(text) => Found::<R>::of(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
        Err(error) => return Err(error.to_string()),
    };
    let reason = match found {
        Found::Record(record) => return Ok(Some(from_record(*record))),
        Found::Nothing => None,
        Found::Damaged(reason) => Some(reason),
    };
    let told = Journal::at(with_end(stem, "journal")).read();
    let told = told.map_err(|error| error.to_string())?;
    match (told.deployment_id, reason) {
        (Some(deployment_id), _) => Ok(Some(Known {
            deployment_id,
            name: stem
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            addresses: Vec::new(),
            owns_what_it_marked: true,
        })),
        (None, Some(reason)) => Err(reason),
        (None, None) => Ok(None),
    }
}

/// A name may hold dots of its own.
fn with_end(stem: &Path, end: &str) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(".");
    path.push(end);
    path.into()
}

fn of_pod(record: Record) -> Known {
    let volume = record.volume.iter().map(|volume| volume.id.clone());
    let pods = record.pod_id.iter().chain(&record.retiring).cloned();
    Known {
        addresses: pods.chain(volume).collect(),
        owns_what_it_marked: record.intent().is_some(),
        deployment_id: record.deployment_id,
        name: record.app_name,
    }
}

fn of_service(record: ServiceRecord) -> Known {
    let ids = record.service_id.iter().chain(&record.volume_id);
    let project = &record.project_name;
    Known {
        addresses: ids.map(|id| format!("{project}/{id}")).collect(),
        // Names are unique in a project: nothing else carries its tag unless somebody put it there.
        owns_what_it_marked: true,
        deployment_id: record.deployment_id,
        name: record.app_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_and_a_journal_stands_in_for_its_state() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Realm::Real.folder(&dir.path().join(ROOT));
        fs::create_dir_all(&folder).unwrap();
        let look = || known("runpod", Realm::Real, &[dir.path().to_owned()]);
        assert!(look().known.is_empty() && look().unreadable.is_empty());
        fs::write(folder.join("runpod-a.b.json"), "damaged").unwrap();
        let found = look();
        assert!(found.known.is_empty(), "{found:?}");
        assert!(found.unreadable[0].contains("runpod-a.b: "), "{found:?}");
        let journal = Journal::at(folder.join("runpod-a.b.journal"));
        journal
            .ended("0123456789abcdef", super::super::journal::Outcome::Done)
            .unwrap();
        let found = look();
        assert_eq!(found.known.len(), 1, "{found:?}");
        assert!(found.unreadable.is_empty(), "{found:?}");
        fs::write(folder.join("northflank-x.json"), "damaged").unwrap();
        assert!(look().unreadable.is_empty(), "that is another provider's");
    }
}
