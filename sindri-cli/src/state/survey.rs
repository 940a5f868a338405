//! The state of all deployments of a directory at a glance; nothing is changed.

use std::fs;
use std::io;
use std::path::Path;

use super::record::Record;
use super::remembered::Remembered;
use super::service_record::ServiceRecord;
use super::store::{Found, ROOT, Realm};

/// What lies beside a configuration file.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Deployments that something is written down about.
    pub(crate) deployments: usize,
    /// Files that cannot be understood, and why.
    pub(crate) damaged: Vec<String>,
    /// Files that tell of a create whose end was not seen.
    pub(crate) open: Vec<String>,
}

/// Looks through the state files, and tries whether new ones could be written.
///
/// # Errors
///
/// Nothing can be written, or something cannot be read.
pub(crate) fn survey(base_dir: &Path, realm: Realm) -> io::Result<Survey> {
    let root = base_dir.join(ROOT);
    let mut survey = Survey::default();
    let folder = realm.folder(&root);
    // What is not there is made by the first command that needs it.
    let nearest = folder.ancestors().find(|folder| folder.exists());
    writable(nearest.unwrap_or(base_dir))?;
    if !folder.exists() {
        return Ok(survey);
    }
    let mut paths: Vec<_> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    for path in paths {
        let shown = path.strip_prefix(base_dir).unwrap_or(&path).display();
        let name = path.file_name().map(|name| name.to_string_lossy());
        let text = fs::read(&path)?;
        if name.is_some_and(|name| name.starts_with("northflank-")) {
            survey.add::<ServiceRecord>(&shown.to_string(), &text);
        } else {
            survey.add::<Record>(&shown.to_string(), &text);
        }
    }
    Ok(survey)
}

impl Survey {
    fn add<R: Remembered>(&mut self, shown: &str, text: &[u8]) {
        match Found::<R>::of(text) {
            Found::Damaged(reason) => self.damaged.push(format!("{shown}: {reason}")),
            Found::Record(record) => {
                self.deployments += 1;
                if record.intent().is_some() {
                    self.open.push(shown.to_owned());
                }
            }
            Found::Nothing => {}
        }
    }
}

/// Makes a file and takes it away again.
fn writable(folder: &Path) -> io::Result<()> {
    let file = tempfile::Builder::new()
        .prefix(".sindri-check-")
        .tempfile_in(folder)?;
    file.close()
}
