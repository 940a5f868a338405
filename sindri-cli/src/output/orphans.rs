//! Reports of `orphans`.

use serde::Serialize;

use super::human::{Human, usd};
use super::paint::Palette;
use super::table::table;
use super::text::Text;

/// What `orphans` found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OrphansReport {
    pub(crate) provider: &'static str,
    pub(crate) orphans: Vec<OrphanRow>,
    /// Directories whose deployments are accounted for.
    pub(crate) searched: Vec<String>,
    /// What of them could not be read: it may account for what is listed.
    pub(crate) unreadable: Vec<String>,
}

/// Something that carries our marker and that nothing accounts for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OrphanRow {
    /// `pod`, `service`, `volume` or `tag`.
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    /// The project it is in, on Northflank.
    pub(crate) project: Option<String>,
    /// The marker; of a network volume of RunPod, its first characters.
    pub(crate) deployment_id: String,
    /// The known deployment whose marker it carries and whose it is not.
    pub(crate) beside: Option<String>,
    /// In the provider's word.
    pub(crate) state: Option<String>,
    /// RFC 3339.
    pub(crate) created_at: Option<String>,
    pub(crate) age_seconds: Option<i64>,
    /// Null where the provider does not tell.
    pub(crate) usd_per_hour: Option<f64>,
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OrphanChangeReport {
    pub(crate) changed: bool,
    /// What happened, in one line.
    pub(crate) message: String,
    pub(crate) orphan: OrphanRow,
}

impl Human for OrphansReport {
    fn human(&self, _palette: Palette) -> Text {
        let directories = match self.searched.as_slice() {
            [only] => only.clone(),
            [first, others @ ..] => format!("{first} and {} more", others.len()),
            [] => String::new(),
        };
        let mut unread = Text::default();
        for unreadable in &self.unreadable {
            unread.line(format!(
                "{unreadable}; what it tells of may be listed here, so nothing is deleted"
            ));
        }
        if self.orphans.is_empty() {
            unread.line(format!(
                "no orphans: all that carries sindri's marker belongs to deployments of {directories}"
            ));
            return unread;
        }
        let unknown = || "?".to_owned();
        let rows = self.orphans.iter().map(|orphan| {
            vec![
                orphan.kind.to_owned(),
                orphan.id.clone(),
                orphan.project.clone().unwrap_or_else(|| "-".to_owned()),
                orphan.name.clone(),
                orphan.state.clone().unwrap_or_else(|| "-".to_owned()),
                orphan.age_seconds.map_or_else(unknown, age),
                orphan.usd_per_hour.map_or_else(unknown, usd),
            ]
        });
        let heading = ["KIND", "ID", "PROJECT", "NAME", "STATE", "AGE", "$/H"];
        let mut text = table(&heading, rows);
        for orphan in &self.orphans {
            if let Some(beside) = &orphan.beside {
                text.line(format!(
                    "{} {} carries the marker of {beside}, which has another: `sindri destroy` there deletes \
                     it, too",
                    orphan.kind, orphan.id
                ));
            }
        }
        if self.provider == "runpod" && self.orphans.iter().any(|one| one.kind == "volume") {
            text.line("network volumes are told by the form of their names alone, `NAME-data-` and six characters");
        }
        text.lines(&unread);
        text.line(format!(
            "known are deployments of {directories}; another machine may know what is listed here"
        ));
        text.line("`sindri orphans --adopt ID` makes one the deployment of sindri.yaml, `--delete ID` deletes it");
        text
    }
}

impl Human for OrphanChangeReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(&self.message)
    }
}

/// The two largest units.
fn age(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn an_age_is_told_in_its_two_largest_units() {
        let ages = [5, 61, 3_600 + 120, 2 * 86_400 + 3 * 3_600 + 59];
        assert_eq!(ages.map(age), ["5 s", "1 min", "1 h 2 min", "2 d 3 h"]);
    }
}
