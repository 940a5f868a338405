//! The journal of a deployment: what was begun and what came of it, one line each, on disk before what
//! follows.
//!
//! It is only ever added to. A line that a crash cut off tells of nothing: what it was going to tell of was
//! not begun yet. Which resources there are is the state file's; the journal tells what may have changed them
//! without an answer having been seen, and which marker they carry, should the state file be lost.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files;

/// Something that bills or that takes something away, begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deed {
    /// What is done.
    pub(crate) act: Act,
    /// To what kind of resource, in the provider's word.
    pub(crate) resource: String,
    /// To which one: its id, or the name it is to get.
    pub(crate) id: String,
}

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// It is made.
    Create,
    /// It is changed, and restarts perhaps.
    Update,
    /// It gets larger.
    Grow,
    /// It is put into a service.
    Attach,
    /// It starts, and bills.
    Start,
    /// It stops, and loses what it does not store.
    Stop,
    /// It is taken away with all that is in it.
    Delete,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is done.
    Done,
    /// It was refused: nothing was done.
    Failed,
    /// A later run looked what is there.
    Looked,
}

/// One line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// When, RFC 3339.
    at: String,
    /// By which process.
    process: u32,
    /// The marker of what this deployment makes.
    deployment_id: String,
    #[serde(flatten)]
    event: Event,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Begun(Deed),
    Ended(Outcome),
}

/// What a journal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The marker of what this deployment makes; none where there is no journal.
    pub(crate) deployment_id: Option<String>,
    /// What was begun last and not seen to end.
    pub(crate) open: Option<Deed>,
    /// When it was begun, RFC 3339.
    pub(crate) begun_at: Option<String>,
}

/// The journal's file.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    path: PathBuf,
}

/// A journal of this size with nothing open begins anew.
const LARGEST: u64 = 256 * 1024;

impl Journal {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what it says last.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub(super) fn read(&self) -> io::Result<Told> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Told::default()),
            Err(error) => return Err(error),
        };
        let beyond = file.metadata()?.len().saturating_sub(2 * LARGEST);
        file.seek(SeekFrom::Start(beyond))?;
        let mut bytes = Vec::new();
        file.take(2 * LARGEST).read_to_end(&mut bytes)?;
        // Bytes that are no text spoil their own line only.
        Ok(tell(&String::from_utf8_lossy(&bytes)))
    }

    pub(super) fn begun(&self, deployment_id: &str, deed: &Deed) -> io::Result<()> {
        self.make_room()?;
        self.add(deployment_id, Event::Begun(deed.clone()))
    }

    pub(super) fn ended(&self, deployment_id: &str, outcome: Outcome) -> io::Result<()> {
        self.add(deployment_id, Event::Ended(outcome))
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        files::remove_file(&self.path)
    }

    fn add(&self, deployment_id: &str, event: Event) -> io::Result<()> {
        let line = Line {
            at: jiff::Timestamp::now().to_string(),
            process: std::process::id(),
            deployment_id: deployment_id.to_owned(),
            event,
        };
        // A line that was cut off is ended first.
        let mut bytes = if ends_in_a_line(&self.path)? {
            Vec::new()
        } else {
            b"\n".to_vec()
        };
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
        files::append(&self.path, &bytes)
    }

    /// Drops what is long past.
    fn make_room(&self) -> io::Result<()> {
        match fs::metadata(&self.path) {
            Ok(file) if file.len() > LARGEST && self.read()?.open.is_none() => self.remove(),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn ends_in_a_line(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn tell(text: &str) -> Told {
    let mut told = Told::default();
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            continue;
        };
        told.deployment_id = Some(line.deployment_id);
        (told.open, told.begun_at) = match line.event {
            Event::Begun(deed) => (Some(deed), Some(line.at)),
            Event::Ended(_) => (None, None),
        };
    }
    told
}

impl Act {
    /// `stop pod abc`, after "to".
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "change",
            Self::Grow => "grow",
            Self::Attach => "attach",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Delete => "delete",
        }
    }

    /// Whether it may raise the bill. What lowers it goes on even where nothing can be written down.
    pub(crate) fn raises_the_bill(self) -> bool {
        match self {
            Self::Create | Self::Update | Self::Grow | Self::Attach | Self::Start => true,
            Self::Stop | Self::Delete => false,
        }
    }
}

impl Deed {
    /// What the user is told about something that was cut off. `now` says what there is.
    pub(crate) fn cut_off(&self, now: &str) -> String {
        format!(
            "an earlier run began to {} {} {} and did not see the end of it: {now}",
            self.act.as_str(),
            self.resource,
            self.id
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef";

    fn deed(act: Act) -> Deed {
        Deed {
            act,
            resource: "pod".to_owned(),
            id: "abc".to_owned(),
        }
    }

    fn journal() -> (tempfile::TempDir, Journal) {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::at(dir.path().join("demo.journal"));
        (dir, journal)
    }

    #[test]
    fn what_was_begun_is_open_until_it_ended() {
        let (_dir, journal) = journal();
        assert_eq!(journal.read().unwrap(), Told::default());
        journal.begun(ID, &deed(Act::Stop)).unwrap();
        let told = journal.read().unwrap();
        assert_eq!(told.open, Some(deed(Act::Stop)));
        assert_eq!(told.deployment_id.as_deref(), Some(ID));
        journal.ended(ID, Outcome::Done).unwrap();
        let told = journal.read().unwrap();
        assert_eq!((told.open, told.deployment_id.as_deref()), (None, Some(ID)));
        assert_eq!(
            fs::read_to_string(journal.path()).unwrap().lines().count(),
            2
        );
    }

    #[test]
    fn a_line_that_a_crash_cut_off_tells_of_nothing_and_hides_nothing() {
        let (_dir, journal) = journal();
        journal.begun(ID, &deed(Act::Delete)).unwrap();
        let whole = fs::read(journal.path()).unwrap();
        for length in 0..whole.len() - 1 {
            fs::write(journal.path(), &whole[..length]).unwrap();
            assert_eq!(journal.read().unwrap().open, None, "{length} bytes");
            journal.begun(ID, &deed(Act::Start)).unwrap();
            assert_eq!(
                journal.read().unwrap().open,
                Some(deed(Act::Start)),
                "{length} bytes"
            );
        }
        let mut spoilt = [0xff, 0xfe, b'\n'].to_vec();
        spoilt.extend(&whole);
        fs::write(journal.path(), spoilt).unwrap();
        assert_eq!(journal.read().unwrap().open, Some(deed(Act::Delete)));
    }

    #[test]
    fn a_large_journal_begins_anew_once_nothing_is_open() {
        let (_dir, journal) = journal();
        let long = "x".repeat(usize::try_from(LARGEST).unwrap());
        journal.begun(ID, &deed(Act::Start)).unwrap();
        let begun = fs::read_to_string(journal.path()).unwrap();
        fs::write(journal.path(), format!("{long}\n{begun}")).unwrap();
        journal.begun(ID, &deed(Act::Stop)).unwrap();
        assert!(fs::metadata(journal.path()).unwrap().len() > LARGEST);
        journal.ended(ID, Outcome::Failed).unwrap();
        journal.begun(ID, &deed(Act::Delete)).unwrap();
        assert!(fs::metadata(journal.path()).unwrap().len() < LARGEST);
        assert_eq!(journal.read().unwrap().open, Some(deed(Act::Delete)));
    }
}
