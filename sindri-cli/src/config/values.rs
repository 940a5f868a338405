//! The values of a file after the check against the table: typed, by canonical path.

use std::collections::BTreeMap;

use super::diagnostic::Finding;
use super::fields;
use super::size::Size;
use super::source::Span;

/// A value of the kind its field asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Datum {
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Size(Size),
    /// Number of items; they are under `path[0]` and so on.
    List(usize),
    Block,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) datum: Datum,
    /// Where to point at: the value, or the key of a list or block.
    pub(super) span: Span,
}

/// All values by canonical path, such as `providers.runpod.ports[1]`.
#[derive(Debug, Default)]
pub(super) struct Values {
    map: BTreeMap<String, Value>,
    /// Written, but not usable, or missing where something is needed; a finding says why.
    unusable: BTreeMap<String, Span>,
}

impl Values {
    pub(super) fn insert(&mut self, path: &str, datum: Datum, span: Span) {
        self.map.insert(path.to_owned(), Value { datum, span });
    }

    pub(super) fn mark_unusable(&mut self, path: &str, span: Span) {
        self.unusable.insert(path.to_owned(), span);
    }

    /// The keys below `path`.
    pub(super) fn scope(&self, path: &str) -> Scope<'_> {
        Scope {
            values: self,
            path: path.to_owned(),
        }
    }

    /// The whole file.
    pub(super) fn top(&self) -> Scope<'_> {
        self.scope("")
    }

    /// Places by path, for the model.
    pub(super) fn spans(&self) -> BTreeMap<String, Span> {
        self.map
            .iter()
            .map(|(path, value)| (path.clone(), value.span))
            .collect()
    }
}

/// A view of one block; keys are relative to it.
#[derive(Debug, Clone)]
pub(super) struct Scope<'v> {
    values: &'v Values,
    path: String,
}

/// A value read from a [`Scope`], with its path and place.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) path: String,
    pub(super) span: Span,
}

impl<T> At<T> {
    /// Another value made of this one, with its path and place.
    pub(super) fn with<U>(&self, value: U) -> At<U> {
        At {
            value,
            path: self.path.clone(),
            span: self.span,
        }
    }

    /// The file cannot be used because of this value.
    pub(super) fn error(&self, message: impl Into<String>) -> Finding {
        Finding::error(&self.path, self.span, message)
    }

    /// The file can be used, but this value may not do what is meant.
    pub(super) fn warning(&self, message: impl Into<String>) -> Finding {
        Finding::warning(&self.path, self.span, message)
    }
}

impl<'v> Scope<'v> {
    /// The full path of `key`.
    pub(super) fn path(&self, key: &str) -> String {
        match (self.path.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("{}.{key}", self.path),
        }
    }

    /// Whether the file says anything about `key`, usable or not.
    pub(super) fn has(&self, key: &str) -> bool {
        let path = self.known(key);
        self.values.map.contains_key(&path) || self.values.unusable.contains_key(&path)
    }

    /// Whether the file sets `key` to something usable.
    pub(super) fn is_usable(&self, key: &str) -> bool {
        self.values.map.contains_key(&self.known(key))
    }

    pub(super) fn text(&self, key: &str) -> Option<At<&'v str>> {
        self.get(key, |datum| match datum {
            Datum::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    pub(super) fn flag(&self, key: &str) -> Option<At<bool>> {
        self.get(key, |datum| match datum {
            Datum::Bool(flag) => Some(*flag),
            _ => None,
        })
    }

    /// A whole number that is not negative. The check refuses all others.
    pub(super) fn count(&self, key: &str) -> Option<At<u32>> {
        self.get(key, |datum| match datum {
            Datum::Integer(number) => u32::try_from(*number).ok(),
            _ => None,
        })
    }

    /// A port number. The check refuses all others.
    pub(super) fn port(&self, key: &str) -> Option<At<u16>> {
        self.get(key, |datum| match datum {
            Datum::Integer(number) => u16::try_from(*number).ok(),
            _ => None,
        })
    }

    pub(super) fn number(&self, key: &str) -> Option<At<f64>> {
        self.get(key, |datum| match datum {
            Datum::Number(number) => Some(*number),
            _ => None,
        })
    }

    pub(super) fn size(&self, key: &str) -> Option<At<Size>> {
        self.get(key, |datum| match datum {
            Datum::Size(size) => Some(*size),
            _ => None,
        })
    }

    /// The items of a list, as scopes of their own: a single value is under the key `""`.
    pub(super) fn items(&self, key: &str) -> Option<Vec<Scope<'v>>> {
        let list = self.get(key, |datum| match datum {
            Datum::List(length) => Some(*length),
            _ => None,
        })?;
        Some(
            (0..list.value)
                .map(|index| self.values.scope(&format!("{}[{index}]", list.path)))
                .collect(),
        )
    }

    /// The texts of a list; items that are not text are left out, a finding is about them.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<At<&'v str>>> {
        let items = self.items(key)?;
        Some(items.iter().filter_map(|item| item.text("")).collect())
    }

    /// The block below `key`, written or not.
    pub(super) fn block(&self, key: &str) -> Self {
        self.values.scope(&self.path(key))
    }

    /// Where to point at for `key`: at it, or at the nearest block around it.
    pub(super) fn span(&self, key: &str) -> Span {
        let path = self.path(key);
        let mut at = path.as_str();
        loop {
            let usable = self.values.map.get(at).map(|value| value.span);
            if let Some(span) = usable.or_else(|| self.values.unusable.get(at).copied()) {
                return span;
            }
            let Some(cut) = at.rfind(['.', '[']) else {
                return Span::new(0, 0);
            };
            at = at.get(..cut).unwrap_or_default();
        }
    }

    /// The file cannot be used because of `key`, written or not.
    pub(super) fn error(&self, key: &str, message: impl Into<String>) -> Finding {
        Finding::error(self.known(key), self.span(key), message)
    }

    /// The file can be used, but `key` may not do what is meant.
    pub(super) fn warning(&self, key: &str, message: impl Into<String>) -> Finding {
        Finding::warning(self.known(key), self.span(key), message)
    }

    /// Something the reader may want to know about `key`.
    pub(super) fn note(&self, key: &str, message: impl Into<String>) -> Finding {
        Finding::note(self.known(key), self.span(key), message)
    }

    fn get<T>(&self, key: &str, read: impl FnOnce(&'v Datum) -> Option<T>) -> Option<At<T>> {
        let path = self.known(key);
        let value = self.values.map.get(&path)?;
        Some(At {
            value: read(&value.datum)?,
            path,
            span: value.span,
        })
    }

    /// The full path of `key`, which must be in the table: a misspelt key would read as "not written".
    fn known(&self, key: &str) -> String {
        let path = self.path(key);
        debug_assert!(
            fields::lookup(fields::TOP.fields, &path).is_some(),
            "`{path}` is not in the table of fields"
        );
        path
    }
}
