//! What a container finds in its environment: its own variables over those of the secret groups that
//! apply to it, of which the one with the highest priority wins.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::northflank::item::Item;
use crate::northflank::model::Project;
use crate::params::Fields;

/// A value and the secret group it comes from; none for the thing's own.
struct Candidate<'a> {
    value: &'a Value,
    group: Option<&'a Item>,
}

impl Candidate<'_> {
    fn priority(&self) -> Option<u64> {
        self.group
            .map(|group| group.fields().integer("priority").unwrap_or_default())
    }
}

/// Which of two kinds of value is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Variables,
    Files,
}

impl Part {
    /// Its key where it is a thing's own, and where it is a group's.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Variables => ("runtimeEnvironment", "variables"),
            Self::Files => ("runtimeFiles", "files"),
        }
    }
}

/// Which sources are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sources {
    Own,
    Inherited,
    All,
}

impl Sources {
    pub(crate) fn parse(text: Option<&str>) -> Self {
        match text {
            Some("this") => Self::Own,
            Some("inherited") => Self::Inherited,
            Some(_) | None => Self::All,
        }
    }
}

/// Name and value of what holds, from these sources.
pub(crate) fn effective(
    project: &Project,
    kind: &str,
    item: &Item,
    part: Part,
    sources: Sources,
) -> Map<String, Value> {
    let all = candidates(project, kind, item, part).into_iter();
    let chosen = all.filter_map(|(name, candidates)| {
        let wanted = |candidate: &&Candidate<'_>| match sources {
            Sources::Own => candidate.group.is_none(),
            Sources::Inherited => candidate.group.is_some(),
            Sources::All => true,
        };
        let first = candidates.iter().find(wanted)?;
        Some((name.to_owned(), first.value.clone()))
    });
    chosen.collect()
}

/// What holds, where it comes from and what it hides.
pub(crate) fn details(project: &Project, kind: &str, item: &Item, part: Part) -> Value {
    let all = candidates(project, kind, item, part).into_iter();
    let rows = all.map(|(name, candidates)| {
        let mut candidates = candidates.iter().map(described);
        let mut row = candidates.next().unwrap_or_default();
        row["overriding"] = candidates.collect();
        (name.to_owned(), row)
    });
    Value::Object(rows.collect())
}

fn described(candidate: &Candidate<'_>) -> Value {
    let mut row = json!({ "value": candidate.value });
    if let (Some(group), Some(priority)) = (candidate.group, candidate.priority()) {
        row["inheritedFrom"] = json!(group.id);
        row["priority"] = json!(priority);
    }
    row
}

/// All values of each name, the one that holds first.
fn candidates<'a>(
    project: &'a Project,
    kind: &str,
    item: &'a Item,
    part: Part,
) -> BTreeMap<&'a str, Vec<Candidate<'a>>> {
    let (own_key, group_key) = part.keys();
    let mut found: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
    let own = item.spec.get(own_key).and_then(Value::as_object);
    for (name, value) in own.into_iter().flatten() {
        let candidate = Candidate { value, group: None };
        found.entry(name).or_default().push(candidate);
    }
    let mut groups: Vec<&Item> = project
        .secrets
        .iter()
        .filter(|group| applies(group, kind, item))
        .collect();
    let priority = |group: &&Item| group.fields().integer("priority").unwrap_or_default();
    groups.sort_by_key(|group| std::cmp::Reverse(priority(group)));
    for group in groups {
        let values = group
            .spec
            .get("secrets")
            .and_then(|secrets| secrets.get(group_key));
        for (name, value) in values.and_then(Value::as_object).into_iter().flatten() {
            let group = Some(group);
            found
                .entry(name)
                .or_default()
                .push(Candidate { value, group });
        }
    }
    found
}

/// Whether a secret group reaches what runs in a service or a job.
fn applies(group: &Item, kind: &str, item: &Item) -> bool {
    let fields = group.fields();
    if fields.text("secretType") == Some("arguments") {
        return false;
    }
    let Some(restrictions) = fields.object("restrictions") else {
        return true;
    };
    if restrictions.flag("restricted") != Some(true) {
        return true;
    }
    let objects = restrictions.objects("nfObjects").unwrap_or_default();
    let named = |object: &Fields<'_>| {
        object.text("type") == Some(kind) && object.text("id") == Some(&item.id)
    };
    if objects.iter().any(named) {
        return true;
    }
    let wanted = restrictions.texts("tags").unwrap_or_default();
    let tags = item.tags();
    let has = |tag: &&str| tags.contains(tag);
    match restrictions.text("tagMatchCondition") {
        Some("and") => !wanted.is_empty() && wanted.iter().all(has),
        Some(_) | None => wanted.iter().any(has),
    }
}
