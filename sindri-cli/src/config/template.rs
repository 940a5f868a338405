//! A first `sindri.yaml`: what is required is written, everything else stands there as a comment.

use std::fmt::Write as _;

use super::fields::{Block, Field, Kind, TOP};
use super::reference::value;

/// What a first file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<'a> {
    /// Name of the deployment.
    pub name: &'a str,
    /// `runpod` or `northflank`.
    pub provider: &'a str,
    /// Software set.
    pub profile: &'a str,
    /// Distribution of the image, where it is to be checked.
    pub distro: Option<&'a str>,
    /// Where editors find the schema, as seen from the file.
    pub schema: &'a str,
}

/// The image of a first file: one with Sindri in it.
const IMAGE: &str = "ghcr.io/pacphi/sindri:3.0.0";

/// Columns that comments are wrapped at.
const WIDTH: usize = 100;

/// A name made of any text: lower case, starting with a letter, of letters, digits and hyphens.
///
/// None when nothing is left.
pub fn name_from(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'a'..='z' => name.push(c),
            '0'..='9' if !name.is_empty() => name.push(c),
            ' ' | '-' | '_' | '.' if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.truncate(63);
    let name = name.trim_end_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

impl Template<'_> {
    /// The text of the file.
    pub fn text(&self) -> String {
        let Self {
            name,
            provider,
            profile,
            schema,
            ..
        } = self;
        let distro = self.distro.map_or_else(
            || "  # distro: ubuntu\n".to_owned(),
            |distro| format!("  distro: {distro}\n"),
        );
        let mut text = format!(
            "# yaml-language-server: $schema={schema}\n\
             #\n\
             # A development environment. `sindri config validate` checks this file, `sindri plan` shows what it\n\
             # costs, `sindri deploy` makes it, `sindri destroy` ends the bill.\n\
             version: \"3.0\"\n\
             name: {name}\n\
             \n\
             deployment:\n  \
               provider: {provider}\n  \
               image: {IMAGE}\n\
             {distro}  \
               # resources:\n  \
               #   cpus: 4\n  \
               #   memory: 16GB\n  \
               #   gpu:\n  \
               #     enabled: true\n  \
               #     tier: gpu-small\n\
             \n\
             extensions:\n  \
               profile: {profile}\n\
             \n\
             # Values come from the shell, .env.local, .env, a file or Vault; they are never written here.\n\
             # secrets:\n\
             #   - name: API_TOKEN\n\
             #     source: env\n\
             #     required: true\n\
             \n\
             providers:\n  \
               {provider}:\n"
        );
        if let Some(block) = provider_block(provider) {
            self.keys(block, &mut text);
        }
        text
    }

    /// Every key of the provider: what is required is written, the others are comments with their defaults.
    fn keys(&self, block: &'static Block, text: &mut String) {
        let shown = block.fields.iter();
        for field in shown.filter(|field| field.superseded_by.is_none()) {
            text.push('\n');
            let mut about = format!("{}. {}", field.meaning, sentence(&value(&field.kind)));
            if !field.default.is_empty() {
                // Writing to a `String` cannot fail.
                let _infallible = write!(about, " Default: {}.", field.default);
            }
            for line in wrapped(&about, WIDTH - 6) {
                let _infallible = writeln!(text, "    # {line}");
            }
            if field.required {
                let _infallible = writeln!(text, "    {}: {}", field.name, self.name);
            } else {
                let _infallible = writeln!(text, "    # {}:", field.name);
            }
            match &field.kind {
                Kind::Block(block) => below(block, "  ", "  ", text),
                Kind::Blocks(block) => below(block, "  - ", "    ", text),
                Kind::Bool
                | Kind::Integer { .. }
                | Kind::Number { .. }
                | Kind::Text(_)
                | Kind::NumberLikeText(_)
                | Kind::Size
                | Kind::Choice(_)
                | Kind::List(_)
                | Kind::Providers(_) => {}
            }
        }
        // A block without any key would be null.
        if !block.fields.iter().any(|field| field.required) {
            text.push_str(
                "\n    # The class of hosts, written out because it decides the price.\n",
            );
            text.push_str("    cloudType: SECURE\n");
        }
    }
}

/// The keys of a block that stands there as a comment, with what they are for.
fn below(block: &'static Block, first: &str, next: &str, text: &mut String) {
    let leads = std::iter::once(first).chain(std::iter::repeat(next));
    for (field, lead) in block.fields.iter().zip(leads) {
        let value = match &field.kind {
            // What may well be there; the smallest is no example for a port.
            Kind::Integer { max: 65535, .. } => "8080".to_owned(),
            kind if field.default.is_empty() => kind.example(),
            _ => field.default.trim_matches('`').to_owned(),
        };
        let key = format!("    # {lead}{}: {value}  # ", field.name);
        let fits = key.chars().count() + field.meaning.chars().count() <= WIDTH;
        // The reference has the rest.
        let meaning = match field.meaning.split_once(';') {
            Some((first, _)) if !fits => first,
            Some(_) | None => field.meaning,
        };
        // Writing to a `String` cannot fail.
        let _infallible = writeln!(text, "{key}{meaning}");
    }
}

fn provider_block(name: &str) -> Option<&'static Block> {
    let providers = TOP.fields.iter().find_map(|field| match field.kind {
        Kind::Providers(blocks) => Some(blocks),
        _ => None,
    });
    let found: &Field = providers?.iter().find(|provider| provider.name == name)?;
    found.kind.block()
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut();
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::name_from;

    #[test]
    fn a_name_is_made_of_any_text() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(name_from(text).as_deref(), expected, "{text}");
        };
        check("My Project", Some("my-project"));
        check("2026_app.v2", Some("app-v2"));
        check("--x--", Some("x"));
        check("Größe", Some("gre"));
        check("日本", None);
        check(&"a".repeat(80), Some(&"a".repeat(63)));
    }
}
