//! OpenAPI Overlay 1.0: changes to a document, each told where it goes by a JSONPath (RFC 9535).
//!
//! Objects are merged key by key, lists get the new entries at their end, anything else is
//! replaced. Actions run in order; one that removes does not update.

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
    /// An action does not fit.
    #[error("action {number}, target `{target}`: {message}")]
    Action {
        /// Which one, from 1.
        number: usize,
        /// Its JSONPath.
        target: String,
        /// What is wrong with it.
        message: String,
    },
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
}

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
    /// [`OverlayError::Unreadable`] for the whole, [`OverlayError::Action`] for a part.
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
        let actions = actions
            .iter()
            .enumerate()
            .map(|(index, action)| Action::read(index + 1, action))
            .collect::<Result<_, _>>()?;
        Ok(Self { actions })
    }

    /// The actions, in order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Changes `document`.
    ///
    /// # Errors
    ///
    /// In [`Mode::Strict`], the first action that matches nothing or does not fit what it matches.
    pub fn apply(&self, document: &mut Value, mode: Mode) -> Result<Applied, OverlayError> {
        match mode {
            Mode::Strict => self.apply_all(document),
            Mode::Lenient => Ok(self.apply_fitting(document)),
        }
    }

    fn apply_all(&self, document: &mut Value) -> Result<Applied, OverlayError> {
        for (index, action) in self.actions.iter().enumerate() {
            action
                .apply(document)
                .map_err(|message| OverlayError::Action {
                    number: index + 1,
                    target: action.target.clone(),
                    message,
                })?;
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
    fn read(number: usize, action: &Value) -> Result<Self, OverlayError> {
        let target = action
            .get("target")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let wrong = |message: String| OverlayError::Action {
            number,
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
        })
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

    fn apply(&self, document: &mut Value) -> Result<(), String> {
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
                places.iter().try_for_each(|place| remove(document, place))
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
                for place in &places {
                    if let Some(node) = document.pointer_mut(place) {
                        change(node, update);
                    }
                }
                Ok(())
            }
        }
    }
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

/// Updates a selected node: an object is merged, a list gets one more entry.
fn change(node: &mut Value, update: &Value) {
    match node {
        Value::Array(list) => list.push(update.clone()),
        _ => merge(node, update),
    }
}

fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(object), Value::Object(update)) => {
            for (key, value) in update {
                match object.get_mut(key) {
                    Some(known) => merge(known, value),
                    None => {
                        object.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(list), Value::Array(more)) => list.extend(more.iter().cloned()),
        (node, update) => *node = update.clone(),
    }
}

#[cfg(test)]
mod tests;
