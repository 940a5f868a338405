//! The configuration reference, made from the table of fields.

use super::fields::{Block, Field, Kind, TOP};
use super::model::Tier;
use super::suggest;

/// What the page says before its tables.
const INTRO: &str = "\
# Configuration reference

All keys of `sindri.yaml`. Made by `cargo xtask docs` from the table that `sindri config validate` checks files
against; do not edit by hand.

Keys are written in camelCase, except those of `image_config` and `auto_install`. The snake_case form of a key
is understood too, with a warning. Two spellings of one key in one block are an error. Sizes are whole numbers
with `MB` or `GB`, counted by 1024. Relative paths start at the directory of the file.";

/// What comes before the table of tiers.
const TIERS: &str = "
## Size classes of cards

What `gpu.tier` stands for. The live catalogs of the providers decide which card is sent.

| Tier | RunPod pool | Northflank card |
| --- | --- | --- |";

/// The configuration reference as Markdown.
pub fn reference_markdown() -> String {
    let mut page = Page {
        lines: vec![INTRO.to_owned()],
    };
    page.section("", "Top level", "", &TOP);
    page.tiers();
    page.lines.push(String::new());
    page.lines.join("\n")
}

struct Page {
    lines: Vec<String>,
}

impl Page {
    fn section(&mut self, path: &str, title: &str, meaning: &str, block: &'static Block) {
        self.lines.push(format!("\n## {title}\n"));
        if !meaning.is_empty() {
            self.lines.push(format!("{meaning}.\n"));
        }
        self.lines
            .push("| Key | Value | Default | Meaning |".to_owned());
        self.lines.push("| --- | --- | --- | --- |".to_owned());
        self.lines
            .extend(block.fields.iter().map(|field| row(path, field)));
        if !block.renamed.is_empty() {
            let renamed: Vec<String> = block
                .renamed
                .iter()
                .map(|(old, new)| format!("`{old}` (write `{new}`)"))
                .collect();
            let refused = format!("\nRefused, with a hint: {}.", renamed.join(", "));
            self.lines.push(refused);
        }
        self.subsections(path, block.fields);
    }

    fn subsections(&mut self, path: &str, fields: &'static [Field]) {
        for field in fields {
            let path = join(path, field.name);
            let title = format!("`{path}`");
            match &field.kind {
                Kind::Block(block) => self.section(&path, &title, field.meaning, block),
                Kind::Blocks(block) => {
                    let meaning = format!("{}. The keys of one entry", field.meaning);
                    self.section(&path, &title, &meaning, block);
                }
                Kind::Providers(blocks) => self.subsections(&path, blocks),
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

    fn tiers(&mut self) {
        self.lines.push(TIERS.to_owned());
        for tier in Tier::ALL {
            self.lines.push(format!(
                "| `{}` | `{}` | `{}` |",
                tier.as_str(),
                tier.runpod_pool(),
                tier.northflank_card()
            ));
        }
    }
}

fn row(path: &str, field: &Field) -> String {
    let mut meaning = vec![field.meaning.to_owned()];
    if let Some(other) = field.superseded_by {
        meaning.push(format!("Old: write `{other}`"));
    }
    if !field.aliases.is_empty() {
        let aliases = suggest::list(field.aliases.iter().copied(), "and");
        meaning.push(format!("Old spelling: {aliases}"));
    }
    let meaning = meaning.join(". ");
    let default = match (field.required, field.default) {
        (true, _) => "required",
        (false, "") => "–",
        (false, default) => default,
    };
    let anchor = match field.kind {
        Kind::Block(_) | Kind::Blocks(_) => {
            let target = join(path, field.name).to_ascii_lowercase().replace('.', "");
            format!("[`{}`](#{target})", field.name)
        }
        _ => format!("`{}`", field.name),
    };
    format!(
        "| {anchor} | {} | {default} | {meaning} |",
        value(&field.kind)
    )
}

/// What may be written, in words that fit a table cell.
pub(super) fn value(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "`true` or `false`".to_owned(),
        Kind::Integer { min, max } if *max >= 1_000_000 => format!("whole number from {min}"),
        Kind::Integer { min, max } => format!("whole number, {min} to {max}"),
        Kind::Number { min } => format!("number from {min}"),
        Kind::Text(shape) => shape.words.to_owned(),
        Kind::NumberLikeText(shape) => format!("{}; in quotes", shape.words),
        Kind::Size => "size, such as `16GB`".to_owned(),
        Kind::Choice(allowed) => suggest::list(allowed.iter().copied(), "or"),
        Kind::List(item) => format!("list; each item {}", value(item)),
        Kind::Block(_) => "block".to_owned(),
        Kind::Blocks(_) => "list of blocks".to_owned(),
        Kind::Providers(_) => "one block per provider".to_owned(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
