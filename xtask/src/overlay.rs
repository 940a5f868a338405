//! OpenAPI Overlay 1.0: changes to a document, each told where it goes by a JSONPath (RFC 9535).
//!
//! Objects are merged key by key, lists get the new entries at their end, anything else is
//! replaced. Actions run in order; one that removes does not update. Words make nothing: what an
//! update adds must say what it is, and not only how it is described.

mod merge;

use std::collections::BTreeMap;
use std::fmt;

use merge::Orphan;
use serde_json::Value;
use serde_json_path::{JsonPath, NormalizedPath};

use crate::document;
use crate::pointer;

/// What an action that does not fit the document means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// An error: the overlay is stale.
    Strict,
    /// Nothing: the overlay was written for another document. An action is left out, too, when it
    /// would bring in a `$ref` to something the document does not have.
    Lenient,
}

/// Why an overlay cannot be read or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverlayError {
    /// The text is neither JSON nor YAML, or no overlay.
    #[error("{0}")]
    Unreadable(String),
    /// Actions do not fit: all of them.
    #[error("{}", in_lines(.0))]
    Misfits(Vec<Misfit>),
}

/// An action that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Which one, from 1.
    pub number: usize,
    /// The line of what does not fit, where that is known.
    pub line: Option<u64>,
    /// Its JSONPath.
    pub target: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}")?,
            None => write!(f, "action {}", self.number)?,
        }
        write!(f, ", target `{}`: {}", self.target, self.message)
    }
}

/// One stays in its line, several get one each.
fn in_lines(misfits: &[Misfit]) -> String {
    match misfits {
        [one] => one.to_string(),
        several => {
            let heading = format!("{} parts do not fit:", several.len());
            several
                .iter()
                .fold(heading, |text, misfit| format!("{text}\n  {misfit}"))
        }
    }
}

/// One change.
#[derive(Debug, Clone)]
pub struct Action {
    /// The JSONPath of the places to change.
    pub target: String,
    /// Why.
    pub description: Option<String>,
    path: JsonPath,
    change: Change,
    lines: Lines,
}

/// The lines of an action, by pointer from its beginning.
type Lines = BTreeMap<String, u64>;

#[derive(Debug, Clone)]
enum Change {
    Remove,
    Update(Value),
}

/// An overlay document.
#[derive(Debug, Clone)]
pub struct Overlay {
    actions: Vec<Action>,
}

/// How many actions found their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Actions that changed the document.
    pub applied: usize,
    /// Actions that do not fit the document.
    pub skipped: usize,
}

impl Overlay {
    /// Reads an overlay, JSON or YAML.
    ///
    /// # Errors
    ///
    /// [`OverlayError::Unreadable`] for the whole, [`OverlayError::Misfits`] for parts.
    pub fn parse(bytes: &[u8]) -> Result<Self, OverlayError> {
        let unreadable = |message: &str| OverlayError::Unreadable(message.to_owned());
        let document =
            document::value(bytes).map_err(|error| OverlayError::Unreadable(error.message))?;
        let version = document.get("overlay").and_then(Value::as_str);
        if !version.is_some_and(|version| version.starts_with("1.")) {
            return Err(unreadable("an overlay starts with `overlay: 1.0.0`"));
        }
        let Some(actions) = document.get("actions").and_then(Value::as_array) else {
            return Err(unreadable("an overlay needs a list of `actions`"));
        };
        let all = document::lines(bytes);
        let mut misfits = Vec::new();
        let mut read = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            let lines = of_action(&all, index);
            match Action::read(index + 1, action, lines) {
                Ok(action) => read.push(action),
                Err(misfit) => misfits.push(misfit),
            }
        }
        if misfits.is_empty() {
            return Ok(Self { actions: read });
        }
        Err(OverlayError::Misfits(misfits))
    }

    /// The actions, in order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Changes `document`.
    ///
    /// # Errors
    ///
    /// In [`Mode::Strict`], every action that matches nothing, does not fit what it matches, or only has
    /// words for what is not there.
    pub fn apply(&self, document: &mut Value, mode: Mode) -> Result<Applied, OverlayError> {
        match mode {
            Mode::Strict => self.apply_all(document),
            Mode::Lenient => Ok(self.apply_fitting(document)),
        }
    }

    fn apply_all(&self, document: &mut Value) -> Result<Applied, OverlayError> {
        let mut misfits = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            let found = match action.apply(document) {
                Ok(orphans) => orphans.iter().map(Orphan::misfit).collect(),
                Err(message) => vec![(String::new(), message)],
            };
            misfits.extend(found.into_iter().map(|(at, message)| Misfit {
                number: index + 1,
                line: action.line(&at),
                target: action.target.clone(),
                message,
            }));
        }
        if !misfits.is_empty() {
            return Err(OverlayError::Misfits(misfits));
        }
        Ok(Applied {
            applied: self.actions.len(),
            skipped: 0,
        })
    }

    fn apply_fitting(&self, document: &mut Value) -> Applied {
        let mut applied = 0;
        let mut waiting: Vec<&Action> = Vec::new();
        for action in &self.actions {
            match action.try_on(document) {
                Fit::Yes => applied += 1,
                Fit::No => {}
                Fit::NotYet => waiting.push(action),
            }
        }
        // What an action refers to may come with a later one.
        loop {
            let before = waiting.len();
            waiting.retain(|action| action.try_on(document) != Fit::Yes);
            applied += before - waiting.len();
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        Applied {
            applied,
            skipped: self.actions.len() - applied,
        }
    }
}

/// Whether an action fits a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// It refers to what is not there.
    NotYet,
}

impl Action {
    fn read(number: usize, action: &Value, lines: Lines) -> Result<Self, Misfit> {
        let target = action
            .get("target")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let wrong = |message: String| Misfit {
            number,
            line: lines.get("").copied(),
            target: target.to_owned(),
            message,
        };
        if let Some(key) = unknown_key(action) {
            return Err(wrong(format!("`{key}` is no field of an action")));
        }
        let path = JsonPath::parse(target).map_err(|error| wrong(error.to_string()))?;
        let remove = action
            .get("remove")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let change = match (remove, action.get("update")) {
            (true, _) => Change::Remove,
            (false, Some(update)) => Change::Update(update.clone()),
            (false, None) => return Err(wrong("it neither updates nor removes".to_owned())),
        };
        Ok(Self {
            target: target.to_owned(),
            description: action
                .get("description")
                .and_then(Value::as_str)
                .map(str::to_owned),
            path,
            change,
            lines,
        })
    }

    /// The line of a part of the update; of the target where the whole does not fit.
    fn line(&self, at: &str) -> Option<u64> {
        let part = match at {
            "" => "/target".to_owned(),
            part => format!("/update{part}"),
        };
        self.lines.get(&part).copied()
    }

    /// Changes `document` if the action fits it.
    fn try_on(&self, document: &mut Value) -> Fit {
        let mut references = Vec::new();
        if let Change::Update(update) = &self.change {
            collect_references(update, &mut references);
        }
        let before = (!references.is_empty()).then(|| document.clone());
        if self.apply(document).is_err() {
            return Fit::No;
        }
        match before {
            Some(before)
                if !references
                    .iter()
                    .all(|place| document.pointer(place).is_some()) =>
            {
                *document = before;
                Fit::NotYet
            }
            _ => Fit::Yes,
        }
    }

    /// Changes `document`; returns the words that have nothing to be said of.
    fn apply(&self, document: &mut Value) -> Result<Vec<Orphan>, String> {
        let mut places: Vec<String> = self
            .path
            .query_located(document)
            .locations()
            .map(NormalizedPath::to_json_pointer)
            .collect();
        if places.is_empty() {
            return Err("it matches nothing".to_owned());
        }
        match &self.change {
            Change::Remove => {
                // The last of a list first, so that the others stay where they are.
                places.sort_by_key(|place| std::cmp::Reverse(order(place)));
                places.dedup();
                for place in &places {
                    remove(document, place)?;
                }
                Ok(Vec::new())
            }
            Change::Update(update) => {
                let fits = |place: &String| {
                    document
                        .pointer(place)
                        .is_some_and(|node| takes(node, update))
                };
                if let Some(place) = places.iter().find(|place| !fits(place)) {
                    return Err(format!("the update does not fit what is at {place}"));
                }
                let mut orphans = Vec::new();
                for place in &places {
                    if let Some(node) = document.pointer_mut(place) {
                        orphans.extend(merge::change(node, update, place));
                    }
                }
                Ok(orphans)
            }
        }
    }
}

/// The lines below an action of the list.
fn of_action(lines: &Lines, index: usize) -> Lines {
    let prefix = format!("/actions/{index}");
    let below = lines.range(prefix.clone()..);
    below
        .take_while(|(place, _)| place.starts_with(&prefix))
        .filter_map(|(place, line)| Some((place.strip_prefix(&prefix)?, *line)))
        .filter(|(place, _)| place.is_empty() || place.starts_with('/'))
        .map(|(place, line)| (place.to_owned(), line))
        .collect()
}

/// The pointers of all local references in `value`.
fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Array(list) => list
            .iter()
            .for_each(|inner| collect_references(inner, references)),
        Value::Object(object) => {
            for (key, inner) in object {
                match inner.as_str() {
                    Some(text) if key == "$ref" => references.extend(pointer::local(text)),
                    _ => collect_references(inner, references),
                }
            }
        }
        _ => {}
    }
}

fn unknown_key(action: &Value) -> Option<&String> {
    action.as_object()?.keys().find(|key| {
        !matches!(key.as_str(), "target" | "description" | "update" | "remove")
            && !key.starts_with("x-")
    })
}

/// Sorts pointers by their tokens, numbers by their value.
fn order(place: &str) -> Vec<(usize, String)> {
    pointer::tokens(place)
        .into_iter()
        .map(|token| (token.parse().unwrap_or(0), token))
        .collect()
}

fn remove(document: &mut Value, place: &str) -> Result<(), String> {
    let Some((parent, token)) = place.rsplit_once('/') else {
        return Err("the whole document cannot be removed".to_owned());
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.remove(&pointer::unescape(token));
        }
        Some(Value::Array(list)) => {
            if let Ok(index) = token.parse::<usize>()
                && index < list.len()
            {
                list.remove(index);
            }
        }
        // It went away with what held it.
        _ => {}
    }
    Ok(())
}

/// Whether a node can be updated by a value of this kind.
fn takes(node: &Value, update: &Value) -> bool {
    match node {
        Value::Array(_) => true,
        Value::Object(_) => update.is_object(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
