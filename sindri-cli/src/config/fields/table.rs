//! What a row of the table says.

use super::shape::Shape;

/// A block of keys.
#[derive(Debug)]
pub(in crate::config) struct Block {
    pub(in crate::config) fields: &'static [Field],
    /// What an unknown key in this block is.
    pub(in crate::config) unknown: Unknown,
    /// Keys met in older files that are refused with the name to use instead.
    pub(in crate::config) renamed: &'static [(&'static str, &'static str)],
    /// Keys that are often tried, with what to do instead.
    pub(in crate::config) hints: &'static [(&'static str, &'static str)],
}

/// Weight of an unknown key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Unknown {
    /// The block is closed: a setting that would be dropped silently is a mistake.
    Error,
    Warning,
}

/// One key.
#[derive(Debug)]
pub(in crate::config) struct Field {
    /// The canonical spelling.
    pub(in crate::config) name: &'static str,
    pub(in crate::config) kind: Kind,
    pub(in crate::config) required: bool,
    /// What counts when the key is absent, in words or as a value in back-ticks. Empty: nothing.
    pub(in crate::config) default: &'static str,
    /// Other names that are accepted with a warning.
    pub(in crate::config) aliases: &'static [&'static str],
    /// What to use instead of this key, if it is a leftover.
    pub(in crate::config) superseded_by: Option<&'static str>,
    /// What else to say about a value that is refused. Empty: nothing.
    pub(in crate::config) advice: &'static str,
    /// What it means, in one line.
    pub(in crate::config) meaning: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) enum Kind {
    Bool,
    Integer {
        min: i64,
        max: i64,
    },
    /// A decimal number.
    Number {
        min: f64,
    },
    Text(Shape),
    /// Text that many write without quotes though YAML reads it as a number: taken as written, with a warning.
    NumberLikeText(Shape),
    /// Digits and a unit: `16GB`, `512MB`.
    Size,
    Choice(&'static [&'static str]),
    /// A list of single values.
    List(&'static Kind),
    Block(&'static Block),
    /// A list of blocks.
    Blocks(&'static Block),
    /// One block per provider: only the chosen one is looked at.
    Providers(&'static [Field]),
}

impl Field {
    pub(super) const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            kind,
            required: false,
            default: "",
            aliases: &[],
            superseded_by: None,
            advice: "",
            meaning,
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    pub(super) const fn advice(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }

    pub(super) const fn superseded_by(mut self, other: &'static str) -> Self {
        self.superseded_by = Some(other);
        self
    }

    /// Whether `key` is this field under a name other than its canonical one.
    pub(in crate::config) fn answers_to(&self, key: &str) -> bool {
        let key = snake_case(key);
        key == snake_case(self.name) || self.aliases.iter().any(|alias| snake_case(alias) == key)
    }
}

impl Block {
    pub(in crate::config) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Kind {
    /// Whether it holds other values: empty, it is as good as absent.
    pub(in crate::config) const fn is_container(&self) -> bool {
        matches!(
            self,
            Self::Block(_) | Self::Blocks(_) | Self::List(_) | Self::Providers(_)
        )
    }

    /// How a message names it: `a whole number`.
    pub(in crate::config) const fn describe(&self) -> &'static str {
        match self {
            Self::Bool => "`true` or `false`",
            Self::Integer { .. } => "a whole number",
            Self::Number { .. } => "a number",
            Self::Text(_) | Self::NumberLikeText(_) | Self::Choice(_) => "text",
            Self::Size => "a size such as `16GB`",
            Self::List(_) => "a list",
            Self::Blocks(_) => "a list of blocks",
            Self::Block(_) | Self::Providers(_) => "a block of keys",
        }
    }

    /// A value to show.
    pub(in crate::config) fn example(&self) -> String {
        match self {
            Self::Bool => "true".to_owned(),
            Self::Integer { min, .. } => min.max(&1).to_string(),
            Self::Number { .. } => "0.5".to_owned(),
            Self::Text(shape) => shape.example.to_owned(),
            Self::NumberLikeText(shape) => format!("\"{}\"", shape.example),
            Self::Size => "16GB".to_owned(),
            Self::Choice(allowed) => allowed.first().copied().unwrap_or_default().to_owned(),
            Self::List(item) => match item {
                Self::Integer { .. } => format!("[{}]", item.example()),
                _ => format!("[\"{}\"]", item.example()),
            },
            Self::Blocks(block) => format!("[{{{}}}]", first_key(block.fields)),
            Self::Block(block) => format!("{{{}}}", first_key(block.fields)),
            Self::Providers(_) => "runpod:".to_owned(),
        }
    }

    /// The block below a field of this kind.
    pub(in crate::config) const fn block(&self) -> Option<&'static Block> {
        match self {
            Self::Block(block) | Self::Blocks(block) => Some(block),
            Self::Bool
            | Self::Integer { .. }
            | Self::Number { .. }
            | Self::Text(_)
            | Self::NumberLikeText(_)
            | Self::Size
            | Self::Choice(_)
            | Self::List(_)
            | Self::Providers(_) => None,
        }
    }
}

fn first_key(fields: &[Field]) -> String {
    fields.first().map_or_else(String::new, |field| {
        format!("{}: {}", field.name, field.kind.example())
    })
}

/// The row for a path such as `secrets[3].name`, in a table that starts with `fields`.
pub(in crate::config) fn lookup(fields: &'static [Field], path: &str) -> Option<&'static Field> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = first.split('[').next().unwrap_or_default();
    let field = fields.iter().find(|field| field.name == name)?;
    if rest.is_empty() {
        return Some(field);
    }
    match field.kind {
        Kind::Providers(blocks) => lookup(blocks, rest),
        _ => lookup(field.kind.block()?.fields, rest),
    }
}

/// `gpuTypeID` becomes `gpu_type_id`; a run of capitals is one word.
pub(in crate::config) fn snake_case(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    let mut after_lower = false;
    for character in key.chars() {
        if character.is_ascii_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// Calls `visit` with the path and row of every field, parents first, in the order of the table.
///
/// A list of blocks shows in the path as `[]`: `secrets[].name`.
pub(in crate::config) fn walk(
    prefix: &str,
    fields: &'static [Field],
    visit: &mut dyn FnMut(&str, &'static Field),
) {
    for field in fields {
        let mut path = if prefix.is_empty() {
            field.name.to_owned()
        } else {
            format!("{prefix}.{}", field.name)
        };
        visit(&path, field);
        match &field.kind {
            Kind::Blocks(block) => {
                path.push_str("[]");
                walk(&path, block.fields, visit);
            }
            Kind::Block(block) => walk(&path, block.fields, visit),
            Kind::Providers(blocks) => walk(&path, blocks, visit),
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::NumberLikeText(_)
            | Kind::Size
            | Kind::Choice(_)
            | Kind::List(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::TOP;
    use super::*;

    #[test]
    fn spellings_are_compared_as_words() {
        let check = |key: &str, expected: &str| assert_eq!(snake_case(key), expected, "{key}");
        check("gpuType", "gpu_type");
        check("gpuTypeID", "gpu_type_id");
        check("gpu_type_id", "gpu_type_id");
        check("volumeSizeGB", "volume_size_gb");
        check("s3Path", "s3_path");
        check("tag_override", "tag_override");
        check("gpu-type", "gpu-type");
    }

    #[test]
    fn no_two_fields_of_a_block_share_a_spelling() {
        let mut seen = BTreeSet::new();
        walk("", TOP.fields, &mut |path, field| {
            let block = path.rsplit_once('.').map_or("", |(block, _)| block);
            for name in std::iter::once(&field.name).chain(field.aliases) {
                assert!(
                    seen.insert((block.to_owned(), snake_case(name))),
                    "{path}: {name} is taken"
                );
            }
        });
        assert!(seen.len() > 80, "the walk has to reach every block");
    }

    #[test]
    fn every_field_says_what_it_means_in_one_plain_line() {
        walk("", TOP.fields, &mut |path, field| {
            assert!(!field.meaning.is_empty(), "{path}");
            assert!(!field.meaning.ends_with('.'), "{path}: no full stop");
            assert!(
                !field.meaning.contains(['\n', '|']),
                "{path}: fits a table cell"
            );
        });
    }

    #[test]
    fn renamed_keys_point_to_fields_of_their_block() {
        walk("", TOP.fields, &mut |path, field| {
            for (old, new) in field.kind.block().map_or(&[][..], |block| block.renamed) {
                let block = field.kind.block().unwrap();
                assert!(block.field(new).is_some(), "{path}: {old} -> {new}");
                assert!(block.field(old).is_none(), "{path}: {old} is a field");
            }
        });
    }
}
