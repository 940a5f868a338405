//! What is different about the types.

use super::{About, Class, Found, words};
use crate::syntax::Scale;
use crate::syntax::model::{
    EnumValue, Model, Object, Property, Shape, ToldBy, Type, TypeDef, Variant,
};
use std::collections::BTreeSet;

pub(super) fn compare(old: &Model, new: &Model, scale: Scale, found: &mut Found) {
    let mut renamed = BTreeSet::new();
    for (name, before) in &old.types {
        let about = About::Type(name.clone());
        if let Some(now) = new.types.get(name) {
            one(before, now, scale, &about, found);
            arguments((old, before), (new, now), &about, found);
            continue;
        }
        let same = new
            .types
            .values()
            .filter(|now| !old.types.contains_key(&now.name) && !renamed.contains(&now.name))
            .find(|now| outline(now) == outline(before));
        let what = match same {
            Some(now) => {
                renamed.insert(now.name.clone());
                format!("is called `{}` now", now.name)
            }
            None => "is gone".to_owned(),
        };
        found.add(Class::Breaking, &about, what);
    }
    for name in new.types.keys() {
        if !old.types.contains_key(name) && !renamed.contains(name) {
            found.add(Class::Additive, &About::Type(name.clone()), "is new");
        }
    }
}

/// What makes a type the same as one of another name.
fn outline(def: &TypeDef) -> Vec<String> {
    match &def.shape {
        Shape::Object(object) => {
            let fields = object.properties.iter();
            let fields = fields.map(|it| format!("{}: {}", it.json_name, words::field(def, it)));
            let extra = object.extra.iter().map(|it| format!("..{}", words::ty(it)));
            fields.chain(extra).collect()
        }
        Shape::Enum(values) => values.iter().map(|it| format!("= {}", it.text)).collect(),
        Shape::Union(variants) => {
            let variants = variants.iter();
            variants
                .map(|it| format!("| {}", words::ty(&it.ty)))
                .collect()
        }
    }
}

fn one(old: &TypeDef, new: &TypeDef, scale: Scale, about: &About, found: &mut Found) {
    uses(old, new, scale, about, found);
    found.words(about, "the type", &old.doc, &new.doc);
    match (&old.shape, &new.shape) {
        (Shape::Object(before), Shape::Object(now)) => {
            fields((old, before), (new, now), about, found);
            extra(before.extra.as_ref(), now.extra.as_ref(), about, found);
        }
        (Shape::Enum(before), Shape::Enum(now)) => values(before, now, about, found),
        (Shape::Union(before), Shape::Union(now)) => variants(before, now, about, found),
        (Shape::Object(_) | Shape::Enum(_) | Shape::Union(_), _) => {
            let what = format!("is {}, was {}", kind(&new.shape), kind(&old.shape));
            found.add(Class::Breaking, about, what);
        }
    }
}

/// What can be done with a type follows from the calls that send and receive it.
fn uses(old: &TypeDef, new: &TypeDef, scale: Scale, about: &About, found: &mut Found) {
    let used = |def: &TypeDef| def.in_requests || def.in_answers;
    // An open enum is a text, and is made, sent and read wherever it is.
    let fixed = !matches!(new.shape, Shape::Enum(_));
    let in_parts = fixed && scale == Scale::Parts;
    let built = match new.shape {
        Shape::Object(_) => true,
        Shape::Union(_) => in_parts,
        Shape::Enum(_) => false,
    };
    if used(old) && !used(new) {
        // The type stays. What was generated for its use does not.
        let loses = (old.in_requests && built) || in_parts;
        let class = if loses {
            Class::Breaking
        } else {
            Class::Documentation
        };
        found.add(class, about, "is used by no call any more");
        return;
    }
    match (old.in_requests, new.in_requests) {
        (true, false) if built => found.add(Class::Breaking, about, "cannot be built any more"),
        (false, true) if built => found.add(Class::Additive, about, "can be built and sent"),
        (_, true | false) => {}
    }
    match (old.in_answers, new.in_answers) {
        (true, false) if in_parts => {
            found.add(Class::Breaking, about, "cannot be read any more");
        }
        (false, true) if in_parts => found.add(Class::Additive, about, "can be read"),
        (_, true | false) => {}
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Object(_) => "a struct",
        Shape::Enum(_) => "an enum",
        Shape::Union(_) => "a union",
    }
}

fn fields(
    (old, before): (&TypeDef, &Object),
    (new, now): (&TypeDef, &Object),
    about: &About,
    found: &mut Found,
) {
    for field in &before.properties {
        let key = words::rust_name(&field.key);
        match now.properties.iter().find(|it| it.key == field.key) {
            None => found.add(Class::Breaking, about, format!("the field `{key}` is gone")),
            Some(same) => one_field((old, field), (new, same), about, found),
        }
    }
    for field in &now.properties {
        let key = words::rust_name(&field.key);
        if before.properties.iter().any(|it| it.key == field.key) {
            continue;
        }
        let ty = words::field(new, field);
        if field.required && new.in_requests && old.in_requests {
            let what = format!("must be built with one more field, `{key}: {ty}`");
            found.add(Class::Breaking, about, what);
        } else {
            found.add(
                Class::Additive,
                about,
                format!("has the field `{key}: {ty}`"),
            );
        }
    }
}

fn one_field(
    (old, before): (&TypeDef, &Property),
    (new, now): (&TypeDef, &Property),
    about: &About,
    found: &mut Found,
) {
    let key = words::rust_name(&before.key);
    let (was, is) = (words::field(old, before), words::field(new, now));
    if was != is {
        let what = format!("the field `{key}` is `{is}`, was `{was}`");
        found.add(Class::Breaking, about, what);
    }
    // What `new` takes: a key that is always there, null or not.
    if was == is && before.required != now.required && new.in_requests {
        let what = if now.required {
            format!("must be built with the field `{key}`")
        } else {
            format!("is built without the field `{key}`")
        };
        found.add(Class::Breaking, about, what);
    }
    if before.json_name != now.json_name {
        let what = format!(
            "the field `{key}` is written `{}`, was `{}`",
            now.json_name, before.json_name
        );
        found.add(Class::Breaking, about, what);
    }
    match (before.secret, now.secret) {
        (false, true) => {
            let what = format!("`Debug` hides the field `{key}`");
            found.add(Class::Documentation, about, what);
        }
        (true, false) => {
            let what = format!("`Debug` shows the field `{key}`");
            found.add(Class::Documentation, about, what);
        }
        (true, true) | (false, false) => {}
    }
    let of = format!("the field `{key}`");
    found.words(about, &of, &before.doc, &now.doc);
}

/// The arguments of `new` have no names in Rust: in another order, those of one type are mixed up without
/// a word of the compiler.
fn arguments(
    (old, before): (&Model, &TypeDef),
    (new, now): (&Model, &TypeDef),
    about: &About,
    found: &mut Found,
) {
    if !(before.in_requests && now.in_requests) {
        return;
    }
    let (before, now) = (in_order(old, before), in_order(new, now));
    let common = |these: &[String], others: &[String]| -> Vec<String> {
        let common = these.iter().filter(|key| others.contains(key));
        common.map(|key| words::rust_name(key)).collect()
    };
    let (was, is) = (common(&before, &now), common(&now, &before));
    if was != is {
        let (is, was) = (is.join(", "), was.join(", "));
        let what = format!("`new` takes its arguments as {is}, was {was}");
        found.add(Class::Breaking, about, what);
    }
}

/// The keys of the arguments of `new`.
fn in_order(model: &Model, def: &TypeDef) -> Vec<String> {
    let Shape::Object(object) = &def.shape else {
        return Vec::new();
    };
    let properties = object.properties.iter();
    let asked = properties.filter(|it| model.only_value(&it.ty).is_none());
    let mut arguments: Vec<_> = asked
        .filter_map(|it| Some((it.argument?, &it.key)))
        .collect();
    arguments.sort();
    arguments.into_iter().map(|(_, key)| key.clone()).collect()
}

fn extra(old: Option<&Type>, new: Option<&Type>, about: &About, found: &mut Found) {
    match (old, new) {
        (None, Some(ty)) => {
            let what = format!("keeps other keys as `{}`", words::ty(ty));
            found.add(Class::Additive, about, what);
        }
        (Some(_), None) => found.add(Class::Breaking, about, "keeps no other keys"),
        (Some(old), Some(new)) if old != new => {
            let what = format!(
                "keeps other keys as `{}`, was `{}`",
                words::ty(new),
                words::ty(old)
            );
            found.add(Class::Breaking, about, what);
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn values(old: &[EnumValue], new: &[EnumValue], about: &About, found: &mut Found) {
    for before in old {
        match new.iter().find(|now| now.text == before.text) {
            None => {
                let what = format!("the value `{}` is gone", before.text);
                found.add(Class::Breaking, about, what);
            }
            Some(now) if now.name != before.name => {
                let what = format!("the variant `{}` is `{}` now", before.name, now.name);
                found.add(Class::Breaking, about, what);
            }
            Some(now) => {
                let of = format!("the value `{}`", before.text);
                found.words(about, &of, &before.doc, &now.doc);
            }
        }
    }
    for now in new {
        if !old.iter().any(|before| before.text == now.text) {
            let what = format!("knows the value `{}`", now.text);
            found.add(Class::Additive, about, what);
        }
    }
}

fn variants(old: &[Variant], new: &[Variant], about: &About, found: &mut Found) {
    for before in old {
        let name = &before.name;
        let Some(now) = new.iter().find(|now| now.name == *name) else {
            found.add(
                Class::Breaking,
                about,
                format!("the variant `{name}` is gone"),
            );
            continue;
        };
        let (was, is) = (words::ty(&before.ty), words::ty(&now.ty));
        if was != is {
            let what = format!("the variant `{name}` holds `{is}`, was `{was}`");
            found.add(Class::Breaking, about, what);
        }
        told(name, &before.told_by, &now.told_by, about, found);
    }
    for now in new {
        if !old.iter().any(|before| before.name == now.name) {
            let what = format!("has the variant `{}`", now.name);
            found.add(Class::Additive, about, what);
        }
    }
}

/// What is read as a variant. More texts of its tag are more of the same.
fn told(name: &str, old: &ToldBy, new: &ToldBy, about: &About, found: &mut Found) {
    let word = |told: &ToldBy| match told {
        ToldBy::Tag { property, values } => format!("`{property}`: {}", values.join(", ")),
        ToldBy::Field(field) => format!("its `{field}`"),
        ToldBy::Json(kind) => format!("being of type {kind}"),
    };
    let (was, is) = (word(old), word(new));
    if was == is {
        return;
    }
    let class = match (old, new) {
        (
            ToldBy::Tag { property, values },
            ToldBy::Tag {
                property: now,
                values: more,
            },
        ) if property == now && values.iter().all(|value| more.contains(value)) => Class::Additive,
        (ToldBy::Tag { .. } | ToldBy::Field(_) | ToldBy::Json(_), _) => Class::Breaking,
    };
    let what = format!("the variant `{name}` is told by {is}, was by {was}");
    found.add(class, about, what);
}
