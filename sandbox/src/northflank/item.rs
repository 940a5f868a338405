//! What all named things of an account have in common: an id made from the name, what was written
//! down when they were created, and when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::masked::Masked;
use crate::params::Fields;
use crate::problem::Problem;

/// Parts of which a change replaces the keys that it names, and not the whole.
const MERGED: [&str; 5] = [
    "autoscaling",
    "billing",
    "deployment",
    "infrastructure",
    "settings",
];

/// One named thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Made from the name, and unique among its kind.
    pub(crate) id: String,
    /// An id that no other thing has or ever had.
    pub(crate) uid: String,
    /// Counts what was ever created in the account, for the order of lists.
    pub(crate) number: u64,
    /// What was asked for, in the words of the API. It may hold secrets.
    pub(crate) spec: Masked<Map<String, Value>>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What has an [`Item`] in it.
pub(crate) trait Named {
    fn item(&self) -> &Item;
}

impl Named for Item {
    fn item(&self) -> &Item {
        self
    }
}

impl Item {
    pub(crate) fn new(spec: &Map<String, Value>, number: u64, now: Timestamp) -> Self {
        let name = spec.get("name").and_then(Value::as_str).unwrap_or_default();
        Self {
            id: slug(name),
            uid: new_uid(),
            number,
            spec: Masked(spec.clone()),
            created_at: now,
            updated_at: now,
        }
    }

    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields::new(&self.spec)
    }

    pub(crate) fn name(&self) -> &str {
        self.fields().text("name").unwrap_or_default()
    }

    /// The tags it was given.
    pub(crate) fn tags(&self) -> Vec<&str> {
        self.fields().texts("tags").unwrap_or_default()
    }

    /// Lays a change over what was asked for. A null takes a key away. Of the larger parts only the
    /// keys that are named change; maps that users fill, such as the environment, are replaced.
    pub(crate) fn merge(&mut self, change: &Map<String, Value>, now: Timestamp) {
        merge_into(&mut self.spec, change, true);
        self.updated_at = now;
    }

    /// Puts another wish in the place of the first. The name stays.
    pub(crate) fn replace(&mut self, spec: &Map<String, Value>, now: Timestamp) {
        let name = json!(self.name());
        self.spec = Masked(spec.clone());
        self.spec.insert("name".to_owned(), name);
        self.updated_at = now;
    }

    /// What was asked for, with id and times.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut map = self.spec.0.clone();
        map.insert("id".to_owned(), json!(self.id));
        map.insert("createdAt".to_owned(), json!(self.created_at));
        map.insert("updatedAt".to_owned(), json!(self.updated_at));
        map
    }

    /// The row of a list: these keys of what was asked for, and the id.
    pub(crate) fn row(&self, keys: &[&str]) -> Map<String, Value> {
        let mut map: Map<String, Value> = keys
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), self.spec.get(*key)?.clone())))
            .collect();
        map.insert("id".to_owned(), json!(self.id));
        map.insert("name".to_owned(), json!(self.name()));
        map
    }
}

fn merge_into(spec: &mut Map<String, Value>, change: &Map<String, Value>, outermost: bool) {
    for (key, value) in change {
        match (spec.get_mut(key), value) {
            (_, Value::Null) => drop(spec.remove(key)),
            (Some(Value::Object(old)), Value::Object(new))
                if outermost && MERGED.contains(&key.as_str()) =>
            {
                merge_into(old, new, false);
            }
            (Some(_) | None, value) => drop(spec.insert(key.clone(), value.clone())),
        }
    }
    // An image comes from one place: naming the one takes back the other.
    for (named, other) in [("internal", "external"), ("external", "internal")] {
        if change.contains_key(named) {
            spec.remove(other);
        }
    }
}

/// The place of an id.
pub(crate) fn position<T: Named>(list: &[T], kind: &str, id: &str) -> Result<usize, Problem> {
    let index = list.iter().position(|thing| thing.item().id == id);
    index.ok_or_else(|| Problem::not_found(kind, id))
}

/// The thing of an id.
pub(crate) fn find<'a, T: Named>(list: &'a [T], kind: &str, id: &str) -> Result<&'a T, Problem> {
    position(list, kind, id).map(|index| &list[index])
}

/// Refuses an id that is taken.
pub(crate) fn check_free<T: Named>(list: &[T], kind: &str, id: &str) -> Result<(), Problem> {
    if list.iter().any(|thing| thing.item().id == id) {
        return Err(Problem::conflict(format!(
            "there is a {kind} with the identifier `{id}` already"
        )));
    }
    Ok(())
}

/// The id that a name leads to: `My App` is `my-app`.
pub(crate) fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

/// 24 hexadecimal digits.
pub(crate) fn new_uid() -> String {
    let number = format!("{:032x}", fastrand::u128(..));
    number.chars().take(24).collect()
}

/// Letters and digits that follow from a text: the same in every process that shares a state.
pub(crate) fn derived(text: &str, length: usize) -> String {
    const DIGITS: &[u8; 32] = b"bcdfghjklmnpqrstvwxz0123456789ae";
    // FNV-1a, stepped on for each letter: the hasher of the standard library promises no stable value.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut step = |byte: u8| {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        hash
    };
    for byte in text.bytes() {
        step(byte);
    }
    let mut letters = String::new();
    while letters.len() < length {
        // The upper 5 bits are the best mixed, and stand for one of 32.
        let digit = usize::try_from(step(7) >> 59).unwrap_or_default();
        letters.push(char::from(DIGITS[digit]));
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_id() {
        let check = |name: &str, expected: &str| assert_eq!(slug(name), expected, "{name}");
        check("My App", "my-app");
        check("my-app", "my-app");
        check("Web 2  x", "web-2-x");
    }

    #[test]
    fn a_change_is_laid_over_what_was_asked_for() {
        let object = |value: Value| value.as_object().unwrap().clone();
        let spec = object(json!({
            "name": "web",
            "stageId": "test",
            "deployment": { "instances": 1, "internal": { "id": "b" }, "docker": { "configType": "customCommand", "customCommand": "x" } },
            "runtimeEnvironment": { "A": "1", "B": "2" },
        }));
        let mut item = Item::new(&spec, 1, Timestamp::UNIX_EPOCH);
        let change = object(json!({
            "stageId": null,
            "deployment": { "external": { "imagePath": "nginx:1" }, "docker": { "configType": "default" } },
            "runtimeEnvironment": { "B": "3" },
        }));
        item.merge(&change, Timestamp::MAX);
        assert_eq!(
            Value::Object(item.spec.0.clone()),
            json!({
                "name": "web",
                "deployment": { "instances": 1, "external": { "imagePath": "nginx:1" }, "docker": { "configType": "default" } },
                "runtimeEnvironment": { "B": "3" },
            })
        );
        assert_eq!(item.updated_at, Timestamp::MAX);
    }

    #[test]
    fn derived_letters_stay_the_same_and_differ_by_text() {
        assert_eq!(derived("a", 12), derived("a", 12));
        assert_ne!(derived("a", 12), derived("b", 12));
        assert_eq!(derived("a", 12).len(), 12);
    }
}
