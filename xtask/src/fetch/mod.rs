//! `cargo xtask fetch`: from a vendor's document to our description of the API.
//!
//! What is downloaded is reduced to facts (`facts`), written in our form with the names that the description
//! has for them (`adopt`), and in its order (`order`), so that a change of the API is a small change of the
//! file. Where it came from is noted in `sources.toml` (`sources`).

mod adopt;
mod dialect;
mod download;
mod facts;
mod order;
mod places;
mod sources;

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;

pub use download::{Answer, Known, MAX_BYTES, get};

use crate::diff::{self, Change};
use crate::generate::{self, Api};
use crate::passes::PassError;
use crate::workspace::Workspace;
use crate::{document, overlay};
use serde_json::Value;
use sources::Sources;
use std::{error::Error, fmt, fs, path::PathBuf, time::Duration};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where the list of sources is, below the root.
const SOURCES: &str = "openapi/sources.toml";

/// Where a document comes from.
#[derive(Clone, Debug)]
pub enum From {
    /// The address in `sources.toml`.
    Source,
    /// Another address.
    Url(String),
    /// A file.
    File(PathBuf),
}

/// What a fetch brought.
#[derive(Debug)]
pub enum Fetched {
    /// The vendor says that nothing has changed since the last one.
    NotModified,
    /// A document.
    Document(Box<Reduced>),
}

/// A document in our form, and what is to be said of it.
#[derive(Debug)]
pub struct Reduced {
    /// The description as it would be written.
    pub text: String,
    /// `sources.toml` as it would be written.
    pub sources: String,
    /// Whether the description differs from the one that is there.
    pub drift: bool,
    /// What that means for users of the SDK.
    pub changes: Vec<Change>,
    /// Names that were made up, each with its place. To be read before they are committed.
    pub proposed: Vec<(String, String)>,
    /// Why the overlay does not fit any more, if it does not.
    pub overlay: Option<String>,
}

/// Downloads or reads a document and brings it into our form. Writes nothing.
///
/// # Errors
///
/// When it cannot be had, or cannot be understood.
pub fn fetch(workspace: &Workspace, api: &Api, from: &From) -> Result<Fetched> {
    let path = workspace.path(SOURCES);
    let text = fs::read_to_string(&path).map_err(|error| named(SOURCES, &error))?;
    let mut sources = Sources::parse(&text).map_err(|error| named(SOURCES, &error))?;
    let answer = match from {
        From::File(path) => Answer::Document {
            bytes: fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?,
            etag: None,
            last_modified: None,
        },
        From::Url(url) => get(url, &Known::default(), std::thread::sleep)?,
        From::Source => {
            let source = sources.of(api.name)?;
            get(&source.url, &source.known, std::thread::sleep)?
        }
    };
    let Answer::Document { bytes, .. } = &answer else {
        return Ok(Fetched::NotModified);
    };
    if bytes.len() > MAX_BYTES {
        return Err(format!(
            "the document has {} bytes, more than {MAX_BYTES}",
            bytes.len()
        )
        .into());
    }
    let origin = match from {
        From::File(path) => path.display().to_string(),
        From::Url(url) => url.clone(),
        From::Source => sources.of(api.name)?.url,
    };
    let vendors = document::parse(bytes).map_err(|error| named(&origin, &error))?;
    if let Some(other) = generate::api_of(workspace, &vendors)?.filter(|it| it.name != api.name) {
        let message = format!("{origin} describes {}, not {}", other.name, api.name);
        return Err(message.into());
    }
    match from {
        From::File(_) => sources.note_file(api.name, bytes)?,
        From::Url(url) => sources.note(api.name, Some(url), &vendors, &answer)?,
        From::Source => sources.note(api.name, None, &vendors, &answer)?,
    }
    let reduced = reduce(workspace, api, vendors, &origin, sources.text())?;
    Ok(Fetched::Document(Box::new(reduced)))
}

fn reduce(
    workspace: &Workspace,
    api: &Api,
    vendors: Value,
    origin: &str,
    sources: String,
) -> Result<Reduced> {
    let path = workspace.path(api.description);
    let before =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let ours =
        document::parse(before.as_bytes()).map_err(|error| named(api.description, &error))?;
    let (new, proposed) = in_our_form(vendors, &ours).map_err(|error| named(origin, &error))?;
    let text = order::write(&new, &before)?;
    let (changes, overlay) = compare(workspace, api, ours, (new, origin))?;
    Ok(Reduced {
        drift: text != before,
        text,
        sources,
        changes,
        proposed,
        overlay,
    })
}

/// An error with the file or the address that it is about.
fn named(of: &str, error: &dyn fmt::Display) -> String {
    format!("{of}: {error}")
}

/// A vendor's document as a description like the one we have.
fn in_our_form(
    mut vendors: Value,
    ours: &Value,
) -> std::result::Result<(Value, Vec<(String, String)>), PassError> {
    let shares_nothing = dialect::resolve(&mut vendors)?;
    let facts = facts::of(&vendors, ours);
    if shares_nothing {
        return Ok(adopt::names(facts, ours));
    }
    Ok((facts, Vec::new()))
}

/// What the difference means, read with the overlay, and whether that still fits.
fn compare(
    workspace: &Workspace,
    api: &Api,
    old: Value,
    (new, origin): (Value, &str),
) -> Result<(Vec<Change>, Option<String>)> {
    let words =
        fs::read(workspace.path(api.overlay)).map_err(|error| named(api.overlay, &error))?;
    let overlay = overlay::Overlay::parse(&words).map_err(|error| named(api.overlay, &error))?;
    let misfit = overlay.apply(&mut new.clone(), overlay::Mode::Strict).err();
    let model = |mut doc: Value, of: &str| -> Result<_> {
        overlay.apply(&mut doc, overlay::Mode::Lenient)?;
        Ok(generate::model(doc).map_err(|error| named(of, &error))?)
    };
    let (old, new) = (model(old, api.description)?, model(new, origin)?);
    let changes = diff::between(api.name, &old, &new, api.scale);
    Ok((changes, misfit.map(|error| error.to_string())))
}

/// Writes the description and the note of where it came from.
///
/// # Errors
///
/// What the file system says.
pub fn write(workspace: &Workspace, api: &Api, reduced: &Reduced) -> Result<()> {
    fs::write(workspace.path(api.description), &reduced.text)?;
    fs::write(workspace.path(SOURCES), &reduced.sources)?;
    Ok(())
}

/// Waits between two attempts.
type Pause = fn(Duration);
