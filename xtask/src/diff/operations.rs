//! What is different about the calls.

use super::{About, Class, Found, words};
use crate::syntax::model::{Model, Operation, Parameter};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn compare(old: &Model, new: &Model, found: &mut Found) {
    let before = by_call(old);
    let after = by_call(new);
    let mut renamed = BTreeSet::new();
    for (call, operation) in &before {
        if let Some(now) = after.get(call) {
            one(operation, now, found);
            continue;
        }
        let moved = after
            .iter()
            .find(|(name, now)| !before.contains_key(*name) && wire(now) == wire(operation));
        let what = match moved {
            Some((name, _)) => {
                renamed.insert(name.clone());
                format!("is called `{name}` now")
            }
            None => "is gone".to_owned(),
        };
        found.add(Class::Breaking, &About::Call(call.clone()), what);
    }
    for (call, operation) in &after {
        if !before.contains_key(call) && !renamed.contains(call) {
            let (method, path) = wire(operation);
            let what = format!("is new: `{method} {path}`");
            found.add(Class::Additive, &About::Call(call.clone()), what);
        }
    }
}

fn by_call(model: &Model) -> BTreeMap<String, &Operation> {
    let operations = model.operations.iter();
    operations.map(|it| (words::call(it), it)).collect()
}

fn wire(operation: &Operation) -> (&str, &str) {
    (&operation.http_method, &operation.path)
}

fn one(old: &Operation, new: &Operation, found: &mut Found) {
    let about = &About::Call(words::call(old));
    address(old, new, about, found);
    parameters(old, new, about, found);
    let mut differs = |what: &str, old: String, new: String| {
        if old != new {
            let what = format!("{what} `{new}`, was `{old}`");
            found.add(Class::Breaking, about, what);
        }
    };
    let body = |operation: &Operation| words::body(operation.body.as_ref());
    differs("sends", body(old), body(new));
    differs("gives", words::reply(&old.reply), words::reply(&new.reply));
    differs(
        "finds its items at",
        old.items_at.join("."),
        new.items_at.join("."),
    );
    for (what, old, new) in [
        ("the cursor of the next page", &old.cursor, &new.cursor),
        ("the number of the next page", &old.page, &new.page),
    ] {
        match (old, new) {
            (None, Some(_)) => found.add(Class::Additive, about, format!("takes {what}")),
            (Some(_), None) => {
                found.add(Class::Breaking, about, format!("takes {what} no more"));
            }
            (Some(old), Some(new)) if old != new => {
                let what = format!("takes {what} as `{new}`, was `{old}`");
                found.add(Class::Breaking, about, what);
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => found.add(Class::Additive, about, "is deprecated"),
        (true, false) => found.add(Class::Additive, about, "is no longer deprecated"),
        (true, true) | (false, false) => {}
    }
    match (old.repeatable, new.repeatable) {
        // Whoever relied on one request for one call is wrong now.
        (false, true) => found.add(Class::Breaking, about, "is repeated by itself"),
        (true, false) => found.add(Class::Breaking, about, "is no longer repeated by itself"),
        (true, true) | (false, false) => {}
    }
    found.words(about, "the call", &old.doc, &new.doc);
}

fn address(old: &Operation, new: &Operation, about: &About, found: &mut Found) {
    if wire(old) != wire(new) {
        let ((method, path), (before, at)) = (wire(new), wire(old));
        let what = format!("is sent as `{method} {path}`, was `{before} {at}`");
        found.add(Class::Breaking, about, what);
    }
    match (&old.team_path, &new.team_path) {
        (None, Some(_)) => found.add(Class::Additive, about, "can name a team"),
        (Some(_), None) => found.add(Class::Breaking, about, "names no team any more"),
        (Some(old), Some(new)) if old != new => {
            let what = format!("names a team as `{new}`, was `{old}`");
            found.add(Class::Breaking, about, what);
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn parameters(old: &Operation, new: &Operation, about: &About, found: &mut Found) {
    let find = |operation: &'_ Operation, ident: &str| {
        let index = operation.parameters.iter().position(|it| it.ident == ident);
        index.and_then(|index| operation.parameters.get(index).map(|_| index))
    };
    for before in &old.parameters {
        let now = find(new, &before.ident).and_then(|index| new.parameters.get(index));
        match now {
            None => {
                let what = format!("the parameter `{}` is gone", before.ident);
                found.add(Class::Breaking, about, what);
            }
            Some(now) => parameter(before, now, about, found),
        }
    }
    for now in &new.parameters {
        if find(old, &now.ident).is_some() {
            continue;
        }
        let (class, kind) = if now.required {
            (Class::Breaking, "an argument")
        } else {
            (Class::Additive, "an optional parameter")
        };
        let what = format!("takes {kind} more, `{}: {}`", now.ident, words::ty(&now.ty));
        found.add(class, about, what);
    }
    let order = |operation: &Operation, other: &Operation| -> Vec<String> {
        let arguments = operation.parameters.iter().filter(|it| it.required);
        let common = arguments.filter(|it| find(other, &it.ident).is_some());
        common.map(|it| it.ident.clone()).collect()
    };
    let (before, now) = (order(old, new), order(new, old));
    let same_set = before.len() == now.len() && before.iter().all(|ident| now.contains(ident));
    if same_set && before != now {
        let what = format!(
            "takes its arguments as {}, was {}",
            now.join(", "),
            before.join(", ")
        );
        found.add(Class::Breaking, about, what);
    }
}

fn parameter(old: &Parameter, new: &Parameter, about: &About, found: &mut Found) {
    let name = &old.ident;
    let (before, now) = (words::parameter(old), words::parameter(new));
    if before != now {
        let what = format!("the parameter `{name}` is `{now}`, was `{before}`");
        found.add(Class::Breaking, about, what);
    }
    let sent = |it: &Parameter| format!("`{}` ({:?}, {})", it.name, it.location, it.style);
    let (before, now) = (sent(old), sent(new));
    if before != now {
        let what = format!("the parameter `{name}` is sent as {now}, was {before}");
        found.add(Class::Breaking, about, what);
    }
    let of = format!("the parameter `{name}`");
    found.words(about, &of, &old.doc, &new.doc);
}
