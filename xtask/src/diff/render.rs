//! A list of changes for people, for pull requests and for programs.

use super::{About, Bump, Change, Class};
use serde_json::json;
use std::collections::BTreeSet;

/// As what changes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for a terminal.
    Text,
    /// Lists for a pull request.
    Markdown,
    /// One object.
    Json,
}

const CLASSES: [(Class, &str, &str); 3] = [
    (Class::Breaking, "Breaking", "breaking"),
    (Class::Additive, "Additive", "additive"),
    (Class::Documentation, "Documentation only", "documentation"),
];

/// So many calls are named beside a change of a type, the others counted.
const NAMED: usize = 3;

/// The changes of an API. `version` is the one its crate has.
pub fn render(api: &str, version: &str, changes: &[Change], format: Format) -> String {
    match format {
        Format::Text => text(api, version, changes),
        Format::Markdown => markdown(api, version, changes),
        Format::Json => json(api, version, changes),
    }
}

fn text(api: &str, version: &str, changes: &[Change]) -> String {
    let mut lines = vec![format!("{api}: {}", summary(version, changes))];
    for (class, title, _) in CLASSES {
        let of_class = of(changes, class);
        if !of_class.is_empty() {
            lines.push(format!("\n{title}"));
        }
        let (words, others) = split(of_class);
        for change in others {
            lines.push(format!(
                "  {}: {}{}",
                change.about.name(),
                change.what,
                reach(change)
            ));
        }
        let names: BTreeSet<&str> = words.iter().map(|it| it.about.name()).collect();
        if !names.is_empty() {
            let names: Vec<&str> = names.into_iter().collect();
            lines.push(format!("  the words of {}", names.join(", ")));
        }
    }
    lines.join("\n")
}

fn markdown(api: &str, version: &str, changes: &[Change]) -> String {
    let mut lines = vec![format!(
        "## {api}\n\n{}",
        capital(&summary(version, changes))
    )];
    let commands: BTreeSet<&str> = changes
        .iter()
        .flat_map(|change| change.commands.iter().map(String::as_str))
        .collect();
    if !commands.is_empty() {
        let commands: Vec<String> = commands.iter().map(|it| format!("`sindri {it}`")).collect();
        lines.push(format!("\nTouches {}.", commands.join(", ")));
    }
    for (class, title, _) in CLASSES {
        let of_class = of(changes, class);
        if !of_class.is_empty() {
            lines.push(format!("\n### {title}\n"));
        }
        let (words, others) = split(of_class);
        for change in others {
            lines.push(format!(
                "- `{}`: {}{}",
                change.about.name(),
                change.what,
                reach(change)
            ));
        }
        lines.extend(counted(&words));
    }
    lines.join("\n")
}

fn json(api: &str, version: &str, changes: &[Change]) -> String {
    let list: Vec<_> = changes
        .iter()
        .map(|change| {
            let class = CLASSES.iter().find(|(class, ..)| *class == change.class);
            json!({
                "class": class.map(|(.., word)| word),
                "about": change.about.name(),
                "what": change.what,
                "calls": change.calls,
                "commands": change.commands,
            })
        })
        .collect();
    let bump = Bump::of(changes);
    let object = json!({
        "schema_version": 1,
        "api": api,
        "bump": word(bump),
        "version": version,
        "next_version": next(version, bump),
        "changes": list,
    });
    format!("{object:#}")
}

/// What only words differ in, which is told in one line, and all else.
fn split(changes: Vec<&Change>) -> (Vec<&Change>, Vec<&Change>) {
    changes.into_iter().partition(|change| change.words)
}

/// Of how many calls and types the words differ.
fn counted(words: &[&Change]) -> Option<String> {
    let (mut calls, mut types) = (BTreeSet::new(), BTreeSet::new());
    for change in words {
        match &change.about {
            About::Call(name) => calls.insert(name),
            About::Type(name) => types.insert(name),
        };
    }
    let counts = [(calls.len(), "call"), (types.len(), "type")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
        .collect();
    (!counts.is_empty()).then(|| format!("- The words of {}", counts.join(" and ")))
}

fn of(changes: &[Change], class: Class) -> Vec<&Change> {
    changes
        .iter()
        .filter(|change| change.class == class)
        .collect()
}

fn summary(version: &str, changes: &[Change]) -> String {
    let counts: Vec<String> = CLASSES
        .into_iter()
        .map(|(class, title, _)| (of(changes, class).len(), title))
        .filter(|(count, _)| *count > 0)
        .map(|(count, title)| format!("{count} {}", title.to_lowercase()))
        .collect();
    let bump = Bump::of(changes);
    match next(version, bump) {
        None => "nothing changed for users of the SDK.".to_owned(),
        Some(next) => format!(
            "{}: a {} step, {version} to {next}.",
            counts.join(", "),
            word(bump)
        ),
    }
}

/// The calls and commands behind a change of a type, the commands behind one of a call.
fn reach(change: &Change) -> String {
    let mut parts = Vec::new();
    if let About::Type(_) = change.about {
        let calls: Vec<&str> = change.calls.iter().map(String::as_str).collect();
        let (named, rest) = calls.split_at(calls.len().min(NAMED));
        let mut named: Vec<String> = named.iter().map(|it| (*it).to_owned()).collect();
        if !rest.is_empty() {
            named.push(format!("{} more", rest.len()));
        }
        if !named.is_empty() {
            parts.push(named.join(", "));
        }
    }
    if !change.commands.is_empty() {
        let commands: Vec<&str> = change.commands.iter().map(String::as_str).collect();
        parts.push(format!("sindri {}", commands.join(", ")));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join("; "))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn word(bump: Bump) -> &'static str {
    match bump {
        Bump::Major => "major",
        Bump::Minor => "minor",
        Bump::Patch => "patch",
        Bump::None => "none",
    }
}

/// The version after a step. Before 1.0 cargo takes the middle number for the major one, and what is
/// new for a patch.
fn next(version: &str, bump: Bump) -> Option<String> {
    let mut numbers = version.split('.').map(|part| part.parse::<u64>().ok());
    let (major, minor, patch) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let (major, minor, patch) = match (bump, major) {
        (Bump::None, _) => return None,
        (Bump::Major, 0) => (0, minor + 1, 0),
        (Bump::Major, _) => (major + 1, 0, 0),
        (Bump::Minor, 0) | (Bump::Patch, _) => (major, minor, patch + 1),
        (Bump::Minor, _) => (major, minor + 1, 0),
    };
    Some(format!("{major}.{minor}.{patch}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(class: Class, about: About) -> Change {
        Change {
            class,
            about,
            what: "is gone".to_owned(),
            words: false,
            calls: ["a.b", "a.c", "a.d", "a.e"].map(str::to_owned).into(),
            commands: ["deploy", "plan"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn the_next_version_is_the_one_cargo_would_take_for_such_a_step() {
        let check = |version, bump, expected: Option<&str>| {
            assert_eq!(
                next(version, bump).as_deref(),
                expected,
                "{version} {bump:?}"
            );
        };
        check("0.1.4", Bump::Major, Some("0.2.0"));
        check("0.1.4", Bump::Minor, Some("0.1.5"));
        check("0.1.4", Bump::Patch, Some("0.1.5"));
        check("1.2.3", Bump::Major, Some("2.0.0"));
        check("1.2.3", Bump::Minor, Some("1.3.0"));
        check("1.2.3", Bump::Patch, Some("1.2.4"));
        check("1.2.3", Bump::None, None);
    }

    #[test]
    fn people_and_programs_read_the_same() {
        let changes = [
            change(Class::Breaking, About::Type("Pod".to_owned())),
            change(Class::Additive, About::Call("pods.list".to_owned())),
        ];
        let text = render("runpod", "0.1.0", &changes, Format::Text);
        assert_eq!(
            text,
            "runpod: 1 breaking, 1 additive: a major step, 0.1.0 to 0.2.0.\n\nBreaking\n  Pod: is gone (a.b, a.c, \
             a.d, 1 more; sindri deploy, plan)\n\nAdditive\n  pods.list: is gone (sindri deploy, plan)"
        );
        let markdown = render("runpod", "0.1.0", &changes, Format::Markdown);
        assert!(
            markdown.starts_with("## runpod\n\n1 breaking, 1 additive"),
            "{markdown}"
        );
        assert!(markdown.contains(
            "Touches `sindri deploy`, `sindri plan`.\n\n### Breaking\n\n- `Pod`: is gone"
        ));
        let json = render("runpod", "0.1.0", &changes, Format::Json);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&json["bump"], &json["next_version"]),
            (&"major".into(), &"0.2.0".into())
        );
        assert_eq!(json["changes"][0]["class"], "breaking");
        assert_eq!(json["changes"][0]["calls"].as_array().unwrap().len(), 4);
    }

    #[test]
    fn words_take_one_line_for_people_and_one_entry_each_for_programs() {
        let words = |about: About| Change {
            words: true,
            what: "the words of x".to_owned(),
            ..change(Class::Documentation, about)
        };
        let call = |name: &str| About::Call(name.to_owned());
        let changes = [
            words(call("pods.get")),
            words(call("pods.list")),
            words(About::Type("Pod".to_owned())),
            change(Class::Documentation, call("pods.list")),
        ];
        let text = render("runpod", "0.1.0", &changes, Format::Text);
        assert!(
            text.ends_with(
                "Documentation only\n  pods.list: is gone (sindri deploy, plan)\n  the words of Pod, pods.get, pods.list"
            ),
            "{text}"
        );
        let markdown = render("runpod", "0.1.0", &changes, Format::Markdown);
        assert!(
            markdown.ends_with("\n- The words of 2 calls and 1 type"),
            "{markdown}"
        );
        let json = render("runpod", "0.1.0", &changes, Format::Json);
        assert_eq!(json.matches("the words of x").count(), 3);
    }

    #[test]
    fn no_change_says_so() {
        let text = render("runpod", "0.1.0", &[], Format::Text);
        assert_eq!(text, "runpod: nothing changed for users of the SDK.");
    }
}
